//! Keys stay out of logs, errors and URLs.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::socket::Socket;
use crate::support::{OWNER_KEY, TestApp, TestDatabase, send};

const PROVIDER_KEY: &str = "provider-key-that-must-not-show";
const PASSWORD: &str = "passphrase-that-must-not-show";
const COOKIE: &str = "cookie-that-must-not-show";

/// Everything that is logged, at every level.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Captured;
    fn make_writer(&'a self) -> Captured {
        self.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn immunity_24_no_key_is_in_a_log_an_error_or_an_answer() {
    let captured = Captured::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(captured.clone()).finish();
    tracing::subscriber::set_global_default(subscriber).expect("each test is a process of its own");

    let sandbox = sluice_sandbox::start(sluice_sandbox::Options { people: 2_000, ..Default::default() }).await.expect("the sandbox starts");
    let app = TestApp::over(TestDatabase::sqlite().await, sluice::config::Settings::default()).await;
    let account = json!({
        "provider": "unipile", "base_url": sandbox.base_url(), "api_key": PROVIDER_KEY, "external_account_id": "acc_classic",
        "session_cookie": COOKIE, "pace": {"delay_ms": 0},
    });
    let mut answers = Vec::new();
    let made = app.post(OWNER_KEY, "/api/v1/accounts", account.clone()).await;
    let path = format!("/api/v1/accounts/{}", made.ok()["id"].as_str().expect("an id"));
    answers.push(made);
    let mut wrong = account.clone();
    wrong["api_key"] = json!([PROVIDER_KEY]);
    answers.push(app.post(OWNER_KEY, "/api/v1/accounts", wrong).await);
    let mut unknown = account.clone();
    unknown["apikey"] = json!(PROVIDER_KEY);
    answers.push(app.post(OWNER_KEY, "/api/v1/accounts", unknown).await);
    answers.push(app.post(OWNER_KEY, "/api/v1/accounts", Json::from(PROVIDER_KEY)).await);
    answers.push(app.get(OWNER_KEY, &path).await);
    answers.push(app.get(OWNER_KEY, "/api/v1/accounts").await);
    answers.push(app.post(OWNER_KEY, &format!("{path}/test"), Json::Null).await);
    let search = app.post(OWNER_KEY, "/api/v1/searches", json!({"criteria": {"keywords": "manager"}, "target": 60})).await;
    let id = search.ok()["job_id"].as_str().expect("an id").to_owned();
    app.ended(OWNER_KEY, &id).await;
    answers.push(app.get(OWNER_KEY, &format!("/api/v1/jobs/{id}")).await);
    // A key that came into a URL by mistake is not written down either.
    answers.push(app.get("sk_wrong-key-that-must-not-show", &format!("/api/v1/jobs?apikey={OWNER_KEY}").replace(' ', "+")).await);
    let made_key = app.post(OWNER_KEY, "/api/v1/keys", json!({"name": "new", "role": "viewer"})).await.ok();
    let new_key = made_key["key"].as_str().expect("a key").to_owned();
    answers.push(app.get(&new_key, "/api/v1/keys").await);
    answers.push(app.get(OWNER_KEY, "/api/v1/keys").await);
    // The key of a realtime connection is in its URL, where browsers have to put it, and clients repeat it in their first frame.
    let mut socket = Socket::open(&app, &new_key).await;
    socket.send(Some("1"), "realtime:x", "phx_join", json!({"config": {}, "access_token": new_key})).await;
    socket.next().await.ok();
    assert!(Socket::try_open(&app, "sk_wrong-key-that-must-not-show", "2.0.0").await.is_err());
    // Links that sign somebody in hold their secret in the path; so do addresses that were mistyped.
    let made_link = app.post(OWNER_KEY, "/api/v1/me/sign-in-link", Json::Null).await.ok();
    let link = made_link["link"].as_str().expect("a link").strip_prefix(&app.url("")).expect("ours").to_owned();
    let token = link.rsplit('/').next().expect("a token").to_owned();
    let browser = app.stranger();
    for path in [link.clone(), format!("{link}/"), format!("/{link}"), format!("/api/v1/jobs/{token}"), format!("/sign-in?next={link}")] {
        browser.get(&path).await;
    }
    let person = [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    answers.push(browser.submit(&link, &[("name", "Ada"), ("email", "nobody"), ("password", PASSWORD)]).await);
    answers.push(browser.submit(&link, &person).await);
    let cookie = browser.cookie().expect("a session").split_once('=').expect("a cookie").1.to_owned();
    browser.get("/settings/you").await;
    browser.submit("/sign-in", &[("email", "ada@example.com"), ("password", "wrong-password-that-must-not-show")]).await;
    browser.submit("/sign-in", &[("key", "sk_wrong-key-that-must-not-show")]).await;
    answers.push(send(app.elsewhere(&app.url("/metrics")).header("x-api-key", OWNER_KEY)).await);
    app.stop().await;

    let log = String::from_utf8(captured.0.lock().expect("the log").clone()).expect("text");
    assert!(log.contains("path=\"/api/v1/accounts\"") || log.contains("/api/v1/accounts"), "the access log is there: {log}");
    let secrets = [
        PROVIDER_KEY,
        COOKIE,
        OWNER_KEY,
        &OWNER_KEY.replace(' ', "+"),
        "key-that-must-not-show",
        "cookie-that",
        &new_key,
        PASSWORD,
        &token,
        &cookie,
        "password-that",
    ];
    for secret in secrets {
        if let Some(at) = log.find(secret) {
            panic!("{secret} is in the log: …{}…", log.get(at.saturating_sub(300)..(at + 100).min(log.len())).unwrap_or_default());
        }
        for answer in &answers {
            assert!(!answer.text.contains(secret), "{secret} is in an answer: {}", answer.text);
        }
    }
}
