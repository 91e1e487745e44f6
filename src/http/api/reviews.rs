//! `/api/v1/reviews`: people go through results and approve or reject them.

mod asked;
mod decisions;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::Value;
use sluice_api::{List, Problem, Review as WireReview, ReviewItem, ReviewItemWhole, ReviewItemsQuery, ReviewRequest, ReviewsQuery};

use super::workspaces::name;
use crate::domain::{JobId, ReviewId, ReviewItemId, Scope};
use crate::http::caller::Caller;
use crate::http::idempotency::{Answer, Creation};
use crate::http::listing::{From, Page};
use crate::http::pages::criteria;
use crate::http::path::{Id, Named, Within};
use crate::http::problem::{Failure, refused};
use crate::http::query::Query;
use crate::http::{Shared, wire};
use crate::reviews::{self as starting, MOST_SEARCHES, ReviewOrder, StartError};
use crate::store::reviews::{self, Review};
use crate::store::{Conn, StoreError, jobs};

pub use asked::{checked_filter, checked_sort, filter_of, place_of, place_text};
pub use decisions::{
    __path_complete, __path_decide, __path_reopen, __path_undo, checked_items, checked_reason, complete, decide, not_completed, not_undone,
    reopen, said, undecided, undo,
};

/// Starts a review that takes in the people of searches, also of running ones, or an empty one for an import. The answer counts the first
/// people of each search; all that the searches have are in when it arrives.
#[utoipa::path(
    post, path = "/api/v1/reviews", tag = "Reviews", request_body = ReviewRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more")),
    responses((status = 201, body = WireReview), (status = 409, body = Problem), (status = 422, body = Problem)),
)]
pub async fn create(State(app): State<Shared>, caller: Caller, creation: Creation<ReviewRequest>) -> Result<Response, Failure> {
    let searches = checked_searches(&creation.value.searches)?;
    let named = creation.value.name.as_deref().map(|given| name("name", given)).transpose()?;
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = creation.once.claim(&app, &mut tx).await? {
        return Ok(earlier);
    }
    let named = match named {
        Some(named) => named,
        None => name_of(&mut tx, caller.scope(), &searches).await?,
    };
    let order = ReviewOrder { workspace_id: caller.workspace_id, user_id: caller.user_id, name: named, searches };
    let review = starting::start(&mut tx, &order).await.map_err(|error| refusal(error, &order.searches))?;
    let shown = wire::review::one(&mut tx, &review).await?;
    let answer = Answer::new(StatusCode::CREATED, Some(format!("/api/v1/reviews/{}", review.id)), &shown)?;
    creation.once.keep(&app, &mut tx, &answer).await?;
    tx.commit().await?;
    starting::catch_up(&app.database, caller.scope(), Some(review.id)).await?;
    Ok(answer.into_response())
}

/// The reviews of the workspace, newest first.
#[utoipa::path(get, path = "/api/v1/reviews", tag = "Reviews", params(ReviewsQuery), responses((status = 200, body = List<WireReview>)))]
pub async fn list(State(app): State<Shared>, caller: Caller, Query(query): Query<ReviewsQuery>) -> Result<Json<List<WireReview>>, Failure> {
    let page = Page::new(query.limit, query.offset, query.cursor.as_deref())?;
    let offset = page.offset()?;
    let mut conn = app.database.read().await?;
    let state = query.state.map(wire::review::state_from);
    let (found, total) = reviews::list(&mut conn, caller.scope(), state, i64::from(page.limit), offset).await?;
    Ok(Json(page.by_number(offset, wire::review::all(&mut conn, &found).await?, total)))
}

/// One review with its counts.
#[utoipa::path(
    get, path = "/api/v1/reviews/{id}", tag = "Reviews", params(("id" = String, Path)),
    responses((status = 200, body = WireReview), (status = 404, body = Problem)),
)]
pub async fn find(State(app): State<Shared>, caller: Caller, Id(id): Id<ReviewId>) -> Result<Json<WireReview>, Failure> {
    let mut conn = app.database.read().await?;
    let review = review(&mut conn, &caller, id).await?;
    Ok(Json(wire::review::one(&mut conn, &review).await?))
}

