//! What a workspace is about at this moment: the few rows that every page shows. Jobs of the `quiet` kind are left out: nobody waits
//! for them.

use std::time::Duration;

use super::database::{Conn, Tx, sql};
use super::error::StoreError;
use super::jobs::{COLUMNS, read};
use crate::domain::job::Job;
use crate::domain::time::micros;
use crate::domain::{Micros, UserId, WorkspaceId};

/// After so long without a look at Home, the next look begins another visit.
const VISIT_ENDS: Duration = Duration::from_secs(30 * 60);

/// How many jobs are on their way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Underway {
    pub queued: i64,
    pub running: i64,
    /// Parked until a time that their user should know.
    pub waiting: i64,
    /// The earliest of those times.
    pub next_at: Option<Micros>,
    pub paused: i64,
}

/// Waits shorter than `short` are a pause between two pages, and count as running.
pub async fn underway(conn: &mut Conn, workspace: WorkspaceId, quiet: &str, short: Duration) -> Result<Underway, StoreError> {
    let row = sql("SELECT CAST(COALESCE(sum(CASE WHEN state = 'queued' THEN 1 ELSE 0 END), 0) AS BIGINT) AS queued, \
             CAST(COALESCE(sum(CASE WHEN state = 'paused' THEN 1 ELSE 0 END), 0) AS BIGINT) AS paused, \
             CAST(COALESCE(sum(CASE WHEN parked THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting, \
             CAST(COALESCE(sum(CASE WHEN state IN ('waiting', 'running') AND NOT parked THEN 1 ELSE 0 END), 0) AS BIGINT) AS running, \
             min(CASE WHEN parked THEN run_at END) AS next_at \
         FROM (SELECT state, run_at, (state = 'waiting' AND waiting_reason IS NOT NULL AND run_at - {now} >= $2) AS parked \
               FROM jobs WHERE workspace_id = $1 AND state IN ('queued', 'waiting', 'running', 'paused') AND kind <> $3) AS active")
    .bind(workspace)
    .bind(micros(short))
    .bind(quiet)
    .fetch_one(conn)
    .await?;
    Ok(Underway {
        queued: row.get("queued")?,
        running: row.get("running")?,
        waiting: row.get("waiting")?,
        next_at: row.get("next_at")?,
        paused: row.get("paused")?,
    })
}

/// Jobs that have not ended, newest first.
pub async fn active(conn: &mut Conn, workspace: WorkspaceId, quiet: &str, most: i64) -> Result<Vec<Job>, StoreError> {
    let rows = sql(format!(
        "SELECT {COLUMNS} FROM jobs WHERE workspace_id = $1 AND state IN ('queued', 'waiting', 'running', 'paused') AND kind <> $3 \
         ORDER BY created_at DESC, id DESC LIMIT $2"
    ))
    .bind(workspace)
    .bind(most)
    .bind(quiet)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Jobs that have ended at `since` or later, the last one first.
pub async fn ended(conn: &mut Conn, workspace: WorkspaceId, quiet: &str, since: Micros, most: i64) -> Result<Vec<Job>, StoreError> {
    let rows = sql(format!(
        "SELECT {COLUMNS} FROM jobs WHERE workspace_id = $1 AND completed_at IS NOT NULL AND completed_at >= $2 AND kind <> $4 \
         ORDER BY completed_at DESC, id DESC LIMIT $3"
    ))
    .bind(workspace)
    .bind(since)
    .bind(most)
    .bind(quiet)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Failed jobs of the last `within` that Retry may help, the last one first.
pub async fn failed(conn: &mut Conn, workspace: WorkspaceId, within: Duration, most: i64) -> Result<Vec<Job>, StoreError> {
    let rows = sql(format!(
        "SELECT {COLUMNS} FROM jobs WHERE workspace_id = $1 AND completed_at IS NOT NULL AND completed_at >= {{now}} - $2 AND state = 'failed' \
         ORDER BY completed_at DESC, id DESC LIMIT $3"
    ))
    .bind(workspace)
    .bind(micros(within))
    .bind(most)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// Notes that the user looks at Home now, and returns when the visit before this one ended. A first visit counts everything as new.
pub async fn visit(tx: &mut Tx, workspace: WorkspaceId, user: UserId) -> Result<Micros, StoreError> {
    sql("INSERT INTO visits (workspace_id, user_id, seen_at, since) VALUES ($1, $2, {now}, 0) \
         ON CONFLICT (workspace_id, user_id) DO UPDATE SET \
             since = CASE WHEN {now} - visits.seen_at >= $3 THEN visits.seen_at ELSE visits.since END, seen_at = {now} \
         RETURNING since")
    .bind(workspace)
    .bind(user)
    .bind(micros(VISIT_ENDS))
    .fetch_one(tx)
    .await?
    .get("since")
}
