//! Effects against a server that is played by wiremock.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use sluice_api::{Client, PostingImportRequest, PostingPatch};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use wiremock::matchers::{body_json, header, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::Performer;
use crate::effect::{Effect, Steering};
use crate::filter::Filter;
use crate::message::{Message, Start};
use crate::names::SEARCH;
use crate::overview::JobCounts;
use crate::samples::{job, posting};
use crate::state::ListOf;
use crate::window::Ask;
use sluice_api::JobStatus;

async fn played() -> (MockServer, Performer, UnboundedReceiver<Message>) {
    let server = MockServer::start().await;
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let client = Client::new(server.uri().parse().unwrap(), "a key of sixteen characters".into()).unwrap();
    let (sender, messages) = unbounded_channel();
    (server, Performer::new(client, sender), messages)
}

async fn next(messages: &mut UnboundedReceiver<Message>) -> Message {
    tokio::time::timeout(Duration::from_secs(10), messages.recv()).await.expect("in time").expect("a message")
}

fn page(data: Value, total: u64, next_cursor: Option<&str>) -> Value {
    json!({"data": data, "pagination": {"limit": 100, "offset": 0, "total": total, "total_is_estimate": false, "has_more": next_cursor.is_some(), "next_cursor": next_cursor}})
}

#[tokio::test]
async fn a_page_of_postings_is_asked_for_by_offset_and_echoes_its_question() {
    let (server, performer, mut messages) = played().await;
    Mock::given(method("GET"))
        .and(path("/api/v1/job-postings"))
        .and(query_param("offset", "300"))
        .and(query_param("limit", "100"))
        .and(query_param("sort", "-created_at"))
        .and(query_param("fields", "summary"))
        .respond_with(ResponseTemplate::new(200).set_body_json(page(json!([posting(300)]), 301, None)))
        .expect(1)
        .mount(&server)
        .await;
    let ask = Ask { question: 7, version: 2, page: 3 };
    let query = Box::new(Filter::default().query(Timestamp::UNIX_EPOCH));
    performer.perform(Effect::LoadPostings { list: ListOf::Results, ask, query });
    let Message::Postings { list: ListOf::Results, ask: echoed, answer: Ok(list) } = next(&mut messages).await else { panic!() };
    assert_eq!((echoed, list.data), (ask, vec![posting(300)]));
}

#[tokio::test]
async fn the_overview_counts_every_status_and_brings_the_jobs() {
    let (server, performer, mut messages) = played().await;
    for (number, status) in JobStatus::ALL.into_iter().enumerate() {
        let limit = if status.is_final() { "10" } else { "100" };
        let data = json!([job(&format!("j{number}"), SEARCH, status)]);
        Mock::given(path("/api/v1/jobs"))
            .and(query_param("status", status.as_str()))
            .and(query_param("limit", limit))
            // Letters would take the places of what people wait for.
            .and(query_param("except_kind", "send_mail"))
            .respond_with(ResponseTemplate::new(200).set_body_json(page(data, number as u64 + 1, None)))
            .mount(&server)
            .await;
    }
    performer.perform(Effect::LoadOverview { since: 5 });
    let Message::Overview { since: 5, answer: Ok((counts, jobs)) } = next(&mut messages).await else { panic!() };
    assert_eq!(counts, JobCounts { queued: 1, running: 2, paused: 3, done: 4, failed: 5, canceled: 6 });
    assert_eq!(jobs.len(), 6);
}

#[tokio::test]
async fn a_selection_is_collected_page_by_page_with_the_cursor() {
    let (server, performer, mut messages) = played().await;
    let first = page(json!([posting(1), posting(2)]), 3, Some("further"));
    let list = || Mock::given(path("/api/v1/job-postings")).and(query_param("job_id", "j1"));
    list().and(query_param_is_missing("cursor")).respond_with(ResponseTemplate::new(200).set_body_json(first)).mount(&server).await;
    let second = page(json!([posting(3)]), 3, None);
    list().and(query_param("cursor", "further")).respond_with(ResponseTemplate::new(200).set_body_json(second)).mount(&server).await;
    let query = Box::new(Filter::of_job("j1").query(Timestamp::UNIX_EPOCH));
    performer.perform(Effect::Collect { job_id: "j1".into(), selects: true, query });
    let Message::Collected { selects: true, answer: Ok(chosen), .. } = next(&mut messages).await else { panic!() };
    let expected: Vec<(String, String)> = (1..=3).map(|number| (format!("p{number}"), posting(number).linkedin_id)).collect();
    assert_eq!(chosen, expected);
}

