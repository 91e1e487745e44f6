//! How people come in: by password, by key, or by a link that works once. What is refused is refused in the same words and after the same
//! work, whether or not somebody is known.

pub mod device;
pub mod links;
pub mod passwords;
pub mod throttle;

use std::net::IpAddr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::domain::user::folded_email;
use crate::domain::{SessionId, UserId, WorkspaceId};
use crate::mail::queue;
use crate::store::sessions::NewSession;
use crate::store::sign_in_attempts::Turn;
use crate::store::{StoreError, Tx, keys, sessions, users};
use passwords::PasswordError;
use throttle::Attempt;

/// The browser that somebody comes with.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    pub client: Option<IpAddr>,
    /// In words.
    pub device: String,
    /// The session that it has already, which ends with the new one.
    pub session: Option<SecretString>,
}

/// Somebody who is in.
#[derive(Debug)]
pub struct SignedIn {
    pub user_id: UserId,
    pub session_id: SessionId,
    /// For the cookie; kept here as a hash alone.
    pub token: SecretString,
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("E-mail and password do not belong together.")]
    WrongPassword,
    #[error("This key is not known here, was revoked, or has expired.")]
    WrongKey,
    #[error("This key may do less than its user. Sign in with e-mail and password, or with a key that has your whole role.")]
    LesserKey,
    #[error("Too many attempts. Try again in {}.", in_words(.0))]
    Later(Duration),
    #[error("Many people sign in at this moment. Try again in a few seconds.")]
    Busy,
    #[error("You belong to no workspace any more. Ask one of its owners for an invitation.")]
    NoWorkspace,
    #[error("This link was used already, was taken back, or has run out.")]
    LinkOver,
    /// One field of a form, with the words beside it.
    #[error("{message}")]
    Field { field: &'static str, message: String },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Broken(String),
}

impl From<PasswordError> for SignInError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::Busy,
            PasswordError::Broken(why) => Self::Broken(why),
        }
    }
}

/// Signs in by e-mail and password.
pub async fn by_password(app: &App, email: &str, password: &SecretString, visitor: &Visitor) -> Result<SignedIn, SignInError> {
    // What is no address at all is counted and compared like an unknown one.
    let email = folded_email(email).unwrap_or_else(|| email.trim().to_lowercase());
    let attempt = Attempt::at_account(&app.key_hasher, &email, visitor.client);
    take_turn(app, &attempt).await?;
    let mut conn = app.database.read().await?;
    let user = users::find_by_email(&mut conn, &email).await?;
    let hash = match &user {
        Some(user) => users::password_of(&mut conn, user.id).await?,
        None => None,
    };
    drop(conn);
    let fits = app.passwords.verify(password, hash).await?;
    let user = user.filter(|_| fits).ok_or(SignInError::WrongPassword)?;
    let mut tx = app.database.begin().await?;
    attempt.succeed(&mut tx).await?;
    let Some(workspace_id) = users::place_to_begin(&mut tx, user.id).await? else {
        tx.commit().await?;
        return Err(SignInError::NoWorkspace);
    };
    let signed_in = open_session(app, &mut tx, user.id, workspace_id, visitor).await?;
    tx.commit().await?;
    Ok(signed_in)
}

/// Signs in by an API key. A session has its user's whole role, so a key that may do less does not open one.
pub async fn by_key(app: &App, key: &SecretString, visitor: &Visitor) -> Result<SignedIn, SignInError> {
    let attempt = Attempt::with_key(visitor.client);
    take_turn(app, &attempt).await?;
    let hash = app.key_hasher.hash(key.expose_secret().trim());
    let presented = keys::find_by_hash(&mut app.database.read().await?, &hash).await?.ok_or(SignInError::WrongKey)?;
    if !presented.key.is_valid_at(presented.now) {
        return Err(SignInError::WrongKey);
    }
    let key = presented.key;
    let member_role = presented.member_role.ok_or(SignInError::WrongKey)?;
    let mut tx = app.database.begin().await?;
    attempt.succeed(&mut tx).await?;
    if key.publishable || key.confined || !key.role.covers(member_role) {
        tx.commit().await?;
        return Err(SignInError::LesserKey);
    }
    let signed_in = open_session(app, &mut tx, key.user_id, key.workspace_id, visitor).await?;
    tx.commit().await?;
    app.used_credentials.note(crate::domain::Credential::Key(key.id));
    Ok(signed_in)
}

