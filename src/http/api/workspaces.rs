//! `/api/v1/workspaces`: those that the caller belongs to, and new ones.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use jiff::tz::TimeZone;
use sluice_api::{List, PageQuery, Problem, Workspace, WorkspacePatch, WorkspaceRequest};

use crate::domain::workspace::Membership;
use crate::domain::{Role, WorkspaceId};
use crate::http::body::Body;
use crate::http::caller::Caller;
use crate::http::idempotency::{Answer, Creation};
use crate::http::listing::Page;
use crate::http::path::{Id, Named};
use crate::http::problem::{Failure, refused};
use crate::http::query::Query;
use crate::http::{Shared, wire};
use crate::store::workspaces;

const LONGEST_NAME: usize = 255;

/// The caller's workspaces, oldest first. A key that is limited to one workspace sees that one.
#[utoipa::path(get, path = "/api/v1/workspaces", tag = "Workspaces", params(PageQuery), responses((status = 200, body = List<Workspace>)))]
pub async fn list(State(app): State<Shared>, caller: Caller, Query(query): Query<PageQuery>) -> Result<Json<List<Workspace>>, Failure> {
    let page = Page::of(&query)?;
    let offset = page.offset()?;
    let only = (caller.confined || caller.publishable).then_some(caller.workspace_id);
    let mut conn = app.database.read().await?;
    let (members, total) = workspaces::of_user(&mut conn, caller.user_id, only, page.limit, offset).await?;
    Ok(Json(page.by_number(offset, members.iter().map(wire::workspace).collect(), total)))
}

/// Makes a workspace whose owner is the caller. Its rows are apart from those of every other one.
#[utoipa::path(
    post, path = "/api/v1/workspaces", tag = "Workspaces", request_body = WorkspaceRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more")),
    responses((status = 201, body = Workspace), (status = 422, body = Problem)),
)]
pub async fn create(State(app): State<Shared>, caller: Caller, creation: Creation<WorkspaceRequest>) -> Result<Response, Failure> {
    let request = creation.value;
    let name = name("name", &request.name)?;
    let time_zone = zone(request.time_zone.as_deref().unwrap_or("UTC"))?;
    if caller.confined {
        return Err(Failure::new(crate::http::problem::Kind::Forbidden, "FORBIDDEN", "This key is limited to one workspace.")
            .suggest("Use a key that is not limited to one workspace."));
    }
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = creation.once.claim(&app, &mut tx).await? {
        return Ok(earlier);
    }
    let workspace = workspaces::insert(&mut tx, WorkspaceId::new(), &name, &time_zone).await?;
    workspaces::add_member(&mut tx, workspace.id, caller.user_id, Role::Owner).await?;
    let made = wire::workspace(&Membership { workspace, role: Role::Owner });
    let answer = Answer::new(StatusCode::CREATED, None, &made)?;
    creation.once.keep(&app, &mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// Changes the workspace that the request acts in.
#[utoipa::path(
    patch, path = "/api/v1/workspaces/{id}", tag = "Workspaces", params(("id" = String, Path)), request_body = WorkspacePatch,
    responses((status = 200, body = Workspace), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub async fn change(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<WorkspaceId>,
    Body(patch): Body<WorkspacePatch>,
) -> Result<Json<Workspace>, Failure> {
    let name = patch.name.as_deref().map(|given| name("name", given)).transpose()?;
    let time_zone = patch.time_zone.as_deref().map(zone).transpose()?;
    let mut tx = app.database.begin().await?;
    let changed = workspaces::change(&mut tx, caller.scope(), id, name.as_deref(), time_zone.as_deref()).await?;
    let workspace = changed.ok_or_else(WorkspaceId::not_found)?;
    tx.commit().await?;
    Ok(Json(wire::workspace(&Membership { workspace, role: caller.role })))
}

/// A name for people: trimmed, not empty, at most 255 characters.
pub fn name(field: &str, given: &str) -> Result<String, Failure> {
    let name = given.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let message = format!("This must have 1 to {LONGEST_NAME} characters.");
        return Err(Failure::invalid(vec![refused(field, "out_of_range", given.chars().take(100).collect::<String>(), message)]));
    }
    Ok(name.to_owned())
}

/// A time zone that is known here.
pub fn zone(given: &str) -> Result<String, Failure> {
    let given = given.trim();
    if TimeZone::get(given).is_err() {
        let message = "This must be an IANA time zone, for example Europe/Berlin.";
        return Err(Failure::invalid(vec![refused("time_zone", "unknown_value", given, message)]));
    }
    Ok(given.to_owned())
}
