//! What is refused at the door, in words, with nothing left behind.

use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};
use sluice::store::database::sql;

use super::files::{people, send_file};
use crate::support::fixtures::read;
use crate::support::{OWNER_KEY, TestApp, each_database, send};

/// Files, pieces and reviews that there are.
async fn stored(app: &TestApp) -> [i64; 3] {
    let mut conn = read(&app.database()).await;
    let mut counts = [0; 3];
    for (table, count) in ["files", "file_chunks", "reviews"].into_iter().zip(&mut counts) {
        *count = sql(format!("SELECT count(*) AS number FROM {table}"))
            .fetch_one(&mut conn)
            .await
            .expect("counted")
            .get("number")
            .expect("a number");
    }
    counts
}

/// A name for the case, the file, the options, then the status, the field and some words of the refusal.
type Refused<'a> = (&'a str, Vec<u8>, Json, u16, &'a str, &'a str);

each_database! {
    async fn a_file_that_is_no_table_of_people_is_refused_in_words(app: TestApp) {
        let wide = format!("name,{}\nAda\n", "x,".repeat(250));
        let many = format!("name\n{}", "Ada\n".repeat(50_001));
        let cases: Vec<Refused> = vec![
            ("an empty file", Vec::new(), json!({}), 422, "file", "empty"),
            ("nothing but blanks", b" \r\n\r\n".to_vec(), json!({}), 422, "file", "empty"),
            ("no header", b"Ada,ada@example.com\nBo,bo@example.com\n".to_vec(), json!({}), 422, "file", "no header"),
            ("only a header", b"name,company\r\n".to_vec(), json!({}), 422, "file", "no rows"),
            ("a workbook", b"PK\x03\x04\x14\x00\x06\x00".to_vec(), json!({}), 422, "file", "Excel"),
            ("a binary file", (0..=255).cycle().take(4_000).collect(), json!({}), 422, "file", "binary"),
            ("a page", b"<!DOCTYPE html><html>".to_vec(), json!({}), 422, "file", "web page"),
            ("21 MB", vec![b'x'; 21 * 1024 * 1024], json!({}), 413, "file", "20 MB"),
            ("50,001 rows", many.into_bytes(), json!({}), 422, "file", "50,000"),
            ("251 columns", wide.into_bytes(), json!({}), 422, "file", "columns"),
            ("columns that mean nothing", b"a,b\n1,2\n".to_vec(), json!({}), 422, "mapping", "mapping"),
            ("an unknown column", people(0, 1).into_bytes(), json!({"mapping": {"name": "Nom"}}), 422, "mapping.name", "Nom"),
            ("an unknown field", people(0, 1).into_bytes(), json!({"mapping": {"salary": "Company"}}), 422, "mapping.salary", ""),
            ("a column mapped twice", people(0, 1).into_bytes(), json!({"mapping": {"name": "Company", "company": "Company"}}), 422, "mapping.company", "once"),
            ("a mapping of nobody", people(0, 1).into_bytes(), json!({"mapping": {"company": "Company"}}), 422, "mapping", "who somebody is"),
            ("an unknown option", people(0, 1).into_bytes(), json!({"dry_run": true}), 422, "dry_run", ""),
            ("a review that is none", people(0, 1).into_bytes(), json!({"review_id": "01890a5d-ac96-774b-bcce-b302099a8057"}), 422, "review_id", "no such review"),
            ("a review that is no id", people(0, 1).into_bytes(), json!({"review_id": "mine"}), 422, "review_id", ""),
            ("two reviews", people(0, 1).into_bytes(), json!({"review_id": "01890a5d-ac96-774b-bcce-b302099a8057", "review_name": "x"}), 422, "review_name", "either"),
            ("a review without a name", people(0, 1).into_bytes(), json!({"review_name": "  "}), 422, "review_name", "1 to 255"),
            ("a second file", people(0, 1).into_bytes(), json!({"csv": "name\nAda\n"}), 422, "csv", "own file"),
        ];
        for (what, content, options, status, field, words) in cases {
            let problem = send_file(&app, content, options).await.problem(status);
            let error = &problem["validation_errors"][0];
            assert_eq!(error["field"], field, "{what}: {problem}");
            let message = error["message"].as_str().expect("a message");
            assert!(message.contains(words) && message.ends_with('.'), "{what}: {message}");
            assert_eq!(stored(&app).await, [0, 0, 0], "{what}: nothing stays");
        }
        assert_eq!(app.get(OWNER_KEY, "/api/v1/imports").await.ok()["pagination"]["total"], 0);
    }

    async fn a_form_that_is_none_is_refused(app: TestApp) {
        let post = || app.request(Method::POST, "/api/v1/imports").header("x-api-key", OWNER_KEY);
        let part = || Part::bytes(people(0, 2).into_bytes()).file_name("people.csv");
        for (form, field) in [
            (Form::new().text("options", "{}"), "file"),
            (Form::new().part("file", part()).part("file", part()), "file"),
            (Form::new().part("file", part()).text("mapping", "{}"), "mapping"),
            (Form::new().part("file", part()).text("options", "[]"), "body"),
            (Form::new().part("file", part()).text("options", "x".repeat(70_000)), "options"),
        ] {
            let problem = send(post().multipart(form)).await.problem(422);
            assert_eq!(problem["validation_errors"][0]["field"], field, "{problem}");
        }
        send(post().header("content-type", "multipart/form-data").body("x")).await.problem(415);
        send(post().header("content-type", "text/csv").body("name\nAda\n")).await.problem(415);
        send(post().header("content-type", "multipart/form-data; boundary=b").body("--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nname\nAda")).await.problem(400);
        for (body, field) in [(json!({}), "file_id"), (json!({"file_id": "x", "csv": "y"}), "file_id"), (json!({"file_id": "x"}), "file_id"), (json!({"csv": 5}), "csv")] {
            assert_eq!(app.post(OWNER_KEY, "/api/v1/imports", body).await.problem(422)["validation_errors"][0]["field"], field);
        }
        assert_eq!(stored(&app).await, [0, 0, 0]);
    }

    async fn an_import_sent_twice_runs_once(app: TestApp) {
        let ask = async |key: &str, content: String| {
            let form = Form::new().part("file", Part::bytes(content.into_bytes()).file_name("people.csv"));
            send(app.request(Method::POST, "/api/v1/imports").header("x-api-key", OWNER_KEY).header("idempotency-key", key).multipart(form)).await
        };
        let (first, second) = (ask("one", people(0, 5)).await, ask("one", people(0, 5)).await);
        assert_eq!((first.status, first.ok()), (StatusCode::ACCEPTED, second.ok()));
        assert_eq!(ask("one", people(0, 6)).await.problem(409)["error_code"], "IDEMPOTENCY_KEY_REUSED");
        assert_eq!(app.get(OWNER_KEY, "/api/v1/imports").await.ok()["pagination"]["total"], 1);
        assert_eq!(stored(&app).await, [1, 1, 1], "one file, of one piece, into one review");
        app.ended(OWNER_KEY, first.json()["id"].as_str().expect("an id")).await;
    }

    async fn a_small_text_is_imported_as_json(app: TestApp) {
        let body = json!({"csv": "Name,LinkedIn,Company,Company\nAda,linkedin.com/in/ada,Acme,Umbrella\n", "file_name": "two companies", "mapping": {"name": "Name", "company": "Company (2)"}});
        let started = app.post(OWNER_KEY, "/api/v1/imports", body).await;
        assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.text);
        let started = started.ok();
        assert_eq!(started["columns"], json!([
            {"name": "Name", "field": "name"}, {"name": "LinkedIn", "field": null}, {"name": "Company", "field": null}, {"name": "Company (2)", "field": "company"},
        ]));
        assert_eq!(started["warnings"], json!(["No column holds the addresses of profiles, so people are known again by their name, title, company and place alone."]));
        let id = started["id"].as_str().expect("an id");
        app.ended(OWNER_KEY, id).await;
        let story = app.get(OWNER_KEY, &format!("/api/v1/jobs/{id}")).await.ok();
        let lines: Vec<&str> = story["timeline"].as_array().expect("lines").iter().filter_map(|line| line["message"].as_str()).collect();
        assert_eq!((lines[0], lines[lines.len() - 1]), ("Owner asked to import two companies (1 row) into the new review two companies", "1 person added."));
        assert_eq!(story["result"]["new"], 1);
        let guessed = json!({"csv": "Name,Company,Company\nAda,Acme,Umbrella\n"});
        let warned = app.post(OWNER_KEY, "/api/v1/imports", guessed).await.ok();
        assert!(warned["warnings"][0].as_str().is_some_and(|text| text.contains("more than one column called Company")), "{warned}");
    }

    async fn an_import_into_a_completed_review_is_refused(app: TestApp) {
        let done = super::files::import(&app, people(0, 1), json!({"review_name": "closed"})).await;
        let review = done["review_id"].as_str().expect("a review").to_owned();
        let mut tx = app.database().begin().await.expect("a transaction");
        sql("UPDATE reviews SET state = 'completed' WHERE id = $1").bind(&review).execute(&mut tx).await.expect("set");
        tx.commit().await.expect("it commits");
        let problem = send_file(&app, people(1, 2), json!({"review_id": review})).await.problem(422);
        assert!(problem["detail"].as_str().is_some_and(|text| text.contains("Reopen it")), "{problem}");
    }

    async fn an_upload_and_its_faults_go_after_their_days(app: TestApp) {
        let done = super::files::import(&app, "name,url\nAda,nowhere\n", json!({"review_name": "old"})).await;
        let (id, database) = (done["id"].as_str().expect("an id"), app.database());
        assert_eq!(stored(&app).await, [1, 1, 1]);
        database.advance_clock(std::time::Duration::from_secs(7 * 86_400 + 1));
        sluice::maintenance::round(&database).await.expect("a round");
        assert_eq!(stored(&app).await, [1, 0, 1]);
        app.get(OWNER_KEY, &format!("/api/v1/imports/{id}/errors.csv")).await.problem(410);
        let shown = app.get(OWNER_KEY, &format!("/api/v1/imports/{id}")).await.ok();
        assert_eq!((&shown["file"]["state"], &shown["counts"]["refused"]), (&json!("expired"), &json!(1)), "what it came to stays");
        let body = json!({"file_id": shown["file"]["id"]});
        assert_eq!(app.post(OWNER_KEY, "/api/v1/imports", body).await.problem(422)["validation_errors"][0]["field"], "file_id");
    }
}
