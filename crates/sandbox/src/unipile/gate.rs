//! Which calls Unipile takes at all.

use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};

use super::error::Problem;
use crate::faults::Route;
use crate::gate::{Vendor, parameter};

pub const UNIPILE: Vendor = Vendor {
    account: |query, _| parameter(query, "account_id"),
    check,
    route: route_of,
    refuse: |status| Problem::of_status(status).into_response(),
};

const BAD_KEY: &str = "bad-key";

fn check(headers: &HeaderMap) -> Result<(), Box<Response>> {
    let problem = match headers.get("x-api-key").map(|key| key.as_bytes()) {
        None | Some(b"") => {
            Problem::new(401, "missing_credentials", "Missing credentials", "Some credentials are necessary to perform the request.")
        }
        Some(key) if key == BAD_KEY.as_bytes() => {
            Problem::new(401, "invalid_credentials", "Invalid credentials", "The provided credentials are invalid.")
        }
        Some(_) => return Ok(()),
    };
    Err(Box::new(problem.into_response()))
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
