//! Imports by the program itself, against a server that says what a test wants: what is told of postings that could not be had.

use serde_json::{Value, json};
use wiremock::matchers::{method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::command_line::{JOB, code, frame, job, run, stream, text};

fn failed_import(failed: u32) -> Value {
    let more = json!({
        "kind": "fetch_postings", "stop_reason": "exhausted", "stop_message": "Every posting that was named has been seen to.",
        "started_at": "2026-03-02T11:58:00Z", "completed_at": "2026-03-02T11:58:04Z",
        "result": {"found": failed, "failed": failed, "reasons": [{"reason": "gone", "count": failed}]},
    });
    job("completed", failed.into(), more)
}

fn item(position: u32) -> Value {
    let number = (4_012_345_000_u64 + u64::from(position)).to_string();
    json!({
        "position": position, "input": format!("https://www.linkedin.com/jobs/view/{number}"), "linkedin_id": number, "posting_id": null,
        "title": null, "company_name": null, "outcome": "failed", "reason": "LinkedIn has no such posting any more, or never had it.",
        "at": "2026-03-02T11:58:03Z",
    })
}

fn page(from: u32, to: u32, next: Option<&str>) -> ResponseTemplate {
    let items: Vec<Value> = (from..to).map(item).collect();
    let pagination =
        json!({"limit": 100, "offset": 0, "total": 25, "total_is_estimate": false, "has_more": next.is_some(), "next_cursor": next});
    ResponseTemplate::new(200).set_body_json(json!({"data": items, "pagination": pagination}))
}

#[tokio::test]
async fn an_import_of_which_nothing_could_be_had_names_each_posting_and_why_and_does_not_exit_with_zero() {
    let server = MockServer::start().await;
    let accepted = json!({"job_id": JOB, "status": "queued", "account_id": null, "estimated_time_seconds": 4, "warnings": []});
    Mock::given(method("POST"))
        .and(path("/api/v1/job-postings/import"))
        .respond_with(ResponseTemplate::new(202).set_body_json(accepted))
        .mount(&server)
        .await;
    stream(&server, &[frame(1, "job", &failed_import(25))]).await;
    Mock::given(path(format!("/api/v1/jobs/{JOB}/posting-items")))
        .and(query_param("outcome", "failed"))
        .and(query_param("limit", "20"))
        .respond_with(page(0, 20, Some("p19")))
        .mount(&server)
        .await;
    let ended = run(&server, &["import", "urls", "4012345000", "--wait"]).await;
    insta::assert_snapshot!(text(&ended.stdout));
    assert_eq!(code(&ended), 1);
}

#[tokio::test]
async fn every_posting_that_a_job_met_is_listed_with_what_became_of_it() {
    let server = MockServer::start().await;
    let items = || Mock::given(path(format!("/api/v1/jobs/{JOB}/posting-items"))).and(query_param("limit", "100"));
    items().and(query_param_is_missing("cursor")).respond_with(page(0, 2, Some("p1"))).mount(&server).await;
    items().and(query_param("cursor", "p1")).respond_with(page(2, 3, None)).mount(&server).await;
    let listed = run(&server, &["jobs", "items", JOB]).await;
    insta::assert_snapshot!(text(&listed.stdout).replace('\t', "→"));
    let listed = run(&server, &["jobs", "items", JOB, "--json"]).await;
    assert_eq!(serde_json::from_slice::<Value>(&listed.stdout).expect("one document"), json!([item(0), item(1), item(2)]));
    let refused = run(&server, &["jobs", "items", JOB, "--outcome", "lost"]).await;
    assert_eq!((code(&refused), text(&refused.stderr).contains("use one of pending, new")), (2, true));
}
