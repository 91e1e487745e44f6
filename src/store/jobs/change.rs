//! What an event tells of a job: all of it that changes over its life.

use serde::{Deserialize, Serialize};

use crate::domain::job::{Job, JobError, JobState, Progress, StopReason};
use crate::domain::{JobId, Micros};

/// A job's state as of one commit. With what never changes of a job, it is the whole row again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobChange {
    pub id: JobId,
    pub kind: String,
    pub version: i64,
    /// The word on the wire, for whoever reads the table.
    status: String,
    state: JobState,
    progress_current: i64,
    progress_total: i64,
    progress_message: Option<String>,
    pages: i64,
    retries: i64,
    rows_kept: i64,
    run_at: i64,
    waiting_reason: Option<String>,
    stop_reason: Option<StopReason>,
    error_code: Option<String>,
    error_message: Option<String>,
    error_retryable: Option<bool>,
    updated_at: i64,
    started_at: Option<i64>,
    completed_at: Option<i64>,
}

impl JobChange {
    pub(super) fn of(job: &Job) -> Self {
        Self {
            id: job.id,
            kind: job.kind.clone(),
            version: job.version,
            status: job.status().to_owned(),
            state: job.state,
            progress_current: job.progress.current,
            progress_total: job.progress.total,
            progress_message: job.progress.message.clone(),
            pages: job.pages,
            retries: job.retries,
            rows_kept: job.rows_kept,
            run_at: job.run_at.0,
            waiting_reason: job.waiting_reason.clone(),
            stop_reason: job.stop_reason,
            error_code: job.error.as_ref().map(|error| error.code.clone()),
            error_message: job.error.as_ref().map(|error| error.message.clone()),
            error_retryable: job.error.as_ref().map(|error| error.retryable),
            updated_at: job.updated_at.0,
            started_at: job.started_at.map(|at| at.0),
            completed_at: job.completed_at.map(|at| at.0),
        }
    }

    /// Whether the event tells of the job's making.
    pub fn is_first(&self) -> bool {
        self.version == 1
    }

    /// Brings a job that was read earlier or later to the state that this event tells.
    pub fn apply(self, job: &mut Job) {
        job.version = self.version;
        job.state = self.state;
        job.progress = Progress { current: self.progress_current, total: self.progress_total, message: self.progress_message };
        job.pages = self.pages;
        job.retries = self.retries;
        job.rows_kept = self.rows_kept;
        job.run_at = Micros(self.run_at);
        job.waiting_reason = self.waiting_reason;
        job.stop_reason = self.stop_reason;
        job.error = self.error_code.map(|code| JobError {
            code,
            message: self.error_message.unwrap_or_default(),
            retryable: self.error_retryable.unwrap_or(false),
        });
        job.updated_at = Micros(self.updated_at);
        job.started_at = self.started_at.map(Micros);
        job.completed_at = self.completed_at.map(Micros);
    }
}
