//! What a person does to a job: pause, resume, cancel, retry. Each is one conditional update; `None` means that no job in a fitting
//! state was there.

use super::super::database::{Tx, sql};
use super::super::error::StoreError;
use super::super::{job_pages, timeline};
use super::{COLUMNS, announce, read};
use crate::domain::job::{Job, JobState};
use crate::domain::{JobId, Scope};

/// A job at rest pauses at once; a running one at its next page or heartbeat.
pub async fn pause(tx: &mut Tx, scope: Scope, id: JobId) -> Result<Option<Job>, StoreError> {
    let job = change(
        tx,
        scope,
        id,
        "wanted = CASE WHEN state = 'running' THEN 'pause' ELSE NULL END, waiting_reason = NULL, \
         state = CASE WHEN state = 'running' THEN state ELSE 'paused' END",
        "state IN ('queued', 'waiting', 'running') AND (wanted IS NULL OR wanted = 'pause')",
    )
    .await?;
    if let Some(job) = &job
        && job.state == JobState::Paused
    {
        timeline::add(tx, job, "paused", "paused").await?;
    }
    tell(tx, job).await
}

/// A paused job is due at once; a pause that has not been taken up is withdrawn.
pub async fn resume(tx: &mut Tx, scope: Scope, id: JobId) -> Result<Option<Job>, StoreError> {
    let job = change(
        tx,
        scope,
        id,
        "run_at = CASE WHEN state = 'paused' THEN {now} ELSE run_at END, wanted = NULL, \
         state = CASE WHEN state = 'running' THEN state WHEN started_at IS NULL THEN 'queued' ELSE 'waiting' END",
        "(state = 'paused' OR (state = 'running' AND wanted = 'pause'))",
    )
    .await?;
    if let Some(job) = &job {
        timeline::add(tx, job, "resumed", "resumed").await?;
    }
    tell(tx, job).await
}

/// A job at rest ends at once; a running one at its next page or heartbeat. What it has stored stays.
pub async fn cancel(tx: &mut Tx, scope: Scope, id: JobId) -> Result<Option<Job>, StoreError> {
    let job = change(
        tx,
        scope,
        id,
        "wanted = CASE WHEN state = 'running' THEN 'cancel' ELSE NULL END, \
         completed_at = CASE WHEN state = 'running' THEN completed_at ELSE {now} END, waiting_reason = NULL, \
         stop_reason = CASE WHEN state = 'running' THEN stop_reason ELSE 'canceled' END, \
         state = CASE WHEN state = 'running' THEN state ELSE 'canceled' END",
        "state IN ('queued', 'waiting', 'running', 'paused')",
    )
    .await?;
    if let Some(job) = &job
        && job.state == JobState::Canceled
    {
        timeline::add(tx, job, "ended", "canceled; what was found stays").await?;
    }
    tell(tx, job).await
}

/// Queues a failed job again under the same id, with its rows, its cursor and what it came to so far. Its working time and its guards begin anew.
pub async fn retry(tx: &mut Tx, scope: Scope, id: JobId) -> Result<Option<Job>, StoreError> {
    let job = change(
        tx,
        scope,
        id,
        "state = 'queued', run_at = {now}, attempt = 0, stale_pages = 0, worked_us = 0, completed_at = NULL, \
         page_cap = CASE WHEN stop_reason = 'page_cap' THEN page_cap + pages ELSE page_cap END, \
         stop_reason = NULL, error_code = NULL, error_message = NULL, error_retryable = NULL",
        "state = 'failed'",
    )
    .await?;
    if let Some(job) = &job {
        job_pages::forget_positions(tx, job).await?;
        timeline::add(tx, job, "retried", &format!("retried; going on at page {} with {} kept", job.pages + 1, job.rows_kept)).await?;
    }
    tell(tx, job).await
}

async fn change(tx: &mut Tx, scope: Scope, id: JobId, set: &str, when: &str) -> Result<Option<Job>, StoreError> {
    sql(format!(
        "UPDATE jobs SET {set}, version = version + 1, updated_at = {{now}} WHERE id = $1 AND (workspace_id = $2 OR $2 = '*') AND {when} RETURNING {COLUMNS}"
    ))
    .bind(id)
    .bind(scope)
    .fetch_optional(tx)
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

async fn tell(tx: &mut Tx, job: Option<Job>) -> Result<Option<Job>, StoreError> {
    if let Some(job) = &job {
        announce(tx, job).await?;
        tx.ring_jobs();
    }
    Ok(job)
}
