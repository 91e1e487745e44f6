//! Guards against endless work: repeated cursors, stale pages, the page cap, the deadline.

use std::time::Duration;

use sluice::domain::job::{Job, JobState, StopReason};
use sluice::jobs::engine::{EngineSettings, SliceEnd};
use sluice::store::Database;
use sluice::store::jobs::control;

use crate::support::each_database;
use crate::support::fixtures::{Home, enqueue, home, job, rows};
use crate::support::toy::{Fault, PER_PAGE, Toy};
use crate::support::worker::{engine, settings};

const WAITING: Option<SliceEnd> = Some(SliceEnd::Settled(JobState::Waiting));
const COMPLETED: Option<SliceEnd> = Some(SliceEnd::Settled(JobState::Completed));
const FAILED: Option<SliceEnd> = Some(SliceEnd::Settled(JobState::Failed));

async fn retry(database: &Database, home: Home, failed: &Job) {
    let mut tx = database.begin().await.expect("a transaction");
    control::retry(&mut tx, home.scope(), failed.id).await.expect("retry").expect("a failed job");
    tx.commit().await.expect("commit");
}

each_database! {
    async fn immunity_08_a_repeated_cursor_ends_the_job_and_retry_goes_on(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(2, [Fault::LeadBackTo(0)]);
        let queued = home.count_pages(&database, 5).await;
        let engine = engine(&database, &toy, settings());

        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), FAILED);
        assert_eq!(toy.calls(), [0, 1, 2], "no page is asked for a second time");
        let failed = job(&database, queued.id).await;
        assert_eq!((failed.stop_reason, failed.rows_kept), (Some(StopReason::ProviderLoop), 9));

        retry(&database, home, &failed).await;
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), COMPLETED);
        assert_eq!(toy.calls(), [0, 1, 2, 2, 3, 4], "the page that led back is asked again");
        assert_eq!(rows(&database, queued.id).await, (0..5 * PER_PAGE).collect::<Vec<_>>());
    }

    async fn immunity_08_a_page_that_leads_to_itself_ends_the_job_even_after_a_retry(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, vec![Fault::LeadBackTo(1); 3]);
        let queued = home.count_pages(&database, 5).await;
        let engine = engine(&database, &toy, settings());
        for calls in [2, 3, 4] {
            assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), FAILED);
            assert_eq!(toy.calls().len(), calls);
            retry(&database, home, &job(&database, queued.id).await).await;
        }
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), COMPLETED);
    }

    async fn immunity_08_pages_without_anybody_new_end_the_job(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        for page in 1..=3 {
            toy.at(page, [Fault::Stale]);
        }
        let queued = home.count_pages(&database, 50).await;
        let engine = engine(&database, &toy, settings());
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), FAILED);
        assert_eq!(toy.calls(), [0, 1, 2, 3]);
        let failed = job(&database, queued.id).await;
        assert_eq!((failed.stop_reason, failed.rows_kept, failed.stale_pages), (Some(StopReason::ProviderLoop), PER_PAGE, 3));
    }

    async fn two_stale_pages_and_then_a_new_one_are_no_loop(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        for page in [1, 2, 4, 5] {
            toy.at(page, [Fault::Stale]);
        }
        let queued = home.count_pages(&database, 7).await;
        assert_eq!(engine(&database, &toy, settings()).run_slice(queued.id).await.expect("a slice"), COMPLETED);
        assert_eq!(job(&database, queued.id).await.rows_kept, 3 * PER_PAGE);
    }

    async fn immunity_08_the_page_cap_ends_the_job_and_retry_goes_on(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let mut capped = home.counting(5);
        capped.page_cap = 2;
        let queued = enqueue(&database, &capped).await;
        let engine = engine(&database, &toy, settings());
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), FAILED);
        let failed = job(&database, queued.id).await;
        assert_eq!((failed.stop_reason, failed.rows_kept, failed.pages), (Some(StopReason::PageCap), 2 * PER_PAGE, 2));
        let mut last = failed;
        while last.state == JobState::Failed {
            assert_eq!(last.stop_reason, Some(StopReason::PageCap));
            retry(&database, home, &last).await;
            engine.run_slice(queued.id).await.expect("a slice");
            last = job(&database, queued.id).await;
        }
        assert_eq!(last.state, JobState::Completed);
        assert_eq!(toy.calls(), [0, 1, 2, 3, 4], "no page is fetched twice");
    }

    async fn immunity_03_the_deadline_ends_the_job_and_keeps_its_rows(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Hold]);
        let mut brief = home.counting(4);
        brief.deadline_us = 60_000_000;
        let queued = enqueue(&database, &brief).await;
        let engine = engine(&database, &toy, settings());
        let slice = tokio::spawn({ let engine = engine.clone(); async move { engine.run_slice(queued.id).await } });
        toy.is_held().await;
        database.advance_clock(Duration::from_secs(61));
        toy.let_go();
        assert_eq!(slice.await.expect("no panic").expect("a slice"), FAILED);
        let failed = job(&database, queued.id).await;
        assert_eq!((failed.stop_reason, failed.rows_kept), (Some(StopReason::Deadline), 2 * PER_PAGE), "the page in hand is kept");
        assert_eq!(failed.error.as_ref().map(|error| error.code.as_str()), Some("DEADLINE_EXCEEDED"));
        retry(&database, home, &failed).await;
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), COMPLETED, "with fresh time");
        assert_eq!(toy.calls(), [0, 1, 2, 3]);
    }

    async fn a_step_does_not_outlast_the_deadline(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(0, [Fault::Hang]);
        let mut brief = home.counting(4);
        brief.deadline_us = 100_000;
        let queued = enqueue(&database, &brief).await;
        assert_eq!(engine(&database, &toy, settings()).run_slice(queued.id).await.expect("a slice"), FAILED);
        assert_eq!(job(&database, queued.id).await.stop_reason, Some(StopReason::Deadline));
    }

    async fn time_spent_waiting_is_no_working_time(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let hour = Duration::from_secs(3600);
        toy.at(0, [Fault::ParkAfter(hour)]);
        toy.at(1, [Fault::RateLimited(hour)]);
        toy.at(2, [Fault::Retry]);
        let mut brief = home.counting(3);
        brief.deadline_us = 60_000_000;
        let queued = enqueue(&database, &brief).await;
        let engine = engine(&database, &toy, EngineSettings { step_timeout: Duration::from_secs(50), ..settings() });
        for _ in 0..3 {
            assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), WAITING);
            database.advance_clock(hour);
        }
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), COMPLETED);
        let worked_us = job(&database, queued.id).await.worked_us;
        assert!(worked_us < 30_000_000, "{worked_us}");
    }
}
