//! The only place where an error becomes a status (RFC 9457).

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, Method, StatusCode, Uri};
use serde_json::Value as Json;
use sluice_api::{Problem, ValidationError};

use super::pages;
use crate::domain::Role;
use crate::store::StoreError;

/// What went wrong with a request, as far as its sender may know.
#[derive(Debug, Clone)]
pub struct Failure {
    inner: Box<Inner>,
}

#[derive(Debug, Clone)]
struct Inner {
    kind: Kind,
    code: &'static str,
    detail: String,
    details: Json,
    suggestions: Vec<String>,
    fields: Vec<ValidationError>,
    retry_after: Option<Duration>,
    /// For the log alone.
    cause: Option<Arc<anyhow::Error>>,
}

/// Every status that an error may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Malformed,
    Unauthenticated,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    Conflict,
    Gone,
    TooLarge,
    NotJson,
    OutOfRange,
    Invalid,
    TooMany,
    Internal,
    ProviderFailed,
    Unavailable,
}

impl Kind {
    pub fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::OutOfRange => StatusCode::RANGE_NOT_SATISFIABLE,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::ProviderFailed => StatusCode::BAD_GATEWAY,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Malformed => "The request cannot be read",
            Self::Unauthenticated => "No valid key",
            Self::Forbidden => "Not allowed",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Method not allowed",
            Self::NotAcceptable => "Not acceptable",
            Self::Conflict => "Not possible now",
            Self::Gone => "No longer there",
            Self::TooLarge => "The request is too large",
            Self::NotJson => "Not JSON",
            Self::OutOfRange => "Out of range",
            Self::Invalid => "The request is not valid",
            Self::TooMany => "Too many requests",
            Self::Internal => "Something went wrong here",
            Self::ProviderFailed => "The provider failed",
            Self::Unavailable => "Not available now",
        }
    }
}

impl Failure {
    pub fn new(kind: Kind, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                code,
                detail: detail.into(),
                details: Json::Null,
                suggestions: Vec::new(),
                fields: Vec::new(),
                retry_after: None,
                cause: None,
            }),
        }
    }

    /// What would help, as one plain sentence.
    #[must_use]
    pub fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.inner.suggestions.push(suggestion.into());
        self
    }

    #[must_use]
    pub fn with_details(mut self, details: Json) -> Self {
        self.inner.details = details;
        self
    }

    #[must_use]
    pub fn with_field(mut self, field: ValidationError) -> Self {
        self.inner.fields.push(field);
        self
    }

    #[must_use]
    pub fn retry_after(mut self, wait: Option<Duration>) -> Self {
        self.inner.retry_after = wait;
        self
    }

    fn caused_by(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.inner.cause = Some(Arc::new(cause.into()));
        self
    }

    pub fn unauthenticated(detail: &str) -> Self {
        Self::new(Kind::Unauthenticated, "UNAUTHENTICATED", detail)
            .suggest("Send your key in the header `x-api-key: YOUR_KEY` or `Authorization: Bearer YOUR_KEY`.")
            .suggest("On the server's own machine the owner's key is in the file cli.key of the data directory; `sluice keys create` makes others.")
    }

    pub fn forbidden(needed: Role, has: Role) -> Self {
        let detail = format!("This needs the role {}; you act here as {}.", needed.as_str(), has.as_str());
        Self::new(Kind::Forbidden, "FORBIDDEN", detail)
            .suggest(format!("Ask an owner of the workspace for the role {}, or for a key with it.", needed.as_str()))
    }

    /// `what` with its article: "job" reads "There is no such job here."
    pub fn not_found(what: &str, code: &'static str) -> Self {
        Self::new(Kind::NotFound, code, format!("There is no such {what} here."))
            .suggest("Check the id, and that the key acts in the right workspace (header x-workspace-id).")
    }

    /// All fields that were refused.
    pub fn invalid(fields: Vec<ValidationError>) -> Self {
        let detail = match fields.as_slice() {
            [one] => format!("{}: {}", one.field, one.message),
            several => {
                let names: Vec<&str> = several.iter().map(|field| field.field.as_str()).collect();
                format!("{} fields were refused: {}.", several.len(), names.join(", "))
            }
        };
        let mut failure = Self::new(Kind::Invalid, "VALIDATION_FAILED", detail);
        failure.inner.suggestions = fields.iter().map(|field| format!("{}: {}", field.field, field.message)).collect();
        failure.inner.fields = fields;
        failure
    }

    /// The same with its fields named from further outside: `place` is what they stand in, with its dot.
    #[must_use]
    pub fn within(self, place: &str) -> Self {
        let named = |field: ValidationError| ValidationError { field: format!("{place}{}", field.field), ..field };
        Self::invalid(self.inner.fields.into_iter().map(named).collect())
    }

    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, code, detail)
    }

    /// A defect of ours: its sender learns nothing, the log everything.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::new(
            Kind::Internal,
            "INTERNAL_ERROR",
            "The request failed because of a fault in this server. It is logged under the request id.",
        )
        .suggest("Try again; if it stays, tell whoever runs this server the request_id.")
        .caused_by(cause)
    }

    pub fn timed_out(limit: Duration) -> Self {
        let detail = format!("No answer was ready within {} ms.", limit.as_millis());
        Self::new(Kind::Unavailable, "TIMED_OUT", detail).suggest("Try again; a POST is safe to repeat with the same Idempotency-Key.")
    }

    pub fn kind(&self) -> Kind {
        self.inner.kind
    }

    /// The one sentence that says what went wrong.
    pub fn detail(&self) -> &str {
        &self.inner.detail
    }

    /// The fields that were refused, with the words for each.
    pub fn fields(&self) -> &[ValidationError] {
        &self.inner.fields
    }

    pub fn has_field(&self, name: &str) -> bool {
        self.inner.fields.iter().any(|field| field.field == name)
    }

    fn problem(&self) -> Problem {
        let inner = &self.inner;
        Problem {
            type_uri: "about:blank".into(),
            title: inner.kind.title().into(),
            status: inner.kind.status().as_u16(),
            detail: inner.detail.clone(),
            error_code: inner.code.into(),
            message: inner.detail.clone(),
            details: inner.details.clone(),
            suggestions: inner.suggestions.clone(),
            validation_errors: inner.fields.clone(),
            ..Problem::default()
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Taken(_) => Self::conflict("ALREADY_EXISTS", "Something with this name or id exists already."),
            StoreError::Reference(_) => {
                Self::conflict("STILL_REFERRED_TO", "Something that this refers to is gone, or it is still in use.")
                    .suggest("Look at it again and repeat the request.")
            }
            StoreError::Again(_) | StoreError::Unreachable(_) => {
                Self::new(Kind::Unavailable, "DATABASE_UNAVAILABLE", "The database does not answer just now.")
                    .suggest("Try again in a moment; a POST is safe to repeat with the same Idempotency-Key.")
                    .retry_after(Some(Duration::from_secs(1)))
                    .caused_by(error)
            }
            StoreError::Column { .. } | StoreError::Refused(_) | StoreError::Statement { .. } => Self::internal(error),
        }
    }
}

