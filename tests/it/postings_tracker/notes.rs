//! Notes: nothing that somebody wrote is lost to somebody else.

use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::support::postings::store_some;
use crate::support::{OWNER_KEY, TestApp, each_database, send};

async fn one(app: &TestApp) -> String {
    let id = store_some(&app.database(), app.owner().await.workspace_id, 1).await[0];
    format!("/api/v1/job-postings/{id}")
}

/// What the history tells of the notes, newest first.
async fn told(app: &TestApp, path: &str) -> Vec<String> {
    let whole = app.get(OWNER_KEY, path).await.ok();
    let lines = whole["history"].as_array().expect("a list").iter().filter(|line| line["kind"] == "notes");
    lines.map(|line| line["message"].as_str().expect("words").to_owned()).collect()
}

each_database! {
    async fn notes_that_many_add_at_once_are_all_there(app: TestApp) {
        let path = one(&app).await;
        let added = (0..12).map(|n| {
            let body = json!({"add_note": format!("line {n} \r\nof two")});
            send(app.request(Method::PATCH, &path).header("x-api-key", OWNER_KEY).json(&body))
        });
        for answer in futures_util::future::join_all(added).await {
            answer.ok();
        }
        let noted = app.get(OWNER_KEY, &path).await.ok()["notes"].as_str().expect("notes").to_owned();
        let mut lines: Vec<&str> = noted.split('\n').collect();
        lines.sort_unstable();
        let mut expected: Vec<String> = (0..12).flat_map(|n| [format!("line {n} "), "of two".to_owned()]).collect();
        expected.sort_unstable();
        assert_eq!(lines, expected);
        let told = told(&app, &path).await;
        assert_eq!((told.len(), &*told[0], &*told[11]), (12, "The notes were added to.", "Notes were written."));
    }

    async fn notes_that_somebody_has_changed_meanwhile_are_not_written_over(app: TestApp) {
        let path = one(&app).await;
        let patch = |body: Json| { let (app, path) = (&app, &path); async move { app.patch(OWNER_KEY, path, body).await } };
        patch(json!({"notes": "ask Bo", "notes_were": null})).await.ok();
        // Whoever began from nothing is told what is there by now, and the rest of the change waits too.
        let refused = patch(json!({"notes": "ask Ada", "notes_were": null, "stars": 3})).await.problem(409);
        let id = path.rsplit('/').next().expect("an id");
        assert_eq!((&refused["error_code"], &refused["details"]), (&json!("NOTES_CHANGED"), &json!({"id": id, "notes": "ask Bo"})));
        let kept = app.get(OWNER_KEY, &path).await.ok();
        assert_eq!((&kept["notes"], &kept["stars"]), (&json!("ask Bo"), &Json::Null));
        // What both wrote alike is no quarrel, nor are the ends of lines and the blanks around.
        patch(json!({"notes": "ask Bo", "notes_were": "something else"})).await.ok();
        patch(json!({"notes": "ask Bo\nand Ada", "notes_were": " ask Bo\r\n"})).await.ok();
        patch(json!({"notes": "call", "notes_were": "ask Bo\r\nand Ada"})).await.ok();
        patch(json!({"notes": null, "notes_were": "call"})).await.ok();
        assert_eq!(
            told(&app, &path).await,
            ["The notes were removed: call", "The notes were changed; before: ask Bo\nand Ada", "The notes were added to.", "Notes were written."]
        );
        patch(json!({"notes": "x", "notes_were": "call"})).await.problem(409);
    }

    async fn notes_are_written_anew_or_added_to_and_never_grow_too_long(app: TestApp) {
        let path = one(&app).await;
        for (body, field) in [
            (json!({"add_note": "x", "notes": "y"}), "add_note"),
            (json!({"add_note": " "}), "add_note"),
            (json!({"add_note": "x".repeat(20_001)}), "add_note"),
            (json!({"notes_were": "x"}), "notes_were"),
        ] {
            let problem = app.patch(OWNER_KEY, &path, body.clone()).await.problem(422);
            assert_eq!(problem["validation_errors"][0]["field"], field, "{body}: {problem}");
        }
        app.patch(OWNER_KEY, &path, json!({"notes": "x".repeat(19_990)})).await.ok();
        app.patch(OWNER_KEY, &path, json!({"add_note": "123456789"})).await.ok();
        let full = app.patch(OWNER_KEY, &path, json!({"add_note": "1"})).await.problem(422);
        assert_eq!(full["validation_errors"][0]["field"], "add_note", "{full}");
        assert_eq!(app.get(OWNER_KEY, &path).await.ok()["notes"].as_str().map(str::len), Some(20_000));
    }
}
