//! `/rest/v1/{table}`: the published tables as PostgREST would answer, for reading.

mod query;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONTENT_RANGE, CONTENT_TYPE, HeaderName, HeaderValue, RANGE};
use http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use serde_json::Value as Json;
use utoipa::IntoParams;

use super::Shared;
use super::caller::Caller;
use super::compat::published::{job_row, result_row};
use super::problem::{Failure, Kind};
use crate::domain::published::filter::Condition;
use crate::domain::published::{Filter, Row, SCHEMA, Table};
use crate::jobs::search_prospects::KIND;
use crate::store::published::{self, Selection, is_in_sql};
use crate::store::{Conn, StoreError};
use query::Asked;

/// One object instead of a list of one.
const OBJECT: &str = "application/vnd.pgrst.object+json";
/// Rows that are looked through for conditions that only the whole row can answer.
const MOST_TRIED: i64 = 10_000;

/// The parameters that are no columns.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the description of parameters that are read one by one, since every column is one as well")]
pub struct Parameters {
    /// `*` or columns with commas between them.
    select: Option<String>,
    /// `column.desc.nullslast`, several with commas between them.
    order: Option<String>,
    /// At most 1,000, which is also what is answered when it is missing.
    limit: Option<u32>,
    offset: Option<u32>,
    /// Any column with `operator.value`: `id=eq.…`, `status=in.(queued,processing)`, `progress_current=not.lt.10`.
    column: Option<String>,
}

/// Rows of `prospect_search_jobs` or `prospect_search_results` in the caller's workspace. `Prefer: count=exact` counts them;
/// `Accept: application/vnd.pgrst.object+json` wants exactly one, as an object.
#[utoipa::path(
    get, path = "/rest/v1/{table}", tag = "Realtime (compatibility)", params(("table" = String, Path), Parameters),
    responses((status = 200, body = Vec<Object>), (status = 206, body = Vec<Object>), (status = 400), (status = 404), (status = 406)),
)]
pub async fn read(
    State(app): State<Shared>,
    caller: Caller,
    Path(table): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let table = Table::from_name(&table).ok_or_else(|| no_such_table(&table))?;
    require_schema(&headers)?;
    let one = wants_object(&headers)?;
    let asked = Asked::read(table, uri.query().unwrap_or_default(), text(&headers, RANGE))?;
    let counts = text(&headers, PREFER).is_some_and(|prefer| prefer.split([',', ';']).any(|word| word.trim().starts_with("count=")));
    let mut conn = app.database.read().await?;
    let found = find(&mut conn, &caller, table, &asked, counts).await?;
    drop(conn);
    answer(&asked, &found, one)
}

const PREFER: HeaderName = HeaderName::from_static("prefer");

struct Found {
    rows: Vec<Row>,
    /// Of all that match, where it was asked for.
    total: Option<i64>,
}

async fn find(conn: &mut Conn, caller: &Caller, table: Table, asked: &Asked, counts: bool) -> Result<Found, Failure> {
    let (in_sql, left): (Vec<&Condition>, Vec<&Condition>) = asked.conditions.iter().partition(|condition| is_in_sql(table, condition));
    let mut selection =
        Selection { scope: caller.scope(), kind: KIND, conditions: &in_sql, order: &asked.order, limit: asked.limit, offset: asked.offset };
    if left.is_empty() {
        let total = if counts { Some(published::count(conn, table, &selection).await?) } else { None };
        return Ok(Found { rows: rows(conn, table, &selection).await?, total });
    }
    (selection.limit, selection.offset) = (MOST_TRIED + 1, 0);
    let mut rows = rows(conn, table, &selection).await?;
    if rows.len() as i64 > MOST_TRIED {
        let names = left.iter().map(|condition| table.columns()[condition.column].name).collect::<Vec<_>>().join(", ");
        let message = format!("more than {MOST_TRIED} rows would have to be looked through for the conditions on {names}");
        return Err(Failure::new(Kind::Malformed, "PGRST100", message).suggest("Narrow it down by another column, such as id or job_id."));
    }
    let filter = Filter { conditions: left.into_iter().cloned().collect() };
    rows.retain(|row| filter.accepts(row));
    let total = counts.then_some(rows.len() as i64);
    let (offset, limit) = (usize::try_from(asked.offset).unwrap_or(usize::MAX), usize::try_from(asked.limit).unwrap_or(0));
    Ok(Found { rows: rows.into_iter().skip(offset).take(limit).collect(), total })
}

