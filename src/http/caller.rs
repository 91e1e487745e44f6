//! Who asks, in which workspace, with which right: decided here and nowhere else.

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::request::Parts;

use super::Shared;
use super::problem::{Failure, Kind, refused};
use crate::domain::{KeyId, Role, Scope, UserId, WorkspaceId};
use crate::store::{keys, workspaces};

pub const KEY_HEADER: &str = "x-api-key";
pub const WORKSPACE_HEADER: &str = "x-workspace-id";

/// An authenticated request's sender.
#[derive(Debug, Clone)]
pub struct Caller {
    pub user_id: UserId,
    /// Where the request acts.
    pub workspace_id: WorkspaceId,
    /// What it may do there: the lesser of the key's role and the user's.
    pub role: Role,
    pub key_id: KeyId,
    /// Read-only and known to browsers.
    pub publishable: bool,
    /// Serves one workspace alone.
    pub confined: bool,
}

/// What a route demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: health and documentation, nothing else.
    Public,
    Needs(Role),
}

/// A route's demand, with what it takes to check it.
#[derive(Clone)]
pub struct Gate {
    pub app: Shared,
    pub access: Access,
}

impl Caller {
    /// Whose rows this caller may see.
    pub fn scope(&self) -> Scope {
        Scope::Workspace(self.workspace_id)
    }

    pub fn require(&self, needed: Role) -> Result<(), Failure> {
        if self.role.covers(needed) { Ok(()) } else { Err(Failure::forbidden(needed, self.role)) }
    }
}

/// Lets a request through to its handler, or not.
pub async fn admit(State(gate): State<Gate>, mut request: Request, next: Next) -> Result<Response, Failure> {
    if let Access::Needs(role) = gate.access {
        let caller = authenticate(&gate.app, request.headers()).await?;
        caller.require(role)?;
        request.extensions_mut().insert(caller);
    }
    Ok(next.run(request).await)
}

pub async fn authenticate(app: &Shared, headers: &HeaderMap) -> Result<Caller, Failure> {
    let Some(key) = presented_key(headers)? else {
        return Err(Failure::unauthenticated("This route needs an API key, and the request has none."));
    };
    let workspace = headers.get(WORKSPACE_HEADER).map(wanted_workspace).transpose()?;
    authenticate_key(app, key, workspace).await
}

/// The caller behind a key's text, in its home workspace or in the one that was named.
pub async fn authenticate_key(app: &Shared, key: &str, wanted: Option<WorkspaceId>) -> Result<Caller, Failure> {
    let mut conn = app.database.read().await?;
    let unknown = || Failure::unauthenticated("This API key is not known here, was revoked, or has expired.");
    let presented = keys::find_by_hash(&mut conn, &app.key_hasher.hash(key)).await?.ok_or_else(unknown)?;
    if !presented.key.is_valid_at(presented.now) {
        return Err(unknown());
    }
    let key = presented.key;
    let workspace_id = wanted.unwrap_or(key.workspace_id);
    let member_role = if workspace_id == key.workspace_id {
        presented.member_role
    } else if key.confined {
        None
    } else {
        workspaces::role_of(&mut conn, workspace_id, key.user_id).await?
    };
    // Whether there is no such workspace or no membership is not told apart.
    let member_role = match member_role {
        Some(role) => role,
        None if wanted.is_some() => return Err(no_such_workspace(&workspace_id.to_string())),
        None => return Err(unknown()),
    };
    let role = if key.publishable { Role::Viewer } else { key.role.at_most(member_role) };
    app.used_keys.note(key.id);
    Ok(Caller { user_id: key.user_id, workspace_id, role, key_id: key.id, publishable: key.publishable, confined: key.confined })
}

fn presented_key(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let unreadable = |_| Failure::unauthenticated("The API key holds characters that no key of ours has.");
    if let Some(value) = headers.get(KEY_HEADER) {
        return value.to_str().map(|key| Some(key.trim())).map_err(unreadable);
    }
    let Some(value) = headers.get(http::header::AUTHORIZATION) else { return Ok(None) };
    let value = value.to_str().map_err(unreadable)?;
    match value.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(key.trim())),
        _ => Err(Failure::unauthenticated("The header Authorization must read `Bearer YOUR_KEY`.")),
    }
}

fn wanted_workspace(value: &http::HeaderValue) -> Result<WorkspaceId, Failure> {
    let text = value.to_str().unwrap_or_default();
    text.parse().map_err(|_| no_such_workspace(text))
}

fn no_such_workspace(id: &str) -> Failure {
    let message = "This key's user belongs to no workspace with this id; GET /api/v1/workspaces lists those it does.";
    Failure::new(Kind::NotFound, "WORKSPACE_NOT_FOUND", format!("{WORKSPACE_HEADER}: {message}"))
        .with_field(refused(WORKSPACE_HEADER, "unknown_workspace", id, message))
        .suggest("Leave the header out to act in the key's own workspace.")
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let none = || Failure::internal(anyhow::anyhow!("a handler of a public route asked who calls"));
        parts.extensions.get::<Caller>().cloned().ok_or_else(none)
    }
}
