//! `/api/v1/job-postings`: offers of employment, and where one's own application to each of them stands.

mod asked;
mod contacts;
mod reminders;
mod said;

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use sluice_api::{
    List, Posting as WirePosting, PostingCounts, PostingPatch, PostingWhole, PostingsPatch, PostingsPatched, PostingsQuery, Problem,
};

use crate::domain::PostingId;
use crate::domain::tracker::{ChangeRefused, LONGEST_NOTES, MOST_CHANGED, PostingChange};
use crate::http::body::Body;
use crate::http::caller::Caller;
use crate::http::listing::{From, Page};
use crate::http::path::{Id, Named};
use crate::http::problem::{Failure, Kind, refused};
use crate::http::query::Query;
use crate::http::{Shared, wire};
use crate::store::Tx;
use crate::store::postings::{self, Asked, At, Bounds};

pub use asked::{checked_filter, checked_sort, place_of, place_text};
pub use contacts::{__path_add_contact, __path_change_contact, __path_delete_contact, add_contact, change_contact, delete_contact};
pub use reminders::{__path_add_reminder, __path_change_reminder, __path_delete_reminder, add_reminder, change_reminder, delete_reminder};
pub use said::{checked_contact, checked_patch, checked_reminder, checked_reminder_patch};

/// The postings of the workspace, in any order. By cursor, no row comes twice unless it was changed meanwhile in what is sorted by.
#[utoipa::path(
    get, path = "/api/v1/job-postings", tag = "Job postings", params(PostingsQuery),
    responses((status = 200, body = List<WirePosting>), (status = 422, body = Problem)),
)]
pub async fn list(
    State(app): State<Shared>,
    caller: Caller,
    Query(query): Query<PostingsQuery>,
) -> Result<Json<List<WirePosting>>, Failure> {
    let page = Page::new(query.limit, query.offset, query.cursor.as_deref())?;
    let (sort, descending) = checked_sort(query.sort.as_deref())?;
    let filter = checked_filter(&query)?;
    let with_texts = asked::wants_texts(query.fields.as_deref())?;
    let (at, offset) = match &page.from {
        From::Place(place) => (At::After(place_of(place, sort)?), 0),
        From::Offset(offset) if *offset > Bounds::DEEP.counted => {
            let message = format!("This must be {} at most; further on, pass the next_cursor of the page before.", Bounds::DEEP.counted);
            return Err(Failure::invalid(vec![refused("offset", "out_of_range", *offset, message)]));
        }
        From::Offset(offset) => (At::Offset(*offset), *offset),
    };
    let asked =
        Asked { workspace: caller.workspace_id, filter: &filter, sort, descending, at: &at, limit: i64::from(page.limit), with_texts };
    let bounds = if page.counted() > Bounds::USUAL.counted { Bounds::DEEP } else { Bounds::USUAL };
    let found = postings::page_within(&mut app.database.read().await?, &asked, bounds).await?;
    let next = found.next.map(|place| format!("p{}", place_text(&place)));
    Ok(Json(page.list_counted(bounds.counted, found.postings.into_iter().map(wire::posting::show).collect(), found.total, offset, next)))
}

/// How many postings there are in each status, hidden, new, and how many follow-ups are due.
#[utoipa::path(get, path = "/api/v1/job-postings/counts", tag = "Job postings", responses((status = 200, body = PostingCounts)))]
pub async fn counts(State(app): State<Shared>, caller: Caller) -> Result<Json<PostingCounts>, Failure> {
    let counts = postings::counts(&mut app.database.read().await?, caller.workspace_id).await?;
    Ok(Json(wire::posting::counts(&counts)))
}

/// One posting with its company, contacts, reminders, history and reposts.
#[utoipa::path(
    get, path = "/api/v1/job-postings/{id}", tag = "Job postings", params(("id" = String, Path)),
    responses((status = 200, body = PostingWhole), (status = 404, body = Problem)),
)]
pub async fn find(State(app): State<Shared>, caller: Caller, Id(id): Id<PostingId>) -> Result<Json<PostingWhole>, Failure> {
    let mut conn = app.database.read().await?;
    let posting = postings::find(&mut conn, caller.scope(), id).await?.ok_or_else(PostingId::not_found)?;
    Ok(Json(wire::posting::whole(&mut conn, posting).await?))
}