async fn rows(conn: &mut Conn, table: Table, selection: &Selection<'_>) -> Result<Vec<Row>, StoreError> {
    Ok(match table {
        Table::Jobs => published::jobs(conn, selection).await?.iter().map(job_row).collect(),
        Table::Results => published::results(conn, selection).await?.into_iter().map(result_row).collect(),
    })
}

fn answer(asked: &Asked, found: &Found, one: bool) -> Result<Response, Failure> {
    let shown: Vec<Json> = found.rows.iter().map(|row| row.to_json(asked.columns.as_deref())).collect();
    let count = shown.len() as i64;
    if let Some(total) = found.total
        && asked.offset > 0
        && asked.offset >= total
    {
        let details = format!("An offset of {} was requested, but there are only {total} rows.", asked.offset);
        return Err(Failure::new(Kind::OutOfRange, "PGRST103", "Requested range not satisfiable").with_details(details.into()));
    }
    let total = found.total.map_or_else(|| "*".to_owned(), |total| total.to_string());
    let range = if count == 0 { format!("*/{total}") } else { format!("{}-{}/{total}", asked.offset, asked.offset + count - 1) };
    let is_part = found.total.is_some_and(|total| count < total);
    let (status, body, kind) = if one {
        let [only] = shown.as_slice() else {
            let details = format!("The result contains {count} rows");
            return Err(Failure::new(Kind::NotAcceptable, "PGRST116", "Cannot coerce the result to a single JSON object")
                .with_details(details.into()));
        };
        (StatusCode::OK, only.to_string(), OBJECT)
    } else {
        let status = if is_part { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
        (status, Json::Array(shown).to_string(), "application/json")
    };
    let content_type = HeaderValue::from_str(&format!("{kind}; charset=utf-8")).unwrap_or(HeaderValue::from_static("application/json"));
    let range = HeaderValue::from_str(&range).unwrap_or(HeaderValue::from_static("*/*"));
    Ok((status, [(CONTENT_TYPE, content_type), (CONTENT_RANGE, range)], body).into_response())
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn wants_object(headers: &HeaderMap) -> Result<bool, Failure> {
    let Some(accept) = text(headers, ACCEPT) else { return Ok(false) };
    let kinds: Vec<&str> = accept.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim()).collect();
    if kinds.contains(&OBJECT) {
        return Ok(true);
    }
    if kinds.iter().any(|kind| ["", "*/*", "application/*", "application/json", "application/vnd.pgrst.array+json"].contains(kind)) {
        return Ok(false);
    }
    let message = format!("None of these media types are available: {}", kinds.join(", "));
    Err(Failure::new(Kind::NotAcceptable, "PGRST107", message).suggest(format!("Accept application/json or {OBJECT}.")))
}

fn require_schema(headers: &HeaderMap) -> Result<(), Failure> {
    match text(headers, HeaderName::from_static("accept-profile")) {
        None | Some(SCHEMA) => Ok(()),
        Some(other) => Err(Failure::new(Kind::NotAcceptable, "PGRST106", format!("Invalid schema: {other}"))
            .suggest(format!("Only the schema {SCHEMA} is there."))),
    }
}

fn no_such_table(name: &str) -> Failure {
    let message = format!("Could not find the table '{SCHEMA}.{name}' in the schema cache");
    Failure::new(Kind::NotFound, "PGRST205", message).suggest(format!("There are {}.", Table::ALL.map(Table::name).join(" and ")))
}
