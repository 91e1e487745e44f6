//! What a worker does to a job: claim it, keep its lease, commit a step under the fence.

use std::time::Duration;

use super::super::database::{Conn, Tx, list, sql};
use super::super::error::StoreError;
use super::super::timeline;
use super::{COLUMNS, announce, read};
use crate::domain::job::{Job, JobError, JobState, Progress, StopReason, Wanted};
use crate::domain::time::micros;
use crate::domain::{JobId, Micros};

/// A job just claimed.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub job: Job,
    /// Another worker held it until its lease ran out.
    pub taken_over: bool,
    /// Its first claim since it was made or retried.
    was_queued: bool,
}

/// Nobody has the job, and its time has come.
const READY: &str = "state IN ('queued', 'waiting') AND run_at <= {now}";
/// The lease of the worker that has the job has run out.
const LEASE_OVER: &str = "state = 'running' AND lease_until < {now}";

/// Claims up to `most` due jobs, or the one named. Workspaces take turns, the one that waited longest first; within a workspace the
/// higher priority, then the longer due. Every claim raises the epoch, which fences off any earlier holder, and the attempt.
pub async fn claim(tx: &mut Tx, most: usize, lease: Duration, only: Option<JobId>) -> Result<Vec<Claimed>, StoreError> {
    // Each way to be due has its own index. Asked for both at once, SQLite would read every job that ever was.
    let rows = sql(format!(
        "WITH due AS MATERIALIZED ( \
             SELECT ready.id AS due_id, workspace_turns.served_at AS served_at, ready.run_at AS due_at, \
                    row_number() OVER (PARTITION BY ready.workspace_id ORDER BY ready.priority DESC, ready.run_at, ready.id) AS place \
             FROM (SELECT id, workspace_id, priority, run_at FROM jobs WHERE {READY} \
                   UNION ALL SELECT id, workspace_id, priority, run_at FROM jobs WHERE {LEASE_OVER}) AS ready \
             LEFT JOIN workspace_turns ON workspace_turns.workspace_id = ready.workspace_id \
             WHERE ($2 IS NULL OR ready.id = $2)) \
         SELECT jobs.id AS id, jobs.workspace_id AS workspace_id, jobs.state AS state \
         FROM due JOIN jobs ON jobs.id = due.due_id \
         WHERE (({READY}) OR ({LEASE_OVER})) \
         ORDER BY due.place, COALESCE(due.served_at, 0), due.due_at, jobs.id \
         LIMIT $1 {{skip_locked}}"
    ))
    .bind(i64::try_from(most).unwrap_or(i64::MAX))
    .bind(only)
    .fetch_all(tx)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        let job = sql(format!(
            "UPDATE jobs SET state = 'running', epoch = epoch + 1, version = version + 1, attempt = attempt + 1, lease_until = {{now}} + $2, \
                 worked_us = worked_us + CASE WHEN working_since < lease_until THEN lease_until - working_since ELSE 0 END, \
                 working_since = {{now}}, started_at = COALESCE(started_at, {{now}}), waiting_reason = NULL, updated_at = {{now}} \
             WHERE id = $1 RETURNING {COLUMNS}"
        ))
        .bind(row.get::<JobId>("id")?)
        .bind(micros(lease))
        .fetch_one(tx)
        .await?;
        let before: JobState = row.get("state")?;
        claimed.push(Claimed { job: read(&job)?, taken_over: before == JobState::Running, was_queued: before == JobState::Queued });
    }
    take_turns(tx, &claimed).await?;
    for claim in &claimed {
        let job = &claim.job;
        if claim.taken_over {
            timeline::add(tx, job, "taken_over", &format!("worker lost; taken over at page {}, nothing lost", job.pages + 1)).await?;
            announce(tx, job).await?;
        } else if claim.was_queued {
            timeline::add(tx, job, "started", "started").await?;
            announce(tx, job).await?;
        }
    }
    Ok(claimed)
}

/// In a fixed order, so that two claims never wait for each other in a ring.
async fn take_turns(tx: &mut Tx, claimed: &[Claimed]) -> Result<(), StoreError> {
    let mut workspaces: Vec<_> = claimed.iter().map(|claim| claim.job.workspace_id).collect();
    workspaces.sort_unstable();
    workspaces.dedup();
    for workspace in workspaces {
        sql("INSERT INTO workspace_turns (workspace_id, served_at) VALUES ($1, {now}) \
             ON CONFLICT (workspace_id) DO UPDATE SET served_at = excluded.served_at")
        .bind(workspace)
        .execute(tx)
        .await?;
    }
    keep_clock(tx).await
}

