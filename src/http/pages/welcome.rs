//! `/welcome/{token}`: the owner of a first start, or one who is locked out, sets name, address and password.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::Response;

use super::link_over;
use super::stranger::{Sheet, Stranger, Wrongs};
use crate::domain::sign_in_link::LinkKind;
use crate::http::problem::Failure;
use crate::sign_in::SignInError;
use crate::sign_in::links::{self, Person};

#[derive(Template)]
#[template(path = "sign_in/welcome.html")]
struct WelcomePage<'a> {
    sheet: Sheet,
    wrongs: &'a Wrongs,
    name: &'a str,
    email: &'a str,
    is_new: bool,
}

pub async fn show(stranger: Stranger, Path(token): Path<String>) -> Result<Response, Failure> {
    let user = match user_of(&stranger, &token).await {
        Ok(user) => user,
        Err(error) => return link_over::page(&stranger, error),
    };
    let is_new = user.email.is_none();
    let (name, email) = (if is_new { "" } else { &user.name }, user.email.as_deref().unwrap_or_default());
    stranger.page(&WelcomePage { sheet: stranger.sheet("Welcome"), wrongs: &Wrongs::default(), name, email, is_new })
}

pub async fn take(stranger: Stranger, Path(token): Path<String>, Form(person): Form<Person>) -> Result<Response, Failure> {
    match links::take_welcome(&stranger.app, &token, &person, &stranger.visitor).await {
        Ok(signed_in) => Ok(stranger.let_in(&signed_in, "/")),
        Err(SignInError::LinkOver) => link_over::page(&stranger, SignInError::LinkOver),
        Err(error) => {
            let wrongs = Wrongs::try_from(error)?;
            let is_new = user_of(&stranger, &token).await.is_ok_and(|user| user.email.is_none());
            let page = WelcomePage { sheet: stranger.sheet("Welcome"), wrongs: &wrongs, name: &person.name, email: &person.email, is_new };
            stranger.page_with(&wrongs, &page)
        }
    }
}

async fn user_of(stranger: &Stranger, token: &str) -> Result<crate::domain::user::User, SignInError> {
    let link = links::look_at(&stranger.app, LinkKind::Welcome, token).await?;
    links::user_of(&stranger.app, &link).await
}
