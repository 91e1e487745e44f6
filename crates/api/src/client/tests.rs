//! The client against single answers of a server that is played by wiremock.

use serde_json::json;
use wiremock::matchers::{body_json, header, header_exists, header_regex, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::job::JobStatus;
use crate::search::{Api, SearchCriteria};

pub(crate) fn client(base: &str) -> Client {
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    Client::new(base.parse().unwrap(), "a key of sixteen characters".into()).unwrap()
}

pub(crate) fn job_json(status: &str) -> serde_json::Value {
    json!({
        "id": "0199c0de-0000-7000-8000-000000000001", "kind": "search_prospects", "status": status, "args": {}, "account_id": null,
        "priority": 0,
        "progress": {"current": 100, "total": 2500, "percentage": 4, "message": "Searching", "rate_per_minute": null, "eta_s": null,
            "page": 1, "pages": 25, "retries": 0},
        "waiting_until": null, "waiting_reason": null, "stop_reason": null, "stop_message": null, "partial": false, "attempt": 1,
        "result": null, "error": null, "created_at": "2026-01-02T03:04:05Z", "started_at": null, "completed_at": null, "timeline": []
    })
}

#[tokio::test]
async fn a_search_is_created_with_the_key_and_an_idempotency_key() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/api/v1/searches"))
        .and(header("x-api-key", "a key of sixteen characters"))
        .and(header("x-workspace-id", "w1"))
        .and(header_regex("idempotency-key", "^[0-9a-f-]{36}$"))
        .and(body_json(json!({"criteria": {"title": "CEO"}, "target": 50})))
        .respond_with(ResponseTemplate::new(202).set_body_json(json!({
            "job_id": "j1", "status": "queued", "api": "classic", "target": 50, "estimated_time_seconds": 2, "account_id": "a1",
            "warnings": [], "a_field_of_tomorrow": 1
        })))
        .expect(1)
        .mount(&server)
        .await;
    let request = SearchRequest {
        criteria: Some(SearchCriteria { title: Some("CEO".into()), ..SearchCriteria::default() }),
        target: Some(50),
        ..SearchRequest::default()
    };
    let accepted = client(&server.uri()).in_workspace("w1").create_search(&request).await.unwrap();
    assert_eq!((accepted.job_id.as_str(), accepted.status, accepted.api, accepted.target), ("j1", JobStatus::Queued, Api::Classic, 50));
}

#[tokio::test]
async fn a_query_holds_only_what_was_asked_and_ids_cannot_leave_their_place() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/base/api/v1/searches/..%2Fkeys/results"))
        .and(query_param("limit", "100"))
        .and(query_param("cursor", "a+b="))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({
            "data": [],
            "pagination": {"limit": 100, "offset": 0, "total": 0, "total_is_estimate": false, "has_more": false, "next_cursor": null}
        })))
        .expect(1)
        .mount(&server)
        .await;
    let query = ResultsQuery { limit: Some(100), cursor: Some("a+b=".into()), ..ResultsQuery::default() };
    let page = client(&format!("{}/base/", server.uri())).search_results("../keys", &query).await.unwrap();
    assert_eq!(page.data, []);
    assert_eq!(server.received_requests().await.unwrap()[0].url.query(), Some("limit=100&cursor=a%2Bb%3D"));
}

#[tokio::test]
async fn a_problem_keeps_what_the_server_says() {
    let server = MockServer::start().await;
    Mock::given(header_exists("x-api-key"))
        .respond_with(ResponseTemplate::new(409).set_body_raw(
            r#"{"type":"about:blank","title":"Conflict","status":409,"detail":"The job is done.","error_code":"JOB_FINAL","message":"The job is done.","suggestions":["Start a new search."]}"#,
            "application/problem+json",
        ))
        .mount(&server)
        .await;
    let error = client(&server.uri()).pause_job("j1").await.unwrap_err();
    assert_eq!(error.to_string(), "The job is done.");
    let ClientError::Problem(problem) = error else { panic!("{error:?}") };
    assert_eq!((problem.status, problem.error_code.as_str()), (409, "JOB_FINAL"));
    assert_eq!(problem.suggestions, ["Start a new search."]);
}

#[tokio::test]
async fn an_answer_of_somebody_else_is_unreadable_and_quoted() {
    let server = MockServer::start().await;
    Mock::given(path("/api/v1/jobs/j1")).respond_with(ResponseTemplate::new(200).set_body_string("<html>")).mount(&server).await;
    Mock::given(path("/api/v1/jobs/j2")).respond_with(ResponseTemplate::new(502).set_body_string("Bad\ngateway")).mount(&server).await;
    let client = client(&server.uri());
    assert!(matches!(client.job("j1").await, Err(ClientError::Unreadable { status: 200, .. })));
    match client.job("j2").await {
        Err(ClientError::Unreadable { status: 502, why, .. }) => assert_eq!(why, "Bad gateway"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = client(&base).job("j1").await.unwrap_err();
    assert!(matches!(&error, ClientError::Unreachable { url, .. } if url.starts_with(&base)), "{error:?}");
    assert!(error.to_string().contains("refused"), "{error}");
}

#[tokio::test]
async fn immunity_24_a_redirection_does_not_carry_the_key_elsewhere() {
    let (server, elsewhere) = (MockServer::start().await, MockServer::start().await);
    Mock::given(header_exists("x-api-key"))
        .respond_with(ResponseTemplate::new(307).insert_header("location", elsewhere.uri()))
        .mount(&server)
        .await;
    let error = client(&server.uri()).job("j1").await.unwrap_err();
    assert!(matches!(&error, ClientError::Unreadable { status: 307, why, .. } if why.contains(&elsewhere.uri())), "{error:?}");
    assert_eq!(elsewhere.received_requests().await.unwrap().len(), 0);
}

/// Drops the first `broken` connections after reading the head, then answers; counts the requests.
async fn server_that_breaks(broken: usize) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let seen = tokio::spawn(async move {
        let mut heads = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = vec![0; 16 * 1024];
            let length = stream.read(&mut buffer).await.unwrap();
            heads.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
            if heads.len() <= broken {
                continue;
            }
            let body = job_json("queued").to_string();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(body.as_bytes()).await.unwrap();
            return heads;
        }
    });
    (base, seen)
}

#[tokio::test]
async fn a_broken_connection_is_tried_again_where_that_does_no_harm() {
    let (base, seen) = server_that_breaks(2).await;
    assert_eq!(client(&base).job("j1").await.unwrap().status, JobStatus::Queued);
    assert_eq!(seen.await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_creation_is_sent_again_under_the_same_idempotency_key() {
    let (base, seen) = server_that_breaks(1).await;
    // The answer is not a workspace; what counts is what was sent.
    assert!(client(&base).create_workspace(&WorkspaceRequest { name: "Atlas".into(), time_zone: None }).await.is_err());
    let keys: Vec<String> = seen
        .await
        .unwrap()
        .iter()
        .flat_map(|head| head.lines().filter_map(|line| line.strip_prefix("idempotency-key: ").map(str::to_owned)).collect::<Vec<_>>())
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
}

#[tokio::test]
async fn a_cancel_is_not_sent_twice() {
    let (base, seen) = server_that_breaks(1).await;
    assert!(matches!(client(&base).cancel_job("j1").await, Err(ClientError::Unreachable { .. })));
    seen.abort();
}
