//! Files in pieces: an export grows with the steps that write it, an upload with the bytes that arrive.

mod expiry;

use std::time::Duration;

use super::database::{Conn, Row, Tx, sql};
use super::error::StoreError;
use crate::domain::file::{Encoding, FilePurpose, StoredFile};
use crate::domain::time::micros;
use crate::domain::{FileId, JobId, Scope, UserId, WorkspaceId};

pub use expiry::{Removed, expire};

const COLUMNS: &str =
    "id, workspace_id, user_id, job_id, purpose, state, name, media_type, encoding, size, rows_held, created_at, expires_at";

/// A file to be begun.
#[derive(Debug, Clone)]
pub struct NewFile {
    pub id: FileId,
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub job_id: Option<JobId>,
    pub purpose: FilePurpose,
    pub name: String,
    pub media_type: String,
    /// How long it is kept from now on.
    pub kept: Duration,
}

/// Begins an empty file.
pub async fn insert(tx: &mut Tx, new: &NewFile) -> Result<(), StoreError> {
    sql(
        "INSERT INTO files (id, workspace_id, user_id, job_id, purpose, state, name, media_type, size, rows_held, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, 'writing', $6, $7, 0, 0, {now}, {now} + $8)",
    )
    .bind(new.id)
    .bind(new.workspace_id)
    .bind(new.user_id)
    .bind(new.job_id)
    .bind(new.purpose)
    .bind(&new.name)
    .bind(&new.media_type)
    .bind(micros(new.kept))
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn find(conn: &mut Conn, scope: Scope, id: FileId) -> Result<Option<StoredFile>, StoreError> {
    sql(format!("SELECT {COLUMNS} FROM files WHERE id = $1 AND (workspace_id = $2 OR $2 = '*')"))
        .bind(id)
        .bind(scope)
        .fetch_optional(conn)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// The newest file of that purpose that belongs to a job.
pub async fn of_job(conn: &mut Conn, scope: Scope, job: JobId, purpose: FilePurpose) -> Result<Option<StoredFile>, StoreError> {
    sql(format!(
        "SELECT {COLUMNS} FROM files WHERE job_id = $1 AND (workspace_id = $2 OR $2 = '*') AND purpose = $3 ORDER BY created_at DESC, id DESC LIMIT 1"
    ))
    .bind(job)
    .bind(scope)
    .bind(purpose)
    .fetch_optional(conn)
    .await?
    .as_ref()
    .map(read)
    .transpose()
}

/// Adds a piece that begins at `starts_at`. A piece that is there already is `Taken`, which the fence of its job makes impossible.
pub async fn append(tx: &mut Tx, id: FileId, starts_at: i64, content: &[u8]) -> Result<(), StoreError> {
    sql("INSERT INTO file_chunks (file_id, starts_at, content) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(starts_at)
        .bind(content.to_vec())
        .execute(tx)
        .await?;
    Ok(())
}

/// What a file holds when it is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// Bytes.
    pub size: i64,
    pub rows: i64,
    pub encoding: Option<Encoding>,
    /// How long it is kept from now on.
    pub kept: Duration,
}

/// Closes a file that grew. Whether it was there and still grew.
pub async fn finish(tx: &mut Tx, id: FileId, whole: Whole) -> Result<bool, StoreError> {
    let finished = sql("UPDATE files SET state = 'ready', size = $2, rows_held = $3, encoding = $4, expires_at = {now} + $5 \
         WHERE id = $1 AND state = 'writing'")
    .bind(id)
    .bind(whole.size)
    .bind(whole.rows)
    .bind(whole.encoding)
    .bind(micros(whole.kept))
    .execute(tx)
    .await?;
    Ok(finished == 1)
}

/// Gives an upload to a job that reads it, and keeps it for so long from now on. Whether it was there and whole.
pub async fn adopt(tx: &mut Tx, scope: Scope, id: FileId, job: JobId, kept: Duration) -> Result<bool, StoreError> {
    let adopted = sql("UPDATE files SET job_id = $3, expires_at = {now} + $4 \
         WHERE id = $1 AND (workspace_id = $2 OR $2 = '*') AND purpose = 'upload' AND state = 'ready'")
    .bind(id)
    .bind(scope)
    .bind(job)
    .bind(micros(kept))
    .execute(tx)
    .await?;
    Ok(adopted == 1)
}

/// A piece of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    pub starts_at: i64,
    pub content: Vec<u8>,
}

impl Chunk {
    /// Where the next piece begins.
    pub fn end(&self) -> i64 {
        self.starts_at + i64::try_from(self.content.len()).unwrap_or(i64::MAX)
    }
}

/// The piece that holds the byte at `offset`; none past the end. The caller has found the file in its scope.
pub async fn chunk_at(conn: &mut Conn, id: FileId, offset: i64) -> Result<Option<Chunk>, StoreError> {
    let row = sql("SELECT starts_at, content FROM file_chunks WHERE file_id = $1 AND starts_at <= $2 ORDER BY starts_at DESC LIMIT 1")
        .bind(id)
        .bind(offset)
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let chunk = Chunk { starts_at: row.get("starts_at")?, content: row.get("content")? };
    Ok((offset < chunk.end()).then_some(chunk))
}

/// Takes up to `most` pieces of a file away; how many went.
pub async fn shrink(tx: &mut Tx, id: FileId, most: i64) -> Result<u64, StoreError> {
    sql("DELETE FROM file_chunks WHERE file_id = $1 AND starts_at IN ( \
         SELECT starts_at FROM file_chunks WHERE file_id = $1 ORDER BY starts_at LIMIT $2)")
    .bind(id)
    .bind(most)
    .execute(tx)
    .await
}

/// Forgets a file with all its content, which the caller knows to be small.
pub async fn delete(tx: &mut Tx, id: FileId) -> Result<(), StoreError> {
    sql("DELETE FROM files WHERE id = $1").bind(id).execute(tx).await?;
    Ok(())
}

fn read(row: &Row) -> Result<StoredFile, StoreError> {
    Ok(StoredFile {
        id: row.get("id")?,
        workspace_id: row.get("workspace_id")?,
        user_id: row.get("user_id")?,
        job_id: row.get("job_id")?,
        purpose: row.get("purpose")?,
        state: row.get("state")?,
        name: row.get("name")?,
        media_type: row.get("media_type")?,
        encoding: row.get("encoding")?,
        size: row.get("size")?,
        rows: row.get("rows_held")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}
