//! What the people of a search have in common: counted in the database, by the search's own rows.

use super::super::database::{Conn, sql};
use super::super::error::StoreError;
use crate::domain::JobId;

/// What people can be counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Company,
    Location,
}

/// The most frequent values of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ranked {
    /// Each with its number of people, the most frequent first.
    pub values: Vec<(String, u64)>,
    /// How many different ones there are in all.
    pub kinds: u64,
}

/// The `most` most frequent values of a field. The caller has found the job in its scope.
pub async fn most_frequent(conn: &mut Conn, job: JobId, field: Field, most: i64) -> Result<Ranked, StoreError> {
    let column = match field {
        Field::Company => "company",
        Field::Location => "location",
    };
    let rows = sql(format!(
        "SELECT {column} AS value, count(*) AS number, count(*) OVER () AS kinds FROM prospects \
         WHERE job_id = $1 AND {column} IS NOT NULL GROUP BY {column} ORDER BY count(*) DESC, {column} LIMIT $2"
    ))
    .bind(job)
    .bind(most)
    .fetch_all(conn)
    .await?;
    let kinds = rows.first().map(|row| row.get::<i64>("kinds")).transpose()?.unwrap_or(0);
    let values = rows.iter().map(|row| Ok((row.get("value")?, number(row.get("number")?)))).collect::<Result<_, StoreError>>()?;
    Ok(Ranked { values, kinds: number(kinds) })
}

/// Every title of the search with its number of people; a search has no more rows than its target, so this is bounded.
pub async fn titles(conn: &mut Conn, job: JobId) -> Result<Vec<(String, u64)>, StoreError> {
    let rows = sql("SELECT title, count(*) AS number FROM prospects WHERE job_id = $1 AND title IS NOT NULL GROUP BY title ORDER BY title")
        .bind(job)
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| Ok((row.get("title")?, number(row.get("number")?)))).collect()
}

fn number(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
