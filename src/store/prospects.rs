//! The people that a search found: one row a person and search.

mod exporting;
mod listing;
mod rankings;

use serde_json::Value as Json;
use sluice_providers::{NetworkDistance, PersonRecord, RejectedRecord};

use super::database::{Conn, Row, Tx, sql};
use super::error::StoreError;
use super::people;
use crate::domain::job::Job;
use crate::domain::text::fold;
use crate::domain::{JobId, PersonId, ProspectId, Scope};

pub use exporting::{Extent, Mark, extent, read_on};
pub(super) use listing::read;
pub use listing::{FieldsAsked, Prospect, ProspectQuery, ProspectSort, page_by_cursor, page_by_number};
pub use rankings::{Field, Ranked, most_frequent, titles};

/// What saving one page came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// Rows new to this job.
    pub stored: i64,
    /// People who would have been new but for whom there was no room.
    pub left_out: i64,
    /// Rows of the job in all.
    pub total: i64,
}

/// Saves the records of one page, each person once a job, and no more than `room` new ones. Saving the same page again adds nothing.
pub async fn save_page(tx: &mut Tx, job: &Job, batch: i64, records: &[PersonRecord], room: i64) -> Result<Saved, StoreError> {
    let persons = people::resolve(tx, job.workspace_id, records).await?;
    let mut fresh: Vec<(PersonId, &PersonRecord)> = Vec::with_capacity(records.len());
    let known = known_in_job(tx, job.id, &persons).await?;
    for (person, record) in persons.iter().zip(records) {
        if !known.contains(person) && !fresh.iter().any(|(other, _)| other == person) {
            fresh.push((*person, record));
        }
    }
    let found = fresh.len();
    fresh.truncate(usize::try_from(room).unwrap_or(0));
    let left_out = i64::try_from(found - fresh.len()).unwrap_or(i64::MAX);
    let stored = insert(tx, job, batch, &fresh).await?;
    Ok(Saved { stored, left_out, total: count(tx, job.id).await? })
}

async fn known_in_job(conn: &mut Conn, job: JobId, persons: &[PersonId]) -> Result<Vec<PersonId>, StoreError> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement =
        sql(format!("SELECT person_id FROM prospects WHERE job_id = $1 AND person_id IN ({})", super::database::list(2, persons.len())))
            .bind(job);
    for person in persons {
        statement = statement.bind(*person);
    }
    statement.fetch_all(conn).await?.iter().map(|row| row.get("person_id")).collect()
}

async fn insert(tx: &mut Tx, job: &Job, batch: i64, fresh: &[(PersonId, &PersonRecord)]) -> Result<i64, StoreError> {
    if fresh.is_empty() {
        return Ok(0);
    }
    // $1 to $4 are the same in every row.
    const OWN: usize = 16;
    let rows = (0..fresh.len())
        .map(|row| {
            let own = (0..OWN).map(|n| format!("${}", 5 + row * OWN + n)).collect::<Vec<_>>().join(", ");
            format!("($1, $2, $3, $4, {{now}}, {own})")
        })
        .collect::<Vec<_>>()
        .join(", ");
    let mut statement = sql(format!(
        "INSERT INTO prospects (workspace_id, job_id, account_id, batch, created_at, id, person_id, position, api, provider_id, \
         name, headline, title, company, location, network_distance, folded, \
         title_folded, company_folded, location_folded, record) \
         VALUES {rows} ON CONFLICT (job_id, person_id) DO NOTHING"
    ))
    .bind(job.workspace_id)
    .bind(job.id)
    .bind(job.account_id)
    .bind(batch);
    for (person, record) in fresh {
        let described = [&record.name, &record.headline, &record.title, &record.company, &record.location, &record.industry];
        let folded = described.into_iter().flatten().map(|text| fold(text)).collect::<Vec<_>>().join(" ");
        statement = statement
            .bind(ProspectId::new())
            .bind(*person)
            .bind(i64::try_from(record.position).unwrap_or(i64::MAX))
            .bind(record.api.as_str())
            .bind(&record.provider_id)
            .bind(record.name.clone())
            .bind(record.headline.clone())
            .bind(record.title.clone())
            .bind(record.company.clone())
            .bind(record.location.clone())
            .bind(record.network_distance.map(NetworkDistance::as_str))
            .bind(folded)
            .bind(record.title.as_deref().map(fold))
            .bind(record.company.as_deref().map(fold))
            .bind(record.location.as_deref().map(fold))
            .bind(
                serde_json::to_string(record)
                    .map_err(|error| StoreError::Refused(format!("a record cannot be written as JSON: {error}")))?,
            );
    }
    Ok(i64::try_from(statement.execute(tx).await?).unwrap_or(i64::MAX))
}

pub async fn find(conn: &mut Conn, scope: Scope, id: ProspectId) -> Result<Option<Prospect>, StoreError> {
    sql("SELECT id, job_id, batch, position, record, created_at FROM prospects WHERE id = $1 AND (workspace_id = $2 OR $2 = '*')")
        .bind(id)
        .bind(scope)
        .fetch_optional(conn)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Prospects of the job, counted.
pub async fn count(conn: &mut Conn, job: JobId) -> Result<i64, StoreError> {
    sql("SELECT count(*) AS total FROM prospects WHERE job_id = $1").bind(job).fetch_one(conn).await?.get("total")
}

/// Keeps the rows of a page that could not be read, with their error.
pub async fn keep_rejected(tx: &mut Tx, job: &Job, batch: i64, rejected: &[RejectedRecord]) -> Result<(), StoreError> {
    for row in rejected {
        sql("INSERT INTO rejected_rows (job_id, batch, position, error, raw) VALUES ($1, $2, $3, $4, $5)")
            .bind(job.id)
            .bind(batch)
            .bind(i64::try_from(row.position).unwrap_or(i64::MAX))
            .bind(&row.error)
            .bind(row.raw.to_string())
            .execute(tx)
            .await?;
    }
    Ok(())
}

/// A row of a page that could not be read.
#[derive(Debug, Clone, PartialEq)]
pub struct RejectedRow {
    pub batch: i64,
    pub position: i64,
    pub error: String,
    /// As the provider sent it, cut to 4 KiB.
    pub raw: Json,
}

/// The first `most` rejected rows of a job in the order they came, and how many there are. The caller has found the job in its scope.
pub async fn rejected(conn: &mut Conn, job: JobId, most: i64) -> Result<(Vec<RejectedRow>, i64), StoreError> {
    let total = sql("SELECT count(*) AS total FROM rejected_rows WHERE job_id = $1").bind(job).fetch_one(conn).await?.get("total")?;
    let rows = sql("SELECT batch, position, error, raw FROM rejected_rows WHERE job_id = $1 ORDER BY batch, position LIMIT $2")
        .bind(job)
        .bind(most);
    let read = |row: &Row| {
        Ok(RejectedRow { batch: row.get("batch")?, position: row.get("position")?, error: row.get("error")?, raw: row.json("raw")? })
    };
    Ok((rows.fetch_all(conn).await?.iter().map(read).collect::<Result<_, _>>()?, total))
}