#[tokio::test]
async fn a_change_says_only_what_is_different() {
    let (server, performer, mut messages) = played().await;
    Mock::given(method("PATCH"))
        .and(path("/api/v1/job-postings/p1"))
        .and(header("x-api-key", "a key of sixteen characters"))
        .and(body_json(json!({"notes": null})))
        .respond_with(ResponseTemplate::new(200).set_body_json(posting(1)))
        .expect(1)
        .mount(&server)
        .await;
    let patch = Box::new(PostingPatch { notes: Some(None), ..PostingPatch::default() });
    performer.perform(Effect::ChangePosting { number: 1, before: Box::new(posting(1)), patch, said: "Noted".into() });
    let Message::Changed { answer: Ok(after), .. } = next(&mut messages).await else { panic!() };
    assert_eq!(*after, posting(1));
}

#[tokio::test]
async fn a_refusal_comes_back_with_its_fields() {
    let (server, performer, mut messages) = played().await;
    Mock::given(method("POST"))
        .and(path("/api/v1/job-postings/import"))
        .respond_with(ResponseTemplate::new(422).set_body_json(json!({"title": "Invalid", "status": 422, "detail": "One field is not right.",
            "message": "One field is not right.", "suggestions": ["Correct it."],
            "validation_errors": [{"field": "urls[0]", "message": "This is a post.", "invalid_value": "x", "error_type": "not_a_posting"}]})))
        .mount(&server)
        .await;
    let request = Box::new(PostingImportRequest { urls: vec!["x".into()], ..PostingImportRequest::default() });
    performer.perform(Effect::Import { what: Start::Urls, request });
    let Message::Started { what: Start::Urls, sent, answer: Err(trouble) } = next(&mut messages).await else { panic!() };
    assert_eq!(sent, ["x"]);
    assert_eq!(trouble.lines(), ["One field is not right.", "urls[0]: This is a post.", "Correct it."]);
}

#[tokio::test]
async fn every_steering_has_its_route() {
    let (server, performer, mut messages) = played().await;
    let steerings = [(Steering::Pause, "pause"), (Steering::Resume, "resume"), (Steering::Cancel, "cancel"), (Steering::Retry, "retry")];
    for (steering, word) in steerings {
        Mock::given(method("POST"))
            .and(path(format!("/api/v1/jobs/j1/{word}")))
            .respond_with(ResponseTemplate::new(200).set_body_json(job("j1", SEARCH, JobStatus::Paused)))
            .expect(1)
            .mount(&server)
            .await;
        performer.perform(Effect::Steer { id: "j1".into(), steering });
        let Message::Steered { answer: Ok(_), .. } = next(&mut messages).await else { panic!() };
    }
}

#[tokio::test]
async fn changes_are_followed_and_a_lost_stream_is_told() {
    let (server, performer, mut messages) = played().await;
    let body = format!("id: 1\nevent: job\ndata: {}\n\n", serde_json::to_string(&job("j1", SEARCH, JobStatus::Queued)).unwrap());
    Mock::given(path("/api/v1/events"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(body, "text/event-stream"))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    performer.listen();
    let Message::Told(told) = next(&mut messages).await else { panic!() };
    assert!(matches!(*told, sluice_api::Told::Job(job) if job.id == "j1"));
    let Message::Lost { why, .. } = next(&mut messages).await else { panic!() };
    assert!(why.is_unreachable, "{why:?}");
}

#[tokio::test]
async fn whoever_quits_waits_for_what_was_changed_and_hears_what_was_not_stored() {
    let (server, performer, messages) = played().await;
    let change = |number: u64, id: &str, said: &str| Effect::ChangePosting {
        number,
        before: Box::new(sluice_api::Posting { id: id.into(), ..posting(number) }),
        patch: Box::new(PostingPatch { hidden: Some(true), ..PostingPatch::default() }),
        said: said.into(),
    };
    let on = |id: &str| Mock::given(method("PATCH")).and(path(format!("/api/v1/job-postings/{id}")));
    let slowly = ResponseTemplate::new(200).set_body_json(posting(1)).set_delay(Duration::from_millis(50));
    on("stored").respond_with(slowly).expect(1).mount(&server).await;
    let refusal = json!({"title": "Forbidden", "status": 403, "message": "A viewer may not change this."});
    on("refused").respond_with(ResponseTemplate::new(403).set_body_json(refusal)).expect(1).mount(&server).await;
    let never = ResponseTemplate::new(200).set_body_json(posting(3)).set_delay(Duration::from_secs(60));
    on("never").respond_with(never).mount(&server).await;
    performer.perform(change(1, "stored", "Hidden"));
    performer.perform(change(2, "refused", "Hidden"));
    performer.perform(change(3, "never", "Hidden"));
    performer.perform(change(4, "stored", ""));
    let unstored = performer.finish(messages, Duration::from_millis(1_500)).await;
    let expected =
        ["Hidden: Data Engineer (m/f/d) (A viewer may not change this.)", "Hidden: Systems Programmer (the server has not answered)"];
    assert_eq!(unstored, expected);
}
