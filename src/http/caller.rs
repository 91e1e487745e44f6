//! Who asks, in which workspace, with which right: decided here and nowhere else.

use std::time::Duration;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::request::Parts;
use secrecy::{ExposeSecret, SecretString};

use super::Shared;
use super::origin;
use super::problem::{Failure, Kind, refused};
use super::realtime;
use super::routes::Surface;
use super::session_cookie;
use crate::domain::{Role, Scope, UserId, WorkspaceId};
use crate::store::{Conn, keys, sessions, workspaces};

pub use crate::domain::Credential;

pub const KEY_HEADER: &str = "x-api-key";
const SUPABASE_KEY_HEADER: &str = "apikey";
pub const WORKSPACE_HEADER: &str = "x-workspace-id";

/// An authenticated request's sender.
#[derive(Debug, Clone)]
pub struct Caller {
    pub user_id: UserId,
    /// Where the request acts.
    pub workspace_id: WorkspaceId,
    /// What it may do there: the user's role now, and of a key the lesser of the two.
    pub role: Role,
    pub credential: Credential,
    /// Read-only and known to browsers.
    pub publishable: bool,
    /// Serves one workspace alone.
    pub confined: bool,
    /// How long the credential still lasts; open streams ask again then.
    pub expires_in: Option<Duration>,
}

/// The key that a connection was opened with, to be asked about again while it lasts.
#[derive(Debug, Clone)]
pub struct Opened {
    pub key: SecretString,
    /// The workspace that was named.
    pub wanted: Option<WorkspaceId>,
}

/// What a route demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: health and documentation, nothing else.
    Public,
    Needs(Role),
    /// What people note for themselves: never told to a publishable key, which is in every visitor's browser.
    Confides(Role),
    /// A WebSocket, whose key is in the query as `apikey`, since browsers can set no header on it. A cookie alone opens none.
    Connects(Role),
}

/// A route's demand, with what it takes to check it.
#[derive(Clone)]
pub struct Gate {
    pub app: Shared,
    pub access: Access,
    pub surface: Surface,
}

impl Caller {
    /// Whose rows this caller may see.
    pub fn scope(&self) -> Scope {
        Scope::Workspace(self.workspace_id)
    }

    /// A publishable key is in every visitor's browser, so it is not told about people's accounts here.
    pub fn refuse_publishable(&self) -> Result<(), Failure> {
        if !self.publishable {
            return Ok(());
        }
        let message = "A publishable key is not told who uses this server.";
        Err(Failure::new(Kind::Forbidden, "FORBIDDEN", message).suggest("Use a secret key, or sign in."))
    }

    /// Nor of the tracker: what people note of postings is their own, and words can be looked for in it one by one.
    pub fn refuse_publishable_tracker(&self) -> Result<(), Failure> {
        if !self.publishable {
            return Ok(());
        }
        let message = "A publishable key is not told of job postings and what people note about them.";
        Err(Failure::new(Kind::Forbidden, "FORBIDDEN", message).suggest("Ask from your server with a secret key, or sign in."))
    }

    /// Whether the caller may change what is their user's own, in whatever workspace: signed in, or by a key that writes and is not
    /// limited to one workspace.
    pub fn may_change_themselves(&self) -> Result<(), Failure> {
        if matches!(self.credential, Credential::Session(_)) || (self.role.covers(Role::Member) && !self.confined) {
            return Ok(());
        }
        let message = "A key that only reads, or serves one workspace alone, changes nothing of its user's own.";
        Err(Failure::new(Kind::Forbidden, "FORBIDDEN", message).suggest("Sign in, or use a key with the role member or owner."))
    }

    pub fn require(&self, needed: Role) -> Result<(), Failure> {
        if self.role.covers(needed) { Ok(()) } else { Err(Failure::forbidden(needed, self.role)) }
    }
}

/// Lets a request through to its handler, or not.
pub async fn admit(State(gate): State<Gate>, mut request: Request, next: Next) -> Result<Response, Failure> {
    if let Access::Connects(role) = gate.access {
        let opened = opened(&request)?;
        let caller = authenticate_key(&gate.app, opened.key.expose_secret(), opened.wanted).await?;
        caller.require(role)?;
        request.extensions_mut().insert(caller);
        request.extensions_mut().insert(opened);
    }
    if let Access::Needs(role) | Access::Confides(role) = gate.access {
        let caller = authenticate(&gate.app, request.headers()).await?;
        if let Credential::Session(_) = caller.credential {
            origin::require_own(request.method(), request.headers(), gate.app.config.http.public_url.as_ref())?;
        }
        if let Access::Confides(_) = gate.access {
            caller.refuse_publishable_tracker()?;
        }
        if gate.surface == Surface::Page && caller.publishable {
            let message = "A publishable key opens no pages; they are for people who are signed in.";
            return Err(Failure::new(Kind::Forbidden, "FORBIDDEN", message).suggest("Sign in at /sign-in."));
        }
        caller.require(role)?;
        request.extensions_mut().insert(caller);
    }
    Ok(next.run(request).await)
}

