//! A creating request that is sent again creates nothing more.

use reqwest::Method;
use serde_json::{Value as Json, json};
use sluice::domain::Scope;
use sluice::store::keys;

use crate::support::app::Answer;
use crate::support::{OWNER_KEY, TestApp, each_database, send};

async fn create(app: &TestApp, key: &str, path: &str, idempotency_key: &str, body: &Json) -> Answer {
    send(app.request(Method::POST, path).header("x-api-key", key).header("idempotency-key", idempotency_key).json(body)).await
}

each_database! {
    async fn the_same_request_is_answered_as_before(app: TestApp) {
        for (path, body) in [
            ("/api/v1/workspaces", json!({"name": "Second"})),
            ("/api/v1/keys", json!({"name": "other", "role": "viewer"})),
            ("/api/v1/accounts", json!({"provider": "linkedin"})),
        ] {
            let first = create(&app, OWNER_KEY, path, "once", &body).await;
            assert_eq!(first.status.as_u16(), 201, "{path}: {}", first.text);
            let again = create(&app, OWNER_KEY, path, "once", &body).await;
            assert_eq!((again.status, &again.text, &again.headers["idempotency-replayed"]), (first.status, &first.text, &"true".parse().expect("a value")));
            assert_eq!(first.headers.get("location"), again.headers.get("location"));
            assert!(!first.headers.contains_key("idempotency-replayed"));
            let other = create(&app, OWNER_KEY, path, "twice", &body).await;
            assert_ne!(other.text, first.text, "{path}");
            app_forgets(&app).await;
        }
        assert_eq!(app.get(OWNER_KEY, "/api/v1/workspaces").await.ok()["pagination"]["total"], 3);
        assert_eq!(app.get(OWNER_KEY, "/api/v1/accounts").await.ok()["pagination"]["total"], 2);
    }

    async fn a_key_of_another_request_is_refused(app: TestApp) {
        create(&app, OWNER_KEY, "/api/v1/workspaces", "one", &json!({"name": "Second"})).await.ok();
        let problem = create(&app, OWNER_KEY, "/api/v1/workspaces", "one", &json!({"name": "Third"})).await.problem(409);
        assert_eq!((&problem["error_code"], &problem["validation_errors"][0]["field"]), (&json!("IDEMPOTENCY_KEY_REUSED"), &json!("Idempotency-Key")));
        // Somebody else's key of the same text is another key.
        let stranger = app.tenant().await;
        create(&app, &stranger.key, "/api/v1/workspaces", "one", &json!({"name": "Third"})).await.ok();
    }

    async fn a_refused_request_leaves_its_key_free(app: TestApp) {
        create(&app, OWNER_KEY, "/api/v1/keys", "k", &json!({"name": "", "role": "viewer"})).await.problem(422);
        create(&app, OWNER_KEY, "/api/v1/keys", "k", &json!({"name": "good", "role": "viewer"})).await.ok();
        create(&app, OWNER_KEY, "/api/v1/keys", &"x".repeat(256), &json!({"name": "good", "role": "viewer"})).await.problem(422);
    }

    async fn many_at_once_create_one(app: TestApp) {
        let body = json!({"name": "one of many", "role": "viewer"});
        let answers = futures_util::future::join_all((0..8).map(|_| create(&app, OWNER_KEY, "/api/v1/keys", "race", &body))).await;
        let texts: std::collections::BTreeSet<String> = answers.into_iter().map(|answer| answer.ok().to_string()).collect();
        assert_eq!(texts.len(), 1, "{texts:?}");
        let mut conn = app.database().read().await.expect("a connection");
        let (found, _) = keys::list(&mut conn, Scope::System, 100, 0).await.expect("the keys");
        assert_eq!(found.iter().filter(|key| key.name == "one of many").count(), 1);
    }
}

/// The three cases of one test share two keys.
async fn app_forgets(app: &TestApp) {
    let mut tx = app.database().begin().await.expect("a transaction");
    sluice::store::idempotency::forget_older_than(&mut tx, std::time::Duration::ZERO).await.expect("they are forgotten");
    tx.commit().await.expect("it commits");
}
