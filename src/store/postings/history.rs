//! What happened to postings, in sentences.

use crate::domain::tracker::HistoryKind;
use crate::domain::{HistoryEntryId, JobId, Micros, UserId};
use crate::store::database::{Conn, Row, Tx, sql};
use crate::store::error::StoreError;

/// Rows of one statement.
const AT_ONCE: usize = 500;
/// Lines that are shown of one posting.
const SHOWN: i64 = 500;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    pub id: HistoryEntryId,
    pub at: Micros,
    pub kind: HistoryKind,
    pub message: String,
    pub user_id: Option<UserId>,
    pub job_id: Option<JobId>,
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    User(UserId),
    Job(JobId),
}

/// One line, of one posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub posting: i64,
    pub kind: HistoryKind,
    pub message: String,
}

/// Adds a line to a posting that the caller has found in its scope.
pub async fn note(tx: &mut Tx, by: By, posting: i64, kind: HistoryKind, message: impl Into<String>) -> Result<(), StoreError> {
    note_all(tx, by, &[Line { posting, kind, message: message.into() }]).await
}

/// The same for many, in their order.
pub async fn note_all(tx: &mut Tx, by: By, lines: &[Line]) -> Result<(), StoreError> {
    let (user, job) = match by {
        By::User(user) => (Some(user), None),
        By::Job(job) => (None, Some(job)),
    };
    for some in lines.chunks(AT_ONCE) {
        // $1 and $2 are the same in every row.
        const OWN: usize = 4;
        let rows = (0..some.len())
            .map(|row| {
                let first = 3 + row * OWN;
                format!("(${}, ${}, {{now}}, ${}, ${}, $1, $2)", first, first + 1, first + 2, first + 3)
            })
            .collect::<Vec<_>>()
            .join(", ");
        let mut statement =
            sql(format!("INSERT INTO posting_history (id, posting_number, at, kind, message, user_id, job_id) VALUES {rows}"))
                .bind(user)
                .bind(job);
        for line in some {
            statement = statement.bind(HistoryEntryId::new()).bind(line.posting).bind(line.kind).bind(&line.message);
        }
        statement.execute(tx).await?;
    }
    Ok(())
}

/// The newest lines of a posting that the caller has found in its scope, newest first.
pub async fn of_posting(conn: &mut Conn, posting: i64) -> Result<Vec<HistoryEntry>, StoreError> {
    sql("SELECT id, at, kind, message, user_id, job_id FROM posting_history WHERE posting_number = $1 ORDER BY id DESC LIMIT $2")
        .bind(posting)
        .bind(SHOWN)
        .fetch_all(conn)
        .await?
        .iter()
        .map(read)
        .collect()
}

fn read(row: &Row) -> Result<HistoryEntry, StoreError> {
    Ok(HistoryEntry {
        id: row.get("id")?,
        at: row.get("at")?,
        kind: row.get("kind")?,
        message: row.get("message")?,
        user_id: row.get("user_id")?,
        job_id: row.get("job_id")?,
    })
}
