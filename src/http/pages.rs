//! The web application: pages that read and work without JavaScript, over the same store and rules as the API.

pub mod accounts;
pub mod charts;
pub mod criteria;
pub mod exports;
pub mod frame;
pub mod home;
pub mod imports;
pub mod job_view;
pub mod jobs;
pub mod join;
pub mod link_over;
pub mod moment;
pub mod needs;
pub mod pager;
pub mod postings;
pub mod refusal;
pub mod reset;
pub mod reviews;
pub mod searches;
pub mod settings;
pub mod sign_in;
pub mod stranger;
pub mod theme;
pub mod tray;
pub mod visit;
pub mod welcome;

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};

use super::problem::Failure;

/// Nothing is loaded from elsewhere, and nothing that is written into a page runs.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'none'; connect-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);

/// A rendered page or a piece of one.
pub fn page(template: &impl Template) -> Result<Response, Failure> {
    page_with(StatusCode::OK, template)
}

/// The same with another status: 422 for a form that comes back with its errors.
pub fn page_with(status: StatusCode, template: &impl Template) -> Result<Response, Failure> {
    let html = template.render().map_err(Failure::internal)?;
    let mut response = (status, Html(html)).into_response();
    dress(&mut response);
    Ok(response)
}

/// The headers that every page has.
pub fn dress(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// After a form: the page that shows what came of it (303, so that a reload does not send it again).
pub fn go_to(path: &str) -> Response {
    Redirect::to(path).into_response()
}
