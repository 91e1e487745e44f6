//! Around every request: its id, the time it may take, panics, the access log, and the writing of problems.

use std::any::Any;
use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::header::HeaderValue;
use http::{HeaderMap, Method};

use super::Shared;
use super::problem::{self, Failure, Voice};
use crate::config::Network;

/// Where files are sent to, and the longest time for an answer there.
const UPLOADS: [&str; 2] = ["/api/v1/imports", "/imports"];
const UPLOAD: Duration = Duration::from_secs(600);
const REQUEST_ID: &str = "x-request-id";

/// The outermost layer but one. The log has the path alone: a query may hold what must not be written down.
pub async fn guard(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = given_id(request.headers()).unwrap_or_else(|| app.randomness.token(20));
    let method = request.method().clone();
    let uri = request.uri().clone();
    let path = uri.path().to_owned();
    let voice = voice(&path, request.headers());
    let route = request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |matched| matched.as_str().to_owned());
    let client = client_address(&request, &app.config.http.trusted_proxies);
    request.extensions_mut().insert(ClientAddress(client));
    // A file takes as long as its sender's line does, and is only read from those who may send one.
    let limit =
        if UPLOADS.contains(&route.as_str()) { app.config.http.request_timeout.max(UPLOAD) } else { app.config.http.request_timeout };

    let answered = tokio::time::timeout(limit, AssertUnwindSafe(next.run(request)).catch_unwind()).await;
    let response = match answered {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => Failure::internal(anyhow::anyhow!("panic: {}", panic_text(&*panic))).into_response(),
        Err(_) => Failure::timed_out(limit).into_response(),
    };
    let mut response = problem::write_out(response, &request_id, voice, &method, &uri);

    let status = response.status().as_u16();
    let took = started.elapsed();
    metrics::counter!("sluice_http_requests_total", "method" => known_method(&method), "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!("sluice_http_request_duration_seconds", "route" => route.clone()).record(took.as_secs_f64());
    let path = loggable(&path, &route).into_owned();
    let client = client.map(|address| address.to_string()).unwrap_or_default();
    tracing::info!(%method, path, status, ms = took.as_secs_f64() * 1000.0, client, request_id, "request");
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Who asks, behind the proxies that are trusted.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub Option<IpAddr>);

/// A path as it may be written down: links that sign somebody in hold their secret in it, and so may a mistyped one.
fn loggable<'p>(path: &'p str, route: &'p str) -> Cow<'p, str> {
    if route.contains("{token}") {
        return Cow::Borrowed(route);
    }
    if !path.split('/').any(could_be_secret) {
        return Cow::Borrowed(path);
    }
    let shown: Vec<&str> = path.split('/').map(|part| if could_be_secret(part) { "…" } else { part }).collect();
    Cow::Owned(shown.join("/"))
}

/// Whether a part of a path is as long as a token, and no id.
fn could_be_secret(part: &str) -> bool {
    part.len() >= 32 && !(part.len() == 36 && part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'))
}

/// Anybody can make up methods, and every one would be a figure of its own.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// An id that a proxy gave, when it is harmless to write down.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let harmless = (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    harmless.then(|| id.to_owned())
}

/// Who asks: the nearest address that is not a trusted proxy's.
fn client_address(request: &Request, trusted: &[Network]) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?.0.ip();
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return Some(peer);
    }
    let forwarded = request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> = forwarded.flat_map(|value| value.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
    Some(hops.into_iter().rev().find(|hop| !is_trusted(*hop)).unwrap_or(peer))
}

/// How a problem is told: a browser that goes to a page gets a page, everybody else gets data.
fn voice(path: &str, headers: &HeaderMap) -> Voice {
    if path.starts_with("/rest/v1/") {
        return Voice::PostgRest;
    }
    if ["/api/linkedin/", "/api/admin/", "/api/search", "/realtime/v1/"].iter().any(|prefix| path.starts_with(prefix)) {
        return Voice::Compatible;
    }
    let for_programs = ["/api/", "/rest/", "/realtime/", "/healthz", "/readyz", "/metrics", "/openapi.json"];
    let accepts = headers.get(http::header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accepts.contains("text/html") && !for_programs.iter().any(|prefix| path.starts_with(prefix)) { Voice::Page } else { Voice::Data }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    if let Some(text) = panic.downcast_ref::<&str>() {
        return text;
    }
    panic.downcast_ref::<String>().map_or("a panic without a text", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(peer: &str, forwarded: &str) -> Request {
        let mut request = Request::new(axum::body::Body::empty());
        let peer = SocketAddr::new(peer.parse().expect("an address"), 1);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().expect("a header"));
        request
    }

    #[test]
    fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
        let trusted = [Network::parse("10.0.0.0/8").expect("a network")];
        let cases = [
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
            ("10.0.0.1", "nonsense", "10.0.0.1"),
        ];
        for (peer, forwarded, expected) in cases {
            let address = client_address(&request(peer, forwarded), &trusted).expect("a peer");
            assert_eq!(address.to_string(), expected, "{peer} {forwarded}");
        }
    }

    #[test]
    fn immunity_24_a_link_that_signs_somebody_in_is_logged_without_its_token() {
        let token = "x7Gd-kP1_mQvT2ysLw0aBcDeFgHiJkLmNoPqRsTuVw9";
        assert_eq!(loggable(&format!("/join/{token}"), "/join/{token}"), "/join/{token}");
        for (path, shown) in [
            (format!("/join/{token}/"), "/join/…/"),
            (format!("//welcome/{token}"), "//welcome/…"),
            (format!("/reset/{token}%20"), "/reset/…"),
            ("/api/v1/jobs/0199c0de-0000-7000-8000-00000000000d".to_owned(), "/api/v1/jobs/0199c0de-0000-7000-8000-00000000000d"),
            ("/api/linkedin/search/create-job".to_owned(), "/api/linkedin/search/create-job"),
        ] {
            assert_eq!(loggable(&path, "none"), shown);
        }
    }

    #[test]
    fn a_request_id_that_could_forge_a_log_line_is_replaced() {
        let mut headers = HeaderMap::new();
        for (id, expected) in [("abc-1_Z", true), ("a b", false), ("", false), (&*"x".repeat(65), false)] {
            headers.insert(REQUEST_ID, id.parse().expect("a header"));
            assert_eq!(given_id(&headers).is_some(), expected, "{id:?}");
        }
    }
}
