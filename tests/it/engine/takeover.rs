//! Lost workers: leases, take-over, and the late commits of those who come back.

use std::time::Duration;

use sluice::domain::Micros;
use sluice::domain::job::JobState;
use sluice::jobs::engine::{EngineSettings, SliceEnd};

use crate::support::fixtures::{home, job, now, rows};
use crate::support::toy::{Fault, PER_PAGE, Toy};
use crate::support::worker::{Worker, engine, settings, until, until_ended};
use crate::support::{TestDatabase, each_database};

const COMPLETED: Option<SliceEnd> = Some(SliceEnd::Settled(JobState::Completed));

each_database! {
    async fn immunity_04_two_workers_never_commit_the_same_step(test: TestDatabase) {
        let database = test.database();
        let (home, slow_toy, toy) = (home(&database).await, Toy::on(&database), Toy::on(&database));
        slow_toy.at(1, [Fault::Hold]);
        let queued = home.count_pages(&database, 4).await;
        let slow = engine(&database, &slow_toy, settings());
        let late = tokio::spawn(async move { slow.run_slice(queued.id).await });
        slow_toy.is_held().await;

        let other = engine(&database, &toy, settings());
        assert_eq!(other.run_slice(queued.id).await.expect("a slice"), None, "a lease is kept to its end");
        database.advance_clock(settings().lease + Duration::from_millis(1));
        assert_eq!(other.run_slice(queued.id).await.expect("a slice"), COMPLETED);
        slow_toy.let_go();

        assert_eq!(late.await.expect("no panic").expect("a slice"), Some(SliceEnd::Lost), "the late commit is refused");
        assert_eq!(toy.calls(), [1, 2, 3], "the page in hand is fetched again, nothing else");
        let job = job(&database, queued.id).await;
        assert_eq!((job.epoch, job.pages, job.rows_kept, job.step), (2, 4, 4 * PER_PAGE, 4));
        assert_eq!(rows(&database, queued.id).await, (0..4 * PER_PAGE).collect::<Vec<_>>());
    }

    async fn immunity_04_a_late_failure_is_refused_like_a_late_page(test: TestDatabase) {
        let database = test.database();
        for fault in [Fault::Retry, Fault::RateLimited(Duration::from_secs(60)), Fault::Park(Duration::from_secs(60))] {
            let (home, slow_toy, toy) = (home(&database).await, Toy::on(&database), Toy::on(&database));
            slow_toy.at(1, [Fault::Hold, fault]);
            let queued = home.count_pages(&database, 2).await;
            let slow = engine(&database, &slow_toy, settings());
            let late = tokio::spawn(async move { slow.run_slice(queued.id).await });
            slow_toy.is_held().await;
            database.advance_clock(settings().lease + Duration::from_millis(1));
            assert_eq!(engine(&database, &toy, settings()).run_slice(queued.id).await.expect("a slice"), COMPLETED);
            let before = job(&database, queued.id).await;
            slow_toy.let_go();
            assert_eq!(late.await.expect("no panic").expect("a slice"), Some(SliceEnd::Lost));
            let after = job(&database, queued.id).await;
            assert_eq!((before.state, before.updated_at, before.retries), (after.state, after.updated_at, after.retries));
        }
    }

    async fn immunity_03_the_job_of_a_lost_worker_is_taken_over_when_its_lease_ends(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(2, [Fault::Hang]);
        let queued = home.count_pages(&database, 4).await;
        let lost = Worker::start(&engine(&database, &toy, settings()));
        toy.is_held().await;
        lost.kill().await;

        let other = engine(&database, &toy, settings());
        assert_eq!(other.run_slice(queued.id).await.expect("a slice"), None);
        database.advance_clock(settings().lease + Duration::from_millis(1));
        assert_eq!(other.run_slice(queued.id).await.expect("a slice"), COMPLETED);
        assert_eq!(toy.calls(), [0, 1, 2, 2, 3]);
        assert_eq!(rows(&database, queued.id).await, (0..4 * PER_PAGE).collect::<Vec<_>>());
        assert_eq!(job(&database, queued.id).await.epoch, 2);
    }

    async fn heartbeats_keep_the_lease_of_a_long_step(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(0, [Fault::Hold]);
        let queued = home.count_pages(&database, 1).await;
        let quick = EngineSettings { heartbeat: Duration::from_millis(10), ..settings() };
        let worker = Worker::start(&engine(&database, &toy, quick));
        toy.is_held().await;
        for _ in 0..5 {
            database.advance_clock(settings().lease / 2);
            let since = now(&database).await;
            let renewed = |until: Option<Micros>| until.is_some_and(|until| until >= since.plus(settings().lease));
            let renewal = async { while !renewed(job(&database, queued.id).await.lease_until) {} };
            tokio::time::timeout(Duration::from_secs(20), renewal).await.expect("a heartbeat renews the lease");
        }
        toy.let_go();
        assert_eq!(until_ended(&database, queued.id).await.epoch, 1, "nobody took it over");
        worker.stop().await;
    }

    async fn a_heartbeat_tells_a_slow_worker_that_it_lost_its_lease(test: TestDatabase) {
        let database = test.database();
        let (home, slow_toy, toy) = (home(&database).await, Toy::on(&database), Toy::on(&database));
        slow_toy.at(0, [Fault::Hang]);
        let queued = home.count_pages(&database, 1).await;
        // The first heartbeat is at the start; the next one only after the take-over.
        let beat = EngineSettings { heartbeat: Duration::from_millis(700), ..settings() };
        let slow = engine(&database, &slow_toy, beat);
        let worker = Worker::start(&slow);
        slow_toy.is_held().await;
        database.advance_clock(settings().lease + Duration::from_millis(1));
        let other = engine(&database, &toy, settings());
        let taken = other.run_slice(queued.id).await.expect("a slice");
        if taken == COMPLETED {
            let dropped = async { while slow.running() > 0 { tokio::task::yield_now().await; } };
            tokio::time::timeout(Duration::from_secs(20), dropped).await.expect("the hanging step is dropped");
        }
        worker.kill().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn immunity_02_a_restart_of_the_embedded_server_goes_on_at_once() {
    let test = TestDatabase::sqlite().await;
    let database = test.database();
    let (home, toy) = (home(&database).await, Toy::on(&database));
    toy.at(2, [Fault::Hang]);
    let queued = home.count_pages(&database, 4).await;
    let lost = Worker::start(&engine(&database, &toy, settings()));
    toy.is_held().await;
    lost.kill().await;
    database.close().await;

    let reopened = test.open_again().await;
    reopened.migrate().await.expect("the schema is up to date");
    let toy = Toy::on(&reopened);
    let worker = Worker::start(&engine(&reopened, &toy, settings()));
    let ended = until(&reopened, queued.id, "completed", |job| job.state == JobState::Completed).await;
    worker.stop().await;
    assert_eq!(toy.calls(), [2, 3], "without waiting for the lease, and from the page in hand");
    assert_eq!(ended.rows_kept, 4 * PER_PAGE);
    let taken_over_after = ended.completed_at.expect("an end").since(ended.started_at.expect("a start"));
    assert!(taken_over_after < settings().lease, "{taken_over_after:?}");
    assert_eq!(rows(&reopened, queued.id).await, (0..4 * PER_PAGE).collect::<Vec<_>>());
    reopened.close().await;
}
