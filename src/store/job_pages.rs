//! The pages that a job has stored: one row each, with the digest of where it started.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::database::{Conn, Tx, sql};
use super::error::StoreError;
use crate::domain::job::Job;
use crate::domain::{JobId, Micros};

/// Over so many pages the speed is told.
const LAST_PAGES: i64 = 10;
/// In less than this, two quick pages look like a speed that no account keeps.
const SHORTEST_SPAN: Duration = Duration::from_secs(5);
/// Longer waits than this are no pace between two pages.
const LONG_WAIT: Duration = Duration::from_secs(60);

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

/// How quickly a job gets on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed {
    pub rows_per_minute: f64,
    /// What its account keeps between two pages.
    pub page_delay: Duration,
}

/// The speed over the last pages since the job was made or retried, up to now. `None` until there are two pages and a few seconds to tell
/// it from, and while the job is parked for long: it then does nothing, and a wait says nothing about the speed.
pub async fn speed(conn: &mut Conn, job: &Job) -> Result<Option<Speed>, StoreError> {
    let rows = sql("SELECT stored, stored_at, {now} AS now, \
             COALESCE((SELECT pace_delay_ms FROM accounts WHERE id = $2), 0) AS pace_delay_ms \
         FROM job_pages WHERE job_id = $1 AND cursor_digest NOT LIKE '%~%' ORDER BY batch DESC LIMIT $3")
    .bind(job.id)
    .bind(job.account_id)
    .bind(LAST_PAGES)
    .fetch_all(conn)
    .await?;
    let [newer @ .., oldest] = rows.as_slice() else { return Ok(None) };
    let mut stored = 0;
    // The oldest page's rows were fetched before the span begins.
    for row in newer {
        stored += row.get::<i64>("stored")?;
    }
    let now: Micros = oldest.get("now")?;
    let span = now.since(oldest.get("stored_at")?);
    let parked = job.waiting_until().is_some_and(|until| until.since(now) > LONG_WAIT);
    if newer.is_empty() || span < SHORTEST_SPAN || parked {
        return Ok(None);
    }
    let delay_ms: i64 = oldest.get("pace_delay_ms")?;
    Ok(Some(Speed {
        rows_per_minute: (stored as f64 * 60.0 / span.as_secs_f64() * 10.0).round() / 10.0,
        page_delay: Duration::from_millis(u64::try_from(delay_ms).unwrap_or(0)),
    }))
}

/// A page as it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRow {
    pub batch: i64,
    pub page: StoredPage,
    pub stored_at: Micros,
}

/// The last `most` pages, the newest first. The caller has found the job in its scope.
pub async fn list(conn: &mut Conn, job: JobId, most: i64) -> Result<Vec<PageRow>, StoreError> {
    let rows = sql("SELECT batch, received, stored, rejected, stored_at FROM job_pages WHERE job_id = $1 ORDER BY batch DESC LIMIT $2")
        .bind(job)
        .bind(most)
        .fetch_all(conn)
        .await?;
    let read = |row: &super::database::Row| {
        let page = StoredPage { received: row.get("received")?, stored: row.get("stored")?, rejected: row.get("rejected")? };
        Ok(PageRow { batch: row.get("batch")?, page, stored_at: row.get("stored_at")? })
    };
    rows.iter().map(read).collect()
}

/// When a job stored its first and its last page.
pub async fn span(conn: &mut Conn, job: JobId) -> Result<Option<(Micros, Micros)>, StoreError> {
    let row = sql("SELECT min(stored_at) AS first_at, max(stored_at) AS last_at FROM job_pages WHERE job_id = $1")
        .bind(job)
        .fetch_one(conn)
        .await?;
    Ok(row.get::<Option<Micros>>("first_at")?.zip(row.get("last_at")?))
}

/// Rows stored in each stretch of `width` since `from` that has any, as the stretch's number and its rows.
pub async fn stored_by_time(conn: &mut Conn, job: JobId, from: Micros, width: Duration) -> Result<Vec<(i64, i64)>, StoreError> {
    let rows = sql("SELECT stretch, CAST(sum(stored) AS BIGINT) AS stored FROM ( \
             SELECT (stored_at - $2) / $3 AS stretch, stored FROM job_pages WHERE job_id = $1 AND stored_at >= $2) AS pages \
         GROUP BY stretch ORDER BY stretch")
    .bind(job)
    .bind(from)
    .bind(crate::domain::time::micros(width).max(1))
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok((row.get("stretch")?, row.get("stored")?))).collect()
}

/// The speed of a job whose kind knows no pages, over all its working time: while it is the first worker's, and has worked for a moment.
pub fn steady_speed(job: &Job) -> Option<Speed> {
    const MOMENT_US: i64 = 1_000_000;
    let tells = job.pages == 0 && job.epoch == 1 && job.progress.current > 0 && job.worked_us >= MOMENT_US;
    tells
        .then(|| Speed { rows_per_minute: (job.progress.current as f64 * 60e6 / job.worked_us as f64).round(), page_delay: Duration::ZERO })
}

fn digest(position: &str) -> String {
    hex::encode(Sha256::digest(position.as_bytes()))
}
