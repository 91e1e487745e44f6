//! Pause, resume and cancel against a job at work.

use std::time::Duration;

use sluice::domain::JobId;
use sluice::domain::job::{JobState, StopReason};
use sluice::jobs::engine::{EngineSettings, SliceEnd};
use sluice::store::Database;
use sluice::store::jobs::control;

use crate::support::each_database;
use crate::support::fixtures::{Home, home, job, job_events, rows};
use crate::support::toy::{Fault, PER_PAGE, Toy};
use crate::support::worker::{Worker, engine, settings, until, until_ended};

#[derive(Debug, Clone, Copy)]
enum Order {
    Pause,
    Resume,
    Cancel,
}

async fn order(database: &Database, home: Home, id: JobId, order: Order) {
    let mut tx = database.begin().await.expect("a transaction");
    let (tx_ref, scope) = (&mut tx, home.scope());
    let done = match order {
        Order::Pause => control::pause(tx_ref, scope, id).await,
        Order::Resume => control::resume(tx_ref, scope, id).await,
        Order::Cancel => control::cancel(tx_ref, scope, id).await,
    };
    assert!(done.expect("the order is stored").is_some(), "{order:?} fits");
    tx.commit().await.expect("commit");
}

each_database! {
    async fn a_queued_job_pauses_at_once_and_resumes_where_it_was(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let queued = home.count_pages(&database, 2).await;
        order(&database, home, queued.id, Order::Pause).await;
        let engine = engine(&database, &toy, settings());
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), None);
        order(&database, home, queued.id, Order::Resume).await;
        assert_eq!(job(&database, queued.id).await.state, JobState::Queued);
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), Some(SliceEnd::Settled(JobState::Completed)));
    }

    async fn a_parked_job_pauses_at_once_and_resumes_before_its_time(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(0, [Fault::ParkAfter(Duration::from_secs(3600))]);
        let queued = home.count_pages(&database, 2).await;
        let engine = engine(&database, &toy, settings());
        engine.run_slice(queued.id).await.expect("a slice");
        order(&database, home, queued.id, Order::Pause).await;
        let paused = job(&database, queued.id).await;
        assert_eq!((paused.state, paused.waiting_reason), (JobState::Paused, None));
        order(&database, home, queued.id, Order::Resume).await;
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), Some(SliceEnd::Settled(JobState::Completed)));
    }

    async fn a_running_job_pauses_after_its_page(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Hold]);
        let queued = home.count_pages(&database, 4).await;
        let worker = Worker::start(&engine(&database, &toy, settings()));
        toy.is_held().await;
        order(&database, home, queued.id, Order::Pause).await;
        toy.let_go();
        let paused = until(&database, queued.id, "paused", |job| job.state == JobState::Paused).await;
        assert_eq!((paused.pages, paused.rows_kept, paused.attempt, paused.wanted), (2, 2 * PER_PAGE, 0, None));
        order(&database, home, queued.id, Order::Resume).await;
        until_ended(&database, queued.id).await;
        worker.stop().await;
        assert_eq!(toy.calls(), [0, 1, 2, 3]);
    }

    async fn a_job_that_is_canceled_ends_canceled_whatever_its_last_page_met(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Hold, Fault::FailInWrite]);
        let queued = home.count_pages(&database, 4).await;
        let worker = Worker::start(&engine(&database, &toy, settings()));
        toy.is_held().await;
        order(&database, home, queued.id, Order::Cancel).await;
        toy.let_go();
        let canceled = until_ended(&database, queued.id).await;
        worker.stop().await;
        assert_eq!((canceled.state, canceled.stop_reason), (JobState::Canceled, Some(StopReason::Canceled)));
        assert_eq!((canceled.rows_kept, canceled.error), (2 * PER_PAGE, None));
    }

    async fn a_page_that_takes_too_long_is_left_when_its_job_is_paused(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Hang]);
        let queued = home.count_pages(&database, 3).await;
        let worker = Worker::start(&engine(&database, &toy, EngineSettings { interrupt_grace: Duration::from_millis(20), ..settings() }));
        toy.is_held().await;
        order(&database, home, queued.id, Order::Pause).await;
        let paused = until(&database, queued.id, "paused", |job| job.state == JobState::Paused).await;
        assert_eq!((paused.pages, paused.attempt), (1, 0));
        order(&database, home, queued.id, Order::Resume).await;
        assert_eq!(until_ended(&database, queued.id).await.rows_kept, 3 * PER_PAGE);
        worker.stop().await;
        assert_eq!(toy.calls(), [0, 1, 1, 2]);
    }

    async fn a_pause_that_is_taken_back_in_time_stops_nothing(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Hold]);
        let queued = home.count_pages(&database, 3).await;
        let worker = Worker::start(&engine(&database, &toy, EngineSettings { interrupt_grace: Duration::from_secs(20), ..settings() }));
        toy.is_held().await;
        order(&database, home, queued.id, Order::Pause).await;
        // The worker hears of the wish, though nobody can see when, so the order of the two is left to chance.
        order(&database, home, queued.id, Order::Resume).await;
        toy.let_go();
        assert_eq!(until_ended(&database, queued.id).await.state, JobState::Completed);
        worker.stop().await;
        assert!(!job_events(&database, queued.id).await.contains(&"paused".to_owned()));
    }

    async fn a_pause_that_is_taken_back_while_its_page_is_being_left_stops_nothing(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Hang]);
        let queued = home.count_pages(&database, 3).await;
        let worker = Worker::start(&engine(&database, &toy, EngineSettings { interrupt_grace: Duration::from_millis(300), ..settings() }));
        toy.is_held().await;
        order(&database, home, queued.id, Order::Pause).await;
        // Within the grace time: the worker has been told to leave the page, and must not pause a job that nobody wants paused.
        tokio::time::timeout(Duration::from_millis(100), std::future::pending::<()>()).await.expect_err("time passes");
        order(&database, home, queued.id, Order::Resume).await;
        assert_eq!(until_ended(&database, queued.id).await.state, JobState::Completed);
        worker.stop().await;
        assert_eq!(toy.calls(), [0, 1, 1, 2]);
    }

    async fn cancel_ends_a_job_in_every_state_and_keeps_its_rows(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let engine = engine(&database, &toy, settings());
        toy.at(0, [Fault::ParkAfter(Duration::from_secs(3600))]);
        let waiting = home.count_pages(&database, 2).await;
        engine.run_slice(waiting.id).await.expect("a slice");
        let queued = home.count_pages(&database, 2).await;
        let paused = home.count_pages(&database, 2).await;
        order(&database, home, paused.id, Order::Pause).await;
        for (id, kept) in [(waiting.id, PER_PAGE), (queued.id, 0), (paused.id, 0)] {
            order(&database, home, id, Order::Cancel).await;
            let canceled = job(&database, id).await;
            assert_eq!((canceled.state, canceled.stop_reason), (JobState::Canceled, Some(StopReason::Canceled)));
            assert_eq!((canceled.rows_kept, canceled.wanted), (kept, None));
            assert_eq!(engine.run_slice(id).await.expect("a slice"), None, "canceled is final");
        }
    }

    async fn a_running_job_is_canceled_after_its_page(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Hold]);
        let queued = home.count_pages(&database, 4).await;
        let worker = Worker::start(&engine(&database, &toy, settings()));
        toy.is_held().await;
        order(&database, home, queued.id, Order::Cancel).await;
        toy.let_go();
        let canceled = until_ended(&database, queued.id).await;
        worker.stop().await;
        assert_eq!((canceled.state, canceled.rows_kept), (JobState::Canceled, 2 * PER_PAGE));
        assert_eq!(rows(&database, queued.id).await.len(), 6);
    }

    async fn a_page_that_takes_too_long_is_left_when_its_job_is_canceled(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Hang]);
        let queued = home.count_pages(&database, 4).await;
        let worker = Worker::start(&engine(&database, &toy, EngineSettings { interrupt_grace: Duration::from_millis(20), ..settings() }));
        toy.is_held().await;
        order(&database, home, queued.id, Order::Cancel).await;
        let canceled = until_ended(&database, queued.id).await;
        worker.stop().await;
        assert_eq!((canceled.state, canceled.rows_kept), (JobState::Canceled, PER_PAGE));
    }

    async fn a_wish_is_not_put_off_by_a_fault_or_a_long_wait(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let day = Duration::from_secs(24 * 60 * 60);
        let engine = engine(&database, &toy, settings());
        for fault in [Fault::Retry, Fault::RateLimited(day), Fault::Park(day)] {
            for (wish, state) in [(Order::Pause, JobState::Paused), (Order::Cancel, JobState::Canceled)] {
                toy.at(0, [Fault::Hold, fault.clone()]);
                let queued = home.count_pages(&database, 1).await;
                let slice = tokio::spawn({ let engine = engine.clone(); async move { engine.run_slice(queued.id).await } });
                toy.is_held().await;
                order(&database, home, queued.id, wish).await;
                toy.let_go();
                let ended = slice.await.expect("no panic").expect("a slice");
                assert_eq!(ended, Some(SliceEnd::Settled(state)), "{wish:?} with {fault:?}");
            }
        }
    }
}
