//! The jobs table: queue, checkpoint, progress and lease in one row.

mod change;
pub mod control;
pub mod leases;

use serde_json::{Value as Json, json};

use super::columns::within;
use super::database::{Conn, Row, Tx, sql};
use super::error::StoreError;
use super::{events, folded, timeline};
use crate::domain::job::{Job, JobError, JobState, Progress};
use crate::domain::{AccountId, JobId, Micros, ScheduleId, Scope, UserId, WorkspaceId};

pub use change::JobChange;

pub(super) const COLUMNS: &str = "id, workspace_id, user_id, account_id, schedule_id, kind, args, cursor, state, wanted, priority, run_at, \
     waiting_reason, lease_until, epoch, attempt, max_attempts, retries, step, version, pages, stale_pages, page_cap, deadline_us, \
     worked_us, rows_kept, progress_current, progress_total, progress_message, stop_reason, error_code, error_message, error_retryable, result, \
     created_at, updated_at, started_at, completed_at";

/// How often a step is tried before its job fails, where no setting says otherwise.
pub const MAX_ATTEMPTS: u32 = 5;

/// A job to be made.
#[derive(Debug, Clone)]
pub struct NewJob {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub account_id: Option<AccountId>,
    pub schedule_id: Option<ScheduleId>,
    pub kind: String,
    pub args: Json,
    /// Higher goes first within the workspace.
    pub priority: i64,
    pub max_attempts: i64,
    pub page_cap: i64,
    /// Working time, in microseconds; waiting does not count.
    pub deadline_us: i64,
    pub progress_total: i64,
    /// The first line of the job's story.
    pub message: String,
}

/// Makes the job. It exists once `tx` has committed, and workers are told then.
pub async fn insert(tx: &mut Tx, new: &NewJob) -> Result<Job, StoreError> {
    let row = sql(format!(
        "INSERT INTO jobs (id, workspace_id, user_id, account_id, schedule_id, kind, args, state, priority, run_at, epoch, attempt, \
         max_attempts, retries, step, pages, stale_pages, page_cap, deadline_us, worked_us, rows_kept, progress_current, progress_total, \
         asked, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8, {{now}}, 0, 0, $9, 0, 0, 0, 0, $10, $11, 0, 0, 0, $12, $13, {{now}}, {{now}}) \
         RETURNING {COLUMNS}"
    ))
    .bind(JobId::new())
    .bind(new.workspace_id)
    .bind(new.user_id)
    .bind(new.account_id)
    .bind(new.schedule_id)
    .bind(&new.kind)
    .bind(new.args.to_string())
    .bind(new.priority)
    .bind(new.max_attempts)
    .bind(new.page_cap)
    .bind(new.deadline_us)
    .bind(new.progress_total)
    .bind(folded::texts_of(&new.args))
    .fetch_one(tx)
    .await?;
    let job = read(&row)?;
    timeline::add(tx, &job, "created", &new.message).await?;
    announce(tx, &job).await?;
    tx.ring_jobs();
    Ok(job)
}

pub async fn find(conn: &mut Conn, scope: Scope, id: JobId) -> Result<Option<Job>, StoreError> {
    sql(format!("SELECT {COLUMNS} FROM jobs WHERE id = $1 AND (workspace_id = $2 OR $2 = '*')"))
        .bind(id)
        .bind(scope)
        .fetch_optional(conn)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Which jobs to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    pub kind: Option<String>,
    /// A kind that is left out.
    pub except_kind: Option<String>,
    /// A wire status: `processing` stands for waiting and running.
    pub status: Option<String>,
    /// Only jobs behind this place, for paging that no new job disturbs.
    pub after: Option<JobPlace>,
    /// Words that must all occur in what was asked for; accents and case do not matter.
    pub words: Option<String>,
}

/// Where a job stands among all, newest first. It leads on even when the job is no more, and says nothing of any other workspace's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobPlace {
    pub created_at: Micros,
    pub id: JobId,
}

impl JobPlace {
    pub fn of(job: &Job) -> Self {
        Self { created_at: job.created_at, id: job.id }
    }
}

