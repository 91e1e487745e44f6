//! Rows of the data set of job postings, read leniently into records. Every row is kept as it came.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::country::country_of;
use crate::error::ProviderError;
use crate::fetch::excerpt;
use crate::lenient::{count, flag, text, web_address, without_nul};
use crate::linkedin::posting_url::id_of_posting;
use crate::linkedin::words::company_address;
use crate::page::RejectedRecord;
use crate::posting::{Description, EmploymentType, PostingRecord, PostingSeniority, Salary, Shown, Workplace, salary};

pub type Object = Map<String, Value>;

const MOST_BYTES_OF_A_REJECTED_ROW: usize = 4_096;

/// What a snapshot holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    pub records: Vec<PostingRecord>,
    pub rejected: Vec<RejectedRecord>,
    pub asked: Asked,
}

/// What rows say they are the answer to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// The postings whose addresses were given.
    pub ids: BTreeSet<String>,
    /// What was searched for, each input once.
    pub discoveries: Vec<Object>,
}

impl Asked {
    fn note(&mut self, row: &Value) {
        match row.get("discovery_input").and_then(Value::as_object) {
            Some(input) if !self.discoveries.contains(input) => self.discoveries.push(input.clone()),
            Some(_) => {}
            None => self.ids.extend(row.get("input").and_then(|input| text(input.get("url"))).and_then(|url| id_of_posting(&url).ok())),
        }
    }

    pub fn add(&mut self, other: Self) {
        self.ids.extend(other.ids);
        for input in other.discoveries {
            if !self.discoveries.contains(&input) {
                self.discoveries.push(input);
            }
        }
    }
}

impl Rows {
    pub fn received(&self) -> usize {
        self.records.len() + self.rejected.len()
    }

    /// Only the postings that were asked for: another one came in place of one that is gone.
    pub fn only(mut self, ids: &[String]) -> Self {
        let (asked, others): (Vec<_>, Vec<_>) = self.records.into_iter().partition(|record| ids.contains(&record.posting_id));
        let strangers = others.into_iter().map(|record| {
            let error = format!("posting {} came, which was not asked for", record.posting_id);
            RejectedRecord { position: record.position, error, raw: record.raw }
        });
        self.rejected.extend(strangers);
        self.rejected.sort_by_key(|row| row.position);
        Self { records: asked, ..self }
    }
}

/// Whether words in place of rows say that there are none.
pub fn says_empty(body: &[u8]) -> bool {
    says(body, &["snapshot is empty", "no data found", "no records found"])
}

/// Whether words in place of rows say that they are still being put together.
pub fn says_not_ready(body: &[u8]) -> bool {
    says(body, &["not ready", "try again in", "is building"])
}

fn says(body: &[u8], phrases: &[&str]) -> bool {
    const LONGEST: usize = 2_000;
    if body.len() > LONGEST {
        return false;
    }
    let said = match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(said)) if is_row(&said) => return false,
        Ok(Value::Object(said)) => {
            ["message", "error", "status"].iter().filter_map(|name| text(said.get(*name))).collect::<Vec<_>>().join(" ")
        }
        Ok(Value::String(said)) => said,
        Ok(_) => return false,
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    let said = said.to_lowercase();
    phrases.iter().any(|phrase| said.contains(phrase))
}

/// A row is about a posting, or about an input that gave none; anything else is about the snapshot.
fn is_row(object: &Object) -> bool {
    ["job_posting_id", "job_title", "url", "input", "discovery_input", "error_code"].iter().any(|name| object.contains_key(*name))
}

/// Reads a downloaded snapshot: a list of rows, or a single one. `None` while the vendor is still at work on it.
pub fn parse_rows(body: &[u8]) -> Result<Option<Rows>, ProviderError> {
    if says_empty(body) {
        return Ok(Some(Rows::default()));
    }
    if says_not_ready(body) {
        return Ok(None);
    }
    let unreadable = |what: &str| ProviderError::LayoutChanged {
        page: None,
        detail: format!("Bright Data's snapshot is {what}"),
        excerpt: excerpt(body),
    };
    let rows = match serde_json::from_slice(body) {
        Ok(Value::Array(rows)) => rows,
        Ok(Value::Object(said)) if !is_row(&said) && (said.contains_key("status") || said.contains_key("message")) => return Ok(None),
        Ok(row @ Value::Object(_)) => vec![row],
        Ok(_) => return Err(unreadable("not a list of rows")),
        Err(_) => return Err(unreadable("not JSON")),
    };
    let mut read = Rows::default();
    for (position, row) in rows.into_iter().enumerate() {
        let row = without_nul(row);
        read.asked.note(&row);
        match read_row(&row, position) {
            Ok(mut record) => {
                record.raw = row;
                read.records.push(record);
            }
            Err(error) => read.rejected.push(RejectedRecord { position, error, raw: shortened(row) }),
        }
    }
    Ok(Some(read))
}

