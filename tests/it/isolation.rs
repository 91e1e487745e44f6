//! Two tenants on every route: nothing of the one is seen, changed or used by the other.

use reqwest::Method;
use serde_json::{Value as Json, json};
use sluice::domain::{Role, WorkspaceId};
use sluice::http::caller::Access;
use sluice::http::router;
use sluice::http::routes::Surface;
use sluice_api::{Heard, Told};

use crate::support::app::Tenant;
use crate::support::postings::store_some;
use crate::support::{OWNER_KEY, TestApp, each_database, send};

/// What one tenant has.
struct Belongings {
    account: String,
    search: String,
    key: String,
    schedule: String,
    export: String,
    import: String,
    member: String,
    invitation: String,
    session: String,
    workspace: String,
    review: String,
    posting: String,
    contact: String,
    reminder: String,
}

async fn belongings(app: &TestApp, key: &str) -> Belongings {
    let me = app.get(key, "/api/v1/me").await.ok();
    let workspace: WorkspaceId = me["workspace"]["id"].as_str().expect("an id").parse().expect("an id");
    let member = app.colleague(workspace, Role::Member).await;
    let member = app.get(&member.key, "/api/v1/me").await.ok()["id"].as_str().expect("an id").to_owned();
    let invitation = app.post(key, "/api/v1/invitations", json!({"role": "viewer"})).await.ok()["id"].as_str().expect("an id").to_owned();
    let session = app.browser_of(me["id"].as_str().expect("an id").parse().expect("an id"), workspace).await.session_id.to_string();
    let account = app.account(key, "http://127.0.0.1:9", "sales_navigator").await;
    let body = json!({"criteria": {"keywords": "manager"}, "target": 5});
    let search = app.post(key, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned();
    let made = app.post(key, "/api/v1/keys", json!({"name": "theirs", "role": "viewer"})).await.ok();
    let body = json!({"criteria": {"keywords": "manager"}, "schedule": {"cron": "0 0 29 2 *", "time_zone": "UTC"}});
    let schedule = app.post(key, "/api/v1/searches", body).await.ok()["id"].as_str().expect("an id").to_owned();
    let body = json!({"search_id": search, "format": "csv"});
    let export = app.post(key, "/api/v1/exports", body).await.ok()["id"].as_str().expect("an id").to_owned();
    let review = app.post(key, "/api/v1/reviews", json!({"searches": [search]})).await.ok()["id"].as_str().expect("an id").to_owned();
    let body = json!({"csv": "name,url\nAda Invented,linkedin.com/in/ada\n", "validate_only": true});
    let import = app.post(key, "/api/v1/imports", body).await.ok()["id"].as_str().expect("an id").to_owned();
    let posting = store_some(&app.database(), workspace, 1).await[0].to_string();
    let noted = |what: &str| format!("/api/v1/job-postings/{posting}/{what}");
    let contact = app.post(key, &noted("contacts"), json!({"name": "Ada Invented"})).await.ok()["id"].as_str().expect("an id").to_owned();
    let body = json!({"due_at": "2026-03-09T08:00:00Z"});
    let reminder = app.post(key, &noted("reminders"), body).await.ok()["id"].as_str().expect("an id").to_owned();
    Belongings {
        account,
        search,
        posting,
        contact,
        reminder,
        key: made["id"].as_str().expect("an id").to_owned(),
        schedule,
        export,
        import,
        member,
        invitation,
        session,
        review,
        workspace: workspace.to_string(),
    }
}

/// The path of a route with an id of the right kind in it.
fn with_id(path: &str, theirs: &Belongings) -> String {
    let id = match path {
        _ if path.starts_with("/api/v1/keys") || path.starts_with("/settings/keys") => &theirs.key,
        _ if path.starts_with("/api/v1/members") || path.starts_with("/settings/members") => &theirs.member,
        _ if path.starts_with("/api/v1/invitations") || path.starts_with("/settings/invitations") => &theirs.invitation,
        _ if path.starts_with("/api/v1/sessions") || path.starts_with("/settings/sessions") => &theirs.session,
        _ if path.starts_with("/api/v1/workspaces") || path.starts_with("/workspaces") => &theirs.workspace,
        _ if path.starts_with("/api/v1/accounts") || path.starts_with("/accounts") => &theirs.account,
        _ if path.starts_with("/api/v1/schedules") || path.starts_with("/schedules") => &theirs.schedule,
        _ if path.starts_with("/api/v1/exports") || path.starts_with("/exports") => &theirs.export,
        _ if path.starts_with("/api/v1/reviews") || path.starts_with("/reviews") => &theirs.review,
        _ if path.starts_with("/postings/jobs") => &theirs.search,
        _ if path.starts_with("/api/v1/job-postings") || path.starts_with("/postings") => &theirs.posting,
        _ if path.starts_with("/api/v1/imports") || path.starts_with("/imports") => &theirs.import,
        _ => &theirs.search,
    };
    let path = path.replace("{id}", id).replace("{item_id}", id).replace("{table}", "prospect_search_jobs");
    let path = path.replace("{contact_id}", &theirs.contact).replace("{reminder_id}", &theirs.reminder);
    let path = path.replace("{page_id}", "0199aaaa-0000-7000-8000-000000000000");
    path.replace("{wish}", "cancel").replace("{version}", "x").replace("{name}", "sluice.css")
}

/// A body that the route takes, so that a refusal is one of the sender and not of the body.
fn body_for(method: &Method, path: &str) -> Json {
    match (method.as_str(), path) {
        ("PATCH", "/api/v1/accounts/{id}" | "/api/v1/workspaces/{id}") => json!({"name": "taken over"}),
        ("PATCH", "/api/v1/members/{id}") => json!({"role": "viewer"}),
        // A text is sent as a form.
        ("POST", "/settings/members/{id}/role") => json!("role=viewer"),
        ("POST", "/postings/{id}/status") => json!("status=applied"),
        ("POST", "/postings/{id}/stars") => json!("stars=1"),
        ("POST", "/postings/{id}/notes") => json!("notes=mine"),
        ("POST", "/postings/{id}/hidden") => json!("hidden=true"),
        ("POST", "/postings/{id}/delete") => json!("confirm=delete"),
        ("POST", "/postings/{id}/contacts" | "/postings/{id}/contacts/{contact_id}") => json!("name=Ada"),
        ("POST", "/postings/{id}/reminders" | "/postings/{id}/reminders/{reminder_id}") => json!("due_at=2026-03-05T09:30"),
        ("POST", "/accounts/{id}/session") => json!("session_cookie=mine"),
        ("POST", "/reviews/{id}/decisions" | "/reviews/{id}/undo" | "/reviews/{id}/complete") => json!("decision=approved&expected=0"),
        ("POST", "/api/v1/reviews/{id}/decisions") => json!({"decision": "approved", "filter": {}, "expected": 0}),
        ("PATCH", "/api/v1/job-postings/{id}") => json!({"status": "rejected"}),
        ("PATCH", "/api/v1/job-postings/{id}/reminders/{reminder_id}") => json!({"done": true}),
        ("POST", "/api/v1/job-postings/{id}/contacts") | ("PUT", "/api/v1/job-postings/{id}/contacts/{contact_id}") => json!({"name": "x"}),
        ("POST", "/api/v1/job-postings/{id}/reminders") => json!({"due_at": "2026-03-09T08:00:00Z"}),
        ("PATCH", "/api/v1/schedules/{id}") => json!({"enabled": false}),
        _ => Json::Null,
    }
}

async fn ask(app: &TestApp, key: Option<&str>, method: &Method, path: &str, body: &Json) -> crate::support::app::Answer {
    let mut request = app.request(method.clone(), path);
    if let Some(key) = key {
        request = request.header("x-api-key", key);
    }
    request = match body {
        Json::Null => request,
        Json::String(form) => request.header("content-type", "application/x-www-form-urlencoded").body(form.clone()),
        body => request.json(body),
    };
    send(request).await
}

/// The code of a refusal, in the form of its route.
fn expect_refusal(answer: &crate::support::app::Answer, status: u16) -> Json {
    if answer.headers["content-type"] != "application/json; charset=utf-8" {
        return answer.problem(status)["error_code"].clone();
    }
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    answer.json()["code"].clone()
}

each_database! {
    async fn immunity_23_every_route_but_health_and_docs_wants_a_key(app: TestApp) {
        let theirs = belongings(&app, OWNER_KEY).await;
        let mut public = Vec::new();
        for route in router::listed(app.app()) {
            let path = with_id(route.path, &theirs);
            if route.access == Access::Public {
                public.push(route.path);
                continue;
            }
            let answer = ask(&app, None, &route.method, &path, &body_for(&route.method, route.path)).await;
            expect_refusal(&answer, 401);
            // A header that anybody could send opens nothing.
            let admin = app.request(route.method.clone(), &path).header("x-admin", "true").header("x-role", "owner");
            let answer = send(admin.header("x-workspace-id", app.owner().await.workspace_id.to_string())).await;
            expect_refusal(&answer, 401);
        }
        public.dedup();
        let links = ["/welcome/{token}", "/join/{token}", "/reset/{token}"];
        let expected = [["/healthz", "/readyz", "/openapi.json", "/docs", "/assets/{version}/{name}", "/sign-in", "/forgot"].as_slice(), &links].concat();
        assert_eq!(public, expected);
    }

    async fn immunity_23_a_row_of_another_workspace_is_not_there(app: TestApp) {
        let theirs = belongings(&app, OWNER_KEY).await;
        let stranger = app.tenant().await;
        let before = state(&app, &theirs).await;
        let mut tried = 0;
        for route in router::listed(app.app()).iter().filter(|route| route.path.contains("{id}")) {
            let path = with_id(route.path, &theirs);
            let answer = ask(&app, Some(&stranger.key), &route.method, &path, &body_for(&route.method, route.path)).await;
            answer.problem(404);
            tried += 1;
        }
        for path in ["/api/linkedin/search/create-job", "/api/linkedin/search/results"] {
            app.get(&stranger.key, &format!("{path}?job_id={}", theirs.search)).await.problem(404);
        }
        assert!(tried >= 15, "{tried}");
        assert_eq!(state(&app, &theirs).await, before, "nothing was changed");

        // What another workspace has cannot be taken out, and nothing be brought in there.
        let file = app.get(OWNER_KEY, &format!("/api/v1/imports/{}", theirs.import)).await.ok()["file"]["id"].clone();
        for (path, body, field) in [
            ("/api/v1/exports", json!({"review_id": theirs.review, "format": "csv"}), "review_id"),
            ("/api/v1/imports", json!({"csv": "name\nAda\n", "review_id": theirs.review}), "review_id"),
            ("/api/v1/imports", json!({"csv": "name\nAda\n", "review_id": theirs.review, "validate_only": true}), "review_id"),
            ("/api/v1/imports", json!({"file_id": file}), "file_id"),
        ] {
            assert_eq!(app.post(&stranger.key, path, body.clone()).await.problem(422)["validation_errors"][0]["field"], field, "{path} {body}");
        }
        for source in [format!("review={}", theirs.review), format!("search={}", theirs.search)] {
            app.get(&stranger.key, &format!("/exports/new?{source}")).await.problem(404);
        }
        let file = file.as_str().expect("an id");
        let look = app.get(&stranger.key, &format!("/imports/new?file={file}")).await;
        assert!(look.status == 422 && !look.text.contains("people.csv"), "{}", look.text);
        let own = app.post(&stranger.key, "/api/v1/imports", json!({"csv": "name\nAda\n", "validate_only": true})).await.ok();
        let own = own["file"]["id"].as_str().expect("an id").to_owned();
        app.get(&stranger.key, &format!("/imports/new?file={own}&like={}", theirs.import)).await.problem(404);
        let body = json!({"search_id": theirs.search, "format": "csv"});
        assert_eq!(app.post(&stranger.key, "/api/v1/exports", body).await.problem(422)["validation_errors"][0]["field"], "search_id");

        // The account of another workspace cannot be searched with either.
        let body = json!({"criteria": {"keywords": "manager"}, "account_id": theirs.account});
        assert_eq!(app.post(&stranger.key, "/api/v1/searches", body).await.problem(422)["validation_errors"][0]["field"], "account_id");
        for (route, mut body) in [("search", json!({"queries": [{"keywords": "manager"}]})), ("import", json!({"urls": ["3900000000"]}))] {
            body["account_id"] = json!(theirs.account);
            let refused = app.post(&stranger.key, &format!("/api/v1/job-postings/{route}"), body).await.problem(422);
            assert_eq!(refused["validation_errors"][0]["field"], "account_id", "{route}");
        }
        let body = json!({"search_criteria": {"keywords": "manager"}, "account_id": theirs.account});
        let refused = app.post(&stranger.key, "/api/linkedin/search/create-job", body).await.problem(422);
        assert_eq!(refused["validation_errors"][0]["field"], "account_id");
    }

    async fn immunity_23_lists_hold_the_rows_of_one_workspace(app: TestApp) {
        let theirs = belongings(&app, OWNER_KEY).await;
        let stranger = app.tenant().await;
        let own = belongings(&app, &stranger.key).await;
        for (path, own, theirs) in [
            ("/api/v1/accounts", &own.account, &theirs.account),
            ("/api/v1/jobs", &own.search, &theirs.search),
            ("/api/v1/searches", &own.search, &theirs.search),
            ("/api/v1/exports", &own.export, &theirs.export),
            ("/api/v1/imports", &own.import, &theirs.import),
            ("/api/v1/keys", &own.key, &theirs.key),
            ("/api/v1/reviews", &own.review, &theirs.review),
            ("/api/v1/schedules", &own.schedule, &theirs.schedule),
            ("/api/v1/members", &own.member, &theirs.member),
            ("/api/v1/invitations", &own.invitation, &theirs.invitation),
            ("/api/v1/sessions", &own.session, &theirs.session),
            ("/api/v1/job-postings", &own.posting, &theirs.posting),
        ] {
            let list = app.get(&stranger.key, path).await.ok();
            assert!(list.to_string().contains(own) && !list.to_string().contains(theirs), "{path}: {list}");
            let total = list["data"].as_array().expect("a list").len();
            assert_eq!(list["pagination"]["total"], total, "{path}: the total counts the rows of one workspace");
        }
        let workspaces = app.get(&stranger.key, "/api/v1/workspaces").await.ok();
        assert_eq!((&workspaces["pagination"]["total"], &workspaces["data"][0]["id"]), (&json!(1), &json!(stranger.workspace_id)));
    }

    async fn immunity_23_a_publishable_key_is_told_nothing_of_the_tracker(app: TestApp) {
        let theirs = belongings(&app, OWNER_KEY).await;
        let made = app.post(OWNER_KEY, "/api/v1/keys", json!({"name": "site", "role": "viewer", "publishable": true})).await.ok();
        let key = made["key"].as_str().expect("a key");
        let path = format!("/api/v1/job-postings/{}", theirs.posting);
        app.patch(OWNER_KEY, &path, json!({"notes": "ask Bo"})).await.ok();
        let (before, mut refused) = (state(&app, &theirs).await, Vec::new());
        for route in router::listed(app.app()) {
            let is_tracker = ["/api/v1/job-postings", "/api/v1/companies"].iter().any(|start| route.path.starts_with(start));
            if !is_tracker && route.path != "/api/v1/jobs/{id}/posting-items" {
                continue;
            }
            let answer = ask(&app, Some(key), &route.method, &with_id(route.path, &theirs), &body_for(&route.method, route.path)).await;
            let problem = answer.problem(403);
            assert_eq!(problem["suggestions"], json!(["Ask from your server with a secret key, or sign in."]), "{route:?}");
            refused.push(route.path);
        }
        assert_eq!(refused.len(), 16, "{refused:?}");
        // Words of notes cannot be looked for, one by one or otherwise.
        app.get(key, "/api/v1/job-postings?q=ask&limit=1").await.problem(403);
        // Every page, some of which show postings.
        for route in router::listed(app.app()).iter().filter(|route| route.surface == Surface::Page && route.access != Access::Public) {
            let request = app.request(route.method.clone(), &with_id(route.path, &theirs)).header("x-api-key", key);
            let answer = send(request.header("content-type", "application/x-www-form-urlencoded")).await;
            assert_eq!(answer.status.as_u16(), 403, "{route:?}: {}", answer.text);
        }
        assert_eq!(state(&app, &theirs).await, before, "nothing was changed");

        // Exports: those of people are read as before; of postings, that there are some.
        let export = app.post(OWNER_KEY, "/api/v1/exports", json!({"postings": {}, "format": "csv"})).await.ok()["id"].clone();
        let export = export.as_str().expect("an id");
        let exports = app.get(key, "/api/v1/exports").await.ok();
        assert_eq!(exports["data"].as_array().map(Vec::len), Some(2), "{exports}");
        let path = format!("/api/v1/exports/{export}/file");
        app.get(key, &path).await.problem(403);
        assert_eq!(app.ended(OWNER_KEY, export).await.status.as_str(), "completed");
        app.get(key, &path).await.problem(403);
        assert!(app.get(OWNER_KEY, &path).await.text.contains("ask Bo"));
    }

    async fn immunity_23_a_stream_of_a_publishable_key_leaves_postings_out(app: TestApp) {
        let owner = app.owner().await;
        let posting = store_some(&app.database(), owner.workspace_id, 1).await[0];
        let made = app.post(OWNER_KEY, "/api/v1/keys", json!({"name": "site", "role": "viewer", "publishable": true})).await.ok();
        let mut stream = app.client(made["key"].as_str().expect("a key")).events().after("0-0");
        app.patch(OWNER_KEY, &format!("/api/v1/job-postings/{posting}"), json!({"stars": 5})).await.ok();
        app.post(OWNER_KEY, "/api/v1/reviews", json!({"name": "after it"})).await.ok();
        match stream.next().await {
            Some(Ok(Heard::Frame(frame))) => assert!(matches!(frame.told, Told::Review(_)), "{frame:?}"),
            other => panic!("{other:?}"),
        }
    }

    async fn immunity_25_another_workspace_cannot_be_named_into(app: TestApp) {
        let theirs = belongings(&app, OWNER_KEY).await;
        let stranger: Tenant = app.tenant().await;
        let home = app.owner().await.workspace_id.to_string();
        for route in router::listed(app.app()).iter().filter(|route| route.access != Access::Public) {
            let path = with_id(route.path, &theirs);
            let request = app.request(route.method.clone(), &path).header("x-api-key", &stranger.key).header("x-workspace-id", &home);
            assert_eq!(expect_refusal(&send(request).await, 404), "WORKSPACE_NOT_FOUND", "{route:?}");
        }
        // Within a workspace, what a colleague does not share is not there.
        let colleague = app.colleague(app.owner().await.workspace_id, sluice::domain::Role::Owner).await;
        app.get(&colleague.key, &format!("/api/v1/accounts/{}", theirs.account)).await.problem(404);
        let body = json!({"criteria": {"keywords": "manager"}, "account_id": theirs.account});
        app.post(&colleague.key, "/api/v1/searches", body).await.problem(422);
    }
}

/// What its owner sees of all that could have been changed.
async fn state(app: &TestApp, theirs: &Belongings) -> Vec<Json> {
    let account = app.get(OWNER_KEY, &format!("/api/v1/accounts/{}", theirs.account)).await.ok();
    let job = app.get(OWNER_KEY, &format!("/api/v1/jobs/{}", theirs.search)).await.ok();
    let keys = app.get(OWNER_KEY, "/api/v1/keys").await.ok();
    let revoked = keys["data"].as_array().expect("a list").iter().map(|key| key["revoked_at"].clone()).collect();
    vec![
        account["name"].clone(),
        account["state"].clone(),
        job["stop_reason"].clone(),
        (job["status"] == "paused").into(),
        Json::Array(revoked),
        app.get(OWNER_KEY, "/api/v1/members").await.ok(),
        app.get(OWNER_KEY, "/api/v1/invitations").await.ok(),
        app.get(OWNER_KEY, "/api/v1/workspaces").await.ok(),
        app.get(OWNER_KEY, "/api/v1/sessions").await.ok()["pagination"]["total"].clone(),
        app.get(OWNER_KEY, &format!("/api/v1/schedules/{}", theirs.schedule)).await.ok(),
        app.get(OWNER_KEY, &format!("/api/v1/reviews/{}", theirs.review)).await.ok(),
        app.get(OWNER_KEY, &format!("/api/v1/job-postings/{}", theirs.posting)).await.ok(),
    ]
}
