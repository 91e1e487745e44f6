//! One request for a page: who looks, in which theme, and what was to be said to them.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::StatusCode;
use http::request::Parts;

use super::frame::{Frame, Section};
use super::go_to;
use super::theme::Theme;
use crate::http::Shared;
use crate::http::caller::Caller;
use crate::http::problem::Failure;
use crate::store::Conn;

/// Words that outlive one redirect.
const FLASH: &str = "sluice_flash";
/// The longest words that are carried, in bytes.
const LONGEST_FLASH: usize = 400;

pub struct Visit {
    pub app: Shared,
    pub caller: Caller,
    pub theme: Theme,
    flash: Option<String>,
    /// The parts of the page that are wanted, when a script asks; everything when empty.
    parts: Vec<String>,
}

impl FromRequestParts<Shared> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let caller = <Caller as FromRequestParts<Shared>>::from_request_parts(parts, app).await?;
        let jar = CookieJar::from_headers(&parts.headers);
        let wanted = parts.headers.get("x-parts").and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Self {
            app: app.clone(),
            caller,
            theme: Theme::of(&jar),
            flash: jar.get(FLASH).map(|cookie| cookie.value().to_owned()).filter(|text| !text.is_empty()),
            parts: wanted.split_whitespace().map(str::to_owned).collect(),
        })
    }
}

impl Visit {
    /// The frame around a page of this visit.
    pub async fn frame(&self, conn: &mut Conn, title: impl Into<String>, section: Section) -> Result<Frame, Failure> {
        Frame::load(self, conn, title.into(), section).await
    }

    /// Whether this part has to be rendered: always, unless a script asked for others alone.
    pub fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }

    /// Whether a script asks for parts alone.
    pub fn is_partial(&self) -> bool {
        !self.parts.is_empty()
    }

    /// The page, with the words of the form before it taken away, since it shows them.
    pub fn page(&self, template: &impl Template) -> Result<Response, Failure> {
        self.page_with(StatusCode::OK, template)
    }

    /// The same with another status: 422 for a form that comes back with its errors.
    pub fn page_with(&self, status: StatusCode, template: &impl Template) -> Result<Response, Failure> {
        let page = super::page_with(status, template)?;
        if self.flash.is_none() {
            return Ok(page);
        }
        let gone = Cookie::build((FLASH, "")).path("/").http_only(true).same_site(SameSite::Lax).max_age(Default::default());
        Ok((CookieJar::new().add(gone.build()), page).into_response())
    }

    /// What the form before this page had to say.
    pub fn flash(&self) -> Option<&str> {
        self.flash.as_deref()
    }
}

/// To another page, with words that it shows once.
pub fn go_to_saying(path: &str, words: &str) -> Response {
    let mut cut = words.len().min(LONGEST_FLASH);
    while !words.is_char_boundary(cut) {
        cut -= 1;
    }
    let cookie = Cookie::build((FLASH, words[..cut].to_owned())).path("/").http_only(true).same_site(SameSite::Lax);
    (CookieJar::new().add(cookie.build()), go_to(path)).into_response()
}