/// Writes the clock's high-water mark down (it is read on SQLite alone).
async fn keep_clock(tx: &mut Tx) -> Result<(), StoreError> {
    if tx.is_shared() {
        return Ok(());
    }
    sql("UPDATE database_clock SET high_water = {now} WHERE id = 1 AND high_water < {now}").execute(tx).await?;
    Ok(())
}

/// Renews the leases of all jobs of this process in one statement. Returns those that it still holds, with what is wanted of them;
/// any other has been lost.
pub async fn heartbeat(tx: &mut Tx, held: &[(JobId, i64)], lease: Duration) -> Result<Vec<(JobId, Option<Wanted>)>, StoreError> {
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let mine = (0..held.len()).map(|n| format!("(id = ${} AND epoch = ${})", 2 * n + 2, 2 * n + 3)).collect::<Vec<_>>().join(" OR ");
    let mut statement =
        sql(format!("UPDATE jobs SET lease_until = {{now}} + $1 WHERE state = 'running' AND ({mine}) RETURNING id, wanted"))
            .bind(micros(lease));
    for (id, epoch) in held {
        statement = statement.bind(*id).bind(*epoch);
    }
    let rows = statement.fetch_all(tx).await?;
    keep_clock(tx).await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("wanted")?))).collect()
}

/// What is wanted of the jobs with these ids, where anything is.
pub async fn wanted(conn: &mut Conn, held: &[(JobId, i64)]) -> Result<Vec<(JobId, Wanted)>, StoreError> {
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement =
        sql(format!("SELECT id, wanted FROM jobs WHERE state = 'running' AND wanted IS NOT NULL AND id IN ({})", list(1, held.len())));
    for (id, _) in held {
        statement = statement.bind(*id);
    }
    statement.fetch_all(conn).await?.iter().map(|row| Ok((row.get("id")?, row.get("wanted")?))).collect()
}

/// What the fence says to a worker that wants to commit a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fence {
    /// The lease is ours and the step is new; the row is locked until the transaction ends.
    Open(Option<Wanted>),
    /// This very step was committed before: the answer to an earlier commit was lost.
    Committed,
    /// Another worker has taken over, or the job has ended: the work is dropped.
    Lost,
}

/// The guard of every commit: the epoch is still ours and this step has not been stored.
pub async fn fence(tx: &mut Tx, job: &Job) -> Result<Fence, StoreError> {
    let passed = sql("UPDATE jobs SET step = step + 1 WHERE id = $1 AND epoch = $2 AND state = 'running' AND step = $3 RETURNING wanted")
        .bind(job.id)
        .bind(job.epoch)
        .bind(job.step)
        .fetch_optional(tx)
        .await?;
    if let Some(row) = passed {
        return Ok(Fence::Open(row.get("wanted")?));
    }
    let same = sql("SELECT step FROM jobs WHERE id = $1 AND epoch = $2").bind(job.id).bind(job.epoch).fetch_optional(tx).await?;
    match same {
        Some(row) if row.get::<i64>("step")? == job.step + 1 => Ok(Fence::Committed),
        _ => Ok(Fence::Lost),
    }
}

/// How a step leaves its job. Everything is absolute: the fence has locked the row, so nobody else changes it.
#[derive(Debug, Clone)]
pub struct Settlement {
    pub cursor: Option<serde_json::Value>,
    pub attempt: i64,
    pub retries: i64,
    pub pages: i64,
    pub stale_pages: i64,
    pub rows_kept: i64,
    pub progress: Progress,
    /// What the job came to so far; as it was when missing.
    pub result: Option<serde_json::Value>,
    pub then: Then,
}

