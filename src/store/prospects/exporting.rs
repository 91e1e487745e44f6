//! Reading prospects piece by piece up to a fixed end, in any order, so that an export goes on where it stopped.

use serde::{Deserialize, Serialize};

use super::super::database::{Conn, Value, sql};
use super::super::error::StoreError;
use super::listing::{Prospect, ProspectQuery, ProspectSort, bound, filter, read};
use crate::domain::ProspectId;

/// The rows of a search that there were at one moment: whatever arrives later lies beyond its last page and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    last_batch: i64,
    last_position: i64,
    /// Rows that match.
    pub rows: i64,
}

/// Where a reading stands: the last row that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    batch: i64,
    position: i64,
    id: ProspectId,
    /// Of the column that sorts.
    value: Option<String>,
}

impl Mark {
    pub fn of(prospect: &Prospect, sort: ProspectSort) -> Self {
        let value = match sort {
            ProspectSort::Found => None,
            ProspectSort::Name => prospect.record.name.clone(),
            ProspectSort::Company => prospect.record.company.clone(),
            ProspectSort::Title => prospect.record.title.clone(),
            ProspectSort::Location => prospect.record.location.clone(),
        };
        Self { batch: prospect.batch, position: prospect.position, id: prospect.id, value }
    }
}

/// What there is now.
pub async fn extent(conn: &mut Conn, query: &ProspectQuery) -> Result<Extent, StoreError> {
    let last =
        sql("SELECT batch, position FROM prospects WHERE job_id = $1 AND (workspace_id = $2 OR $2 = '*') ORDER BY batch DESC, position DESC LIMIT 1")
            .bind(query.job_id)
            .bind(query.scope)
            .fetch_optional(conn)
            .await?;
    let (last_batch, last_position) = match last {
        Some(row) => (row.get("batch")?, row.get("position")?),
        None => (-1, -1),
    };
    let (matches, next) = filter(query);
    let counted = bound(
        sql(format!("SELECT count(*) AS total FROM prospects WHERE {matches} AND (batch, position) <= (${next}, ${})", next + 1)),
        query,
    )
    .bind(last_batch)
    .bind(last_position)
    .fetch_one(conn)
    .await?;
    Ok(Extent { last_batch, last_position, rows: counted.get("total")? })
}

/// Up to `limit` rows within `extent` after `mark`, in the query's order.
pub async fn read_on(
    conn: &mut Conn,
    query: &ProspectQuery,
    extent: &Extent,
    mark: Option<&Mark>,
    limit: i64,
) -> Result<Vec<Prospect>, StoreError> {
    let (mut matches, next) = filter(query);
    matches.push_str(&format!(" AND (batch, position) <= (${next}, ${})", next + 1));
    let next = next + 2;
    let later = if query.descending { "<" } else { ">" };
    let mut values: Vec<Value> = Vec::new();
    match (mark, column(query.sort)) {
        (None, _) => {}
        (Some(mark), None) => {
            matches.push_str(&format!(" AND (batch, position) {later} (${next}, ${})", next + 1));
            values.extend([mark.batch.into(), mark.position.into()]);
        }
        // Rows without a value come last, whichever way the order runs; equal ones follow their ids.
        (Some(Mark { value: Some(value), id, .. }), Some(column)) => {
            matches
                .push_str(&format!(" AND ({column} {later} ${next} OR ({column} = ${next} AND id > ${}) OR {column} IS NULL)", next + 1));
            values.extend([value.as_str().into(), (*id).into()]);
        }
        (Some(Mark { value: None, id, .. }), Some(column)) => {
            matches.push_str(&format!(" AND {column} IS NULL AND id > ${next}"));
            values.push((*id).into());
        }
    }
    let order = query.sort.order(query.descending);
    let mut statement = bound(
        sql(format!(
            "SELECT id, job_id, batch, position, record, created_at FROM prospects WHERE {matches} ORDER BY {order} LIMIT ${}",
            next + values.len()
        )),
        query,
    )
    .bind(extent.last_batch)
    .bind(extent.last_position);
    for value in values {
        statement = statement.bind(value);
    }
    statement.bind(limit).fetch_all(conn).await?.iter().map(read).collect()
}

fn column(sort: ProspectSort) -> Option<&'static str> {
    match sort {
        ProspectSort::Found => None,
        ProspectSort::Name => Some("name"),
        ProspectSort::Company => Some("company"),
        ProspectSort::Title => Some("title"),
        ProspectSort::Location => Some("location"),
    }
}
