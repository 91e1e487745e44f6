//! What a person may do to a job, in every state that it can be in.

use std::time::Duration;

use sluice::domain::job::{Job, JobState, StopReason, Wanted};
use sluice::domain::{JobId, Scope};
use sluice::store::jobs::control;
use sluice::store::jobs::leases::{Then, Until};
use sluice::store::{Database, job_pages};

use crate::support::each_database;
use crate::support::fixtures::{Home, begin, claim, commit, home, job, job_in, read, settle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Pause,
    Resume,
    Cancel,
    Retry,
}

use JobState::{Canceled, Completed, Failed, Paused, Queued, Running, Waiting};
use Order::{Cancel, Pause, Resume, Retry};

/// What becomes of the job, with what is wanted of it; `None` where the order is refused.
type Outcome = Option<(JobState, Option<Wanted>)>;

/// Every order in every state.
const TABLE: &[(JobState, Order, Outcome)] = &[
    (Queued, Pause, Some((Paused, None))),
    (Queued, Resume, None),
    (Queued, Cancel, Some((Canceled, None))),
    (Queued, Retry, None),
    (Waiting, Pause, Some((Paused, None))),
    (Waiting, Resume, None),
    (Waiting, Cancel, Some((Canceled, None))),
    (Waiting, Retry, None),
    (Running, Pause, Some((Running, Some(Wanted::Pause)))),
    (Running, Resume, None),
    (Running, Cancel, Some((Running, Some(Wanted::Cancel)))),
    (Running, Retry, None),
    (Paused, Pause, None),
    (Paused, Resume, Some((Queued, None))),
    (Paused, Cancel, Some((Canceled, None))),
    (Paused, Retry, None),
    (Completed, Pause, None),
    (Completed, Resume, None),
    (Completed, Cancel, None),
    (Completed, Retry, None),
    (Failed, Pause, None),
    (Failed, Resume, None),
    (Failed, Cancel, None),
    (Failed, Retry, Some((Queued, None))),
    (Canceled, Pause, None),
    (Canceled, Resume, None),
    (Canceled, Cancel, None),
    (Canceled, Retry, None),
];

async fn order(database: &Database, scope: Scope, id: JobId, order: Order) -> Option<Job> {
    let mut tx = begin(database).await;
    let done = match order {
        Pause => control::pause(&mut tx, scope, id).await,
        Resume => control::resume(&mut tx, scope, id).await,
        Cancel => control::cancel(&mut tx, scope, id).await,
        Retry => control::retry(&mut tx, scope, id).await,
    };
    commit(tx).await;
    done.expect("the order is understood")
}

async fn check(database: &Database, home: Home, row: &(JobState, Order, Outcome)) {
    let (state, what, outcome) = row;
    let before = job_in(database, home, *state).await;
    let stranger = Scope::Workspace(sluice::domain::WorkspaceId::new());
    assert!(order(database, stranger, before.id, *what).await.is_none(), "{state:?} {what:?} by a stranger");
    let told = order(database, home.scope(), before.id, *what).await.map(|job| (job.state, job.wanted));
    assert_eq!(told, *outcome, "{state:?} {what:?}");
    let after = job(database, before.id).await;
    assert_eq!((after.state, after.wanted), outcome.unwrap_or((*state, None)), "{state:?} {what:?}, as stored");
    if outcome.is_none() {
        assert_eq!(after.updated_at, before.updated_at, "a refused order changes nothing");
    }
}

each_database! {
    async fn every_order_in_every_state_does_what_the_table_says(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        assert_eq!(TABLE.len(), JobState::ALL.len() * 4);
        for row in TABLE {
            check(&database, home, row).await;
        }
    }

    async fn a_wish_can_be_changed_until_it_is_taken_up(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let running = job_in(&database, home, Running).await;
        let wanted = |told: Option<Job>| told.map(|job| (job.state, job.wanted));
        assert_eq!(wanted(order(&database, home.scope(), running.id, Pause).await), Some((Running, Some(Wanted::Pause))));
        assert_eq!(wanted(order(&database, home.scope(), running.id, Pause).await), Some((Running, Some(Wanted::Pause))));
        assert_eq!(wanted(order(&database, home.scope(), running.id, Resume).await), Some((Running, None)));
        assert_eq!(wanted(order(&database, home.scope(), running.id, Pause).await), Some((Running, Some(Wanted::Pause))));
        assert_eq!(wanted(order(&database, home.scope(), running.id, Cancel).await), Some((Running, Some(Wanted::Cancel))));
        assert_eq!(wanted(order(&database, home.scope(), running.id, Pause).await), None, "nobody is saved from a cancel");
        assert_eq!(wanted(order(&database, home.scope(), running.id, Resume).await), None);
    }

    async fn a_job_that_has_begun_resumes_as_waiting_and_due_at_once(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let waiting = job_in(&database, home, Waiting).await;
        order(&database, home.scope(), waiting.id, Pause).await.expect("a waiting job");
        let resumed = order(&database, home.scope(), waiting.id, Resume).await.expect("a paused job");
        assert_eq!((resumed.state, resumed.waiting_reason.is_none()), (Waiting, true));
        assert!(claim(&database, waiting.id, Duration::from_secs(30)).await.is_some());
    }

    async fn a_canceled_job_has_its_reason_and_its_end(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let queued = job_in(&database, home, Queued).await;
        let canceled = order(&database, home.scope(), queued.id, Cancel).await.expect("a queued job");
        assert_eq!(canceled.stop_reason, Some(StopReason::Canceled));
        assert!(canceled.completed_at.is_some());
    }

    async fn retry_starts_the_counts_anew_and_forgets_where_pages_began(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let queued = home.count_pages(&database, 9).await;
        let running = claim(&database, queued.id, Duration::from_secs(30)).await.expect("a due job");
        let mut tx = begin(&database).await;
        let page = job_pages::StoredPage { received: 3, stored: 3, rejected: 0 };
        job_pages::insert(&mut tx, &running, 1, "page 0", page).await.expect("the page is stored");
        commit(tx).await;
        assert!(job_pages::is_known(&mut read(&database).await, queued.id, "page 0").await.expect("an answer"));
        database.advance_clock(Duration::from_secs(20));
        let next = settle(&database, &running, Then::Wait { until: Until::After(Duration::ZERO), reason: None }).await;
        let running = claim(&database, next.id, Duration::from_secs(30)).await.expect("due");
        let failed = settle(&database, &running, Then::End { reason: StopReason::Deadline, error: None, result: None }).await;
        assert!(failed.worked_us >= 20_000_000);

        let retried = order(&database, home.scope(), queued.id, Retry).await.expect("a failed job");
        assert_eq!((retried.attempt, retried.stale_pages, retried.worked_us), (0, 0, 0));
        assert_eq!((retried.stop_reason, retried.error.is_none(), retried.completed_at), (None, true, None));
        assert!(!job_pages::is_known(&mut read(&database).await, queued.id, "page 0").await.expect("an answer"));

        // Twice the same page, over two retries, is three rows and no conflict.
        for batch in [2, 3] {
            let running = claim(&database, queued.id, Duration::from_secs(30)).await.expect("due");
            let mut tx = begin(&database).await;
            job_pages::insert(&mut tx, &running, batch, "page 0", page).await.expect("the page is stored again");
            commit(tx).await;
            settle(&database, &running, Then::End { reason: StopReason::Error, error: None, result: None }).await;
            order(&database, home.scope(), queued.id, Retry).await.expect("a failed job");
        }
    }
}
