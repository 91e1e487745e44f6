//! Stopping in order.

use std::time::Duration;

use sluice::domain::job::JobState;
use sluice::jobs::engine::EngineSettings;

use crate::support::each_database;
use crate::support::fixtures::{home, job, now, rows};
use crate::support::toy::{Fault, PER_PAGE, Toy};
use crate::support::worker::{Worker, engine, settings, until, until_ended};

each_database! {
    async fn a_stopped_worker_gives_the_page_in_hand_back_with_its_attempt(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Hang]);
        let queued = home.count_pages(&database, 3).await;
        let brief = EngineSettings { grace: Duration::from_millis(20), ..settings() };
        let worker = Worker::start(&engine(&database, &toy, brief));
        toy.is_held().await;
        worker.stop().await;
        let given_back = job(&database, queued.id).await;
        assert_eq!((given_back.state, given_back.attempt, given_back.lease_until), (JobState::Waiting, 0, None));
        assert_eq!((given_back.pages, given_back.retries, given_back.waiting_reason), (1, 0, None));
        assert!(given_back.run_at <= now(&database).await, "due at once");

        let next = Worker::start(&engine(&database, &toy, settings()));
        until_ended(&database, queued.id).await;
        next.stop().await;
        assert_eq!(toy.calls(), [0, 1, 1, 2]);
        assert_eq!(rows(&database, queued.id).await, (0..3 * PER_PAGE).collect::<Vec<_>>());
    }

    async fn a_page_that_comes_within_the_grace_time_is_stored(test: TestDatabase) {
        let database = test.database();
        let (home, toy) = (home(&database).await, Toy::on(&database));
        toy.at(1, [Fault::Hold]);
        let queued = home.count_pages(&database, 3).await;
        let worker = Worker::start(&engine(&database, &toy, settings()));
        toy.is_held().await;
        let stopping = tokio::spawn(worker.stop());
        toy.let_go();
        stopping.await.expect("it stops");
        let job = job(&database, queued.id).await;
        assert!(job.pages >= 2 && (job.attempt, job.lease_until) == (0, None), "{job:#?}");
        assert_eq!(job.rows_kept, job.pages * PER_PAGE);
    }

    async fn a_worker_that_is_stopped_while_it_claims_stops_too(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        for _ in 0..20 {
            let toy = Toy::on(&database);
            toy.at(0, [Fault::Hang, Fault::Hang]);
            let queued = home.count_pages(&database, 2).await;
            let brief = EngineSettings { grace: Duration::from_millis(1), ..settings() };
            let worker = Worker::start(&engine(&database, &toy, brief));
            until(&database, queued.id, "claimed", |job| job.epoch > 0).await;
            worker.stop().await;
            assert_ne!(job(&database, queued.id).await.state, JobState::Running, "given back");
            let mut tx = database.begin().await.expect("a transaction");
            sluice::store::jobs::control::cancel(&mut tx, home.scope(), queued.id).await.expect("cancel").expect("an open job");
            tx.commit().await.expect("commit");
        }
    }
}
