//! Real processes, really killed: the program itself on both databases, with the sandbox as its provider.

mod child;
mod postings;

use std::time::{Duration, Instant};

use sluice::domain::job::{JobState, StopReason};
use sluice::domain::{AccountId, JobId, Scope};
use sluice::store::database::sql;
use sluice::store::{Database, jobs};
use sluice_providers::Api;

use crate::support::sandbox::{searches, set_faults};
use crate::support::search::SearchStage;
use crate::support::{OwnCluster, TestDatabase, is_slow};
use child::Child;

const TARGET: i64 = 2_500;
const PAGES: i64 = 25;
const ACCOUNT: &str = "acc_sales_navigator";

/// A search of 2,500 people, queued, and slow enough to be interrupted.
async fn queued_search(test: &TestDatabase, pace: Duration) -> (SearchStage, AccountId, JobId) {
    let stage = SearchStage::new(test, "").await;
    set_faults(&stage.sandbox, r#"{"latency_ms": 30}"#).await;
    let account = stage.account(ACCOUNT, Api::SalesNavigator, pace).await;
    let job = stage.start(stage.order(account, "manager", 2_500)).await;
    (stage, account, job)
}

/// No bell of another process rings here on SQLite, so this looks again and again.
async fn until_rows(database: &Database, job: JobId, least: i64) {
    let mut looks = tokio::time::interval(Duration::from_millis(10));
    let looking = async {
        while stored(database, job).await < least {
            looks.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(90), looking).await.unwrap_or_else(|_| panic!("{job} never stored {least} rows"));
}

/// The same by what the job says of itself.
async fn until_rows_kept(database: &Database, job: JobId, least: i64) {
    let mut looks = tokio::time::interval(Duration::from_millis(10));
    let looking = async {
        while find(database, job).await.is_none_or(|job| job.rows_kept < least) {
            looks.tick().await;
        }
    };
    let in_time = tokio::time::timeout(postings::LONGEST, looking).await;
    assert!(in_time.is_ok(), "the job never kept {least}: {:#?}", find(database, job).await);
}

async fn until_ended(database: &Database, job: JobId) {
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    let looking = async {
        while !find(database, job).await.is_some_and(|job| job.state.is_final()) {
            looks.tick().await;
        }
    };
    let in_time = tokio::time::timeout(postings::LONGEST, looking).await;
    assert!(in_time.is_ok(), "the job never ended: {:#?}", find(database, job).await);
}

/// `None` while the database is away.
async fn find(database: &Database, job: JobId) -> Option<sluice::domain::job::Job> {
    let mut conn = database.read().await.ok()?;
    jobs::find(&mut conn, Scope::System, job).await.ok()?
}

async fn stored(database: &Database, job: JobId) -> i64 {
    count(database, job, "SELECT count(*) AS found FROM prospects WHERE job_id = $1").await
}

async fn count(database: &Database, job: JobId, statement: &'static str) -> i64 {
    let Ok(mut conn) = database.read().await else { return 0 };
    sql(statement).bind(job).fetch_one(&mut conn).await.and_then(|row| row.get("found")).unwrap_or(0)
}

/// 2,500 of 2,500, nobody twice, no page twice, one end; and no page asked for more often than the kills explain.
async fn expect_whole(stage: &SearchStage, database: &Database, job: JobId, kills: usize) {
    let ended = find(database, job).await.expect("the job");
    assert_eq!((ended.state, ended.stop_reason), (JobState::Completed, Some(StopReason::TargetReached)), "{ended:#?}");
    assert_eq!((ended.rows_kept, ended.pages, ended.lease_until), (TARGET, PAGES, None));
    for (what, statement, expected) in [
        ("rows", "SELECT count(*) AS found FROM prospects WHERE job_id = $1", TARGET),
        ("people", "SELECT count(DISTINCT person_id) AS found FROM prospects WHERE job_id = $1", TARGET),
        ("provider ids", "SELECT count(DISTINCT provider_id) AS found FROM prospects WHERE job_id = $1", TARGET),
        ("pages", "SELECT count(DISTINCT cursor_digest) AS found FROM job_pages WHERE job_id = $1", PAGES),
        ("the last page", "SELECT max(batch) AS found FROM job_pages WHERE job_id = $1", PAGES),
        ("ends", "SELECT count(*) AS found FROM events WHERE job_id = $1 AND kind = 'job' AND data LIKE '%\"status\":\"completed\"%'", 1),
    ] {
        assert_eq!(count(database, job, statement).await, expected, "{what}");
    }
    let asked = searches(&stage.sandbox, ACCOUNT).await.len();
    let needed = usize::try_from(PAGES).expect("small");
    assert!(asked >= needed && asked <= needed + kills, "{asked} pages asked for, with {kills} kills");
}

/// Where to strike: spread over the run, and different in every round.
fn strikes(round: u64, kills: u64) -> Vec<i64> {
    let mut draws = round.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    (0..kills)
        .map(|kill| {
            draws = draws.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let part = 2_400 / kills;
            i64::try_from(kill * part + (draws >> 33) % part).expect("small")
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn immunity_02_a_server_killed_in_the_middle_goes_on_at_its_page_on_sqlite() {
    for round in 0..if is_slow() { 20 } else { 1 } {
        let test = TestDatabase::sqlite().await;
        let (stage, _, job) = queued_search(&test, Duration::from_millis(if round % 2 == 0 { 0 } else { 70 })).await;
        let database = test.database();
        let kills = strikes(round, 3);
        let mut server = Child::serve(&test).await;
        for rows in &kills {
            until_rows(&database, job, *rows).await;
            server.kill().await;
            let before = searches(&stage.sandbox, ACCOUNT).await.len();
            server = Child::serve(&test).await;
            // Long before a lease of 30 s would be over.
            let began = Instant::now();
            let resumed = async { while searches(&stage.sandbox, ACCOUNT).await.len() <= before {} };
            tokio::time::timeout(Duration::from_secs(10), resumed).await.expect("the search goes on");
            assert!(began.elapsed() < Duration::from_secs(1), "resumed after {:?}", began.elapsed());
        }
        until_ended(&database, job).await;
        server.stop().await;
        expect_whole(&stage, &database, job, kills.len()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn immunity_03_workers_killed_in_the_middle_are_relieved_by_others_on_postgres() {
    for round in 0..if is_slow() { 20 } else { 1 } {
        let test = TestDatabase::postgres().await;
        let (stage, _, job) = queued_search(&test, Duration::from_millis(if round % 2 == 0 { 0 } else { 70 })).await;
        let database = test.database();
        let kills = strikes(round, 3);
        let mut workers = Vec::new();
        for number in 0..3 {
            workers.push(Child::work(test.url(), test.folder(), number).await);
        }
        for (number, rows) in kills.iter().enumerate() {
            until_rows(&database, job, *rows).await;
            // Nobody can see from outside who has the job, so all go, one after the other, and fresh ones come.
            for worker in &mut workers {
                worker.kill().await;
            }
            for (place, worker) in workers.iter_mut().enumerate() {
                *worker = Child::work(test.url(), test.folder(), 3 * (number + 1) + place).await;
            }
        }
        until_ended(&database, job).await;
        for worker in workers {
            worker.stop().await;
        }
        expect_whole(&stage, &database, job, kills.len()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn immunity_04_a_worker_that_wakes_after_its_lease_is_refused_on_postgres() {
    for _ in 0..if is_slow() { 20 } else { 1 } {
        let test = TestDatabase::postgres().await;
        let (stage, _, job) = queued_search(&test, Duration::ZERO).await;
        // So long in every call that the worker is asleep in one.
        set_faults(&stage.sandbox, r#"{"latency_ms": 300}"#).await;
        let database = test.database();
        let sleeper = Child::work(test.url(), test.folder(), 0).await;
        until_rows(&database, job, 300).await;
        sleeper.signal("STOP").await;
        let epoch = find(&database, job).await.expect("the job").epoch;
        let others = [Child::work(test.url(), test.folder(), 1).await, Child::work(test.url(), test.folder(), 2).await];
        set_faults(&stage.sandbox, r#"{"latency_ms": 30}"#).await;
        until_rows(&database, job, 900).await;
        assert!(find(&database, job).await.expect("the job").epoch > epoch, "taken over");
        sleeper.signal("CONT").await;
        until_ended(&database, job).await;
        sleeper.until_it_says("lost the lease").await;
        for worker in others.into_iter().chain([sleeper]) {
            worker.stop().await;
        }
        expect_whole(&stage, &database, job, 1).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn immunity_05_a_database_that_crashes_under_load_loses_no_page_on_postgres() {
    for round in 0..if is_slow() { 5 } else { 1 } {
        let cluster = OwnCluster::start().await;
        let test = cluster.database().await;
        let (stage, _, job) = queued_search(&test, Duration::ZERO).await;
        let database = test.database();
        let workers = [Child::work(test.url(), test.folder(), 0).await, Child::work(test.url(), test.folder(), 1).await];
        let crashes = strikes(round, 2);
        for rows in &crashes {
            until_rows(&database, job, *rows).await;
            cluster.crash_and_restart().await;
        }
        until_ended(&database, job).await;
        for worker in workers {
            worker.stop().await;
        }
        expect_whole(&stage, &database, job, crashes.len() * 2).await;
        database.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_with_wrong_clocks_harm_nobody_on_postgres() {
    let test = TestDatabase::postgres().await;
    let (stage, _, job) = queued_search(&test, Duration::from_millis(70)).await;
    let database = test.database();
    let began = minutes_from_now(5);
    let ahead = Child::work_with_clock(test.url(), test.folder(), 0, "+5m").await;
    let behind = Child::work_with_clock(test.url(), test.folder(), 1, "-5m").await;
    let right = Child::work(test.url(), test.folder(), 2).await;
    until_ended(&database, job).await;
    assert!(ahead.has_said(&began) || ahead.has_said(&minutes_from_now(5)), "its clock is right");
    // A worker that is five minutes ahead would have found every lease over; nobody lost one, and no page was fetched twice.
    expect_whole(&stage, &database, job, 0).await;
    let takeovers = "SELECT count(*) AS found FROM timeline_entries WHERE job_id = $1 AND kind = 'taken_over'";
    assert_eq!(count(&database, job, takeovers).await, 0);
    let floor = Duration::from_millis(56).as_micros();
    let starts: Vec<i64> = searches(&stage.sandbox, ACCOUNT).await.iter().map(|seen| seen.at_us).collect();
    for pair in starts.windows(2) {
        assert!(u128::try_from(pair[1] - pair[0]).is_ok_and(|gap| gap >= floor), "{starts:?}");
    }
    for worker in [ahead, behind, right] {
        worker.stop().await;
    }
}

/// The hour and the tens of minutes that a clock shows which is wrong by so many minutes, as it stands in a log.
fn minutes_from_now(wrong_by: i64) -> String {
    let shown = sluice::domain::Micros(wall_clock_us() + wrong_by * 60_000_000).timestamp().to_string();
    shown[..15].to_owned()
}

#[expect(clippy::disallowed_methods, reason = "it is the machine's own clock that the test is about")]
fn wall_clock_us() -> i64 {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(since_epoch.as_micros()).expect("before the year 290,000")
}
