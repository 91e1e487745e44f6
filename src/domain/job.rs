//! Jobs: their states, why they stop, and what is told of them.

use serde_json::Value as Json;

use super::words::words;
use super::{AccountId, JobId, Micros, ScheduleId, UserId, WorkspaceId};

words! {
    /// Where a job is, as the store keeps it. `waiting` and `running` are both `processing` on the wire.
    JobState {
        /// Never claimed since it was made or retried.
        Queued = "queued",
        /// Between two slices: gave way, or parked until `run_at`.
        Waiting = "waiting",
        /// A worker holds its lease.
        Running = "running",
        Paused = "paused",
        Completed = "completed",
        Failed = "failed",
        Canceled = "canceled",
    }
}

impl JobState {
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Canceled)
    }
}

words! {
    /// What a person asked of a running job.
    Wanted {
        Pause = "pause",
        Cancel = "cancel",
    }
}

words! {
    /// Why a job ended; it decides between completed, failed and canceled.
    StopReason {
        TargetReached = "target_reached",
        Exhausted = "exhausted",
        ProviderCap = "provider_cap",
        PageCap = "page_cap",
        ProviderLoop = "provider_loop",
        Blocked = "blocked",
        AccountTrouble = "account_trouble",
        MarkupChanged = "markup_changed",
        Deadline = "deadline",
        AccountBudget = "account_budget",
        Error = "error",
        Canceled = "canceled",
    }
}

impl StopReason {
    /// Success is claimed for a whole run only.
    pub fn state(self) -> JobState {
        match self {
            Self::TargetReached | Self::Exhausted | Self::ProviderCap => JobState::Completed,
            Self::Canceled => JobState::Canceled,
            Self::PageCap
            | Self::ProviderLoop
            | Self::Blocked
            | Self::AccountTrouble
            | Self::MarkupChanged
            | Self::Deadline
            | Self::AccountBudget
            | Self::Error => JobState::Failed,
        }
    }
}

/// How far a job is. `current` never exceeds `total`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    pub current: i64,
    pub total: i64,
    pub message: Option<String>,
}

/// Why a job failed, for its user: what happened and the remedy. Never a secret, never an internal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobError {
    /// UPPER_SNAKE.
    pub code: String,
    pub message: String,
    /// Whether Retry may help without a change elsewhere first.
    pub retryable: bool,
}

/// One row of the jobs table.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: JobId,
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub account_id: Option<AccountId>,
    pub schedule_id: Option<ScheduleId>,
    pub kind: String,
    pub args: Json,
    pub cursor: Option<Json>,
    pub state: JobState,
    pub wanted: Option<Wanted>,
    pub priority: i64,
    pub run_at: Micros,
    /// In words, while the job waits for its pace, budget or a retry.
    pub waiting_reason: Option<String>,
    pub lease_until: Option<Micros>,
    pub epoch: i64,
    pub attempt: i64,
    pub max_attempts: i64,
    /// Failed attempts over the whole life.
    pub retries: i64,
    pub step: i64,
    /// Raised by every change that is told; 1 when it was made.
    pub version: i64,
    pub pages: i64,
    pub stale_pages: i64,
    pub page_cap: i64,
    pub deadline_us: i64,
    pub worked_us: i64,
    pub rows_kept: i64,
    pub progress: Progress,
    pub stop_reason: Option<StopReason>,
    pub error: Option<JobError>,
    pub result: Option<Json>,
    pub created_at: Micros,
    pub updated_at: Micros,
    pub started_at: Option<Micros>,
    pub completed_at: Option<Micros>,
}

impl Job {
    /// The word on the wire.
    pub fn status(&self) -> &'static str {
        match self.state {
            JobState::Waiting | JobState::Running => "processing",
            other => other.as_str(),
        }
    }

    /// Until when the job waits, if it does so for a reason that its user should know.
    pub fn waiting_until(&self) -> Option<Micros> {
        (self.state == JobState::Waiting && self.waiting_reason.is_some()).then_some(self.run_at)
    }

    /// Ended early, with rows that stay.
    pub fn is_partial(&self) -> bool {
        self.state == JobState::Failed && self.rows_kept > 0
    }
}

/// A line of a job's story, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    pub at: Micros,
    /// created, started, page, wait, retry, taken_over, paused, resumed, retried, ended, note
    pub kind: String,
    pub message: String,
}
