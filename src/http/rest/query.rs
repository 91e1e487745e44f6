//! What a query string asks for, as PostgREST writes it.

use crate::domain::published::Table;
use crate::domain::published::filter::{Condition, Quoting};
use crate::http::problem::{Failure, Kind};
use crate::store::published::{Order, has_expression};

/// The most rows of one answer.
const MOST_ROWS: i64 = 1_000;

#[derive(Debug)]
pub struct Asked {
    /// The places of the columns to show; all when missing.
    pub columns: Option<Vec<usize>>,
    pub conditions: Vec<Condition>,
    pub order: Vec<Order>,
    pub limit: i64,
    pub offset: i64,
}

impl Asked {
    /// `range` is the header, which counts where `limit` and `offset` are missing.
    pub fn read(table: Table, query: &str, range: Option<&str>) -> Result<Self, Failure> {
        let mut asked = Self { columns: None, conditions: Vec::new(), order: Vec::new(), limit: MOST_ROWS, offset: 0 };
        if let Some((first, last)) = range.and_then(|range| range.split_once('-')) {
            asked.offset = first.trim().parse().unwrap_or(0);
            let last: i64 = last.trim().parse().unwrap_or(i64::MAX);
            asked.limit = last.saturating_sub(asked.offset).saturating_add(1).clamp(0, MOST_ROWS);
        }
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "select" => asked.columns = selected(table, &value)?,
                "order" => asked.order = value.split(',').map(|part| order(table, part)).collect::<Result<_, _>>()?,
                "limit" => asked.limit = number("limit", &value)?.min(MOST_ROWS),
                "offset" => asked.offset = number("offset", &value)?,
                // The key of clients that can set no header; who asks is decided elsewhere.
                "apikey" => {}
                "and" | "or" | "not.and" | "not.or" => {
                    let message = format!("\"{name}\": conditions can only be joined by AND here, one parameter a column");
                    return Err(malformed(message));
                }
                column => asked.conditions.push(condition(table, column, &value)?),
            }
        }
        Ok(asked)
    }
}

fn malformed(message: impl Into<String>) -> Failure {
    Failure::new(Kind::Malformed, "PGRST100", message)
}

fn no_such_column(table: Table, name: &str) -> Failure {
    let message = format!("column {}.{name} does not exist", table.name());
    Failure::new(Kind::Malformed, "42703", message).suggest(format!("It has {}.", table.column_names()))
}

fn condition(table: Table, column: &str, value: &str) -> Result<Condition, Failure> {
    if table.place_of(column).is_none() {
        return Err(no_such_column(table, column));
    }
    // In patterns a star stands for %, which would have to be escaped in a URL.
    let is_pattern = ["like.", "ilike."].iter().any(|operator| value.trim_start_matches("not.").starts_with(operator));
    let value = if is_pattern { value.replace('*', "%") } else { value.to_owned() };
    Condition::parse(table, column, &value, Quoting::InLists).map_err(|error| malformed(error.to_string()))
}

fn selected(table: Table, text: &str) -> Result<Option<Vec<usize>>, Failure> {
    let mut places = Vec::new();
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if name == "*" {
            return Ok(None);
        }
        if name.contains([':', '(', '>']) {
            return Err(malformed(format!("select: `{name}` is more than a column; only columns of {} can be selected", table.name())));
        }
        places.push(table.place_of(name).ok_or_else(|| no_such_column(table, name))?);
    }
    Ok(if places.is_empty() { None } else { Some(places) })
}

fn order(table: Table, part: &str) -> Result<Order, Failure> {
    let mut words = part.trim().split('.');
    let name = words.next().unwrap_or_default();
    let column = table.place_of(name).ok_or_else(|| no_such_column(table, name))?;
    if !has_expression(table, column) {
        return Err(malformed(format!("order: rows cannot be sorted by {name}")));
    }
    let (mut descending, mut nulls_first) = (false, None);
    for word in words {
        match word {
            "asc" => descending = false,
            "desc" => descending = true,
            "nullsfirst" => nulls_first = Some(true),
            "nullslast" => nulls_first = Some(false),
            other => return Err(malformed(format!("order: `{other}` is none of asc, desc, nullsfirst and nullslast"))),
        }
    }
    // As Postgres sorts where nothing else is said.
    Ok(Order { column, descending, nulls_first: nulls_first.unwrap_or(descending) })
}

fn number(name: &str, value: &str) -> Result<i64, Failure> {
    value.parse().ok().filter(|number| *number >= 0).ok_or_else(|| malformed(format!("{name}: this must be a whole number, 0 or more")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_postgrest_would() {
        let query = "select=id,status&status=not.in.(queued,%22processing%22)&error_message=ilike.*401*&order=created_at.desc,completed_at.asc.nullsfirst&limit=5000&offset=20";
        let asked = Asked::read(Table::Jobs, query, None).expect("a query");
        assert_eq!((asked.columns, asked.limit, asked.offset, asked.conditions.len()), (Some(vec![0, 6]), 1_000, 20, 2));
        let orders = asked.order.iter().map(|order| (order.column, order.descending, order.nulls_first)).collect::<Vec<_>>();
        assert_eq!(orders, [(14, true, true), (10, false, true)]);
        let ranged = Asked::read(Table::Results, "", Some("10-19")).expect("a query");
        assert_eq!((ranged.limit, ranged.offset, ranged.columns), (10, 10, None));
        let both = Asked::read(Table::Results, "limit=3", Some("10-")).expect("a query");
        assert_eq!((both.limit, both.offset), (3, 10));
    }

    #[test]
    fn what_cannot_be_answered_is_refused_by_name() {
        for query in [
            "hash=eq.x",
            "select=id,args",
            "select=results(*)",
            "select=n:id",
            "order=search_criteria",
            "order=id.up",
            "limit=-1",
            "offset=x",
            "or=(status.eq.failed)",
            "status=failed",
            "id=eq.7",
        ] {
            let failure = Asked::read(Table::Jobs, query, None).expect_err(query);
            assert_eq!(failure.kind(), Kind::Malformed, "{query}");
        }
    }
}
