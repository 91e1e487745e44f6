//! Pace and budget, measured where it counts: in the sandbox's log of requests.

use std::time::Duration;

use sluice::domain::account::{Budgets, WorkingHours};
use sluice::domain::job::{Job, JobState, StopReason};
use sluice::domain::{AccountId, Scope};
use sluice::jobs::engine::{EngineSettings, SliceEnd};
use sluice::store::accounts;
use sluice::store::charges::{self, Action};
use sluice_providers::Api;
use tokio_util::sync::CancellationToken;

use crate::support::sandbox;
use crate::support::search::SearchStage;
use crate::support::{TestDatabase, each_database};

async fn starts(stage: &SearchStage, account: &str) -> Vec<i64> {
    sandbox::searches(&stage.sandbox, account).await.iter().map(|seen| seen.at_us).collect()
}

async fn change(stage: &SearchStage, id: AccountId, budgets: Budgets, hours: Option<WorkingHours>) {
    let mut tx = stage.database.begin().await.unwrap();
    let account = accounts::find(&mut tx, Scope::System, id).await.unwrap().unwrap();
    let changed = sluice::domain::account::Account { budgets, working_hours: hours, ..account };
    accounts::update(&mut tx, Scope::System, &changed, None).await.unwrap().unwrap();
    tx.commit().await.unwrap();
}

async fn slice(stage: &SearchStage, job: sluice::domain::JobId) -> Job {
    let engine = stage.engine(EngineSettings::default());
    let end = engine.run_slice(job).await.unwrap().expect("the job is due");
    assert!(matches!(end, SliceEnd::Settled(_)), "{end:?}");
    stage.job(job).await
}

