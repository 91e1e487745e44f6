//! One statement: text with `$1`, its arguments, and the few fragments that differ between the databases.

use std::borrow::Cow;
use std::sync::Arc;

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe};

use super::super::error::{StoreError, shorten};
use super::row::{Cells, Row};
use super::terms::Terms;
use super::{Conn, Link};

/// A value to bind. NULL is typed, since Postgres wants to know.
#[derive(Debug, Clone)]
pub enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Float(Option<f64>),
    Bool(Option<bool>),
    Bytes(Option<Vec<u8>>),
    Terms(Terms),
}

macro_rules! values {
    ($($type:ty => $variant:ident by $convert:expr),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Value::$variant(Some($convert(value)))
            }
        }
        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                Value::$variant(value.map($convert))
            }
        }
    )*};
}

values! {
    &str => Text by str::to_owned,
    String => Text by std::convert::identity,
    &String => Text by String::clone,
    i64 => Int by std::convert::identity,
    i32 => Int by i64::from,
    u32 => Int by i64::from,
    f64 => Float by std::convert::identity,
    bool => Bool by std::convert::identity,
    Vec<u8> => Bytes by std::convert::identity,
}

/// A statement under construction. Fragments in the text, expanded for the open database:
/// `{now}` microseconds since the epoch by the database's clock, at the start of the statement so that indexes can use it; `{skip_locked}` and `{for_update}` row locks (nothing on SQLite,
/// where the writer is alone); `{transaction}` the running transaction's number and `{horizon}` the oldest one still running
/// (0 and 1 on SQLite); `{matches review_terms $1}` whether a row of that search index has all of the bound [`Terms`], and `{index_terms}` the
/// type as which the terms of a row are written there; `{numbers_in posting_terms $1}` the numbers of all such rows as a table with the column
/// `found`; `{count_in posting_terms $1 $2}` how many such rows there are, counted up to the second argument and no further;
/// `{row_matches posting_terms $1 near.number}` whether the row with that number has them, quick for a few rows;
/// `{indexed_by NAME}` names the index by which SQLite is to find rows, which it cannot weigh against others as Postgres does.
#[derive(Debug)]
pub struct Sql<'q> {
    text: Cow<'q, str>,
    values: Vec<Value>,
}

pub fn sql<'q>(text: impl Into<Cow<'q, str>>) -> Sql<'q> {
    Sql { text: text.into(), values: Vec::new() }
}

