//! Links that work once. Opening one changes nothing, since programs that scan mail open every link; the form behind it uses it up.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use super::{SignInError, SignedIn, Visitor, check_password, check_person, new_token, open_session};
use crate::app::App;
use crate::domain::sign_in_link::{LinkKind, SignInLink};
use crate::domain::user::User;
use crate::domain::{Role, Scope, SessionId, UserId, WorkspaceId};
use crate::store::sign_in_links::{self, NewLink};
use crate::store::{StoreError, Tx, members, sessions, users, workspaces};

/// A link that was made just now: the only moment at which its address is known.
#[derive(Debug)]
pub struct MadeLink {
    pub link: SignInLink,
    pub token: SecretString,
}

impl MadeLink {
    /// Where it leads, at the server's own address.
    pub fn url(&self, app: &App) -> SecretString {
        url(&app.address(), self.link.kind, &self.token)
    }
}

/// What somebody writes into the form of a link.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Person {
    pub name: String,
    pub email: String,
    pub password: SecretString,
}

/// The address of a link.
pub fn url(base: &Url, kind: LinkKind, token: &SecretString) -> SecretString {
    let path = kind.route().replace("{token}", token.expose_secret());
    format!("{}{path}", base.as_str().trim_end_matches('/')).into()
}

/// A link that signs the user in and lets them set name, address and password: for the owner of a first start, or one locked out.
pub async fn welcome(app: &App, tx: &mut Tx, workspace_id: WorkspaceId, user_id: UserId) -> Result<MadeLink, StoreError> {
    sign_in_links::revoke_those_of(tx, user_id).await?;
    make(app, tx, LinkKind::Welcome, |new| NewLink { workspace_id: Some(workspace_id), user_id: Some(user_id), ..new }).await
}

/// An invitation into a workspace.
pub async fn invite(
    app: &App,
    tx: &mut Tx,
    workspace_id: WorkspaceId,
    made_by: UserId,
    role: Role,
    email: Option<String>,
) -> Result<MadeLink, StoreError> {
    let (workspace_id, made_by, role) = (Some(workspace_id), Some(made_by), Some(role));
    make(app, tx, LinkKind::Invitation, |new| NewLink { workspace_id, made_by, role, email, ..new }).await
}

/// A link that lets the user choose another password. The earlier ones are taken back.
pub async fn reset(app: &App, tx: &mut Tx, user_id: UserId, made_by: Option<(WorkspaceId, UserId)>) -> Result<MadeLink, StoreError> {
    sign_in_links::revoke_those_of(tx, user_id).await?;
    let (workspace_id, made_by) = made_by.unzip();
    make(app, tx, LinkKind::Reset, |new| NewLink { workspace_id, made_by, user_id: Some(user_id), ..new }).await
}

async fn make(app: &App, tx: &mut Tx, kind: LinkKind, fill: impl FnOnce(NewLink) -> NewLink) -> Result<MadeLink, StoreError> {
    let token = new_token(app);
    let hash = app.key_hasher.hash(token.expose_secret());
    let blank = NewLink { kind, workspace_id: None, user_id: None, role: None, email: None, made_by: None, hash };
    Ok(MadeLink { link: sign_in_links::insert(tx, &fill(blank)).await?, token })
}

/// The link behind a token, as long as it can be used.
pub async fn look_at(app: &App, kind: LinkKind, token: &str) -> Result<SignInLink, SignInError> {
    let hash = app.key_hasher.hash(token);
    sign_in_links::find_open(&mut app.database.read().await?, kind, &hash).await?.ok_or(SignInError::LinkOver)
}

/// The user whom a welcome or a reset is for.
pub async fn user_of(app: &App, link: &SignInLink) -> Result<User, SignInError> {
    let id = link.user_id.ok_or(SignInError::LinkOver)?;
    users::find(&mut app.database.read().await?, id).await?.ok_or(SignInError::LinkOver)
}

