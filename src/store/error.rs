//! What a store call can fail with, named by what the caller can do about it.

/// Not finding a row is never an error here: it is `Option::None`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique key is taken: the caller names the field.
    #[error("a row with this key exists already")]
    Taken(#[source] sqlx::Error),
    /// A referenced row is missing or still in use.
    #[error("a row that this one refers to is missing, or still refers to it")]
    Reference(#[source] sqlx::Error),
    /// The database chose this transaction as a victim (deadlock, serialisation, busy): run it again.
    #[error("the database asked to try again")]
    Again(#[source] sqlx::Error),
    /// The database is not there: the same call may succeed later, and a commit may or may not have happened.
    #[error("the database cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    /// A stored value is not what the code expects.
    #[error("column {column} cannot be read as {expected} in: {statement}")]
    Column { column: String, expected: &'static str, statement: String },
    /// The data directory or the schema does not fit this program; the text says what to do.
    #[error("{0}")]
    Refused(String),
    /// Anything else the database said; a defect of ours.
    #[error("the database refused a statement: {statement}")]
    Statement { statement: String, source: sqlx::Error },
}

impl StoreError {
    /// Sorts a database error by what can be done; `statement` is kept, shortened, for the log.
    pub(super) fn from_sqlx(source: sqlx::Error, statement: &str) -> Self {
        match &source {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => Self::Unreachable(source),
            sqlx::Error::Database(said) => {
                if said.is_unique_violation() {
                    return Self::Taken(source);
                }
                if said.is_foreign_key_violation() {
                    return Self::Reference(source);
                }
                match said.code().as_deref() {
                    // Postgres: serialisation failure, deadlock, lock not available. SQLite: busy, locked.
                    Some("40001" | "40P01" | "55P03" | "5" | "6" | "517" | "261") => Self::Again(source),
                    // Postgres: shutting down, crashed, starting up, out of connections, idle session ended.
                    Some("57P01" | "57P02" | "57P03" | "53300" | "25P03" | "57P05") => Self::Unreachable(source),
                    _ => Self::Statement { statement: shorten(statement), source },
                }
            }
            _ => Self::Statement { statement: shorten(statement), source },
        }
    }

    /// Whether the same call may succeed if it is simply made again.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Again(_) | Self::Unreachable(_))
    }
}

pub(super) fn shorten(statement: &str) -> String {
    let mut words = String::new();
    for word in statement.split_whitespace() {
        if words.len() + word.len() > 160 {
            words.push('…');
            break;
        }
        words.push_str(word);
        words.push(' ');
    }
    words
}
