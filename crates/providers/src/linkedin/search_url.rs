//! A job search as LinkedIn's own address line writes it: read into a query, and written from one.

use url::{Url, form_urlencoded};

use super::posting_url;
use super::words::words;
use crate::error::ProviderError;
use crate::posting::{EmploymentType, PostingQuery, PostingSeniority, Sort, Workplace};

const LONGEST_URL: usize = 8_192;

const WHAT_WORKS: &str = "Paste the address of a job search, such as https://www.linkedin.com/jobs/search/?keywords=rust&location=Berlin.";

/// Yearly pay in thousands behind LinkedIn's numbers 1 to 9 of its pay filter.
const PAY_BANDS: [u32; 9] = [40_000, 60_000, 80_000, 100_000, 120_000, 140_000, 160_000, 180_000, 200_000];

/// Parameters that say how a page looks or how somebody came to it, and nothing of what is looked for.
const MEANINGLESS: [&str; 16] = [
    "currentJobId",
    "origin",
    "originToLandingJobPostings",
    "position",
    "pageNum",
    "refresh",
    "refId",
    "referralSearchId",
    "savedSearchId",
    "spellCorrectionEnabled",
    "start",
    "trackingId",
    "trk",
    "lipi",
    "original_referer",
    "sessionId",
];

/// A pasted search.
#[derive(Debug, Clone, PartialEq)]
pub struct PastedSearch {
    pub query: PostingQuery,
    /// Filters of the address that cannot be asked for, as `name=value`; the user is told.
    pub left_out: Vec<String>,
}

/// The search that `pasted` stands for; anything else is refused with what it is and what would work.
pub fn read_search_url(pasted: &str) -> Result<PastedSearch, ProviderError> {
    let refuse = |reason: &str| ProviderError::Refused { field: Some("url".to_owned()), detail: format!("{reason} {WHAT_WORKS}") };
    if pasted.len() > LONGEST_URL {
        return Err(refuse(&format!("The address is longer than {LONGEST_URL} bytes.")));
    }
    let url = posting_url::parse(pasted.trim()).map_err(|reason| refuse(&reason))?;
    let path: Vec<String> =
        url.path_segments().into_iter().flatten().filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["jobs", "search" | "search-results"]
        | ["search", "results", "jobs"]
        | ["jobs"]
        | ["jobs-guest", "jobs", "api", "seemorejobpostings", "search"] => {}
        ["jobs", "view", ..] => return Err(refuse("This is one posting: import it by its address instead.")),
        ["jobs", "collections", ..] => {
            return Err(refuse("This is a collection that LinkedIn puts together for one member, not a search."));
        }
        ["search", "results", ..] => return Err(refuse("This is a search, but not of jobs.")),
        ["jobs", slug] if slug.ends_with("-jobs") || slug.contains("-jobs-") => {
            return Err(refuse("This is a landing page for search engines: search for the same words on it, and copy that address."));
        }
        _ => return Err(refuse("This is a page of LinkedIn, but not a job search.")),
    }
    let pasted = read_parameters(&url);
    let q = &pasted.query;
    if q.keywords.is_none() && q.location.is_none() && q.geo_id.is_none() && q.company_ids.is_empty() {
        return Err(refuse("The address names neither keywords nor a place nor a company."));
    }
    Ok(pasted)
}

