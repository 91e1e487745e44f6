//! `sluice postings …` and `sluice import …`: the program itself, what it prints and how it exits.

use std::process::{Output, Stdio};

use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use wiremock::matchers::{body_json, body_string, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::postings::{offer, store_some};
use crate::support::{OWNER_KEY, TestApp, each_database};

const JOB: &str = "0199c0de-0000-7000-8000-00000000000a";

fn sluice(url: &str, key: &str, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.env_clear().env("SLUICE_URL", url).env("SLUICE_API_KEY", key).env("TZ", "UTC").args(words);
    command
}

async fn run(app: &TestApp, words: &[&str]) -> Output {
    sluice(&app.url(""), OWNER_KEY, words).output().await.expect("the program starts")
}

async fn said(app: &TestApp, words: &[&str]) -> String {
    let output = run(app, words).await;
    assert_eq!(output.status.code(), Some(0), "{words:?}: {output:?}");
    text(&output.stdout)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

/// The same with something to read.
async fn fed(mut command: Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).await.expect("it reads");
    child.wait_with_output().await.expect("it ends")
}

each_database! {
    async fn the_tracker_is_worked_with_from_the_command_line(app: TestApp) {
        store_some(&app.database(), app.owner().await.workspace_id, 4).await;
        let numbers: Vec<String> = (0..4).map(|n| offer(n).posting_id).collect();
        let address = offer(1).url;
        assert_eq!(said(&app, &["postings", "apply", &numbers[0], "--on", "2026-03-01"]).await, "● 1 posting is applied now.\n");
        assert_eq!(said(&app, &["postings", "status", "saved", &numbers[1], &numbers[2]]).await, "● 2 postings are saved now.\n");
        assert_eq!(said(&app, &["postings", "stars", "4", &address, "--because", "near the sea"]).await, "● 1 posting is at 4 stars now.\n");
        assert_eq!(said(&app, &["postings", "note", &numbers[1], "ask for Bo"]).await, "● Noted.\n");
        let piped = fed(sluice(&app.url(""), OWNER_KEY, &["postings", "note", &numbers[1], "-"]), "and for Ada\n").await;
        assert_eq!(piped.status.code(), Some(0), "{piped:?}");
        assert_eq!(said(&app, &["postings", "hide", &numbers[3]]).await, "● 1 posting is hidden now.\n");
        assert_eq!(said(&app, &["postings", "hide", &numbers[3]]).await, "Nothing changed: it is already hidden.\n");
        let reminded = said(&app, &["postings", "remind", &numbers[1], "2026-03-09", "--note", "call"]).await;
        assert!(reminded.starts_with("● A reminder is set for "), "{reminded}");

        let table = said(&app, &["postings", "list", "--sort", "title"]).await;
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
        assert_eq!(rows[0], ["number", "status", "stars", "title", "company", "location", "pay", "posted", "closed", "id"]);
        let listed: Vec<(&str, &str, &str)> = rows[1..].iter().map(|row| (row[0], row[1], row[2])).collect();
        assert_eq!(listed, [(&*numbers[0], "applied", ""), (&*numbers[1], "saved", "4"), (&*numbers[2], "saved", "")]);
        let found: Json = serde_json::from_str(&said(&app, &["postings", "list", "--status", "saved", "--due", "--find", "ada", "--json"]).await).expect("JSON");
        let found = found.as_array().expect("a list");
        assert_eq!((found.len(), &found[0]["linkedin_id"], &found[0]["description_text"]), (1, &json!(numbers[1]), &Json::Null));
        assert_eq!((&found[0]["notes"], &found[0]["stars_reason"]), (&json!("ask for Bo\nand for Ada"), &json!("near the sea")));
        assert_eq!(said(&app, &["postings", "list", "--hidden"]).await.lines().count(), 2);
        let cut = fed(sluice(&app.url(""), OWNER_KEY, &["postings", "list", "-n", "1"]), "").await;
        assert_eq!(String::from_utf8_lossy(&cut.stdout).lines().count(), 2, "the head and one row: {cut:?}");
        assert_eq!(String::from_utf8_lossy(&cut.stderr), "1 of 3 postings; more with --limit.\n", "which a pipe does not carry on");

        let shown = said(&app, &["postings", "show", &numbers[1]]).await;
        for line in ["ask for Bo\nand for Ada", "4 stars (near the sea)", "reminder   2026-03-09 09:00: call", "Found by a search."] {
            assert!(shown.contains(line), "{line}: {shown}");
        }
        let whole: Json = serde_json::from_str(&said(&app, &["postings", "show", &numbers[1], "--json"]).await).expect("JSON");
        assert_eq!((&whole["seen_at"], whole["history"].as_array().map(Vec::len)), (&Json::Null, Some(6)), "a pipe has not seen it");

        for (words, code, why) in [
            (vec!["postings", "show", "4999999999"], 1, "There is no posting 4999999999 here"),
            (vec!["postings", "show", "rust"], 2, "rust names no posting"),
            (vec!["postings", "stars", "6", &numbers[1]], 2, "give 1 to 5 stars, or none"),
            (vec!["postings", "status", "hired", &numbers[1]], 2, "unknown variant hired"),
            (vec!["postings", "remind", &numbers[1], "soon"], 2, "soon is no time that is understood"),
            (vec!["postings", "list", "--sort", "pay"], 2, "why: Use created_at"),
            (vec!["postings", "list", "--open", "--closed"], 2, "cannot be used with"),
            (vec!["import", "urls", "4012345678"], 1, "Switch on the public pages with `sluice accounts add linkedin`"),
        ] {
            let refused = run(&app, &words).await;
            assert_eq!(refused.status.code(), Some(code), "{words:?}: {refused:?}");
            assert!(text(&refused.stderr).contains(why), "{words:?}: {}", text(&refused.stderr));
        }

        let folder = TempDir::new().expect("a folder");
        let words = ["postings", "export", "--status", "saved", "--sort", "title", "--columns", "title,stars,notes", "-o", "mine.csv"];
        let output = sluice(&app.url(""), OWNER_KEY, &words).current_dir(folder.path()).output().await.expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(text(&output.stdout).contains("2 postings in mine.csv"), "{}", text(&output.stdout));
        let file = std::fs::read_to_string(folder.path().join("mine.csv")).expect("the file");
        assert_eq!(file, "\u{feff}title,stars,notes\r\nSenior Rust Engineer,4,\"ask for Bo\nand for Ada\"\r\nZoologist,,\r\n");
    }
}

each_database! {
    async fn notes_are_written_anew_only_over_what_somebody_has_read(app: TestApp) {
        store_some(&app.database(), app.owner().await.workspace_id, 1).await;
        let number = offer(0).posting_id;
        assert_eq!(said(&app, &["postings", "note", &number, "ask Bo\n\nand Ada"]).await, "● Noted.\n");
        let mut told = Vec::new();
        for words in [
            &["--replace", "call on Monday\nat nine", "--were", "ask Bo"][..],
            &["--clear", "--were", ""],
            &["--replace", "call on Monday", "--were", "ask Bo\n\nand Ada"],
            &["--clear", "--were", "call on Monday"],
            &["--replace", "too late", "--were", "call on Monday"],
            &["--replace", "anew"],
        ] {
            let output = run(&app, &[&["postings", "note", &number], words].concat()).await;
            told.push(format!("{words:?}\n{}{}({})", text(&output.stdout), text(&output.stderr), output.status.code().unwrap_or(-1)));
        }
        insta::assert_snapshot!("notes_are_written_anew_only_over_what_somebody_has_read", told.join("\n\n"));
        let refused = run(&app, &["postings", "note", &number, "--replace", "x", "--were", "y", "--json"]).await;
        let data: Json = serde_json::from_slice(&refused.stderr).expect("JSON");
        assert_eq!((refused.status.code(), &data["error"]["details"]["notes"]), (Some(1), &json!("anew")), "{refused:?}");
        let misused = run(&app, &["postings", "note", &number, "x", "--were", "y"]).await;
        assert_eq!(misused.status.code(), Some(2), "{misused:?}");
    }
}

#[tokio::test]
async fn notes_are_read_before_one_begins_to_write_them_anew() {
    let server = MockServer::start().await;
    // Whatever is asked for is counted; none of it is there.
    let mut child = sluice(&server.uri(), "k", &["postings", "note", JOB, "--replace", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let input = child.stdin.take().expect("piped");
    let output = child.wait_with_output().await.expect("it ends");
    assert_eq!(output.status.code(), Some(1), "it ended while its input was open: {output:?}");
    drop(input);
    let asked = server.received_requests().await.expect("recorded");
    assert_eq!(asked.iter().map(|request| request.url.path()).collect::<Vec<_>>(), [format!("/api/v1/job-postings/{JOB}")]);
}

fn accepted(what: &str) -> ResponseTemplate {
    ResponseTemplate::new(202).set_body_json(
        json!({"job_id": JOB, "status": "queued", "account_id": null, "estimated_time_seconds": 12, "warnings": [format!("{what} are read slowly.")]}),
    )
}

/// The end of a job that brought postings in, as its stream tells it.
async fn ended(server: &MockServer, status: &str, more: Json) {
    let mut job = json!({
        "id": JOB, "kind": "fetch_postings", "status": status, "args": {}, "account_id": null, "priority": 0,
        "progress": {"current": 3, "total": 3, "percentage": 100, "message": "", "rate_per_minute": null, "eta_s": null, "page": 1,
            "pages": null, "retries": 0},
        "waiting_until": null, "waiting_reason": null, "stop_reason": null, "stop_message": null, "partial": false, "rows_kept": 3, "attempt": 1,
        "result": null, "error": null, "created_at": "2026-03-02T11:57:50Z", "started_at": null, "completed_at": null, "timeline": []
    });
    for (name, value) in more.as_object().expect("an object") {
        job[name] = value.clone();
    }
    let body = ResponseTemplate::new(200).set_body_raw(format!("id: 1\nevent: job\ndata: {job}\n\n").into_bytes(), "text/event-stream");
    Mock::given(path(format!("/api/v1/jobs/{JOB}/events"))).respond_with(body).mount(server).await;
}

#[tokio::test]
async fn addresses_are_imported_and_the_end_says_what_came_of_them() {
    let server = MockServer::start().await;
    let body = json!({"urls": ["4012345678", "https://www.linkedin.com/jobs/view/4012345679"], "max_age_h": 24});
    Mock::given(method("POST"))
        .and(path("/api/v1/job-postings/import"))
        .and(body_json(body))
        .respond_with(accepted("They"))
        .mount(&server)
        .await;
    let result =
        json!({"found": 3, "new": 1, "updated": 1, "failed": 1, "reasons": [{"reason": "LinkedIn no longer has it.", "count": 1}]});
    ended(&server, "completed", json!({"stop_reason": "exhausted", "stop_message": "All of them were read.", "result": result})).await;
    let gone = json!({"position": 1, "input": "https://www.linkedin.com/jobs/view/4012345679", "linkedin_id": "4012345679", "posting_id": null,
        "title": null, "company_name": null, "outcome": "failed", "reason": "LinkedIn has no such posting any more, or never had it.",
        "at": "2026-03-02T11:58:03Z"});
    let pagination = json!({"limit": 20, "offset": 0, "total": 1, "total_is_estimate": false, "has_more": false, "next_cursor": null});
    Mock::given(path(format!("/api/v1/jobs/{JOB}/posting-items")))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"data": [gone], "pagination": pagination})))
        .mount(&server)
        .await;
    let words = ["import", "urls", "-", "--max-age", "24", "--wait"];
    let input = "# from my mail\n4012345678\n\nhttps://www.linkedin.com/jobs/view/4012345679\n";
    let output = fed(sluice(&server.uri(), "k", &words), input).await;
    insta::assert_snapshot!(format!(
        "{}--- beside it\n{}({})",
        text(&output.stdout),
        text(&output.stderr),
        output.status.code().unwrap_or(-1)
    ));
}

