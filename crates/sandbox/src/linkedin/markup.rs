//! The pages themselves. The markup is ours, put together from what such pages are known to hold.

use std::fmt::Write;

use serde_json::json;

use crate::population::Population;
use crate::postings::{Fate, Posting, Workplace, level};

/// The end of the results, 26 bytes.
pub const END_PAGE: &str = "<!DOCTYPE html>\n\n<!---->  ";
const SITE: &str = "https://www.linkedin.com";
/// Guest pages ask to sign in as well, in a box on every page, which makes no wall of them.
const SIGN_IN_BOX: &str = "<div class=\"contextual-sign-in-modal\"><form action=\"https://www.linkedin.com/uas/login-submit\" method=\"post\">\
                           <input name=\"session_key\"><input name=\"session_redirect\" type=\"hidden\" value=\"https://www.linkedin.com/jobs\"></form>\
                           <a href=\"https://www.linkedin.com/authwall?trk=public_jobs_nav\">Join now</a></div>\n";

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A page of cards. With `drift` every class has a new name.
pub fn search_page(population: &Population, cards: &[&Posting], today: jiff::Timestamp, drift: bool) -> String {
    let mut page = String::from("<!DOCTYPE html>\n\n");
    for (place, posting) in cards.iter().enumerate() {
        card(&mut page, population, posting, place, today);
    }
    if drift { page.replace("base-search-card", "srp-tile").replace("job-search-card", "srp-tile-part") } else { page }
}

fn card(page: &mut String, population: &Population, posting: &Posting, place: usize, today: jiff::Timestamp) {
    let form = posting.card_form();
    let title = escape(&posting.title(population));
    let href = format!(
        "{SITE}/jobs/view/{}?position={}&amp;pageNum=0&amp;refId=sandbox&amp;trackingId=sandbox",
        posting.slug(population),
        place + 1
    );
    let urn = format!(
        "data-entity-urn=\"urn:li:jobPosting:{}\" data-reference-id=\"sandbox\" data-column=\"1\" data-row=\"{}\"",
        posting.id,
        place + 1
    );
    let company = escape(posting.company(population));
    let subtitle = if form.links_company && !form.is_link {
        let slug = posting.company_slug(population);
        format!(
            "\n          <a class=\"hidden-nested-link\" href=\"{SITE}/company/{slug}?trk=public_jobs_jserp-result\">\n            {company}\n          </a>\n"
        )
    } else {
        format!("\n            {company}\n")
    };
    page.push_str("      <li>\n");
    let (open, close) = if form.is_link {
        (
            format!(
                "<a class=\"base-card base-card--link base-search-card base-search-card--link job-search-card\" href=\"{href}\" {urn}>"
            ),
            "</a>",
        )
    } else {
        let link = format!(
            "<a class=\"base-card__full-link\" href=\"{href}\">\n          <span class=\"sr-only\">\n            {title}\n          </span>\n        </a>"
        );
        (
            format!(
                "<div class=\"base-card base-card--link base-search-card base-search-card--link job-search-card\" {urn}>\n        {link}"
            ),
            "</div>",
        )
    };
    let mut extra = String::new();
    if let Some(benefit) = posting.benefit() {
        let _ = write!(
            extra,
            "\n            <div class=\"job-posting-benefits\"><span class=\"job-posting-benefits__text\">\n              {benefit}\n            </span></div>"
        );
    }
    if let Some(pay) = posting.pay.filter(|pay| pay.min.is_multiple_of(2)) {
        let _ =
            write!(extra, "\n            <span class=\"job-search-card__salary-info\">\n              {}\n            </span>", pay.text());
    }
    let new = if posting.age_hours < 24 { "job-search-card__listdate--new" } else { "job-search-card__listdate" };
    let _ = write!(
        page,
        "    {open}\n        <div class=\"search-entity-media\"><img class=\"artdeco-entity-image\" data-delayed-url=\"{SITE}/sandbox/logo/{}\" alt=\"\"></div>\n        \
         <div class=\"base-search-card__info\">\n          <h3 class=\"base-search-card__title\">\n            \n        {title}\n      \n          </h3>\n          \
         <h4 class=\"base-search-card__subtitle\">{subtitle}          </h4>\n          <div class=\"base-search-card__metadata\">\n            \
         <span class=\"job-search-card__location\">\n              {}\n            </span>{extra}\n            <time class=\"{new}\" datetime=\"{}\">\n              {}\n            </time>\n          \
         </div>\n        </div>\n    {close}\n      </li>\n",
        population.companies.get(posting.company).id,
        escape(posting.location(population)),
        posted_on(posting, today),
        ago(posting.age_hours),
    );
}

