//! The program itself, against a server that says what a test wants: what it prints, and how it exits.

use std::process::Output;

use serde_json::{Value, json};
use tokio::process::Command;
use wiremock::matchers::{body_partial_json, header, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(crate) const JOB: &str = "0199c0de-0000-7000-8000-00000000000a";

/// The program with a server and a key, and nothing else of this environment.
fn sluice(server: &MockServer, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.env_clear().env("SLUICE_URL", server.uri()).env("SLUICE_API_KEY", "the key of this test").env("TZ", "UTC").args(words);
    command
}

pub(crate) async fn run(server: &MockServer, words: &[&str]) -> Output {
    sluice(server, words).output().await.expect("the program starts")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("no exit code: {output:?}"))
}

pub(crate) fn job(status: &str, current: u64, more: Value) -> Value {
    let mut job = json!({
        "id": JOB, "kind": "search_prospects", "status": status, "args": {}, "account_id": null, "priority": 0,
        "progress": {"current": current, "total": 200, "percentage": current / 2, "message": "", "rate_per_minute": null, "eta_s": null,
            "page": current / 100, "pages": 2, "retries": 0},
        "waiting_until": null, "waiting_reason": null, "stop_reason": null, "stop_message": null, "partial": false, "attempt": 1,
        "result": null, "error": null, "created_at": "2026-03-02T11:57:50Z", "started_at": null, "completed_at": null, "timeline": []
    });
    for (name, value) in more.as_object().expect("an object") {
        job[name] = value.clone();
    }
    job
}

pub(crate) fn frame(id: u32, event: &str, data: &Value) -> String {
    format!("id: {id}\nevent: {event}\ndata: {data}\n\n")
}

pub(crate) async fn stream(server: &MockServer, frames: &[String]) {
    let body = ResponseTemplate::new(200).set_body_raw(frames.concat().into_bytes(), "text/event-stream");
    Mock::given(path(format!("/api/v1/jobs/{JOB}/events"))).respond_with(body).mount(server).await;
}

#[tokio::test]
async fn a_watched_search_in_a_pipe_is_one_line_a_page_and_ends_with_what_to_type_next() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/api/v1/searches"))
        .and(header("x-api-key", "the key of this test"))
        .and(body_partial_json(json!({"criteria": {"title": "CEO", "locations": ["Berlin"]}, "target": 200})))
        .respond_with(ResponseTemplate::new(202).set_body_json(json!({
            "job_id": JOB, "status": "queued", "api": "sales_navigator", "target": 200, "estimated_time_seconds": 4, "account_id": "a",
            "warnings": []
        })))
        .mount(&server)
        .await;
    let page =
        |batch: u32, known: u32| json!({"job_id": JOB, "batch": batch, "stored": 100 - known, "known": known, "total_stored": batch * 100});
    let done = json!({"stop_reason": "target_reached", "stop_message": "The target was reached.", "started_at": "2026-03-02T11:58:00Z",
        "completed_at": "2026-03-02T11:58:04Z"});
    stream(
        &server,
        &[
            frame(1, "job", &job("queued", 0, json!({}))),
            frame(2, "job", &job("processing", 0, json!({}))),
            frame(3, "page", &page(1, 0)),
            frame(4, "job", &job("processing", 100, json!({}))),
            frame(5, "page", &page(2, 3)),
            frame(6, "job", &job("completed", 200, done)),
        ],
    )
    .await;
    let output = run(&server, &["search", "people", "--title", "CEO", "--location", "Berlin", "--count", "200", "--watch"]).await;
    insta::assert_snapshot!(format!("{}--- beside it\n{}({})", text(&output.stdout), text(&output.stderr), code(&output)));
}

#[tokio::test]
async fn immunity_05_the_exit_code_of_a_waiting_command_says_how_it_ended() {
    let ends = [
        ("completed", 200, json!({"stop_reason": "exhausted"}), 0),
        ("failed", 100, json!({"stop_reason": "blocked", "partial": true}), 3),
        ("failed", 0, json!({"stop_reason": "error"}), 4),
        ("canceled", 100, json!({"stop_reason": "canceled"}), 5),
    ];
    for (status, current, more, expected) in ends {
        let server = MockServer::start().await;
        stream(&server, &[frame(1, "job", &job(status, current, more))]).await;
        for words in [&["jobs", "watch", JOB][..], &["jobs", "watch", JOB, "--json"]] {
            let output = run(&server, words).await;
            assert_eq!(code(&output), expected, "{status}: {output:?}");
            if words.contains(&"--json") {
                let told: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
                assert_eq!(told["status"], status);
            }
        }
    }
}

#[tokio::test]
async fn a_problem_of_the_server_takes_three_lines_or_is_data() {
    let server = MockServer::start().await;
    let problem = json!({"type": "about:blank", "title": "Conflict", "status": 409, "detail": "The job is done and cannot be paused.",
        "error_code": "JOB_FINAL", "message": "The job is done and cannot be paused.", "suggestions": ["Start a new search."]});
    Mock::given(path(format!("/api/v1/jobs/{JOB}/pause")))
        .respond_with(ResponseTemplate::new(409).set_body_json(problem))
        .mount(&server)
        .await;
    let said = run(&server, &["jobs", "pause", JOB]).await;
    assert_eq!((code(&said), text(&said.stdout).as_str()), (1, ""));
    assert_eq!(text(&said.stderr), "error: The job is done and cannot be paused.\n  try: Start a new search.\n");
    let data = run(&server, &["jobs", "pause", JOB, "--json"]).await;
    let told: Value = serde_json::from_slice(&data.stderr).expect("one JSON document");
    assert_eq!((code(&data), &told["error"]["error_code"]), (1, &json!("JOB_FINAL")));
}

