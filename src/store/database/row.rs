//! Rows of either database, read by column name into plain types.

use serde::de::DeserializeOwned;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Postgres, Sqlite, Type};

use super::super::error::{StoreError, shorten};

pub struct Row {
    pub(super) cells: Cells,
    pub(super) statement: std::sync::Arc<str>,
}

pub(super) enum Cells {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A type that both databases can hand out.
pub trait Column: Sized {
    const EXPECTED: &'static str;
    fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error>;
}

impl Row {
    /// Reads one column; the error names it and the statement.
    pub fn get<T: Column>(&self, column: &str) -> Result<T, StoreError> {
        T::read(self, column).map_err(|_| self.unreadable(column, T::EXPECTED))
    }

    /// Reads a JSON column into `T`.
    pub fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, StoreError> {
        let text: String = self.get(column)?;
        serde_json::from_str(&text).map_err(|_| self.unreadable(column, std::any::type_name::<T>()))
    }

    /// Reads a JSON column that may be NULL.
    pub fn optional_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, StoreError> {
        match self.get::<Option<String>>(column)? {
            Some(text) => serde_json::from_str(&text).map(Some).map_err(|_| self.unreadable(column, std::any::type_name::<T>())),
            None => Ok(None),
        }
    }

    /// Reads a text column by `parse`, for ids and words with a closed set of values.
    pub fn parse<T>(&self, column: &str, expected: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
        let text: String = self.get(column)?;
        parse(&text).ok_or_else(|| self.unreadable(column, expected))
    }

    pub fn unreadable(&self, column: &str, expected: &'static str) -> StoreError {
        StoreError::Column { column: column.to_owned(), expected, statement: shorten(&self.statement) }
    }
}

fn cell<'r, T>(row: &'r Row, column: &str) -> Result<T, sqlx::Error>
where
    T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
{
    match &row.cells {
        Cells::Sqlite(row) => sqlx::Row::try_get(row, column),
        Cells::Postgres(row) => sqlx::Row::try_get(row, column),
    }
}

macro_rules! columns {
    ($($type:ty => $expected:literal),* $(,)?) => {$(
        impl Column for $type {
            const EXPECTED: &'static str = $expected;
            fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
                cell(row, column)
            }
        }
        impl Column for Option<$type> {
            const EXPECTED: &'static str = $expected;
            fn read(row: &Row, column: &str) -> Result<Self, sqlx::Error> {
                cell(row, column)
            }
        }
    )*};
}

columns! { String => "text", i64 => "a whole number", f64 => "a number", bool => "true or false", Vec<u8> => "bytes" }