each_database! {
    async fn two_searches_on_one_account_share_its_pace(test: TestDatabase) {
        let stage = SearchStage::new(&test, "").await;
        let delay = Duration::from_millis(300);
        let account = stage.account("acc_sales_navigator", Api::SalesNavigator, delay).await;
        let (one, other) = (stage.start(stage.order(account, "manager", 300)).await, stage.start(stage.order(account, "engineer", 300)).await);
        let (one, other) = tokio::join!(stage.run_to_end(one), async { other });
        let other = stage.run_to_end(other).await;
        assert_eq!((one.state, other.state), (JobState::Completed, JobState::Completed));
        let starts = starts(&stage, "acc_sales_navigator").await;
        assert_eq!(starts.len(), 6);
        let floor = delay.mul_f64(0.8).as_micros() as i64;
        for pair in starts.windows(2) {
            assert!(pair[1] - pair[0] >= floor, "{} us between two starts of {starts:?}", pair[1] - pair[0]);
        }
    }

    async fn two_searches_on_two_accounts_overlap(test: TestDatabase) {
        let stage = SearchStage::new(&test, "").await;
        let delay = Duration::from_millis(300);
        let first = stage.account("acc_sales_navigator", Api::SalesNavigator, delay).await;
        let second = stage.account("acc_sales_navigator_2", Api::SalesNavigator, delay).await;
        let (one, other) = (stage.start(stage.order(first, "manager", 300)).await, stage.start(stage.order(second, "manager", 300)).await);
        stage.run_to_end(one).await;
        stage.run_to_end(other).await;
        let (one, other) = (starts(&stage, "acc_sales_navigator").await, starts(&stage, "acc_sales_navigator_2").await);
        assert_eq!((one.len(), other.len()), (3, 3));
        assert!(one[0] < other[2] && other[0] < one[2], "{one:?} and {other:?} do not overlap");
    }

    async fn immunity_26_a_used_up_budget_parks_the_job_and_survives_a_restart(test: TestDatabase) {
        let stage = SearchStage::new(&test, "").await;
        let account = stage.account("acc_sales_navigator", Api::SalesNavigator, Duration::ZERO).await;
        change(&stage, account, Budgets { search_rows_per_day: 250, profiles_per_day: 100 }, None).await;
        let job = stage.start(stage.order(account, "manager", 500)).await;
        let parked = slice(&stage, job).await;
        assert_eq!((parked.state, parked.rows_kept, parked.attempt), (JobState::Waiting, 200, 0));
        let until = parked.waiting_until().expect("it says until when");
        let wait = until.since(sluice::domain::Micros(stage.database.now_us().await.unwrap()));
        assert!(wait > Duration::from_secs(23 * 3600) && wait <= charges::WINDOW, "{wait:?}");
        assert!(parked.waiting_reason.unwrap().contains("250 rows in 24 hours"));
        // Another process with its own handle sees the same budget.
        let again = test.open_again().await;
        assert_eq!(charges::used(&mut again.read().await.unwrap(), account, Action::SearchRows).await.unwrap(), 200);
        // The day after, the search goes on where it stopped; parked time does not count against the deadline.
        stage.database.advance_clock(wait + Duration::from_secs(1));
        let next_day = slice(&stage, job).await;
        assert_eq!((next_day.state, next_day.rows_kept), (JobState::Waiting, 400));
        assert!(next_day.worked_us < 60_000_000, "{} us counted as work", next_day.worked_us);
    }

    async fn a_budget_lowered_below_one_page_ends_the_job_instead_of_parking_it_for_ever(test: TestDatabase) {
        let stage = SearchStage::new(&test, "").await;
        let account = stage.account("acc_sales_navigator", Api::SalesNavigator, Duration::ZERO).await;
        let job = stage.start(stage.order(account, "manager", 500)).await;
        change(&stage, account, Budgets { search_rows_per_day: 50, profiles_per_day: 100 }, None).await;
        let ended = slice(&stage, job).await;
        assert_eq!((ended.state, ended.stop_reason), (JobState::Failed, Some(StopReason::AccountBudget)));
        assert!(ended.error.unwrap().message.contains("Raise it under Accounts"));
        // A search that begins under the small budget has pages that fit it.
        let small = stage.start(stage.order(account, "manager", 40)).await;
        assert_eq!(slice(&stage, small).await.state, JobState::Completed);
    }

    async fn a_failed_call_is_refunded(test: TestDatabase) {
        let stage = SearchStage::new(&test, "500@1").await;
        let account = stage.account("acc_sales_navigator", Api::SalesNavigator, Duration::ZERO).await;
        let job = stage.start(stage.order(account, "manager", 100)).await;
        let failed = slice(&stage, job).await;
        assert_eq!((failed.state, failed.retries, failed.rows_kept), (JobState::Waiting, 1, 0));
        assert_eq!(charges::used(&mut stage.database.read().await.unwrap(), account, Action::SearchRows).await.unwrap(), 0);
        let ended = stage.run_to_end(job).await;
        assert_eq!((ended.state, ended.stop_reason), (JobState::Completed, Some(StopReason::TargetReached)));
        assert_eq!(charges::used(&mut stage.database.read().await.unwrap(), account, Action::SearchRows).await.unwrap(), 100);
    }

    async fn immunity_28_a_long_wait_frees_the_worker_and_says_until_when(test: TestDatabase) {
        let stage = SearchStage::new(&test, "429@1").await;
        let account = stage.account("acc_sales_navigator", Api::SalesNavigator, Duration::ZERO).await;
        let other_account = stage.account("acc_sales_navigator_2", Api::SalesNavigator, Duration::ZERO).await;
        let job = stage.start(stage.order(account, "manager", 100)).await;
        let waiting = slice(&stage, job).await;
        assert_eq!((waiting.state, waiting.attempt), (JobState::Waiting, 0));
        assert!(waiting.waiting_reason.as_deref().unwrap().contains("slow down"));
        assert!(waiting.waiting_until().is_some());
        // Everybody on the account waits, though the provider would answer by now; another account does not.
sandbox::set_faults(&stage.sandbox, "").await;
        let neighbour = stage.start(stage.order(account, "engineer", 100)).await;
        assert_eq!(slice(&stage, neighbour).await.state, JobState::Waiting);
        let free = stage.start(stage.order(other_account, "engineer", 100)).await;
        assert_eq!(slice(&stage, free).await.state, JobState::Completed);
    }

    async fn outside_working_hours_a_job_waits_for_the_opening(test: TestDatabase) {
        let stage = SearchStage::new(&test, "").await;
        let account = stage.account("acc_sales_navigator", Api::SalesNavigator, Duration::ZERO).await;
        let now = sluice::domain::Micros(stage.database.now_us().await.unwrap()).timestamp().to_zoned(jiff::tz::TimeZone::UTC);
        // A window of one hour that begins two hours from now, on every day; near midnight the clock is moved on first.
        if now.hour() >= 20 {
            stage.database.advance_clock(Duration::from_secs(6 * 3600));
        }
        let now = sluice::domain::Micros(stage.database.now_us().await.unwrap()).timestamp().to_zoned(jiff::tz::TimeZone::UTC);
        let from = jiff::civil::Time::constant(now.hour() + 2, 0, 0, 0);
        let hours = WorkingHours {
            days: sluice::domain::account::Day::ALL.to_vec(),
            from,
            to: jiff::civil::Time::constant(now.hour() + 3, 0, 0, 0),
        };
        change(&stage, account, Budgets { search_rows_per_day: 1_000, profiles_per_day: 100 }, Some(hours)).await;
        let job = stage.start(stage.order(account, "manager", 100)).await;
        let waiting = slice(&stage, job).await;
        assert_eq!(waiting.state, JobState::Waiting);
        let opens = waiting.waiting_until().unwrap();
        assert_eq!(opens.timestamp().to_zoned(jiff::tz::TimeZone::UTC).time(), from);
        stage.database.advance_clock(opens.since(sluice::domain::Micros(stage.database.now_us().await.unwrap())));
        assert_eq!(slice(&stage, job).await.state, JobState::Completed);
    }
}

/// A stop in the middle of a wait gives the job back at once.
#[tokio::test]
async fn a_stopped_worker_leaves_a_parked_job_as_it_is() {
    let test = TestDatabase::sqlite().await;
    let stage = SearchStage::new(&test, "").await;
    let account = stage.account("acc_sales_navigator", Api::SalesNavigator, Duration::from_secs(60)).await;
    let job = stage.start(stage.order(account, "manager", 200)).await;
    assert_eq!(slice(&stage, job).await.rows_kept, 100);
    let stop = CancellationToken::new();
    stop.cancel();
    stage.engine(EngineSettings::default()).run(stop).await;
    let parked = stage.job(job).await;
    assert_eq!((parked.state, parked.rows_kept), (JobState::Waiting, 100));
}