/// Takes up a welcome: name, address and password are set, all earlier sessions end, and the user is in.
pub async fn take_welcome(app: &App, token: &str, person: &Person, visitor: &Visitor) -> Result<SignedIn, SignInError> {
    let (name, email) = check_person(&person.name, &person.email)?;
    check_password(&person.password, &email)?;
    look_at(app, LinkKind::Welcome, token).await?;
    let hash = app.passwords.hash(&person.password).await?;
    let mut tx = app.database.begin().await?;
    let (link, user_id) = use_up(app, &mut tx, LinkKind::Welcome, token).await?;
    users::set_name(&mut tx, user_id, &name).await?;
    users::set_email(&mut tx, user_id, &email).await.map_err(|error| email_taken(error, "It is another user's address here."))?;
    users::set_password(&mut tx, user_id, &hash).await?;
    sessions::end_all(&mut tx, user_id, None).await?;
    let home = users::place_to_begin(&mut tx, user_id).await?.or(link.workspace_id).ok_or(SignInError::NoWorkspace)?;
    let signed_in = open_session(app, &mut tx, user_id, home, visitor).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Takes up an invitation as somebody new.
pub async fn join(app: &App, token: &str, person: &Person, visitor: &Visitor) -> Result<SignedIn, SignInError> {
    let (name, email) = check_person(&person.name, &person.email)?;
    check_password(&person.password, &email)?;
    look_at(app, LinkKind::Invitation, token).await?;
    let hash = app.passwords.hash(&person.password).await?;
    let mut tx = app.database.begin().await?;
    let (link, workspace_id, role) = use_invitation(app, &mut tx, token).await?;
    let user_id = UserId::new();
    let known = "Somebody here has this address already. If it is you, sign in, then open this link again.";
    users::insert(&mut tx, user_id, &name, Some(&email)).await.map_err(|error| email_taken(error, known))?;
    users::set_password(&mut tx, user_id, &hash).await?;
    workspaces::add_member(&mut tx, workspace_id, user_id, role).await?;
    sign_in_links::credit(&mut tx, link.id, user_id).await?;
    let signed_in = open_session(app, &mut tx, user_id, workspace_id, visitor).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Takes up an invitation as somebody who is signed in; their session acts in the new workspace from now on. Who belongs to it already
/// keeps their role, and the invitation.
pub async fn join_as(app: &App, token: &str, user_id: UserId, session_id: SessionId) -> Result<WorkspaceId, SignInError> {
    let mut tx = app.database.begin().await?;
    let (link, workspace_id, role) = use_invitation(app, &mut tx, token).await?;
    if members::find(&mut tx, workspace_id, user_id).await?.is_some() {
        // Rolled back: the link is still there for whom it is meant.
        drop(tx);
        let mut tx = app.database.begin().await?;
        sessions::act_in(&mut tx, user_id, session_id, workspace_id).await?;
        tx.commit().await?;
        return Ok(workspace_id);
    }
    workspaces::add_member(&mut tx, workspace_id, user_id, role).await?;
    sign_in_links::credit(&mut tx, link.id, user_id).await?;
    sessions::act_in(&mut tx, user_id, session_id, workspace_id).await?;
    tx.commit().await?;
    Ok(workspace_id)
}

/// Takes up a reset: the new password is set, all sessions end, and the user is in.
pub async fn take_reset(app: &App, token: &str, password: &SecretString, visitor: &Visitor) -> Result<SignedIn, SignInError> {
    let user = user_of(app, &look_at(app, LinkKind::Reset, token).await?).await?;
    check_password(password, user.email.as_deref().unwrap_or_default())?;
    let hash = app.passwords.hash(password).await?;
    let mut tx = app.database.begin().await?;
    let (_, user_id) = use_up(app, &mut tx, LinkKind::Reset, token).await?;
    users::set_password(&mut tx, user_id, &hash).await?;
    sessions::end_all(&mut tx, user_id, None).await?;
    let Some(home) = users::place_to_begin(&mut tx, user_id).await? else {
        tx.commit().await?;
        return Err(SignInError::NoWorkspace);
    };
    let signed_in = open_session(app, &mut tx, user_id, home, visitor).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// The workspace that an invitation leads into, by name.
pub async fn workspace_of(app: &App, link: &SignInLink) -> Result<String, SignInError> {
    let id = link.workspace_id.ok_or(SignInError::LinkOver)?;
    let found = workspaces::find(&mut app.database.read().await?, Scope::Workspace(id), id).await?;
    found.map(|workspace| workspace.name).ok_or(SignInError::LinkOver)
}

async fn use_up(app: &App, tx: &mut Tx, kind: LinkKind, token: &str) -> Result<(SignInLink, UserId), SignInError> {
    let link = sign_in_links::use_up(tx, kind, &app.key_hasher.hash(token)).await?.ok_or(SignInError::LinkOver)?;
    let user_id = link.user_id.ok_or(SignInError::LinkOver)?;
    sign_in_links::credit(tx, link.id, user_id).await?;
    sign_in_links::revoke_those_of(tx, user_id).await?;
    Ok((link, user_id))
}

async fn use_invitation(app: &App, tx: &mut Tx, token: &str) -> Result<(SignInLink, WorkspaceId, Role), SignInError> {
    let link = sign_in_links::use_up(tx, LinkKind::Invitation, &app.key_hasher.hash(token)).await?.ok_or(SignInError::LinkOver)?;
    match (link.workspace_id, link.role) {
        (Some(workspace_id), Some(role)) => Ok((link, workspace_id, role)),
        _ => Err(SignInError::LinkOver),
    }
}

fn email_taken(error: StoreError, message: &str) -> SignInError {
    match error {
        StoreError::Taken(_) => SignInError::Field { field: "email", message: message.to_owned() },
        other => SignInError::Store(other),
    }
}
