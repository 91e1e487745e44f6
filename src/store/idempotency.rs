//! Answers to requests that came with an `Idempotency-Key`, kept in the transaction of the rows they tell of.

use std::time::Duration;

use super::database::sql;
use super::{Conn, StoreError, Tx};
use crate::domain::time::micros;
use crate::domain::{UserId, WorkspaceId};

/// Whose key it is, and what was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub key: String,
    /// Of method, path and body.
    pub request_digest: String,
}

/// An answer to be given again. `body` is sealed, since some answers show a secret once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    pub status: i64,
    /// A JSON object.
    pub headers: String,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Nobody used the key before.
    New,
    Answered(KeptAnswer),
    /// The key belongs to another request.
    Other,
}

/// Looks without claiming, before work that must not be done twice and cannot be rolled back.
pub async fn find(conn: &mut Conn, asked: &Asked) -> Result<Known, StoreError> {
    let row =
        sql("SELECT request_digest, status, headers, body FROM idempotency_keys WHERE workspace_id = $1 AND user_id = $2 AND key = $3")
            .bind(asked.workspace_id)
            .bind(asked.user_id)
            .bind(&asked.key)
            .fetch_optional(conn)
            .await?;
    match row {
        None => Ok(Known::New),
        Some(row) if row.get::<String>("request_digest")? != asked.request_digest => Ok(Known::Other),
        Some(row) => Ok(Known::Answered(KeptAnswer { status: row.get("status")?, headers: row.get("headers")?, body: row.get("body")? })),
    }
}

/// Claims the key for this transaction: a second request with it waits for this one to end and then finds its answer.
pub async fn claim(tx: &mut Tx, asked: &Asked) -> Result<Known, StoreError> {
    let claimed = sql("INSERT INTO idempotency_keys (workspace_id, user_id, key, request_digest, status, headers, body, created_at)
         VALUES ($1, $2, $3, $4, 0, '', '', {now}) ON CONFLICT (workspace_id, user_id, key) DO NOTHING")
    .bind(asked.workspace_id)
    .bind(asked.user_id)
    .bind(&asked.key)
    .bind(&asked.request_digest)
    .execute(tx)
    .await?;
    if claimed == 1 { Ok(Known::New) } else { find(tx, asked).await }
}

/// Keeps the answer in the transaction that claimed the key.
pub async fn keep(tx: &mut Tx, asked: &Asked, answer: &KeptAnswer) -> Result<(), StoreError> {
    let kept = sql("UPDATE idempotency_keys SET status = $4, headers = $5, body = $6
         WHERE workspace_id = $1 AND user_id = $2 AND key = $3 AND status = 0")
    .bind(asked.workspace_id)
    .bind(asked.user_id)
    .bind(&asked.key)
    .bind(answer.status)
    .bind(&answer.headers)
    .bind(&answer.body)
    .execute(tx)
    .await?;
    if kept == 1 { Ok(()) } else { Err(StoreError::Refused("an answer was kept for an idempotency key that was not claimed".into())) }
}

/// Forgets up to 500 keys older than `age`; returns how many.
pub async fn forget_older_than(tx: &mut Tx, age: Duration) -> Result<u64, StoreError> {
    sql("DELETE FROM idempotency_keys WHERE (workspace_id, user_id, key) IN ( \
         SELECT workspace_id, user_id, key FROM idempotency_keys WHERE created_at < {now} - $1 LIMIT 500)")
    .bind(micros(age))
    .execute(tx)
    .await
}
