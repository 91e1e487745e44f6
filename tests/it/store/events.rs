//! Events: one order, no gaps, whatever commits when.

use std::time::Duration;

use serde_json::json;
use sluice::domain::WorkspaceId;
use sluice::store::Database;
use sluice::store::events::{self, Event, Position};

use crate::support::each_database;
use crate::support::fixtures::{begin, commit, home, job_events, read};

async fn append(database: &Database, workspace: WorkspaceId, number: i64) {
    let mut tx = begin(database).await;
    events::append(&mut tx, workspace, None, "page", &json!({ "number": number })).await.expect("the event is stored");
    commit(tx).await;
}

async fn after(database: &Database, position: Position) -> Vec<Event> {
    events::after(&mut read(database).await, position, 1_000).await.expect("the events")
}

/// Other tests' transactions on the same cluster hold events back for a moment, so readers look until they are there.
async fn until_seen(database: &Database, position: Position, count: usize) -> Vec<Event> {
    let look = async {
        loop {
            let seen = after(database, position).await;
            if seen.len() >= count {
                return seen;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), look).await.expect("the events become visible")
}

fn numbers(events: &[Event]) -> Vec<i64> {
    events.iter().map(|event| event.data["number"].as_i64().expect("a number")).collect()
}

each_database! {
    async fn events_come_in_the_order_in_which_they_were_committed(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        for number in 0..10 {
            append(&database, workspace, number).await;
        }
        let seen = until_seen(&database, Position::default(), 10).await;
        assert_eq!(numbers(&seen), (0..10).collect::<Vec<_>>());
        let middle = seen[4].position;
        assert_eq!(numbers(&after(&database, middle).await), (5..10).collect::<Vec<_>>());
        assert_eq!(middle.to_string().parse(), Ok(middle), "the position survives the wire");
        assert_eq!(events::newest(&mut read(&database).await).await.expect("a position"), seen[9].position);
        assert_eq!(seen[0].workspace_id, workspace);
    }

    async fn what_is_rolled_back_is_never_told(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let mut tx = begin(&database).await;
        let job = sluice::store::jobs::insert(&mut tx, &home.counting(1)).await.expect("the job is stored");
        drop(tx);
        append(&database, home.workspace, 1).await;
        assert_eq!(numbers(&until_seen(&database, Position::default(), 1).await), [1]);
        assert_eq!(job_events(&database, job.id).await, Vec::<String>::new());
    }

    async fn a_reader_that_follows_busy_writers_misses_nothing_and_sees_nothing_twice(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..4 {
            let database = database.clone();
            writers.spawn(async move {
                for number in 0..25 {
                    let mut tx = begin(&database).await;
                    events::append(&mut tx, workspace, None, "page", &json!({ "number": writer * 100 + number })).await.expect("stored");
                    // Now and then a transaction takes longer than those that came after it.
                    for _ in 0..(number * 7 + writer * 3) % 40 {
                        tokio::task::yield_now().await;
                    }
                    commit(tx).await;
                }
            });
        }
        let mut seen: Vec<Event> = Vec::new();
        let follow = async {
            while seen.len() < 100 {
                let position = seen.last().map_or_else(Position::default, |event| event.position);
                seen.extend(after(&database, position).await);
            }
        };
        tokio::time::timeout(Duration::from_secs(30), follow).await.expect("all events are seen");
        writers.join_all().await;
        assert!(seen.windows(2).all(|pair| pair[0].position < pair[1].position), "in one order");
        assert_eq!(numbers(&seen), numbers(&after(&database, Position::default()).await), "the same as for one who comes later");
        let mut all = numbers(&seen);
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 100);
    }

    async fn old_events_are_dropped_some_at_a_time(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        for number in 0..5 {
            append(&database, workspace, number).await;
        }
        let seen = until_seen(&database, Position::default(), 5).await;
        let mut tx = begin(&database).await;
        assert_eq!(events::prune(&mut tx, seen[3].at).await.expect("pruned"), 3);
        commit(tx).await;
        assert_eq!(numbers(&after(&database, Position::default()).await), [3, 4]);
    }

    async fn who_listens_before_the_hub_reads_misses_nothing(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let hub = sluice::events::Hub::new(database.clone());
        let topic = sluice::events::Topic { workspace_id: home.workspace, job_id: None, user_id: home.user };
        let mut listener = hub.subscribe(topic, None).await.expect("a subscription");
        // It has read what there was, and relies on the hub from here on.
        assert!(tokio::time::timeout(Duration::from_millis(100), listener.next()).await.is_err(), "nothing has happened yet");
        append(&database, home.workspace, 1).await;
        until_seen(&database, listener.position(), 1).await;
        let stop = tokio_util::sync::CancellationToken::new();
        let _stop_with_us = stop.clone().drop_guard();
        tokio::spawn(async move { hub.run(stop).await });
        let heard = tokio::time::timeout(Duration::from_secs(10), listener.next()).await.expect("it is told").expect("read");
        assert_eq!(numbers(&[(*heard.expect("an event")).clone()]), [1]);
    }

    async fn the_bell_rings_after_the_commit_and_not_before(test: TestDatabase) {
        let database = test.database();
        let workspace = home(&database).await.workspace;
        let mut bell = database.events_bell();
        bell.mark_unchanged();
        let mut tx = begin(&database).await;
        events::append(&mut tx, workspace, None, "page", &json!({})).await.expect("the event is stored");
        assert!(!bell.has_changed().expect("open"));
        commit(tx).await;
        assert!(bell.has_changed().expect("open"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lower_number_that_commits_later_is_not_missed_on_postgres() {
    let test = crate::support::TestDatabase::postgres().await;
    let database = test.database();
    let workspace = home(&database).await.workspace;
    let mut slow = begin(&database).await;
    events::append(&mut slow, workspace, None, "page", &json!({ "number": 1 })).await.expect("the event is stored");
    append(&database, workspace, 2).await;
    append(&database, workspace, 3).await;
    assert_eq!(numbers(&after(&database, Position::default()).await), Vec::<i64>::new(), "nobody gets ahead of the open transaction");
    commit(slow).await;
    assert_eq!(numbers(&until_seen(&database, Position::default(), 3).await), [1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bells_are_carried_to_other_processes_on_postgres() {
    let test = crate::support::TestDatabase::postgres().await;
    let (here, there) = (test.database(), test.open_again().await);
    let (mut jobs, mut told) = (there.jobs_bell(), there.events_bell());
    let stop = tokio_util::sync::CancellationToken::new();
    let mut carriers = tokio::task::JoinSet::new();
    for database in [here.clone(), there.clone()] {
        let stop = stop.clone();
        carriers.spawn(async move { database.carry_bells(stop).await });
    }
    // The listener rings once when it is there.
    tokio::time::timeout(Duration::from_secs(20), jobs.changed()).await.expect("the listener is there").expect("open");
    jobs.mark_unchanged();
    told.mark_unchanged();
    home(&here).await.count_pages(&here, 1).await;
    tokio::time::timeout(Duration::from_secs(20), jobs.changed()).await.expect("the bell for jobs").expect("open");
    tokio::time::timeout(Duration::from_secs(20), told.changed()).await.expect("the bell for events").expect("open");
    stop.cancel();
    carriers.join_all().await;
    there.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_that_an_older_transaction_held_back_are_told_soon_after_its_end_on_postgres() {
    let test = crate::support::TestDatabase::postgres().await;
    let database = test.database();
    let workspace = home(&database).await.workspace;
    let hub = sluice::events::Hub::new(database.clone());
    let mut told = hub.subscribe_to_all().await.expect("a subscription");
    let stop = tokio_util::sync::CancellationToken::new();
    let reader = tokio::spawn({
        let (hub, stop) = (hub.clone(), stop.clone());
        async move { hub.run(stop).await }
    });
    append(&database, workspace, 0).await;
    told.next().await.expect("it is read").expect("the hub runs");
    for number in 1..=5 {
        // It takes its number, changes nothing, and rings no bell.
        let mut slow = begin(&database).await;
        sluice::store::database::sql("SELECT {transaction} AS number").fetch_one(&mut slow).await.expect("a number");
        append(&database, workspace, number).await;
        tokio::time::timeout(Duration::from_millis(20), told.next()).await.expect_err("nobody gets ahead of the open transaction");
        drop(slow);
        let waited = std::time::Instant::now();
        let event = told.next().await.expect("it is read").expect("the hub runs");
        assert_eq!(event.data["number"], number);
        assert!(waited.elapsed() < Duration::from_millis(500), "{:?}", waited.elapsed());
    }
    stop.cancel();
    reader.await.expect("it ends");
}
