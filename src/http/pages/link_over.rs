//! What is said when a link no longer leads in.

use askama::Template;
use axum::response::Response;

use super::stranger::{Sheet, Stranger, Wrongs};
use crate::http::problem::Failure;
use crate::sign_in::SignInError;

#[derive(Template)]
#[template(path = "sign_in/over.html")]
struct OverPage {
    sheet: Sheet,
    message: String,
}

/// Whatever the link was: the words do not tell whether there ever was one.
pub fn page(stranger: &Stranger, error: SignInError) -> Result<Response, Failure> {
    let wrongs = Wrongs::try_from(error)?;
    let message = wrongs.whole.clone().unwrap_or_default();
    stranger.page_with(&wrongs, &OverPage { sheet: stranger.sheet("This link is over"), message })
}
