//! Published tables: our rows under the names and columns that Supabase clients know.

pub mod filter;
mod pattern;
pub mod row;

pub use filter::Filter;
pub use row::{Cell, Row};

/// A table that clients may listen to and read. Nothing but its columns is ever told of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    Jobs,
    Results,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: ColumnKind,
}

/// What a column holds, which decides how a filter's value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    Uuid,
    Text,
    Integer,
    Time,
    Json,
}

impl ColumnKind {
    /// Postgres' name of the type, as clients convert by it.
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Text => "text",
            Self::Integer => "int4",
            Self::Time => "timestamptz",
            Self::Json => "jsonb",
        }
    }
}

/// The only schema that there is.
pub const SCHEMA: &str = "public";

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind }
}

/// The first column of every table is its primary key.
pub const KEY: usize = 0;

const JOB_COLUMNS: &[Column] = &[
    column("id", ColumnKind::Uuid),
    column("user_id", ColumnKind::Uuid),
    column("workspace_id", ColumnKind::Uuid),
    column("search_criteria", ColumnKind::Json),
    column("search_type", ColumnKind::Text),
    column("search_source", ColumnKind::Text),
    column("status", ColumnKind::Text),
    column("progress_current", ColumnKind::Integer),
    column("progress_total", ColumnKind::Integer),
    column("started_at", ColumnKind::Time),
    column("completed_at", ColumnKind::Time),
    column("total_results", ColumnKind::Integer),
    column("error_message", ColumnKind::Text),
    column("retry_count", ColumnKind::Integer),
    column("created_at", ColumnKind::Time),
    column("updated_at", ColumnKind::Time),
];

const RESULT_COLUMNS: &[Column] = &[
    column("id", ColumnKind::Uuid),
    column("job_id", ColumnKind::Uuid),
    column("prospect_data", ColumnKind::Json),
    column("batch_number", ColumnKind::Integer),
    column("created_at", ColumnKind::Time),
];

impl Table {
    pub const ALL: [Table; 2] = [Table::Jobs, Table::Results];

    pub fn name(self) -> &'static str {
        match self {
            Self::Jobs => "prospect_search_jobs",
            Self::Results => "prospect_search_results",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Jobs => JOB_COLUMNS,
            Self::Results => RESULT_COLUMNS,
        }
    }

    /// The place of a column among [`Table::columns`].
    pub fn place_of(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.name == name)
    }

    /// All columns, for a sentence.
    pub fn column_names(self) -> String {
        self.columns().iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
    }

    /// Columns by whose equality listeners are found at once: the key, and what rows are commonly asked by.
    pub fn indexed(self) -> &'static [usize] {
        match self {
            Self::Jobs => &[KEY],
            Self::Results => &[KEY, 1],
        }
    }
}
