//! What every call to a provider goes through: the request log, the vendor's own check, latency and faults.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};

use crate::connection::Connection;
use crate::faults::{Refusal, Route};
use crate::journal::{Entry, now_us, without_secrets};
use crate::world::{World, lock};

/// Where the page began; handlers leave it in the answer for the request log.
#[derive(Debug, Clone, Copy)]
pub struct Offset(pub u64);

/// What differs between the vendors.
pub struct Vendor {
    /// Whose calls are counted together.
    pub account: fn(query: &str, headers: &HeaderMap) -> Option<String>,
    /// Refuses before anything is counted: a missing or bad key.
    pub check: fn(&HeaderMap) -> Result<(), Box<Response>>,
    pub route: fn(&Method, path: &str) -> Route,
    /// The vendor's answer of a status, in its own words.
    pub refuse: fn(u16) -> Response,
}

const FLUSH: Duration = Duration::from_millis(10);

pub async fn pass(
    State((world, vendor)): State<(Arc<World>, &'static Vendor)>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    mut request: Request,
    next: Next,
) -> Response {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let account = (vendor.account)(&query, request.headers());
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
    let mut response = match (vendor.check)(request.headers()) {
        Err(refusal) => *refusal,
        Ok(()) => {
            let route = (vendor.route)(request.method(), request.uri().path());
            let effects = lock(&world.schedule).strike(route, account.as_deref().unwrap_or_default());
            if !effects.names.is_empty() {
                lock(&world.journal).change(number, |entry| entry.fault = Some(effects.names.join(",")));
            }
            world.wait(latency).await;
            let (refusal, cut, lost) = (effects.refusal, effects.cut, effects.lost_answer);
            let retry_after = effects.retry_after;
            request.extensions_mut().insert(Arc::new(effects));
            match refusal {
                None if cut => cut_short(next.run(request).await, vendor).await,
                None if lost => {
                    // Everything is done as asked, and nobody is told.
                    let _done = next.run(request).await;
                    connection.close();
                    return Response::default();
                }
                None => next.run(request).await,
                Some(Refusal::Status(status)) => {
                    let mut refused = (vendor.refuse)(status);
                    if let Some(wait) = retry_after {
                        refused.headers_mut().insert(header::RETRY_AFTER, wait.as_secs().into());
                    }
                    refused
                }
                Some(Refusal::Timeout(hold)) => {
                    world.wait(hold).await;
                    (vendor.refuse)(504)
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

/// Half of the body under the whole body's length, then the connection breaks.
async fn cut_short(response: Response, vendor: &Vendor) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(whole) = to_bytes(body, usize::MAX).await else {
        return (vendor.refuse)(500);
    };
    parts.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    let half = stream::iter([Ok(whole.slice(..whole.len() / 2))]);
    let end = stream::once(async {
        // Without a moment in between the server gives up before the first half is written.
        tokio::time::sleep(FLUSH).await;
        Err::<Bytes, std::io::Error>(std::io::ErrorKind::ConnectionAborted.into())
    });
    (parts, Body::from_stream(half.chain(end))).into_response()
}

/// The first value of a parameter.
pub fn parameter(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes()).find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
}
