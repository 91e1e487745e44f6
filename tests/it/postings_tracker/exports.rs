//! Postings as files: the whole list with its filters, safe to open, each row once.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use serde_json::{Value as Json, json};
use sluice::domain::PostingId;

use crate::support::postings::store_some;
use crate::support::{OWNER_KEY, TestApp, each_database};

/// The file of an export, once its job has completed.
async fn exported(app: &TestApp, body: Json) -> (Json, Vec<u8>) {
    let export = app.post(OWNER_KEY, "/api/v1/exports", body).await.ok();
    let id = export["id"].as_str().expect("an id").to_owned();
    let job = app.ended(OWNER_KEY, &id).await;
    assert_eq!(job.status.as_str(), "completed", "{job:?}");
    let done = app.get(OWNER_KEY, &format!("/api/v1/exports/{id}")).await.ok();
    let request = app.request(reqwest::Method::GET, done["file"]["url"].as_str().expect("a path")).header("x-api-key", OWNER_KEY);
    let content = request.send().await.expect("an answer").bytes().await.expect("a file");
    (done, content.to_vec())
}

async fn filled(app: &TestApp, many: usize) -> Vec<PostingId> {
    store_some(&app.database(), app.owner().await.workspace_id, many).await
}

each_database! {
    async fn a_list_of_postings_is_exported_with_its_filters_and_order(app: TestApp) {
        let stored = filled(&app, 40).await;
        let ids: Vec<&PostingId> = stored.iter().take(12).collect();
        app.patch(OWNER_KEY, "/api/v1/job-postings", json!({"ids": ids, "patch": {"status": "saved", "stars": 4}})).await.ok();
        let list = app.get(OWNER_KEY, "/api/v1/job-postings?status=saved&sort=-title&limit=100").await.ok();
        let expected: Vec<&Json> = list["data"].as_array().expect("a list").iter().map(|posting| &posting["id"]).collect();
        let columns = ["id", "title", "company", "status", "stars", "salary_min", "posted_at", "description"];
        let body = json!({"postings": {"status": "saved", "sort": "-title"}, "format": "jsonl", "columns": columns});
        let (done, content) = exported(&app, body).await;
        let lines: Vec<Json> = content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| serde_json::from_slice(line).expect("JSON")).collect();
        assert_eq!(lines.iter().map(|line| &line["id"]).collect::<Vec<_>>(), expected);
        for (line, posting) in lines.iter().zip(list["data"].as_array().expect("a list")) {
            assert_eq!((&line["title"], &line["company"], &line["status"], &line["stars"]), (&posting["title"], &posting["company_name"], &json!("saved"), &json!(4)));
            assert_eq!((line["salary_min"].as_f64(), &line["posted_at"]), (posting["salary"]["min"].as_f64(), &posting["posted_at"]));
            assert_eq!(line["description"], posting["description_text"]);
        }
        assert_eq!((&done["postings"], &done["progress"]["message"]), (&json!({"status": "saved", "sort": "-title"}), &json!("12 postings exported.")));
        assert_eq!((&done["search_id"], &done["file"]["rows"]), (&Json::Null, &json!(12)));
        assert!(done["file"]["name"].as_str().is_some_and(|name| name.starts_with("postings-") && name.ends_with(".jsonl")), "{done}");
    }

    async fn immunity_36_what_postings_say_does_not_run_in_a_spreadsheet(app: TestApp) {
        let stored = filled(&app, 2).await;
        let path = format!("/api/v1/job-postings/{}", stored[0]);
        app.patch(OWNER_KEY, &path, json!({"notes": "=HYPERLINK(\"https://evil.example\",\"pay\")", "stars": 1, "stars_reason": "@SUM(1)"})).await.ok();
        let columns = ["notes", "stars_reason", "title", "salary_min"];
        let (_, content) = exported(&app, json!({"postings": {"sort": "created_at"}, "format": "csv", "columns": columns})).await;
        let text = String::from_utf8(content).expect("text");
        let first = text.lines().nth(1).expect("a row");
        assert!(text.starts_with("\u{feff}notes,stars_reason,title,salary_min\r\n"), "{text}");
        assert!(first.starts_with("\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"pay\"\")\",'@SUM(1),"), "{first}");

        let (_, content) = exported(&app, json!({"postings": {}, "format": "xlsx"})).await;
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(content)).expect("a workbook");
        let sheet = workbook.worksheet_range("Postings").expect("the sheet");
        let head: Vec<String> = sheet.rows().next().expect("a head").iter().map(ToString::to_string).collect();
        assert_eq!(head[..3], ["title", "company", "location"]);
        let notes = head.iter().position(|name| name == "notes").expect("a column");
        let cells: Vec<&Data> = sheet.rows().skip(1).map(|row| &row[notes]).collect();
        assert!(cells.contains(&&Data::String("'=HYPERLINK(\"https://evil.example\",\"pay\")".into())), "{cells:?}");
        assert_eq!(sheet.rows().count(), 3);
    }

    async fn an_export_of_postings_that_cannot_be_is_refused_by_name(app: TestApp) {
        filled(&app, 1).await;
        for (body, field) in [
            (json!({"format": "csv"}), "search_id"),
            (json!({"postings": {}, "review_id": PostingId::new(), "format": "csv"}), "search_id"),
            (json!({"postings": {"status": "hired"}, "format": "csv"}), "postings.status"),
            (json!({"postings": {"sort": "-updated_at"}, "format": "csv"}), "postings.sort"),
            (json!({"postings": {"sort": "pay"}, "format": "csv"}), "postings.sort"),
            (json!({"postings": {"limit": 5}, "format": "csv"}), "postings.limit"),
            (json!({"postings": {"hiden": true}, "format": "csv"}), "postings.hiden"),
            (json!({"postings": {}, "filters": {"q": "x"}, "format": "csv"}), "filters"),
            (json!({"postings": {}, "sort": "title", "format": "csv"}), "sort"),
            (json!({"postings": {}, "columns": ["headline"], "format": "csv"}), "columns"),
            (json!({"postings": {}, "columns": ["title", "title"], "format": "csv"}), "columns"),
        ] {
            let problem = app.post(OWNER_KEY, "/api/v1/exports", body.clone()).await.problem(422);
            assert_eq!(problem["validation_errors"][0]["field"], field, "{body}: {problem}");
        }
        assert_eq!(app.get(OWNER_KEY, "/api/v1/exports").await.ok()["pagination"]["total"], 0);
    }
}
