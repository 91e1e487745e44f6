//! Reading prospects: filtered, sorted and paged in SQL, with true totals.

use sluice_providers::{NetworkDistance, PersonRecord};

use super::super::database::{Conn, Row, Sql, sql};
use super::super::error::StoreError;
use crate::domain::text::fold;
use crate::domain::{JobId, Micros, ProspectId, Scope};

/// A person that a search found.
#[derive(Debug, Clone)]
pub struct Prospect {
    pub id: ProspectId,
    pub job_id: JobId,
    pub batch: i64,
    pub position: i64,
    pub record: PersonRecord,
    pub created_at: Micros,
}

/// What to list of one job.
#[derive(Debug, Clone)]
pub struct ProspectQuery {
    pub scope: Scope,
    pub job_id: JobId,
    /// Words that must all occur in name, headline, title, company, place or industry; accents and case do not matter.
    pub words: Option<String>,
    pub fields: FieldsAsked,
    pub sort: ProspectSort,
    pub descending: bool,
}

/// Words that must all occur in one field, and the distance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldsAsked {
    pub title: Option<String>,
    pub company: Option<String>,
    pub location: Option<String>,
    pub network_distance: Option<NetworkDistance>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProspectSort {
    /// As found: page, then place in the page.
    Found,
    Name,
    Company,
    Title,
    Location,
}

impl ProspectSort {
    pub const WORDS: &'static [&'static str] = &["found", "name", "company", "title", "location"];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Name => "name",
            Self::Company => "company",
            Self::Title => "title",
            Self::Location => "location",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "found" => Some(Self::Found),
            "name" => Some(Self::Name),
            "company" => Some(Self::Company),
            "title" => Some(Self::Title),
            "location" => Some(Self::Location),
            _ => None,
        }
    }

    /// Every order ends in the id, so that it is the same on every page.
    pub(super) fn order(self, descending: bool) -> String {
        let direction = if descending { "DESC" } else { "ASC" };
        match self {
            Self::Found => format!("batch {direction}, position {direction}, id"),
            Self::Name => format!("name {direction} NULLS LAST, id"),
            Self::Company => format!("company {direction} NULLS LAST, id"),
            Self::Title => format!("title {direction} NULLS LAST, id"),
            Self::Location => format!("location {direction} NULLS LAST, id"),
        }
    }
}

/// Rows `offset` to `offset + limit` and the number of all that match, exact up to 10,000 and then 10,001.
pub async fn page_by_number(conn: &mut Conn, query: &ProspectQuery, limit: i64, offset: i64) -> Result<(Vec<Prospect>, i64), StoreError> {
    let (matches, next) = filter(query);
    let total =
        bound(sql(format!("SELECT count(*) AS total FROM (SELECT 1 FROM prospects WHERE {matches} LIMIT 10001) AS counted")), query)
            .fetch_one(conn)
            .await?
            .get("total")?;
    let order = query.sort.order(query.descending);
    let rows = bound(
        sql(format!(
            "SELECT id, job_id, batch, position, record, created_at FROM prospects WHERE {matches} ORDER BY {order} LIMIT ${next} OFFSET ${}",
            next + 1
        )),
        query,
    )
    .bind(limit)
    .bind(offset)
    .fetch_all(conn)
    .await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total))
}

/// The rows after the place `(batch, position)` in the order they were found, at any depth.
pub async fn page_by_cursor(conn: &mut Conn, query: &ProspectQuery, after: (i64, i64), limit: i64) -> Result<Vec<Prospect>, StoreError> {
    let (matches, next) = filter(query);
    let rows = bound(
        sql(format!(
            "SELECT id, job_id, batch, position, record, created_at FROM prospects \
             WHERE {matches} AND (batch, position) > (${next}, ${}) ORDER BY batch, position LIMIT ${}",
            next + 1,
            next + 2
        )),
        query,
    )
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter().map(read).collect()
}

/// The condition and the number of the next placeholder.
pub(super) fn filter(query: &ProspectQuery) -> (String, usize) {
    let mut matches = String::from("job_id = $1 AND (workspace_id = $2 OR $2 = '*')");
    let mut next = 3;
    for (column, _) in likes(query) {
        matches.push_str(&format!(" AND {column} LIKE ${next} ESCAPE '!'"));
        next += 1;
    }
    if query.fields.network_distance.is_some() {
        matches.push_str(&format!(" AND network_distance = ${next}"));
        next += 1;
    }
    (matches, next)
}

pub(super) fn bound<'q>(statement: Sql<'q>, query: &ProspectQuery) -> Sql<'q> {
    let mut statement = statement.bind(query.job_id).bind(query.scope);
    for (_, pattern) in likes(query) {
        statement = statement.bind(pattern);
    }
    match query.fields.network_distance {
        Some(distance) => statement.bind(distance.as_str()),
        None => statement,
    }
}

/// Which column must be like what.
fn likes(query: &ProspectQuery) -> Vec<(&'static str, String)> {
    let FieldsAsked { title, company, location, .. } = &query.fields;
    let mut likes = Vec::new();
    for (column, asked) in [("folded", &query.words), ("title_folded", title), ("company_folded", company), ("location_folded", location)] {
        let folded = fold(asked.as_deref().unwrap_or_default());
        for word in folded.split(' ').filter(|word| !word.is_empty()).take(10) {
            likes.push((column, format!("%{}%", word.replace('!', "!!").replace('%', "!%").replace('_', "!_"))));
        }
    }
    likes
}

pub(in crate::store) fn read(row: &Row) -> Result<Prospect, StoreError> {
    Ok(Prospect {
        id: row.get("id")?,
        job_id: row.get("job_id")?,
        batch: row.get("batch")?,
        position: row.get("position")?,
        record: row.json("record")?,
        created_at: row.get("created_at")?,
    })
}
