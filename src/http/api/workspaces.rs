//! `/api/v1/workspaces`: those that the caller belongs to, and new ones.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use jiff::tz::TimeZone;
use sluice_api::{List, PageQuery, Problem, Workspace, WorkspaceRequest};

use crate::domain::workspace::Membership;
use crate::domain::{Role, WorkspaceId};
use crate::http::caller::Caller;
use crate::http::idempotency::{Answer, Creation};
use crate::http::listing::Page;
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
    let time_zone = request.time_zone.unwrap_or_else(|| "UTC".into());
    if TimeZone::get(&time_zone).is_err() {
        let message = "This must be an IANA time zone, for example Europe/Berlin.";
        return Err(Failure::invalid(vec![refused("time_zone", "unknown_value", time_zone, message)]));
    }
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

/// A name for people: trimmed, not empty, at most 255 characters.
pub fn name(field: &str, given: &str) -> Result<String, Failure> {
    let name = given.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let message = format!("This must have 1 to {LONGEST_NAME} characters.");
        return Err(Failure::invalid(vec![refused(field, "out_of_range", given.chars().take(100).collect::<String>(), message)]));
    }
    Ok(name.to_owned())
}
