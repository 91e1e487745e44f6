//! `/sign-in`, `/forgot` and `/sign-out`.

use askama::Template;
use axum::Form;
use axum::response::{IntoResponse, Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::go_to;
use super::stranger::{Sheet, Stranger, Wrongs, local_path};
use super::visit::Visit;
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
    stranger.page(&SignInPage { sheet, wrongs: &Wrongs::default(), email: "", next, by_key: false })
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
            stranger.page_with(&wrongs, &SignInPage { sheet, wrongs: &wrongs, email: &form.email, next, by_key: form.key.is_some() })
        }
    }
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
