//! One person as a row of a search, the way each api shows people.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::draws::mix;
use crate::population::Population;
use crate::population::career::{Career, Job, Month, NOW};
use crate::population::identity::{Api, coin};
use crate::population::person::{NO_COMPANY, Person};

pub fn row(population: &Population, index: u32, api: Api) -> Value {
    let person = population.person(index);
    let id = population.provider_id(index, api);
    let mut row = Map::new();
    let mut put = |name: &str, value: Value| row.insert(name.to_owned(), value);
    put("object", "SearchResult".into());
    put("type", "PEOPLE".into());
    put("id", id.as_str().into());
    put("public_identifier", Value::Null);
    put("public_profile_url", Value::Null);
    put("profile_url", Value::Null);
    let picture = (!coin(person, 41, 3, 10)).then(|| format!("https://media.licdn.example/dms/image/{:x}", mix(person.seed, 42)));
    put("profile_picture_url", picture.clone().map(|picture| format!("{picture}/shrink_100_100/0")).into());
    put(
        "profile_picture_url_large",
        picture.filter(|_| coin(person, 43, 9, 10)).map(|picture| format!("{picture}/shrink_800_800/0")).into(),
    );
    put("member_urn", member_urn(population, index).into());
    put("name", population.full_name(person).into());
    put("network_distance", distance(person).into());
    put("location", population.location(person).into());
    put("industry", Value::Null);
    put("headline", population.headline(person).into());
    if !coin(person, 44, 3, 10) {
        put("first_name", population.first_name(person).into());
        put("last_name", population.last_name(person).into());
    }
    if coin(person, 45, 8, 10) {
        put("premium", coin(person, 46, 1, 4).into());
    }
    match api {
        Api::Classic => classic(population, index, &id, &mut row),
        Api::SalesNavigator => sales_navigator(population, index, &id, &mut row),
        Api::Recruiter => recruiter(population, index, &id, &mut row),
    }
    Value::Object(row)
}

/// Rows that no schema allows: without an id, with wrong types, and no object at all.
pub fn bad_rows() -> Vec<Value> {
    vec![
        json!({ "object": "SearchResult", "type": "PEOPLE", "name": "Nobody", "headline": "A row without any id" }),
        json!({ "object": "SearchResult", "type": "PEOPLE", "id": { "value": 7 }, "name": ["A", "list"], "current_positions": "none" }),
        json!("not a row"),
    ]
}

pub fn public_url(vanity: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC.remove(b'-');
    format!("https://www.linkedin.com/in/{}", utf8_percent_encode(vanity, KEPT))
}

/// How far someone is, in the words of a search.
pub fn distance(person: &Person) -> &'static str {
    ["DISTANCE_1", "DISTANCE_2", "DISTANCE_3", "OUT_OF_NETWORK"][usize::from(person.distance) - 1]
}

fn classic(population: &Population, index: u32, id: &str, row: &mut Map<String, Value>) {
    let person = population.person(index);
    let url = show_public(population, index, row);
    row["profile_url"] = format!("{url}?miniProfileUrn=urn%3Ali%3Afs_miniProfile%3A{id}").into();
    if coin(person, 51, 1, 100) {
        row["location"] = Value::Null;
    }
    if coin(person, 52, 1, 2) {
        row.insert(
            "keywords_match".into(),
            format!("Current: {} at {}", population.title_text(person), population.company_name(person.company)).into(),
        );
    }
    if coin(person, 53, 1, 2) {
        row.insert("shared_connections_count".into(), (mix(person.seed, 54) % 40).into());
    }
    if coin(person, 55, 1, 2) {
        row.insert("followers_count".into(), (mix(person.seed, 56) % 9_000).into());
    }
}

fn sales_navigator(population: &Population, index: u32, id: &str, row: &mut Map<String, Value>) {
    let person = population.person(index);
    row["public_profile_url"] = format!("https://www.linkedin.com/in/{id}").into();
    row["profile_url"] = format!("https://www.linkedin.com/sales/lead/{id},NAME_SEARCH,{:04x}", mix(person.seed, 61) & 0xFFFF).into();
    if coin(person, 62, 1, 4) {
        show_public(population, index, row);
    }
    if coin(person, 63, 1, 2) {
        row["industry"] = population.industry(person).into();
    }
    for (name, purpose, parts) in
        [("open_profile", 64, 3), ("pending_invitation", 65, 0), ("recently_hired", 66, 1), ("mentioned_in_the_news", 67, 1)]
    {
        if coin(person, purpose, 7, 10) {
            row.insert(name.into(), coin(person, purpose + 10, parts, 10).into());
        }
    }
    if coin(person, 68, 7, 10) {
        row.insert("shared_connections_count".into(), (mix(person.seed, 54) % 40).into());
        row.insert("recent_posts_count".into(), (mix(person.seed, 69) % 6).into());
    }
    if coin(person, 70, 1, 25) {
        row.insert("last_outreach_activity".into(), json!({ "type": "SEND_MESSAGE", "performed_at": "2026-03-02T10:15:00.000Z" }));
    }
    row.insert("current_positions".into(), json!([present_position(population, person)]));
}

