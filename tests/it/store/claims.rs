//! Which jobs a worker gets, and how it keeps them.

use std::collections::HashSet;
use std::time::Duration;

use sluice::domain::JobId;
use sluice::domain::job::{JobState, Wanted};
use sluice::store::jobs::control;
use sluice::store::jobs::leases::{self, Then, Until};
use sluice::store::{Database, due};

use crate::support::each_database;
use crate::support::fixtures::{begin, claim, commit, enqueue, home, job, job_in, now, read, settle};

const LEASE: Duration = Duration::from_secs(30);

async fn claim_most(database: &Database, most: usize) -> Vec<JobId> {
    let mut tx = begin(database).await;
    let claimed = leases::claim(&mut tx, most, LEASE, None).await.expect("a claim");
    commit(tx).await;
    claimed.into_iter().map(|claimed| claimed.job.id).collect()
}

each_database! {
    async fn workspaces_take_turns_whatever_they_have_queued(test: TestDatabase) {
        let database = test.database();
        let (busy, small) = (home(&database).await, home(&database).await);
        let mut queued = Vec::new();
        for _ in 0..50 {
            queued.push(busy.count_pages(&database, 1).await.id);
        }
        let alone = small.count_pages(&database, 1).await.id;
        assert_eq!(claim_most(&database, 1).await, [queued[0]], "nobody had a turn, so the longest due goes first");
        assert_eq!(claim_most(&database, 1).await, [alone]);
        assert_eq!(claim_most(&database, 2).await, [queued[1], queued[2]]);
    }

    async fn one_claim_of_several_jobs_takes_turns_too(test: TestDatabase) {
        let database = test.database();
        let (one, other) = (home(&database).await, home(&database).await);
        let mut ids = Vec::new();
        for home in [one, one, one, other, other] {
            ids.push(home.count_pages(&database, 1).await.id);
        }
        assert_eq!(claim_most(&database, 4).await, [ids[0], ids[3], ids[1], ids[4]]);
    }

    async fn the_workspace_that_waited_longest_goes_first(test: TestDatabase) {
        let database = test.database();
        let homes = [home(&database).await, home(&database).await, home(&database).await];
        let mut turns = Vec::new();
        for home in homes.iter().rev() {
            let id = home.count_pages(&database, 1).await.id;
            assert_eq!(claim_most(&database, 1).await, [id]);
            turns.push(home.workspace);
        }
        let mut ids = Vec::new();
        for home in homes {
            ids.push(home.count_pages(&database, 1).await.id);
        }
        assert_eq!(claim_most(&database, 3).await, [ids[2], ids[1], ids[0]], "{turns:?}");
    }

    async fn priority_counts_within_a_workspace_and_then_the_longer_due(test: TestDatabase) {
        let database = test.database();
        let (home, other) = (home(&database).await, home(&database).await);
        let mut ids = Vec::new();
        for priority in [0, 9, 0, 9, -3] {
            let mut new = home.counting(1);
            new.priority = priority;
            ids.push(enqueue(&database, &new).await.id);
        }
        let elsewhere = other.count_pages(&database, 1).await.id;
        assert_eq!(claim_most(&database, 9).await, [ids[1], elsewhere, ids[3], ids[0], ids[2], ids[4]]);
    }

    async fn only_due_jobs_are_claimed(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let mut due = Vec::new();
        for state in JobState::ALL {
            let job = job_in(&database, home, *state).await;
            if *state == JobState::Queued {
                due.push(job.id);
            }
        }
        assert_eq!(claim_most(&database, 20).await, due);
        database.advance_clock(Duration::from_secs(3601));
        let states: HashSet<JobState> = {
            let mut tx = begin(&database).await;
            let claimed = leases::claim(&mut tx, 20, LEASE, None).await.expect("a claim");
            claimed.iter().map(|claimed| if claimed.taken_over { JobState::Running } else { JobState::Waiting }).collect()
        };
        assert_eq!(states, HashSet::from([JobState::Running, JobState::Waiting]), "the others never become due by themselves");
    }

    async fn every_claim_raises_epoch_and_attempt(test: TestDatabase) {
        let database = test.database();
        let queued = home(&database).await.count_pages(&database, 1).await;
        for claims in 1..=3 {
            let before = now(&database).await;
            let running = claim(&database, queued.id, LEASE).await.expect("a due job");
            assert_eq!((running.state, running.epoch, running.attempt), (JobState::Running, claims, claims));
            assert!(running.lease_until.expect("a lease") >= before.plus(LEASE));
            assert!(claim(&database, queued.id, LEASE).await.is_none(), "held");
            database.advance_clock(LEASE + Duration::from_secs(1));
        }
    }

    async fn a_lease_that_ran_out_is_taken_over_and_its_time_is_counted(test: TestDatabase) {
        let database = test.database();
        let queued = home(&database).await.count_pages(&database, 1).await;
        claim(&database, queued.id, LEASE).await.expect("a due job");
        database.advance_clock(Duration::from_secs(3600));
        let mut tx = begin(&database).await;
        let claimed = leases::claim(&mut tx, 1, LEASE, None).await.expect("a claim");
        commit(tx).await;
        assert!(claimed[0].taken_over);
        let worked = Duration::from_micros(u64::try_from(claimed[0].job.worked_us).expect("time goes on"));
        assert_eq!(worked, LEASE, "the lost worker's time is counted up to its lease and no further");
    }

    async fn immunity_04_workers_that_claim_at_once_never_get_the_same_job(test: TestDatabase) {
        let database = test.database();
        let (one, other) = (home(&database).await, home(&database).await);
        for _ in 0..20 {
            one.count_pages(&database, 1).await;
            other.count_pages(&database, 1).await;
        }
        let handles = [database.clone(), test.open_again().await, test.open_again().await, test.open_again().await];
        let mut workers = tokio::task::JoinSet::new();
        for handle in handles.clone() {
            workers.spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let claimed = claim_most(&handle, 3).await;
                    if claimed.is_empty() {
                        return mine;
                    }
                    mine.extend(claimed);
                }
            });
        }
        let claimed: Vec<JobId> = workers.join_all().await.concat();
        let distinct: HashSet<&JobId> = claimed.iter().collect();
        assert_eq!((claimed.len(), distinct.len()), (40, 40));
        for handle in &handles[1..] {
            handle.close().await;
        }
    }

    async fn a_heartbeat_keeps_what_is_held_and_says_what_is_wanted(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let mut running = Vec::new();
        for _ in 0..4 {
            running.push(job_in(&database, home, JobState::Running).await);
        }
        let mut tx = begin(&database).await;
        control::pause(&mut tx, home.scope(), running[1].id).await.expect("pause").expect("a running job");
        commit(tx).await;
        settle(&database, &running[2], Then::Wait { until: Until::After(Duration::ZERO), reason: None }).await;
        database.advance_clock(Duration::from_secs(20));

        let held: Vec<_> = running.iter().map(|job| (job.id, if job.id == running[3].id { job.epoch - 1 } else { job.epoch })).collect();
        let mut tx = begin(&database).await;
        let mut kept = leases::heartbeat(&mut tx, &held, LEASE).await.expect("a heartbeat");
        commit(tx).await;
        kept.sort_unstable_by_key(|(id, _)| *id);
        assert_eq!(kept, [(running[0].id, None), (running[1].id, Some(Wanted::Pause))], "given back and fenced off are lost");

        database.advance_clock(Duration::from_secs(15));
        assert!(claim(&database, running[0].id, LEASE).await.is_none(), "kept");
        assert!(claim(&database, running[3].id, LEASE).await.is_some(), "a heartbeat of an older epoch keeps nothing");
        let wanted = leases::wanted(&mut read(&database).await, &held).await.expect("the wishes");
        assert_eq!(wanted, [(running[1].id, Wanted::Pause)]);
    }

    async fn the_next_due_time_is_that_of_the_first_job_or_lease(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        assert_eq!(due::next(&mut read(&database).await).await.expect("a time").job, None);
        let queued = home.count_pages(&database, 1).await;
        assert_eq!(due::next(&mut read(&database).await).await.expect("a time").job, Some(Duration::ZERO));
        claim(&database, queued.id, LEASE).await.expect("a due job");
        let lease = due::next(&mut read(&database).await).await.expect("a time").job.expect("a lease");
        assert!(lease > LEASE / 2 && lease <= LEASE, "{lease:?}");
        database.advance_clock(LEASE + Duration::from_secs(1));
        assert_eq!(due::next(&mut read(&database).await).await.expect("a time").job, Some(Duration::ZERO));
    }

    async fn what_an_earlier_process_had_running_is_freed_at_once(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let running = job_in(&database, home, JobState::Running).await;
        let paused = job_in(&database, home, JobState::Paused).await;
        let mut tx = begin(&database).await;
        let freed = leases::recover(&mut tx).await.expect("the recovery");
        commit(tx).await;
        assert_eq!(freed.iter().map(|job| (job.id, job.state, job.attempt)).collect::<Vec<_>>(), [(running.id, JobState::Waiting, 1)]);
        assert_eq!(job(&database, paused.id).await.state, JobState::Paused);
        assert_eq!(claim(&database, running.id, LEASE).await.expect("due at once").attempt, 2, "a page that kills its process is counted");
    }
}
