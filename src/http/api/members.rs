//! `/api/v1/members`: who belongs to the workspace.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use sluice_api::{List, Member, MemberPatch, PageQuery, Problem, SignInLink};

use crate::domain::UserId;
use crate::http::body::Body;
use crate::http::caller::Caller;
use crate::http::listing::Page;
use crate::http::path::Id;
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::http::{Shared, wire};
use crate::store::members;
use crate::team;

/// The members of the workspace, longest first.
#[utoipa::path(get, path = "/api/v1/members", tag = "Members", params(PageQuery), responses((status = 200, body = List<Member>)))]
pub async fn list(State(app): State<Shared>, caller: Caller, Query(query): Query<PageQuery>) -> Result<Json<List<Member>>, Failure> {
    caller.refuse_publishable()?;
    let page = Page::of(&query)?;
    let offset = page.offset()?;
    let mut conn = app.database.read().await?;
    let (found, total) = members::list(&mut conn, caller.scope(), page.limit, offset).await?;
    Ok(Json(page.by_number(offset, found.iter().map(|member| wire::member(member, &caller)).collect(), total)))
}

/// Gives a member another role. A workspace always has an owner, so the last one cannot become less.
#[utoipa::path(
    patch, path = "/api/v1/members/{id}", tag = "Members", params(("id" = String, Path)), request_body = MemberPatch,
    responses((status = 200, body = Member), (status = 404, body = Problem), (status = 409, body = Problem)),
)]
pub async fn change(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<UserId>,
    Body(patch): Body<MemberPatch>,
) -> Result<Json<Member>, Failure> {
    let member = team::set_role(&app, (&caller).into(), id, wire::role_from(patch.role)).await?;
    Ok(Json(wire::member(&member, &caller)))
}

/// Takes a member out: their keys of this workspace are revoked and their streams end at once. What they made stays.
#[utoipa::path(
    delete, path = "/api/v1/members/{id}", tag = "Members", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)),
)]
pub async fn remove(State(app): State<Shared>, caller: Caller, Id(id): Id<UserId>) -> Result<StatusCode, Failure> {
    team::remove(&app, caller.workspace_id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A link by which the member chooses another password within an hour. Hand it over yourself; it is shown once.
#[utoipa::path(
    post, path = "/api/v1/members/{id}/reset-link", tag = "Members", params(("id" = String, Path)),
    responses((status = 201, body = SignInLink), (status = 404, body = Problem), (status = 409, body = Problem)),
)]
pub async fn reset_link(State(app): State<Shared>, caller: Caller, Id(id): Id<UserId>) -> Result<(StatusCode, Json<SignInLink>), Failure> {
    let mut tx = app.database.begin().await?;
    let made = team::reset_link(&app, &mut tx, (&caller).into(), id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(wire::sign_in_link(&app, &made))))
}
