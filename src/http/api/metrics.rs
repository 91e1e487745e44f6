//! `/metrics`: figures for Prometheus, for owners.

use std::sync::OnceLock;
use std::time::Duration;

use axum::extract::State;
use http::header::{CONTENT_TYPE, HeaderName};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use tokio_util::sync::CancellationToken;

use crate::domain::Scope;
use crate::domain::job::JobState;
use crate::http::Shared;
use crate::store::jobs;

const UPKEEP: Duration = Duration::from_secs(5);

/// Upper bounds in seconds, from a quick read to the request time-out.
const BUCKETS: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Collects figures from now on. The process has one recorder, whoever asks first.
pub fn install() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("duration_seconds".into()), BUCKETS)
            .expect("there is a bucket");
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder of metrics is installed already; /metrics stays empty");
        }
        handle
    })
}

/// Sorts collected durations into their buckets now and then, whether or not anybody asks for them; until then each is kept.
pub async fn keep_small(stop: CancellationToken) {
    let mut rounds = tokio::time::interval(UPKEEP);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = rounds.tick() => install().run_upkeep(),
        }
    }
}

/// Requests by route and status, their durations, the jobs by state, and this process.
#[utoipa::path(get, path = "/metrics", tag = "Health", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn show(State(app): State<Shared>) -> ([(HeaderName, &'static str); 1], String) {
    // Without a database there is one figure to tell, and it says so.
    let counted = match app.database.read().await {
        Ok(mut conn) => jobs::count_by_state(&mut conn, Scope::System).await.ok(),
        Err(_) => None,
    };
    metrics::gauge!("sluice_database_up").set(if counted.is_some() { 1.0 } else { 0.0 });
    metrics::gauge!("sluice_build_info", "version" => env!("CARGO_PKG_VERSION"), "database" => app.database.name()).set(1.0);
    for state in JobState::ALL {
        let count = |counted: Vec<(JobState, i64)>| counted.iter().find(|(found, _)| found == state).map_or(0, |(_, number)| *number);
        if let Some(number) = counted.clone().map(count) {
            metrics::gauge!("sluice_jobs", "state" => state.as_str()).set(number as f64);
        }
    }
    let handle = install();
    handle.run_upkeep();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render())
}
