//! `/api/v1/me` and `/api/v1/sessions`: the caller, and where they are signed in.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use sluice_api::{List, Me, MePatch, Problem, Session, SignInLink};

use super::workspaces::name;
use crate::domain::workspace::Membership;
use crate::domain::{SessionId, UserId};
use crate::http::body::Body;
use crate::http::caller::{Caller, Credential};
use crate::http::listing::Page;
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::http::{Shared, wire};
use crate::sign_in::links;
use crate::store::{Conn, sessions, users, workspaces};

/// Who asks, and in which workspace.
#[utoipa::path(get, path = "/api/v1/me", tag = "You", responses((status = 200, body = Me)))]
pub async fn show(State(app): State<Shared>, caller: Caller) -> Result<Json<Me>, Failure> {
    caller.refuse_publishable()?;
    Ok(Json(read(&mut app.database.read().await?, &caller).await?))
}

/// Changes the caller's name, and whether they are mailed.
#[utoipa::path(
    patch, path = "/api/v1/me", tag = "You", request_body = MePatch,
    responses((status = 200, body = Me), (status = 422, body = Problem)),
)]
pub async fn change(State(app): State<Shared>, caller: Caller, Body(patch): Body<MePatch>) -> Result<Json<Me>, Failure> {
    caller.may_change_themselves()?;
    let mut tx = app.database.begin().await?;
    if let Some(given) = &patch.name {
        users::set_name(&mut tx, caller.user_id, &name("name", given)?).await?;
    }
    if let Some(notified) = patch.notified {
        users::set_notified(&mut tx, caller.user_id, notified).await?;
    }
    let me = read(&mut tx, &caller).await?;
    tx.commit().await?;
    Ok(Json(me))
}

/// A link that signs the caller in once and lets them set e-mail and password, within a day: for an owner who is locked out, by a key
/// that they still have. Earlier links stop working.
#[utoipa::path(post, path = "/api/v1/me/sign-in-link", tag = "You", responses((status = 201, body = SignInLink)))]
pub async fn sign_in_link(State(app): State<Shared>, caller: Caller) -> Result<(StatusCode, Json<SignInLink>), Failure> {
    caller.may_change_themselves()?;
    let mut tx = app.database.begin().await?;
    let made = links::welcome(&app, &mut tx, caller.workspace_id, caller.user_id).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(wire::sign_in_link(&app, &made))))
}

/// The browsers that are signed in as the caller, the one used last first.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "You", responses((status = 200, body = List<Session>)))]
pub async fn sessions(State(app): State<Shared>, caller: Caller) -> Result<Json<List<Session>>, Failure> {
    caller.refuse_publishable()?;
    let found = sessions::of_user(&mut app.database.read().await?, caller.user_id).await?;
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let data = found.iter().map(|session| wire::session(session, &caller)).collect();
    Ok(Json(Page::new(None, None, None)?.by_number(0, data, total)))
}

/// Signs a browser out; its streams end at once.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{id}", tag = "You", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub async fn sign_out(State(app): State<Shared>, caller: Caller, Id(id): Id<SessionId>) -> Result<StatusCode, Failure> {
    caller.may_change_themselves()?;
    let mut tx = app.database.begin().await?;
    if !sessions::end(&mut tx, caller.user_id, id).await? {
        return Err(SessionId::not_found());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs the caller out everywhere but in the session that asks.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "You", responses((status = 204)))]
pub async fn sign_out_everywhere(State(app): State<Shared>, caller: Caller) -> Result<StatusCode, Failure> {
    caller.may_change_themselves()?;
    let kept = match caller.credential {
        Credential::Session(id) => Some(id),
        Credential::Key(_) => None,
    };
    let mut tx = app.database.begin().await?;
    sessions::end_all(&mut tx, caller.user_id, kept).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn read(conn: &mut Conn, caller: &Caller) -> Result<Me, Failure> {
    let user = users::find(conn, caller.user_id).await?.ok_or_else(UserId::not_found)?;
    let workspace = workspaces::find(conn, caller.scope(), caller.workspace_id).await?.ok_or_else(UserId::not_found)?;
    Ok(Me {
        id: user.id.to_string(),
        name: user.name,
        email: user.email,
        has_password: user.has_password,
        notified: user.notified,
        workspace: wire::workspace(&Membership { workspace, role: caller.role }),
        created_at: user.created_at.timestamp(),
    })
}
