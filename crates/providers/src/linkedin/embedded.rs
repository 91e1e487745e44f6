//! The data that a member's page carries along: JSON with postings and companies, joined by URNs.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::words::{address, company_address, id_of_urn, posting_id, words};
use crate::country::country_of;
use crate::lenient::{count, flag, text, without_nul};
use crate::posting::{Description, EmploymentType, PostingRecord, PostingSeniority, Salary, Shown, Workplace, salary};

type Object = Map<String, Value>;

/// Objects looked at in one page; more is no page of LinkedIn's.
const MOST_OBJECTS: usize = 200_000;
/// Postings read from one page.
const MOST_POSTINGS: usize = 1_000;

/// What the data of a page says about postings.
#[derive(Debug, Default)]
pub struct Embedded {
    /// The postings that have a title, each once, in the order of the page.
    pub records: Vec<PostingRecord>,
    /// The one that a piece of data is about, where others are only mentioned.
    pub subject: Option<String>,
}

impl Embedded {
    pub fn find(&self, id: &str) -> Option<&PostingRecord> {
        self.records.iter().find(|record| record.posting_id == id)
    }
}

/// Pieces that are no JSON are passed over: a page holds many that are not about postings.
pub fn postings(pieces: &[String]) -> Embedded {
    let data: Vec<Value> =
        pieces.iter().filter(|piece| piece.contains("JobPosting")).filter_map(|piece| serde_json::from_str(piece).ok()).collect();
    let mut by_urn: HashMap<&str, &Object> = HashMap::new();
    let mut found = Vec::new();
    for object in data.iter().flat_map(objects).take(MOST_OBJECTS) {
        for name in ["entityUrn", "dashEntityUrn", "objectUrn"] {
            if let Some(urn) = object.get(name).and_then(Value::as_str) {
                by_urn.entry(urn).or_insert(object);
            }
        }
        if is_posting(object) {
            found.push(object);
        }
    }
    let mut records: Vec<PostingRecord> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for object in found {
        let Some(id) = id_of(object) else { continue };
        // The same posting may stand there twice, once in short.
        let known = places.get(&id).copied();
        let is_wanted = match known.and_then(|place| records.get(place)) {
            Some(known) => known.description.is_none() && object.contains_key("description"),
            None => records.len() < MOST_POSTINGS,
        };
        if !is_wanted {
            continue;
        }
        let Some(record) = read(object, &id, &by_urn, known.unwrap_or(records.len())) else { continue };
        match known.and_then(|place| records.get_mut(place)) {
            Some(known) if record.description.is_some() => *known = record,
            Some(_) => {}
            None => {
                places.insert(id, records.len());
                records.push(record);
            }
        }
    }
    let mut subjects: Vec<&str> =
        data.iter().filter_map(|piece| piece.get("data")?.as_object()).filter(|object| is_posting(object)).filter_map(own_id).collect();
    subjects.dedup();
    let subject = if let [subject] = subjects.as_slice() { Some((*subject).to_owned()) } else { None };
    Embedded { records, subject }
}

fn own_id(object: &Object) -> Option<&str> {
    ["entityUrn", "dashEntityUrn", "objectUrn"].iter().find_map(|name| id_of_urn(object.get(*name)?.as_str()?))
}

/// All objects inside a value, outermost first.
fn objects(value: &Value) -> Vec<&Object> {
    let mut found = Vec::new();
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(object) => {
                found.push(object);
                waiting.extend(object.values().rev());
            }
            Value::Array(values) => waiting.extend(values.iter().rev()),
            _ => {}
        }
    }
    found
}

fn is_posting(object: &Object) -> bool {
    object.get("$type").and_then(Value::as_str).is_some_and(|kind| kind.ends_with(".jobs.JobPosting"))
}

fn id_of(object: &Object) -> Option<String> {
    let stated = text(object.get("jobPostingId"));
    own_id(object).or_else(|| stated.as_deref().and_then(posting_id)).map(str::to_owned)
}