#[tokio::test]
async fn a_page_and_a_search_are_handed_over_as_they_were_given() {
    let server = MockServer::start().await;
    let folder = TempDir::new().expect("a folder");
    let page = folder.path().join("page.html");
    std::fs::write(&page, "<html>saved</html>").expect("written");
    Mock::given(method("POST"))
        .and(path("/api/v1/job-postings/import"))
        .and(header("content-type", "text/html"))
        .and(body_string("<html>saved</html>"))
        .respond_with(accepted("Pages"))
        .mount(&server)
        .await;
    let query = json!({"queries": [{"keywords": "rust", "location": "Berlin", "workplaces": ["remote"], "accept_unrelated": true}],
        "title_exclude": ["intern"]});
    Mock::given(method("POST"))
        .and(path("/api/v1/job-postings/search"))
        .and(body_json(query))
        .respond_with(accepted("Searches"))
        .mount(&server)
        .await;
    let search = "import search --keywords rust --location Berlin --workplace remote --title-exclude intern --accept-unrelated";
    let search: Vec<&str> = search.split(' ').collect();
    for words in [vec!["import", "file", page.to_str().expect("a path")], search] {
        let output = sluice(&server.uri(), "k", &words).output().await.expect("the program starts");
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), format!("{JOB}\n")), "{words:?}: {output:?}");
        assert!(text(&output.stderr).contains("note: "), "{output:?}");
        let data = sluice(&server.uri(), "k", &[words, vec!["--json"]].concat()).output().await.expect("the program starts");
        assert_eq!(serde_json::from_slice::<Json>(&data.stdout).expect("JSON")["job_id"], JOB);
    }
}