impl Sql<'_> {
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Runs the statement; returns the number of rows touched.
    pub async fn execute(self, conn: &mut Conn) -> Result<u64, StoreError> {
        match self.run(conn, Answer::Count).await? {
            Answered::Count(rows) => Ok(rows),
            Answered::Rows(rows) => Ok(rows.len() as u64),
        }
    }

    pub async fn fetch_all(self, conn: &mut Conn) -> Result<Vec<Row>, StoreError> {
        match self.run(conn, Answer::Rows).await? {
            Answered::Rows(rows) => Ok(rows),
            Answered::Count(_) => Ok(Vec::new()),
        }
    }

    /// The first row, if any.
    pub async fn fetch_optional(self, conn: &mut Conn) -> Result<Option<Row>, StoreError> {
        Ok(self.fetch_all(conn).await?.into_iter().next())
    }

    /// The only row of a statement that always has one.
    pub async fn fetch_one(self, conn: &mut Conn) -> Result<Row, StoreError> {
        let statement = shorten(&self.text);
        self.fetch_optional(conn).await?.ok_or_else(|| StoreError::Statement { statement, source: sqlx::Error::RowNotFound })
    }

    async fn run(mut self, conn: &mut Conn, answer: Answer) -> Result<Answered, StoreError> {
        // SQLite would bind a missing argument as NULL without a word. Counted before the fragments, which may bind one of their own.
        let wanted = count_arguments(&self.text);
        if wanted != self.values.len() {
            let told = format!("{wanted} arguments wanted, {} given", self.values.len());
            return Err(StoreError::Statement { statement: shorten(&self.text), source: sqlx::Error::Protocol(told) });
        }
        let text = self.expand(conn);
        let statement: Arc<str> = Arc::from(text.as_str());
        let failed = |source| StoreError::from_sqlx(source, &statement);
        match &mut conn.link {
            Link::Sqlite(link) => {
                let mut arguments = SqliteArguments::default();
                for value in self.values {
                    add(&mut arguments, value, Terms::for_sqlite).map_err(failed)?;
                }
                let query = sqlx::query_with(AssertSqlSafe(text), arguments);
                match answer {
                    Answer::Count => Ok(Answered::Count(query.execute(&mut **link).await.map_err(failed)?.rows_affected())),
                    Answer::Rows => {
                        let rows = query.fetch_all(&mut **link).await.map_err(failed)?;
                        Ok(Answered::Rows(
                            rows.into_iter().map(|row| Row { cells: Cells::Sqlite(row), statement: statement.clone() }).collect(),
                        ))
                    }
                }
            }
            Link::Postgres(link) => {
                // How many rows have the words is what a plan turns on, so Postgres plans anew for each: a plan for any words reads them all.
                let plan_again = self.values.iter().any(|value| matches!(value, Value::Terms(_)));
                let mut arguments = PgArguments::default();
                for value in self.values {
                    add(&mut arguments, value, Terms::for_postgres).map_err(failed)?;
                }
                let query = sqlx::query_with(AssertSqlSafe(text), arguments).persistent(!plan_again);
                match answer {
                    Answer::Count => Ok(Answered::Count(query.execute(&mut **link).await.map_err(failed)?.rows_affected())),
                    Answer::Rows => {
                        let rows = query.fetch_all(&mut **link).await.map_err(failed)?;
                        Ok(Answered::Rows(
                            rows.into_iter().map(|row| Row { cells: Cells::Postgres(row), statement: statement.clone() }).collect(),
                        ))
                    }
                }
            }
        }
    }

    fn expand(&mut self, conn: &Conn) -> String {
        let mut text = std::mem::take(&mut self.text).into_owned();
        if !text.contains('{') {
            return text;
        }
        match &conn.link {
            Link::Sqlite(_) => {
                if text.contains("{now}") {
                    self.values.push(Value::from(conn.clock.now_us()));
                    text = text.replace("{now}", &format!("${}", self.values.len()));
                }
                for (fragment, meaning) in
                    [("{skip_locked}", ""), ("{for_update}", ""), ("{transaction}", "0"), ("{horizon}", "1"), ("{index_terms}", "TEXT")]
                {
                    text = text.replace(fragment, meaning);
                }
                text = expand_each(&text, "{indexed_by ", |index| format!("INDEXED BY {index}"));
                text = expand_matches(&text, "{matches ", |index, argument| format!("{index} MATCH {argument}"));
                text = expand_matches(&text, "{numbers_in ", |index, argument| {
                    format!("(SELECT rowid AS found FROM {index} WHERE {index} MATCH {argument})")
                });
                // SQLite would gather all that begins with a word for each row anew; so they are gathered once.
                text = expand_pairs(&text, "{row_matches ", |index, asked, number| {
                    format!("CASE WHEN {number} IN (SELECT rowid FROM {index} WHERE {index} MATCH {asked}) THEN 1 ELSE 0 END")
                });
                text = expand_pairs(&text, "{count_in ", |index, asked, most| {
                    format!("(SELECT count(*) FROM (SELECT 1 FROM {index} WHERE {index} MATCH {asked} LIMIT {most}))")
                });
            }
            Link::Postgres(_) => {
                let now = format!("(CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000000 AS BIGINT) + {})", conn.clock.offset_us());
                for (fragment, meaning) in [
                    ("{now}", now.as_str()),
                    ("{skip_locked}", "FOR UPDATE SKIP LOCKED"),
                    ("{for_update}", "FOR UPDATE"),
                    ("{transaction}", "CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)"),
                    ("{horizon}", "CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)"),
                    ("{index_terms}", "TSVECTOR"),
                ] {
                    text = text.replace(fragment, meaning);
                }
                text = expand_each(&text, "{indexed_by ", |_| String::new());
                text = expand_matches(&text, "{matches ", |index, argument| format!("{index}.terms @@ CAST({argument} AS TSQUERY)"));
                text = expand_matches(&text, "{numbers_in ", |index, argument| format!("numbers_in_{index}(CAST({argument} AS TSQUERY))"));
                // A value of the row, which is not turned into a search for all that have the terms.
                text = expand_pairs(&text, "{row_matches ", |index, asked, number| {
                    format!("(SELECT {index}.terms @@ CAST({asked} AS TSQUERY) FROM {index} WHERE {index}.rowid = {number})")
                });
                text =
                    expand_pairs(&text, "{count_in ", |index, asked, most| format!("count_in_{index}(CAST({asked} AS TSQUERY), {most})"));
            }
        }
        text
    }
}

