//! Committed changes, in one order that readers can follow without gaps.

use std::fmt;
use std::str::FromStr;

use serde_json::Value as Json;

use super::database::{Conn, Row, Tx, sql};
use super::error::StoreError;
use crate::domain::{JobId, Micros, WorkspaceId};

/// A place in the order of events: the transaction first, since on Postgres a lower sequence number may commit later. SQLite has one
/// writer, so its transaction number is always 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Position {
    pub transaction: i64,
    pub sequence: i64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.transaction, self.sequence)
    }
}

impl FromStr for Position {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (transaction, sequence) = text.split_once('-').ok_or(())?;
        Ok(Self { transaction: transaction.parse().map_err(|_| ())?, sequence: sequence.parse().map_err(|_| ())? })
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub position: Position,
    pub workspace_id: WorkspaceId,
    pub job_id: Option<JobId>,
    /// job, page or timeline.
    pub kind: String,
    pub data: Json,
    pub at: Micros,
}

/// Appends within the transaction that makes the change; readers are told after its commit.
pub async fn append(tx: &mut Tx, workspace: WorkspaceId, job: Option<JobId>, kind: &str, data: &Json) -> Result<(), StoreError> {
    sql("INSERT INTO events (transaction_id, workspace_id, job_id, kind, data, at) VALUES ({transaction}, $1, $2, $3, $4, {now})")
        .bind(workspace)
        .bind(job)
        .bind(kind)
        .bind(data.to_string())
        .execute(tx)
        .await?;
    tx.ring_events();
    Ok(())
}

/// Up to `most` events after `position`, of all workspaces, below the oldest transaction that still runs: none can appear before the
/// last one returned.
pub async fn after(conn: &mut Conn, position: Position, most: i64) -> Result<Vec<Event>, StoreError> {
    // Two ranges of one index; asked for as one condition, both databases would read every event that is kept.
    sql("SELECT sequence, transaction_id, workspace_id, job_id, kind, data, at FROM ( \
             SELECT * FROM events WHERE transaction_id = $1 AND sequence > $2 AND transaction_id < {horizon} \
             UNION ALL SELECT * FROM events WHERE transaction_id > $1 AND transaction_id < {horizon}) AS fresh \
         ORDER BY transaction_id, sequence LIMIT $3")
    .bind(position.transaction)
    .bind(position.sequence)
    .bind(most)
    .fetch_all(conn)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// The same of one job alone, which the caller has found in its scope.
pub async fn of_job_after(conn: &mut Conn, job: JobId, position: Position, most: i64) -> Result<Vec<Event>, StoreError> {
    sql("SELECT sequence, transaction_id, workspace_id, job_id, kind, data, at FROM events \
         WHERE job_id = $1 AND (transaction_id > $2 OR (transaction_id = $2 AND sequence > $3)) AND transaction_id < {horizon} \
         ORDER BY transaction_id, sequence LIMIT $4")
    .bind(job)
    .bind(position.transaction)
    .bind(position.sequence)
    .bind(most)
    .fetch_all(conn)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// The place of the newest event that a reader may see.
pub async fn newest(conn: &mut Conn) -> Result<Position, StoreError> {
    let row = sql(
        "SELECT sequence, transaction_id FROM events WHERE transaction_id < {horizon} ORDER BY transaction_id DESC, sequence DESC LIMIT 1",
    )
    .fetch_optional(conn)
    .await?;
    match row {
        Some(row) => Ok(Position { transaction: row.get("transaction_id")?, sequence: row.get("sequence")? }),
        None => Ok(Position::default()),
    }
}

/// Drops those of the 500 oldest events that are older than `before`; returns how many went.
pub async fn prune(tx: &mut Tx, before: Micros) -> Result<u64, StoreError> {
    sql("DELETE FROM events WHERE sequence IN ( \
         SELECT sequence FROM (SELECT sequence, at FROM events ORDER BY sequence LIMIT 500) AS oldest WHERE at < $1)")
    .bind(before)
    .execute(tx)
    .await
}

fn read(row: &Row) -> Result<Event, StoreError> {
    Ok(Event {
        position: Position { transaction: row.get("transaction_id")?, sequence: row.get("sequence")? },
        workspace_id: row.get("workspace_id")?,
        job_id: row.get("job_id")?,
        kind: row.get("kind")?,
        data: row.json("data")?,
        at: row.get("at")?,
    })
}
