//! The only place that knows Bright Data's addresses and inputs (data sets v3).

use serde_json::{Map, Value, json};
use url::Url;

use crate::error::ProviderError;
use crate::posting::{EmploymentType, PostingQuery, PostingSeniority, Workplace};
use crate::posting_provider::PostingLogin;

const JOBS: &str = "gd_lpfll7v5hcqtkxl6l";

pub fn snapshots(login: &PostingLogin) -> Result<Url, ProviderError> {
    let mut url = address(login, &["snapshots"])?;
    url.query_pairs_mut().append_pair("dataset_id", JOBS);
    Ok(url)
}

/// Collects postings by their addresses.
pub fn collect(login: &PostingLogin) -> Result<Url, ProviderError> {
    let mut url = address(login, &["trigger"])?;
    url.query_pairs_mut().append_pair("dataset_id", JOBS).append_pair("include_errors", "true");
    Ok(url)
}

/// Finds postings by what they are about, `most` of them at most: what is found is paid for.
pub fn discover(login: &PostingLogin, most: Option<u32>) -> Result<Url, ProviderError> {
    let mut url = collect(login)?;
    url.query_pairs_mut().append_pair("type", "discover_new").append_pair("discover_by", "keyword");
    if let Some(most) = most {
        url.query_pairs_mut().append_pair("limit_per_input", &most.max(1).to_string());
    }
    Ok(url)
}

pub fn progress(login: &PostingLogin, snapshot: &str) -> Result<Url, ProviderError> {
    address(login, &["progress", snapshot])
}

/// Rows in one part of a download: the fewest that the vendor divides by.
pub const ROWS_OF_PART: usize = 1_000;

/// One part of a snapshot; the first is 1.
pub fn download(login: &PostingLogin, snapshot: &str, part: u32) -> Result<Url, ProviderError> {
    let mut url = address(login, &["snapshot", snapshot])?;
    url.query_pairs_mut()
        .append_pair("format", "json")
        .append_pair("batch_size", &ROWS_OF_PART.to_string())
        .append_pair("part", &part.to_string());
    Ok(url)
}

pub fn collect_inputs(ids: &[String]) -> Value {
    ids.iter().map(|id| json!({ "url": format!("https://www.linkedin.com/jobs/view/{id}") })).collect()
}

/// The vendor's form takes one value for each filter. Where several are wanted, none is sent, and what comes is checked.
pub fn discover_inputs(query: &PostingQuery) -> Value {
    Value::Array(vec![Value::Object(discover_input(query))])
}

/// Everything by which one discovery differs from another, as rows repeat it.
pub const DISCOVERY_FIELDS: [&str; 9] =
    ["location", "keyword", "country", "time_range", "job_type", "experience_level", "remote", "company", "location_radius"];

pub fn discover_input(query: &PostingQuery) -> Map<String, Value> {
    let mut input = Map::new();
    let mut give = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            input.insert(name.to_owned(), Value::from(value));
        }
    };
    give("location", query.location.as_deref());
    give("keyword", Some(query.keywords.as_deref().unwrap_or_default()));
    give("time_range", query.max_age_seconds.and_then(time_range));
    give("job_type", only(&query.employment_types).and_then(employment));
    give("experience_level", only(&query.seniorities).map(experience));
    give("remote", only(&query.workplaces).map(workplace));
    input
}

fn only<T: Copy>(values: &[T]) -> Option<T> {
    match values {
        [value] => Some(*value),
        _ => None,
    }
}

/// The shortest of the vendor's ranges that holds the whole age.
fn time_range(seconds: u64) -> Option<&'static str> {
    match seconds {
        0..=86_400 => Some("Past 24 hours"),
        86_401..=604_800 => Some("Past week"),
        // The vendor's month is the calendar's at its shortest.
        604_801..=2_419_200 => Some("Past month"),
        _ => None,
    }
}

fn employment(kind: EmploymentType) -> Option<&'static str> {
    match kind {
        EmploymentType::FullTime => Some("Full-time"),
        EmploymentType::PartTime => Some("Part-time"),
        EmploymentType::Contract => Some("Contract"),
        EmploymentType::Temporary => Some("Temporary"),
        EmploymentType::Volunteer => Some("Volunteer"),
        EmploymentType::Internship => Some("Internship"),
        EmploymentType::Other => None,
    }
}

fn experience(seniority: PostingSeniority) -> &'static str {
    match seniority {
        PostingSeniority::Internship => "Internship",
        PostingSeniority::Entry => "Entry level",
        PostingSeniority::Associate => "Associate",
        PostingSeniority::MidSenior => "Mid-Senior level",
        PostingSeniority::Director => "Director",
        PostingSeniority::Executive => "Executive",
    }
}

fn workplace(workplace: Workplace) -> &'static str {
    match workplace {
        Workplace::OnSite => "On-site",
        Workplace::Remote => "Remote",
        Workplace::Hybrid => "Hybrid",
    }
}

fn address(login: &PostingLogin, path: &[&str]) -> Result<Url, ProviderError> {
    let refuse = |field: &str, detail: &str| ProviderError::Refused { field: Some(field.to_owned()), detail: detail.to_owned() };
    if path.iter().any(|part| part.is_empty() || matches!(*part, "." | "..")) {
        return Err(refuse("cursor", "The snapshot has no id: start the search anew."));
    }
    let mut url = login.base_url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let is_web = matches!(url.scheme(), "http" | "https");
    match url.path_segments_mut() {
        Ok(mut segments) if is_web => {
            segments.clear().extend(["datasets", "v3"]).extend(path);
        }
        _ => return Err(refuse("base_url", "The address of Bright Data must look like https://api.brightdata.com.")),
    }
    Ok(url)
}
