//! Who gets in, as whom, and what everybody else is told.

use reqwest::Method;
use serde_json::json;
use sluice::domain::{KeyId, Role, Scope};
use sluice::store::keys;

use crate::support::{OWNER_KEY, each_database, send};

each_database! {
    async fn a_request_without_a_key_is_told_the_header(app: TestApp) {
        let problem = send(app.request(Method::GET, "/api/v1/accounts")).await.problem(401);
        assert_eq!(problem["error_code"], "UNAUTHENTICATED");
        assert!(problem["suggestions"][0].as_str().is_some_and(|text| text.contains("x-api-key: YOUR_KEY")), "{problem}");
        for wrong in ["sk_unknown", "", "the owner's key of a tesT", OWNER_KEY.trim_end_matches('t')] {
            app.get(wrong, "/api/v1/accounts").await.problem(401);
        }
        send(app.request(Method::GET, "/api/v1/accounts").header("authorization", "Basic eDp5")).await.problem(401);
    }

    async fn a_key_is_taken_from_either_header(app: TestApp) {
        app.get(OWNER_KEY, "/api/v1/workspaces").await.ok();
        let bearer = format!("Bearer {OWNER_KEY}");
        send(app.request(Method::GET, "/api/v1/workspaces").header("authorization", bearer)).await.ok();
    }

    async fn a_role_limits_what_its_user_may_do(app: TestApp) {
        let owner = app.owner().await;
        let viewer = app.colleague(owner.workspace_id, Role::Viewer).await;
        let member = app.colleague(owner.workspace_id, Role::Member).await;
        app.get(&viewer.key, "/api/v1/accounts").await.ok();
        let account = json!({"provider": "linkedin"});
        let refused = app.post(&viewer.key, "/api/v1/accounts", account.clone()).await.problem(403);
        assert!(refused["detail"].as_str().is_some_and(|text| text.contains("member") && text.contains("viewer")), "{refused}");
        app.post(&member.key, "/api/v1/accounts", account).await.ok();
        for path in ["/api/v1/keys", "/metrics"] {
            app.get(&member.key, path).await.problem(403);
            app.get(OWNER_KEY, path).await;
        }
    }

    async fn a_key_follows_its_user_into_other_workspaces(app: TestApp) {
        let made = app.post(OWNER_KEY, "/api/v1/workspaces", json!({"name": "Second"})).await.ok();
        let second = made["id"].as_str().expect("an id");
        let there = app.request(Method::POST, "/api/v1/keys").header("x-api-key", OWNER_KEY).header("x-workspace-id", second);
        let key = send(there.json(&json!({"name": "there", "role": "viewer"}))).await.ok()["key"].as_str().expect("a key").to_owned();
        // The key's home is the second workspace, and its user belongs to both.
        let home = app.owner().await.workspace_id;
        for (workspace, status) in [(second.to_owned(), 200), (home.to_string(), 200), (app.tenant().await.workspace_id.to_string(), 404)] {
            let request = app.request(Method::GET, "/api/v1/accounts").header("x-api-key", &key).header("x-workspace-id", &workspace);
            assert_eq!(send(request).await.status.as_u16(), status, "{workspace}");
        }
        let nonsense = app.request(Method::GET, "/api/v1/accounts").header("x-api-key", &key).header("x-workspace-id", "mine");
        assert_eq!(send(nonsense).await.problem(404)["validation_errors"][0]["field"], "x-workspace-id");
    }

    async fn a_publishable_key_reads_its_own_workspace_and_nothing_else(app: TestApp) {
        let made = app.post(OWNER_KEY, "/api/v1/keys", json!({"name": "page", "role": "viewer", "publishable": true})).await.ok();
        let key = made["key"].as_str().expect("a key");
        assert!(key.starts_with("pk_"), "{key}");
        app.get(key, "/api/v1/accounts").await.ok();
        app.post(key, "/api/v1/accounts", json!({"provider": "linkedin"})).await.problem(403);
        let second = app.post(OWNER_KEY, "/api/v1/workspaces", json!({"name": "Second"})).await.ok();
        let request = app.request(Method::GET, "/api/v1/accounts").header("x-api-key", key);
        send(request.header("x-workspace-id", second["id"].as_str().expect("an id"))).await.problem(404);
        let refused = app.post(OWNER_KEY, "/api/v1/keys", json!({"name": "page", "role": "owner", "publishable": true})).await;
        assert_eq!(refused.problem(422)["validation_errors"][0]["field"], "role");
    }

    async fn a_revoked_or_expired_key_opens_nothing(app: TestApp) {
        let expires_at = sluice::domain::Micros(app.database().now_us().await.expect("the time") + 60_000_000).timestamp().to_string();
        let made = app.post(OWNER_KEY, "/api/v1/keys", json!({"name": "short", "role": "owner", "expires_at": expires_at})).await.ok();
        let (id, key) = (made["id"].as_str().expect("an id"), made["key"].as_str().expect("a key"));
        app.get(key, "/api/v1/keys").await.ok();
        app.database().advance_clock(std::time::Duration::from_secs(61));
        app.get(key, "/api/v1/keys").await.problem(401);
        let lasting = app.post(OWNER_KEY, "/api/v1/keys", json!({"name": "lasting", "role": "owner"})).await.ok();
        app.get(lasting["key"].as_str().expect("a key"), "/api/v1/keys").await.ok();
        app.delete(OWNER_KEY, &format!("/api/v1/keys/{}", lasting["id"].as_str().expect("an id"))).await.ok();
        app.get(lasting["key"].as_str().expect("a key"), "/api/v1/keys").await.problem(401);
        assert_eq!(app.delete(OWNER_KEY, &format!("/api/v1/keys/{id}")).await.status.as_u16(), 204);
    }

    async fn authentication_writes_nothing_until_the_flush(app: TestApp) {
        let used = async || {
            let mut conn = app.database().read().await.expect("a connection");
            let (found, _) = keys::list(&mut conn, Scope::System, 10, 0).await.expect("the keys");
            found.into_iter().filter(|key| key.last_used_at.is_some()).map(|key| key.id).collect::<Vec<KeyId>>()
        };
        for _ in 0..3 {
            app.get(OWNER_KEY, "/api/v1/accounts").await.ok();
        }
        assert_eq!(used().await, []);
        app.app().used_credentials.flush(&app.database()).await.expect("it is written");
        assert_eq!(used().await.len(), 1);
    }
}
