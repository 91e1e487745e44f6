//! The guard of every commit, and the ways in which a step leaves its job.

use std::time::Duration;

use serde_json::json;
use sluice::domain::job::{JobError, JobState, Progress, StopReason, Wanted};
use sluice::store::jobs::control;
use sluice::store::jobs::leases::{self, Fence, Then, Until};

use crate::support::each_database;
use crate::support::fixtures::{begin, claim, commit, home, job, job_in, now, settle, settlement};

const LEASE: Duration = Duration::from_secs(30);

each_database! {
    async fn the_fence_is_open_once_for_each_step_of_the_holder(test: TestDatabase) {
        let database = test.database();
        let running = job_in(&database, home(&database).await, JobState::Running).await;
        let mut tx = begin(&database).await;
        assert_eq!(leases::fence(&mut tx, &running).await.expect("the fence"), Fence::Open(None));
        drop(tx);
        let mut tx = begin(&database).await;
        assert_eq!(leases::fence(&mut tx, &running).await.expect("the fence"), Fence::Open(None), "what was rolled back counts for nothing");
        let next = leases::settle(&mut tx, &running, &settlement(&running, Then::Continue { lease: LEASE })).await.expect("settled");
        commit(tx).await;

        let mut tx = begin(&database).await;
        assert_eq!(leases::fence(&mut tx, &running).await.expect("the fence"), Fence::Committed, "the answer of that commit was lost");
        assert_eq!(leases::fence(&mut tx, &next).await.expect("the fence"), Fence::Open(None));
    }

    async fn immunity_04_the_fence_is_closed_to_a_worker_that_lost_its_lease(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let late = job_in(&database, home, JobState::Running).await;
        database.advance_clock(LEASE + Duration::from_secs(1));
        let holder = claim(&database, late.id, LEASE).await.expect("taken over");
        let mut tx = begin(&database).await;
        assert_eq!(leases::fence(&mut tx, &late).await.expect("the fence"), Fence::Lost);
        drop(tx);
        let committed = settle(&database, &holder, Then::Continue { lease: LEASE }).await;
        let mut tx = begin(&database).await;
        assert_eq!(leases::fence(&mut tx, &late).await.expect("the fence"), Fence::Lost, "also at the step that the holder has made");
        drop(tx);
        settle(&database, &committed, Then::Pause).await;
        let mut tx = begin(&database).await;
        assert_eq!(leases::fence(&mut tx, &late).await.expect("the fence"), Fence::Lost);
    }

    async fn immunity_06_the_fence_is_closed_when_the_job_is_not_running(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        for state in JobState::ALL.iter().copied().filter(|state| *state != JobState::Running) {
            let mut at_rest = job_in(&database, home, state).await;
            // As the worker that brought it there would ask once more, with the step it has now.
            at_rest = job(&database, at_rest.id).await;
            let mut tx = begin(&database).await;
            assert_eq!(leases::fence(&mut tx, &at_rest).await.expect("the fence"), Fence::Lost, "{state:?}");
        }
    }

    async fn the_fence_tells_the_wish_of_a_person(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let running = job_in(&database, home, JobState::Running).await;
        let mut tx = begin(&database).await;
        control::cancel(&mut tx, home.scope(), running.id).await.expect("cancel").expect("a running job");
        commit(tx).await;
        let mut tx = begin(&database).await;
        assert_eq!(leases::fence(&mut tx, &running).await.expect("the fence"), Fence::Open(Some(Wanted::Cancel)));
    }

    async fn a_settlement_is_stored_whole(test: TestDatabase) {
        let database = test.database();
        let running = job_in(&database, home(&database).await, JobState::Running).await;
        let mut tx = begin(&database).await;
        leases::fence(&mut tx, &running).await.expect("the fence");
        let mut change = settlement(&running, Then::Continue { lease: LEASE });
        change.cursor = Some(json!({ "page": 7 }));
        (change.attempt, change.retries, change.pages, change.stale_pages, change.rows_kept) = (1, 2, 3, 1, 42);
        change.progress = Progress { current: 42, total: 50, message: Some("on the way".to_owned()) };
        leases::settle(&mut tx, &running, &change).await.expect("settled");
        commit(tx).await;
        let stored = job(&database, running.id).await;
        assert_eq!((stored.cursor, stored.progress), (change.cursor, change.progress));
        assert_eq!((stored.attempt, stored.retries, stored.pages, stored.stale_pages, stored.rows_kept), (1, 2, 3, 1, 42));
        assert_eq!((stored.state, stored.step, stored.epoch), (JobState::Running, 1, 1));
    }

    async fn a_step_that_goes_on_renews_its_lease(test: TestDatabase) {
        let database = test.database();
        let running = job_in(&database, home(&database).await, JobState::Running).await;
        database.advance_clock(Duration::from_secs(20));
        let before = now(&database).await;
        let next = settle(&database, &running, Then::Continue { lease: LEASE }).await;
        assert!(next.lease_until.expect("a lease") >= before.plus(LEASE));
        assert!(next.worked_us >= 20_000_000, "{}", next.worked_us);
    }

    async fn a_wait_is_told_until_when_and_why(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let at = now(&database).await.plus(Duration::from_secs(7_200));
        let running = job_in(&database, home, JobState::Running).await;
        let waiting = settle(&database, &running, Then::Wait { until: Until::At(at), reason: Some("the pace".to_owned()) }).await;
        assert_eq!((waiting.state, waiting.run_at, waiting.lease_until), (JobState::Waiting, at, None));
        assert_eq!((waiting.waiting_until(), waiting.waiting_reason.as_deref()), (Some(at), Some("the pace")));
        assert!(claim(&database, waiting.id, LEASE).await.is_none());
        database.advance_clock(Duration::from_secs(7_200));
        assert_eq!(claim(&database, waiting.id, LEASE).await.expect("due").waiting_reason, None);
    }

    async fn an_end_is_stored_with_its_reason_error_and_result(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let error = JobError { code: "BLOCKED".to_owned(), message: "blocked; wait a day".to_owned(), retryable: true };
        for reason in StopReason::ALL.iter().copied() {
            let running = job_in(&database, home, JobState::Running).await;
            let then = Then::End { reason, error: Some(error.clone()), result: Some(json!({ "found": 3 })) };
            let ended = settle(&database, &running, then).await;
            assert_eq!((ended.state, ended.stop_reason, ended.error), (reason.state(), Some(reason), Some(error.clone())));
            assert_eq!((ended.result, ended.lease_until, ended.wanted), (Some(json!({ "found": 3 })), None, None));
            assert!(ended.completed_at.is_some());
        }
    }
}