/// Each `{… INDEX $N}` that begins so, as the database asks its search index.
fn expand_matches(text: &str, beginning: &str, ask: impl Fn(&str, &str) -> String) -> String {
    expand_each(text, beginning, |words| words.split_once(' ').map_or_else(String::new, |(index, argument)| ask(index, argument)))
}

/// Each `{… INDEX $N WORD}` that begins so, as the database asks its search index.
fn expand_pairs(text: &str, beginning: &str, ask: impl Fn(&str, &str, &str) -> String) -> String {
    expand_matches(text, beginning, |index, arguments| {
        let (asked, word) = arguments.split_once(' ').unwrap_or((arguments, ""));
        ask(index, asked, word)
    })
}

/// Each fragment that begins so, by the words in it.
fn expand_each(text: &str, beginning: &str, meaning: impl Fn(&str) -> String) -> String {
    let mut parts = text.split(beginning);
    let mut expanded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (words, rest) = part.split_once('}').unwrap_or((part, ""));
        expanded.push_str(&meaning(words));
        expanded.push_str(rest);
    }
    expanded
}

enum Answer {
    Count,
    Rows,
}

enum Answered {
    Count(u64),
    Rows(Vec<Row>),
}

fn add<A>(arguments: &mut A, value: Value, write_terms: fn(&Terms) -> String) -> Result<(), sqlx::Error>
where
    A: Arguments,
    Option<String>: for<'q> sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<i64>: for<'q> sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<f64>: for<'q> sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<bool>: for<'q> sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<Vec<u8>>: for<'q> sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
{
    match value {
        Value::Text(value) => arguments.add(value),
        Value::Int(value) => arguments.add(value),
        Value::Float(value) => arguments.add(value),
        Value::Bool(value) => arguments.add(value),
        Value::Bytes(value) => arguments.add(value),
        Value::Terms(terms) => arguments.add(Some(write_terms(&terms))),
    }
    .map_err(sqlx::Error::Encode)
}

/// The highest `$N` in the text, outside quotes.
fn count_arguments(text: &str) -> usize {
    let mut highest = 0;
    let mut quoted = false;
    let mut rest = text.bytes().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\'' => quoted = !quoted,
            b'$' if !quoted => {
                let mut number = 0;
                while let Some(digit) = rest.next_if(u8::is_ascii_digit) {
                    number = number * 10 + usize::from(digit - b'0');
                }
                highest = highest.max(number);
            }
            _ => {}
        }
    }
    highest
}

/// `($1, $2), ($3, $4)`: placeholders for `rows` rows of `columns` values, counted from `first`.
pub fn value_rows(first: usize, rows: usize, columns: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            if column > 0 {
                text.push_str(", ");
            }
            text.push('$');
            text.push_str(&(first + row * columns + column).to_string());
        }
        text.push(')');
    }
    text
}

/// `$1, $2, $3`: `count` placeholders for a list, counted from `first`.
pub fn list(first: usize, count: usize) -> String {
    (first..first + count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_counted_outside_quotes() {
        assert_eq!(count_arguments("SELECT $1, '$9', $12 WHERE a = $2"), 12);
        assert_eq!(count_arguments("SELECT 1"), 0);
    }

    #[test]
    fn a_question_to_the_search_index_is_expanded_around_its_argument() {
        let ask = |index: &str, argument: &str| format!("{index} MATCH {argument}");
        assert_eq!(expand_matches("a AND {matches t $2} LIMIT 1", "{matches ", ask), "a AND t MATCH $2 LIMIT 1");
        assert_eq!(expand_matches("{matches t $1} OR {matches u $12}", "{matches ", ask), "t MATCH $1 OR u MATCH $12");
    }

    #[test]
    fn placeholders_are_numbered_in_rows() {
        assert_eq!(value_rows(2, 2, 2), "($2, $3), ($4, $5)");
        assert_eq!(list(3, 2), "$3, $4");
    }
}
