//! `/api/v1/invitations`: links that bring people into the workspace.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use sluice_api::{Invitation, InvitationCreated, InvitationRequest, List, PageQuery, Problem};

use crate::domain::{Micros, SignInLinkId};
use crate::http::caller::Caller;
use crate::http::idempotency::{Answer, Creation};
use crate::http::listing::Page;
use crate::http::path::Id;
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::http::{Shared, wire};
use crate::store::sign_in_links;
use crate::team;

/// The invitations of the workspace, newest first, also those that are over. Never their links.
#[utoipa::path(get, path = "/api/v1/invitations", tag = "Members", params(PageQuery), responses((status = 200, body = List<Invitation>)))]
pub async fn list(State(app): State<Shared>, caller: Caller, Query(query): Query<PageQuery>) -> Result<Json<List<Invitation>>, Failure> {
    let page = Page::of(&query)?;
    let offset = page.offset()?;
    let mut conn = app.database.read().await?;
    let now = Micros(conn.now_us().await?);
    let (found, total) = sign_in_links::invitations(&mut conn, caller.scope(), page.limit, offset).await?;
    Ok(Json(page.by_number(offset, found.iter().map(|link| wire::invitation(link, now)).collect(), total)))
}

/// Makes an invitation. The link is in this answer alone; whoever opens it first can join, within seven days.
#[utoipa::path(
    post, path = "/api/v1/invitations", tag = "Members", request_body = InvitationRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more")),
    responses((status = 201, body = InvitationCreated), (status = 422, body = Problem)),
)]
pub async fn create(State(app): State<Shared>, caller: Caller, creation: Creation<InvitationRequest>) -> Result<Response, Failure> {
    let request = creation.value;
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = creation.once.claim(&app, &mut tx).await? {
        return Ok(earlier);
    }
    let (made, mailed) = team::invite(&app, &mut tx, (&caller).into(), wire::role_from(request.role), request.email.as_deref()).await?;
    let created = InvitationCreated { link: made.url(&app), mailed, about: wire::invitation(&made.link, made.link.created_at) };
    let answer = Answer::new(StatusCode::CREATED, None, &created)?;
    creation.once.keep(&app, &mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// Takes an invitation back: its link brings nobody in any more. It stays listed.
#[utoipa::path(
    delete, path = "/api/v1/invitations/{id}", tag = "Members", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)),
)]
pub async fn revoke(State(app): State<Shared>, caller: Caller, Id(id): Id<SignInLinkId>) -> Result<StatusCode, Failure> {
    team::revoke_invitation(&app, caller.workspace_id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
