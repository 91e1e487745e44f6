//! One posting's page: the fragment that guests get, the whole page, a member's page, and any of them saved from a browser.

mod reading;

use serde_json::{Map, Value};

use super::embedded;
use super::json_ld::{self, Structured};
use super::origin::{Foreign, is_linkedins};
use super::words::{address, applicants, company_address, words};
use crate::country::country_of;
use crate::error::ProviderError;
use crate::fetch::excerpt;
use crate::posting::{EmploymentType, PostingRecord, PostingSeniority, Salary, Shown, Workplace};
use reading::Seen;

/// The posting on the page that was asked for as `asked`, or `Another` when the page is about a different one.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    Posting(Box<PostingRecord>),
    /// The id of the posting that came instead.
    Another(String),
}

/// Reads the page that came for the posting `asked`. The id on the page decides which posting it is: LinkedIn answers a dead id with another posting.
pub fn parse(page: &[u8], asked: &str) -> Result<Parsed, ProviderError> {
    let mut seen = reading::read(page);
    let embedded = embedded::postings(&seen.embedded);
    let structured = json_ld::posting(&seen.structured);
    let shown_id = shown_id(&seen, structured.as_ref());
    if let Some(own) = embedded.find(asked)
        && shown_id.as_deref().is_none_or(|id| id == asked)
    {
        return Ok(Parsed::Posting(Box::new(completed(own.clone(), &mut seen, structured))));
    }
    // A posting that is merely mentioned claims no page, not even when it is the only one: it may be a recommendation.
    match shown_id.or_else(|| embedded.subject.clone()) {
        Some(id) if id == asked => match assemble(id, &mut seen, structured) {
            Some(record) => Ok(Parsed::Posting(Box::new(record))),
            None => Err(unreadable("LinkedIn's page of the posting shows neither its title nor its company", page)),
        },
        Some(id) => Ok(Parsed::Another(id)),
        None => Err(unreadable("LinkedIn's page does not say which posting it shows", page)),
    }
}

/// The posting of a page that nobody asked for by id, such as a saved one; none when the page is not a posting's. A member's page that says nowhere
/// which posting it is about gives all that are on it.
pub fn parse_saved(page: &[u8]) -> Result<Vec<PostingRecord>, Foreign> {
    let mut seen = reading::read(page);
    let embedded = embedded::postings(&seen.embedded);
    let structured = json_ld::posting(&seen.structured);
    // What the page calls itself counts more than what its data does, which may lead to the employer's own page.
    if seen.origin.is_silent()
        && let Some(address) = structured.as_ref().and_then(|structured| structured.address.as_deref())
    {
        seen.origin.note(address);
    }
    seen.origin.check()?;
    Ok(match shown_id(&seen, structured.as_ref()).or_else(|| embedded.subject.clone()) {
        Some(id) => match embedded.find(&id) {
            Some(own) => vec![completed(own.clone(), &mut seen, structured)],
            None if seen.is_posting() || structured.is_some() => assemble(id, &mut seen, structured).into_iter().collect(),
            None => embedded.records,
        },
        None => embedded.records,
    })
}

/// The id that the page itself says it is about.
fn shown_id(seen: &Seen, structured: Option<&Structured>) -> Option<String> {
    let of_data = || structured.map(|structured| structured.record.posting_id.clone()).filter(|id| !id.is_empty());
    seen.id().map(str::to_owned).or_else(of_data)
}

fn unreadable(detail: &str, page: &[u8]) -> ProviderError {
    ProviderError::LayoutChanged { page: None, detail: detail.to_owned(), excerpt: excerpt(page) }
}

/// A record from the page's markup, its gaps filled from JSON-LD. `None` when there is neither a title nor a company.
fn assemble(id: String, seen: &mut Seen, structured: Option<Structured>) -> Option<PostingRecord> {
    let mut record = PostingRecord::new(0, &id, Shown::GuestPage);
    fill_from_markup(&mut record, seen);
    if let Some(structured) = structured {
        fill_gaps(&mut record, structured.record);
    }
    if record.title.is_none() && record.company.is_none() { None } else { Some(record) }
}

/// A member's record, its gaps filled from the rest of the page.
fn completed(record: PostingRecord, seen: &mut Seen, structured: Option<Structured>) -> PostingRecord {
    let mut whole = record;
    let id = whole.posting_id.clone();
    if let Some(rest) = assemble(id, seen, structured) {
        fill_gaps(&mut whole, rest);
    }
    whole
}

