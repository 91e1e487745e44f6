//! What is told: every committed change, in order, from the join on and until the end.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value as Json, json};
use sluice::config::Settings;
use sluice::domain::{JobId, ProspectId};
use sluice::store::events::{self, RowDeleted};

use super::{quiet_search, sandbox, start_search};
use crate::support::socket::{Frame, Socket, job_updates};
use crate::support::{OWNER_KEY, TestApp, TestDatabase, each_database};

const TOPIC: &str = "realtime:search";

fn progress(changes: &[Frame]) -> Vec<i64> {
    changes.iter().map(|change| change.record()["progress_current"].as_i64().expect("a number")).collect()
}

fn all_of(table: &str) -> Json {
    json!([{"event": "*", "schema": "public", "table": table}])
}

fn deletions_of(job: &str) -> Json {
    json!([{"event": "DELETE", "schema": "public", "table": "prospect_search_results", "filter": format!("job_id=eq.{job}")}])
}

/// Tells that a result of this job is deleted; returns the result's id.
async fn delete_a_result(app: &TestApp, job: &str) -> String {
    let id = ProspectId::new().to_string();
    let known = [("id".to_owned(), id.clone()), ("job_id".to_owned(), job.to_owned())].into();
    let home = app.owner().await.workspace_id;
    let mut tx = app.database().begin().await.expect("a transaction");
    events::row_deleted(&mut tx, home, &RowDeleted { table: "prospect_search_results".into(), known }).await.expect("it is stored");
    tx.commit().await.expect("it commits");
    id
}

/// Waits until all that has committed is told: who joins from now on hears none of it.
async fn told_so_far(app: &TestApp) {
    let mut socket = Socket::open(app, OWNER_KEY).await;
    let job = JobId::new().to_string();
    socket.join(TOPIC, deletions_of(&job)).await;
    delete_a_result(app, &job).await;
    socket.next().await;
}