/// One page of jobs and the number of all that match, which is exact up to 10,000 and counted no further.
pub async fn list(conn: &mut Conn, scope: Scope, filter: &JobFilter, limit: i64, offset: i64) -> Result<(Vec<Job>, i64), StoreError> {
    let mut matches = format!(
        "{} AND ($2 IS NULL OR kind = $2) AND ($3 IS NULL OR state = $3 OR ($3 = 'processing' AND state IN ('waiting', 'running'))) \
         AND ($4 IS NULL OR kind <> $4)",
        within(scope, 1)
    );
    let patterns = folded::patterns(filter.words.as_deref().unwrap_or_default());
    for n in 0..patterns.len() {
        matches.push_str(&format!(" AND asked LIKE ${} ESCAPE '!'", 5 + n));
    }
    let bound = |text: String| {
        let statement = sql(text).bind(scope).bind(filter.kind.clone()).bind(filter.status.clone()).bind(filter.except_kind.clone());
        patterns.iter().fold(statement, |statement, pattern| statement.bind(pattern))
    };
    let total = bound(format!("SELECT count(*) AS total FROM (SELECT 1 FROM jobs WHERE {matches} LIMIT 10001) AS counted"))
        .fetch_one(conn)
        .await?
        .get("total")?;
    let next = 5 + patterns.len();
    let behind = filter.after.map_or_else(String::new, |_| format!("AND (created_at, id) < (${}, ${})", next + 2, next + 3));
    let mut page = bound(format!(
        "SELECT {COLUMNS} FROM jobs WHERE {matches} {behind} ORDER BY created_at DESC, id DESC LIMIT ${next} OFFSET ${}",
        next + 1
    ))
    .bind(limit)
    .bind(offset);
    if let Some(place) = filter.after {
        page = page.bind(place.created_at).bind(place.id);
    }
    let rows = page.fetch_all(conn).await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total))
}

/// How many jobs are in each state that has any.
pub async fn count_by_state(conn: &mut Conn, scope: Scope) -> Result<Vec<(JobState, i64)>, StoreError> {
    let rows = sql(format!("SELECT state, count(*) AS number FROM jobs WHERE {} GROUP BY state", within(scope, 1)))
        .bind(scope)
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| Ok((row.get("state")?, row.get("number")?))).collect()
}

/// Appends the event that tells of the job's present state.
pub(super) async fn announce(tx: &mut Tx, job: &Job) -> Result<(), StoreError> {
    let data = json!(JobChange::of(job));
    events::append(tx, job.workspace_id, Some(job.id), "job", &data).await
}

pub(super) fn read(row: &Row) -> Result<Job, StoreError> {
    let error = match row.get::<Option<String>>("error_code")? {
        Some(code) => Some(JobError {
            code,
            message: row.get::<Option<String>>("error_message")?.unwrap_or_default(),
            retryable: row.get::<Option<bool>>("error_retryable")?.unwrap_or(false),
        }),
        None => None,
    };
    Ok(Job {
        id: row.get("id")?,
        workspace_id: row.get("workspace_id")?,
        user_id: row.get("user_id")?,
        account_id: row.get("account_id")?,
        schedule_id: row.get("schedule_id")?,
        kind: row.get("kind")?,
        args: row.json("args")?,
        cursor: row.optional_json("cursor")?,
        state: row.get("state")?,
        wanted: row.get("wanted")?,
        priority: row.get("priority")?,
        run_at: row.get("run_at")?,
        waiting_reason: row.get("waiting_reason")?,
        lease_until: row.get("lease_until")?,
        epoch: row.get("epoch")?,
        attempt: row.get("attempt")?,
        max_attempts: row.get("max_attempts")?,
        retries: row.get("retries")?,
        step: row.get("step")?,
        version: row.get("version")?,
        pages: row.get("pages")?,
        stale_pages: row.get("stale_pages")?,
        page_cap: row.get("page_cap")?,
        deadline_us: row.get("deadline_us")?,
        worked_us: row.get("worked_us")?,
        rows_kept: row.get("rows_kept")?,
        progress: Progress {
            current: row.get("progress_current")?,
            total: row.get("progress_total")?,
            message: row.get("progress_message")?,
        },
        stop_reason: row.get("stop_reason")?,
        error,
        result: row.optional_json("result")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        started_at: row.get("started_at")?,
        completed_at: row.get("completed_at")?,
    })
}
