//! Jobs made by the clock.

use std::time::Duration;

use sluice::domain::{JobId, Micros, ScheduleId, Scope};
use sluice::store::database::sql;
use sluice::store::schedules::{self, Schedule};
use sluice::store::{Database, due};

use crate::support::each_database;
use crate::support::fixtures::{Home, begin, commit, home, job, now, read};

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn nightly(database: &Database, home: Home) -> Schedule {
    let new = home.nightly(1);
    let next = schedules::next_after(&new.cron, &new.time_zone, now(database).await).expect("a time");
    let mut tx = begin(database).await;
    let schedule = schedules::insert(&mut tx, &new, next).await.expect("the schedule is stored");
    commit(tx).await;
    schedule
}

async fn fire(database: &Database) -> Vec<JobId> {
    let mut tx = begin(database).await;
    let made = schedules::fire_due(&mut tx, 2).await.expect("fired");
    commit(tx).await;
    made
}

async fn find(database: &Database, id: ScheduleId) -> Schedule {
    schedules::find(&mut read(database).await, Scope::System, id).await.expect("it is read").expect("the schedule is there")
}

fn at(text: &str) -> Micros {
    Micros(text.parse::<jiff::Timestamp>().expect("a time").as_microsecond())
}

each_database! {
    async fn a_due_schedule_makes_one_job_and_moves_on(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let schedule = nightly(&database, home).await;
        assert_eq!(fire(&database).await, []);
        let until = due::next(&mut read(&database).await).await.expect("a time").schedule.expect("a schedule");
        assert!(until > Duration::ZERO && until <= DAY + Duration::from_secs(3600), "{until:?}");
        database.advance_clock(until);
        assert_eq!(due::next(&mut read(&database).await).await.expect("a time").schedule, Some(Duration::ZERO));

        let made = fire(&database).await;
        assert_eq!(made.len(), 1);
        assert_eq!(fire(&database).await, []);
        let job = job(&database, made[0]).await;
        assert_eq!((job.workspace_id, job.user_id, job.account_id), (home.workspace, home.user, Some(home.account)));
        assert_eq!(job.max_attempts, 2, "as often as its maker says");
        assert_eq!((job.schedule_id, job.kind, job.args), (Some(schedule.id), schedule.kind.clone(), schedule.args.clone()));
        let moved = find(&database, schedule.id).await;
        assert_eq!((moved.last_job_id, moved.enabled), (Some(made[0]), true));
        assert!(moved.next_at > schedule.next_at);
    }

    async fn times_that_were_missed_fire_once(test: TestDatabase) {
        let database = test.database();
        let schedule = nightly(&database, home(&database).await).await;
        database.advance_clock(DAY * 9);
        assert_eq!(fire(&database).await.len(), 1);
        assert_eq!(fire(&database).await.len(), 0);
        let moved = find(&database, schedule.id).await;
        assert!(moved.next_at > now(&database).await, "and the next time lies ahead");
    }

    async fn workers_that_fire_at_once_make_one_job(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        for _ in 0..5 {
            nightly(&database, home).await;
        }
        database.advance_clock(DAY * 2);
        let mut workers = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let database = database.clone();
            workers.spawn(async move { fire(&database).await });
        }
        assert_eq!(workers.join_all().await.concat().len(), 5);
        let rows = sql("SELECT count(*) AS made FROM jobs").fetch_one(&mut read(&database).await).await.expect("the count");
        assert_eq!(rows.get::<i64>("made").expect("a number"), 5);
    }

    async fn a_schedule_without_a_further_time_is_switched_off(test: TestDatabase) {
        let database = test.database();
        let schedule = nightly(&database, home(&database).await).await;
        let mut tx = begin(&database).await;
        sql("UPDATE schedules SET cron = $2 WHERE id = $1").bind(schedule.id).bind("no cron line").execute(&mut tx).await.expect("set");
        commit(tx).await;
        database.advance_clock(DAY * 2);
        assert_eq!(fire(&database).await.len(), 1);
        assert!(!find(&database, schedule.id).await.enabled);
        assert_eq!(fire(&database).await.len(), 0);
        assert_eq!(due::next(&mut read(&database).await).await.expect("a time").schedule, None);
    }

    async fn schedules_are_listed_and_removed_by_their_workspace_alone(test: TestDatabase) {
        let database = test.database();
        let (mine, theirs) = (home(&database).await, home(&database).await);
        let schedule = nightly(&database, mine).await;
        nightly(&database, theirs).await;
        let (listed, total) = schedules::list(&mut read(&database).await, mine.scope(), 10, 0).await.expect("the schedules");
        assert_eq!(listed.iter().map(|schedule| schedule.id).collect::<Vec<_>>(), [schedule.id]);
        assert_eq!(total, 1);
        assert!(schedules::find(&mut read(&database).await, theirs.scope(), schedule.id).await.expect("an answer").is_none());
        let mut tx = begin(&database).await;
        assert!(!schedules::delete(&mut tx, theirs.scope(), schedule.id).await.expect("an answer"));
        assert!(schedules::delete(&mut tx, mine.scope(), schedule.id).await.expect("an answer"));
        assert!(!schedules::delete(&mut tx, mine.scope(), schedule.id).await.expect("an answer"));
    }
}

#[test]
fn cron_lines_follow_the_wall_clock_of_their_zone() {
    // The night in which the clocks go forward has no half past two; the one in which they go back has two.
    let next = |zone: &str, after: &str| schedules::next_after("30 2 * * *", zone, at(after)).expect("a time");
    assert_eq!(next("Europe/Berlin", "2026-07-01T12:00:00Z"), at("2026-07-02T00:30:00Z"));
    assert_eq!(next("America/New_York", "2026-07-01T12:00:00Z"), at("2026-07-02T06:30:00Z"));
    let spring = next("Europe/Berlin", "2026-03-28T12:00:00Z");
    assert!(spring > at("2026-03-29T00:59:59Z") && spring <= at("2026-03-30T00:30:00Z"), "{spring:?}");
    let autumn = next("Europe/Berlin", "2026-10-24T12:00:00Z");
    assert_eq!(autumn, at("2026-10-25T00:30:00Z"));
    assert_eq!(schedules::next_after("0 9 * * 1-5", "UTC", at("2026-07-03T10:00:00Z")), Ok(at("2026-07-06T09:00:00Z")));
}
