//! A server's life: its first start, what it says of itself, its lock, its end.

use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::json;
use sluice::config::{Config, Settings};
use sluice::data_dir;
use sluice::first_start::OwnerKey;
use sluice::serve::{Options, Server, StartError};

use crate::support::{OWNER_KEY, TestApp, TestDatabase, each_database, send};

fn settings(database: &TestDatabase) -> Settings {
    Settings {
        data_dir: Some(database.folder().to_owned()),
        database_url: Some(database.url().into()),
        bind: Some("127.0.0.1:0".into()),
        ..Settings::default()
    }
}

async fn start(settings: &Settings) -> Result<Server, StartError> {
    Server::start(Config::load(settings).unwrap_or_else(|error| panic!("{error}")), Options::default()).await
}

each_database! {
    async fn health_and_readiness_need_no_key(app: TestApp) {
        assert_eq!(send(app.request(Method::GET, "/healthz")).await.ok()["status"], "ok");
        let ready = send(app.request(Method::GET, "/readyz")).await.ok();
        assert_eq!((&ready["status"], &ready["database"], &ready["schema"]), (&json!("ready"), &json!("ok"), &json!("up to date")));
        app.client(OWNER_KEY).ready().await.expect("the typed client agrees");
    }

    async fn what_is_not_there_is_a_problem_too(app: TestApp) {
        assert_eq!(app.get(OWNER_KEY, "/api/v1/nothing").await.problem(404)["error_code"], "NO_SUCH_ROUTE");
        let wrong = send(app.request(Method::PUT, "/api/v1/accounts").header("x-api-key", OWNER_KEY)).await;
        assert_eq!(wrong.problem(405)["error_code"], "METHOD_NOT_ALLOWED");
        assert!(wrong.headers["allow"].to_str().is_ok_and(|allow| allow.contains("GET") && allow.contains("POST")), "{:?}", wrong.headers);
        let id = wrong.headers["x-request-id"].to_str().expect("an id").to_owned();
        assert_eq!(wrong.json()["request_id"], id);
        let given = send(app.request(Method::GET, "/api/v1/nothing").header("x-request-id", "from-a-proxy-1")).await;
        assert_eq!(given.problem(404)["request_id"], "from-a-proxy-1");
    }

    async fn the_figures_are_for_owners(app: TestApp) {
        app.get(OWNER_KEY, "/api/v1/accounts").await.ok();
        let figures = app.get(OWNER_KEY, "/metrics").await;
        assert!(figures.text.contains(r#"sluice_http_requests_total{method="GET",route="/api/v1/accounts",status="200"}"#), "{}", figures.text);
        for state in ["queued", "running", "completed", "failed"] {
            assert!(figures.text.contains(&format!("sluice_jobs{{state=\"{state}\"}} 0")), "{}", figures.text);
        }
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let body = json!({"criteria": {"keywords": "x"}});
        let job = app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned();
        app.post(OWNER_KEY, &format!("/api/v1/jobs/{job}/cancel"), json!(null)).await.ok();
        app.until(OWNER_KEY, &job, "canceled").await;
        let figures = app.get(OWNER_KEY, "/metrics").await;
        assert!(figures.text.contains("sluice_jobs{state=\"canceled\"} 1"), "{}", figures.text);
        send(app.request(Method::GET, "/metrics")).await.problem(401);
    }

    async fn a_stopped_server_starts_again_with_what_it_had(app: TestApp) {
        let made = app.post(OWNER_KEY, "/api/v1/keys", json!({"name": "lasting", "role": "viewer"})).await.ok();
        let database = app.stop().await;
        let again = TestApp::over(database, Settings::default()).await;
        again.get(made["key"].as_str().expect("a key"), "/api/v1/accounts").await.ok();
    }

    async fn another_secret_key_is_refused_at_start(app: TestApp) {
        let database = app.stop().await;
        let other = Settings { secret_key: Some("another secret key, also long enough".into()), ..settings(&database) };
        let refused = start(&other).await.expect_err("the key is not the one").to_string();
        assert!(refused.contains("SLUICE_SECRET_KEY"), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_keeps_the_owners_key_for_the_command_line() {
    let database = TestDatabase::sqlite().await;
    let server = start(&settings(&database)).await.expect("it starts");
    let begun = server.first_start.clone().expect("it is the first start");
    assert_eq!(begun.owner_key, OwnerKey::KeptIn(database.folder().join("cli.key")));
    let url = server.url.clone().expect("it listens");
    let running = data_dir::running_server(database.folder()).expect("it says that it runs");
    assert_eq!((format!("{}/", running.url), running.pid), (url.to_string(), std::process::id()));
    let key = data_dir::cli_key(database.folder()).expect("it is read").expect("it is kept");
    let client = sluice_api::Client::new(url, key.clone()).expect("a client");
    assert_eq!(client.workspaces(&sluice_api::PageQuery::default()).await.expect("the key works").data[0].name, "Home");

    let refused = start(&settings(&database)).await.expect_err("the data directory is taken").to_string();
    assert!(refused.contains(&running.url), "{refused}");
    server.stop().await;
    assert_eq!(data_dir::running_server(database.folder()), None);

    // A lost key file is made again, with a new key that works; nothing else is.
    std::fs::remove_file(database.folder().join("cli.key")).expect("it was there");
    let again = start(&settings(&database)).await.expect("it starts again");
    assert!(again.first_start.is_none());
    let other = data_dir::cli_key(database.folder()).expect("it is read").expect("it is kept");
    assert_ne!(other.expose_secret(), key.expose_secret());
    let client = sluice_api::Client::new(again.url.clone().expect("it listens"), other).expect("a client");
    assert_eq!(client.workspaces(&sluice_api::PageQuery::default()).await.expect("the key works").pagination.total, 1);
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_alone_need_postgres() {
    let database = TestDatabase::sqlite().await;
    let config = Config::load(&settings(&database)).expect("valid settings");
    let refused = Server::start(config, Options { listen: false, ..Options::default() }).await.expect_err("SQLite has one process");
    assert!(matches!(refused, StartError::NeedsPostgres));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_too_long_is_answered_in_time() {
    let latency = std::time::Duration::from_secs(20);
    let sandbox =
        sluice_sandbox::start(sluice_sandbox::Options { people: 100, latency, ..Default::default() }).await.expect("the sandbox starts");
    let app = TestApp::over(TestDatabase::sqlite().await, Settings { request_timeout_ms: Some(100), ..Settings::default() }).await;
    let body = json!({"provider": "unipile", "base_url": sandbox.base_url(), "api_key": "k", "external_account_id": "acc_classic"});
    assert_eq!(app.post(OWNER_KEY, "/api/v1/accounts", body).await.problem(503)["error_code"], "TIMED_OUT");
    assert_eq!(app.get(OWNER_KEY, "/api/v1/accounts").await.ok()["pagination"]["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_a_500_that_tells_nothing() {
    let app = TestApp::over(TestDatabase::sqlite().await, Settings::default()).await;
    let router = axum::Router::new()
        .route("/", axum::routing::get(async || -> &'static str { panic!("the inside of the server") }))
        .layer(axum::middleware::from_fn_with_state(app.app().clone(), sluice::http::guard::guard));
    let request = http::Request::new(axum::body::Body::empty());
    let response = tower::ServiceExt::oneshot(router, request).await.expect("an answer");
    assert_eq!(response.status().as_u16(), 500);
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("a body");
    let text = String::from_utf8(body.to_vec()).expect("text");
    assert!(text.contains("INTERNAL_ERROR") && !text.contains("the inside"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_may_call_from_the_origins_that_were_named_and_no_others() {
    let settings = Settings { allowed_origins: vec!["https://app.example.com".into()], ..Settings::default() };
    let app = TestApp::over(TestDatabase::sqlite().await, settings).await;
    for (origin, allowed) in [("https://app.example.com", true), ("https://app.example.com.evil.example", false), ("null", false)] {
        let preflight = app.request(Method::OPTIONS, "/api/v1/jobs").header("origin", origin);
        let preflight = preflight.header("access-control-request-method", "GET").header("access-control-request-headers", "x-api-key");
        let answer = send(preflight).await;
        assert_eq!(answer.headers.contains_key("access-control-allow-origin"), allowed, "{origin}");
        let answer = send(app.request(Method::GET, "/api/v1/jobs").header("origin", origin).header("x-api-key", OWNER_KEY)).await;
        assert_eq!(answer.headers.contains_key("access-control-allow-origin"), allowed, "{origin}");
        assert!(!answer.headers.contains_key("access-control-allow-credentials"));
    }
}