/// Whether this is the user's password, counted like an attempt to sign in: for changes that ask for it once more.
pub async fn confirm_password(app: &App, user_id: UserId, password: &SecretString, client: Option<IpAddr>) -> Result<(), SignInError> {
    let attempt = Attempt::at_account(&app.key_hasher, &user_id.to_string(), client);
    take_turn(app, &attempt).await?;
    let hash = users::password_of(&mut app.database.read().await?, user_id).await?;
    if !app.passwords.verify(password, hash).await? {
        return Err(SignInError::Field { field: "current_password", message: "This is not your password.".into() });
    }
    let mut tx = app.database.begin().await?;
    attempt.succeed(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether a mail to this address may be asked for now.
pub async fn may_ask_for_mail(app: &App, email: &str, client: Option<IpAddr>) -> Result<(), SignInError> {
    take_turn(app, &Attempt::at_mail(&app.key_hasher, email, client)).await
}

/// Mails a link for a new password to the user with this address, if there is one.
pub async fn mail_reset(app: &App, email: &str) -> Result<(), StoreError> {
    let mut tx = app.database.begin().await?;
    let Some(user) = users::find_by_email(&mut tx, email).await? else { return Ok(()) };
    let Some(workspace_id) = users::place_to_begin(&mut tx, user.id).await? else { return Ok(()) };
    let made = links::reset(app, &mut tx, user.id, None).await?;
    queue::link(&mut tx, &app.sealer, workspace_id, user.id, &made).await?;
    tx.commit().await
}

/// A new session in the place of the visitor's old one.
pub async fn open_session(
    app: &App,
    tx: &mut Tx,
    user_id: UserId,
    workspace_id: WorkspaceId,
    visitor: &Visitor,
) -> Result<SignedIn, StoreError> {
    if let Some(token) = &visitor.session
        && let Some(old) = sessions::find_by_hash(tx, &app.key_hasher.hash(token.expose_secret())).await?
    {
        sessions::end(tx, old.session.user_id, old.session.id).await?;
    }
    let token = new_token(app);
    let hash = app.key_hasher.hash(token.expose_secret());
    let new = NewSession { id: SessionId::new(), user_id, workspace_id, hash, device: visitor.device.clone() };
    sessions::insert(tx, &new).await?;
    Ok(SignedIn { user_id, session_id: new.id, token })
}

/// 32 random bytes, fit for an address and a cookie.
pub fn new_token(app: &App) -> SecretString {
    URL_SAFE_NO_PAD.encode(app.randomness.bytes::<32>()).into()
}

/// A name and an address from a form, in the form they are kept in.
pub fn check_person(name: &str, email: &str) -> Result<(String, String), SignInError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 255 {
        return Err(SignInError::Field { field: "name", message: "Write your name, in 255 characters at most.".into() });
    }
    let email = folded_email(email)
        .ok_or_else(|| SignInError::Field { field: "email", message: "Write an e-mail address, such as ada@example.com.".into() })?;
    Ok((name.to_owned(), email))
}

/// A password that is taken.
pub fn check_password(password: &SecretString, email: &str) -> Result<(), SignInError> {
    passwords::check(password, email).map_err(|message| SignInError::Field { field: "password", message })
}

async fn take_turn(app: &App, attempt: &Attempt) -> Result<(), SignInError> {
    match attempt.begin(&app.database).await? {
        Turn::Now => Ok(()),
        Turn::In(wait) => Err(SignInError::Later(wait)),
    }
}

/// Rounded up, so that it is not too early then.
fn in_words(wait: &Duration) -> String {
    let seconds = wait.as_millis().div_ceil(1000).max(1);
    match (seconds, seconds.div_ceil(60)) {
        (1, _) => "1 second".to_owned(),
        (seconds @ ..=119, _) => format!("{seconds} seconds"),
        (_, minutes) => format!("{minutes} minutes"),
    }
}
