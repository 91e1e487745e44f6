//! `/join/{token}`: an invitation, taken up by somebody new, or with one click by somebody who is signed in.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use secrecy::SecretString;
use serde::Deserialize;

use super::stranger::{Sheet, Stranger, Wrongs};
use super::visit::go_to_saying;
use super::{go_to, link_over};
use crate::domain::Role;
use crate::domain::sign_in_link::LinkKind;
use crate::http::problem::Failure;
use crate::sign_in::SignInError;
use crate::sign_in::links::{self, Person};
use crate::store::users;

#[derive(Template)]
#[template(path = "sign_in/join.html")]
struct JoinPage<'a> {
    sheet: Sheet,
    wrongs: &'a Wrongs,
    token: &'a str,
    workspace: String,
    role: Role,
    /// Who is signed in already.
    known: Option<String>,
    name: &'a str,
    email: &'a str,
}

#[derive(Deserialize)]
pub struct Join {
    /// As who is signed in.
    #[serde(default)]
    known: bool,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: SecretString,
}

pub async fn show(stranger: Stranger, Path(token): Path<String>) -> Result<Response, Failure> {
    let link = match links::look_at(&stranger.app, LinkKind::Invitation, &token).await {
        Ok(link) => link,
        Err(error) => return link_over::page(&stranger, error),
    };
    let email = link.email.clone().unwrap_or_default();
    render(&stranger, &token, &Wrongs::default(), "", &email).await
}

pub async fn take(stranger: Stranger, Path(token): Path<String>, Form(form): Form<Join>) -> Result<Response, Failure> {
    if form.known {
        let Some((caller, session_id)) = stranger.signed_in().await? else {
            return Ok(go_to("/sign-in"));
        };
        return match links::join_as(&stranger.app, &token, caller.user_id, session_id).await {
            Ok(_) => Ok(go_to_saying("/", "Welcome. You are in this workspace now.")),
            Err(error) => link_over::page(&stranger, error),
        };
    }
    let person = Person { name: form.name, email: form.email, password: form.password };
    match links::join(&stranger.app, &token, &person, &stranger.visitor).await {
        Ok(signed_in) => Ok(stranger.let_in(&signed_in, "/")),
        Err(SignInError::LinkOver) => link_over::page(&stranger, SignInError::LinkOver),
        Err(error) => render(&stranger, &token, &Wrongs::try_from(error)?, &person.name, &person.email).await,
    }
}

async fn render(stranger: &Stranger, token: &str, wrongs: &Wrongs, name: &str, email: &str) -> Result<Response, Failure> {
    let link = match links::look_at(&stranger.app, LinkKind::Invitation, token).await {
        Ok(link) => link,
        Err(error) => return link_over::page(stranger, error),
    };
    let workspace = match links::workspace_of(&stranger.app, &link).await {
        Ok(name) => name,
        Err(error) => return link_over::page(stranger, error),
    };
    let known = match stranger.signed_in().await? {
        Some((caller, _)) => users::find(&mut stranger.app.database.read().await?, caller.user_id).await?.map(|user| user.name),
        None => None,
    };
    let sheet = stranger.sheet("Join");
    let page = JoinPage { sheet, wrongs, token, workspace, role: link.role.unwrap_or(Role::Viewer), known, name, email };
    if wrongs.status.is_success() { stranger.page(&page) } else { stranger.page_with(wrongs, &page) }
}
