//! Opening a database: the schema, the clock, a second handle.

use std::time::Duration;

use sluice::store::SchemaState;

use crate::support::each_database;

each_database! {
    async fn a_fresh_database_is_up_to_date_after_its_migration(test: TestDatabase) {
        assert_eq!(test.database().schema_state().await.expect("the schema is read"), SchemaState::UpToDate);
        test.database().migrate().await.expect("a second migration changes nothing");
        assert!(test.folder().is_dir());
    }

    async fn the_clock_of_one_handle_can_be_moved(test: TestDatabase) {
        let database = test.database();
        let before = database.now_us().await.expect("the time");
        database.advance_clock(Duration::from_secs(3600));
        let after = database.now_us().await.expect("the time");
        assert!(after - before >= 3_600_000_000, "{before} {after}");
    }

    async fn a_second_handle_sees_the_same_schema(test: TestDatabase) {
        let again = test.open_again().await;
        assert_eq!(again.schema_state().await.expect("the schema is read"), SchemaState::UpToDate, "{}", test.url());
        again.close().await;
    }
}
