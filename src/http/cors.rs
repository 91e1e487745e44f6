//! Which web pages may call the API from a browser: those of SLUICE_ALLOWED_ORIGINS.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_RANGE, CONTENT_TYPE, HeaderName, RANGE};
use http::{HeaderValue, Method};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::caller::{KEY_HEADER, WORKSPACE_HEADER};

/// Keys travel in headers, never in cookies, so credentials stay off.
pub fn layer(allowed_origins: &[String]) -> CorsLayer {
    let origins: Vec<HeaderValue> = allowed_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            ACCEPT,
            AUTHORIZATION,
            CONTENT_TYPE,
            HeaderName::from_static(KEY_HEADER),
            HeaderName::from_static(WORKSPACE_HEADER),
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("last-event-id"),
            // What Supabase's clients send with /rest/v1.
            RANGE,
            HeaderName::from_static("apikey"),
            HeaderName::from_static("accept-profile"),
            HeaderName::from_static("content-profile"),
            HeaderName::from_static("prefer"),
            HeaderName::from_static("x-client-info"),
            HeaderName::from_static("x-retry-count"),
        ])
        .expose_headers([http::header::LOCATION, http::header::RETRY_AFTER, CONTENT_RANGE, HeaderName::from_static("x-request-id")])
        .max_age(Duration::from_secs(600))
}
