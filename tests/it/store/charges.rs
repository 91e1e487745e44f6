//! Budgets: what an account may spend in any 24 hours.

use std::time::Duration;

use sluice::domain::{AccountId, JobId, Micros};
use sluice::store::Database;
use sluice::store::charges::{self, Action, Charge};

use crate::support::each_database;
use crate::support::fixtures::{begin, commit, home, now, read};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn charge(database: &Database, account: AccountId, action: Action, amount: i64, budget: i64) -> Charge {
    let mut tx = begin(database).await;
    let charge = charges::make(&mut tx, account, JobId::new(), action, amount, budget).await.expect("a charge");
    commit(tx).await;
    charge
}

async fn used(database: &Database, account: AccountId, action: Action) -> i64 {
    charges::used(&mut read(database).await, account, action).await.expect("the sum")
}

each_database! {
    async fn a_budget_is_spent_to_its_last_row_and_no_further(test: TestDatabase) {
        let database = test.database();
        let account = home(&database).await.account;
        for _ in 0..10 {
            assert!(matches!(charge(&database, account, Action::SearchRows, 100, 1_000).await, Charge::Made(_)));
        }
        assert!(matches!(charge(&database, account, Action::SearchRows, 1, 1_000).await, Charge::Exceeded { .. }));
        assert_eq!(used(&database, account, Action::SearchRows).await, 1_000);
    }

    async fn a_spent_budget_says_when_enough_of_it_is_free_again(test: TestDatabase) {
        let database = test.database();
        let account = home(&database).await.account;
        let first = now(&database).await;
        for _ in 0..3 {
            charge(&database, account, Action::SearchRows, 100, 300).await;
            database.advance_clock(HOUR);
        }
        for (amount, hours) in [(50, 0), (100, 0), (101, 1), (250, 2)] {
            let Charge::Exceeded { until, wait } = charge(&database, account, Action::SearchRows, amount, 300).await else {
                panic!("{amount} fit into a spent budget");
            };
            let expected = first.plus(DAY + HOUR * hours);
            assert!(until.since(expected) < Duration::from_secs(60) && until >= expected, "{amount}: {until:?} {expected:?}");
            assert!(wait <= DAY - HOUR * (3 - hours) + Duration::from_secs(60), "{amount}: {wait:?}");
        }
        let Charge::Exceeded { wait, .. } = charge(&database, account, Action::SearchRows, 100, 300).await else { panic!("spent") };
        database.advance_clock(wait);
        assert!(matches!(charge(&database, account, Action::SearchRows, 100, 300).await, Charge::Made(_)), "at the time that was said");
        assert!(matches!(charge(&database, account, Action::SearchRows, 100, 300).await, Charge::Exceeded { .. }));
    }

    async fn a_charge_is_settled_once_to_what_the_call_brought(test: TestDatabase) {
        let database = test.database();
        let account = home(&database).await.account;
        let mut ids = Vec::new();
        for _ in 0..2 {
            let Charge::Made(id) = charge(&database, account, Action::SearchRows, 100, 200).await else { panic!("it fits") };
            ids.push(id);
        }
        let mut tx = begin(&database).await;
        charges::settle(&mut tx, ids[0], 25).await.expect("settled");
        charges::settle(&mut tx, ids[0], 0).await.expect("a second settlement changes nothing");
        charges::settle(&mut tx, ids[1], 0).await.expect("refunded");
        commit(tx).await;
        assert_eq!(used(&database, account, Action::SearchRows).await, 25);
        assert!(matches!(charge(&database, account, Action::SearchRows, 175, 200).await, Charge::Made(_)));
    }

    async fn the_window_rolls_and_never_resets(test: TestDatabase) {
        let database = test.database();
        let account = home(&database).await.account;
        charge(&database, account, Action::SearchRows, 60, 100).await;
        database.advance_clock(HOUR * 12);
        charge(&database, account, Action::SearchRows, 40, 100).await;
        database.advance_clock(HOUR * 11);
        assert_eq!(used(&database, account, Action::SearchRows).await, 100);
        database.advance_clock(HOUR);
        assert_eq!(used(&database, account, Action::SearchRows).await, 40, "the older charge alone has lapsed");
        let mut tx = begin(&database).await;
        assert_eq!(charges::prune(&mut tx).await.expect("pruned"), 0, "nothing is dropped that a person may ask about");
        commit(tx).await;
        database.advance_clock(DAY * 15);
        let mut tx = begin(&database).await;
        assert_eq!(charges::prune(&mut tx).await.expect("pruned"), 2);
    }

    async fn what_was_spent_is_told_by_the_quarter_of_an_hour(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let quarter = |at: Micros| Micros(at.0 - at.0 % 900_000_000);
        let begun = now(&database).await;
        charge(&database, home.account, Action::SearchRows, 30, 1_000).await;
        charge(&database, home.account, Action::Profiles, 7, 1_000).await;
        database.advance_clock(HOUR * 30);
        charge(&database, home.account, Action::SearchRows, 40, 1_000).await;
        charge(&database, home.account, Action::SearchRows, 2, 1_000).await;
        let ended = now(&database).await;
        let spent = charges::by_quarter(&mut read(&database).await, home.account, Action::SearchRows, begun).await.expect("it is read");
        // The test itself may cross the end of a quarter.
        assert_eq!(spent.iter().map(|(_, amount)| amount).sum::<i64>(), 72);
        assert_eq!(spent.first().map(|(at, amount)| (*at <= begun && *at >= quarter(begun), *amount)), Some((true, 30)), "{spent:?}");
        assert!(spent.last().is_some_and(|(at, _)| *at == quarter(ended)), "{spent:?}");
        let later = charges::by_quarter(&mut read(&database).await, home.account, Action::SearchRows, begun.plus(HOUR)).await;
        assert_eq!(later.expect("it is read").iter().map(|(_, amount)| amount).sum::<i64>(), 42);
    }

    async fn immunity_26_workers_that_charge_at_once_cannot_overspend(test: TestDatabase) {
        let database = test.database();
        let account = home(&database).await.account;
        let handles = [database.clone(), test.open_again().await, test.open_again().await];
        let mut chargers = tokio::task::JoinSet::new();
        for charger in 0..12 {
            let handle = handles[charger % handles.len()].clone();
            chargers.spawn(async move { charge(&handle, account, Action::SearchRows, 100, 500).await });
        }
        let made = chargers.join_all().await.into_iter().filter(|charge| matches!(charge, Charge::Made(_))).count();
        assert_eq!(made, 5);
        assert_eq!(used(&database, account, Action::SearchRows).await, 500);
        for handle in &handles[1..] {
            handle.close().await;
        }
    }

    async fn immunity_26_a_budget_survives_a_restart(test: TestDatabase) {
        let database = test.database();
        let account = home(&database).await.account;
        charge(&database, account, Action::SearchRows, 100, 100).await;
        database.close().await;
        let again = test.open_again().await;
        assert!(matches!(charge(&again, account, Action::SearchRows, 1, 100).await, Charge::Exceeded { .. }));
        again.close().await;
    }

    async fn immunity_27_one_action_does_not_spend_the_budget_of_another(test: TestDatabase) {
        let database = test.database();
        let (one, other) = (home(&database).await.account, home(&database).await.account);
        charge(&database, one, Action::SearchRows, 100, 100).await;
        assert!(matches!(charge(&database, one, Action::Profiles, 1, 100).await, Charge::Made(_)));
        assert!(matches!(charge(&database, other, Action::SearchRows, 100, 100).await, Charge::Made(_)));
        assert!(matches!(charge(&database, one, Action::SearchRows, 0, 100).await, Charge::Made(_)), "what costs nothing is never held up");
    }
}
