//! `/api/v1/keys`: API keys of the workspace, made by its owners.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use sluice_api::{Key, KeyCreated, KeyRequest, List, PageQuery, Problem};

use super::workspaces::name;
use crate::app::App;
use crate::domain::key::{ApiKey, PUBLISHABLE_PREFIX, SECRET_PREFIX};
use crate::domain::{KeyId, Micros, Role};
use crate::first_start::{new_key_text, shown_prefix};
use crate::http::caller::Caller;
use crate::http::idempotency::{Answer, Creation};
use crate::http::listing::Page;
use crate::http::path::{Id, Named};
use crate::http::problem::{Failure, refused};
use crate::http::query::Query;
use crate::http::{Shared, wire};
use crate::store::keys::{self, NewKey};
use crate::store::{StoreError, Tx};

/// The keys of the workspace, newest first, also those that were revoked. Never their text.
#[utoipa::path(get, path = "/api/v1/keys", tag = "Keys", params(PageQuery), responses((status = 200, body = List<Key>)))]
pub async fn list(State(app): State<Shared>, caller: Caller, Query(query): Query<PageQuery>) -> Result<Json<List<Key>>, Failure> {
    let page = Page::of(&query)?;
    let offset = page.offset()?;
    let mut conn = app.database.read().await?;
    let (found, total) = keys::list(&mut conn, caller.scope(), page.limit, offset).await?;
    Ok(Json(page.by_number(offset, found.iter().map(wire::key).collect(), total)))
}

/// Makes a key for the caller. The key itself is in this answer alone. A publishable key reads, and serves this workspace alone.
#[utoipa::path(
    post, path = "/api/v1/keys", tag = "Keys", request_body = KeyRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more")),
    responses((status = 201, body = KeyCreated), (status = 422, body = Problem)),
)]
pub async fn create(State(app): State<Shared>, caller: Caller, creation: Creation<KeyRequest>) -> Result<Response, Failure> {
    let request = creation.value;
    let name = name("name", &request.name)?;
    let role = wire::role_from(request.role);
    if !caller.role.covers(role) {
        let message = format!("This may be at most your own role, {}.", caller.role.as_str());
        return Err(Failure::invalid(vec![refused("role", "out_of_range", role.as_str(), message)]));
    }
    if request.publishable && role != Role::Viewer {
        let message = "A publishable key only reads: use viewer.";
        return Err(Failure::invalid(vec![refused("role", "invalid_value", role.as_str(), message)]));
    }
    let expires_at = request.expires_at.map(|at| Micros(at.as_microsecond()));
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = creation.once.claim(&app, &mut tx).await? {
        return Ok(earlier);
    }
    if let Some(at) = expires_at
        && at.0 <= tx.now_us().await?
    {
        let message = "This must lie in the future; leave it out for a key that does not expire.";
        return Err(Failure::invalid(vec![refused("expires_at", "out_of_range", at.timestamp().to_string(), message)]));
    }
    let wanted = Wanted { name, role, publishable: request.publishable, confined: request.confined, expires_at };
    let (text, about) = make(&app, &mut tx, &caller, wanted).await?;
    let about = wire::key(&about);
    let answer = Answer::new(StatusCode::CREATED, None, &KeyCreated { key: text, about })?;
    creation.once.keep(&app, &mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// A key that was asked for, checked.
#[derive(Debug)]
pub struct Wanted {
    pub name: String,
    pub role: Role,
    pub publishable: bool,
    pub confined: bool,
    pub expires_at: Option<Micros>,
}

/// Stores a key of the caller's in their workspace; its text is told here alone.
pub async fn make(app: &App, tx: &mut Tx, caller: &Caller, wanted: Wanted) -> Result<(SecretString, ApiKey), StoreError> {
    let text = new_key_text(if wanted.publishable { PUBLISHABLE_PREFIX } else { SECRET_PREFIX }, &app.randomness);
    let new = NewKey {
        id: KeyId::new(),
        workspace_id: caller.workspace_id,
        user_id: caller.user_id,
        name: wanted.name,
        role: wanted.role,
        publishable: wanted.publishable,
        confined: wanted.confined || wanted.publishable || caller.confined,
        hash: app.key_hasher.hash(text.expose_secret()),
        prefix: shown_prefix(&text),
        expires_at: wanted.expires_at,
    };
    let key = keys::insert(tx, &new).await?;
    Ok((text, key))
}

/// Revokes a key: from now on it opens nothing. It stays listed.
#[utoipa::path(
    delete, path = "/api/v1/keys/{id}", tag = "Keys", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub async fn revoke(State(app): State<Shared>, caller: Caller, Id(id): Id<KeyId>) -> Result<StatusCode, Failure> {
    let mut tx = app.database.begin().await?;
    keys::revoke(&mut tx, caller.scope(), id).await?.ok_or_else(KeyId::not_found)?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
