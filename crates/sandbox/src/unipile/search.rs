//! `POST /linkedin/search`: one page of people.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use bytes::Bytes;
use serde_json::{Value, json};

use super::accounts::Account;
use super::cursor::Cursor;
use super::error::Problem;
use super::{items, translate, url, validate};
use crate::faults::Effects;
use crate::gate::Offset;
use crate::matching::query::Query;
use crate::population::Population;
use crate::population::identity::Api;
use crate::world::World;

const DEFAULT_LIMIT: usize = 10;
const LARGEST_LIMIT: usize = 100;
/// How many people of the page before a `duplicate` fault repeats.
const REPEATED: usize = 3;

/// What a request asks for, once understood.
struct Request {
    account: Account,
    api: Api,
    query: Query,
    /// The search as it was asked, repeated in every answer.
    params: Value,
    limit: usize,
    cursor: Option<(Cursor, String)>,
}

pub async fn search(
    State(world): State<Arc<World>>,
    Extension(effects): Extension<Arc<Effects>>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, Problem> {
    let request = understand(query.as_deref(), &body)?;
    let offset = request.cursor.as_ref().map_or(0, |(cursor, _)| cursor.offset);
    let mut response = Json(page(&world, &request, &effects, offset)).into_response();
    response.extensions_mut().insert(Offset(offset as u64));
    Ok(response)
}

fn understand(query: Option<&str>, body: &[u8]) -> Result<Request, Problem> {
    let query = validate::query(query, &["account_id", "limit", "cursor"])?;
    let account_id = query.required("account_id")?;
    let limit = match query.one("limit") {
        Some(_) => Some(validate::limit(&query, 0, LARGEST_LIMIT, DEFAULT_LIMIT)?),
        None => None,
    };
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| Problem::new(400, "malformed_request", "Malformed request", format!("The body is not JSON: {error}.")))?;
    let Some(members) = body.as_object() else { return Err(Problem::invalid("body must be object")) };
    let account = Account::in_use(account_id)?;
    let in_body = (members.len() == 1).then(|| members.get("cursor")).flatten();
    let cursor_text = match (query.one("cursor"), in_body) {
        (Some(text), _) => Some(text.to_owned()),
        (None, Some(Value::String(text))) if !text.is_empty() => Some(text.clone()),
        (None, Some(_)) => return Err(Problem::invalid("body/cursor must be a string of 1 or more characters")),
        (None, None) => None,
    };
    let cursor = cursor_text.map(|text| Cursor::decode(&text).map(|cursor| (cursor, text))).transpose()?;
    let mut params = match (&cursor, in_body) {
        (Some((cursor, _)), Some(_)) => cursor.params.clone(),
        _ => body,
    };
    let (api, query) = if let Some(address) = params.get("url") {
        url::read(address.as_str().ok_or_else(|| Problem::invalid("body/url must be string"))?)?
    } else {
        let api = validate::people_search(&mut params)?;
        (api, translate::query(api, &params)?)
    };
    account.may_use(api)?;
    let limit = limit.unwrap_or_else(|| cursor.as_ref().map_or(DEFAULT_LIMIT, |(cursor, _)| cursor.limit));
    if limit > api.page_size() {
        return Err(Problem::invalid(format!("querystring/limit must be <= {} for the {} api", api.page_size(), api.name())));
    }
    if let Some((cursor, _)) = &cursor {
        let differs = [("account_id", cursor.account != account.id), ("limit", cursor.limit != limit), ("body", cursor.params != params)];
        if let Some((what, _)) = differs.into_iter().find(|(_, differs)| *differs) {
            return Err(Problem::invalid(format!("querystring/cursor was given for another {what}")));
        }
    }
    Ok(Request { account, api, query, params, limit, cursor })
}

fn page(world: &World, request: &Request, effects: &Effects, offset: usize) -> Value {
    let population = &world.population;
    let found = if effects.always_empty { Arc::from([]) } else { world.results(&request.query) };
    let reachable = found.len().min(request.api.cap());
    let start = offset.min(reachable);
    let mut items = Vec::with_capacity(request.limit);
    if effects.duplicate {
        items.extend(repeat(population, request.api, &found[start.saturating_sub(request.limit)..start], &found[start..reachable]));
    }
    if effects.bad_rows {
        items.extend(items::bad_rows());
    }
    items.truncate(request.limit.saturating_sub(1));
    // What a fault puts into the page takes the place of people who come on the next page instead: nobody is lost.
    let end = if effects.empty_page { start } else { (start + request.limit - items.len()).min(reachable) };
    let people = found[start..end].iter().map(|index| items::row(population, *index, request.api));
    if effects.empty_page {
        items.clear();
    } else {
        // Strangers stand among the others, not before them.
        let after = items.len().min(end - start);
        let strangers = std::mem::take(&mut items);
        items.extend(people);
        items.splice(after..after, strangers);
    }
    let next = Cursor {
        account: request.account.id.clone(),
        limit: request.limit,
        offset: end,
        nonce: if effects.empty_page { effects.call } else { 0 },
        params: request.params.clone(),
    };
    let mut cursor = ((end < reachable || effects.empty_page) && request.limit > 0).then(|| next.encode());
    if effects.repeated_cursor
        && let Some((_, text)) = &request.cursor
    {
        cursor = Some(text.clone());
    }
    let mut paging = json!({ "start": start, "page_count": items.len(), "total_count": found.len() });
    if effects.no_total
        && let Some(paging) = paging.as_object_mut()
    {
        paging.remove("total_count");
    }
    let mut page =
        json!({ "object": "LinkedinSearch", "items": [], "config": { "params": request.params }, "paging": paging, "cursor": cursor });
    page["items"] = Value::Array(items);
    if effects.paging_cursor
        && let Some(page) = page.as_object_mut()
    {
        let cursor = page.remove("cursor").unwrap_or_default();
        page["paging"]["cursor"] = cursor;
    }
    page
}

/// The first people of the page before (on the first page: of this one), every second one under another api's id.
fn repeat(population: &Population, api: Api, before: &[u32], here: &[u32]) -> Vec<Value> {
    let people = if before.is_empty() { here } else { before };
    let rows = people.iter().map(|index| (*index, items::row(population, *index, api)));
    // A row without any other id could not be told from a new person.
    let known = rows.filter(|(_, row)| !row["member_urn"].is_null()).take(REPEATED);
    known
        .enumerate()
        .map(|(place, (index, mut row))| {
            if place % 2 == 1 {
                let other = if api == Api::Classic { Api::SalesNavigator } else { Api::Classic };
                row["id"] = population.provider_id(index, other).into();
            }
            row
        })
        .collect()
}
