//! The pages that a job has stored: one row each, with the digest of where it started.

use sha2::{Digest, Sha256};

use super::database::{Conn, Tx, sql};
use super::error::StoreError;
use crate::domain::JobId;
use crate::domain::job::Job;

/// What came of one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredPage {
    pub received: i64,
    pub stored: i64,
    pub rejected: i64,
}

/// Records page number `batch` of the job. The caller holds the job's fence; a page number or a position that is there already is
/// `Taken`, which the fence makes impossible.
pub async fn insert(tx: &mut Tx, job: &Job, batch: i64, position: &str, page: StoredPage) -> Result<(), StoreError> {
    sql("INSERT INTO job_pages (job_id, batch, cursor_digest, epoch, received, stored, rejected, stored_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, {now})")
    .bind(job.id)
    .bind(batch)
    .bind(digest(position))
    .bind(job.epoch)
    .bind(page.received)
    .bind(page.stored)
    .bind(page.rejected)
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn is_known(conn: &mut Conn, job: JobId, position: &str) -> Result<bool, StoreError> {
    let row = sql("SELECT count(*) AS known FROM job_pages WHERE job_id = $1 AND cursor_digest = $2")
        .bind(job)
        .bind(digest(position))
        .fetch_one(conn)
        .await?;
    Ok(row.get::<i64>("known")? > 0)
}

/// What was fetched before a Retry no longer counts as a repetition, since the provider may have come to its senses.
pub async fn forget_positions(tx: &mut Tx, job: &Job) -> Result<(), StoreError> {
    sql("UPDATE job_pages SET cursor_digest = cursor_digest || '~' || CAST(epoch AS TEXT) WHERE job_id = $1 AND cursor_digest NOT LIKE '%~%'")
        .bind(job.id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Rows stored per minute over the last pages; `None` until there are two.
pub async fn rows_per_minute(conn: &mut Conn, job: JobId) -> Result<Option<f64>, StoreError> {
    const PAGES: i64 = 10;
    let rows = sql("SELECT stored, stored_at FROM job_pages WHERE job_id = $1 ORDER BY batch DESC LIMIT $2")
        .bind(job)
        .bind(PAGES)
        .fetch_all(conn)
        .await?;
    let mut pages = Vec::with_capacity(rows.len());
    for row in &rows {
        pages.push((row.get::<i64>("stored")?, row.get::<i64>("stored_at")?));
    }
    let (Some((_, newest)), Some((oldest_rows, oldest))) = (pages.first(), pages.last()) else { return Ok(None) };
    // The oldest page's rows were fetched before the span begins.
    let stored = pages.iter().map(|(stored, _)| stored).sum::<i64>() - oldest_rows;
    let span_us = newest - oldest;
    Ok((span_us > 0).then(|| (stored as f64 * 60e6 / span_us as f64 * 10.0).round() / 10.0))
}

fn digest(position: &str) -> String {
    hex::encode(Sha256::digest(position.as_bytes()))
}
