//! Files past their time go: first from sight, then their content, a little at a time.

use std::time::Duration;

use super::super::database::{Tx, sql};
use super::super::error::StoreError;
use super::super::{imports, jobs, timeline};
use crate::domain::file::{FilePurpose, FileState};
use crate::domain::time::micros;
use crate::domain::{FileId, JobId, Micros, Scope};

/// Pieces that one round takes away; each is up to a few hundred kilobytes.
const PIECES: i64 = 8;
const ERRORS: i64 = 500;
/// An upload that broke off and whose server was gone before it could clean up.
const ABANDONED: Duration = Duration::from_secs(3600);

/// What one round took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Files that are gone whole by this round.
    pub files: u64,
    /// Everything that was changed; 0 when nothing is left to do.
    pub changes: u64,
}

/// One round. A file is past its time when its days are over and no job needs it any more: a job that failed may be retried, one that was
/// canceled may not.
pub async fn expire(tx: &mut Tx) -> Result<Removed, StoreError> {
    let hidden = sql("UPDATE files SET state = 'removing' WHERE id IN ( \
         SELECT files.id FROM files LEFT JOIN jobs ON jobs.id = files.job_id \
         WHERE files.state IN ('writing', 'ready') AND ( \
             (files.expires_at < {now} AND (jobs.id IS NULL OR jobs.state IN ('completed', 'failed', 'canceled'))) \
             OR (files.state = 'writing' AND jobs.state IN ('completed', 'canceled')) \
             OR (files.state = 'writing' AND files.purpose = 'upload' AND files.created_at < {now} - $1)) \
         LIMIT 50)")
    .bind(micros(ABANDONED))
    .execute(tx)
    .await?;
    let pieces = sql("DELETE FROM file_chunks WHERE (file_id, starts_at) IN ( \
         SELECT file_chunks.file_id, file_chunks.starts_at FROM files JOIN file_chunks ON file_chunks.file_id = files.id \
         WHERE files.state = 'removing' LIMIT $1)")
    .bind(PIECES)
    .execute(tx)
    .await?;
    let errors = sql("DELETE FROM import_errors WHERE (job_id, row_number, n) IN ( \
         SELECT import_errors.job_id, import_errors.row_number, import_errors.n FROM files \
         JOIN import_errors ON import_errors.file_id = files.id WHERE files.state = 'removing' LIMIT $1)")
    .bind(ERRORS)
    .execute(tx)
    .await?;
    let judged = imports::forget_judged(tx, ERRORS).await?;
    let files = if pieces == 0 && errors == 0 { close_empty(tx).await? } else { 0 };
    Ok(Removed { files, changes: hidden + pieces + errors + judged + files })
}

/// Files without content: one that a job made or read stays as a line that says so, any other is forgotten.
async fn close_empty(tx: &mut Tx) -> Result<u64, StoreError> {
    let empty =
        sql("SELECT id, job_id, purpose, expires_at, created_at FROM files WHERE state = 'removing' LIMIT 50").fetch_all(tx).await?;
    for row in &empty {
        let (id, job, purpose): (FileId, Option<JobId>, FilePurpose) = (row.get("id")?, row.get("job_id")?, row.get("purpose")?);
        let Some(job) = job.filter(|_| purpose != FilePurpose::Parts) else {
            super::delete(tx, id).await?;
            continue;
        };
        sql("UPDATE files SET state = $2 WHERE id = $1").bind(id).bind(FileState::Expired).execute(tx).await?;
        let (from, until): (Micros, Micros) = (row.get("created_at")?, row.get("expires_at")?);
        if let Some(job) = jobs::find(tx, Scope::System, job).await? {
            let days = until.since(from).as_secs().div_ceil(86_400);
            let told = if days == 1 { "file removed after 1 day".to_owned() } else { format!("file removed after {days} days") };
            timeline::add(tx, &job, "note", &told).await?;
        }
    }
    Ok(empty.len() as u64)
}