#[tokio::test]
async fn immunity_21_a_search_for_nobody_is_a_usage_error_and_reaches_no_server() {
    let server = MockServer::start().await;
    for words in [&["search", "people"][..], &["search", "people", "--title", "CEO", "--count", "2501"], &["search"], &["jobs", "stop"]] {
        assert_eq!(code(&run(&server, words).await), 2, "{words:?}");
    }
    assert_eq!(server.received_requests().await.expect("recorded").len(), 0);
}

fn prospect(number: u32) -> Value {
    json!({
        "id": format!("p{number}"), "batch": 1 + number / 100, "position": number % 100, "name": format!("Person {number}"), "first_name": null,
        "last_name": null, "headline": "=1+1", "title": "CEO", "company": "Nordlicht", "industry": null, "location": null, "country": null,
        "profile_url": null, "public_identifier": null, "network_distance": 2, "shared_connections": null, "premium": null,
        "open_to_work": null, "summary": null,
        "source": {"provider": "unipile", "api": "sales_navigator", "fetched_at": "2026-03-02T12:00:00Z"}
    })
}

/// 250 results in three answers, chained by cursors.
async fn results(server: &MockServer) {
    Mock::given(path(format!("/api/v1/jobs/{JOB}")))
        .respond_with(ResponseTemplate::new(200).set_body_json(job("completed", 200, json!({}))))
        .mount(server)
        .await;
    for (from, cursor, next) in [(0, None, Some("c100")), (100, Some("c100"), Some("c200")), (200, Some("c200"), None)] {
        let people: Vec<Value> = (from..250.min(from + 100)).map(prospect).collect();
        let page = json!({"data": people, "pagination": {"limit": 100, "offset": 0, "total": 250, "total_is_estimate": false,
            "has_more": next.is_some(), "next_cursor": next}});
        let asked = Mock::given(path(format!("/api/v1/searches/{JOB}/results"))).and(query_param("limit", "100"));
        let asked = match cursor {
            Some(cursor) => asked.and(query_param("cursor", cursor)),
            None => asked.and(query_param_is_missing("cursor")),
        };
        asked.respond_with(ResponseTemplate::new(200).set_body_json(page)).mount(server).await;
    }
}

#[tokio::test]
async fn immunity_37_results_go_through_every_page() {
    let server = MockServer::start().await;
    results(&server).await;
    let csv = run(&server, &["results", JOB, "--format", "csv"]).await;
    let rows: Vec<String> = text(&csv.stdout).lines().map(str::to_owned).collect();
    assert_eq!((code(&csv), rows.len()), (0, 251));
    assert!(rows[250].starts_with("p249,3,49,Person 249,,,'=1+1,CEO"), "{}", rows[250]);
    let jsonl = text(&run(&server, &["results", JOB, "--format", "jsonl"]).await.stdout);
    let ids: Vec<String> =
        jsonl.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["id"].as_str().expect("id").to_owned()).collect();
    assert_eq!(ids, (0..250).map(|number| format!("p{number}")).collect::<Vec<_>>());
    let table = text(&run(&server, &["results", JOB]).await.stdout);
    assert_eq!((table.lines().count(), table.lines().nth(1)), (251, Some("Person 0\tCEO\tNordlicht\t\t2\t")));
    let document: Value = serde_json::from_slice(&run(&server, &["results", JOB, "--json"]).await.stdout).expect("one JSON document");
    assert_eq!(document.as_array().map(Vec::len), Some(250));
}

#[cfg(unix)]
#[tokio::test]
async fn a_reader_that_has_seen_enough_is_no_error() {
    use tokio::io::{AsyncBufReadExt, BufReader};
    let server = MockServer::start().await;
    results(&server).await;
    let mut child = sluice(&server, &["results", JOB, "--format", "jsonl"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut reader = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    reader.read_line(&mut line).await.expect("a line");
    drop(reader);
    let output = child.wait_with_output().await.expect("it ends");
    assert_eq!((code(&output), text(&output.stderr).as_str()), (0, ""));
}

#[cfg(unix)]
#[tokio::test]
async fn leaving_with_ctrl_c_leaves_the_job_alone_and_says_how_to_come_back() {
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("the program connects");
        let mut head = vec![0; 16 * 1024];
        let length = stream.read(&mut head).await.expect("a request");
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n").await.expect("a head");
        stream.write_all(frame(1, "job", &job("processing", 100, json!({}))).as_bytes()).await.expect("a frame");
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.expect("the end");
        (text(&head[..length]).lines().next().map(str::to_owned), listener)
    });
    let mut child = Command::new(env!("CARGO_BIN_EXE_sluice"))
        .env_clear()
        .env("SLUICE_URL", format!("http://{address}"))
        .env("SLUICE_API_KEY", "the key of this test")
        .args(["jobs", "watch", JOB])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut reader = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    reader.read_line(&mut line).await.expect("a line");
    assert_eq!(line, "running at 100 of 200 prospects\n");
    let pid = child.id().expect("it runs").to_string();
    let interrupted = Command::new("kill").args(["-INT", &pid]).status().await.expect("kill");
    assert!(interrupted.success());
    let output = child.wait_with_output().await.expect("it ends");
    assert_eq!(code(&output), 130);
    assert_eq!(text(&output.stderr), format!("The job goes on without you. Come back to it with\n  sluice jobs watch {JOB}\n"));
    let (request, listener) = serving.await.expect("the server");
    assert_eq!(request, Some(format!("GET /api/v1/jobs/{JOB}/events HTTP/1.1")));
    let again = tokio::time::timeout(std::time::Duration::from_millis(50), listener.accept()).await;
    assert!(again.is_err(), "nothing was asked of the server on leaving");
}
