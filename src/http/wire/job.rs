//! A job as the wire has it.

use sluice_api as api;

use super::{count, small};
use crate::domain::job::{Job, JobState, StopReason, TimelineEntry};
use crate::store::{Conn, StoreError, job_pages, timeline};

/// Lines of the timeline that a job is shown with.
const TIMELINE: i64 = 200;

/// The job with its timeline.
pub async fn whole(conn: &mut Conn, job: &Job) -> Result<api::Job, StoreError> {
    let mut shown = brief(conn, job).await?;
    shown.timeline = timeline::list(conn, job.id, TIMELINE).await?.into_iter().map(entry).collect();
    Ok(shown)
}

/// The job as lists and streams show it.
pub async fn brief(conn: &mut Conn, job: &Job) -> Result<api::Job, StoreError> {
    let rate = match job.state {
        JobState::Running | JobState::Waiting => job_pages::rows_per_minute(conn, job.id).await?,
        _ => None,
    };
    Ok(show(job, rate))
}

pub fn status(job: &Job) -> api::JobStatus {
    match job.state {
        JobState::Queued => api::JobStatus::Queued,
        JobState::Waiting | JobState::Running => api::JobStatus::Processing,
        JobState::Paused => api::JobStatus::Paused,
        JobState::Completed => api::JobStatus::Completed,
        JobState::Failed => api::JobStatus::Failed,
        JobState::Canceled => api::JobStatus::Canceled,
    }
}

/// 0 to 100, rounded down; a run that found nothing of nothing is whole.
pub fn percentage(job: &Job) -> u8 {
    let (current, total) = (job.progress.current.max(0), job.progress.total.max(0));
    if total == 0 {
        return 100;
    }
    u8::try_from((current.min(total) * 100) / total).unwrap_or(100)
}

/// Why it stopped, as one plain sentence with what to do about it.
pub fn stop_message(job: &Job) -> Option<String> {
    if let Some(error) = &job.error {
        return Some(error.message.clone());
    }
    let sentence = match job.stop_reason? {
        StopReason::TargetReached => "As many as were asked for were found.",
        StopReason::Exhausted => "The provider has no more.",
        StopReason::ProviderCap => "The provider hands out no more for one query. Narrower criteria reach others.",
        StopReason::PageCap => "The search took more pages than one run may. Retry goes on.",
        StopReason::ProviderLoop => "The provider began to repeat itself. What was found is kept; Retry asks again.",
        StopReason::Blocked => "The provider refused to go on. What was found is kept; Retry later.",
        StopReason::AccountTrouble => "The provider refused the account. Check it under Accounts, then Retry.",
        StopReason::MarkupChanged => "The provider's answers no longer look as they did. What was found is kept.",
        StopReason::Deadline => "The working time was used up. What was found is kept; Retry goes on.",
        StopReason::AccountBudget => "The account's budget is used up. Retry when it is free again.",
        StopReason::Error => "Something went wrong. What was found is kept; Retry goes on.",
        StopReason::Canceled => "Canceled. What was found is kept.",
    };
    Some(sentence.to_owned())
}

fn show(job: &Job, rate: Option<f64>) -> api::Job {
    let page_size = job.args.get("limit").and_then(serde_json::Value::as_i64).filter(|size| *size > 0);
    let left = (job.progress.total - job.progress.current).max(0);
    api::Job {
        id: job.id.to_string(),
        kind: job.kind.clone(),
        status: status(job),
        args: job.args.clone(),
        account_id: job.account_id.map(|id| id.to_string()),
        priority: i32::try_from(job.priority).unwrap_or(0),
        progress: api::Progress {
            current: count(job.progress.current),
            total: count(job.progress.total),
            percentage: percentage(job),
            message: message(job),
            rate_per_minute: rate,
            eta_s: rate.filter(|rate| *rate > 0.0).map(|rate| (left as f64 / rate * 60.0).ceil() as u64),
            page: small(job.pages),
            // Known people and bad rows can take more pages than the total needs.
            pages: page_size.map(|size| small(job.pages.max((job.progress.total + size - 1) / size))),
            retries: small(job.retries),
        },
        waiting_until: job.waiting_until().map(|at| at.timestamp()),
        waiting_reason: job.waiting_until().and(job.waiting_reason.clone()),
        stop_reason: job.stop_reason.map(stop_reason),
        stop_message: stop_message(job),
        partial: job.is_partial(),
        attempt: small(job.attempt),
        result: job.result.clone(),
        error: job.error.as_ref().map(|error| api::JobError {
            code: error.code.clone(),
            message: error.message.clone(),
            retryable: error.retryable,
        }),
        created_at: job.created_at.timestamp(),
        started_at: job.started_at.map(|at| at.timestamp()),
        completed_at: job.completed_at.map(|at| at.timestamp()),
        timeline: Vec::new(),
    }
}

fn message(job: &Job) -> String {
    if let Some(message) = &job.progress.message {
        return message.clone();
    }
    match job.state {
        JobState::Queued => "Waiting for a worker.".into(),
        JobState::Waiting => job.waiting_reason.clone().unwrap_or_else(|| "Waiting for a worker.".into()),
        JobState::Running => format!("Fetching page {}.", job.pages + 1),
        JobState::Paused => "Paused.".into(),
        JobState::Completed | JobState::Failed | JobState::Canceled => stop_message(job).unwrap_or_else(|| "Ended.".into()),
    }
}

fn stop_reason(reason: StopReason) -> api::StopReason {
    match reason {
        StopReason::TargetReached => api::StopReason::TargetReached,
        StopReason::Exhausted => api::StopReason::Exhausted,
        StopReason::ProviderCap => api::StopReason::ProviderCap,
        StopReason::PageCap => api::StopReason::PageCap,
        StopReason::ProviderLoop => api::StopReason::ProviderLoop,
        StopReason::Blocked => api::StopReason::Blocked,
        StopReason::AccountTrouble => api::StopReason::AccountTrouble,
        StopReason::MarkupChanged => api::StopReason::MarkupChanged,
        StopReason::Deadline => api::StopReason::Deadline,
        StopReason::AccountBudget => api::StopReason::AccountBudget,
        StopReason::Error => api::StopReason::Error,
        StopReason::Canceled => api::StopReason::Canceled,
    }
}

fn entry(entry: TimelineEntry) -> api::TimelineEntry {
    api::TimelineEntry { at: entry.at.timestamp(), kind: entry.kind, message: entry.message }
}