/// The fragment that guests get for one posting.
pub fn posting_fragment(population: &Population, posting: &Posting, closed: bool) -> String {
    let (opening, tasks, wishes) = posting.description(population);
    let list = |items: &[String]| items.iter().map(|item| format!("<li>{}</li>", escape(item))).collect::<String>();
    let description = format!(
        "<p>{}</p><strong>What you do<br><br></strong><ul>{}</ul><strong>What you bring</strong><ul>{}</ul>",
        escape(&opening),
        list(&tasks),
        list(&wishes)
    );
    let workplace = if posting.workplace == Workplace::OnSite { String::new() } else { format!(" ({})", posting.workplace.name()) };
    let applicants = if posting.applicants < 25 {
        "Be among the first 25 applicants".to_owned()
    } else if posting.applicants > 200 {
        "Over 200 applicants".to_owned()
    } else {
        format!("{} applicants", posting.applicants)
    };
    let closed = if closed || posting.fate == Fate::Closed {
        "<figcaption class=\"closed-job__flavor--closed\">No longer accepting applications</figcaption>"
    } else {
        ""
    };
    let apply = if posting.easy_apply {
        "<button class=\"apply-button\" data-tracking-control-name=\"public_jobs_apply-link-onsite\">Apply</button>".to_owned()
    } else {
        let target = format!("https://careers.{}.example/{}?a=1&b=2", posting.company_slug(population), posting.id);
        let through = url::Url::parse_with_params(&format!("{SITE}/jobs/view/externalApply/{}", posting.id), [("url", target)])
            .map(String::from)
            .unwrap_or_default();
        format!(
            "<code id=\"applyUrl\" style=\"display: none\"><!--{}--></code><button data-tracking-control-name=\"public_jobs_apply-link-offsite\">Apply</button>",
            json!(through)
        )
    };
    let pay = posting
        .pay
        .map(|pay| format!("<div class=\"salary compensation__salary\">\n        {}\n      </div>", pay.text()))
        .unwrap_or_default();
    let criterion = |name: &str, value: &str| {
        format!(
            "<li class=\"description__job-criteria-item\"><h3 class=\"description__job-criteria-subheader\">\n          {name}\n        </h3><span class=\"description__job-criteria-text\">\n          {}\n        </span></li>",
            escape(value)
        )
    };
    let criteria = [
        criterion("Seniority level", level(posting.seniority(population)).0),
        criterion("Employment type", posting.employment.name()),
        criterion("Job function", posting.function(population)),
        criterion("Industries", population.companies.industry_of(posting.company).title),
    ]
    .concat();
    format!(
        "<!DOCTYPE html>\n\n<section class=\"top-card-layout\" data-semaphore-content-urn=\"urn:li:jobPosting:{id}\">\n  <a class=\"topcard__link\" href=\"{SITE}/jobs/view/{slug}?trk=public_jobs_topcard-title\">\n    \
         <h2 class=\"top-card-layout__title topcard__title\">{title}</h2></a>\n  <h4><div><span class=\"topcard__flavor\">\n      <a class=\"topcard__org-name-link topcard__flavor--black-link\" href=\"{SITE}/company/{company_slug}?trk=public_jobs_topcard-org-name\">\n        \
         {company}\n      </a></span><span class=\"topcard__flavor topcard__flavor--bullet\">\n      {location}{workplace}\n    </span></div>\n    <div><span class=\"posted-time-ago__text topcard__flavor--metadata\">{ago}</span>\n    \
         <figcaption class=\"num-applicants__caption topcard__flavor--metadata topcard__flavor--bullet\">{applicants}</figcaption></div></h4>\n  {closed}{apply}\n  <code id=\"decoratedJobPostingId\" style=\"display: none\"><!--\"{id}\"--></code>\n</section>\n\
         <section class=\"description\">{pay}<div class=\"description__text\"><section class=\"show-more-less-html\"><div class=\"show-more-less-html__markup\">{description}</div></section></div>\n\
         <ul class=\"description__job-criteria-list\">{criteria}</ul></section>\n{SIGN_IN_BOX}",
        id = posting.id,
        slug = posting.slug(population),
        title = escape(&posting.title(population)),
        company_slug = posting.company_slug(population),
        company = escape(posting.company(population)),
        location = escape(posting.location(population)),
        ago = ago(posting.age_hours),
    )
}