fn read_row(row: &Value, position: usize) -> Result<PostingRecord, String> {
    let row = row.as_object().ok_or("the row is not an object")?;
    let has_posting = text(row.get("job_title")).is_some();
    if !has_posting && let Some(error) = text(row.get("error")).or_else(|| text(row.get("error_code"))) {
        let code = text(row.get("error_code")).filter(|code| *code != error);
        return Err(code.map_or_else(|| error.clone(), |code| format!("{code}: {error}")).chars().take(300).collect());
    }
    let id = read_id(row)?;
    let mut record = PostingRecord::new(position, &id, Shown::Dataset);
    let say = |name: &str| text(row.get(name)).map(|text| crate::fold::tidy(&text));
    let link = |name: &str| web_address(row.get(name)).map(String::from);
    record.title = Some(say("job_title").ok_or("the row has no job_title")?);
    record.company = say("company_name");
    record.company_id = say("company_id").filter(|id| id.bytes().all(|c| c.is_ascii_digit()));
    record.company_url = link("company_url").as_deref().and_then(company_address);
    record.company_logo_url = link("company_logo");
    if let Some(location) = say("job_location") {
        let (place, workplace) = Workplace::split_from(&location);
        record.country = country_of(&place).map(str::to_owned);
        record.location = Some(place);
        record.workplace = workplace;
    }
    if let Some(posted) = say("job_posted_date") {
        record.posted_at = posted.parse::<Timestamp>().ok();
        record.posted_on = posted.get(..10).and_then(|day| day.parse::<Date>().ok());
    }
    record.employment_type = say("job_employment_type").as_deref().and_then(EmploymentType::read);
    record.seniority = say("job_seniority_level").as_deref().and_then(PostingSeniority::read);
    record.functions = list(row.get("job_function"));
    record.industries = match row.get("job_industries") {
        value @ Some(Value::Array(_)) => list(value),
        // Names of industries hold commas themselves.
        value => text(value).into_iter().collect(),
    };
    record.description = text(row.get("job_description_formatted"))
        .and_then(|html| Description::from_html(&html))
        .or_else(|| text(row.get("job_summary")).and_then(|words| Description::from_text(&words)));
    record.salary_text = say("job_base_pay_range");
    record.salary = read_pay(row).or_else(|| record.salary_text.as_deref().and_then(Salary::read));
    record.applicants = count(row.get("job_num_applicants")).and_then(|applied| u32::try_from(applied).ok());
    record.apply_url = link("apply_link");
    record.easy_apply = flag(row.get("is_easy_apply"));
    record.closed = flag(row.get("application_availability")).map(|available| !available);
    Ok(record)
}

/// The posting's number: the row's own and its address's have to agree, and so has the address that was asked for.
fn read_id(row: &Object) -> Result<String, String> {
    let of_address = |value: Option<&Value>| text(value).and_then(|url| id_of_posting(&url).ok());
    let stated = text(row.get("job_posting_id")).and_then(|id| id_of_posting(&id).ok());
    let (shown, asked) = (of_address(row.get("url")), of_address(row.get("input").and_then(|input| input.get("url"))));
    let id = stated.clone().or_else(|| shown.clone()).ok_or("the row has no id of a posting")?;
    if let Some(other) = shown.filter(|shown| *shown != id) {
        return Err(format!("the row is about two postings, {id} and {other}"));
    }
    if let Some(asked) = asked.filter(|asked| *asked != id) {
        return Err(format!("posting {id} came in place of {asked}"));
    }
    Ok(id)
}

fn read_pay(row: &Object) -> Option<Salary> {
    let pay = row.get("base_salary")?.as_object()?;
    Salary::stated(
        salary::hundredths(pay.get("min_amount")),
        salary::hundredths(pay.get("max_amount")),
        text(pay.get("currency")).as_deref(),
        text(pay.get("payment_period")).as_deref(),
    )
}

/// A list, or its words in one text.
fn list(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(values)) => values.iter().filter_map(|value| text(Some(value))).collect(),
        // Two that are joined by "and" alone stay together: "Arts and Design" is one.
        value => text(value)
            .iter()
            .flat_map(|words| words.split(", "))
            .map(|part| part.trim().trim_start_matches("and ").to_owned())
            .filter(|part| !part.is_empty())
            .collect(),
    }
}

/// A long row keeps its keys, and the short ones of its values.
fn shortened(row: Value) -> Value {
    if row.to_string().len() <= MOST_BYTES_OF_A_REJECTED_ROW {
        return row;
    }
    let Value::Object(object) = row else { return Value::Null };
    let short = |value: Value| if value.to_string().len() <= 200 { value } else { Value::from("…") };
    object.into_iter().take(20).map(|(name, value)| (name, short(value))).collect::<Object>().into()
}