fn fill_from_markup(record: &mut PostingRecord, seen: &mut Seen) {
    record.raw = raw(seen);
    record.title = seen.title.as_deref().and_then(words);
    record.company = seen.company.as_deref().and_then(words);
    record.company_url = seen.company_href.as_deref().and_then(company_address);
    record.company_logo_url = seen.logo.as_deref().and_then(address);
    if let Some(location) = seen.location.as_deref().and_then(words) {
        let (place, workplace) = Workplace::split_from(&location);
        record.country = country_of(&place).map(str::to_owned);
        record.location = Some(place);
        record.workplace = workplace;
    }
    record.applicants_text = seen.applicants.as_deref().and_then(words);
    record.applicants = record.applicants_text.as_deref().and_then(applicants);
    record.salary_text = seen.salary.as_deref().and_then(words);
    record.salary = record.salary_text.as_deref().and_then(Salary::read);
    for (name, value) in &seen.criteria {
        match name.to_lowercase().as_str() {
            "seniority level" => record.seniority = PostingSeniority::read(value),
            "employment type" => record.employment_type = EmploymentType::read(value),
            "job function" => record.functions = list(value),
            // Names of industries hold commas and "and" themselves, so several of them in one text cannot be told apart.
            "industries" => record.industries = vec![value.clone()],
            _ => {}
        }
    }
    record.description = seen.description.take();
    record.apply_url = seen.apply_url.clone();
    record.easy_apply = if record.apply_url.is_some() { Some(false) } else { seen.applies_on_linkedin };
    // The mark stands in the top card, so a page that goes on to its description without one is open.
    record.closed = match seen.closed {
        true => Some(true),
        false if record.title.is_some() && record.description.is_some() => Some(false),
        false => None,
    };
}

/// "Engineering, Information Technology, and Sales". Two that are joined by "and" alone stay together: "Arts and Design" is one.
fn list(text: &str) -> Vec<String> {
    text.split(", ").map(|part| part.strip_prefix("and ").unwrap_or(part)).filter_map(words).collect()
}

fn fill_gaps(record: &mut PostingRecord, other: PostingRecord) {
    fn fill<T>(own: &mut Option<T>, other: Option<T>) {
        if own.is_none() {
            *own = other;
        }
    }
    fill(&mut record.title, other.title);
    // A company's details belong to its name: another name's are not taken.
    if record.company.is_none() || record.company == other.company {
        fill(&mut record.company, other.company);
        fill(&mut record.company_id, other.company_id);
        fill(&mut record.company_url, other.company_url);
        fill(&mut record.company_logo_url, other.company_logo_url);
    }
    if record.location.is_none() {
        record.country = None;
        fill(&mut record.country, other.country);
    }
    fill(&mut record.location, other.location);
    fill(&mut record.posted_on, other.posted_on);
    fill(&mut record.posted_at, other.posted_at);
    fill(&mut record.workplace, other.workplace);
    fill(&mut record.employment_type, other.employment_type);
    fill(&mut record.seniority, other.seniority);
    fill(&mut record.salary, other.salary);
    fill(&mut record.salary_text, other.salary_text);
    fill(&mut record.description, other.description);
    fill(&mut record.applicants, other.applicants);
    fill(&mut record.applicants_text, other.applicants_text);
    fill(&mut record.apply_url, other.apply_url);
    fill(&mut record.easy_apply, other.easy_apply);
    fill(&mut record.closed, other.closed);
    if record.functions.is_empty() {
        record.functions = other.functions;
    }
    if record.industries.is_empty() {
        record.industries = other.industries;
    }
    if let (Value::Object(own), Value::Object(other)) = (&mut record.raw, other.raw) {
        for (name, value) in other {
            own.entry(name).or_insert(value);
        }
    }
}

fn raw(seen: &Seen) -> Value {
    let mut raw = Map::new();
    let texts = [
        ("title", &seen.title),
        ("company", &seen.company),
        ("company_href", &seen.company_href),
        ("location", &seen.location),
        ("posted", &seen.posted),
        ("applicants", &seen.applicants),
        ("salary", &seen.salary),
    ];
    for (name, text) in texts {
        if let Some(text) = text.as_deref().and_then(words) {
            raw.insert(name.to_owned(), Value::String(text));
        }
    }
    if !seen.criteria.is_empty() {
        let criteria = seen.criteria.iter().map(|(name, value)| (name.clone(), Value::String(value.clone())));
        raw.insert("criteria".to_owned(), Value::Object(criteria.collect()));
    }
    Value::Object(raw)
}

/// The id in the address of a posting's page on LinkedIn. Other sites have paths like that, too, and numbers of their own.
pub(super) fn id_of_address(href: &str) -> Option<String> {
    let url = url::Url::parse(href.trim()).ok().filter(is_linkedins)?;
    super::posting_url::id_of_path(&url)
}
