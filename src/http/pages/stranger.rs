//! Somebody who is not signed in yet, and the pages for them.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use http::StatusCode;
use http::header::{HeaderValue, REFERRER_POLICY, RETRY_AFTER, USER_AGENT};
use http::request::Parts;

use super::theme::Theme;
use super::{go_to, page_with};
use crate::http::caller::{Caller, Credential, authenticate_session};
use crate::http::guard::ClientAddress;
use crate::http::problem::Failure;
use crate::http::{Shared, assets, origin, session_cookie};
use crate::sign_in::{SignInError, SignedIn, Visitor, device};

/// One request by whoever it may be. A form is taken only from our own pages, so that nobody is signed in by another site.
pub struct Stranger {
    pub app: Shared,
    pub visitor: Visitor,
    pub theme: Theme,
}

/// What every page without the frame has.
pub struct Sheet {
    pub title: String,
    pub assets: &'static str,
    pub theme: &'static str,
    pub module: &'static str,
}

/// What is wrong with a form: words beside its fields, or above them.
#[derive(Debug, Default)]
pub struct Wrongs {
    pub status: StatusCode,
    pub retry_after_s: Option<u64>,
    /// Above the form.
    pub whole: Option<String>,
    fields: Vec<(&'static str, String)>,
}

impl Wrongs {
    pub fn one(field: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, fields: vec![(field, message.into())], ..Self::default() }
    }

    pub fn whole(status: StatusCode, words: String) -> Self {
        Self { status, whole: Some(words), ..Self::default() }
    }

    /// The words beside a field; empty when it is right.
    pub fn at(&self, field: &str) -> &str {
        self.fields.iter().find(|(name, _)| *name == field).map_or("", |(_, message)| message)
    }
}

impl TryFrom<SignInError> for Wrongs {
    type Error = Failure;

    /// A fault of ours is no wrong of a form.
    fn try_from(error: SignInError) -> Result<Self, Failure> {
        let words = error.to_string();
        let whole = |status| Self::whole(status, words.clone());
        Ok(match error {
            SignInError::Field { field, message } => Self::one(field, message),
            SignInError::WrongPassword | SignInError::WrongKey | SignInError::LesserKey => whole(StatusCode::UNPROCESSABLE_ENTITY),
            SignInError::Later(wait) => Self { retry_after_s: Some(wait.as_secs() + 1), ..whole(StatusCode::TOO_MANY_REQUESTS) },
            SignInError::Busy => Self { retry_after_s: Some(5), ..whole(StatusCode::SERVICE_UNAVAILABLE) },
            SignInError::NoWorkspace => whole(StatusCode::FORBIDDEN),
            SignInError::LinkOver => whole(StatusCode::GONE),
            SignInError::Store(error) => return Err(error.into()),
            SignInError::Broken(why) => return Err(Failure::internal(anyhow::anyhow!(why))),
        })
    }
}

impl FromRequestParts<Shared> for Stranger {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        origin::require_own(&parts.method, &parts.headers, app.config.http.public_url.as_ref())?;
        let client = parts.extensions.get::<ClientAddress>().and_then(|address| address.0);
        let agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let session = session_cookie::token(&parts.headers).map(Into::into);
        let theme = Theme::of(&CookieJar::from_headers(&parts.headers));
        Ok(Self { app: app.clone(), visitor: Visitor { client, device: device::words(agent), session }, theme })
    }
}

impl Stranger {
    pub fn sheet(&self, title: impl Into<String>) -> Sheet {
        Sheet { title: title.into(), assets: assets::base(), theme: self.theme.word(), module: "" }
    }

    /// A page without the frame, which tells no other where it is.
    pub fn page(&self, template: &impl askama::Template) -> Result<Response, Failure> {
        self.answer(StatusCode::OK, None, template)
    }

    /// The same with what is wrong.
    pub fn page_with(&self, wrongs: &Wrongs, template: &impl askama::Template) -> Result<Response, Failure> {
        self.answer(wrongs.status, wrongs.retry_after_s, template)
    }

    fn answer(&self, status: StatusCode, retry_after_s: Option<u64>, template: &impl askama::Template) -> Result<Response, Failure> {
        let mut response = page_with(status, template)?;
        response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        Ok(response)
    }

    /// Who they are after all, when their browser is signed in.
    pub async fn signed_in(&self) -> Result<Option<(Caller, crate::domain::SessionId)>, Failure> {
        use secrecy::ExposeSecret;
        let Some(token) = &self.visitor.session else { return Ok(None) };
        match authenticate_session(&self.app, token.expose_secret(), None).await {
            Ok(caller) => Ok(match caller.credential {
                Credential::Session(id) => Some((caller, id)),
                Credential::Key(_) => None,
            }),
            Err(failure) if failure.kind() == crate::http::problem::Kind::Unauthenticated => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Into the application, with the cookie of the new session.
    pub fn let_in(&self, signed_in: &SignedIn, next: &str) -> Response {
        use secrecy::ExposeSecret;
        let cookie = session_cookie::set(signed_in.token.expose_secret(), self.app.config.http.public_url.as_ref());
        ([cookie], go_to(next)).into_response()
    }
}

/// Where to go after signing in: a page of ours, never another site.
pub fn local_path(given: Option<&str>) -> &str {
    let Some(path) = given else { return "/" };
    // Browsers read a backslash as a slash and drop tabs and line breaks, so `/\tevil` may become `//evil`.
    let is_local = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
        && !path.starts_with("/sign-");
    if is_local { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_a_page_of_ours_and_nowhere_else() {
        for path in ["/", "/jobs?status=failed", "/searches/1#results"] {
            assert_eq!(local_path(Some(path)), path);
        }
        for elsewhere in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "",
            "jobs",
            "/sign-out",
        ] {
            assert_eq!(local_path(Some(elsewhere)), "/", "{elsewhere:?}");
        }
        assert_eq!(local_path(None), "/");
    }
}
