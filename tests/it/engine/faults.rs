//! What a step may do instead of giving its page.

use std::time::Duration;

use sluice::domain::job::{JobState, StopReason};
use sluice::jobs::engine::{EngineSettings, SliceEnd};
use sluice::store::jobs::leases;

use crate::support::each_database;
use crate::support::fixtures::{home, job, now, rows};
use crate::support::toy::{Fault, PER_PAGE, Toy};
use crate::support::worker::{engine, settings};

const WAITING: Option<SliceEnd> = Some(SliceEnd::Settled(JobState::Waiting));
const COMPLETED: Option<SliceEnd> = Some(SliceEnd::Settled(JobState::Completed));
const FAILED: Option<SliceEnd> = Some(SliceEnd::Settled(JobState::Failed));
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

each_database! {
    async fn a_fault_waits_for_its_backoff_and_goes_on_at_the_same_page(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Retry, Fault::Retry]);
        let queued = home.count_pages(&database, 3).await;
        let engine = engine(&database, &toy, settings());

        for (attempt, longest) in [(1, Duration::from_secs(1)), (2, Duration::from_secs(2))] {
            assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), WAITING);
            let waiting = job(&database, queued.id).await;
            assert_eq!((waiting.attempt, waiting.retries, waiting.pages, waiting.lease_until), (attempt, attempt, 1, None));
            let wait = waiting.run_at.since(waiting.updated_at);
            assert!(wait >= Duration::from_millis(100) && wait <= longest, "{wait:?}");
            assert!(waiting.waiting_reason.expect("a reason").contains("the toy said so"));
            assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), None, "not due before its time");
            database.advance_clock(wait);
        }
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), COMPLETED);
        assert_eq!(toy.calls(), [0, 1, 1, 1, 2]);
        assert_eq!(rows(&database, queued.id).await.len(), 9);
    }

    async fn attempts_run_out_and_the_rows_stay(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, vec![Fault::Retry; 10]);
        let queued = home.count_pages(&database, 3).await;
        let engine = engine(&database, &toy, settings());
        for _ in 1..queued.max_attempts {
            assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), WAITING);
            database.advance_clock(Duration::from_secs(600));
        }
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), FAILED);
        let failed = job(&database, queued.id).await;
        assert_eq!((failed.stop_reason, failed.rows_kept), (Some(StopReason::Error), PER_PAGE));
        assert_eq!(failed.error.expect("an error").code, "ATTEMPTS_EXHAUSTED");
        assert_eq!(toy.calls(), [0, 1, 1, 1, 1, 1]);
    }

    async fn a_stored_page_gives_all_attempts_back(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, vec![Fault::Retry; 4]);
        toy.at(2, vec![Fault::Retry; 4]);
        let queued = home.count_pages(&database, 4).await;
        let engine = engine(&database, &toy, settings());
        for _ in 0..8 {
            assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), WAITING);
            database.advance_clock(Duration::from_secs(600));
        }
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), COMPLETED);
        assert_eq!(job(&database, queued.id).await.retries, 8);
    }

    async fn a_near_wait_does_not_give_failed_attempts_back(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let near = Duration::from_millis(1);
        toy.at(0, (0..10).flat_map(|_| [Fault::Park(near), Fault::Retry]));
        let queued = home.count_pages(&database, 1).await;
        let engine = engine(&database, &toy, settings());
        for _ in 1..queued.max_attempts {
            assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), WAITING);
            database.advance_clock(Duration::from_secs(600));
        }
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), FAILED, "a fault that comes back every time ends the job");
    }

    async fn a_step_that_panics_is_tried_again(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Panic]);
        let queued = home.count_pages(&database, 2).await;
        let engine = engine(&database, &toy, settings());
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), WAITING);
        assert_eq!(engine.running(), 0);
        database.advance_clock(Duration::from_secs(600));
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), COMPLETED);
    }

    async fn immunity_03_a_page_that_kills_its_process_fails_the_job_instead_of_looping(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let queued = home.count_pages(&database, 3).await;
        let lease = settings().lease;
        for attempt in 1..=queued.max_attempts {
            let mut tx = database.begin().await.expect("a transaction");
            let claimed = leases::claim(&mut tx, 1, lease, Some(queued.id)).await.expect("a claim");
            tx.commit().await.expect("commit");
            assert_eq!(claimed[0].job.attempt, attempt);
            database.advance_clock(lease + Duration::from_secs(1));
        }
        let engine = engine(&database, &toy, settings());
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), FAILED);
        let failed = job(&database, queued.id).await;
        assert_eq!(failed.error.expect("an error").code, "ATTEMPTS_EXHAUSTED");
        assert_eq!(toy.calls(), Vec::<i64>::new(), "the page is not touched again");
    }

    async fn a_rate_limit_costs_no_attempt(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let wait = Duration::from_secs(60);
        toy.at(1, vec![Fault::RateLimited(wait); 12]);
        let queued = home.count_pages(&database, 2).await;
        let engine = engine(&database, &toy, settings());
        for _ in 0..12 {
            assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), WAITING);
            assert_eq!(job(&database, queued.id).await.attempt, 0);
            database.advance_clock(wait);
        }
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), COMPLETED);
    }

    async fn immunity_28_a_wait_of_a_day_frees_the_worker_and_is_told(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::RateLimited(DAY)]);
        let queued = home.count_pages(&database, 2).await;
        let engine = engine(&database, &toy, settings());
        let before = now(&database).await;
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), WAITING);
        assert_eq!(engine.running(), 0);
        let waiting = job(&database, queued.id).await;
        let until = waiting.waiting_until().expect("a time that the user sees");
        assert!(until >= before.plus(DAY) && until <= now(&database).await.plus(DAY));
        assert_eq!(waiting.waiting_reason.as_deref(), Some("the toy asked to slow down"));
        database.advance_clock(DAY - Duration::from_secs(60));
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), None);
        database.advance_clock(Duration::from_secs(60));
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), COMPLETED);
    }

    async fn a_parked_job_gives_its_attempt_back_and_goes_on_at_its_time(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        let hour = Duration::from_secs(3600);
        toy.at(0, [Fault::ParkAfter(hour)]);
        toy.at(1, [Fault::Park(hour)]);
        let queued = home.count_pages(&database, 2).await;
        let engine = engine(&database, &toy, settings());
        for pages in [1, 1] {
            assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), WAITING);
            let parked = job(&database, queued.id).await;
            assert_eq!((parked.attempt, parked.pages, parked.waiting_reason.as_deref()), (0, pages, Some("the toy rests")));
            assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), None);
            database.advance_clock(hour);
        }
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), COMPLETED);
        assert_eq!(toy.calls(), [0, 1, 1]);
    }

    async fn a_near_wait_keeps_the_slot(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(0, [Fault::ParkAfter(Duration::from_millis(20))]);
        toy.at(1, [Fault::Park(Duration::from_millis(20))]);
        let queued = home.count_pages(&database, 2).await;
        let began = tokio::time::Instant::now();
        assert_eq!(engine(&database, &toy, settings()).run_slice(queued.id).await.expect("a slice"), COMPLETED, "in one slice");
        assert!(began.elapsed() >= Duration::from_millis(40), "it was slept through");
    }

    async fn a_step_without_an_answer_is_cut_off_and_tried_again(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Hang]);
        let queued = home.count_pages(&database, 2).await;
        let engine = engine(&database, &toy, EngineSettings { step_timeout: Duration::from_millis(100), ..settings() });
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), WAITING);
        let waiting = job(&database, queued.id).await;
        assert_eq!((waiting.attempt, waiting.retries), (1, 1));
        database.advance_clock(Duration::from_secs(600));
        assert_eq!(engine.run_slice(queued.id).await.expect("a slice"), COMPLETED);
    }

    async fn a_panic_in_the_transaction_stores_nothing_and_the_page_comes_again(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::PanicInWrite]);
        let queued = home.count_pages(&database, 2).await;
        let first = engine(&database, &toy, settings());
        let slice = tokio::spawn({ let first = first.clone(); async move { first.run_slice(queued.id).await.map(|_| ()) } });
        assert!(slice.await.expect_err("the slice panics").is_panic());
        assert_eq!(rows(&database, queued.id).await, [0, 1, 2], "half a page is no page");
        assert_eq!(first.running(), 0);
        database.advance_clock(settings().lease + Duration::from_secs(1));
        assert_eq!(first.run_slice(queued.id).await.expect("a slice"), COMPLETED);
        assert_eq!(rows(&database, queued.id).await, (0..6).collect::<Vec<_>>());
    }
}
