//! Whole runs, and what is told of them.

use std::time::Duration;

use sluice::domain::job::{JobState, StopReason};
use sluice::jobs::engine::SliceEnd;
use sluice::store::jobs::control;
use sluice::store::{schedules, timeline};

use crate::support::each_database;
use crate::support::fixtures::{home, job, job_events, now, rows};
use crate::support::toy::{Fault, KIND, PER_PAGE, Toy};
use crate::support::worker::{Worker, engine, settings, until, until_ended};

each_database! {
    async fn a_job_runs_to_its_end(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let queued = home.count_pages(&database, 4).await;

        let ended = engine(&database, &toy, settings()).run_slice(queued.id).await.expect("the slice runs");

        assert_eq!(ended, Some(SliceEnd::Settled(JobState::Completed)));
        assert_eq!(toy.calls(), [0, 1, 2, 3]);
        let job = job(&database, queued.id).await;
        assert_eq!((job.state, job.stop_reason, job.error), (JobState::Completed, Some(StopReason::Exhausted), None));
        assert_eq!((job.pages, job.rows_kept, job.progress.current, job.progress.total), (4, 12, 12, 12));
        assert_eq!((job.epoch, job.attempt, job.step, job.lease_until, job.wanted), (1, 0, 4, None, None));
        assert!(job.started_at.is_some() && job.completed_at.is_some());
        assert_eq!(rows(&database, queued.id).await, (0..4 * PER_PAGE).collect::<Vec<_>>());
    }

    async fn a_worker_finds_queued_jobs_by_itself(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let worker = Worker::start(&engine(&database, &toy, settings()));
        let queued = home.count_pages(&database, 2).await;
        assert_eq!(until_ended(&database, queued.id).await.rows_kept, 2 * PER_PAGE);
        worker.stop().await;
    }

    async fn immunity_01_retry_takes_the_same_path_as_the_first_run(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Fatal(StopReason::Blocked)]);
        let queued = home.count_pages(&database, 3).await;
        let engine = engine(&database, &toy, settings());

        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), Some(SliceEnd::Settled(JobState::Failed)));
        let failed = job(&database, queued.id).await;
        assert_eq!((failed.stop_reason, failed.rows_kept, failed.is_partial()), (Some(StopReason::Blocked), PER_PAGE, true));
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), None, "a failed job is not due");

        let mut tx = database.begin().await.expect("a transaction");
        let retried = control::retry(&mut tx, home.scope(), queued.id).await.expect("retry").expect("a failed job");
        tx.commit().await.expect("commit");
        assert_eq!((retried.state, retried.attempt, retried.error), (JobState::Queued, 0, None));
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), Some(SliceEnd::Settled(JobState::Completed)));

        assert_eq!(toy.calls(), [0, 1, 1, 2], "it goes on where it failed");
        assert_eq!(rows(&database, queued.id).await, (0..3 * PER_PAGE).collect::<Vec<_>>());
        let statuses = job_events(&database, queued.id).await;
        assert_eq!(
            statuses,
            ["queued", "processing", "processing", "failed", "queued", "processing", "processing", "completed"],
            "both runs are told alike"
        );
    }

    async fn immunity_05_a_run_that_ends_early_says_why_and_is_not_called_completed(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        for reason in StopReason::ALL.iter().copied().filter(|reason| reason.state() == JobState::Failed) {
            toy.at(1, [Fault::Fatal(reason)]);
            let queued = home.count_pages(&database, 3).await;
            engine(&database, &toy, settings()).run_slice(queued.id).await.expect("a slice");
            let failed = job(&database, queued.id).await;
            assert_eq!((failed.state, failed.stop_reason, failed.rows_kept), (JobState::Failed, Some(reason), PER_PAGE));
            assert_eq!(failed.error.expect("an error").message, "the toy is broken");
        }
    }

    async fn immunity_06_one_run_has_one_terminal_event(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Retry, Fault::RateLimited(Duration::from_secs(60)), Fault::Panic]);
        let queued = home.count_pages(&database, 3).await;
        let worker = Worker::start(&engine(&database, &toy, settings()));
        for attempt in 2..=4 {
            until(&database, queued.id, "waiting", |job| job.state == JobState::Waiting && job.retries == attempt - 1).await;
            database.advance_clock(Duration::from_secs(61));
        }
        until_ended(&database, queued.id).await;
        worker.stop().await;

        let engine = engine(&database, &toy, settings());
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), None, "a completed job is final");
        let terminal = ["completed", "failed", "canceled"];
        let ends = job_events(&database, queued.id).await.into_iter().filter(|status| terminal.contains(&status.as_str())).count();
        assert_eq!(ends, 1);
        let lines = timeline::list(&mut database.read().await.expect("a connection"), queued.id, 100).await.expect("the timeline");
        assert_eq!(lines.iter().filter(|line| line.kind == "ended").count(), 1, "{lines:#?}");
    }

    async fn a_schedule_makes_jobs_that_workers_run(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let mut tx = database.begin().await.expect("a transaction");
        let next_at = now(&database).await.plus(Duration::from_secs(3600));
        schedules::insert(&mut tx, &home.nightly(1), next_at).await.expect("the schedule is stored");
        tx.commit().await.expect("commit");
        let worker = Worker::start(&engine(&database, &toy, settings()));

        let mut bell = database.events_bell();
        database.advance_clock(Duration::from_secs(3601));
        while toy.calls().is_empty() {
            tokio::time::timeout(Duration::from_secs(20), bell.changed()).await.expect("the schedule fires").expect("open");
        }
        let made = toy.callers()[0];
        let ended = until_ended(&database, made).await;
        assert_eq!((ended.kind.as_str(), ended.rows_kept, ended.schedule_id.is_some()), (KIND, PER_PAGE, true));
        worker.stop().await;
    }

    async fn a_kind_that_the_program_does_not_know_ends_its_job_in_words(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let mut unknown = home.counting(1);
        unknown.kind = "fold_paper".to_owned();
        let queued = crate::support::fixtures::enqueue(&database, &unknown).await;
        engine(&database, &toy, settings()).run_slice(queued.id).await.expect("a slice");
        let failed = job(&database, queued.id).await;
        assert_eq!(failed.error.map(|error| (error.code, error.retryable)), Some(("UNKNOWN_KIND".to_owned(), true)));
    }
}
