//! What an import notes beside the people it adds: refused rows, and which rows it has seen.

use std::collections::HashSet;

use super::database::{Conn, Row, Tx, list, sql, value_rows};
use super::error::StoreError;
use crate::domain::import::RowFault;
use crate::domain::{FileId, JobId, ReviewId};

/// Keeps what is wrong with the rows of one step.
pub async fn keep_faults(tx: &mut Tx, job: JobId, file: FileId, faults: &[RowFault]) -> Result<(), StoreError> {
    // Several faults of one row are told apart by their number.
    let mut numbered: Vec<(i64, &RowFault)> = Vec::with_capacity(faults.len());
    for fault in faults {
        let n = numbered.iter().rev().take_while(|(_, before)| before.row == fault.row).count();
        numbered.push((n as i64, fault));
    }
    for some in numbered.chunks(500) {
        let rows = (0..some.len())
            .map(|n| format!("($1, $2, ${}, ${}, ${}, ${}, ${})", 5 * n + 3, 5 * n + 4, 5 * n + 5, 5 * n + 6, 5 * n + 7))
            .collect::<Vec<_>>()
            .join(", ");
        let mut statement =
            sql(format!("INSERT INTO import_errors (job_id, file_id, row_number, n, column_name, value, message) VALUES {rows}"))
                .bind(job)
                .bind(file);
        for (n, fault) in some {
            statement = statement.bind(fault.row).bind(*n).bind(&fault.column).bind(&fault.value).bind(&fault.message);
        }
        statement.execute(tx).await?;
    }
    Ok(())
}

/// Where a reading of faults stands: row and number of the last one.
pub type FaultPlace = (i64, i64);

/// Up to `limit` faults after `place`, in the order of the file. The caller has found the job in its scope.
pub async fn faults_after(conn: &mut Conn, job: JobId, place: FaultPlace, limit: i64) -> Result<Vec<(FaultPlace, RowFault)>, StoreError> {
    sql("SELECT row_number, n, column_name, value, message FROM import_errors \
         WHERE job_id = $1 AND (row_number, n) > ($2, $3) ORDER BY row_number, n LIMIT $4")
    .bind(job)
    .bind(place.0)
    .bind(place.1)
    .bind(limit)
    .fetch_all(conn)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// The same by number, for pages of a table, with how many there are.
pub async fn faults(conn: &mut Conn, job: JobId, limit: i64, offset: i64) -> Result<(Vec<RowFault>, i64), StoreError> {
    let total = sql("SELECT count(*) AS total FROM (SELECT 1 FROM import_errors WHERE job_id = $1 LIMIT 10001) AS counted")
        .bind(job)
        .fetch_one(conn)
        .await?
        .get("total")?;
    let rows = sql("SELECT row_number, n, column_name, value, message FROM import_errors WHERE job_id = $1 \
         ORDER BY row_number, n LIMIT $2 OFFSET $3")
    .bind(job)
    .bind(limit)
    .bind(offset)
    .fetch_all(conn)
    .await?;
    Ok((rows.iter().map(|row| Ok(read(row)?.1)).collect::<Result<_, StoreError>>()?, total))
}

fn read(row: &Row) -> Result<(FaultPlace, RowFault), StoreError> {
    let number = row.get("row_number")?;
    let fault = RowFault { row: number, column: row.get("column_name")?, value: row.get("value")?, message: row.get("message")? };
    Ok(((number, row.get("n")?), fault))
}

/// Notes rows that name nobody by an id, and returns which of them the review did not have.
pub async fn note_rows(tx: &mut Tx, review: ReviewId, digests: &[String]) -> Result<HashSet<String>, StoreError> {
    note(tx, "imported_rows (review_id, digest)", &review.to_string(), digests).await
}

/// Notes who occurs in a file that is only judged, and returns who did not occur before.
pub async fn note_judged(tx: &mut Tx, job: JobId, digests: &[String]) -> Result<HashSet<String>, StoreError> {
    note(tx, "judged_rows (job_id, digest)", &job.to_string(), digests).await
}

async fn note(tx: &mut Tx, table: &str, owner: &str, digests: &[String]) -> Result<HashSet<String>, StoreError> {
    let mut distinct: Vec<&String> = digests.iter().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = (0..distinct.len()).map(|n| format!("($1, ${})", n + 2)).collect::<Vec<_>>().join(", ");
    let mut statement = sql(format!("INSERT INTO {table} VALUES {rows} ON CONFLICT DO NOTHING RETURNING digest")).bind(owner);
    for digest in distinct {
        statement = statement.bind(digest);
    }
    statement.fetch_all(tx).await?.iter().map(|row| row.get("digest")).collect()
}

/// Which of these digests the review has.
pub async fn noted_rows(conn: &mut Conn, review: ReviewId, digests: &[String]) -> Result<HashSet<String>, StoreError> {
    if digests.is_empty() {
        return Ok(HashSet::new());
    }
    let mut statement =
        sql(format!("SELECT digest FROM imported_rows WHERE review_id = $1 AND digest IN ({})", list(2, digests.len()))).bind(review);
    for digest in digests {
        statement = statement.bind(digest);
    }
    statement.fetch_all(conn).await?.iter().map(|row| row.get("digest")).collect()
}

/// Which ids of people, as scheme and value, stand for somebody whom the review has.
pub async fn known_keys(
    conn: &mut Conn,
    review: ReviewId,
    keys: &[(&'static str, String)],
) -> Result<HashSet<(String, String)>, StoreError> {
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let mut statement = sql(format!(
        "SELECT person_ids.scheme AS scheme, person_ids.value AS value FROM reviews \
         JOIN person_ids ON person_ids.workspace_id = reviews.workspace_id \
         JOIN review_items ON review_items.person_id = person_ids.person_id AND review_items.review_number = reviews.number \
         WHERE reviews.id = $1 AND (person_ids.scheme, person_ids.value) IN (VALUES {})",
        value_rows(2, keys.len(), 2)
    ))
    .bind(review);
    for (scheme, value) in keys {
        statement = statement.bind(*scheme).bind(value);
    }
    statement.fetch_all(conn).await?.iter().map(|row| Ok((row.get("scheme")?, row.get("value")?))).collect()
}

/// Forgets up to `most` rows of judgings that ended more than a day ago; how many.
pub async fn forget_judged(tx: &mut Tx, most: i64) -> Result<u64, StoreError> {
    const DAY_US: i64 = 86_400_000_000;
    sql("DELETE FROM judged_rows WHERE (job_id, digest) IN ( \
         SELECT judged_rows.job_id, judged_rows.digest FROM judged_rows JOIN jobs ON jobs.id = judged_rows.job_id \
         WHERE jobs.completed_at < {now} - $1 LIMIT $2)")
    .bind(DAY_US)
    .bind(most)
    .execute(tx)
    .await
}
