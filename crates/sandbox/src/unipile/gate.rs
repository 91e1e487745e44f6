//! What every call goes through: the request log, the key, latency and faults.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};

use super::error::Problem;
use crate::connection::Connection;
use crate::faults::{Refusal, Route};
use crate::journal::{Entry, now_us, without_secrets};
use crate::world::{World, lock};

/// Where the page began; handlers leave it in the answer for the request log.
#[derive(Debug, Clone, Copy)]
pub struct Offset(pub u64);

const BAD_KEY: &str = "bad-key";
const FLUSH: Duration = Duration::from_millis(10);

pub async fn pass(
    State(world): State<Arc<World>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    mut request: Request,
    next: Next,
) -> Response {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let account = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "account_id").map(|(_, value)| value.into_owned());
    let number = lock(&world.journal).begin(Entry {
        number: 0,
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        query: without_secrets(&query),
        account: account.clone(),
        at_us: now_us(),
        answered_us: None,
        status: None,
        fault: None,
        cursor_offset: None,
    });
    let latency = *lock(&world.latency);
    let mut response = match check_key(request.headers()) {
        Err(problem) => problem.into_response(),
        Ok(()) => {
            let route = route_of(request.method(), request.uri().path());
            let effects = lock(&world.schedule).strike(route, account.as_deref().unwrap_or_default());
            if !effects.names.is_empty() {
                lock(&world.journal).change(number, |entry| entry.fault = Some(effects.names.join(",")));
            }
            world.wait(latency).await;
            let (refusal, cut) = (effects.refusal, effects.cut);
            request.extensions_mut().insert(Arc::new(effects));
            match refusal {
                None if cut => cut_short(next.run(request).await).await,
                None => next.run(request).await,
                Some(Refusal::Status(status)) => Problem::of_status(status).into_response(),
                Some(Refusal::Timeout(hold)) => {
                    world.wait(hold).await;
                    Problem::of_status(504).into_response()
                }
                Some(Refusal::Drop) => {
                    connection.close();
                    return Response::default();
                }
            }
        }
    };
    let offset = response.extensions_mut().remove::<Offset>();
    lock(&world.journal).change(number, |entry| {
        entry.status = Some(response.status().as_u16());
        entry.answered_us = Some(now_us());
        entry.cursor_offset = offset.map(|offset| offset.0);
    });
    response
}

fn check_key(headers: &HeaderMap) -> Result<(), Problem> {
    match headers.get("x-api-key").map(|key| key.as_bytes()) {
        None | Some(b"") => {
            Err(Problem::new(401, "missing_credentials", "Missing credentials", "Some credentials are necessary to perform the request."))
        }
        Some(key) if key == BAD_KEY.as_bytes() => {
            Err(Problem::new(401, "invalid_credentials", "Invalid credentials", "The provided credentials are invalid."))
        }
        Some(_) => Ok(()),
    }
}

fn route_of(method: &Method, path: &str) -> Route {
    if path.ends_with("/search/parameters") {
        Route::Lookup
    } else if path.starts_with("/api/v1/users/") {
        Route::Profile
    } else if method == Method::POST {
        Route::Search
    } else {
        Route::Accounts
    }
}

/// Half of the body under the whole body's length, then the connection breaks.
async fn cut_short(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(whole) = to_bytes(body, usize::MAX).await else {
        return Problem::of_status(500).into_response();
    };
    parts.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    let half = stream::iter([Ok(whole.slice(..whole.len() / 2))]);
    let end = stream::once(async {
        // Without a moment in between the server gives up before the first half is written.
        tokio::time::sleep(FLUSH).await;
        Err::<Bytes, std::io::Error>(std::io::ErrorKind::ConnectionAborted.into())
    });
    Response::from_parts(parts, Body::from_stream(half.chain(end)))
}
