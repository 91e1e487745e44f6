//! What the jobs that bring postings in were asked for. The arguments never change after a job was made.

use serde::{Deserialize, Serialize};
use sluice_providers::PostingQuery;

use super::filter::WordFilters;

/// Queries of one run.
pub const MOST_QUERIES: usize = 20;
/// Pages of one query, of ten cards each: more than this no provider hands out.
pub const MOST_PAGES: u32 = 100;
/// Pages of one query, if nothing else is said.
pub const DEFAULT_PAGES: u32 = 10;
/// Cards on a page of results.
pub const CARDS_A_PAGE: u32 = 10;
/// Addresses of one import.
pub const MOST_ADDRESSES: usize = 1_000;
/// Bytes of a page that somebody saved.
pub const LARGEST_PAGE: usize = 20 * 1024 * 1024;

/// A search for postings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchArgs {
    /// What people call it.
    pub title: String,
    pub queries: Vec<PostingQuery>,
    /// For each query.
    pub max_pages: u32,
    /// Whether the page of each kept posting is read as well.
    pub fetch_details: bool,
    pub filters: WordFilters,
    /// Filters that the provider may ignore, by their names on the wire: checked on what comes.
    pub checked: Vec<String>,
    /// Those that nothing can check.
    pub unproven: Vec<String>,
}

/// An import of postings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchArgs {
    /// What people call it.
    pub title: String,
    pub source: FetchSource,
}

/// Where the postings of an import come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FetchSource {
    /// The job's items name them.
    Addresses { count: i64 },
    /// A page that somebody saved from a browser, kept with the job; its size in bytes.
    SavedPage { bytes: i64 },
}

/// A query as people read it: "rust engineer in Ghent, Belgium".
pub fn label(query: &PostingQuery) -> String {
    let said = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let what = said(&query.keywords).unwrap_or_else(|| "all postings".to_owned());
    let place = said(&query.location).or_else(|| query.geo_id.as_ref().map(|id| format!("place {id}")));
    place.map_or_else(|| what.clone(), |place| format!("{what} in {place}"))
}

/// What the wire calls a filter of a query.
pub fn wire_name(filter: &str) -> &str {
    match filter {
        "max_age_seconds" => "max_age_h",
        "employment_types" => "types",
        "seniorities" => "levels",
        "company_ids" => "companies",
        "distance_miles" => "distance_mi",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_named_by_what_it_looks_for() {
        let query = |keywords: Option<&str>, location: Option<&str>| PostingQuery {
            keywords: keywords.map(str::to_owned),
            location: location.map(str::to_owned),
            ..PostingQuery::default()
        };
        assert_eq!(label(&query(Some("rust engineer"), Some("Ghent, Belgium"))), "rust engineer in Ghent, Belgium");
        assert_eq!(label(&query(Some(" "), None)), "all postings");
        assert_eq!(label(&PostingQuery { geo_id: Some("101282230".into()), ..query(Some("rust"), None) }), "rust in place 101282230");
    }
}
