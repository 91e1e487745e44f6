//! Reminders of a posting.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use sluice_api::{Problem, Reminder, ReminderPatch, ReminderRequest};

use super::said::{checked_reminder, checked_reminder_patch};
use crate::domain::{PostingId, ReminderId};
use crate::http::body::Body;
use crate::http::caller::Caller;
use crate::http::idempotency::{Answer, Creation};
use crate::http::path::{Id, Named, Within};
use crate::http::problem::Failure;
use crate::http::{Shared, wire};
use crate::store::postings::contacts::Missing;
use crate::store::postings::reminders;

/// Sets a reminder of a posting.
#[utoipa::path(
    post, path = "/api/v1/job-postings/{id}/reminders", tag = "Job postings", request_body = ReminderRequest,
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more"),
    ),
    responses((status = 201, body = Reminder), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub async fn add_reminder(
    State(app): State<Shared>,
    caller: Caller,
    Id(posting): Id<PostingId>,
    creation: Creation<ReminderRequest>,
) -> Result<Response, Failure> {
    let (due_at, note) = checked_reminder(&creation.value)?;
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = creation.once.claim(&app, &mut tx).await? {
        return Ok(earlier);
    }
    let made = reminders::add(&mut tx, caller.scope(), posting, due_at, note.as_deref(), caller.user_id).await?;
    let made = made.ok_or_else(PostingId::not_found)?;
    let answer = Answer::new(StatusCode::CREATED, None, &wire::posting::reminder(made))?;
    creation.once.keep(&app, &mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// Moves a reminder, notes it anew, or says that it is done.
#[utoipa::path(
    patch, path = "/api/v1/job-postings/{id}/reminders/{reminder_id}", tag = "Job postings", request_body = ReminderPatch,
    params(("id" = String, Path), ("reminder_id" = String, Path)),
    responses((status = 200, body = Reminder), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub async fn change_reminder(
    State(app): State<Shared>,
    caller: Caller,
    Within(posting, id): Within<PostingId, ReminderId>,
    Body(patch): Body<ReminderPatch>,
) -> Result<Json<Reminder>, Failure> {
    let change = checked_reminder_patch(&patch)?;
    let mut tx = app.database.begin().await?;
    let changed = reminders::change(&mut tx, caller.scope(), posting, id, &change, caller.user_id).await?.map_err(not_found)?;
    tx.commit().await?;
    Ok(Json(wire::posting::reminder(changed)))
}

/// Takes a reminder away.
#[utoipa::path(
    delete, path = "/api/v1/job-postings/{id}/reminders/{reminder_id}", tag = "Job postings",
    params(("id" = String, Path), ("reminder_id" = String, Path)), responses((status = 204), (status = 404, body = Problem)),
)]
pub async fn delete_reminder(
    State(app): State<Shared>,
    caller: Caller,
    Within(posting, id): Within<PostingId, ReminderId>,
) -> Result<StatusCode, Failure> {
    let mut tx = app.database.begin().await?;
    reminders::delete(&mut tx, caller.scope(), posting, id, caller.user_id).await?.map_err(not_found)?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn not_found(missing: Missing) -> Failure {
    match missing {
        Missing::Posting => PostingId::not_found(),
        Missing::Part => ReminderId::not_found(),
    }
}
