//! The rows of a search: each person once, each page once.

use std::time::Duration;

use sluice::store::job_pages::{self, StoredPage};
use sluice::store::{StoreError, prospects};
use sluice_providers::{Api, PersonRecord, RejectedRecord};

use crate::support::each_database;
use crate::support::fixtures::{begin, claim, commit, home, read, rows};
use crate::support::toy::{page_of_people, person};

each_database! {
    async fn immunity_16_a_page_that_is_saved_again_adds_nobody(test: TestDatabase) {
        let database = test.database();
        let job = home(&database).await.count_pages(&database, 3).await;
        for (batch, content, stored, total) in [(1, 0, 3, 3), (1, 0, 0, 3), (2, 0, 0, 3), (2, 1, 3, 6), (3, 1, 0, 6)] {
            let mut tx = begin(&database).await;
            let saved = prospects::save_page(&mut tx, &job, batch, &page_of_people(content), i64::MAX).await.expect("saved");
            commit(tx).await;
            assert_eq!((saved.stored, saved.total), (stored, total), "batch {batch} with page {content}");
        }
        assert_eq!(rows(&database, job.id).await, [0, 1, 2, 3, 4, 5]);
        assert_eq!(prospects::count(&mut read(&database).await, job.id).await.expect("the count"), 6);
    }

    async fn immunity_16_one_person_is_one_row_under_whatever_id(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let (job, other) = (home.count_pages(&database, 3).await, home.count_pages(&database, 3).await);
        let twice = |api, id: &str, position| PersonRecord { api, provider_id: id.to_owned(), position, ..person(7) };
        let page = [twice(Api::Classic, "ACoAA7", 0), person_at(8, 1), twice(Api::Recruiter, "AEMAA7", 2)];
        for (job, stored) in [(&job, 2), (&job, 0), (&other, 2)] {
            let mut tx = begin(&database).await;
            let saved = prospects::save_page(&mut tx, job, 1, &page, i64::MAX).await.expect("saved");
            commit(tx).await;
            assert_eq!(saved.stored, stored, "once a search, and in every search");
        }
    }

    async fn immunity_09_no_more_rows_are_stored_than_there_is_room_for(test: TestDatabase) {
        let database = test.database();
        let job = home(&database).await.count_pages(&database, 3).await;
        for (content, room, stored) in [(0, 2, 2), (0, 1, 1), (1, 0, 0), (1, -5, 0)] {
            let mut tx = begin(&database).await;
            let saved = prospects::save_page(&mut tx, &job, content + 1, &page_of_people(content), room).await;
            commit(tx).await;
            assert_eq!(saved.expect("saved").stored, stored);
        }
        assert_eq!(rows(&database, job.id).await, [0, 1, 2]);
    }

    async fn immunity_11_a_page_that_is_rolled_back_leaves_no_trace(test: TestDatabase) {
        let database = test.database();
        let job = home(&database).await.count_pages(&database, 3).await;
        let mut tx = begin(&database).await;
        prospects::save_page(&mut tx, &job, 1, &page_of_people(0), i64::MAX).await.expect("saved");
        drop(tx);
        assert_eq!(rows(&database, job.id).await, Vec::<i64>::new());
        let mut tx = begin(&database).await;
        let saved = prospects::save_page(&mut tx, &job, 1, &page_of_people(0), i64::MAX).await.expect("saved");
        assert_eq!((saved.stored, saved.total), (3, 3));
    }

    async fn workers_that_save_the_same_people_at_once_store_each_once_a_search(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let mut jobs = Vec::new();
        for _ in 0..4 {
            jobs.push(home.count_pages(&database, 3).await);
        }
        let page: Vec<PersonRecord> = (0..20)
            .map(|n| PersonRecord { member_urn: None, public_identifier: Some(format!("person-{n}")), ..person_at(n, n) })
            .collect();
        for batch in [1, 2] {
            let mut workers = tokio::task::JoinSet::new();
            for job in jobs.clone() {
                let (database, page) = (database.clone(), page.clone());
                workers.spawn(async move {
                    let mut tx = begin(&database).await;
                    let saved = prospects::save_page(&mut tx, &job, batch, &page, i64::MAX).await.expect("saved");
                    commit(tx).await;
                    (saved.stored, saved.total)
                });
            }
            assert_eq!(workers.join_all().await, vec![if batch == 1 { (20, 20) } else { (0, 20) }; 4], "batch {batch}");
        }
    }

    async fn a_page_number_and_a_position_are_stored_once(test: TestDatabase) {
        let database = test.database();
        let queued = home(&database).await.count_pages(&database, 3).await;
        let job = claim(&database, queued.id, Duration::from_secs(30)).await.expect("a due job");
        let page = StoredPage { received: 3, stored: 3, rejected: 0 };
        let mut tx = begin(&database).await;
        job_pages::insert(&mut tx, &job, 1, "first", page).await.expect("stored");
        commit(tx).await;
        for (batch, position) in [(1, "second"), (2, "first")] {
            let mut tx = begin(&database).await;
            let told = job_pages::insert(&mut tx, &job, batch, position, page).await;
            assert!(matches!(told, Err(StoreError::Taken(_))), "{batch} {position}: {told:?}");
        }
        let mut conn = read(&database).await;
        assert!(job_pages::is_known(&mut conn, job.id, "first").await.expect("an answer"));
        assert!(!job_pages::is_known(&mut conn, job.id, "second").await.expect("an answer"));
    }

    async fn rows_that_cannot_be_read_are_kept_with_their_error(test: TestDatabase) {
        let database = test.database();
        let job = home(&database).await.count_pages(&database, 3).await;
        let rejected = [RejectedRecord { position: 4, error: "no id".to_owned(), raw: serde_json::json!({ "name": "?" }) }];
        let mut tx = begin(&database).await;
        prospects::keep_rejected(&mut tx, &job, 1, &rejected).await.expect("kept");
        commit(tx).await;
        let row = sluice::store::database::sql("SELECT error, raw FROM rejected_rows WHERE job_id = $1 AND position = 4")
            .bind(job.id)
            .fetch_one(&mut read(&database).await)
            .await
            .expect("the row");
        assert_eq!(row.get::<String>("error").expect("text"), "no id");
        assert_eq!(row.json::<serde_json::Value>("raw").expect("JSON"), rejected[0].raw);
    }
}

fn person_at(number: i64, position: i64) -> PersonRecord {
    PersonRecord { position: usize::try_from(position).expect("small"), ..person(number) }
}
