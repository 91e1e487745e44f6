//! Bright Data's data set of job postings: asking, waiting, fetching.

mod row;

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::faults::{Effects, Route};
use crate::gate::{self, Vendor, parameter};
use crate::journal::now_us;
use crate::postings::find::Query;
use crate::world::{World, lock};

const JOBS: &str = "gd_lpfll7v5hcqtkxl6l";
const BAD_KEY: &str = "Bearer bad-key";
/// Looks at the progress before a snapshot is ready.
const LOOKS: u32 = 2;
/// The fewest rows by which a download is divided.
const LEAST_BATCH: usize = 1_000;
/// The most rows of a discovery.
const MOST_ROWS: usize = 200;

const BRIGHT_DATA: Vendor = Vendor { account: |_, _| None, check, route: |_, _| Route::Dataset, refuse };

/// A collection that was asked for.
#[derive(Debug, Clone)]
pub struct Snapshot {
    id: String,
    discovers: bool,
    inputs: Vec<Value>,
    /// The most rows for each input.
    limit: usize,
    looks: u32,
    fails: bool,
    row_errors: bool,
    created_us: i64,
}

pub fn routes(world: Arc<World>) -> Router<Arc<World>> {
    Router::new()
        .route("/datasets/v3/trigger", post(trigger))
        .route("/datasets/v3/snapshots", get(list))
        .route("/datasets/v3/progress/{id}", get(progress))
        .route("/datasets/v3/snapshot/{id}", get(download))
        .layer(axum::middleware::from_fn_with_state((world, &BRIGHT_DATA), gate::pass))
}

fn check(headers: &HeaderMap) -> Result<(), Box<Response>> {
    match headers.get("authorization").map(|key| key.as_bytes()) {
        Some(key) if key.starts_with(b"Bearer ") && key != BAD_KEY.as_bytes() => Ok(()),
        _ => Err(Box::new(refuse(401))),
    }
}

/// Some refusals are JSON and some plain text, as at the vendor's.
fn refuse(status: u16) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match status {
        400 => (code, Json(json!({ "validation_errors": ["The request was refused."] }))).into_response(),
        402 => (code, Json(json!({ "error": "Insufficient balance" }))).into_response(),
        401 => (code, "Invalid token").into_response(),
        404 => (code, "Snapshot does not exist").into_response(),
        429 => (code, "Too many requests").into_response(),
        _ => (code, "Something went wrong").into_response(),
    }
}

fn invalid(error: String) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "validation_errors": [error] }))).into_response()
}

async fn trigger(
    State(world): State<Arc<World>>,
    Extension(effects): Extension<Arc<Effects>>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    if parameter(&query, "dataset_id").as_deref() != Some(JOBS) {
        return (StatusCode::NOT_FOUND, "dataset does not exist").into_response();
    }
    let discovers = match (parameter(&query, "type").as_deref(), parameter(&query, "discover_by").as_deref()) {
        (None, None) => false,
        (Some("discover_new"), Some("keyword")) => true,
        _ => return invalid("type is discover_new, and discover_by keyword, or both are left out".to_owned()),
    };
    let limit = match parameter(&query, "limit_per_input").map(|limit| limit.parse::<usize>()) {
        None => MOST_ROWS,
        Some(Ok(limit)) if limit > 0 => limit.min(MOST_ROWS),
        Some(_) => return invalid("limit_per_input is a number from 1".to_owned()),
    };
    let inputs: Vec<Value> = match serde_json::from_slice(&body) {
        Ok(Value::Array(inputs)) if !inputs.is_empty() => inputs,
        _ => return invalid("the body is a list of inputs".to_owned()),
    };
    let required = if discovers { "location" } else { "url" };
    if let Some(place) = inputs.iter().position(|input| input.get(required).and_then(Value::as_str).is_none_or(str::is_empty)) {
        return invalid(format!("inputs[{place}].{required} is required"));
    }
    let mut snapshots = lock(&world.snapshots);
    let id = format!("s_sandbox{:06}", snapshots.len() + 1);
    snapshots.push(Snapshot {
        id: id.clone(),
        discovers,
        inputs,
        limit,
        looks: 0,
        fails: effects.snapshot_failed,
        row_errors: effects.row_errors,
        created_us: now_us(),
    });
    Json(json!({ "snapshot_id": id })).into_response()
}