fn read_parameters(url: &Url) -> PastedSearch {
    let mut query = PostingQuery::default();
    let mut left_out = Vec::new();
    for (name, value) in url.query_pairs() {
        let parts = || value.split(',').map(str::trim).filter(|part| !part.is_empty());
        let understood = match &*name {
            "keywords" => {
                query.keywords = words(&value);
                true
            }
            "location" => {
                query.location = words(&value);
                true
            }
            "geoId" => {
                query.geo_id = digits(&value);
                query.geo_id.is_some()
            }
            "distance" => {
                query.distance_miles =
                    value.trim().parse::<f64>().ok().filter(|miles| (0.0..=1_000.0).contains(miles)).map(|miles| miles.round() as u32);
                query.distance_miles.is_some()
            }
            "sortBy" => {
                query.sort = match &*value {
                    "DD" => Some(Sort::Newest),
                    "R" => Some(Sort::Relevance),
                    _ => None,
                };
                query.sort.is_some()
            }
            "f_TPR" => {
                query.max_age_seconds = value.strip_prefix('r').and_then(|seconds| seconds.parse().ok()).filter(|seconds| *seconds > 0);
                query.max_age_seconds.is_some() || value.is_empty()
            }
            "f_JT" => all(parts(), &mut query.employment_types, |part| if part.len() == 1 { EmploymentType::read(part) } else { None }),
            "f_E" => all(parts(), &mut query.seniorities, |part| if part.len() == 1 { PostingSeniority::read(part) } else { None }),
            "f_WT" => all(parts(), &mut query.workplaces, |part| if part.len() == 1 { Workplace::read(part) } else { None }),
            "f_C" => all(parts(), &mut query.company_ids, digits),
            "f_AL" | "f_EA" => {
                query.easy_apply = value == "true";
                query.easy_apply
            }
            "f_SB2" => {
                query.min_yearly_pay = value.trim().parse::<usize>().ok().and_then(|band| PAY_BANDS.get(band.checked_sub(1)?)).copied();
                query.min_yearly_pay.is_some()
            }
            other => MEANINGLESS.contains(&other),
        };
        if !understood {
            left_out.push(format!("{name}={value}").chars().take(200).collect());
        }
    }
    PastedSearch { query, left_out }
}

/// Adds what is understood; true when that is all of it.
fn all<'a, T: PartialEq>(parts: impl Iterator<Item = &'a str>, list: &mut Vec<T>, read: impl Fn(&str) -> Option<T>) -> bool {
    let mut understood = true;
    for part in parts {
        match read(part) {
            Some(value) if !list.contains(&value) => list.push(value),
            Some(_) => {}
            None => understood = false,
        }
    }
    understood
}

fn digits(text: &str) -> Option<String> {
    let text = text.trim();
    let is_id = (1..=19).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit());
    if is_id { Some(text.to_owned()) } else { None }
}

/// The address of the search as LinkedIn's own pages write it; `read_search_url` reads the same query from it.
pub fn address_of_search(query: &PostingQuery) -> String {
    let mut written = form_urlencoded::Serializer::new(String::new());
    written.extend_pairs(parameters(query));
    format!("https://www.linkedin.com/jobs/search/?{}", written.finish())
}

/// The parameters that ask for `query`, in LinkedIn's names.
pub(super) fn parameters(query: &PostingQuery) -> Vec<(&'static str, String)> {
    let mut asked = Vec::new();
    let mut ask = |name, value: Option<String>| {
        if let Some(value) = value {
            asked.push((name, value));
        }
    };
    ask("keywords", query.keywords.clone());
    ask("location", query.location.clone());
    ask("geoId", query.geo_id.clone());
    ask("distance", query.distance_miles.map(|miles| miles.to_string()));
    ask("sortBy", query.sort.map(|sort| if sort == Sort::Newest { "DD".to_owned() } else { "R".to_owned() }));
    ask("f_TPR", query.max_age_seconds.map(|seconds| format!("r{seconds}")));
    ask("f_JT", list(&query.employment_types, employment_letter));
    ask("f_E", list(&query.seniorities, seniority_number));
    ask("f_WT", list(&query.workplaces, workplace_number));
    ask("f_C", if query.company_ids.is_empty() { None } else { Some(query.company_ids.join(",")) });
    ask("f_AL", query.easy_apply.then(|| "true".to_owned()));
    // The highest band that leaves nobody out; the exact amount is checked on what comes.
    ask("f_SB2", query.min_yearly_pay.and_then(|pay| PAY_BANDS.iter().rposition(|band| *band <= pay)).map(|band| (band + 1).to_string()));
    asked
}

fn list<T: Copy>(values: &[T], code: impl Fn(T) -> &'static str) -> Option<String> {
    if values.is_empty() { None } else { Some(values.iter().map(|value| code(*value)).collect::<Vec<_>>().join(",")) }
}

fn employment_letter(kind: EmploymentType) -> &'static str {
    match kind {
        EmploymentType::FullTime => "F",
        EmploymentType::PartTime => "P",
        EmploymentType::Contract => "C",
        EmploymentType::Temporary => "T",
        EmploymentType::Volunteer => "V",
        EmploymentType::Internship => "I",
        EmploymentType::Other => "O",
    }
}

fn seniority_number(seniority: PostingSeniority) -> &'static str {
    match seniority {
        PostingSeniority::Internship => "1",
        PostingSeniority::Entry => "2",
        PostingSeniority::Associate => "3",
        PostingSeniority::MidSenior => "4",
        PostingSeniority::Director => "5",
        PostingSeniority::Executive => "6",
    }
}

