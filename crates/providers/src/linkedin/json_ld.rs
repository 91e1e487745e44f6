//! A posting as schema.org describes one (JSON-LD), where a page carries that.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::posting_page::id_of_address;
use super::words::{address, company_address, words};
use crate::country::country_of;
use crate::lenient::{flag, text};
use crate::posting::{Description, EmploymentType, PostingRecord, Salary, Shown, Workplace, salary};

type Object = Map<String, Value>;

/// What the data says of a posting.
#[derive(Debug)]
pub struct Structured {
    /// Its id is `""` unless `address` is the one of a posting of LinkedIn's.
    pub record: PostingRecord,
    /// The posting's own page, on whatever site.
    pub address: Option<String>,
}

/// The first `JobPosting`.
pub fn posting(pieces: &[String]) -> Option<Structured> {
    for piece in pieces {
        let Ok(value) = serde_json::from_str::<Value>(piece.trim()) else { continue };
        let nested = value.get("@graph").cloned();
        let candidates = [Some(value), nested].into_iter().flatten();
        for candidate in candidates {
            let objects = match candidate {
                Value::Array(values) => values,
                value => vec![value],
            };
            for object in objects.iter().filter_map(Value::as_object) {
                if text(object.get("@type")).as_deref() == Some("JobPosting") {
                    return Some(read(object));
                }
            }
        }
    }
    None
}

fn read(object: &Object) -> Structured {
    let say = |name: &str| text(object.get(name)).as_deref().and_then(words);
    let address_of_page = text(object.get("url"));
    // `identifier` is no id of LinkedIn's, whatever its digits: each site and each employer numbers its own openings there.
    let id = address_of_page.as_deref().and_then(id_of_address).unwrap_or_default();
    let mut record = PostingRecord::new(0, &id, Shown::GuestPage);
    record.title = say("title");
    if let Some(organization) = first_object(object.get("hiringOrganization")) {
        record.company = text(organization.get("name")).as_deref().and_then(words);
        record.company_url =
            text(organization.get("sameAs")).as_deref().and_then(company_address).filter(|url| url.contains("linkedin.com/"));
        record.company_logo_url = text(organization.get("logo")).as_deref().and_then(address);
    }
    read_place(&mut record, object);
    if let Some(posted) = say("datePosted") {
        record.posted_at = posted.parse::<Timestamp>().ok();
        record.posted_on = posted.get(..10).and_then(|day| day.parse::<Date>().ok());
    }
    record.employment_type = say("employmentType").as_deref().and_then(EmploymentType::read);
    record.industries = say("industry").into_iter().collect();
    record.description = text(object.get("description")).and_then(|html| read_description(&html));
    read_pay(&mut record, object);
    record.easy_apply = flag(object.get("directApply"));
    record.raw = serde_json::json!({ "json_ld": crate::lenient::without_nul(Value::Object(object.clone())) });
    Structured { record, address: address_of_page }
}

fn read_place(record: &mut PostingRecord, object: &Object) {
    let place = first_object(object.get("jobLocation")).and_then(|place| first_object(place.get("address")));
    if let Some(place) = place {
        let country = match place.get("addressCountry") {
            Some(Value::Object(country)) => text(country.get("name")),
            value => text(value),
        };
        let parts = [text(place.get("addressLocality")), text(place.get("addressRegion")), country];
        let parts: Vec<String> = parts.iter().flatten().filter_map(|part| words(part)).collect();
        record.location = words(&parts.join(", "));
        record.country = record.location.as_deref().and_then(country_of).map(str::to_owned);
    }
    record.workplace = text(object.get("jobLocationType")).as_deref().and_then(Workplace::read);
}

/// LinkedIn escapes the markup once more inside the JSON text.
fn read_description(html: &str) -> Option<Description> {
    let escaped = !html.contains('<') && html.contains("&lt;");
    if !escaped {
        return Description::from_html(html);
    }
    let unescaped = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&");
    Description::from_html(&unescaped)
}

fn read_pay(record: &mut PostingRecord, object: &Object) {
    let Some(pay) = first_object(object.get("baseSalary")) else { return };
    let currency = text(pay.get("currency"));
    let (min, max, period) = match pay.get("value") {
        Some(Value::Object(value)) => {
            let amount = salary::hundredths(value.get("value"));
            let min = salary::hundredths(value.get("minValue")).or(amount);
            (min, salary::hundredths(value.get("maxValue")).or(amount), text(value.get("unitText")))
        }
        value => (salary::hundredths(value), salary::hundredths(value), text(pay.get("unitText"))),
    };
    record.salary = Salary::stated(min, max, currency.as_deref(), period.as_deref());
}

/// An object, or the first of a list of them.
fn first_object(value: Option<&Value>) -> Option<&Object> {
    match value? {
        Value::Object(object) => Some(object),
        Value::Array(values) => values.iter().find_map(Value::as_object),
        _ => None,
    }
}
