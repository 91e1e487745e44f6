//! `/healthz` and `/readyz`: whether the process lives, and whether it can work.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Shared;
use crate::store::SchemaState;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Health {
    /// `ok`, or what is wrong.
    pub status: &'static str,
    pub version: &'static str,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Readiness {
    /// `ready` or `not ready`.
    pub status: &'static str,
    /// `ok` or `unreachable`.
    pub database: &'static str,
    /// `up to date`, `behind` (run `sluice migrate`), `newer than this program`, or `unknown`.
    pub schema: &'static str,
    pub version: &'static str,
}

/// The process lives.
#[utoipa::path(get, path = "/healthz", tag = "Health", security(()), responses((status = 200, body = Health)))]
pub async fn live() -> Json<Health> {
    Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// The database answers and its schema fits this program.
#[utoipa::path(
    get, path = "/readyz", tag = "Health", security(()),
    responses((status = 200, body = Readiness), (status = 503, body = Readiness)),
)]
pub async fn ready(State(app): State<Shared>) -> (StatusCode, Json<Readiness>) {
    let (database, schema) = match app.database.schema_state().await {
        Ok(SchemaState::UpToDate) => ("ok", "up to date"),
        Ok(SchemaState::Behind(_)) => ("ok", "behind"),
        Err(crate::store::StoreError::Refused(_)) => ("ok", "newer than this program"),
        Err(error) => {
            tracing::warn!(%error, "not ready: the database does not answer");
            ("unreachable", "unknown")
        }
    };
    let is_ready = schema == "up to date" && !app.stopping.is_cancelled();
    let (code, status) = if is_ready { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") };
    (code, Json(Readiness { status, database, schema, version: env!("CARGO_PKG_VERSION") }))
}
