//! Pages of postings as bytes: those that people saved from a browser, and those of a provider that could not be read.

use super::database::{Conn, Tx, sql};
use super::error::StoreError;
use crate::domain::id::UnreadPageId;
use crate::domain::{JobId, Micros};

/// Bytes of one part of a saved page: a row of this size is written and read in a few milliseconds.
const PART: usize = 1024 * 1024;
/// Unread pages that are kept of one job; after the first few, more of them tell nothing new.
const MOST_UNREAD: i64 = 3;
/// Pages are kept so long: time enough to look at what went wrong.
const KEPT_US: i64 = 14 * 24 * 3_600 * 1_000_000;

/// Keeps a page with the job that will read it.
pub async fn keep_saved(tx: &mut Tx, job: JobId, page: &[u8]) -> Result<(), StoreError> {
    for (part, bytes) in page.chunks(PART).enumerate() {
        sql("INSERT INTO posting_pages (job_id, part, bytes) VALUES ($1, $2, $3)")
            .bind(job)
            .bind(part as i64)
            .bind(bytes.to_vec())
            .execute(tx)
            .await?;
    }
    Ok(())
}

/// The page that belongs to the job; empty when it is gone.
pub async fn saved(conn: &mut Conn, job: JobId) -> Result<Vec<u8>, StoreError> {
    let rows = sql("SELECT bytes FROM posting_pages WHERE job_id = $1 ORDER BY part").bind(job).fetch_all(conn).await?;
    let mut page = Vec::new();
    for row in &rows {
        page.append(&mut row.get("bytes")?);
    }
    Ok(page)
}

/// The job has read its page.
pub async fn forget_saved(tx: &mut Tx, job: JobId) -> Result<(), StoreError> {
    sql("DELETE FROM posting_pages WHERE job_id = $1").bind(job).execute(tx).await?;
    Ok(())
}

/// A provider's page that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadPage {
    pub id: UnreadPageId,
    /// What was asked for.
    pub url: String,
    /// In bytes.
    pub size: i64,
    pub at: Micros,
}

/// Keeps a page that could not be read, so that somebody can see what changed. The job's newest ones stay.
pub async fn keep_unread(tx: &mut Tx, job: JobId, url: &str, page: &[u8]) -> Result<(), StoreError> {
    sql("INSERT INTO unread_pages (id, job_id, url, bytes, at) VALUES ($1, $2, $3, $4, {now})")
        .bind(UnreadPageId::new())
        .bind(job)
        .bind(url)
        .bind(page.to_vec())
        .execute(tx)
        .await?;
    sql("DELETE FROM unread_pages WHERE job_id = $1 AND id NOT IN (SELECT id FROM unread_pages WHERE job_id = $1 ORDER BY id DESC LIMIT $2)")
        .bind(job)
        .bind(MOST_UNREAD)
        .execute(tx)
        .await?;
    Ok(())
}

/// The pages of the job that could not be read, newest first.
pub async fn unread(conn: &mut Conn, job: JobId) -> Result<Vec<UnreadPage>, StoreError> {
    sql("SELECT id, url, CAST(length(bytes) AS BIGINT) AS size, at FROM unread_pages WHERE job_id = $1 ORDER BY id DESC")
        .bind(job)
        .fetch_all(conn)
        .await?
        .iter()
        .map(|row| Ok(UnreadPage { id: row.get("id")?, url: row.get("url")?, size: row.get("size")?, at: row.get("at")? }))
        .collect()
}

/// Such a page as it came.
pub async fn unread_bytes(conn: &mut Conn, job: JobId, id: UnreadPageId) -> Result<Option<Vec<u8>>, StoreError> {
    let row = sql("SELECT bytes FROM unread_pages WHERE job_id = $1 AND id = $2").bind(job).bind(id).fetch_optional(conn).await?;
    row.map(|row| row.get("bytes")).transpose()
}

/// Forgets up to `most` pages whose time is over: unread ones, and saved ones of jobs that have ended. How many.
pub async fn prune(tx: &mut Tx, most: i64) -> Result<u64, StoreError> {
    let unread = sql("DELETE FROM unread_pages WHERE id IN (SELECT id FROM unread_pages WHERE at < {now} - $1 ORDER BY id LIMIT $2)")
        .bind(KEPT_US)
        .bind(most)
        .execute(tx)
        .await?;
    let saved =
        sql("DELETE FROM posting_pages WHERE job_id IN (SELECT jobs.id FROM jobs JOIN posting_pages ON posting_pages.job_id = jobs.id \
             WHERE posting_pages.part = 0 AND jobs.completed_at < {now} - $1 LIMIT $2)")
        .bind(KEPT_US)
        .bind(most)
        .execute(tx)
        .await?;
    Ok(unread + saved)
}
