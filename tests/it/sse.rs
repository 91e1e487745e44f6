//! Streams of events: a snapshot first, every change after it, and an end.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value as Json, json};
use sluice_api::{Heard, JobStatus, StopReason, Told};
use sluice_sandbox::{Options, Sandbox};

use crate::support::{OWNER_KEY, TestApp, each_database, send};

async fn sandbox() -> Sandbox {
    sluice_sandbox::start(Options { people: 20_000, ..Options::default() }).await.expect("the sandbox starts")
}

async fn start_search(app: &TestApp, sandbox: &Sandbox, target: u32) -> String {
    app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
    let body = json!({"criteria": {"keywords": "manager"}, "target": target});
    app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned()
}

async fn account_and_search(app: &TestApp) -> Json {
    app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
    json!({"criteria": {"keywords": "manager"}, "target": 1})
}

/// All frames of a stream that ends: `(id, event, data)`.
async fn frames(app: &TestApp, path: &str, last_event_id: Option<&str>) -> Vec<(String, String, Json)> {
    let mut request = app.request(Method::GET, path).header("x-api-key", OWNER_KEY);
    if let Some(id) = last_event_id {
        request = request.header("last-event-id", id);
    }
    let answer = send(request).await;
    assert!(answer.headers["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/event-stream")), "{}", answer.text);
    let field = |frame: &str, name: &str| {
        let line = frame.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim_start_matches(':').trim_start().to_owned()
    };
    let told = answer.text.split("\n\n").filter(|frame| frame.contains("event:"));
    told.map(|frame| (field(frame, "id"), field(frame, "event"), serde_json::from_str(&field(frame, "data")).expect("JSON"))).collect()
}