/// The people of a review. By cursor, no row is passed over or comes twice, however many are decided meanwhile.
#[utoipa::path(
    get, path = "/api/v1/reviews/{id}/items", tag = "Reviews", params(("id" = String, Path), ReviewItemsQuery),
    responses((status = 200, body = List<ReviewItem>), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub async fn items(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ReviewId>,
    Query(query): Query<ReviewItemsQuery>,
) -> Result<Json<List<ReviewItem>>, Failure> {
    let page = Page::new(query.limit, query.offset, query.cursor.as_deref())?;
    let (sort, descending) = checked_sort(query.sort.as_deref())?;
    let filter = checked_filter(&filter_of(&query))?;
    let (at, offset) = match &page.from {
        From::Place(place) => (reviews::At::After(place_of(place)?), 0),
        From::Offset(offset) if *offset > reviews::COUNTED => {
            let message = format!("This must be {} at most; further on, pass the next_cursor of the page before.", reviews::COUNTED);
            return Err(Failure::invalid(vec![refused("offset", "out_of_range", *offset, message)]));
        }
        From::Offset(offset) => (reviews::At::Offset(*offset), *offset),
    };
    let mut conn = app.database.read().await?;
    let review = review(&mut conn, &caller, id).await?;
    let limit = i64::from(page.limit);
    let asked = reviews::Asked { review: &review, filter: &filter, sort, descending, at: &at, limit: limit + 1 };
    let mut found = reviews::page(&mut conn, &asked).await?;
    let has_more = found.items.len() > page.limit as usize;
    found.items.truncate(page.limit as usize);
    let next = found.items.last().filter(|_| has_more).map(|last| format!("p{}", place_text(&last.place(sort))));
    let shown = wire::review::items(&mut conn, &review, &found.items).await?;
    Ok(Json(page.list(shown, found.total, offset, next)))
}

/// One person of a review: all that is known, who said it, and where else they have been seen.
#[utoipa::path(
    get, path = "/api/v1/reviews/{id}/items/{item_id}", tag = "Reviews", params(("id" = String, Path), ("item_id" = String, Path)),
    responses((status = 200, body = ReviewItemWhole), (status = 404, body = Problem)),
)]
pub async fn item(
    State(app): State<Shared>,
    caller: Caller,
    Within(id, item): Within<ReviewId, ReviewItemId>,
) -> Result<Json<ReviewItemWhole>, Failure> {
    let mut conn = app.database.read().await?;
    let review = review(&mut conn, &caller, id).await?;
    let item = reviews::find_item(&mut conn, &review, item).await?.ok_or_else(ReviewItemId::not_found)?;
    Ok(Json(wire::review::whole(&mut conn, &review, &item).await?))
}

/// The review, when the caller may see it.
pub async fn review(conn: &mut Conn, caller: &Caller, id: ReviewId) -> Result<Review, Failure> {
    reviews::find(conn, caller.scope(), id).await?.ok_or_else(ReviewId::not_found)
}

/// Ids of searches, as many as one review may follow.
pub fn checked_searches(given: &[String]) -> Result<Vec<JobId>, Failure> {
    if given.len() > MOST_SEARCHES {
        let message = format!("A review takes in {MOST_SEARCHES} searches at most.");
        return Err(Failure::invalid(vec![refused("searches", "too_many", given.len(), message)]));
    }
    given.iter().enumerate().map(|(n, id)| id.parse().map_err(|_| unknown_search(n, id))).collect()
}

/// Why a review cannot be started, for its sender.
pub fn refusal(error: StartError, searches: &[JobId]) -> Failure {
    match error {
        StartError::Store(error) => error.into(),
        StartError::UnknownSearch(id) => {
            let place = searches.iter().position(|search| *search == id).unwrap_or(0);
            unknown_search(place, &id.to_string())
        }
    }
}

fn unknown_search(place: usize, id: &str) -> Failure {
    let message = "There is no such search here; GET /api/v1/searches lists those there are.";
    let value = id.chars().take(100).collect::<String>();
    Failure::invalid(vec![refused(format!("searches[{place}]"), "unknown_search", Value::from(value), message)])
}

/// What a review is called that was given no name: what its first search looks for.
pub async fn name_of(conn: &mut Conn, scope: Scope, searches: &[JobId]) -> Result<String, StoreError> {
    let first = match searches.first() {
        Some(search) => jobs::find(conn, scope, *search).await?.map(|job| criteria::summary(&job.args)),
        None => None,
    };
    let first: String = first.unwrap_or_else(|| "Imported people".to_owned()).chars().take(200).collect();
    Ok(match searches.len() {
        0 | 1 => first,
        more => format!("{first} and {} more", more - 1),
    })
}
