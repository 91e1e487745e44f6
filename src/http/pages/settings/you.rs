//! `/settings/you`: name, address, password, notifications, and where one is signed in.

use askama::Template;
use axum::Form;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use secrecy::SecretString;
use serde::Deserialize;

use super::{Tab, finish};
use crate::domain::user::User;
use crate::domain::{SessionId, UserId};
use crate::http::caller::Credential;
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::go_to;
use crate::http::pages::moment::Moment;
use crate::http::pages::stranger::{Stranger, Wrongs};
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::http::session_cookie;
use crate::sign_in::{self, SignInError};
use crate::store::{StoreError, sessions, sign_in_links, users};

const PATH: &str = "/settings/you";

#[derive(Template)]
#[template(path = "settings/you.html")]
struct YouPage<'a> {
    frame: Frame,
    tab: Tab,
    wrongs: &'a Wrongs,
    user: User,
    sessions: Vec<SessionRow>,
    /// By a key there is no password to ask for, and so nothing of this to change.
    signed_in: bool,
    can_mail: bool,
}

pub struct SessionRow {
    pub id: SessionId,
    pub device: String,
    pub current: bool,
    pub used: Moment,
    pub began: Moment,
}

pub async fn show(visit: Visit) -> Result<Response, Failure> {
    visit.caller.refuse_publishable()?;
    render(&visit, &Wrongs::default(), None).await
}

#[derive(Deserialize)]
pub struct Profile {
    #[serde(default)]
    name: String,
    #[serde(default)]
    notified: bool,
}

pub async fn change(visit: Visit, Form(form): Form<Profile>) -> Result<Response, Failure> {
    visit.caller.may_change_themselves()?;
    let Ok(name) = crate::http::api::workspaces::name("name", &form.name) else {
        return render(&visit, &Wrongs::one("name", "Write your name, in 255 characters at most."), None).await;
    };
    let mut tx = visit.app.database.begin().await?;
    users::set_name(&mut tx, visit.caller.user_id, &name).await?;
    users::set_notified(&mut tx, visit.caller.user_id, form.notified).await?;
    tx.commit().await?;
    Ok(go_to_saying(PATH, "Saved."))
}

/// How one signs in: address, password, or both.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Access {
    email: String,
    /// Stays when empty.
    password: SecretString,
    current_password: SecretString,
}

/// Changes address and password, for who knows the password that holds now. All other sessions end, and links for another password.
pub async fn change_access(visit: Visit, stranger: Stranger, Form(form): Form<Access>) -> Result<Response, Failure> {
    let Credential::Session(session_id) = visit.caller.credential else {
        return Err(Failure::conflict("NOT_SIGNED_IN", "Sign in to change how you sign in; a key does not."));
    };
    match set_access(&visit, &stranger, &form, session_id).await {
        Ok(signed_in) => {
            let cookie = stranger.let_in(&signed_in, PATH).headers().get_all(http::header::SET_COOKIE).iter().cloned().collect::<Vec<_>>();
            let mut headers = HeaderMap::new();
            for value in cookie {
                headers.append(http::header::SET_COOKIE, value);
            }
            let mut response = go_to_saying(PATH, "Saved. You are signed out everywhere else.");
            response.headers_mut().extend(headers);
            Ok(response)
        }
        Err(error) => render(&visit, &Wrongs::try_from(error)?, Some(&form.email)).await,
    }
}

async fn set_access(visit: &Visit, stranger: &Stranger, form: &Access, session_id: SessionId) -> Result<sign_in::SignedIn, SignInError> {
    use secrecy::ExposeSecret;
    let (app, user_id) = (&visit.app, visit.caller.user_id);
    let user = users::find(&mut app.database.read().await?, user_id).await?.ok_or(SignInError::NoWorkspace)?;
    let (_, email) = sign_in::check_person(&user.name, &form.email)?;
    let replaced = !form.password.expose_secret().is_empty();
    if replaced || !user.has_password {
        sign_in::check_password(&form.password, &email)?;
    }
    if user.has_password {
        sign_in::confirm_password(app, user_id, &form.current_password, stranger.visitor.client).await?;
    }
    let hash = if replaced { Some(app.passwords.hash(&form.password).await?) } else { None };
    let mut tx = app.database.begin().await?;
    users::set_email(&mut tx, user_id, &email).await.map_err(|error| match error {
        StoreError::Taken(_) => SignInError::Field { field: "email", message: "It is another user's address here.".into() },
        other => other.into(),
    })?;
    if let Some(hash) = hash {
        users::set_password(&mut tx, user_id, &hash).await?;
    }
    sign_in_links::revoke_those_of(&mut tx, user_id).await?;
    sessions::end_all(&mut tx, user_id, Some(session_id)).await?;
    // The session of this browser goes too, for one with a new cookie.
    let signed_in = sign_in::open_session(app, &mut tx, user_id, visit.caller.workspace_id, &stranger.visitor).await?;
    tx.commit().await?;
    Ok(signed_in)
}

pub async fn sign_out_session(visit: Visit, Id(id): Id<SessionId>) -> Result<Response, Failure> {
    visit.caller.may_change_themselves()?;
    let mut tx = visit.app.database.begin().await?;
    if !sessions::end(&mut tx, visit.caller.user_id, id).await? {
        return Err(SessionId::not_found());
    }
    tx.commit().await?;
    if visit.caller.credential == Credential::Session(id) {
        return Ok(([session_cookie::clear(visit.app.config.http.public_url.as_ref())], go_to("/sign-in")).into_response());
    }
    Ok(go_to_saying(PATH, "Signed out there."))
}

/// Ends every session, this one too.
pub async fn sign_out_everywhere(visit: Visit) -> Result<Response, Failure> {
    visit.caller.may_change_themselves()?;
    let mut tx = visit.app.database.begin().await?;
    sessions::end_all(&mut tx, visit.caller.user_id, None).await?;
    tx.commit().await?;
    Ok(([session_cookie::clear(visit.app.config.http.public_url.as_ref())], go_to("/sign-in")).into_response())
}

async fn render(visit: &Visit, wrongs: &Wrongs, email: Option<&str>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "You", Section::Settings).await?;
    let mut user = users::find(&mut conn, visit.caller.user_id).await?.ok_or_else(UserId::not_found)?;
    if let Some(email) = email {
        user.email = Some(email.to_owned());
    }
    let found = sessions::of_user(&mut conn, visit.caller.user_id).await?;
    let row = |session: crate::domain::session::Session| SessionRow {
        id: session.id,
        current: visit.caller.credential == Credential::Session(session.id),
        used: frame.clock.moment(session.last_used_at.timestamp()),
        began: frame.clock.moment(session.created_at.timestamp()),
        device: session.device,
    };
    let sessions = found.into_iter().map(row).collect();
    let signed_in = matches!(visit.caller.credential, Credential::Session(_));
    let can_mail = visit.app.mailer.is_some();
    finish(visit, wrongs, &YouPage { frame, tab: Tab::You, wrongs, user, sessions, signed_in, can_mail })
}
