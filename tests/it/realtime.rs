//! Changes over WebSockets, in the protocol of Supabase's clients.

mod access;
mod changes;
mod protocol;

use serde_json::json;
use sluice_sandbox::{Options, Sandbox};

use crate::support::{OWNER_KEY, TestApp};

async fn sandbox() -> Sandbox {
    sluice_sandbox::start(Options { people: 20_000, ..Options::default() }).await.expect("the sandbox starts")
}

/// A search over the route that the known frontend calls, on an account that its user has.
async fn start_search(app: &TestApp, key: &str, target: u32) -> String {
    let body = json!({"search_criteria": {"category": "people", "keywords": "manager"}, "target_count": target});
    app.post(key, "/api/linkedin/search/create-job", body).await.ok()["job_id"].as_str().expect("an id").to_owned()
}

/// A search that is paused, so that nothing changes it but the test.
async fn quiet_search(app: &TestApp, key: &str) -> String {
    app.account(key, "http://127.0.0.1:9", "classic").await;
    let id = start_search(app, key, 10).await;
    pause(app, key, &id).await;
    id
}

async fn pause(app: &TestApp, key: &str, id: &str) {
    app.post(key, &format!("/api/v1/jobs/{id}/pause"), serde_json::Value::Null).await.ok();
    app.until(key, id, "paused").await;
}

/// A key that is revoked or expires, made by the owner.
async fn make_key(app: &TestApp, body: serde_json::Value) -> (String, String) {
    let made = app.post(OWNER_KEY, "/api/v1/keys", body).await.ok();
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    (text("id"), text("key"))
}
