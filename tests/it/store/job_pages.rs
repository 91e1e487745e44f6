//! How quickly a job gets on, and how long it still takes.

use std::time::Duration;

use serde_json::json;
use sluice::http::wire;
use sluice::store::Database;
use sluice::store::job_pages::{self, StoredPage};
use sluice::store::jobs::leases::{Then, Until};

use crate::support::each_database;
use crate::support::fixtures::{begin, claim, commit, enqueue, home, read, settle};

async fn store_page(database: &Database, job: &sluice::domain::job::Job, batch: i64, stored: i64) {
    let mut tx = begin(database).await;
    let page = StoredPage { received: stored, stored, rejected: 0 };
    job_pages::insert(&mut tx, job, batch, &format!("page {batch}"), page).await.expect("stored");
    commit(tx).await;
}

async fn told(database: &Database, job: &sluice::domain::job::Job) -> (Option<f64>, Option<u64>) {
    let progress = wire::job::brief(&mut read(database).await, job).await.expect("the job").progress;
    (progress.rate_per_minute, progress.eta_s)
}

each_database! {
    async fn two_quick_pages_are_no_speed_yet(test: TestDatabase) {
        let database = test.database();
        let queued = home(&database).await.count_pages(&database, 100).await;
        let job = claim(&database, queued.id, Duration::from_secs(600)).await.expect("a due job");
        store_page(&database, &job, 1, 50).await;
        assert_eq!(told(&database, &job).await, (None, None), "one page");
        store_page(&database, &job, 2, 50).await;
        assert_eq!(told(&database, &job).await, (None, None), "two pages in no time");
        database.advance_clock(Duration::from_secs(30));
        let rate = told(&database, &job).await.0.expect("a rate");
        assert!((60.0..=100.0).contains(&rate), "50 rows in half a minute, up to now: {rate}");
    }

    async fn the_time_left_is_never_less_than_the_pace_allows(test: TestDatabase) {
        let database = test.database();
        let mut new = home(&database).await.counting(1);
        (new.args, new.progress_total) = (json!({ "limit": 10 }), 1_000);
        let queued = enqueue(&database, &new).await;
        let job = claim(&database, queued.id, Duration::from_secs(600)).await.expect("a due job");
        store_page(&database, &job, 1, 10).await;
        store_page(&database, &job, 2, 60_000).await;
        database.advance_clock(Duration::from_secs(6));
        // 100 pages are left, with 2 s between two of them.
        assert_eq!(told(&database, &job).await.1, Some(200));
        let mut slow = job.clone();
        slow.progress.total = 6_000_000;
        slow.args = json!({});
        let eta = told(&database, &slow).await.1.expect("a time");
        assert!((600..=1_200).contains(&eta), "without a page size the rate alone tells: {eta}");
    }

    async fn a_job_that_is_parked_for_long_has_no_speed(test: TestDatabase) {
        let database = test.database();
        let queued = home(&database).await.count_pages(&database, 100).await;
        let job = claim(&database, queued.id, Duration::from_secs(600)).await.expect("a due job");
        store_page(&database, &job, 1, 50).await;
        store_page(&database, &job, 2, 50).await;
        database.advance_clock(Duration::from_secs(10));
        assert!(told(&database, &job).await.0.is_some());
        let parked = Then::Wait { until: Until::After(Duration::from_secs(3_600)), reason: Some("the budget is used up".to_owned()) };
        let parked = settle(&database, &job, parked).await;
        assert_eq!(told(&database, &parked).await, (None, None));
    }

    async fn a_retry_is_measured_anew(test: TestDatabase) {
        let database = test.database();
        let queued = home(&database).await.count_pages(&database, 100).await;
        let job = claim(&database, queued.id, Duration::from_secs(600)).await.expect("a due job");
        store_page(&database, &job, 1, 50).await;
        store_page(&database, &job, 2, 50).await;
        database.advance_clock(Duration::from_secs(10));
        let mut tx = begin(&database).await;
        job_pages::forget_positions(&mut tx, &job).await.expect("forgotten");
        commit(tx).await;
        assert_eq!(told(&database, &job).await, (None, None));
    }
}