each_database! {
    async fn a_client_sees_progress_rise_and_the_end_last(app: TestApp) {
        let sandbox = sandbox().await;
        app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
        let mut socket = Socket::open(&app, OWNER_KEY).await;
        // As the known frontend does it: the job first, then the subscription.
        let id = start_search(&app, OWNER_KEY, 250).await;
        socket.join(TOPIC, job_updates(&id)).await;
        let changes = socket.changes_until("completed").await;
        let seen = progress(&changes);
        assert!(seen.is_sorted(), "{seen:?}");
        let last = changes.last().expect("an end").record().clone();
        assert_eq!((&last["progress_current"], &last["progress_total"], &last["total_results"]), (&json!(250), &json!(250), &json!(250)));
        assert_eq!(socket.heard().await, [], "nothing comes after the end");

        // The row that was told is the row that is read.
        let read = app.get(OWNER_KEY, &format!("/rest/v1/prospect_search_jobs?id=eq.{id}")).await.ok();
        assert_eq!(read, json!([last]));
        let owner = app.owner().await;
        assert_eq!((&last["workspace_id"], &last["search_type"]), (&json!(owner.workspace_id), &json!("linkedin")));
        assert_eq!(last["search_criteria"], json!({"category": "people", "keywords": "manager"}));
    }

    async fn a_late_client_sees_the_end_at_once(app: TestApp) {
        let sandbox = sandbox().await;
        app.account(OWNER_KEY, &sandbox.base_url(), "classic").await;
        let id = start_search(&app, OWNER_KEY, 30).await;
        app.ended(OWNER_KEY, &id).await;
        let mut socket = Socket::open_with(&app, OWNER_KEY, "1.0.0").await;
        socket.join(TOPIC, job_updates(&id)).await;
        assert_eq!(progress(&socket.changes_until("completed").await), [30]);
        // Events that are still on their way bring nothing older, and nothing twice.
        assert_eq!(socket.heard().await, []);
        let filtered = json!([{"event": "UPDATE", "schema": "public", "table": "prospect_search_jobs", "filter": format!("id=eq.{id},status=neq.completed")}]);
        socket.join("realtime:filtered", filtered).await;
        let inserts = json!([{"event": "INSERT", "schema": "public", "table": "prospect_search_jobs", "filter": format!("id=eq.{id}")}]);
        socket.join("realtime:inserts", inserts).await;
        assert_eq!(socket.heard().await, [], "a row that the binding does not want is not shown");
    }

    async fn every_change_is_told_from_the_first_to_the_last(app: TestApp) {
        let sandbox = sandbox().await;
        app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
        let mut socket = Socket::open(&app, OWNER_KEY).await;
        socket.join("realtime:jobs", all_of("prospect_search_jobs")).await;
        socket.join("realtime:results", all_of("prospect_search_results")).await;
        let id = start_search(&app, OWNER_KEY, 150).await;
        let (mut jobs, mut results) = (Vec::new(), Vec::new());
        loop {
            let change = socket.next().await;
            let is_end = change.payload["data"]["record"]["status"] == "completed";
            if change.topic == "realtime:jobs" { jobs.push(change) } else { results.push(change) }
            if is_end {
                break;
            }
        }
        let told: Vec<(&Json, &Json)> = jobs.iter().map(|job| (&job.payload["data"]["type"], &job.record()["status"])).collect();
        assert_eq!(told[0], (&json!("INSERT"), &json!("queued")));
        assert!(told[1..].iter().all(|(kind, _)| **kind == json!("UPDATE")), "{told:?}");
        assert_eq!(progress(&jobs).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from([0, 100, 150]), "no page is skipped");
        assert!(jobs.iter().all(|job| job.record()["id"] == json!(id)));
        let inserted: BTreeSet<String> = results.iter().map(|row| row.record()["id"].as_str().expect("an id").to_owned()).collect();
        assert_eq!((results.len(), inserted.len()), (150, 150), "each row once");
        let batches: Vec<i64> = results.iter().map(|row| row.record()["batch_number"].as_i64().expect("a number")).collect();
        assert!(batches.is_sorted() && batches[0] == 1 && batches[149] == 2, "{batches:?}");
        let first = &results[0];
        assert_eq!((&first.payload["data"]["type"], first.payload["data"].get("old_record")), (&json!("INSERT"), None));
        let shown = app.get(OWNER_KEY, &format!("/api/linkedin/search/results?job_id={id}&per_page=1")).await.ok();
        assert_eq!(first.record()["prospect_data"], shown["prospects"][0]);
    }

    async fn filters_choose_and_another_id_hears_nothing(app: TestApp) {
        let (first, second) = (quiet_search(&app, OWNER_KEY).await, quiet_search(&app, OWNER_KEY).await);
        told_so_far(&app).await;
        let table = "prospect_search_jobs";
        let binding = |event: &str, filter: String| json!({"event": event, "schema": "public", "table": table, "filter": filter});
        let mut socket = Socket::open(&app, OWNER_KEY).await;
        let bindings = json!([
            binding("UPDATE", format!("id=eq.{first}")),
            binding("*", "status=not.in.(completed,failed)".into()),
            binding("*", "status=eq.failed,error_message=like.Cancel%".into()),
            binding("*", "completed_at=neq.2001-01-01T00:00:00Z".into()),
            binding("DELETE", String::new()),
        ]);
        socket.join("realtime:other", job_updates(&second)).await;
        assert_eq!(socket.next().await.record()["id"], json!(second));
        socket.join(TOPIC, bindings).await;
        assert_eq!(socket.next().await.record()["id"], json!(first));
        app.post(OWNER_KEY, &format!("/api/v1/jobs/{first}/resume"), Json::Null).await;
        app.post(OWNER_KEY, &format!("/api/v1/jobs/{first}/cancel"), Json::Null).await;
        let changes = socket.changes_until("failed").await;
        assert!(changes.iter().all(|change| change.topic == TOPIC && change.record()["id"] == json!(first)), "{changes:?}");
        let (last, before) = changes.split_last().expect("changes");
        assert!(before.iter().all(|change| change.payload["ids"] == json!([1, 2])), "{before:?}");
        // NULL is neither equal nor unequal, so the fourth binding speaks up once there is an end.
        assert_eq!(last.payload["ids"], json!([1, 3, 4]));
        assert_eq!(socket.heard().await, []);
    }

    async fn a_row_that_is_deleted_is_told_by_its_key(app: TestApp) {
        let mut socket = Socket::open(&app, OWNER_KEY).await;
        let job = JobId::new().to_string();
        socket.join(TOPIC, deletions_of(&job)).await;
        let mut streams = app.client(OWNER_KEY).events().after("0-0");
        let id = delete_a_result(&app, &job).await;
        let change = socket.next().await;
        let data = &change.payload["data"];
        assert_eq!((&data["type"], &data["old_record"], data.get("record")), (&json!("DELETE"), &json!({"id": id}), None));
        // Other streams are not told what they have no word for.
        quiet_search(&app, OWNER_KEY).await;
        let Some(Ok(sluice_api::Heard::Frame(_))) = streams.next().await else { panic!("something unknown was told") };
    }

    async fn nothing_that_commits_after_the_reply_is_lost(app: TestApp) {
        let app = Arc::new(app);
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        // Each client makes its job right after the reply, while the others join and change theirs.
        let mut clients = tokio::task::JoinSet::new();
        for client in 0..8 {
            let app = app.clone();
            clients.spawn(async move {
                let mut socket = Socket::open(&app, OWNER_KEY).await;
                let topic = format!("realtime:{client}");
                let inserts = json!([{"event": "INSERT", "schema": "public", "table": "prospect_search_jobs"}]);
                socket.ask(&topic, json!({"postgres_changes": inserts})).await.ok();
                for _ in 0..5 {
                    let id = start_search(&app, OWNER_KEY, 5).await;
                    loop {
                        let frame = socket.next().await;
                        if frame.event == "postgres_changes" && frame.record()["id"] == json!(id) {
                            break;
                        }
                    }
                }
            });
        }
        while let Some(done) = clients.join_next().await {
            done.expect("every client heard of its own jobs");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_every_server_hear_the_same_on_postgres() {
    let database = TestDatabase::postgres().await;
    let second_database = TestDatabase::at(database.url()).await;
    let first = TestApp::over(database, Settings::default()).await;
    let second = TestApp::over(second_database, Settings::default()).await;
    let sandbox = sandbox().await;
    first.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
    let mut sockets = [Socket::open(&first, OWNER_KEY).await, Socket::open(&second, OWNER_KEY).await];
    for socket in &mut sockets {
        socket.join(TOPIC, all_of("prospect_search_jobs")).await;
    }
    let id = start_search(&first, OWNER_KEY, 250).await;
    let mut told = Vec::new();
    for socket in &mut sockets {
        let changes = socket.changes_until("completed").await;
        assert!(changes.iter().all(|change| change.record()["id"] == json!(id)));
        told.push(changes.into_iter().map(|change| change.payload).collect::<Vec<_>>());
    }
    assert_eq!(told[0], told[1], "in the same order, to the last byte");
    second.stop().await;
    first.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_goes_on_after_a_restart_of_the_server() {
    let sandbox = sandbox().await;
    let app = TestApp::over(TestDatabase::sqlite().await, Settings::default()).await;
    let account = json!({
        "provider": "unipile", "base_url": sandbox.base_url(), "api_key": "a provider's key", "external_account_id": "acc_sales_navigator",
        "api": "sales_navigator", "pace": {"delay_ms": 400, "jitter_pct": 0},
    });
    app.post(OWNER_KEY, "/api/v1/accounts", account).await.ok();
    let id = start_search(&app, OWNER_KEY, 500).await;
    let mut socket = Socket::open(&app, OWNER_KEY).await;
    socket.join(TOPIC, job_updates(&id)).await;
    let mut before = Vec::new();
    while before.last() != Some(&100) {
        before.extend(progress(&[socket.next().await]));
    }
    let stopping = tokio::spawn(app.stop());
    let (code, rest) = socket.closed().await;
    assert_eq!(code, 1012, "clients are told that the server restarts");
    before.extend(progress(&rest));
    let app = TestApp::over(stopping.await.expect("it stops"), Settings::default()).await;
    let mut socket = Socket::open(&app, OWNER_KEY).await;
    socket.join(TOPIC, job_updates(&id)).await;
    let after = progress(&socket.changes_until("completed").await);
    assert!(before.iter().chain(&after).is_sorted(), "{before:?} {after:?}");
    assert_eq!(after.last(), Some(&500));
    tokio::time::timeout(Duration::from_secs(10), app.stop()).await.expect("a socket does not hold up the stop");
}
