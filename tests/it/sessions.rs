//! Sessions: what the cookie of somebody who signed in opens, and when it no longer does.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use sluice::domain::Role;
use sluice::store::{sessions, workspaces};

use crate::support::app::Answer;
use crate::support::{OWNER_KEY, each_database, send};

fn code(answer: &Answer, status: u16) -> String {
    answer.problem(status)["error_code"].as_str().unwrap_or_default().to_owned()
}

each_database! {
    async fn a_cookie_opens_what_its_users_role_does(app: TestApp) {
        let owner = app.signed_in(Role::Owner).await;
        let viewer = app.signed_in(Role::Viewer).await;
        owner.get("/api/v1/keys").await.ok();
        viewer.get("/api/v1/accounts").await.ok();
        assert_eq!(code(&viewer.get("/api/v1/keys").await, 403), "FORBIDDEN");
        assert_eq!(code(&viewer.post("/api/v1/accounts", json!({"provider": "linkedin"})).await, 403), "FORBIDDEN");
        owner.post("/api/v1/accounts", json!({"provider": "linkedin"})).await.ok();
        let unknown = app.request(Method::GET, "/api/v1/accounts").header("cookie", "sluice_session=made-up");
        assert_eq!(code(&send(unknown).await, 401), "UNAUTHENTICATED");
    }

    async fn a_change_by_cookie_from_another_origin_is_refused(app: TestApp) {
        let owner = app.signed_in(Role::Owner).await;
        let body = json!({"provider": "linkedin"});
        let post = || owner.request_from_anywhere(Method::POST, "/api/v1/accounts").json(&body);
        for request in [
            post(),
            post().header("sec-fetch-site", "cross-site"),
            post().header("sec-fetch-site", "same-site"),
            post().header("origin", "https://elsewhere.example.com"),
            post().header("origin", "null"),
        ] {
            let problem = send(request).await.problem(403);
            assert_eq!(problem["error_code"], "FOREIGN_ORIGIN");
            assert!(problem["detail"].as_str().is_some_and(|text| text.contains("must come from a page of this server")), "{problem}");
        }
        assert_eq!(owner.get("/api/v1/accounts").await.ok()["pagination"]["total"], 0, "nothing was made");
        // Reading is no change, an origin of ours is ours, and a key needs no origin at all.
        send(owner.request_from_anywhere(Method::GET, "/api/v1/accounts")).await.ok();
        send(post().header("origin", app.url(""))).await.ok();
        send(post().header("x-api-key", OWNER_KEY)).await.ok();
        // What a form sends is let in as far as the route, which takes JSON alone.
        owner.submit("/api/v1/accounts", &[("provider", "linkedin")]).await.problem(415);
    }

    async fn a_role_that_changes_changes_the_session_at_once(app: TestApp) {
        let owner = app.signed_in(Role::Owner).await;
        owner.get("/api/v1/keys").await.ok();
        let mut tx = app.database().begin().await.expect("a transaction");
        sluice::store::database::sql("UPDATE members SET role = 'viewer' WHERE user_id = $1")
            .bind(owner.user_id)
            .execute(&mut tx)
            .await
            .expect("the role is stored");
        tx.commit().await.expect("it commits");
        owner.get("/api/v1/keys").await.problem(403);
    }

    async fn immunity_23_a_session_acts_only_where_its_user_belongs(app: TestApp) {
        let browser = app.signed_in(Role::Owner).await;
        let stranger = app.tenant().await;
        let there = browser.request(Method::GET, "/api/v1/accounts").header("x-workspace-id", stranger.workspace_id.to_string());
        assert_eq!(code(&send(there).await, 404), "WORKSPACE_NOT_FOUND");
        // Named into a workspace of its own user, it acts there.
        let second = browser.post("/api/v1/workspaces", json!({"name": "Second"})).await.ok()["id"].as_str().expect("an id").to_owned();
        let there = browser.request(Method::GET, "/api/v1/accounts").header("x-workspace-id", second);
        send(there).await.ok();
    }

    async fn a_session_lasts_thirty_days_from_its_last_use(app: TestApp) {
        let browser = app.signed_in(Role::Member).await;
        let days = |days: u64| Duration::from_secs(days * 24 * 3600);
        app.database().advance_clock(days(29));
        browser.get("/api/v1/accounts").await.ok();
        app.app().used_credentials.flush(&app.database()).await.expect("it is written");
        app.database().advance_clock(days(29));
        browser.get("/api/v1/accounts").await.ok();
        // That look was not written down: the session ends thirty days after the one that was.
        app.database().advance_clock(days(2));
        browser.get("/api/v1/accounts").await.problem(401);
        app.app().used_credentials.flush(&app.database()).await.expect("it is written");
        browser.get("/api/v1/accounts").await.problem(401);
        let mut tx = app.database().begin().await.expect("a transaction");
        assert_eq!(sessions::prune(&mut tx).await.expect("a count"), 1);
    }

    async fn an_ended_session_opens_nothing(app: TestApp) {
        let (one, home) = (app.signed_in(Role::Member).await, app.owner().await.workspace_id);
        let other = app.browser_of(one.user_id, home).await;
        let third = app.browser_of(one.user_id, home).await;
        let somebody = app.signed_in(Role::Member).await;
        let mut tx = app.database().begin().await.expect("a transaction");
        assert!(!sessions::end(&mut tx, somebody.user_id, one.session_id).await.expect("it is read"), "not theirs");
        assert!(sessions::end(&mut tx, one.user_id, one.session_id).await.expect("it ends"));
        assert_eq!(sessions::end_all(&mut tx, one.user_id, Some(third.session_id)).await.expect("they end"), 1);
        tx.commit().await.expect("it commits");
        one.get("/api/v1/accounts").await.problem(401);
        other.get("/api/v1/accounts").await.problem(401);
        third.get("/api/v1/accounts").await.ok();
        somebody.get("/api/v1/accounts").await.ok();
        let mut conn = app.database().read().await.expect("a connection");
        let left = sessions::of_user(&mut conn, one.user_id).await.expect("they are read");
        assert_eq!(left.iter().map(|session| session.id).collect::<Vec<_>>(), [third.session_id]);
    }

    async fn who_leaves_a_workspace_goes_on_in_another_or_is_signed_out(app: TestApp) {
        let browser = app.signed_in(Role::Member).await;
        let mut tx = app.database().begin().await.expect("a transaction");
        let second = workspaces::insert(&mut tx, sluice::domain::WorkspaceId::new(), "Second", "UTC").await.expect("a workspace");
        workspaces::add_member(&mut tx, second.id, browser.user_id, Role::Viewer).await.expect("a member");
        tx.commit().await.expect("it commits");
        let leave = async |workspace| {
            let mut tx = app.database().begin().await.expect("a transaction");
            sluice::store::database::sql("DELETE FROM members WHERE user_id = $1 AND workspace_id = $2")
                .bind(browser.user_id)
                .bind(workspace)
                .execute(&mut tx)
                .await
                .expect("they leave");
            sessions::leave(&mut tx, browser.user_id, workspace).await.expect("the sessions follow");
            tx.commit().await.expect("it commits");
        };
        leave(browser.workspace_id).await;
        let seen = browser.get("/api/v1/workspaces").await.ok();
        assert_eq!((&seen["pagination"]["total"], &seen["data"][0]["id"]), (&json!(1), &json!(second.id)));
        leave(second.id).await;
        browser.get("/api/v1/workspaces").await.problem(401);
    }

    async fn immunity_25_a_stream_ends_at_once_with_the_session_that_opened_it(app: TestApp) {
        let (browser, other) = (app.signed_in(Role::Member).await, app.signed_in(Role::Member).await);
        let open = async |browser: &crate::support::browser::Browser| {
            browser.request(Method::GET, "/api/v1/events").send().await.expect("a stream")
        };
        let second = app.browser_of(browser.user_id, browser.workspace_id).await;
        let (first, kept, others) = (open(&browser).await, open(&second).await, open(&other).await);
        let mut tx = app.database().begin().await.expect("a transaction");
        assert!(sessions::end(&mut tx, browser.user_id, browser.session_id).await.expect("it ends"));
        tx.commit().await.expect("it commits");
        let ended = Duration::from_secs(5);
        tokio::time::timeout(ended, first.text()).await.expect("within 5 s, not at the next sign of life").expect("in order");
        let mut tx = app.database().begin().await.expect("a transaction");
        sessions::end_all(&mut tx, browser.user_id, None).await.expect("they end");
        tx.commit().await.expect("it commits");
        tokio::time::timeout(ended, kept.text()).await.expect("at once as well").expect("in order");
        // Another user's stream goes on: it hears of a search that begins only now.
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        app.post(OWNER_KEY, "/api/v1/searches", json!({"criteria": {"keywords": "manager"}})).await.ok();
        let mut others = others;
        let mut heard = String::new();
        while !heard.contains("event:") {
            let chunk = others.chunk().await.expect("it goes on").expect("it has not ended");
            heard.push_str(&String::from_utf8_lossy(&chunk));
        }
    }
}
