//! Jobs that bring postings in: searches, and imports by address, number or saved page.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::job::{Job, JobStatus};
use crate::posting::{EmploymentType, PostingSeniority, Workplace};
use crate::schedule::Timetable;

/// Looks for postings. What it keeps is stored with status null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostingSearchRequest {
    /// What people call this search; said by its queries when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 255)]
    pub name: Option<String>,
    /// One after the other, 1 to 20.
    pub queries: Vec<PostingQuery>,
    /// The Bright Data account, or the public pages' one; the workspace's public pages when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Pages of ten for each query, 1 to 100; 10 when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100)]
    pub max_pages: Option<u32>,
    /// Whether the page of each kept posting is read as well; true when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetch_details: Option<bool>,
    /// A posting is kept when its title has one of these words; all are when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub title_include: Vec<String>,
    /// A posting with one of these words in its title is filtered out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub title_exclude: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub company_include: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub company_exclude: Vec<String>,
    /// Higher goes first, within the workspace; 0 when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Working time in seconds after which it stops with what it has; time spent waiting does not count. 3,600 when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub deadline_s: Option<u32>,
    /// Start again and again at these times, instead of once and now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Timetable>,
}

/// One query: `url`, at most with `accept_unrelated`, or any of the others.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PostingQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keywords: Option<String>,
    /// A place in words; `geo_id` is more exact and wins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// LinkedIn's number of a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geo_id: Option<String>,
    /// Miles around the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance_mi: Option<u32>,
    /// Posted within so many hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age_h: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<EmploymentType>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<PostingSeniority>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workplaces: Vec<Workplace>,
    /// LinkedIn's numbers of companies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub companies: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub easy_apply: Option<bool>,
    /// Keeps what has no word in common with the keywords, for postings in another language than theirs. Without it, a first page of nothing else
    /// counts as no results, and its cards are left out as `unrelated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_unrelated: Option<bool>,
    /// The address of a LinkedIn jobs search, as copied from the browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Reads postings by their addresses or numbers and saves them: their status becomes `saved` where it was null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostingImportRequest {
    /// 1 to 1,000 addresses of postings at LinkedIn, or their numbers.
    pub urls: Vec<String>,
    /// As with a search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Does not ask again for postings whose page was read less than so many hours ago; asks for all when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_h: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub deadline_s: Option<u32>,
}

/// The work is stored and will run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PostingJobAccepted {
    pub job_id: String,
    pub status: JobStatus,
    pub account_id: Option<String>,
    /// A rough guess from the account's pace, in seconds.
    pub estimated_time_seconds: u64,
    /// What the caller should know, as plain sentences.
    #[serde(default)]
    pub warnings: Vec<String>,
}

/// What a job did so far: its `result` while it runs and when it has ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct PostingStatistics {
    /// Cards or addresses that came, each counted once for each time it came.
    pub found: u64,
    /// First stored by this job.
    pub new: u64,
    /// Known before, and written anew with what came.
    pub updated: u64,
    /// Came again within this job.
    pub duplicates: u64,
    /// Left out by a filter.
    pub filtered: u64,
    /// Could not be had, or lack a required field.
    pub failed: u64,
    /// Not asked for, since their page was read lately.
    pub fresh: u64,
    /// Of new and updated: take no more applications.
    pub closed: u64,
    /// Of new: repeat an older posting.
    pub reposts: u64,
    /// How many each reason filtered or failed, most first.
    pub reasons: Vec<ReasonCount>,
    /// Filters that were sent and then applied here, with how many that removed; 0 means that the provider did it.
    pub applied_locally: Vec<ReasonCount>,
    /// Filters that the provider may have ignored and nothing could prove.
    pub unproven: Vec<String>,
}

impl PostingStatistics {
    /// Of a job that brings postings in, as far as it has come.
    pub fn of(job: &Job) -> Option<Self> {
        if !job.brings_postings() {
            return None;
        }
        serde_json::from_value(job.result.clone()?).ok()
    }

    /// Written by the job, whether new or known before.
    pub fn stored(&self) -> u64 {
        self.new + self.updated
    }

    /// Something was asked for and none of it could be had. What was left out on purpose is no failure.
    pub fn all_failed(&self) -> bool {
        self.failed > 0 && self.stored() + self.fresh + self.filtered == 0
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReasonCount {
    pub reason: String,
    pub count: u64,
}

/// What became of one card or address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PostingItem {
    /// Zero-based, in the order in which they came.
    pub position: u64,
    /// The address as it was given, or the query and page that brought it.
    pub input: String,
    pub linkedin_id: Option<String>,
    /// Our id, once it is stored.
    pub posting_id: Option<String>,
    pub title: Option<String>,
    pub company_name: Option<String>,
    pub outcome: PostingOutcome,
    /// Why it was filtered or failed, as a plain sentence.
    pub reason: Option<String>,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PostingOutcome {
    Pending,
    New,
    Updated,
    Duplicate,
    Fresh,
    Filtered,
    Failed,
}

/// A provider's page that could not be read, kept with the job for 14 days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnreadPage {
    pub id: String,
    /// What was asked for.
    pub url: String,
    /// Its size.
    pub bytes: u64,
    pub at: Timestamp,
}

/// A page of what became of a job's cards or addresses, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PostingItemsQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub outcome: Option<PostingOutcome>,
    /// Rows, 1 to 100; 50 when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// Rows to pass over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The `next_cursor` of the page before; works at any depth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
