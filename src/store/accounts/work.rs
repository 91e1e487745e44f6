//! What goes through an account: the jobs that use it, and what went wrong on their way.

use crate::domain::job::{Job, TimelineEntry};
use crate::domain::{AccountId, JobId, Scope};
use crate::store::database::sql;
use crate::store::jobs::{COLUMNS, read};
use crate::store::{Conn, StoreError};

/// Mishaps are looked for in so many of the account's latest jobs.
const LATEST: i64 = 50;

/// A line of a job's story that tells of something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mishap {
    pub job_id: JobId,
    pub line: TimelineEntry,
}

/// The account's jobs that have not ended, the next to go on first.
pub async fn active(conn: &mut Conn, scope: Scope, account: AccountId, most: i64) -> Result<Vec<Job>, StoreError> {
    let rows = sql(format!(
        "SELECT {COLUMNS} FROM jobs WHERE account_id = $1 AND (workspace_id = $2 OR $2 = '*') \
           AND state IN ('queued', 'waiting', 'running', 'paused') \
         ORDER BY CASE WHEN state = 'running' THEN 0 WHEN state = 'paused' THEN 2 ELSE 1 END, run_at, id LIMIT $3"
    ))
    .bind(account)
    .bind(scope)
    .bind(most)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// What went wrong last on the account's latest jobs, newest first: faults that were tried again, waits that the provider asked for, and
/// the ends of jobs that failed.
pub async fn mishaps(conn: &mut Conn, scope: Scope, account: AccountId, most: i64) -> Result<Vec<Mishap>, StoreError> {
    let rows = sql("SELECT t.job_id, t.at, t.kind, t.message FROM timeline_entries t \
         JOIN (SELECT id, state FROM jobs WHERE account_id = $1 AND (workspace_id = $2 OR $2 = '*') \
               ORDER BY created_at DESC, id DESC LIMIT $3) AS latest ON latest.id = t.job_id \
         WHERE t.kind IN ('retry', 'wait') OR (t.kind = 'ended' AND latest.state = 'failed') \
         ORDER BY t.at DESC, t.id DESC LIMIT $4")
    .bind(account)
    .bind(scope)
    .bind(LATEST)
    .bind(most)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            let line = TimelineEntry { at: row.get("at")?, kind: row.get("kind")?, message: row.get("message")? };
            Ok(Mishap { job_id: row.get("job_id")?, line })
        })
        .collect()
}
