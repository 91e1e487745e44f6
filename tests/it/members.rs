//! Who belongs to a workspace, and what changes when that does.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use sluice::domain::Role;
use sluice::store::members::{self, Change};
use sluice::store::workspaces;

use crate::support::{OWNER_KEY, each_database, send};

each_database! {
    async fn members_are_listed_changed_and_removed(app: TestApp) {
        let grace = app.signed_in(Role::Member).await;
        let path = format!("/api/v1/members/{}", grace.user_id);
        let listed = app.get(OWNER_KEY, "/api/v1/members").await.ok();
        let told: Vec<_> = listed["data"].as_array().expect("a list").iter().map(|one| (one["name"].clone(), one["role"].clone(), one["own"].clone())).collect();
        assert_eq!(told, [(json!("Owner"), json!("owner"), json!(true)), (json!("Grace Invented"), json!("member"), json!(false))]);
        assert_eq!(app.patch(OWNER_KEY, &path, json!({"role": "viewer"})).await.ok()["role"], "viewer");
        grace.post("/api/v1/accounts", json!({"provider": "linkedin"})).await.problem(403);
        assert_eq!(app.patch(OWNER_KEY, &path, json!({"role": "boss"})).await.problem(422)["validation_errors"][0]["field"], "role");
        assert_eq!(grace.get("/api/v1/members").await.ok()["pagination"]["total"], 2, "everybody sees who is here");
        send(grace.request(Method::DELETE, &path)).await.problem(403);
        assert_eq!(app.delete(OWNER_KEY, &path).await.status.as_u16(), 204);
        grace.get("/api/v1/me").await.problem(401);
        app.delete(OWNER_KEY, &path).await.problem(404);
    }

    async fn the_last_owner_stays(app: TestApp) {
        let me = app.get(OWNER_KEY, "/api/v1/me").await.ok()["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/members/{me}");
        for refused in [app.patch(OWNER_KEY, &path, json!({"role": "member"})).await, app.delete(OWNER_KEY, &path).await] {
            let problem = refused.problem(409);
            assert_eq!((&problem["error_code"], &problem["detail"]), (&json!("LAST_OWNER"), &json!("A workspace always has an owner. Make somebody else an owner first.")));
        }
        app.patch(OWNER_KEY, &path, json!({"role": "owner"})).await.ok();
        let second = app.signed_in(Role::Owner).await;
        app.patch(OWNER_KEY, &path, json!({"role": "member"})).await.ok();
        let left = second.submit("/settings/leave", &[]).await;
        assert_eq!(left.problem(409)["error_code"], "LAST_OWNER");
    }

    async fn of_two_owners_who_remove_each_other_one_stays(app: TestApp) {
        let home = app.owner().await.workspace_id;
        let (one, other) = (app.signed_in(Role::Owner).await, app.signed_in(Role::Owner).await);
        let first = app.get(OWNER_KEY, "/api/v1/me").await.ok()["id"].as_str().expect("an id").parse().expect("an id");
        let remove = async |user| {
            let mut tx = app.database().begin().await.expect("a transaction");
            let change = members::remove(&mut tx, home, user).await.expect("an answer");
            tx.commit().await.expect("it commits");
            change
        };
        assert_eq!(remove(first).await, Change::Done);
        let changes = tokio::join!(remove(one.user_id), remove(other.user_id));
        assert!(matches!(changes, (Change::Done, Change::LastOwner) | (Change::LastOwner, Change::Done)), "{changes:?}");
    }

    async fn who_is_removed_keeps_nothing_that_opens_the_workspace(app: TestApp) {
        let home = app.owner().await.workspace_id;
        let grace = app.signed_in(Role::Member).await;
        let mut tx = app.database().begin().await.expect("a transaction");
        let second = workspaces::insert(&mut tx, sluice::domain::WorkspaceId::new(), "Second", "UTC").await.expect("a workspace");
        workspaces::add_member(&mut tx, second.id, grace.user_id, Role::Owner).await.expect("a member");
        tx.commit().await.expect("it commits");
        let colleague = app.colleague(home, Role::Member).await;
        let stream = grace.request(Method::GET, "/api/v1/events").send().await.expect("a stream");
        let by_key = app.request(Method::GET, "/api/v1/events").header("x-api-key", &colleague.key).send().await.expect("a stream");

        let colleague_id = app.get(&colleague.key, "/api/v1/me").await.ok()["id"].as_str().expect("an id").to_owned();
        for id in [grace.user_id.to_string(), colleague_id.clone()] {
            assert_eq!(app.delete(OWNER_KEY, &format!("/api/v1/members/{id}")).await.status.as_u16(), 204);
        }
        for stream in [stream, by_key] {
            tokio::time::timeout(Duration::from_secs(5), stream.text()).await.expect("it ends at once").expect("in order");
        }
        // The session goes on in the other workspace; the key stays dead even when its user comes back.
        assert_eq!(grace.get("/api/v1/me").await.ok()["workspace"]["name"], "Second");
        let mut tx = app.database().begin().await.expect("a transaction");
        workspaces::add_member(&mut tx, home, colleague_id.parse().expect("an id"), Role::Member).await.expect("a member");
        tx.commit().await.expect("it commits");
        app.get(&colleague.key, "/api/v1/me").await.problem(401);
    }

    async fn a_publishable_key_is_not_told_who_is_here(app: TestApp) {
        let made = app.post(OWNER_KEY, "/api/v1/keys", json!({"name": "page", "role": "viewer", "publishable": true})).await.ok();
        let key = made["key"].as_str().expect("a key");
        for path in ["/api/v1/members", "/api/v1/me", "/api/v1/sessions", "/settings/members", "/settings/you"] {
            app.get(key, path).await.problem(403);
        }
        app.patch(key, "/api/v1/me", json!({"name": "Mallory"})).await.problem(403);
        app.delete(key, "/api/v1/sessions").await.problem(403);
    }

    async fn a_confined_key_serves_its_workspace_alone(app: TestApp) {
        let made = app.post(OWNER_KEY, "/api/v1/keys", json!({"name": "here", "role": "owner", "confined": true})).await.ok();
        assert_eq!(made["confined"], true);
        let key = made["key"].as_str().expect("a key");
        let second = app.post(OWNER_KEY, "/api/v1/workspaces", json!({"name": "Second"})).await.ok();
        let there = app.request(Method::GET, "/api/v1/accounts").header("x-api-key", key);
        send(there.header("x-workspace-id", second["id"].as_str().expect("an id"))).await.problem(404);
        app.post(key, "/api/v1/me/sign-in-link", json!(null)).await.problem(403);
        app.get(key, "/api/v1/keys").await.ok();
    }

    async fn an_owner_renames_the_workspace_they_act_in(app: TestApp) {
        let home = app.owner().await.workspace_id;
        let path = format!("/api/v1/workspaces/{home}");
        let changed = app.patch(OWNER_KEY, &path, json!({"name": " Invented Inc ", "time_zone": "Europe/Berlin"})).await.ok();
        assert_eq!((&changed["name"], &changed["time_zone"]), (&json!("Invented Inc"), &json!("Europe/Berlin")));
        assert_eq!(app.patch(OWNER_KEY, &path, json!({"time_zone": "Berlin"})).await.problem(422)["validation_errors"][0]["field"], "time_zone");
        let second = app.post(OWNER_KEY, "/api/v1/workspaces", json!({"name": "Second"})).await.ok();
        let other = format!("/api/v1/workspaces/{}", second["id"].as_str().expect("an id"));
        app.patch(OWNER_KEY, &other, json!({"name": "Third"})).await.problem(404);
        let there = app.request(Method::PATCH, &other).header("x-api-key", OWNER_KEY).header("x-workspace-id", second["id"].as_str().expect("an id"));
        assert_eq!(send(there.json(&json!({"name": "Third"}))).await.ok()["name"], "Third");
    }

    async fn one_changes_oneself_and_no_other(app: TestApp) {
        let (grace, other) = (app.signed_in(Role::Viewer).await, app.signed_in(Role::Viewer).await);
        let patch = grace.request(Method::PATCH, "/api/v1/me").json(&json!({"name": "Grace H.", "notified": false}));
        let me = send(patch).await.ok();
        assert_eq!((&me["name"], &me["notified"], &me["workspace"]["role"]), (&json!("Grace H."), &json!(false), &json!("viewer")));
        let refused = grace.request(Method::PATCH, "/api/v1/me").json(&json!({"email": "grace@example.com"}));
        assert_eq!(send(refused).await.problem(422)["validation_errors"][0]["error_type"], "unknown_field");
        send(grace.request(Method::DELETE, &format!("/api/v1/sessions/{}", other.session_id))).await.problem(404);
        assert_eq!(send(grace.request(Method::DELETE, "/api/v1/sessions")).await.status.as_u16(), 204);
        grace.get("/api/v1/me").await.ok();
        assert_eq!(other.get("/api/v1/me").await.ok()["name"], "Grace Invented");
    }
}
