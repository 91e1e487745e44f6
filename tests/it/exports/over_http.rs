//! Exports over HTTP: asking, following, downloading, and what is said when there is nothing to download.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use sluice::domain::account::ProviderName;
use sluice::domain::{AccountId, Scope};
use sluice::maintenance;
use sluice::store::users;

use super::rows::KEPT;
use crate::support::fixtures::{Home, read};
use crate::support::people::{search_of, some_people};
use crate::support::{OWNER_KEY, TestApp, each_database, send};

/// A finished search in the owner's workspace.
async fn found(app: &TestApp, people: i64) -> String {
    let database = app.database();
    let (workspace, user) = users::first_owner(&mut read(&database).await).await.expect("read").expect("an owner");
    let account = app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
    assert_eq!(ProviderName::Unipile.as_str(), "unipile");
    let account: AccountId = account.parse().expect("an id");
    let search = search_of(&database, Home { workspace, user, account }, &some_people(people)).await;
    // It waits for no provider: nobody shall run it.
    app.post(OWNER_KEY, &format!("/api/v1/jobs/{}/cancel", search.id), Json::Null).await;
    search.id.to_string()
}

async fn ask(app: &TestApp, body: Json) -> Json {
    let answer = app.post(OWNER_KEY, "/api/v1/exports", body).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text);
    let export = answer.ok();
    assert_eq!(answer.headers["location"], format!("/api/v1/exports/{}", export["id"].as_str().expect("an id")));
    export
}

