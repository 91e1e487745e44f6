//! `/_sandbox`: the request log, and faults changed while the sandbox runs.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::json;

use crate::faults::{Faults, Schedule};
use crate::journal::Entry;
use crate::world::{World, lock};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    faults: Option<String>,
    latency_ms: Option<u64>,
}

pub fn routes() -> axum::Router<Arc<World>> {
    axum::Router::new()
        .route("/_sandbox/requests", get(list_requests).delete(clear_requests))
        .route("/_sandbox/faults", get(show_faults).put(change_faults))
}

async fn list_requests(State(world): State<Arc<World>>) -> Json<Vec<Entry>> {
    Json(lock(&world.journal).entries())
}

async fn clear_requests(State(world): State<Arc<World>>) -> StatusCode {
    lock(&world.journal).clear();
    StatusCode::NO_CONTENT
}

async fn show_faults(State(world): State<Arc<World>>) -> Response {
    let faults = lock(&world.schedule).faults.to_string();
    Json(json!({ "faults": faults, "latency_ms": lock(&world.latency).as_millis() as u64 })).into_response()
}

/// The body is the list of faults itself, or JSON with `faults`, `latency_ms` or both. Setting faults starts their counting anew.
async fn change_faults(State(world): State<Arc<World>>, body: String) -> Response {
    let refuse = |reason: String| (StatusCode::BAD_REQUEST, Json(json!({ "error": reason }))).into_response();
    let change = if body.trim_start().starts_with('{') {
        match serde_json::from_str(&body) {
            Ok(change) => change,
            Err(error) => return refuse(error.to_string()),
        }
    } else {
        Change { faults: Some(body), latency_ms: None }
    };
    if let Some(text) = &change.faults {
        match text.parse::<Faults>() {
            Ok(faults) => *lock(&world.schedule) = Schedule::new(faults, world.population.seed),
            Err(error) => return refuse(error.to_string()),
        }
    }
    if let Some(latency_ms) = change.latency_ms {
        *lock(&world.latency) = Duration::from_millis(latency_ms);
    }
    show_faults(State(world)).await
}
