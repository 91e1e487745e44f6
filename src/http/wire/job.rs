//! A job as the wire has it.

use sluice_api as api;

use super::{count, small};
use crate::domain::job::{Job, JobState, StopReason, TimelineEntry};
use crate::jobs::{export_results, fetch_postings, import_people, search_postings};
use crate::store::job_pages::{self, Speed};
use crate::store::{Conn, StoreError, timeline};

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
    let speed = match job.state {
        JobState::Running | JobState::Waiting => job_pages::speed(conn, job).await?.or_else(|| job_pages::steady_speed(job)),
        _ => None,
    };
    Ok(show(job, speed))
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

/// 0 to 100, rounded down; a run that ended with nothing of nothing is whole.
pub fn percentage(job: &Job) -> u8 {
    let (current, total) = (job.progress.current.max(0), job.progress.total.max(0));
    if total == 0 {
        return if job.state.is_final() { 100 } else { 0 };
    }
    u8::try_from((current.min(total) * 100) / total).unwrap_or(100)
}

/// A provider's sentence is made before anybody looks whether the job has found anything. Where it has not, nothing is said to be kept.
fn without_comfort(message: &str) -> String {
    message
        .replace("What was found is kept, and so is the page; ", "The page is kept; ")
        .replace("What was found is kept; ", "")
        .replace("What was found is kept. ", "")
}

/// Why it stopped, as one plain sentence with what to do about it.
pub fn stop_message(job: &Job) -> Option<String> {
    if let Some(error) = &job.error {
        return Some(if job.rows_kept == 0 { without_comfort(&error.message) } else { error.message.clone() });
    }
    let sentence = match job.stop_reason? {
        StopReason::Exhausted if job.kind == import_people::KIND => "Every row of the file was read.",
        StopReason::Exhausted if job.kind == export_results::KIND => "The file holds every row that there was when it began.",
        StopReason::Exhausted if job.kind == fetch_postings::KIND => "Every posting that was named has been seen to.",
        StopReason::TargetReached if job.kind == search_postings::KIND => "As many pages were read as were wanted; more pages find more.",
        StopReason::TargetReached => "The target was reached.",
        StopReason::Exhausted if job.kind == search_postings::KIND && found_nothing(job) => {
            "Nothing came. LinkedIn's public pages answer like this when nothing matches, and also when they block without saying so: look at the \
             same search in a browser, or try again later."
        }
        StopReason::Exhausted => "The provider has no more for this search.",
        StopReason::ProviderCap => "That is all the provider hands out for one search; narrower criteria reach others.",
        StopReason::PageCap => "It took more pages than one run may; Retry goes on from there.",
        StopReason::ProviderLoop => "The provider began to repeat itself; Retry asks again.",
        StopReason::Blocked => "The provider refused to go on; Retry later.",
        StopReason::AccountTrouble => "The provider refused the account. Check it under Accounts, then Retry.",
        StopReason::MarkupChanged => "The provider's answers no longer look as they did, so this version cannot read them.",
        StopReason::Deadline => "The working time was used up; Retry goes on from there.",
        StopReason::AccountBudget => "The account's budget is used up; Retry when it is free again.",
        StopReason::Error => "Something went wrong; Retry goes on from there.",
        StopReason::Canceled => "To go on, start a new one.",
    };
    Some(sentence.to_owned())
}

/// Not a card came, so that nothing was left out either.
fn found_nothing(job: &Job) -> bool {
    job.result.as_ref().and_then(|told| told.get("found")).and_then(serde_json::Value::as_i64) == Some(0)
}

fn show(job: &Job, speed: Option<Speed>) -> api::Job {
    let page_size = job.args.get("limit").and_then(serde_json::Value::as_i64).filter(|size| *size > 0);
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
            rate_per_minute: speed.map(|speed| speed.rows_per_minute),
            eta_s: speed.and_then(|speed| seconds_left(job, page_size, speed)),
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
        rows_kept: u64::try_from(job.rows_kept).unwrap_or(0),
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

/// At the speed of late, and never less than the account's pace allows.
fn seconds_left(job: &Job, page_size: Option<i64>, speed: Speed) -> Option<u64> {
    let left = (job.progress.total - job.progress.current).max(0);
    let pages = page_size.map_or(0, |size| (left + size - 1) / size);
    let by_pace = speed.page_delay.as_secs_f64() * pages as f64;
    let by_rate = (speed.rows_per_minute > 0.0).then(|| left as f64 / speed.rows_per_minute * 60.0)?;
    Some(by_rate.max(by_pace).ceil() as u64)
}

fn message(job: &Job) -> String {
    // Where it ended early, why is more than what it was about to do.
    if let (JobState::Failed | JobState::Canceled, Some(why)) = (job.state, stop_message(job)) {
        return why;
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_without_rows_says_of_none_that_they_are_kept() {
        assert_eq!(without_comfort("LinkedIn refused. What was found is kept. Wait some hours."), "LinkedIn refused. Wait some hours.");
        assert_eq!(
            without_comfort("It could not be read: x. What was found is kept, and so is the page; Retry asks again."),
            "It could not be read: x. The page is kept; Retry asks again."
        );
    }
}
