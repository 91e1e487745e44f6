//! Contacts of a posting.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use sluice_api::{Contact, ContactRequest, Problem};

use super::said::checked_contact;
use crate::domain::{ContactId, PostingId};
use crate::http::body::Body;
use crate::http::caller::Caller;
use crate::http::idempotency::{Answer, Creation};
use crate::http::path::{Id, Named, Within};
use crate::http::problem::Failure;
use crate::http::{Shared, wire};
use crate::store::postings::contacts::{self, Missing};

/// Notes somebody whom one deals with about a posting.
#[utoipa::path(
    post, path = "/api/v1/job-postings/{id}/contacts", tag = "Job postings", request_body = ContactRequest,
    params(
        ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more"),
    ),
    responses((status = 201, body = Contact), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub async fn add_contact(
    State(app): State<Shared>,
    caller: Caller,
    Id(posting): Id<PostingId>,
    creation: Creation<ContactRequest>,
) -> Result<Response, Failure> {
    let said = checked_contact(&creation.value)?;
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = creation.once.claim(&app, &mut tx).await? {
        return Ok(earlier);
    }
    let made = contacts::add(&mut tx, caller.scope(), posting, &said, caller.user_id).await?.ok_or_else(PostingId::not_found)?;
    let answer = Answer::new(StatusCode::CREATED, None, &wire::posting::contact(made))?;
    creation.once.keep(&app, &mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// Notes a contact anew, as a whole.
#[utoipa::path(
    put, path = "/api/v1/job-postings/{id}/contacts/{contact_id}", tag = "Job postings", request_body = ContactRequest,
    params(("id" = String, Path), ("contact_id" = String, Path)),
    responses((status = 200, body = Contact), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub async fn change_contact(
    State(app): State<Shared>,
    caller: Caller,
    Within(posting, id): Within<PostingId, ContactId>,
    Body(request): Body<ContactRequest>,
) -> Result<Json<Contact>, Failure> {
    let said = checked_contact(&request)?;
    let mut tx = app.database.begin().await?;
    let changed = contacts::replace(&mut tx, caller.scope(), posting, id, &said, caller.user_id).await?.map_err(not_found)?;
    tx.commit().await?;
    Ok(Json(wire::posting::contact(changed)))
}

/// Erases a contact.
#[utoipa::path(
    delete, path = "/api/v1/job-postings/{id}/contacts/{contact_id}", tag = "Job postings",
    params(("id" = String, Path), ("contact_id" = String, Path)), responses((status = 204), (status = 404, body = Problem)),
)]
pub async fn delete_contact(
    State(app): State<Shared>,
    caller: Caller,
    Within(posting, id): Within<PostingId, ContactId>,
) -> Result<StatusCode, Failure> {
    let mut tx = app.database.begin().await?;
    contacts::delete(&mut tx, caller.scope(), posting, id, caller.user_id).await?.map_err(not_found)?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn not_found(missing: Missing) -> Failure {
    match missing {
        Missing::Posting => PostingId::not_found(),
        Missing::Part => ContactId::not_found(),
    }
}