each_database! {
    async fn a_job_is_told_from_its_snapshot_to_its_end(app: TestApp) {
        let sandbox = sandbox().await;
        let id = start_search(&app, &sandbox, 250).await;
        let mut events = app.client(OWNER_KEY).job_events(&id);
        let (mut stored, mut last, mut first) = (0, None, None);
        while let Some(heard) = events.next().await {
            let Heard::Frame(frame) = heard.expect("the stream is whole") else { panic!("the stream broke") };
            match frame.told {
                Told::Job(job) => {
                    first.get_or_insert_with(|| job.clone());
                    last = Some(job);
                }
                Told::Page(page) => stored += page.stored,
                Told::Timeline(_) | Told::Review(_) | Told::Postings(_) => {}
            }
        }
        let last = last.expect("a last frame");
        assert_eq!((last.status, last.stop_reason), (JobStatus::Completed, Some(StopReason::TargetReached)));
        assert_eq!((last.progress.current, last.progress.total, last.progress.percentage), (250, 250, 100));
        let before = first.expect("a snapshot").progress.current;
        assert_eq!(u64::from(stored) + before, 250, "each page is told once");
        assert!(last.timeline.iter().any(|entry| entry.kind == "ended"), "{:?}", last.timeline);
    }

    async fn a_stream_goes_on_after_the_last_event_that_came(app: TestApp) {
        let sandbox = sandbox().await;
        let id = start_search(&app, &sandbox, 250).await;
        app.ended(OWNER_KEY, &id).await;
        let path = format!("/api/v1/jobs/{id}/events");
        // A stream that comes late has nothing to tell but the end.
        let late = frames(&app, &path, None).await;
        assert_eq!((late.len(), late[0].1.as_str(), &late[0].2["status"]), (1, "job", &json!("completed")));
        let all = frames(&app, &path, Some("0-0")).await;
        let pages: Vec<i64> = all.iter().filter(|frame| frame.1 == "page").filter_map(|frame| frame.2["batch"].as_i64()).collect();
        assert_eq!(pages, [1, 2, 3]);
        assert_eq!((all.last().map(|frame| frame.1.as_str()), all.iter().filter(|frame| frame.1 == "job").count()), (Some("job"), 1));
        let second = all.iter().find(|frame| frame.1 == "page" && frame.2["batch"] == 2).expect("page 2");
        let rest = frames(&app, &path, Some(&second.0)).await;
        let pages: Vec<i64> = rest.iter().filter(|frame| frame.1 == "page").filter_map(|frame| frame.2["batch"].as_i64()).collect();
        assert_eq!(pages, [3]);
    }

    async fn immunity_25_a_workspace_hears_nothing_of_another(app: TestApp) {
        let stranger = app.tenant().await;
        let (mut theirs, mut ours) = (app.client(&stranger.key).events(), app.client(OWNER_KEY).events().after("0-0"));
        let sandbox = sandbox().await;
        let id = start_search(&app, &sandbox, 50).await;
        app.ended(OWNER_KEY, &id).await;
        let Some(Ok(Heard::Frame(heard))) = ours.next().await else { panic!("nothing was heard") };
        assert!(matches!(heard.told, Told::Job(_) | Told::Timeline(_)), "{heard:?}");
        // The stranger's own event is the first that they hear, although all of ours came before it.
        app.account(&stranger.key, &sandbox.base_url(), "classic").await;
        let mut theirs_from_start = app.client(&stranger.key).events().after("0-0");
        let body = json!({"criteria": {"keywords": "manager"}, "target": 1});
        let own = app.post(&stranger.key, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned();
        for stream in [&mut theirs, &mut theirs_from_start] {
            loop {
                let Some(Ok(Heard::Frame(heard))) = stream.next().await else { panic!("nothing was heard") };
                match heard.told {
                    Told::Job(job) => assert_eq!(job.id, own),
                    Told::Page(page) => assert_eq!(page.job_id, own),
                    Told::Review(review) => panic!("there is no review: {review:?}"),
                    Told::Postings(postings) => panic!("there are no postings: {postings:?}"),
                    Told::Timeline(line) => {
                        assert_eq!(line.job_id, own);
                        if line.kind == "ended" {
                            break;
                        }
                    }
                }
            }
        }
        app.get(&stranger.key, &format!("/api/v1/jobs/{id}/events")).await.problem(404);
    }

    async fn immunity_23_a_revoked_key_hears_nothing_more(app: TestApp) {
        let make = async || app.post(OWNER_KEY, "/api/v1/keys", json!({"name": "short-lived", "role": "viewer"})).await.ok();
        let (revoked, kept) = (make().await, make().await);
        let second = app.post(OWNER_KEY, "/api/v1/workspaces", json!({"name": "Second"})).await.ok()["id"].clone();
        let second = second.as_str().expect("an id");
        let home = app.owner().await.workspace_id.to_string();
        let listen = async |key: &Json, workspace: &str| {
            let request = app.request(Method::GET, "/api/v1/events").header("x-workspace-id", workspace);
            request.header("x-api-key", key["key"].as_str().expect("a key")).send().await.expect("an answer")
        };
        let (at_home, elsewhere, mut others) =
            (listen(&revoked, &home).await, listen(&revoked, second).await, listen(&kept, &home).await);
        app.delete(OWNER_KEY, &format!("/api/v1/keys/{}", revoked["id"].as_str().expect("an id"))).await.ok();
        // Far less than the 15 s after which a stream looks by itself.
        let ends = async { (at_home.text().await.expect("it ends in order"), elsewhere.text().await.expect("it ends in order")) };
        let told = tokio::time::timeout(Duration::from_secs(1), ends).await.expect("both end within a second");
        assert_eq!(told, (String::new(), String::new()), "what ended the access is told to nobody");
        app.post(OWNER_KEY, "/api/v1/searches", account_and_search(&app).await).await.ok();
        let next = tokio::time::timeout(Duration::from_secs(20), others.chunk()).await.expect("the other key hears on");
        let next = next.expect("the stream is whole").expect("a frame");
        assert!(!String::from_utf8_lossy(&next).contains("access"), "{next:?}");
    }

    async fn a_key_that_expires_hears_nothing_more(app: TestApp) {
        let now = app.database().now_us().await.expect("the time");
        let end = sluice::domain::Micros(now + 700_000).timestamp().to_string();
        let made = app.post(OWNER_KEY, "/api/v1/keys", json!({"name": "short", "role": "viewer", "expires_at": end})).await.ok();
        let request = app.request(Method::GET, "/api/v1/events").header("x-api-key", made["key"].as_str().expect("a key"));
        let stream = request.send().await.expect("an answer");
        // Well before the 15 s after which a stream looks by itself.
        let told = tokio::time::timeout(Duration::from_secs(8), stream.text()).await.expect("it ends with its key");
        assert_eq!(told.expect("it ends in order"), "");
    }

    async fn a_page_that_cannot_set_a_header_goes_on_by_the_query(app: TestApp) {
        let sandbox = sandbox().await;
        let id = start_search(&app, &sandbox, 250).await;
        app.ended(OWNER_KEY, &id).await;
        let path = format!("/api/v1/jobs/{id}/events");
        let all = frames(&app, &path, Some("0-0")).await;
        let by_query = frames(&app, &format!("{path}?last_event_id=0-0"), None).await;
        assert_eq!(by_query, all);
        let second = all.iter().find(|frame| frame.1 == "page" && frame.2["batch"] == 2).expect("page 2");
        // A browser that connects again sends the newer place in the header.
        assert_eq!(frames(&app, &format!("{path}?last_event_id=0-0"), Some(&second.0)).await, frames(&app, &path, Some(&second.0)).await);
        app.get(OWNER_KEY, "/api/v1/events?after=0-0").await.problem(422);
    }

    async fn a_stop_ends_every_stream(app: TestApp) {
        let path = app.url("/api/v1/events");
        let response = app.elsewhere(&path).header("x-api-key", OWNER_KEY).send().await.expect("an answer");
        let stopped = tokio::spawn(app.stop());
        let rest = response.text().await;
        assert!(rest.is_ok(), "the stream ended in order: {rest:?}");
        stopped.await.expect("it stops");
    }
}