fn recruiter(population: &Population, index: u32, id: &str, row: &mut Map<String, Value>) {
    let person = population.person(index);
    row["profile_url"] = format!("https://www.linkedin.com/talent/profile/{id}").into();
    row["industry"] = population.industry(person).into();
    // People out of the recruiter's reach are shown without a name and without any other id.
    if coin(person, 81, 1, 12) {
        for name in ["name", "member_urn", "profile_picture_url", "profile_picture_url_large"] {
            row[name] = Value::Null;
        }
        row.remove("first_name");
        row.remove("last_name");
        row.insert("hiddenCandidate".into(), true.into());
    } else {
        show_public(population, index, row);
        row.insert("can_send_inmail".into(), coin(person, 82, 8, 10).into());
    }
    row.insert("recruiter_candidate_id".into(), format!("{}", mix(person.seed, 83) % 1_000_000_000).into());
    row.insert("privacySettings".into(), json!({ "allowConnectionsBrowse": true, "showPremiumSubscriberIcon": coin(person, 46, 1, 4) }));
    if coin(person, 84, 1, 5) {
        row.insert("interestLikelihood".into(), "HIGH".into());
    }
    row.insert("current_positions".into(), json!([present_position(population, person)]));
    let career = Career::of(population, person);
    row.insert("work_experience".into(), career.jobs().iter().map(|job| past_position(population, job)).collect());
    row.insert("education".into(), json!([education(population, person, &career)]));
    if coin(person, 85, 9, 10) {
        let skills = population.skills(person).into_iter().enumerate();
        let skills = skills.map(|(place, name)| json!({ "name": name, "endorsement_count": mix(person.seed, 86 + place as u64) % 30 }));
        row.insert("skills".into(), skills.collect());
    }
}

fn show_public(population: &Population, index: u32, row: &mut Map<String, Value>) -> String {
    let vanity = population.vanity(index);
    let url = public_url(&vanity);
    row["public_identifier"] = vanity.into();
    row["public_profile_url"] = url.as_str().into();
    url
}

/// Mostly a URN, now and then the bare number.
fn member_urn(population: &Population, index: u32) -> String {
    let member = population.member(index);
    if coin(population.person(index), 47, 1, 8) { member.to_string() } else { format!("urn:li:member:{member}") }
}

fn present_position(population: &Population, person: &Person) -> Value {
    let job = *Career::of(population, person).present();
    let months = job.start.until(NOW);
    let tenure = json!({ "years": months / 12, "months": months % 12 });
    let mut position = json!({
        "company": population.company_name(job.company),
        "company_id": company_id(population, job.company),
        "description": coin(person, 71, 1, 3).then(|| format!("Working on {}.", population.product(person))),
        "role": population.titles.get(job.title).text,
        "location": coin(person, 72, 2, 3).then(|| population.location(person)),
        "industry": population.industry(person).into_iter().collect::<Vec<_>>(),
        "tenure_at_role": tenure,
        "start": month(job.start),
        "skills": Value::Null,
    });
    if coin(person, 73, 9, 10) {
        position["tenure_at_company"] = tenure;
    }
    position
}

fn past_position(population: &Population, job: &Job) -> Value {
    let industry = (job.company != NO_COMPANY).then(|| population.companies.industry_of(job.company).title);
    let mut position = json!({
        "company": population.company_name(job.company),
        "company_id": company_id(population, job.company),
        "role": population.titles.get(job.title).text,
        "industry": industry,
        "start": month(job.start),
        "skills": Value::Null,
    });
    if let Some(end) = job.end {
        position["end"] = month(end);
    }
    position
}

fn education(population: &Population, person: &Person, career: &Career) -> Value {
    let school = &population.studies.schools[usize::from(person.school)];
    let (degree, field, start, end) = super::profile::studies(population, person, career);
    json!({
        "degree": coin(person, 87, 9, 10).then_some(degree),
        "field_of_study": field,
        "school": school.name,
        "school_id": school.id.to_string(),
        "start": { "year": start },
        "end": { "year": end },
    })
}

pub fn company_id(population: &Population, company: u16) -> Option<String> {
    (company != NO_COMPANY).then(|| population.companies.get(company).id.to_string())
}

fn month(month: Month) -> Value {
    json!({ "year": month.year(), "month": month.month() })
}
