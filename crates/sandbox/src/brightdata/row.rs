//! Rows of the data set, as loosely typed as the vendor's.

use serde_json::{Value, json};

use crate::journal::now_us;
use crate::population::Population;
use crate::postings::{Fate, Posting, Workplace, level};
use crate::world::World;

pub fn of(population: &Population, posting: &Posting) -> Value {
    let (opening, tasks, _) = posting.description(population);
    let company = population.companies.get(posting.company);
    let posted =
        jiff::Timestamp::from_microsecond(now_us()).unwrap_or_default() - jiff::SignedDuration::from_hours(i64::from(posting.age_hours));
    let workplace = if posting.workplace == Workplace::OnSite { String::new() } else { format!(" ({})", posting.workplace.name()) };
    let items: String = tasks.iter().map(|task| format!("<li>{}</li>", task.replace('&', "&amp;").replace('<', "&lt;"))).collect();
    let loose = posting.id.is_multiple_of(2);
    let pay = posting.pay.map(|pay| {
        let period = if pay.hourly { "hr" } else { "yr" };
        json!({ "min_amount": pay.min, "max_amount": if loose { json!(pay.max.to_string()) } else { json!(pay.max) }, "currency": pay.code, "payment_period": period })
    });
    json!({
        "url": format!("https://www.linkedin.com/jobs/view/{}?_l=en", posting.slug(population)),
        // Numbers come as text now and then.
        "job_posting_id": if loose { json!(posting.id.to_string()) } else { json!(posting.id) },
        "job_title": posting.title(population),
        "company_name": posting.company(population),
        "company_id": if loose { json!(company.id) } else { json!(company.id.to_string()) },
        "company_url": format!("https://www.linkedin.com/company/{}?trk=public_jobs", posting.company_slug(population)),
        "job_location": format!("{}{workplace}", posting.location(population)),
        "job_summary": opening,
        "job_description_formatted": format!("<section><p>{}</p><ul>{items}</ul></section>", opening.replace('&', "&amp;")),
        "job_seniority_level": level(posting.seniority(population)).0,
        "job_function": posting.function(population),
        "job_employment_type": posting.employment.name(),
        "job_industries": population.companies.industry_of(posting.company).title,
        "job_base_pay_range": posting.pay.map_or(json!(""), |pay| json!(pay.text())),
        "base_salary": pay,
        "job_posted_date": posted.to_string(),
        "job_num_applicants": posting.applicants,
        "apply_link": if posting.easy_apply { Value::Null } else { json!(format!("https://careers.{}.example/{}", posting.company_slug(population), posting.id)) },
        "is_easy_apply": posting.easy_apply,
        "application_availability": posting.fate != Fate::Closed,
    })
}

/// The row for an address: a dead page is an error inside the rows.
pub fn answer(world: &World, input: &Value) -> Value {
    let url = input["url"].as_str().unwrap_or_default();
    let digits = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').rsplit(['/', '-']).next().unwrap_or_default();
    let postings = world.postings();
    let found = digits.parse().ok().and_then(|id| postings.find(id));
    let shown = found.and_then(|posting| match posting.fate {
        Fate::Dead => None,
        Fate::Replaced => postings.instead_of(posting),
        Fate::Open | Fate::Closed => Some(posting),
    });
    match shown {
        Some(posting) => {
            let mut row = of(&world.population, posting);
            row["input"] = input.clone();
            row
        }
        None => json!({ "error": "Page is dead", "error_code": "dead_page", "input": input }),
    }
}
