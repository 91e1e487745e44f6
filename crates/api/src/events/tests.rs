//! The stream of events against scripted answers: cut, resumed, ended.

use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::client::tests::{client, job_json};
use crate::job::JobStatus;

fn quick() -> Patience {
    Patience {
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(4),
        attempts: 4,
        silence: Duration::from_millis(200),
    }
}

fn stream_of(text: impl Into<String>) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(text.into().into_bytes(), "text/event-stream")
}

fn job_frame(id: &str, status: &str) -> String {
    format!("id: {id}\nevent: job\ndata: {}\n\n", job_json(status))
}

async fn hear(events: &mut Events) -> String {
    match events.next().await {
        Some(Ok(Heard::Frame(Frame { id, told: Told::Job(job) }))) => format!("{id} job {}", job.status.as_str()),
        Some(Ok(Heard::Frame(Frame { id, told: Told::Page(page) }))) => format!("{id} page {} of {}", page.batch, page.total_stored),
        Some(Ok(Heard::Frame(Frame { id, told: Told::Timeline(line) }))) => format!("{id} timeline {}", line.message),
        Some(Ok(Heard::Frame(Frame { id, told: Told::Review(review) }))) => format!("{id} review {}", review.review_id),
        Some(Ok(Heard::Frame(Frame { id, told: Told::Postings(told) }))) => format!("{id} postings {}", told.changed),
        Some(Ok(Heard::Lost { again_in, .. })) => format!("lost, again in {} ms", again_in.as_millis()),
        Some(Err(error)) => format!("error {error}"),
        None => "end".to_owned(),
    }
}

#[tokio::test]
async fn a_job_is_heard_from_its_snapshot_to_its_end() {
    let server = MockServer::start().await;
    let text = [
        ": keep-alive\n\n".to_owned(),
        job_frame("1", "queued"),
        "id: 2\nevent: page\ndata: {\"job_id\":\"j1\",\"batch\":1,\"stored\":98,\"known\":2,\"total_stored\":98}\n\n".to_owned(),
        "id: 3\nevent: something_new\ndata: {}\n\n".to_owned(),
        "id: 4\nevent: timeline\ndata: {\"job_id\":\"j1\",\"at\":\"2026-01-02T03:04:05Z\",\"kind\":\"page_stored\",\"message\":\"page 1 stored\"}\n\n"
            .to_owned(),
        job_frame("5", "completed"),
        job_frame("6", "completed"),
    ]
    .concat();
    Mock::given(method("GET")).and(path("/api/v1/jobs/j1/events")).respond_with(stream_of(text)).expect(1).mount(&server).await;
    let mut events = client(&server.uri()).job_events("j1").with_patience(quick());
    assert_eq!(hear(&mut events).await, "1 job queued");
    assert_eq!(hear(&mut events).await, "2 page 1 of 98");
    assert_eq!(hear(&mut events).await, "4 timeline page 1 stored");
    assert_eq!(hear(&mut events).await, "5 job completed");
    assert_eq!(hear(&mut events).await, "end");
}

#[tokio::test]
async fn a_lost_stream_goes_on_after_the_last_event() {
    let server = MockServer::start().await;
    Mock::given(header("last-event-id", "7")).respond_with(stream_of(job_frame("8", "failed"))).mount(&server).await;
    Mock::given(path("/api/v1/jobs/j1/events"))
        .respond_with(stream_of(job_frame("7", "processing")))
        .up_to_n_times(1)
        .with_priority(9)
        .mount(&server)
        .await;
    let mut events = client(&server.uri()).job_events("j1").with_patience(quick());
    assert_eq!(hear(&mut events).await, "7 job processing");
    assert_eq!(hear(&mut events).await, "lost, again in 1 ms");
    assert_eq!(hear(&mut events).await, "8 job failed");
    assert_eq!(hear(&mut events).await, "end");
}

#[tokio::test]
async fn waits_double_up_to_the_longest_and_then_it_gives_up() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(ResponseTemplate::new(503).set_body_string("starting")).mount(&server).await;
    let mut events = client(&server.uri()).events().with_patience(Patience { attempts: 5, ..quick() });
    assert_eq!(hear(&mut events).await, "lost, again in 1 ms");
    assert_eq!(hear(&mut events).await, "lost, again in 2 ms");
    assert_eq!(hear(&mut events).await, "lost, again in 4 ms");
    assert_eq!(hear(&mut events).await, "lost, again in 4 ms");
    assert!(hear(&mut events).await.contains("answered 503"));
    assert_eq!(hear(&mut events).await, "end");
}

#[tokio::test]
async fn a_refusal_is_final() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(
            ResponseTemplate::new(404).set_body_json(serde_json::json!({"title": "Not found", "message": "There is no such job."})),
        )
        .expect(1)
        .mount(&server)
        .await;
    let mut events = client(&server.uri()).job_events("j1").with_patience(quick());
    assert_eq!(hear(&mut events).await, "error There is no such job.");
    assert_eq!(hear(&mut events).await, "end");
}

#[tokio::test]
async fn a_frame_that_cannot_be_read_is_an_error_and_not_a_silence() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(stream_of("id: 1\nevent: job\ndata: {}\n\n")).mount(&server).await;
    let mut events = client(&server.uri()).job_events("j1").with_patience(quick());
    assert!(hear(&mut events).await.contains("missing field"));
    assert_eq!(hear(&mut events).await, "end");
}

#[tokio::test]
async fn a_silent_connection_is_taken_for_dead() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut held = Vec::new();
        for status in ["processing", "canceled"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = vec![0; 16 * 1024];
            let _length = stream.read(&mut buffer).await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n").await.unwrap();
            stream.write_all(job_frame("1", status).as_bytes()).await.unwrap();
            held.push(stream);
        }
        held
    });
    let mut events = client(&base).job_events("j1").with_patience(quick());
    assert_eq!(hear(&mut events).await, "1 job processing");
    assert_eq!(hear(&mut events).await, "lost, again in 1 ms");
    assert_eq!(hear(&mut events).await, "1 job canceled");
    assert_eq!(hear(&mut events).await, "end");
    drop(server.await.unwrap());
}

#[tokio::test]
async fn the_stream_form_says_the_same() {
    let server = MockServer::start().await;
    Mock::given(method("GET")).respond_with(stream_of(job_frame("1", "completed"))).mount(&server).await;
    let heard: Vec<_> = client(&server.uri()).job_events("j1").with_patience(quick()).into_stream().collect().await;
    assert_eq!(heard.len(), 1);
    assert!(matches!(&heard[0], Ok(Heard::Frame(Frame { told: Told::Job(job), .. })) if job.status == JobStatus::Completed));
}
