//! What is refused names its field and the remedy, and changes nothing.

use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::support::postings::store_some;
use crate::support::{OWNER_KEY, each_database, send};

each_database! {
    async fn a_list_of_postings_refuses_by_name_what_it_does_not_know(app: TestApp) {
        store_some(&app.database(), app.owner().await.workspace_id, 2).await;
        let long = format!("q={}", "x".repeat(301));
        for (query, field) in [
            ("statsu=saved", "statsu"),
            ("status=hired", "status"),
            ("status=saved,hired", "status"),
            ("sort=id", "sort"),
            ("sort=created_at;DROP TABLE postings", "sort"),
            ("sort=--title", "sort"),
            ("fields=all", "fields"),
            ("stars=0", "stars"),
            ("stars=6", "stars"),
            ("stars=many", "stars"),
            ("workplace=moon", "workplace"),
            ("employment_type=full-time", "employment_type"),
            ("seniority=boss", "seniority"),
            ("easy_apply=maybe", "easy_apply"),
            ("hidden=2", "hidden"),
            ("company_id=Acme", "company_id"),
            ("job_id=7", "job_id"),
            ("posted_after=yesterday", "posted_after"),
            ("reminder_before=2026-13-01T00:00:00Z", "reminder_before"),
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("offset=1000001", "offset"),
            ("cursor=x", "cursor"),
            ("offset=1&cursor=bjE", "cursor"),
            (long.as_str(), "q"),
        ] {
            let problem = app.get(OWNER_KEY, &format!("/api/v1/job-postings?{query}")).await.problem(422);
            let error = &problem["validation_errors"][0];
            assert_eq!(error["field"], field, "{query}: {problem}");
            assert!(error["message"].as_str().is_some_and(|message| message.ends_with('.')), "{query}: {problem}");
        }
        // A cursor of another order is none of this one.
        let by_title = app.get(OWNER_KEY, "/api/v1/job-postings?sort=title&limit=1").await.ok();
        let cursor = by_title["pagination"]["next_cursor"].as_str().expect("there is more");
        for sort in ["stars", "-created_at"] {
            let problem = app.get(OWNER_KEY, &format!("/api/v1/job-postings?sort={sort}&cursor={cursor}")).await.problem(422);
            assert_eq!(problem["validation_errors"][0]["field"], "cursor", "{sort}");
        }
        assert_eq!(app.get(OWNER_KEY, "/api/v1/companies?cursor=cFtd").await.problem(422)["validation_errors"][0]["field"], "cursor");
    }

    async fn a_change_that_cannot_be_names_its_field_and_changes_nothing(app: TestApp) {
        let id = store_some(&app.database(), app.owner().await.workspace_id, 1).await[0];
        let path = format!("/api/v1/job-postings/{id}");
        let contact = app.post(OWNER_KEY, &format!("{path}/contacts"), json!({"name": "Ada"})).await.ok();
        let reminder = app.post(OWNER_KEY, &format!("{path}/reminders"), json!({"due_at": "2026-03-09T08:00:00Z"})).await.ok();
        let contact = format!("{path}/contacts/{}", contact["id"].as_str().expect("an id"));
        let reminder = format!("{path}/reminders/{}", reminder["id"].as_str().expect("an id"));
        let before = app.get(OWNER_KEY, &path).await.ok();
        let (patch, post, put) = (Method::PATCH, Method::POST, Method::PUT);
        let many: Vec<String> = (0..1_001).map(|_| id.to_string()).collect();
        let bulk = "/api/v1/job-postings".to_owned();
        let (contacts, reminders) = (format!("{path}/contacts"), format!("{path}/reminders"));
        let cases: Vec<(&Method, &str, Json, &str)> = vec![
            (&patch, &path, json!({}), "status"),
            (&patch, &path, json!({"state": "saved"}), "state"),
            (&patch, &path, json!({"status": "hired"}), "status"),
            (&patch, &path, json!({"stars": 0}), "stars"),
            (&patch, &path, json!({"stars": 6}), "stars"),
            (&patch, &path, json!({"stars": "four"}), "stars"),
            (&patch, &path, json!({"notes": "x".repeat(20_001)}), "notes"),
            (&patch, &path, json!({"notes": "a\u{0}b"}), "notes"),
            (&patch, &path, json!({"stars_reason": "x".repeat(2_001)}), "stars_reason"),
            (&patch, &path, json!({"stars": null, "stars_reason": "because"}), "stars_reason"),
            (&patch, &path, json!({"applied_at": "2999-01-01T00:00:00Z"}), "applied_at"),
            (&patch, &path, json!({"applied_at": "2026-03-01T00:00:00Z", "status": "saved"}), "applied_at"),
            (&patch, &path, json!({"applied_at": "2026-03-01T00:00:00Z", "status": null}), "applied_at"),
            (&patch, &path, json!({"hidden": null, "seen": "yes"}), "seen"),
            (&patch, &bulk, json!({"ids": [], "patch": {"hidden": true}}), "ids"),
            (&patch, &bulk, json!({"ids": many, "patch": {"hidden": true}}), "ids"),
            (&patch, &bulk, json!({"ids": [id], "patch": {}}), "patch.status"),
            (&patch, &bulk, json!({"ids": [id], "patch": {"stars": 9}}), "patch.stars"),
            (&patch, &bulk, json!({"ids": [id]}), "patch"),
            (&post, &contacts, json!({"name": " "}), "name"),
            (&post, &contacts, json!({"nmae": "Ada"}), "nmae"),
            (&post, &contacts, json!({"name": "x".repeat(256)}), "name"),
            (&post, &contacts, json!({"name": "Ada", "email": "ada"}), "email"),
            (&post, &contacts, json!({"name": "Ada", "url": "javascript:alert(1)"}), "url"),
            (&put, &contact, json!({"name": "Ada", "notes": "x".repeat(2_001)}), "notes"),
            (&put, &contact, json!({"email": "ada@example.org"}), "name"),
            (&post, &reminders, json!({"note": "call"}), "due_at"),
            (&post, &reminders, json!({"due_at": "tomorrow"}), "due_at"),
            (&post, &reminders, json!({"due_at": "2026-03-09T08:00:00Z", "note": "x".repeat(2_001)}), "note"),
            (&patch, &reminder, json!({}), "done"),
            (&patch, &reminder, json!({"done": "yes"}), "done"),
        ];
        for (method, path, body, field) in cases {
            let request = app.request(method.clone(), path).header("x-api-key", OWNER_KEY).json(&body);
            let problem = send(request).await.problem(422);
            let error = &problem["validation_errors"][0];
            let shown: String = body.to_string().chars().take(80).collect();
            assert_eq!(error["field"], field, "{method} {shown}: {problem}");
            assert!(error["message"].as_str().is_some_and(|message| message.ends_with('.')), "{method} {shown}: {problem}");
        }
        assert_eq!(app.get(OWNER_KEY, &path).await.ok(), before);
        for path in [format!("{path}/contacts/{id}"), format!("{path}/reminders/{id}"), format!("{path}/contacts/x")] {
            let code = app.delete(OWNER_KEY, &path).await.problem(404)["error_code"].clone();
            assert_eq!(code, if path.contains("contacts") { "CONTACT_NOT_FOUND" } else { "REMINDER_NOT_FOUND" });
        }
    }
}
