//! Settling a step: fence, rows, guards, checkpoint and events in one transaction.

use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::time::Instant;

use super::kind::{Next, Outcome, PageOutcome};
use super::slice::StepWrite;
use super::{Inner, NEAR};
use crate::domain::job::{Job, JobError, JobState, Progress, StopReason, Wanted};
use crate::store::job_pages::{self, StoredPage};
use crate::store::jobs::leases::{self, Fence, Settlement, Then, Until};
use crate::store::{StoreError, Tx, events, jobs, timeline};

/// What a step came to, before the database has agreed.
pub(super) enum Decision {
    Write(StepWrite),
    /// Pause or cancel, as the row says by now: the wish may have been changed or taken back since it was told.
    Obey {
        page_left: bool,
    },
    Settle {
        then: Then,
        /// The attempt to store; −1 gives this claim's attempt back.
        attempt: i64,
        retried: bool,
        line: Option<(&'static str, String)>,
    },
    Lost,
}

pub(super) enum Committed {
    Settled(Box<Job>),
    Lost,
    Abandoned,
}

/// Between two tries of a commit that the database could not take.
const PAUSE: Duration = Duration::from_millis(200);

/// Commits the decision, trying again while the database is away, for as long as the lease may last.
pub(super) async fn commit(inner: &Inner, job: &Job, decision: Decision) -> Committed {
    let give_up = Instant::now() + inner.settings.lease;
    loop {
        match try_commit(inner, job, &decision).await {
            Ok(committed) => return committed,
            Err(error) if error.is_transient() && Instant::now() < give_up => {
                tracing::warn!(job = %job.id, %error, "a commit failed; trying again");
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => {
                tracing::error!(job = %job.id, %error, source = ?std::error::Error::source(&error).map(ToString::to_string), "a commit failed");
                return Committed::Abandoned;
            }
        }
    }
}

async fn try_commit(inner: &Inner, job: &Job, decision: &Decision) -> Result<Committed, StoreError> {
    let mut tx = inner.database.begin().await?;
    let wanted = match leases::fence(&mut tx, job).await? {
        Fence::Open(wanted) => wanted,
        Fence::Lost => return Ok(Committed::Lost),
        Fence::Committed => {
            let stored = jobs::find(&mut tx, crate::domain::Scope::System, job.id).await?;
            return Ok(stored.map_or(Committed::Lost, |stored| Committed::Settled(Box::new(stored))));
        }
    };
    let (settlement, near) = match decision {
        Decision::Lost => return Ok(Committed::Lost),
        Decision::Obey { page_left } => {
            let then = wanted.map_or_else(due_at_once, taken_up);
            tell_wish(&mut tx, job, wanted, *page_left).await?;
            (unchanged(job, then, -1, false), None)
        }
        Decision::Settle { then, attempt, retried, line } => {
            if let Some((kind, line)) = line {
                timeline::add(&mut tx, job, kind, line).await?;
            }
            // A wish is not put off until the end of a wait, and a job that was canceled ends canceled, whatever its last page met.
            let then = match (then, wanted) {
                (Then::Wait { .. }, Some(wanted)) | (Then::End { .. }, Some(wanted @ Wanted::Cancel)) => {
                    tell_wish(&mut tx, job, Some(wanted), false).await?;
                    taken_up(wanted)
                }
                (then, _) => then.clone(),
            };
            (unchanged(job, then, *attempt, *retried), None)
        }
        Decision::Write(write) => {
            let outcome = write.write(&mut tx, job).await?;
            settle_write(inner, &mut tx, job, wanted, outcome).await?
        }
    };
    let settled = leases::settle(&mut tx, job, &settlement).await?;
    if let (true, Some(hook)) = (settled.state.is_final() || settled.state == JobState::Failed, &inner.when_ended) {
        hook.ended(&mut tx, &settled).await?;
    }
    tx.commit().await?;
    if let Some(near) = near {
        tokio::time::sleep(near).await;
    }
    Ok(Committed::Settled(Box::new(settled)))
}

/// The job as it was, but for what `then` says.
fn unchanged(job: &Job, then: Then, attempt: i64, retried: bool) -> Settlement {
    Settlement {
        cursor: job.cursor.clone(),
        attempt: if attempt < 0 { (job.attempt - 1).max(0) } else { attempt },
        retries: job.retries + i64::from(retried),
        pages: job.pages,
        stale_pages: job.stale_pages,
        rows_kept: job.rows_kept,
        progress: job.progress.clone(),
        result: None,
        then,
    }
}

/// Applies the guards to what a step wrote. A near wait is returned apart, to be slept through with the lease held.
async fn settle_write(
    inner: &Inner,
    tx: &mut Tx,
    job: &Job,
    wanted: Option<Wanted>,
    outcome: Outcome<Json>,
) -> Result<(Settlement, Option<Duration>), StoreError> {
    let Outcome { next, page, progress, rows_kept, notes, result } = outcome;
    let pages = job.pages + i64::from(page.is_some());
    let rows_kept = rows_kept.unwrap_or(job.rows_kept);
    let stale_pages = match &page {
        Some(page) if page.stored > 0 => 0,
        Some(_) => job.stale_pages + 1,
        None => job.stale_pages,
    };
    if let Some(page) = &page {
        store_page(tx, job, pages, page, rows_kept).await?;
    }
    for note in &notes {
        timeline::add(tx, job, "note", note).await?;
    }
    let looped = guard(inner, tx, job, page.as_ref(), pages, stale_pages, &next).await?;
    let capped = matches!(&looped, Some(Then::End { reason: StopReason::PageCap, .. }));
    let mut near = None;
    let mut attempt = 0;
    let (cursor, then) = match (next, looped) {
        (Next::Continue(cursor) | Next::Wait { cursor, .. }, Some(end)) if capped => (Some(cursor), end),
        // The cursor stays where the loop began, so that Retry asks for that page again.
        (_, Some(end)) => (job.cursor.clone(), end),
        (Next::Done { reason, result }, None) => (job.cursor.clone(), Then::End { reason, error: None, result }),
        // A job that was canceled ends canceled, whatever its last page met.
        (Next::Failed { .. }, None) if wanted == Some(Wanted::Cancel) => (job.cursor.clone(), taken_up(Wanted::Cancel)),
        (Next::Failed { cursor, reason, code, message, retryable }, None) => {
            let error = JobError { code: code.to_owned(), message, retryable };
            (cursor.or_else(|| job.cursor.clone()), Then::End { reason, error: Some(error), result: None })
        }
        (Next::Continue(cursor), None) => {
            if let Some(wanted) = wanted {
                (Some(cursor), taken_up(wanted))
            } else if inner.slots.available_permits() == 0 && leases::others_are_due(tx, job).await? {
                (Some(cursor), due_at_once())
            } else {
                attempt = 1;
                (Some(cursor), Then::Continue { lease: inner.settings.lease })
            }
        }
        (Next::Wait { cursor, at, wait, reason }, None) => {
            if page.is_none() {
                attempt = (job.attempt - 1).max(0);
            }
            if let Some(wanted) = wanted {
                (Some(cursor), taken_up(wanted))
            } else if wait <= NEAR {
                near = Some(wait);
                // The slice goes on, so without a page it goes on with the same attempt.
                attempt = if page.is_none() { job.attempt } else { 1 };
                (Some(cursor), Then::Continue { lease: inner.settings.lease })
            } else {
                (Some(cursor), Then::Wait { until: Until::At(at), reason: Some(reason) })
            }
        }
    };
    let mut progress = progress.unwrap_or_else(|| job.progress.clone());
    if let Then::End { reason, error, .. } = &then {
        if *reason == StopReason::Exhausted || *reason == StopReason::ProviderCap {
            progress.total = progress.current;
        }
        timeline::add(tx, job, "ended", &last_line(*reason, error.as_ref(), &progress, rows_kept)).await?;
    }
    if matches!(then, Then::Pause) {
        timeline::add(tx, job, "paused", "paused").await?;
    }
    Ok((Settlement { cursor, attempt, retries: job.retries, pages, stale_pages, rows_kept, progress, result, then }, near))
}

fn taken_up(wanted: Wanted) -> Then {
    match wanted {
        Wanted::Pause => Then::Pause,
        Wanted::Cancel => Then::End { reason: StopReason::Canceled, error: None, result: None },
    }
}

/// The slot is given back, and the next free worker may go on.
pub(super) fn due_at_once() -> Then {
    Then::Wait { until: Until::After(Duration::ZERO), reason: None }
}

async fn tell_wish(tx: &mut Tx, job: &Job, wanted: Option<Wanted>, page_left: bool) -> Result<(), StoreError> {
    match wanted {
        Some(Wanted::Pause) if page_left => timeline::add(tx, job, "paused", "paused; the page in hand will be fetched again").await,
        Some(Wanted::Pause) => timeline::add(tx, job, "paused", "paused").await,
        Some(Wanted::Cancel) => timeline::add(tx, job, "ended", "canceled; what was found stays").await,
        None => Ok(()),
    }
}

/// Records the page and tells of it.
async fn store_page(tx: &mut Tx, job: &Job, batch: i64, page: &PageOutcome, total_stored: i64) -> Result<(), StoreError> {
    let stored = StoredPage { received: page.received, stored: page.stored, rejected: page.rejected };
    job_pages::insert(tx, job, batch, &page.position, stored).await?;
    let known = page.received - page.stored - page.rejected - page.left_out;
    let data = json!({
        "job_id": job.id, "batch": batch, "stored": page.stored, "known": known, "total_stored": total_stored, "brought": page.brought,
    });
    events::append(tx, job.workspace_id, Some(job.id), "page", &data).await?;
    metrics::counter!("sluice_pages_stored_total", "kind" => job.kind.clone()).increment(1);
    if let Some(brought) = &page.brought {
        return timeline::add(tx, job, "page", &format!("page {batch} stored: {brought}")).await;
    }
    let known = if known > 0 { format!(", {known} known already") } else { String::new() };
    let rejected = if page.rejected > 0 { format!(", {} could not be read", page.rejected) } else { String::new() };
    let left_out = if page.left_out > 0 { format!(", {} more than wanted", page.left_out) } else { String::new() };
    timeline::add(tx, job, "page", &format!("page {batch} stored: {} new{known}{rejected}{left_out}", page.stored)).await
}

/// Ends the job when it would go on for ever.
async fn guard(
    inner: &Inner,
    tx: &mut Tx,
    job: &Job,
    page: Option<&PageOutcome>,
    pages: i64,
    stale_pages: i64,
    next: &Next<Json>,
) -> Result<Option<Then>, StoreError> {
    let (Some(page), false) = (page, matches!(next, Next::Done { .. } | Next::Failed { .. })) else {
        return Ok(None);
    };
    if let Some(position) = &page.next_position
        && job_pages::is_known(tx, job.id, position).await?
    {
        return Ok(Some(stop(
            StopReason::ProviderLoop,
            "PROVIDER_LOOP",
            "The provider sent the same page address twice, so the search would never have ended. Nothing that was found is lost; Retry asks again.",
        )));
    }
    if stale_pages >= inner.settings.stale_page_limit {
        return Ok(Some(stop(
            StopReason::ProviderLoop,
            "PROVIDER_LOOP",
            "The provider kept sending pages without anybody new. Nothing that was found is lost; Retry asks again.",
        )));
    }
    if pages >= job.page_cap {
        return Ok(Some(stop(
            StopReason::PageCap,
            "PAGE_CAP",
            "The search took more pages than it should need, so it stopped. Nothing that was found is lost; Retry goes on.",
        )));
    }
    Ok(None)
}

fn stop(reason: StopReason, code: &str, message: &str) -> Then {
    Then::End { reason, error: Some(JobError { code: code.into(), message: message.into(), retryable: true }), result: None }
}

/// What counts as progress may be rows that are gone through once more, so what is kept is counted by itself.
fn last_line(reason: StopReason, error: Option<&JobError>, progress: &Progress, rows_kept: i64) -> String {
    match (reason.state(), error) {
        (_, Some(error)) => error.message.clone(),
        // What the kind says of its own end is said in its words.
        (JobState::Completed, None) if progress.message.is_some() => progress.message.clone().unwrap_or_default(),
        (JobState::Completed, None) => format!("done: {} stored ({})", progress.current, reason.as_str().replace('_', " ")),
        _ => format!("{}; {rows_kept} kept", reason.as_str().replace('_', " ")),
    }
}
