//! The database's clock, and statements that are refused.

use std::time::Duration;

use sluice::domain::job::JobState;
use sluice::store::database::sql;
use sluice::store::jobs::leases;

use crate::support::fixtures::{begin, commit, home, job_in, now, read};
use crate::support::{TestDatabase, each_database};

each_database! {
    async fn a_missing_argument_is_refused_and_not_taken_for_null(test: TestDatabase) {
        let database = test.database();
        let mut conn = read(&database).await;
        for text in ["SELECT CAST($1 AS BIGINT) AS a, CAST($2 AS BIGINT) AS b", "SELECT {now} AS now, CAST($1 AS BIGINT) AS a, CAST($2 AS BIGINT) AS b"] {
            let told = sql(text).bind(1_i64).fetch_all(&mut conn).await;
            assert!(told.is_err_and(|error| !error.is_transient()), "too few: {text}");
            let told = sql(text).bind(1_i64).bind(2_i64).bind(3_i64).fetch_all(&mut conn).await;
            assert!(told.is_err(), "too many: {text}");
            let row = sql(text).bind(1_i64).bind(2_i64).fetch_one(&mut conn).await.expect("the right number");
            assert_eq!(row.get::<i64>("b").expect("a number"), 2);
        }
    }

    async fn time_goes_on_within_one_handle_and_by_an_offset(test: TestDatabase) {
        let database = test.database();
        let first = now(&database).await;
        let second = now(&database).await;
        assert!(second >= first);
        database.advance_clock(Duration::from_secs(90));
        assert!(now(&database).await.since(second) >= Duration::from_secs(90));
        let row = sql("SELECT {now} AS now").fetch_one(&mut read(&database).await).await.expect("the time");
        assert!(row.get::<i64>("now").expect("a time") >= second.plus(Duration::from_secs(90)).0, "statements see the same clock");
    }

    async fn a_connection_for_reading_cannot_write_on_sqlite(test: TestDatabase) {
        let database = test.database();
        let told = sql("UPDATE database_clock SET high_water = high_water WHERE id = 1").execute(&mut read(&database).await).await;
        assert_eq!(told.is_err(), database.name() == "sqlite");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_never_goes_back_over_a_restart_on_sqlite() {
    let test = TestDatabase::sqlite().await;
    let database = test.database();
    let home = home(&database).await;
    database.advance_clock(Duration::from_secs(7_200));
    let running = job_in(&database, home, JobState::Running).await;
    let mut tx = begin(&database).await;
    leases::heartbeat(&mut tx, &[(running.id, running.epoch)], Duration::from_secs(30)).await.expect("a heartbeat");
    commit(tx).await;
    let mark = running.started_at.expect("a start");
    database.close().await;

    // The new process has no offset: its machine's clock lies two hours behind the mark.
    let again = test.open_again().await;
    again.migrate().await.expect("the schema is up to date");
    assert!(now(&again).await >= mark);
    again.close().await;
}