/// The problem of a response, to be written out by the guard, which knows the request.
#[derive(Clone)]
struct Unwritten(Failure);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.inner.kind.status().into_response();
        response.extensions_mut().insert(Unwritten(self));
        response
    }
}

/// Whom a problem is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// A program: RFC 9457.
    Data,
    /// A program of before: the same, with the members that it looks for.
    Compatible,
    /// A client of PostgREST: `code`, `message`, `details` and `hint`.
    PostgRest,
    /// A person with a browser.
    Page,
}

/// Writes out the problem of a response, if it is one, and logs what its sender may not know.
pub fn write_out(mut response: Response, request_id: &str, voice: Voice, method: &Method, uri: &Uri) -> Response {
    let Some(Unwritten(failure)) = response.extensions_mut().remove::<Unwritten>() else { return response };
    if let Some(cause) = &failure.inner.cause {
        tracing::error!(request_id, code = failure.inner.code, error = format!("{cause:#}"), "a request failed");
    }
    let mut problem = failure.problem();
    problem.request_id = Some(request_id.to_owned());
    if voice == Voice::Page {
        return pages::refusal::page(&problem, method, uri);
    }
    if voice == Voice::Compatible {
        problem.success = Some(false);
        problem.error = Some(problem.message.clone());
    }
    let mut headers = HeaderMap::new();
    let content_type = if voice == Voice::PostgRest { "application/json; charset=utf-8" } else { "application/problem+json" };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if failure.kind() == Kind::Unauthenticated {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(wait) = failure.inner.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    let body = if voice == Voice::PostgRest { postgrest(&failure) } else { compat_action(&failure, problem) };
    let body = serde_json::to_vec(&body).unwrap_or_default();
    let mut written = (failure.kind().status(), headers, body).into_response();
    // What the layers inside have set (a 405 says which methods there are) stays.
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != http::header::CONTENT_LENGTH && !written.headers().contains_key(name) {
            written.headers_mut().insert(name.clone(), value.clone());
        }
    }
    written
}

fn postgrest(failure: &Failure) -> Json {
    let inner = &failure.inner;
    serde_json::json!({
        "code": inner.code,
        "details": inner.details,
        "hint": inner.suggestions.first(),
        "message": inner.detail,
    })
}

/// Older frontends look for `action` at the top of the body.
fn compat_action(failure: &Failure, problem: Problem) -> Json {
    let mut body = serde_json::to_value(problem).unwrap_or_default();
    if let (Some(action), Some(body)) = (failure.inner.details.get("action"), body.as_object_mut()) {
        body.insert("action".to_owned(), action.clone());
    }
    body
}

/// One refused field, with what came in and what would be accepted.
pub fn refused(field: impl Into<String>, error_type: &str, invalid_value: impl Into<Json>, message: impl Into<String>) -> ValidationError {
    ValidationError { field: field.into(), message: message.into(), invalid_value: invalid_value.into(), error_type: error_type.to_owned() }
}
