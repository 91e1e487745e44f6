//! `/sign-in`, `/forgot` and `/sign-out`.

use askama::Template;
use axum::Form;
use axum::response::{IntoResponse, Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::go_to;
use super::stranger::{Sheet, Stranger, Wrongs, local_path};
use super::visit::Visit;
use crate::domain::user::folded_email;
use crate::http::caller::Credential;
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::http::session_cookie;
use crate::sign_in;
use crate::store::sessions;

#[derive(Template)]
#[template(path = "sign_in/show.html")]
struct SignInPage<'a> {
    sheet: Sheet,
    wrongs: &'a Wrongs,
    email: &'a str,
    next: &'a str,
    by_key: bool,
    can_mail: bool,
}

#[derive(Template)]
#[template(path = "sign_in/forgot.html")]
struct ForgotPage<'a> {
    sheet: Sheet,
    wrongs: &'a Wrongs,
    email: &'a str,
    sent: bool,
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    next: Option<String>,
}

/// The form; somebody who is in already goes on.
pub async fn show(stranger: Stranger, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let next = local_path(asked.next.as_deref());
    if stranger.signed_in().await?.is_some() {
        return Ok(go_to(next));
    }
    let sheet = stranger.sheet("Sign in");
    stranger.page(&SignInPage {
        sheet,
        wrongs: &Wrongs::default(),
        email: "",
        next,
        by_key: false,
        can_mail: stranger.app.mailer.is_some(),
    })
}

#[derive(Deserialize)]
pub struct SignIn {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: SecretString,
    /// An API key in the place of the two.
    #[serde(default)]
    key: Option<SecretString>,
    #[serde(default)]
    next: Option<String>,
}

pub async fn sign_in(stranger: Stranger, Form(form): Form<SignIn>) -> Result<Response, Failure> {
    let next = local_path(form.next.as_deref());
    let tried = match &form.key {
        Some(key) => sign_in::by_key(&stranger.app, key, &stranger.visitor).await,
        None => sign_in::by_password(&stranger.app, &form.email, &form.password, &stranger.visitor).await,
    };
    match tried {
        Ok(signed_in) => Ok(stranger.let_in(&signed_in, next)),
        Err(error) => {
            let wrongs = Wrongs::try_from(error)?;
            let sheet = stranger.sheet("Sign in");
            stranger.page_with(
                &wrongs,
                &SignInPage {
                    sheet,
                    wrongs: &wrongs,
                    email: &form.email,
                    next,
                    by_key: form.key.is_some(),
                    can_mail: stranger.app.mailer.is_some(),
                },
            )
        }
    }
}

/// Asks for the address that a link for a new password goes to.
pub async fn ask_for_reset(stranger: Stranger) -> Result<Response, Failure> {
    if stranger.app.mailer.is_none() {
        return Ok(go_to("/sign-in"));
    }
    let sheet = stranger.sheet("Forgot your password");
    stranger.page(&ForgotPage { sheet, wrongs: &Wrongs::default(), email: "", sent: false })
}

#[derive(Deserialize)]
pub struct Forgot {
    #[serde(default)]
    email: String,
}

/// Answers the same, and as fast, whether or not somebody has this address: the rest happens after the answer.
pub async fn mail_reset(stranger: Stranger, Form(form): Form<Forgot>) -> Result<Response, Failure> {
    if stranger.app.mailer.is_none() {
        return Ok(go_to("/sign-in"));
    }
    let sheet = stranger.sheet("Forgot your password");
    let Some(email) = folded_email(&form.email) else {
        let wrongs = Wrongs::one("email", "Write an e-mail address, such as ada@example.com.");
        return stranger.page_with(&wrongs, &ForgotPage { sheet, wrongs: &wrongs, email: &form.email, sent: false });
    };
    if let Err(error) = sign_in::may_ask_for_mail(&stranger.app, &email, stranger.visitor.client).await {
        let wrongs = Wrongs::try_from(error)?;
        return stranger.page_with(&wrongs, &ForgotPage { sheet, wrongs: &wrongs, email: &form.email, sent: false });
    }
    let (app, to) = (stranger.app.clone(), email.clone());
    tokio::spawn(async move {
        if let Err(error) = sign_in::mail_reset(&app, &to).await {
            tracing::error!(%error, "a link for a new password was not queued");
        }
    });
    stranger.page(&ForgotPage { sheet, wrongs: &Wrongs::default(), email: &email, sent: true })
}

/// Ends the session of this browser; its streams end at once.
pub async fn sign_out(visit: Visit) -> Result<Response, Failure> {
    if let Credential::Session(id) = visit.caller.credential {
        let mut tx = visit.app.database.begin().await?;
        sessions::end(&mut tx, visit.caller.user_id, id).await?;
        tx.commit().await?;
    }
    Ok(([session_cookie::clear(visit.app.config.http.public_url.as_ref())], go_to("/sign-in")).into_response())
}