#[derive(Debug, Clone)]
pub enum Then {
    /// The worker goes on; the lease is renewed.
    Continue {
        lease: Duration,
    },
    /// The slot is given back until `after` has passed, or until `at`.
    Wait {
        until: Until,
        reason: Option<String>,
    },
    Pause,
    End {
        reason: StopReason,
        error: Option<JobError>,
        result: Option<serde_json::Value>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    After(Duration),
    At(Micros),
}

const SOON: Duration = Duration::from_secs(1);

/// Writes the settlement of a job whose fence is open in this transaction.
pub async fn settle(tx: &mut Tx, job: &Job, settlement: &Settlement) -> Result<Job, StoreError> {
    let (state, lease, wait, reason) = match &settlement.then {
        Then::Continue { lease } => (JobState::Running, Some(micros(*lease)), None, None),
        Then::Wait { until, reason } => (JobState::Waiting, None, Some(*until), reason.clone()),
        Then::Pause => (JobState::Paused, None, None, None),
        Then::End { reason, .. } => (reason.state(), None, None, None),
    };
    let (stop_reason, error, result) = match &settlement.then {
        Then::End { reason, error, result } => (Some(*reason), error.clone(), result.as_ref()),
        _ => (None, None, None),
    };
    let result = result.or(settlement.result.as_ref()).or(job.result.as_ref());
    let (wait_us, wait_at) = match wait {
        Some(Until::After(after)) => (Some(micros(after)), None),
        Some(Until::At(at)) => (None, Some(at)),
        None => (None, None),
    };
    let row = sql(format!(
        "UPDATE jobs SET cursor = $2, attempt = $3, retries = $4, pages = $5, stale_pages = $6, rows_kept = $7, progress_current = $8, \
             progress_total = $9, progress_message = $10, state = $11, lease_until = {{now}} + $12, run_at = COALESCE($13, {{now}} + $14, run_at), \
             waiting_reason = $15, stop_reason = $16, error_code = $17, error_message = $18, error_retryable = $19, result = $20, \
             worked_us = worked_us + COALESCE({{now}} - working_since, 0), \
             working_since = CASE WHEN $11 = 'running' THEN {{now}} ELSE NULL END, \
             wanted = CASE WHEN $11 IN ('running', 'waiting') THEN wanted ELSE NULL END, \
             completed_at = CASE WHEN $11 IN ('completed', 'failed', 'canceled') THEN {{now}} ELSE NULL END, version = version + 1, updated_at = {{now}} \
         WHERE id = $1 RETURNING {COLUMNS}"
    ))
    .bind(job.id)
    .bind(settlement.cursor.as_ref().map(ToString::to_string))
    .bind(settlement.attempt)
    .bind(settlement.retries)
    .bind(settlement.pages)
    .bind(settlement.stale_pages)
    .bind(settlement.rows_kept)
    .bind(settlement.progress.current)
    .bind(settlement.progress.total)
    .bind(settlement.progress.message.clone())
    .bind(state.as_str())
    .bind(lease)
    .bind(wait_at)
    .bind(wait_us)
    .bind(reason)
    .bind(stop_reason)
    .bind(error.as_ref().map(|error| error.code.clone()))
    .bind(error.as_ref().map(|error| error.message.clone()))
    .bind(error.as_ref().map(|error| error.retryable))
    .bind(result.map(ToString::to_string))
    .fetch_one(tx)
    .await?;
    let settled = read(&row)?;
    announce(tx, &settled).await?;
    // A worker that has a free slot looks by itself at least once a second, so only a job that is due sooner is worth a bell.
    if settled.state == JobState::Waiting && settled.run_at.since(settled.updated_at) < SOON {
        tx.ring_jobs();
    }
    Ok(settled)
}

/// Whether another job is due, so that a full worker should give way.
pub async fn others_are_due(conn: &mut Conn, job: &Job) -> Result<bool, StoreError> {
    let row = sql(format!(
        "SELECT count(*) AS others FROM (SELECT id FROM jobs WHERE {READY} AND id <> $1 \
             UNION ALL SELECT id FROM jobs WHERE {LEASE_OVER} AND id <> $1 LIMIT 1) AS due"
    ))
    .bind(job.id)
    .fetch_one(conn)
    .await?;
    Ok(row.get::<i64>("others")? > 0)
}

/// Frees what an earlier process of this data directory had running, at once instead of at the end of its leases. Only for SQLite,
/// where holding the data directory proves that the earlier process is gone.
pub async fn recover(tx: &mut Tx) -> Result<Vec<Job>, StoreError> {
    let rows = sql(format!(
        "UPDATE jobs SET state = 'waiting', run_at = {{now}}, lease_until = NULL, \
             worked_us = worked_us + CASE WHEN working_since < {{now}} AND working_since < lease_until \
                 THEN CASE WHEN lease_until < {{now}} THEN lease_until ELSE {{now}} END - working_since ELSE 0 END, \
             working_since = NULL, version = version + 1, updated_at = {{now}} \
         WHERE state = 'running' RETURNING {COLUMNS}"
    ))
    .fetch_all(tx)
    .await?;
    let jobs: Vec<Job> = rows.iter().map(read).collect::<Result<_, _>>()?;
    for job in &jobs {
        timeline::add(tx, job, "taken_over", &format!("the server had stopped; going on at page {}, nothing lost", job.pages + 1)).await?;
        announce(tx, job).await?;
    }
    tx.ring_jobs();
    Ok(jobs)
}
