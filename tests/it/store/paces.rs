//! The pace of an account: no two starts closer than the gap that was drawn.

use std::time::Duration;

use sluice::domain::AccountId;
use sluice::store::Database;
use sluice::store::database::sql;
use sluice::store::paces::{self, Slot, Start};

use crate::support::each_database;
use crate::support::fixtures::{begin, commit, home, now, read};

const GAP: Duration = Duration::from_secs(2);

async fn start(database: &Database, account: AccountId, slot: Option<Slot>, gap: Duration) -> Start {
    let mut tx = begin(database).await;
    let start = paces::start(&mut tx, account, slot, gap).await.expect("an answer");
    commit(tx).await;
    start
}

async fn reserve(database: &Database, account: AccountId) -> (Slot, Duration) {
    let mut tx = begin(database).await;
    let reserved = paces::reserve(&mut tx, account, GAP).await.expect("a slot");
    commit(tx).await;
    reserved
}

async fn push_back(database: &Database, account: AccountId, wait: Duration) {
    let mut tx = begin(database).await;
    paces::push_back(&mut tx, account, wait).await.expect("pushed back");
    commit(tx).await;
}

fn waits(start: Start) -> (Slot, Duration) {
    match start {
        Start::Wait { slot, wait } => (slot, wait),
        Start::Go => panic!("it started at once"),
    }
}

