//! Committed changes, in one order that readers can follow without gaps.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::database::{Conn, Row, Tx, sql};
use super::error::StoreError;
use crate::domain::{JobId, KeyId, Micros, UserId, WorkspaceId};

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
    /// job, page, timeline, review, posting; or access and deleted, which are told to no stream.
    pub kind: String,
    pub data: Json,
    pub at: Micros,
}

/// What somebody's access rests on, when it has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessChange {
    pub user_id: UserId,
    /// Only what this key opened is affected; everything of the user's when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<KeyId>,
}

const ACCESS: &str = "access";

/// The kind of events that tell of changed postings.
pub const POSTING: &str = "posting";

impl Event {
    /// Whose access changed, if that is what the event tells: their streams ask anew whether they may go on.
    pub fn access_change(&self) -> Option<AccessChange> {
        if self.kind != ACCESS {
            return None;
        }
        serde_json::from_value(self.data.clone()).inspect_err(|error| tracing::error!(%error, "an event of access cannot be read")).ok()
    }
}

/// A published row that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowDeleted {
    /// The name of its published table.
    pub table: String,
    /// What is still known of it, by column: the primary key at least, and what listeners may ask by.
    pub known: BTreeMap<String, String>,
}

const DELETED: &str = "deleted";

impl Event {
    /// The published row that is gone, if that is what the event tells.
    pub fn row_deleted(&self) -> Option<RowDeleted> {
        if self.kind != DELETED {
            return None;
        }
        serde_json::from_value(self.data.clone()).inspect_err(|error| tracing::error!(%error, "an event of a deletion cannot be read")).ok()
    }

    /// Whether it tells what people note of postings.
    pub fn is_of_the_tracker(&self) -> bool {
        self.kind == POSTING
    }

    /// Whether it is for this program alone, and no stream tells it.
    pub fn is_internal(&self) -> bool {
        self.kind == ACCESS || self.kind == DELETED
    }
}

/// To be called by whatever deletes a published row, in the transaction that does it.
pub async fn row_deleted(tx: &mut Tx, workspace: WorkspaceId, deleted: &RowDeleted) -> Result<(), StoreError> {
    append(tx, workspace, None, DELETED, &serde_json::json!(deleted)).await
}

/// To be called by whatever ends or narrows somebody's access (a key revoked, a session ended, a member removed or given another role), in
/// the transaction that does it: open streams of the user end at once if they may not go on. `key` narrows it to what that key opened.
pub async fn access_changed(tx: &mut Tx, workspace: WorkspaceId, user: UserId, key: Option<KeyId>) -> Result<(), StoreError> {
    let change = serde_json::json!(AccessChange { user_id: user, key_id: key });
    append(tx, workspace, None, ACCESS, &change).await
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

/// Whether there are committed events that no reader may see yet, since an older transaction still runs.
pub async fn any_held_back(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(sql("SELECT 1 AS held_back FROM events WHERE transaction_id >= {horizon} LIMIT 1").fetch_optional(conn).await?.is_some())
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