/// A member's page: the posting is in the data that the page carries along.
pub fn member_page(population: &Population, posting: &Posting, today: jiff::Timestamp, closed: bool) -> String {
    let (opening, tasks, wishes) = posting.description(population);
    let text = format!("{opening}\n\nWhat you do\n• {}\n\nWhat you bring\n• {}", tasks.join("\n• "), wishes.join("\n• "));
    let company = population.companies.get(posting.company);
    let urn = format!("urn:li:fs_normalized_company:{}", company.id);
    let apply = if posting.easy_apply {
        json!({ "$type": "com.linkedin.voyager.jobs.ComplexOnsiteApply", "easyApplyUrl": format!("{SITE}/job-apply/{}", posting.id) })
    } else {
        json!({ "$type": "com.linkedin.voyager.jobs.OffsiteApply", "companyApplyUrl": format!("https://careers.{}.example/{}", posting.company_slug(population), posting.id) })
    };
    let data = json!({
        "data": {
            "$type": "com.linkedin.voyager.jobs.JobPosting",
            "entityUrn": format!("urn:li:fs_normalized_jobPosting:{}", posting.id),
            "title": posting.title(population),
            "description": { "$type": "com.linkedin.pemberly.text.AttributedText", "text": text },
            "formattedLocation": posting.location(population),
            "listedAt": today.as_millisecond() - i64::from(posting.age_hours) * 3_600_000,
            "formattedEmploymentStatus": posting.employment.name(),
            "formattedExperienceLevel": level(posting.seniority(population)).0,
            "formattedIndustries": [population.companies.industry_of(posting.company).title],
            "formattedJobFunctions": [posting.function(population)],
            "workplaceTypes": [format!("urn:li:fs_workplaceType:{}", posting.workplace.number())],
            "companyDetails": { "$type": "com.linkedin.voyager.jobs.JobPostingCompany", "company": urn },
            "applies": posting.applicants,
            "applyMethod": apply,
            "jobState": if closed || posting.fate == Fate::Closed { "CLOSED" } else { "LISTED" },
        },
        "included": [{ "$type": "com.linkedin.voyager.organization.Company", "entityUrn": urn, "name": posting.company(population), "universalName": posting.company_slug(population) }],
    });
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{} | LinkedIn</title></head><body>\n<code style=\"display: none\" id=\"bpr-guid-100001\">\n  {}\n</code>\n\
         <code style=\"display: none\" id=\"datalet-bpr-guid-100001\">\n  {}\n</code><div id=\"app\"></div></body></html>\n",
        escape(&posting.title(population)),
        escape(&data.to_string()),
        escape(
            &json!({ "request": format!("/voyager/api/jobs/jobPostings/{}", posting.id), "status": 200, "body": "bpr-guid-100001" })
                .to_string()
        ),
    )
}

pub fn posted_on(posting: &Posting, today: jiff::Timestamp) -> jiff::civil::Date {
    let posted = today - jiff::SignedDuration::from_hours(i64::from(posting.age_hours));
    posted.to_zoned(jiff::tz::TimeZone::UTC).date()
}

fn ago(hours: u32) -> String {
    let (number, unit) = match hours {
        0..24 => (hours.max(1), "hour"),
        24..168 => (hours / 24, "day"),
        _ => (hours / 168, "week"),
    };
    format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_results_is_26_bytes() {
        assert_eq!(END_PAGE.len(), 26);
    }
}