fn opened(request: &Request) -> Result<Opened, Failure> {
    let headers = request.headers();
    let key = match realtime::parameter(request.uri(), "apikey") {
        Some(key) => Some(key),
        None => presented_key(headers)?.map(str::to_owned),
    };
    let key = key.ok_or_else(|| Failure::unauthenticated("This route needs an API key, as ?apikey=YOUR_KEY or in a header."))?;
    Ok(Opened { key: key.into(), wanted: headers.get(WORKSPACE_HEADER).map(wanted_workspace).transpose()? })
}

/// By API key, or else by the session cookie.
pub async fn authenticate(app: &Shared, headers: &HeaderMap) -> Result<Caller, Failure> {
    let presented = (presented_key(headers)?, session_cookie::token(headers));
    let wanted = headers.get(WORKSPACE_HEADER).map(wanted_workspace).transpose();
    match presented {
        (Some(key), _) => authenticate_key(app, key, wanted?).await,
        (None, Some(token)) => authenticate_session(app, token, wanted?).await,
        (None, None) => Err(Failure::unauthenticated("This route needs an API key, and the request has none.")),
    }
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
    let expires_in = key.expires_at.map(|end| end.since(presented.now));
    let home = Home { workspace_id: key.workspace_id, member_role: presented.member_role, confined: key.confined };
    let Some((workspace_id, member_role)) = home.place(&mut conn, wanted, key.user_id).await? else { return Err(unknown()) };
    let role = if key.publishable { Role::Viewer } else { key.role.at_most(member_role) };
    let credential = Credential::Key(key.id);
    app.used_credentials.note(credential);
    Ok(Caller { user_id: key.user_id, workspace_id, role, credential, publishable: key.publishable, confined: key.confined, expires_in })
}

/// The caller behind a session cookie, where the session acts or in the workspace that was named.
pub async fn authenticate_session(app: &Shared, token: &str, wanted: Option<WorkspaceId>) -> Result<Caller, Failure> {
    let mut conn = app.database.read().await?;
    let over = || Failure::unauthenticated("This session is over; sign in again.");
    let presented = sessions::find_by_hash(&mut conn, &app.key_hasher.hash(token)).await?.ok_or_else(over)?;
    if !presented.session.is_valid_at(presented.now) {
        return Err(over());
    }
    let session = presented.session;
    let expires_in = Some(session.expires_at.since(presented.now));
    let home = Home { workspace_id: session.workspace_id, member_role: presented.member_role, confined: false };
    let Some((workspace_id, role)) = home.place(&mut conn, wanted, session.user_id).await? else { return Err(over()) };
    let credential = Credential::Session(session.id);
    app.used_credentials.note(credential);
    Ok(Caller { user_id: session.user_id, workspace_id, role, credential, publishable: false, confined: false, expires_in })
}

/// Where a credential acts unless the request names another workspace.
struct Home {
    workspace_id: WorkspaceId,
    member_role: Option<Role>,
    confined: bool,
}

impl Home {
    /// Where the request acts, and as what; `None` when the user has left the credential's own workspace.
    async fn place(&self, conn: &mut Conn, wanted: Option<WorkspaceId>, user_id: UserId) -> Result<Option<(WorkspaceId, Role)>, Failure> {
        let Some(wanted) = wanted else { return Ok(self.member_role.map(|role| (self.workspace_id, role))) };
        let role = if wanted == self.workspace_id {
            self.member_role
        } else if self.confined {
            None
        } else {
            workspaces::role_of(conn, wanted, user_id).await?
        };
        // Whether there is no such workspace or no membership is not told apart.
        role.map(|role| Some((wanted, role))).ok_or_else(|| no_such_workspace(&wanted.to_string()))
    }
}

fn presented_key(headers: &HeaderMap) -> Result<Option<&str>, Failure> {
    let unreadable = |_| Failure::unauthenticated("The API key holds characters that no key of ours has.");
    // Supabase's clients send their key under a name of their own, and again as a bearer.
    if let Some(value) = headers.get(KEY_HEADER).or_else(|| headers.get(SUPABASE_KEY_HEADER)) {
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
    let message = "You belong to no workspace with this id; GET /api/v1/workspaces lists those it does.";
    Failure::new(Kind::NotFound, "WORKSPACE_NOT_FOUND", format!("{WORKSPACE_HEADER}: {message}"))
        .with_field(refused(WORKSPACE_HEADER, "unknown_workspace", id, message))
        .suggest("Leave the header out to act in the workspace of the key or session.")
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let none = || Failure::internal(anyhow::anyhow!("a handler of a public route asked who calls"));
        parts.extensions.get::<Caller>().cloned().ok_or_else(none)
    }
}

impl<S: Sync> FromRequestParts<S> for Opened {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let none = || Failure::internal(anyhow::anyhow!("a handler of another route asked for the key of a connection"));
        parts.extensions.get::<Opened>().cloned().ok_or_else(none)
    }
}
