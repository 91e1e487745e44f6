//! What a file says of one row, column by column.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value as Json;
use sluice_providers::{Api, NetworkDistance, PersonRecord};

use super::posting_columns;
use crate::domain::export::ExportColumn;
use crate::store::postings::Posting;

/// One row of the source, whatever that is.
#[derive(Debug, Clone)]
pub enum ExportRow {
    Person(Box<PersonRow>),
    Posting(Box<Posting>),
}

/// A person whom a search found or a review holds.
#[derive(Debug, Clone)]
pub struct PersonRow {
    pub id: String,
    pub batch: Option<i64>,
    pub position: i64,
    pub person: Described,
    pub provider: String,
    pub api: Option<Api>,
    pub fetched_at: Timestamp,
    pub decision: Option<Decided>,
}

/// What is said of a person, by a provider or a file; whatever is not said is nothing.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Described {
    pub name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub headline: Option<String>,
    pub title: Option<String>,
    pub company: Option<String>,
    pub industry: Option<String>,
    pub location: Option<String>,
    pub country: Option<String>,
    pub profile_url: Option<String>,
    pub public_identifier: Option<String>,
    pub network_distance: Option<NetworkDistance>,
    pub shared_connections: Option<u32>,
    pub premium: Option<bool>,
    pub open_to_work: Option<bool>,
    pub summary: Option<String>,
}

impl From<PersonRecord> for Described {
    fn from(record: PersonRecord) -> Self {
        Self {
            name: record.name,
            first_name: record.first_name,
            last_name: record.last_name,
            headline: record.headline,
            title: record.title,
            company: record.company,
            industry: record.industry,
            location: record.location,
            country: record.country,
            profile_url: record.profile_url,
            public_identifier: record.public_identifier,
            network_distance: record.network_distance,
            shared_connections: record.shared_connections,
            premium: record.premium,
            open_to_work: record.open_to_work,
            summary: record.summary,
        }
    }
}

/// What a review says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub word: &'static str,
    pub reason: Option<String>,
    pub by: Option<String>,
    pub at: Option<Timestamp>,
}

/// A value with the type that it has in a workbook.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Nothing,
    Text(String),
    Number(i64),
    /// Hundredths of a unit.
    Amount(i64),
    Flag(bool),
    Time(Timestamp),
}

impl Cell {
    /// As a JSON object holds it; nothing is null.
    pub fn json(self) -> Json {
        match self {
            Self::Nothing => Json::Null,
            Self::Text(text) => text.into(),
            Self::Number(number) => number.into(),
            Self::Amount(hundredths) if hundredths % 100 == 0 => (hundredths / 100).into(),
            Self::Amount(hundredths) => (hundredths as f64 / 100.0).into(),
            Self::Flag(flag) => flag.into(),
            Self::Time(at) => at.to_string().into(),
        }
    }

    /// As a line of CSV holds it; nothing is empty.
    pub fn plain(self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
            Self::Amount(hundredths) if hundredths % 100 == 0 => (hundredths / 100).to_string(),
            Self::Amount(hundredths) => format!("{}.{:02}", hundredths / 100, hundredths % 100),
            Self::Flag(flag) => flag.to_string(),
            Self::Time(at) => at.to_string(),
        }
    }
}

/// Whether a column holds times, which JSON has as text.
pub fn holds_times(column: ExportColumn) -> bool {
    matches!(
        column,
        ExportColumn::FetchedAt
            | ExportColumn::DecidedAt
            | ExportColumn::PostedAt
            | ExportColumn::ClosedAt
            | ExportColumn::AppliedAt
            | ExportColumn::NextReminderAt
            | ExportColumn::CreatedAt
            | ExportColumn::UpdatedAt
    )
}

pub fn cell(row: &ExportRow, column: ExportColumn) -> Cell {
    match row {
        ExportRow::Person(person) => of_person(person, column),
        ExportRow::Posting(posting) => posting_columns::cell(posting, column),
    }
}

fn of_person(row: &PersonRow, column: ExportColumn) -> Cell {
    let record = &row.person;
    let decided = row.decision.as_ref();
    match column {
        ExportColumn::Name => text(&record.name),
        ExportColumn::FirstName => text(&record.first_name),
        ExportColumn::LastName => text(&record.last_name),
        ExportColumn::Headline => text(&record.headline),
        ExportColumn::Title => text(&record.title),
        ExportColumn::Company => text(&record.company),
        ExportColumn::Industry => text(&record.industry),
        ExportColumn::Location => text(&record.location),
        ExportColumn::Country => text(&record.country),
        ExportColumn::ProfileUrl => text(&record.profile_url),
        ExportColumn::PublicIdentifier => text(&record.public_identifier),
        ExportColumn::NetworkDistance => number(record.network_distance.and_then(degree)),
        ExportColumn::SharedConnections => number(record.shared_connections.map(i64::from)),
        ExportColumn::Premium => flag(record.premium),
        ExportColumn::OpenToWork => flag(record.open_to_work),
        ExportColumn::Summary => text(&record.summary),
        ExportColumn::Decision => decided.map_or(Cell::Nothing, |decided| Cell::Text(decided.word.to_owned())),
        ExportColumn::Reason => text(&decided.and_then(|decided| decided.reason.clone())),
        ExportColumn::DecidedBy => text(&decided.and_then(|decided| decided.by.clone())),
        ExportColumn::DecidedAt => decided.and_then(|decided| decided.at).map_or(Cell::Nothing, Cell::Time),
        ExportColumn::Provider => Cell::Text(row.provider.clone()),
        ExportColumn::Api => row.api.map_or(Cell::Nothing, |api| Cell::Text(api.as_str().to_owned())),
        ExportColumn::FetchedAt => Cell::Time(row.fetched_at),
        ExportColumn::Batch => number(row.batch),
        ExportColumn::Position => Cell::Number(row.position),
        ExportColumn::Id => Cell::Text(row.id.clone()),
        // The rest is said of postings alone, and no export of people has it.
        _ => Cell::Nothing,
    }
}

pub(super) fn text(value: &Option<String>) -> Cell {
    value.clone().map_or(Cell::Nothing, Cell::Text)
}

pub(super) fn number(value: Option<i64>) -> Cell {
    value.map_or(Cell::Nothing, Cell::Number)
}

pub(super) fn flag(value: Option<bool>) -> Cell {
    value.map_or(Cell::Nothing, Cell::Flag)
}

/// 1, 2 or 3; nothing for oneself and beyond.
fn degree(distance: NetworkDistance) -> Option<i64> {
    match distance {
        NetworkDistance::First => Some(1),
        NetworkDistance::Second => Some(2),
        NetworkDistance::Third => Some(3),
        NetworkDistance::Own | NetworkDistance::OutOfNetwork => None,
    }
}