each_database! {
    async fn an_export_is_asked_for_followed_and_downloaded(app: TestApp) {
        let search = found(&app, 620).await;
        let export = ask(&app, json!({"search_id": search, "format": "csv", "columns": ["name", "company"]})).await;
        assert_eq!((&export["search_id"], &export["format"], &export["columns"]), (&json!(search), &json!("csv"), &json!(["name", "company"])));
        assert_eq!((&export["progress"]["total"], &export["file"]["state"], &export["file"]["size_bytes"]), (&json!(620), &json!("writing"), &Json::Null));
        let id = export["id"].as_str().expect("an id");
        app.ended(OWNER_KEY, id).await;

        let path = format!("/api/v1/exports/{id}");
        let done = app.get(OWNER_KEY, &path).await.ok();
        assert_eq!((&done["status"], &done["stop_reason"], &done["file"]["state"], &done["file"]["rows"]), (&json!("completed"), &json!("exhausted"), &json!("ready"), &json!(620)));
        assert_eq!((&done["progress"]["current"], &done["progress"]["percentage"], &done["progress"]["message"]), (&json!(620), &json!(100), &json!("620 people exported.")));
        let listed = app.get(OWNER_KEY, "/api/v1/exports").await.ok();
        assert_eq!((&listed["data"][0], &listed["pagination"]["total"]), (&done, &json!(1)));

        let file = done["file"]["url"].as_str().expect("a path");
        let answer = app.get(OWNER_KEY, file).await;
        assert_eq!((answer.status, answer.headers["content-type"].to_str().expect("text")), (StatusCode::OK, "text/csv; charset=utf-8"));
        assert_eq!(answer.headers["content-length"].to_str().expect("text"), done["file"]["size_bytes"].to_string());
        assert!(answer.headers["x-content-type-options"] == "nosniff" && answer.headers["cache-control"] == "private, no-cache");
        let disposition = answer.headers["content-disposition"].to_str().expect("text");
        assert!(disposition.starts_with("attachment; filename=\"ceo-tools-koln-") && disposition.contains(".csv\""), "{disposition}");
        assert!(answer.text.starts_with("\u{feff}name,company\r\nAmara Invented 00000,\r\nSøren Invented 00001,Company 1\r\n"), "{}", &answer.text[..80]);
        assert_eq!(answer.text.lines().count(), 621);

        let story = app.get(OWNER_KEY, &format!("/api/v1/jobs/{id}")).await.ok()["timeline"].to_string();
        for line in ["Owner asked for 620 people of the search", "as CSV", "620 people to write", "620 people exported.", "downloaded by Owner"] {
            assert!(story.contains(line), "{line}: {story}");
        }
    }

    async fn a_download_goes_on_where_it_broke_off(app: TestApp) {
        let search = found(&app, 1_100).await;
        let export = ask(&app, json!({"search_id": search, "format": "jsonl", "columns": ["id"]})).await;
        let id = export["id"].as_str().expect("an id");
        app.ended(OWNER_KEY, id).await;
        let path = format!("/api/v1/exports/{id}/file");
        let whole = app.get(OWNER_KEY, &path).await;
        let tag = whole.headers["etag"].to_str().expect("text").to_owned();
        let part = async |name: &str, value: &str, range: &str| {
            send(app.request(Method::GET, &path).header("x-api-key", OWNER_KEY).header(name, value).header("range", range)).await
        };
        // Across the border of two pieces.
        for (first, last) in [(0, 9), (20_000, 40_000), (49_999, 54_999)] {
            let answer = part("if-range", &tag, &format!("bytes={first}-{last}")).await;
            let expected = &whole.text[first..=last.min(whole.text.len() - 1)];
            assert_eq!((answer.status, answer.text.as_str()), (StatusCode::PARTIAL_CONTENT, expected));
            assert_eq!(answer.headers["content-range"], format!("bytes {first}-{}/{}", first + expected.len() - 1, whole.text.len()));
        }
        let rest = part("if-range", &tag, "bytes=30000-").await;
        assert_eq!(format!("{}{}", &whole.text[..30_000], rest.text), whole.text);
        assert_eq!(part("if-range", "\"another\"", "bytes=5-9").await.status, StatusCode::OK, "another file is sent whole");
        assert_eq!(part("x-nothing", "1", "bytes=99999999-").await.status, StatusCode::RANGE_NOT_SATISFIABLE);
        let same = send(app.request(Method::GET, &path).header("x-api-key", OWNER_KEY).header("if-none-match", &tag)).await;
        assert_eq!((same.status, same.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    }

    async fn a_file_that_is_not_there_is_refused_in_words(app: TestApp) {
        let search = found(&app, 3).await;
        let export = ask(&app, json!({"search_id": search, "format": "xlsx"})).await;
        let id = export["id"].as_str().expect("an id").to_owned();
        app.ended(OWNER_KEY, &id).await;
        let path = format!("/api/v1/exports/{id}/file");
        assert_eq!(app.get(OWNER_KEY, &path).await.status, StatusCode::OK);

        let database = app.database();
        database.advance_clock(KEPT - Duration::from_secs(60));
        maintenance::round(&database).await.expect("a round");
        assert_eq!(app.get(OWNER_KEY, &path).await.status, StatusCode::OK, "its days are not over");
        database.advance_clock(Duration::from_secs(61));
        maintenance::round(&database).await.expect("a round");
        let gone = app.get(OWNER_KEY, &path).await.problem(410);
        assert_eq!(gone["error_code"], "FILE_EXPIRED");
        let shown = app.get(OWNER_KEY, &format!("/api/v1/exports/{id}")).await.ok();
        assert_eq!((&shown["file"]["state"], &shown["file"]["size_bytes"], &shown["status"]), (&json!("expired"), &Json::Null, &json!("completed")));
        let story = app.get(OWNER_KEY, &format!("/api/v1/jobs/{id}")).await.ok()["timeline"].to_string();
        assert!(story.contains("file removed after 7 days"), "{story}");

        // An export of nothing but a canceled job keeps nothing.
        let paused = super::rows::start(&database, order_of(&app, &search).await).await;
        app.post(OWNER_KEY, &format!("/api/v1/jobs/{}/cancel", paused.id), Json::Null).await;
        app.ended(OWNER_KEY, &paused.id.to_string()).await;
        let file = app.get(OWNER_KEY, &format!("/api/v1/exports/{}/file", paused.id)).await;
        assert!(file.status == StatusCode::CONFLICT || file.status == StatusCode::OK, "canceled in time, or too late: {}", file.text);
    }

    async fn a_small_search_is_exported_in_one_request(app: TestApp) {
        let search = found(&app, 40).await;
        let answer = app.get(OWNER_KEY, &format!("/api/v1/searches/{search}/export?format=jsonl&columns=name,title&q=lagos&sort=-name")).await;
        assert_eq!((answer.status, answer.headers["content-type"].to_str().expect("text")), (StatusCode::OK, "application/jsonl"));
        let names: Vec<String> = answer.text.lines().map(|line| serde_json::from_str::<Json>(line).expect("JSON")["name"].to_string()).collect();
        assert_eq!((names.len(), names.is_sorted_by(|one, other| one >= other)), (20, true), "{names:?}");
        let file = answer.headers["content-location"].to_str().expect("text").to_owned();
        assert_eq!(app.get(OWNER_KEY, &file).await.text, answer.text);
        for (query, field) in [("format=pdf", "format"), ("columns=name,salary", "columns"), ("columns=", ""), ("sort=age", "sort"), ("colums=name", "colums"), ("columns=decision", "columns"), ("columns=name,name", "columns")] {
            let answer = app.get(OWNER_KEY, &format!("/api/v1/searches/{search}/export?{query}")).await;
            if field.is_empty() {
                assert_eq!(answer.status, StatusCode::OK, "{query} asks for nothing in particular");
            } else {
                assert_eq!(answer.problem(422)["validation_errors"][0]["field"], field, "{query}");
            }
        }
    }

    async fn a_review_is_exported_with_its_decisions(app: TestApp) {
        let content: String = (0..30).map(|n| format!("Person {n:02},Company {},linkedin.com/in/person-{n}\n", n % 3)).collect();
        let body = json!({"csv": format!("name,company,url\n{content}"), "review_name": "Köln, spring"});
        let import = app.post(OWNER_KEY, "/api/v1/imports", body).await.ok();
        app.ended(OWNER_KEY, import["id"].as_str().expect("an id")).await;
        let review = import["review_id"].as_str().expect("an id").to_owned();
        let decide = json!({"decision": "rejected", "reason": "Wrong company", "filter": {"company": "1"}, "expected": 10});
        app.post(OWNER_KEY, &format!("/api/v1/reviews/{review}/decisions"), decide).await.ok();

        let lines = async |filters: Json, sort: &str| {
            let columns = ["name", "company", "decision", "reason", "decided_by", "provider"];
            let export = ask(&app, json!({"review_id": review, "format": "jsonl", "filters": filters, "sort": sort, "columns": columns})).await;
            let id = export["id"].as_str().expect("an id").to_owned();
            let total = export["progress"]["total"].as_u64().expect("a total") as usize;
            app.ended(OWNER_KEY, &id).await;
            let text = app.get(OWNER_KEY, &format!("/api/v1/exports/{id}/file")).await.text;
            let lines: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
            assert_eq!(lines.len(), total, "{filters}");
            lines
        };
        let all = lines(json!({}), "position").await;
        assert_eq!((all.len(), &all[0]), (30, &json!({"name": "Person 00", "company": "Company 0", "decision": "pending", "reason": null, "decided_by": null, "provider": "import"})));
        let rejected = lines(json!({"decision": "rejected"}), "-name").await;
        assert_eq!((rejected.len(), &rejected[0]), (10, &json!({"name": "Person 28", "company": "Company 1", "decision": "rejected", "reason": "Wrong company", "decided_by": "Owner", "provider": "import"})));
        assert_eq!(lines(json!({"decision": "pending", "q": "person 1"}), "company").await.len(), 0, "whole words, but for the last");
        assert_eq!(lines(json!({"company": "2"}), "company").await.len(), 10);
        let export = ask(&app, json!({"review_id": review, "format": "csv"})).await;
        assert!(export["file"]["name"].as_str().is_some_and(|name| name.starts_with("koln-spring-")), "{export}");
        assert!(export["columns"].as_array().is_some_and(|columns| columns.contains(&json!("decided_at"))), "{export}");
        app.ended(OWNER_KEY, export["id"].as_str().expect("an id")).await;
    }

    async fn an_export_that_cannot_be_is_refused_by_field(app: TestApp) {
        let search = found(&app, 3).await;
        let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
        let account = app.get(OWNER_KEY, "/api/v1/accounts").await.ok()["data"][0]["id"].clone();
        for (body, field) in [
            (json!({"format": "csv"}), "search_id"),
            (json!({"search_id": search, "review_id": unknown, "format": "csv"}), "search_id"),
            (json!({"search_id": unknown, "format": "csv"}), "search_id"),
            (json!({"search_id": account, "format": "csv"}), "search_id"),
            (json!({"search_id": "mine", "format": "csv"}), "search_id"),
            (json!({"review_id": unknown, "format": "csv"}), "review_id"),
            (json!({"search_id": search}), "format"),
            (json!({"search_id": search, "format": "xls"}), "format"),
            (json!({"search_id": search, "format": "csv", "columns": []}), "columns"),
            (json!({"search_id": search, "format": "csv", "columns": ["name", "name"]}), "columns"),
            (json!({"search_id": search, "format": "csv", "columns": ["name", "salary"]}), "columns[1]"),
            (json!({"search_id": search, "format": "csv", "columns": ["decision"]}), "columns"),
            (json!({"search_id": search, "format": "csv", "sort": "age"}), "sort"),
            (json!({"search_id": search, "format": "csv", "filters": {"word": "x"}}), "filters.word"),
            (json!({"search_id": search, "format": "csv", "filters": {"decision": "approved"}}), "filters.decision"),
            (json!({"search_id": search, "format": "csv", "filters": {"network_distance": 4}}), "network_distance"),
            (json!({"search_id": search, "format": "csv", "file": "x"}), "file"),
        ] {
            let problem = app.post(OWNER_KEY, "/api/v1/exports", body.clone()).await.problem(422);
            assert_eq!(problem["validation_errors"][0]["field"], field, "{body}: {problem}");
            assert!(problem["validation_errors"][0]["message"].as_str().is_some_and(|text| text.ends_with('.')), "{problem}");
        }
        assert_eq!(app.get(OWNER_KEY, "/api/v1/exports").await.ok()["pagination"]["total"], 0, "nothing was stored");
    }
}

async fn order_of(app: &TestApp, search: &str) -> sluice::jobs::export_results::start::ExportOrder {
    let database = app.database();
    let (workspace, user) = users::first_owner(&mut read(&database).await).await.expect("read").expect("an owner");
    let home = Home { workspace, user, account: AccountId::new() };
    let id = search.parse().expect("an id");
    let search = sluice::store::jobs::find(&mut read(&database).await, Scope::System, id).await.expect("read").expect("the search");
    super::rows::order(home, &search, sluice::domain::export::ExportFormat::Csv)
}
