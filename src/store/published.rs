//! Rows behind the published tables, filtered, sorted and paged in SQL as far as it has the columns.

use super::database::{Conn, Sql, Value, list, sql};
use super::error::StoreError;
use super::jobs;
use super::prospects::{self, Prospect};
use crate::domain::job::Job;
use crate::domain::published::filter::{Comparison, Condition, Quality, Test};
use crate::domain::published::{Table, filter};
use crate::domain::{JobId, Scope};

/// What to read of a table.
#[derive(Debug, Clone)]
pub struct Selection<'a> {
    pub scope: Scope,
    /// The kind of job that the table of jobs shows.
    pub kind: &'static str,
    /// All must hold; each is one that [`is_in_sql`].
    pub conditions: &'a [&'a Condition],
    /// Places of columns, each [`has_expression`], with whether it goes down and whether NULL comes first.
    pub order: &'a [Order],
    pub limit: i64,
    pub offset: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub column: usize,
    pub descending: bool,
    pub nulls_first: bool,
}

/// What a column is in SQL; nothing for those that are made from a whole row.
fn expression(table: Table, column: usize) -> Option<&'static str> {
    Some(match (table, table.columns().get(column)?.name) {
        (Table::Jobs, "status") => {
            "CASE WHEN state IN ('queued', 'completed', 'failed') THEN state WHEN state = 'canceled' THEN 'failed' ELSE 'processing' END"
        }
        (Table::Jobs, "total_results") => "rows_kept",
        (Table::Jobs, "retry_count") => "retries",
        (Table::Jobs, "search_criteria" | "search_type" | "search_source" | "error_message") => return None,
        (Table::Results, "batch_number") => "batch",
        (Table::Results, "prospect_data") => return None,
        (_, name) => name,
    })
}

/// Whether rows can be sorted by the column.
pub fn has_expression(table: Table, column: usize) -> bool {
    expression(table, column).is_some()
}

/// Whether a condition can be asked of the database; the others are tried on the rows that it answers.
pub fn is_in_sql(table: Table, condition: &Condition) -> bool {
    has_expression(table, condition.column) && !matches!(condition.test, Test::Like(_) | Test::Matches(_))
}

/// Searches for prospects that match.
pub async fn jobs(conn: &mut Conn, selection: &Selection<'_>) -> Result<Vec<Job>, StoreError> {
    let (text, values) = Statement::page(Table::Jobs, selection, jobs::COLUMNS);
    bound(text, values).fetch_all(conn).await?.iter().map(jobs::read).collect()
}

/// Prospects that match.
pub async fn results(conn: &mut Conn, selection: &Selection<'_>) -> Result<Vec<Prospect>, StoreError> {
    let (text, values) = Statement::page(Table::Results, selection, PROSPECT);
    bound(text, values).fetch_all(conn).await?.iter().map(prospects::read).collect()
}

/// How many rows match, without regard to limit and offset.
pub async fn count(conn: &mut Conn, table: Table, selection: &Selection<'_>) -> Result<i64, StoreError> {
    let statement = Statement::of(table, selection);
    let text = format!("SELECT count(*) AS total FROM {} WHERE {}", source(table), statement.matches);
    bound(text, statement.values).fetch_one(conn).await?.get("total")
}

const PROSPECT: &str = "id, job_id, batch, position, record, created_at";

/// The prospects of one stored page, in their order. The caller has the page from a committed event of the job's workspace.
pub async fn results_of_page(conn: &mut Conn, scope: Scope, job: JobId, batch: i64) -> Result<Vec<Prospect>, StoreError> {
    sql(format!("SELECT {PROSPECT} FROM prospects WHERE job_id = $1 AND batch = $2 AND (workspace_id = $3 OR $3 = '*') ORDER BY position"))
        .bind(job)
        .bind(batch)
        .bind(scope)
        .fetch_all(conn)
        .await?
        .iter()
        .map(prospects::read)
        .collect()
}

fn source(table: Table) -> &'static str {
    match table {
        Table::Jobs => "jobs",
        Table::Results => "prospects",
    }
}

fn bound(text: String, values: Vec<Value>) -> Sql<'static> {
    values.into_iter().fold(sql(text), Sql::bind)
}

/// A condition under construction, with its arguments.
struct Statement {
    matches: String,
    values: Vec<Value>,
}

impl Statement {
    fn of(table: Table, selection: &Selection<'_>) -> Self {
        let mut statement = Self { matches: "(workspace_id = $1 OR $1 = '*')".to_owned(), values: vec![selection.scope.into()] };
        if table == Table::Jobs {
            let kind = statement.argument(selection.kind);
            statement.matches.push_str(&format!(" AND kind = {kind}"));
        }
        for condition in selection.conditions {
            let Some(column) = expression(table, condition.column) else { continue };
            let test = statement.test(column, &condition.test);
            let not = if condition.negated { "NOT " } else { "" };
            statement.matches.push_str(&format!(" AND {not}({test})"));
        }
        statement
    }

    fn page(table: Table, selection: &Selection<'_>, columns: &str) -> (String, Vec<Value>) {
        let mut statement = Self::of(table, selection);
        let order: Vec<String> = selection
            .order
            .iter()
            .filter_map(|order| {
                let direction = if order.descending { "DESC" } else { "ASC" };
                let nulls = if order.nulls_first { "FIRST" } else { "LAST" };
                Some(format!("{} {direction} NULLS {nulls}", expression(table, order.column)?))
            })
            .chain(["id".to_owned()])
            .collect();
        let (limit, offset) = (statement.argument(selection.limit), statement.argument(selection.offset));
        let text = format!(
            "SELECT {columns} FROM {} WHERE {} ORDER BY {} LIMIT {limit} OFFSET {offset}",
            source(table),
            statement.matches,
            order.join(", ")
        );
        (text, statement.values)
    }

    fn argument(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    fn test(&mut self, column: &str, test: &Test) -> String {
        match test {
            Test::Compare(comparison, value) => format!("{column} {} {}", operator(*comparison), self.argument(value)),
            // A list without values is met by nothing; its opposite by all but NULL.
            Test::In(values) if values.is_empty() => format!("{column} <> {column}"),
            Test::In(values) => {
                let first = self.values.len() + 1;
                self.values.extend(values.iter().map(Value::from));
                format!("{column} IN ({})", list(first, values.len()))
            }
            Test::Is(Quality::Null | Quality::Unknown) => format!("{column} IS NULL"),
            Test::Is(Quality::NotNull) | Test::DistinctFrom(None) => format!("{column} IS NOT NULL"),
            Test::Is(Quality::Never) | Test::Like(_) | Test::Matches(_) => "1 = 0".to_owned(),
            Test::DistinctFrom(Some(value)) => format!("{column} IS NULL OR {column} <> {}", self.argument(value)),
        }
    }
}

fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

impl From<&filter::Value> for Value {
    fn from(value: &filter::Value) -> Self {
        match value {
            filter::Value::Text(text) => text.as_str().into(),
            filter::Value::Integer(number) => (*number).into(),
            filter::Value::Time(at) => at.0.into(),
        }
    }
}