/// Changes what is noted of a posting: status, day of the application, notes, stars, hidden, seen.
#[utoipa::path(
    patch, path = "/api/v1/job-postings/{id}", tag = "Job postings", params(("id" = String, Path)), request_body = PostingPatch,
    responses(
        (status = 200, body = WirePosting), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn change(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<PostingId>,
    Body(patch): Body<PostingPatch>,
) -> Result<Json<WirePosting>, Failure> {
    let mut tx = app.database.begin().await?;
    let change = checked_patch(&patch, "", tx.now_us().await?)?;
    apply(&mut tx, &caller, &[id], &change).await?;
    let changed = postings::find(&mut tx, caller.scope(), id).await?.ok_or_else(PostingId::not_found)?;
    tx.commit().await?;
    Ok(Json(wire::posting::show(changed)))
}

/// The same change of up to 1,000 postings: all of them or none.
#[utoipa::path(
    patch, path = "/api/v1/job-postings", tag = "Job postings", request_body = PostingsPatch,
    responses(
        (status = 200, body = PostingsPatched), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn change_many(
    State(app): State<Shared>,
    caller: Caller,
    Body(request): Body<PostingsPatch>,
) -> Result<Json<PostingsPatched>, Failure> {
    let ids = checked_ids(&request.ids)?;
    let mut tx = app.database.begin().await?;
    let change = checked_patch(&request.patch, "patch.", tx.now_us().await?)?;
    let changed = apply(&mut tx, &caller, &ids, &change).await?;
    tx.commit().await?;
    Ok(Json(PostingsPatched { changed }))
}

/// Erases a posting with all that was noted of it. An import brings it back as if it had never been here; to be rid of it for good, hide it.
#[utoipa::path(
    delete, path = "/api/v1/job-postings/{id}", tag = "Job postings", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub async fn delete(State(app): State<Shared>, caller: Caller, Id(id): Id<PostingId>) -> Result<StatusCode, Failure> {
    let mut tx = app.database.begin().await?;
    if !postings::delete(&mut tx, caller.scope(), id).await? {
        return Err(PostingId::not_found());
    }
    tx.commit().await?;
    tracing::info!(posting = %id, user = %caller.user_id, "a posting was erased");
    Ok(StatusCode::NO_CONTENT)
}

/// Changes postings for the caller; how many of them are different now.
pub async fn apply(tx: &mut Tx, caller: &Caller, ids: &[PostingId], change: &PostingChange) -> Result<u64, Failure> {
    postings::change(tx, caller.scope(), ids, change, caller.user_id).await?.map_err(refused_change)
}

fn refused_change(change: ChangeRefused) -> Failure {
    match change {
        ChangeRefused::Missing(id) => not_here(&id.to_string()),
        ChangeRefused::NotesChanged { id, notes } => {
            Failure::conflict("NOTES_CHANGED", "Somebody has changed the notes since you began; nothing was changed.")
                .with_details(serde_json::json!({ "id": id, "notes": notes }))
                .suggest("Join yours with those in details.notes, and send them with notes_were as they are there.")
                .suggest("To add a line whatever the notes are by then, send add_note instead.")
        }
        ChangeRefused::NotesFull(id) => {
            let message =
                format!("Together with the notes of {id} this would be longer than {LONGEST_NOTES} characters; shorten one of them.");
            Failure::invalid(vec![refused("add_note", "too_long", serde_json::Value::Null, message)])
        }
    }
}

/// Ids of postings, each once.
pub fn checked_ids(given: &[String]) -> Result<Vec<PostingId>, Failure> {
    if given.is_empty() || given.len() > MOST_CHANGED {
        let message = format!("Name 1 to {MOST_CHANGED} postings by their ids.");
        return Err(Failure::invalid(vec![refused("ids", "out_of_range", given.len(), message)]));
    }
    let mut ids = given.iter().map(|id| id.parse().map_err(|_| not_here(id))).collect::<Result<Vec<PostingId>, _>>()?;
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(*id));
    Ok(ids)
}

/// Names the one of several that is not there.
fn not_here(id: &str) -> Failure {
    let id: String = id.chars().take(100).collect();
    Failure::new(Kind::NotFound, PostingId::NOT_FOUND, format!("There is no posting {id} here; nothing was changed."))
        .with_details(serde_json::json!({ "id": id }))
        .suggest("Check the ids, and that the key acts in the right workspace (header x-workspace-id).")
}