fn read(object: &Object, id: &str, by_urn: &HashMap<&str, &Object>, position: usize) -> Option<PostingRecord> {
    let say = |name: &str| text(object.get(name)).as_deref().and_then(words);
    let mut record = PostingRecord::new(position, id, Shown::MemberPage);
    record.title = Some(say("title")?);
    read_company(&mut record, object, by_urn);
    if let Some(location) = say("formattedLocation") {
        let (place, workplace) = Workplace::split_from(&location);
        record.country = country_of(&place).map(str::to_owned);
        record.location = Some(place);
        record.workplace = workplace;
    }
    let stated_workplace = text(object.get("workplaceTypes")).as_deref().and_then(Workplace::read);
    record.workplace = record.workplace.or(stated_workplace).or_else(|| match flag(object.get("workRemoteAllowed")) {
        Some(true) => Some(Workplace::Remote),
        _ => None,
    });
    record.posted_at = count(object.get("listedAt")).and_then(|ms| Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok());
    record.employment_type = ["formattedEmploymentStatus", "employmentStatus"].iter().find_map(|name| EmploymentType::read(&say(name)?));
    record.seniority = ["formattedExperienceLevel", "experienceLevel"].iter().find_map(|name| PostingSeniority::read(&say(name)?));
    record.functions = list(object.get("formattedJobFunctions"));
    record.industries = list(object.get("formattedIndustries"));
    record.description = read_description(object.get("description"));
    record.applicants = count(object.get("applies")).and_then(|applied| u32::try_from(applied).ok());
    read_pay(&mut record, object);
    let apply = object.get("applyMethod").and_then(Value::as_object);
    if let Some(apply) = apply {
        record.apply_url = text(apply.get("companyApplyUrl")).as_deref().and_then(address);
        let kind = apply.get("$type").and_then(Value::as_str).unwrap_or_default();
        record.easy_apply = if record.apply_url.is_some() || kind.ends_with("OffsiteApply") {
            Some(false)
        } else if kind.ends_with("OnsiteApply") {
            Some(true)
        } else {
            None
        };
    }
    record.closed = match say("jobState").as_deref() {
        Some("CLOSED" | "SUSPENDED") => Some(true),
        Some("LISTED") => Some(false),
        _ => None,
    };
    record.raw = without_nul(object.iter().map(|(name, value)| (name.clone(), without_postings(value))).collect());
    Some(record)
}

/// Postings inside a posting are records of their own; kept in each that is around them, a page could fill the memory.
fn without_postings(value: &Value) -> Value {
    match value {
        Value::Object(object) if is_posting(object) => object.get("entityUrn").filter(|urn| urn.is_string()).cloned().unwrap_or_default(),
        Value::Object(object) => object.iter().map(|(name, value)| (name.clone(), without_postings(value))).collect(),
        Value::Array(values) => values.iter().map(without_postings).collect(),
        value => value.clone(),
    }
}

/// The company's name comes with the posting, or stands elsewhere on the page under the URN that the posting names.
fn read_company(record: &mut PostingRecord, object: &Object, by_urn: &HashMap<&str, &Object>) {
    let Some(details) = object.get("companyDetails").and_then(Value::as_object) else {
        record.company = text(object.get("companyName")).as_deref().and_then(words);
        return;
    };
    let urn =
        ["company", "*company", "*companyResolutionResult", "companyResolutionResult"].iter().find_map(|name| details.get(*name)?.as_str());
    record.company_id =
        urn.and_then(|urn| urn.rsplit(':').next()).filter(|id| !id.is_empty() && id.bytes().all(|c| c.is_ascii_digit())).map(str::to_owned);
    let inside = ["companyResolutionResult", "company"].iter().find_map(|name| details.get(*name)?.as_object());
    let company = inside.or_else(|| by_urn.get(urn?).copied());
    let named = company
        .and_then(|company| text(company.get("name")))
        .or_else(|| text(details.get("companyName")))
        .or_else(|| text(details.get("rawCompanyName")));
    record.company = named.as_deref().and_then(words);
    if let Some(company) = company {
        let address = text(company.get("url")).as_deref().and_then(company_address);
        record.company_url = address.or_else(|| {
            let name = text(company.get("universalName"))?;
            let mut url = url::Url::parse("https://www.linkedin.com").ok()?;
            url.path_segments_mut().ok()?.extend(["company", &name]);
            Some(url.into())
        });
    }
}

/// Plain text, in an object or by itself.
fn read_description(value: Option<&Value>) -> Option<Description> {
    let words = match value? {
        Value::Object(object) => object.get("text")?.as_str()?,
        Value::String(text) => text,
        _ => return None,
    };
    Description::from_text(words)
}

fn read_pay(record: &mut PostingRecord, object: &Object) {
    record.salary_text = ["formattedSalaryDescription", "formattedSalary"].iter().find_map(|name| words(&text(object.get(*name))?));
    let breakdown = object.get("salaryInsights").and_then(|insights| insights.get("compensationBreakdown")).and_then(|list| match list {
        Value::Array(list) => list.first()?.as_object(),
        value => value.as_object(),
    });
    record.salary = match breakdown {
        Some(pay) => Salary::stated(
            salary::hundredths(pay.get("minSalary")),
            salary::hundredths(pay.get("maxSalary")),
            text(pay.get("currencyCode")).as_deref(),
            text(pay.get("payPeriod")).as_deref(),
        ),
        None => record.salary_text.as_deref().and_then(Salary::read),
    };
}

fn list(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(values)) => values.iter().filter_map(|value| words(&text(Some(value))?)).collect(),
        value => text(value).as_deref().and_then(words).into_iter().collect(),
    }
}