fn workplace_number(workplace: Workplace) -> &'static str {
    match workplace {
        Workplace::OnSite => "1",
        Workplace::Remote => "2",
        Workplace::Hybrid => "3",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_pasted_search_is_read_whole() {
        let pasted = "https://www.linkedin.com/jobs/search/?currentJobId=3912345678&keywords=rust%20engineer&location=Berlin%2C%20Germany&geoId=106967730&distance=25.0\
                      &sortBy=DD&f_TPR=r604800&f_JT=F%2CC&f_E=3,4&f_WT=2,3&f_C=1441,7&f_AL=true&f_SB2=3&f_I=96&origin=JOB_SEARCH_PAGE_JOB_FILTER";
        let read = read_search_url(pasted).unwrap();
        assert_eq!(
            read.query,
            PostingQuery {
                keywords: Some("rust engineer".to_owned()),
                location: Some("Berlin, Germany".to_owned()),
                geo_id: Some("106967730".to_owned()),
                distance_miles: Some(25),
                sort: Some(Sort::Newest),
                max_age_seconds: Some(604_800),
                employment_types: vec![EmploymentType::FullTime, EmploymentType::Contract],
                seniorities: vec![PostingSeniority::Associate, PostingSeniority::MidSenior],
                workplaces: vec![Workplace::Remote, Workplace::Hybrid],
                company_ids: vec!["1441".to_owned(), "7".to_owned()],
                easy_apply: true,
                min_yearly_pay: Some(80_000),
                accept_unrelated: false,
                most_records: None,
            }
        );
        assert_eq!(read.left_out, ["f_I=96"]);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let query = read_search_url("de.linkedin.com/jobs/search?keywords=a%26b&f_TPR=r86400&f_JT=P,I&f_E=1,6&f_WT=1&f_SB2=9&sortBy=R")
            .unwrap()
            .query;
        assert_eq!(read_search_url(&address_of_search(&query)).unwrap(), PastedSearch { query, left_out: Vec::new() });
    }

    #[test]
    fn values_that_are_not_understood_are_named() {
        let read =
            read_search_url("https://www.linkedin.com/jobs/search/?keywords=x&f_E=2,9&f_TPR=a_week&geoId=Berlin&distance=-4").unwrap();
        assert_eq!(read.left_out, ["f_E=2,9", "f_TPR=a_week", "geoId=Berlin", "distance=-4"]);
        assert_eq!(read.query.seniorities, [PostingSeniority::Entry]);
    }

    #[test]
    fn pay_between_two_bands_asks_for_the_lower_one() {
        let asks = |pay| parameters(&PostingQuery { min_yearly_pay: Some(pay), ..PostingQuery::default() });
        assert_eq!(asks(95_000), [("f_SB2", "3".to_owned())]);
        assert_eq!(asks(30_000), []);
        assert_eq!(asks(900_000), [("f_SB2", "9".to_owned())]);
    }

    #[test]
    fn other_addresses_are_refused_by_what_they_are() {
        let cases = [
            ("https://www.linkedin.com/jobs/view/3912345678", "one posting"),
            ("https://www.linkedin.com/jobs/collections/recommended/", "a collection"),
            ("https://www.linkedin.com/search/results/people/?keywords=x", "not of jobs"),
            ("https://www.linkedin.com/jobs/rust-jobs-berlin", "a landing page"),
            ("https://www.linkedin.com/in/ada-invented", "not a job search"),
            ("https://www.linkedin.com/jobs/search/", "neither keywords nor a place"),
            ("https://evil.example/jobs/search/?keywords=x", "leads to evil.example"),
            ("rust", "neither a web address"),
        ];
        for (pasted, reason) in cases {
            match read_search_url(pasted) {
                Err(ProviderError::Refused { field: Some(field), detail }) if field == "url" => {
                    assert!(detail.contains(reason) && detail.ends_with(WHAT_WORKS), "{pasted}: {detail}");
                }
                other => panic!("{pasted}: {other:?}"),
            }
        }
    }

    proptest! {
        #[test]
        fn any_parameters_are_read_or_named(query in "(keywords|f_E|f_TPR|geoId|distance|f_SB2|\\PC{0,4})=\\PC{0,12}(&\\PC{0,20})?") {
            let _ = read_search_url(&format!("https://www.linkedin.com/jobs/search/?keywords=x&{query}"));
        }
    }
}
