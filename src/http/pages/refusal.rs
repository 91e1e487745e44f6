//! What goes wrong, as a page.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sluice_api::Problem;

use super::dress;
use crate::http::assets;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    title: &'a str,
    assets: &'static str,
    theme: &'static str,
    module: &'static str,
    problem: &'a Problem,
    /// Nothing to blame the reader for.
    ours: bool,
}

/// A problem for somebody with a browser: the way to sign in when nobody is, else a page that says what happened and what to do.
pub fn page(problem: &Problem, method: &Method, uri: &Uri) -> Response {
    if problem.status == StatusCode::UNAUTHORIZED {
        return sign_in(method, uri);
    }
    let page = ErrorPage { title: &problem.title, assets: assets::base(), theme: "", module: "", problem, ours: problem.status >= 500 };
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let html = page.render().unwrap_or_else(|_| problem.message.clone());
    let mut response = (status, axum::response::Html(html)).into_response();
    dress(&mut response);
    response
}

/// The page that was asked for comes after signing in; what a form wanted to change does not.
fn sign_in(method: &Method, uri: &Uri) -> Response {
    let wanted = if method == Method::GET { uri.path_and_query().map_or("/", |path| path.as_str()) } else { "/" };
    let target = match wanted {
        "/" => "/sign-in".to_owned(),
        other => format!("/sign-in?next={}", utf8_percent_encode(other, NON_ALPHANUMERIC)),
    };
    let mut response = Redirect::to(&target).into_response();
    dress(&mut response);
    response
}