async fn list(State(world): State<Arc<World>>, RawQuery(query): RawQuery) -> Response {
    let wanted = parameter(query.as_deref().unwrap_or_default(), "status");
    let snapshots = lock(&world.snapshots);
    let rows = snapshots.iter().filter(|snapshot| wanted.as_deref().is_none_or(|wanted| wanted == snapshot.status())).map(|snapshot| {
        let created = jiff::Timestamp::from_microsecond(snapshot.created_us).unwrap_or_default().to_string();
        json!({ "id": snapshot.id, "created": created, "status": snapshot.status(), "dataset_id": JOBS })
    });
    Json(rows.collect::<Vec<_>>()).into_response()
}

async fn progress(State(world): State<Arc<World>>, Path(id): Path<String>) -> Response {
    let mut snapshots = lock(&world.snapshots);
    let Some(snapshot) = snapshots.iter_mut().find(|snapshot| snapshot.id == id) else { return refuse(404) };
    snapshot.looks += 1;
    let mut said = json!({ "status": snapshot.status(), "snapshot_id": id, "dataset_id": JOBS });
    if snapshot.status() == "failed" {
        said["error_message"] = "the crawl was stopped".into();
    }
    Json(said).into_response()
}

async fn download(
    State(world): State<Arc<World>>,
    Extension(effects): Extension<Arc<Effects>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let snapshot = match lock(&world.snapshots).iter().find(|snapshot| snapshot.id == id) {
        Some(snapshot) => snapshot.clone(),
        None => return refuse(404),
    };
    if effects.not_ready || snapshot.status() != "ready" {
        let words = json!({ "status": "building", "message": "Snapshot is not ready yet, try again in 30s" });
        return (StatusCode::ACCEPTED, Json(words)).into_response();
    }
    let query = query.unwrap_or_default();
    let number = |name: &str| parameter(&query, name).map(|text| text.parse::<usize>().unwrap_or(0));
    let rows = rows(&world, &snapshot);
    match (number("batch_size"), number("part").unwrap_or(1)) {
        (None, _) => Json(rows).into_response(),
        (Some(LEAST_BATCH..), 0) | (Some(0..LEAST_BATCH), _) => invalid(format!("batch_size is from {LEAST_BATCH}, part from 1")),
        (Some(size), part) => Json(rows.chunks(size).nth(part - 1).unwrap_or_default()).into_response(),
    }
}

impl Snapshot {
    fn status(&self) -> &'static str {
        match self.looks {
            0 => "starting",
            looks if looks < LOOKS => "running",
            _ if self.fails => "failed",
            _ => "ready",
        }
    }
}

fn rows(world: &World, snapshot: &Snapshot) -> Vec<Value> {
    let mut rows = Vec::new();
    for input in &snapshot.inputs {
        if snapshot.discovers {
            let found = world.posting_results(&query_of(input));
            for index in found.iter().take(snapshot.limit) {
                let mut row = row::of(&world.population, &world.postings().all[*index as usize]);
                row["discovery_input"] = input.clone();
                rows.push(row);
            }
        } else {
            rows.push(row::answer(world, input));
        }
    }
    if snapshot.row_errors {
        rows.insert(rows.len().min(1), json!({ "error": "Crawl failed after retries", "error_code": "crawl_error", "input": {} }));
        rows.push(json!("not a row at all"));
    }
    rows
}

fn query_of(input: &Value) -> Query {
    let say = |name: &str| input.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    Query {
        keywords: say("keyword").map(str::to_owned),
        location: say("location").map(str::to_owned),
        max_age_seconds: match say("time_range") {
            Some("Past 24 hours") => Some(86_400),
            Some("Past week") => Some(7 * 86_400),
            Some("Past month") => Some(30 * 86_400),
            _ => None,
        },
        employments: say("job_type").map(|kind| kind.chars().take(1).collect()).into_iter().collect(),
        workplaces: match say("remote") {
            Some("On-site") => vec!["1".to_owned()],
            Some("Remote") => vec!["2".to_owned()],
            Some("Hybrid") => vec!["3".to_owned()],
            _ => Vec::new(),
        },
        ..Query::default()
    }
}
