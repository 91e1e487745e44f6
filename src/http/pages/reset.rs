//! `/reset/{token}`: another password in the place of a lost one.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use secrecy::SecretString;
use serde::Deserialize;

use super::link_over;
use super::stranger::{Sheet, Stranger, Wrongs};
use crate::domain::sign_in_link::LinkKind;
use crate::http::problem::Failure;
use crate::sign_in::SignInError;
use crate::sign_in::links;

#[derive(Template)]
#[template(path = "sign_in/reset.html")]
struct ResetPage<'a> {
    sheet: Sheet,
    wrongs: &'a Wrongs,
    /// For the browser's memory of passwords.
    email: String,
}

#[derive(Deserialize)]
pub struct Reset {
    #[serde(default)]
    password: SecretString,
}

pub async fn show(stranger: Stranger, Path(token): Path<String>) -> Result<Response, Failure> {
    render(&stranger, &token, &Wrongs::default()).await
}

pub async fn take(stranger: Stranger, Path(token): Path<String>, Form(form): Form<Reset>) -> Result<Response, Failure> {
    match links::take_reset(&stranger.app, &token, &form.password, &stranger.visitor).await {
        Ok(signed_in) => Ok(stranger.let_in(&signed_in, "/")),
        Err(error @ (SignInError::LinkOver | SignInError::NoWorkspace)) => link_over::page(&stranger, error),
        Err(error) => render(&stranger, &token, &Wrongs::try_from(error)?).await,
    }
}

async fn render(stranger: &Stranger, token: &str, wrongs: &Wrongs) -> Result<Response, Failure> {
    let user = async { links::user_of(&stranger.app, &links::look_at(&stranger.app, LinkKind::Reset, token).await?).await };
    let user = match user.await {
        Ok(user) => user,
        Err(error) => return link_over::page(stranger, error),
    };
    let page = ResetPage { sheet: stranger.sheet("New password"), wrongs, email: user.email.unwrap_or_default() };
    if wrongs.status.is_success() { stranger.page(&page) } else { stranger.page_with(wrongs, &page) }
}
