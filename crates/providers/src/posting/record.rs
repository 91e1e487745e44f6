//! What a provider said about one posting, and one page of them.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Description, EmploymentType, PostingSeniority, Salary, Workplace};
use crate::page::{Cursor, RejectedRecord};

/// What a provider said about one posting. Strict behind the door: absent is `None`, never `""`; a card of a search says the least.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostingRecord {
    /// Zero-based place in the page as received.
    pub position: usize,
    /// LinkedIn's number of the posting, digits only. The same posting has the same one at every provider.
    pub posting_id: String,
    /// LinkedIn's own page of the posting, without language, slug or tracking.
    pub url: String,
    pub shown: Shown,
    pub title: Option<String>,
    pub company: Option<String>,
    /// LinkedIn's number of the company.
    pub company_id: Option<String>,
    /// The company's page without tracking.
    pub company_url: Option<String>,
    pub company_logo_url: Option<String>,
    pub location: Option<String>,
    /// The last part of the location when it names a country.
    pub country: Option<String>,
    /// The day it was posted; days are all that a guest page tells.
    pub posted_on: Option<Date>,
    /// The moment it was posted, where that was said.
    pub posted_at: Option<Timestamp>,
    pub workplace: Option<Workplace>,
    pub employment_type: Option<EmploymentType>,
    pub seniority: Option<PostingSeniority>,
    pub functions: Vec<String>,
    pub industries: Vec<String>,
    /// Read from `salary_text` or from the provider's own numbers; never from the description.
    pub salary: Option<Salary>,
    pub salary_text: Option<String>,
    pub description: Option<Description>,
    /// At least so many people have applied.
    pub applicants: Option<u32>,
    pub applicants_text: Option<String>,
    /// Where to apply outside LinkedIn.
    pub apply_url: Option<String>,
    /// Whether one applies on LinkedIn itself.
    pub easy_apply: Option<bool>,
    /// `Some(true)` when it takes no more applications.
    pub closed: Option<bool>,
    /// Small remarks such as "Actively Hiring".
    pub benefits: Vec<String>,
    /// The words as the provider sent them, before any of them was understood.
    pub raw: Value,
}

/// Which kind of page or data the record was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// A card of a search: no description.
    SearchCard,
    /// The posting's page as guests see it.
    GuestPage,
    /// The posting's page as a member sees it.
    MemberPage,
    /// A row of a data set.
    Dataset,
}

impl PostingRecord {
    /// A record of which only the id is known; `posting_id` must be digits.
    pub fn new(position: usize, posting_id: &str, shown: Shown) -> Self {
        Self {
            position,
            posting_id: posting_id.to_owned(),
            url: format!("https://www.linkedin.com/jobs/view/{posting_id}/"),
            shown,
            title: None,
            company: None,
            company_id: None,
            company_url: None,
            company_logo_url: None,
            location: None,
            country: None,
            posted_on: None,
            posted_at: None,
            workplace: None,
            employment_type: None,
            seniority: None,
            functions: Vec::new(),
            industries: Vec::new(),
            salary: None,
            salary_text: None,
            description: None,
            applicants: None,
            applicants_text: None,
            apply_url: None,
            easy_apply: None,
            closed: None,
            benefits: Vec::new(),
            raw: Value::Null,
        }
    }

    /// The required fields that are missing, by name: without them a posting cannot be told from others.
    pub fn missing_fields(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if self.title.is_none() {
            missing.push("title");
        }
        if self.company.is_none() {
            missing.push("company");
        }
        missing
    }
}

/// One answer to a search of postings.
#[derive(Debug, Clone, PartialEq)]
pub struct PostingPage {
    pub records: Vec<PostingRecord>,
    /// Cards or rows that could not be read; counted, kept with their error and shown, never in the way of good ones.
    pub rejected: Vec<RejectedRecord>,
    /// `None` when the search is over, or when going on needs a decision: `end` says which.
    pub next: Option<Cursor>,
    /// The provider's own count of all matches, when it tells one.
    pub total: Option<u64>,
    pub end: Option<SearchEnd>,
    /// The provider is still at work: the next call makes sense after this long.
    pub wait: Option<Duration>,
}

impl PostingPage {
    /// How many cards or rows came, readable or not: by so many the search advances.
    pub fn received(&self) -> usize {
        self.records.len() + self.rejected.len()
    }
}

/// Why there is no next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchEnd {
    /// The provider has no more.
    Exhausted,
    /// The very first page was empty. LinkedIn answers so when nothing matches, and also to those whom it does not want to serve: ask once more, later, before believing it.
    NothingFound,
    /// As many as the provider hands out for one query; narrower places or times find others.
    ProviderCap,
    /// No card of the first page has anything to do with the keywords, which is how LinkedIn answers when nothing matches.
    /// All records of the page are such; a search with `accept_unrelated` takes them and goes on.
    Unrelated,
    /// The provider refused a later page of the query: what came is all that can be had of it.
    CutShort,
}
