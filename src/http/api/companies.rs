//! `/api/v1/companies`: the companies that postings name.

use axum::Json;
use axum::extract::State;
use sluice_api::{Company, List, PageQuery, Problem};

use crate::domain::CompanyId;
use crate::http::caller::Caller;
use crate::http::listing::{From, Page, foreign_cursor};
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::http::{Shared, wire};
use crate::store::postings::listed_companies::{self, At, Place};

/// The companies of the workspace by name, each with how many postings it has here. With an offset beyond 10,000 the total is exact.
#[utoipa::path(
    get, path = "/api/v1/companies", tag = "Job postings", params(PageQuery),
    responses((status = 200, body = List<Company>), (status = 422, body = Problem)),
)]
pub async fn list(State(app): State<Shared>, caller: Caller, Query(query): Query<PageQuery>) -> Result<Json<List<Company>>, Failure> {
    let page = Page::of(&query)?;
    let (at, offset) = match &page.from {
        From::Place(text) => (At::After(place_of(text)?), 0),
        From::Offset(offset) => (At::Offset(*offset), *offset),
    };
    let limit = page.limit as usize;
    let mut conn = app.database.read().await?;
    let (mut found, total) = listed_companies::list(&mut conn, caller.workspace_id, &at, limit as i64 + 1, page.counted()).await?;
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|last| format!("p{}", place_text(&last.place())));
    Ok(Json(page.list_counted(page.counted(), found.into_iter().map(wire::posting::company).collect(), total, offset, next)))
}

fn place_text(place: &Place) -> String {
    serde_json::json!([place.id, place.name_key]).to_string()
}

fn place_of(text: &str) -> Result<Place, Failure> {
    let (id, name_key): (CompanyId, String) = serde_json::from_str(text).map_err(|_| foreign_cursor())?;
    Ok(Place { name_key, id })
}