each_database! {
    async fn the_first_start_is_free_and_the_next_waits_for_its_gap(test: TestDatabase) {
        let database = test.database();
        let account = home(&database).await.account;
        assert_eq!(start(&database, account, None, GAP).await, Start::Go);
        let (slot, wait) = waits(start(&database, account, None, GAP).await);
        assert!(wait > GAP / 2 && wait <= GAP, "{wait:?}");
        let (_, third) = waits(start(&database, account, None, GAP).await);
        assert!(third > wait + GAP / 2 && third <= GAP * 2, "one slot each: {third:?}");
        assert!(matches!(start(&database, account, Some(slot), GAP).await, Start::Wait { .. }), "not before its time");
        database.advance_clock(wait);
        assert_eq!(start(&database, account, Some(slot), GAP).await, Start::Go);
    }

    async fn a_job_reserves_its_next_start_with_its_page(test: TestDatabase) {
        let database = test.database();
        let account = home(&database).await.account;
        assert_eq!(start(&database, account, None, GAP).await, Start::Go);
        let ((one, first), (other, second)) = (reserve(&database, account).await, reserve(&database, account).await);
        assert!(other.at_us - one.at_us >= one.gap_us, "{one:?} {other:?}");
        assert!(second > first && second <= GAP * 2);
        database.advance_clock(second);
        assert_eq!(start(&database, account, Some(one), GAP).await, Start::Go, "late");
        let (moved, wait) = waits(start(&database, account, Some(other), GAP).await);
        assert!(wait > GAP / 2 && moved.at_us > other.at_us, "a late start keeps the next one away from it: {wait:?}");
        database.advance_clock(wait);
        assert_eq!(start(&database, account, Some(moved), GAP).await, Start::Go);
    }

    async fn a_block_moves_everybody_and_voids_what_was_reserved(test: TestDatabase) {
        let database = test.database();
        let account = home(&database).await.account;
        assert_eq!(start(&database, account, None, GAP).await, Start::Go);
        let (reserved, _) = reserve(&database, account).await;
        push_back(&database, account, Duration::from_secs(60)).await;
        database.advance_clock(Duration::from_secs(10));
        let (slot, wait) = waits(start(&database, account, Some(reserved), GAP).await);
        assert!(wait > Duration::from_secs(45), "{wait:?}");
        let (behind, _) = waits(start(&database, account, None, GAP).await);
        assert!(behind.at_us - slot.at_us >= slot.gap_us, "they do not all come back at once");
        push_back(&database, account, Duration::from_secs(1)).await;
        let (_, later) = waits(start(&database, account, Some(slot), GAP).await);
        assert!(later > Duration::from_secs(45), "a shorter block does not lift a longer one: {later:?}");
        database.advance_clock(Duration::from_secs(60));
        assert_eq!(start(&database, account, Some(slot), GAP).await, Start::Go);
    }

    async fn strikes_are_counted_until_a_page_comes_through(test: TestDatabase) {
        let database = test.database();
        let account = home(&database).await.account;
        push_back(&database, account, GAP).await;
        push_back(&database, account, GAP).await;
        let mut tx = begin(&database).await;
        assert_eq!(paces::strikes(&mut tx, account).await.expect("strikes"), 2);
        paces::clear_strikes(&mut tx, account).await.expect("cleared");
        assert_eq!(paces::strikes(&mut tx, account).await.expect("strikes"), 0);
    }

    async fn accounts_do_not_wait_for_each_other(test: TestDatabase) {
        let database = test.database();
        let (one, other) = (home(&database).await.account, home(&database).await.account);
        assert_eq!(start(&database, one, None, GAP).await, Start::Go);
        push_back(&database, one, Duration::from_secs(60)).await;
        assert_eq!(start(&database, other, None, GAP).await, Start::Go);
    }

    async fn immunity_26_jobs_that_start_at_once_share_one_pace(test: TestDatabase) {
        let database = test.database();
        let account = home(&database).await.account;
        let handles = [database.clone(), test.open_again().await, test.open_again().await];
        let mut starters = tokio::task::JoinSet::new();
        for starter in 0..9 {
            let handle = handles[starter % handles.len()].clone();
            starters.spawn(async move { start(&handle, account, None, GAP).await });
        }
        let starts = starters.join_all().await;
        assert_eq!(starts.iter().filter(|start| **start == Start::Go).count(), 1);
        let mut slots: Vec<i64> = starts.into_iter().filter(|start| *start != Start::Go).map(|start| waits(start).0.at_us).collect();
        slots.sort_unstable();
        assert!(slots.windows(2).all(|pair| pair[1] - pair[0] >= 2_000_000), "{slots:?}");
        for handle in &handles[1..] {
            handle.close().await;
        }
    }

    async fn immunity_26_no_two_starts_are_closer_than_the_gap_whatever_the_jobs_go_through(test: TestDatabase) {
        let database = test.database();
        let account = home(&database).await.account;
        let mut draws = 12_345_u64;
        let mut draw = move |below: u64| {
            draws = draws.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (draws >> 33) % below
        };
        // Each job holds a slot or none; they start early, late, out of turn, and with gaps of their own.
        let mut slots: [Option<Slot>; 4] = [None; 4];
        let mut last: Option<(i64, i64)> = None;
        let mut starts = 0;
        for _ in 0..120 {
            let job = usize::try_from(draw(4)).expect("small");
            let gap = Duration::from_millis(500 + draw(1_500));
            if draw(12) == 0 {
                push_back(&database, account, Duration::from_millis(draw(3_000))).await;
            }
            match start(&database, account, slots[job], gap).await {
                Start::Go => {
                    let row = sql("SELECT last_start_at, gap_us FROM account_paces WHERE account_id = $1")
                        .bind(account)
                        .fetch_one(&mut read(&database).await)
                        .await
                        .expect("the pace");
                    let (at, gap_us) = (row.get::<i64>("last_start_at").expect("a time"), row.get::<i64>("gap_us").expect("a gap"));
                    if let Some((before, apart)) = last {
                        assert!(at - before >= apart, "{} µs after the last start, {apart} wanted", at - before);
                    }
                    last = Some((at, gap_us));
                    starts += 1;
                    slots[job] = if draw(3) == 0 { None } else { Some(reserve(&database, account).await.0) };
                }
                Start::Wait { slot, .. } => slots[job] = Some(slot),
            }
            database.advance_clock(Duration::from_millis(draw(1_200)));
        }
        assert!(starts > 20, "{starts} starts prove something; now {:?}", now(&database).await);
    }
}
