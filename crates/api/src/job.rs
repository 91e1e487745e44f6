//! Background work and how far it is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::posting_job::PostingStatistics;

/// Background work. `completed` and `canceled` are final; a `failed` job can be retried and keeps its id, rows and cursor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Job {
    pub id: String,
    #[schema(example = "search_prospects")]
    pub kind: String,
    pub status: JobStatus,
    /// What was asked for, as the kind stores it.
    #[schema(value_type = Object)]
    pub args: Value,
    /// The account that it works with.
    pub account_id: Option<String>,
    /// Higher goes first, within the workspace.
    pub priority: i32,
    pub progress: Progress,
    /// The job is processing and goes on by itself at this time.
    pub waiting_until: Option<Timestamp>,
    /// Why it waits, as one plain sentence.
    pub waiting_reason: Option<String>,
    /// Why it stopped; null while it has not.
    pub stop_reason: Option<StopReason>,
    /// The same as one plain sentence, with what to do about it.
    pub stop_message: Option<String>,
    /// It failed, and the rows that it had are kept.
    pub partial: bool,
    /// Rows that it has stored, and that stay however it ends.
    #[serde(default)]
    pub rows_kept: u64,
    /// Tries of the page in hand; a page that is stored sets it back.
    pub attempt: u32,
    /// What the finished job says about itself, by kind.
    #[schema(value_type = Option<Object>)]
    pub result: Option<Value>,
    pub error: Option<JobError>,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    /// What happened, oldest first; empty in lists.
    #[serde(default)]
    pub timeline: Vec<TimelineEntry>,
}

impl Job {
    /// Whether it searches or imports postings, and its `result` is that of `PostingStatistics`.
    pub fn brings_postings(&self) -> bool {
        matches!(self.kind.as_str(), "search_postings" | "fetch_postings")
    }

    /// The exit code of a command that waited for this job, by the table of the HTTP contract; `None` while it runs.
    pub fn exit_code(&self) -> Option<u8> {
        match self.status {
            JobStatus::Queued | JobStatus::Processing | JobStatus::Paused => None,
            // It came to its end, and whoever wanted the postings has none of them.
            JobStatus::Completed if PostingStatistics::of(self).is_some_and(|told| told.all_failed()) => Some(1),
            JobStatus::Completed => Some(0),
            JobStatus::Failed if self.partial => Some(3),
            JobStatus::Failed => Some(4),
            JobStatus::Canceled => Some(5),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    Queued,
    /// Running, or waiting until `waiting_until`.
    Processing,
    Paused,
    Completed,
    Failed,
    Canceled,
}

impl JobStatus {
    pub const ALL: [JobStatus; 6] =
        [JobStatus::Queued, JobStatus::Processing, JobStatus::Paused, JobStatus::Completed, JobStatus::Failed, JobStatus::Canceled];

    /// Whether the run is over.
    pub fn is_final(self) -> bool {
        matches!(self, JobStatus::Completed | JobStatus::Failed | JobStatus::Canceled)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            JobStatus::Queued => "queued",
            JobStatus::Processing => "processing",
            JobStatus::Paused => "paused",
            JobStatus::Completed => "completed",
            JobStatus::Failed => "failed",
            JobStatus::Canceled => "canceled",
        }
    }
}

/// Why a job stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// As many rows as were asked for.
    TargetReached,
    /// The provider has no more.
    Exhausted,
    /// As many rows as the provider hands out for one query.
    ProviderCap,
    /// As many pages as one job may fetch.
    PageCap,
    /// The provider repeated a cursor, or sent pages without a new row.
    ProviderLoop,
    /// The provider refused to go on.
    Blocked,
    /// The account's login no longer works.
    AccountTrouble,
    /// The provider's answers no longer look as they did.
    MarkupChanged,
    /// The working time is used up.
    Deadline,
    /// The account's budget is used up, and waiting was declined.
    AccountBudget,
    Error,
    Canceled,
}

impl StopReason {
    pub fn as_str(self) -> &'static str {
        match self {
            StopReason::TargetReached => "target_reached",
            StopReason::Exhausted => "exhausted",
            StopReason::ProviderCap => "provider_cap",
            StopReason::PageCap => "page_cap",
            StopReason::ProviderLoop => "provider_loop",
            StopReason::Blocked => "blocked",
            StopReason::AccountTrouble => "account_trouble",
            StopReason::MarkupChanged => "markup_changed",
            StopReason::Deadline => "deadline",
            StopReason::AccountBudget => "account_budget",
            StopReason::Error => "error",
            StopReason::Canceled => "canceled",
        }
    }
}

/// How far a job is; always there, also before the first page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Progress {
    /// Rows stored.
    pub current: u64,
    /// Rows that there will be, as far as is known: the least of target, cap and what the provider has.
    pub total: u64,
    /// 0 to 100, rounded down; once it has ended, 100 for 0 of 0.
    #[schema(maximum = 100)]
    pub percentage: u8,
    /// One plain sentence about what goes on now.
    pub message: String,
    /// Rows stored per minute of late; null until it can be told, and while the job is parked for long.
    pub rate_per_minute: Option<f64>,
    /// Seconds left at that rate, and at the account's pace where that takes longer; null until it can be told.
    pub eta_s: Option<u64>,
    /// Pages stored.
    pub page: u32,
    /// Pages that there will be, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// Calls that were tried again, over the whole job.
    pub retries: u32,
}

/// Why a job failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JobError {
    /// A stable code for programs.
    pub code: String,
    /// One plain sentence.
    pub message: String,
    /// Whether `retry` may help.
    pub retryable: bool,
}

/// One thing that happened to a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineEntry {
    pub at: Timestamp,
    /// A stable code for programs, such as `page_stored` or `taken_over`.
    pub kind: String,
    /// One plain sentence.
    #[schema(example = "page 7 stored: 100 people, 2 known already")]
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_code_are_the_names_on_the_wire() {
        for status in JobStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for reason in [
            StopReason::TargetReached,
            StopReason::Exhausted,
            StopReason::ProviderCap,
            StopReason::PageCap,
            StopReason::ProviderLoop,
            StopReason::Blocked,
            StopReason::AccountTrouble,
            StopReason::MarkupChanged,
            StopReason::Deadline,
            StopReason::AccountBudget,
            StopReason::Error,
            StopReason::Canceled,
        ] {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
    }
}