#[tokio::test]
async fn immunity_05_a_blocked_import_exits_as_stopped_early_and_says_how_to_go_on() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/api/v1/job-postings/import")).respond_with(accepted("They")).mount(&server).await;
    let blocked = json!({"stop_reason": "blocked", "partial": true, "stop_message": "LinkedIn asked us to stop. Wait a day, then retry.",
        "result": {"found": 3, "new": 3}, "error": {"code": "BLOCKED", "message": "x", "retryable": true}});
    ended(&server, "failed", blocked).await;
    let output = sluice(&server.uri(), "k", &["import", "urls", "4012345678", "--wait"]).output().await.expect("the program starts");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let said = text(&output.stdout);
    assert!(
        said.contains("Stopped early, 3 postings kept. LinkedIn asked us to stop.")
            && said.ends_with(&format!("  sluice import retry {JOB} --wait\n")),
        "{said}"
    );
}

#[tokio::test]
async fn immunity_24_linkedins_pages_are_switched_on_by_a_yes_and_the_cookie_comes_from_no_argument() {
    let server = MockServer::start().await;
    let words = ["accounts", "add", "linkedin"];
    let refused = sluice(&server.uri(), "k", &words).stdin(Stdio::null()).output().await.expect("the program starts");
    let told = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(told.contains("user agreement") && told.contains("--accept-terms"), "{told}");
    assert_eq!(server.received_requests().await.expect("recorded").len(), 0, "nothing was asked of the server");

    let account = json!({"id": JOB, "provider": "linkedin", "name": "LinkedIn's public pages", "base_url": null, "external_account_id": null,
        "api": null, "state": "connected", "trouble": null, "pace": {"delay_ms": 6000, "jitter_pct": 20},
        "budgets": {"search_rows_per_day": 5000, "search_rows_used": 0, "profiles_per_day": 100, "profiles_used": 0}, "working_hours": null,
        "next_call_at": null, "shared": false, "own": true, "created_at": "2026-03-02T12:00:00Z", "updated_at": "2026-03-02T12:00:00Z"});
    Mock::given(method("POST"))
        .and(path("/api/v1/accounts"))
        .and(body_json(json!({"provider": "linkedin", "session_cookie": "AQEDcookie", "shared": false})))
        .respond_with(ResponseTemplate::new(201).set_body_json(account))
        .mount(&server)
        .await;
    let output =
        fed(sluice(&server.uri(), "k", &["accounts", "add", "linkedin", "--accept-terms", "--session-cookie-stdin"]), "AQEDcookie\n").await;
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stdout).contains("sluice import search"), "{output:?}");
    assert!(!text(&output.stdout).contains("AQED") && !text(&output.stderr).contains("AQED"), "{output:?}");
    let argument = sluice(&server.uri(), "k", &["accounts", "add", "linkedin", "--accept-terms", "--session-cookie", "AQEDcookie"]);
    let argument = { argument }.output().await.expect("the program starts");
    assert_eq!(argument.status.code(), Some(2), "a cookie is no argument: {argument:?}");
    let misplaced =
        sluice(&server.uri(), "k", &["accounts", "add", "unipile", "--accept-terms"]).output().await.expect("the program starts");
    assert!(misplaced.status.code() == Some(2) && text(&misplaced.stderr).contains("--accept-terms is for LinkedIn"), "{misplaced:?}");
}
