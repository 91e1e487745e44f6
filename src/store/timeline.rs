//! A job's story in sentences.

use serde_json::json;

use super::database::{Conn, Tx, sql};
use super::error::StoreError;
use super::events;
use crate::domain::id::TimelineEntryId;
use crate::domain::job::{Job, TimelineEntry};
use crate::domain::{JobId, Micros};

/// Adds a line now, and tells of it.
pub async fn add(tx: &mut Tx, job: &Job, kind: &str, message: &str) -> Result<(), StoreError> {
    let row = sql("INSERT INTO timeline_entries (id, job_id, at, kind, message) VALUES ($1, $2, {now}, $3, $4) RETURNING at")
        .bind(TimelineEntryId::new())
        .bind(job.id)
        .bind(kind)
        .bind(message)
        .fetch_one(tx)
        .await?;
    let at: Micros = row.get("at")?;
    let data = json!({ "job_id": job.id, "at": at.timestamp(), "kind": kind, "message": message });
    events::append(tx, job.workspace_id, Some(job.id), "timeline", &data).await
}

/// The last `most` lines, oldest first. The caller has found the job in its scope.
pub async fn list(conn: &mut Conn, job: JobId, most: i64) -> Result<Vec<TimelineEntry>, StoreError> {
    let rows = sql("SELECT at, kind, message FROM timeline_entries WHERE job_id = $1 ORDER BY at DESC, id DESC LIMIT $2")
        .bind(job)
        .bind(most)
        .fetch_all(conn)
        .await?;
    let mut entries: Vec<TimelineEntry> = rows
        .iter()
        .map(|row| Ok(TimelineEntry { at: row.get("at")?, kind: row.get("kind")?, message: row.get("message")? }))
        .collect::<Result<_, StoreError>>()?;
    entries.reverse();
    Ok(entries)
}

/// When a person last wanted the job to work: made it, or retried it. What a schedule makes, no person has asked for at that time.
pub async fn last_wanted_at(conn: &mut Conn, job: &Job) -> Result<Micros, StoreError> {
    let made = if job.schedule_id.is_none() { "'created', " } else { "" };
    let row =
        sql(format!("SELECT COALESCE(MAX(at), 0) AS wanted_at FROM timeline_entries WHERE job_id = $1 AND kind IN ({made}'retried')"))
            .bind(job.id)
            .fetch_one(conn)
            .await?;
    row.get("wanted_at")
}
