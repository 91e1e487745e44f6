//! Light, dark, or as the system has it: a matter of the browser, kept in a cookie.

use axum::Form;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::HeaderMap;
use serde::Deserialize;

use super::go_to;
use super::visit::Visit;

const COOKIE: &str = "sluice_theme";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub fn of(jar: &CookieJar) -> Self {
        match jar.get(COOKIE).map(|cookie| cookie.value()) {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// For `data-theme`; empty follows the system.
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

#[derive(Deserialize)]
pub struct Choice {
    theme: Theme,
}

/// Keeps the choice and goes back to where it was made.
pub async fn choose(_: Visit, headers: HeaderMap, Form(choice): Form<Choice>) -> Response {
    let cookie = Cookie::build((COOKIE, choice.theme.word())).path("/").same_site(SameSite::Lax).http_only(true);
    let cookie = cookie.permanent().build();
    (CookieJar::new().add(cookie), go_to(&back(&headers))).into_response()
}

/// The page of ours that the browser came from.
fn back(headers: &HeaderMap) -> String {
    let referer = headers.get(http::header::REFERER).and_then(|value| value.to_str().ok()).and_then(|text| url::Url::parse(text).ok());
    referer.map_or_else(|| "/".to_owned(), |url| url.path().to_owned())
}
