//! What happens when the host refuses us, asks us to slow down, or looks different.

use std::time::Duration;

use sluice::domain::Scope;
use sluice::domain::job::{JobState, StopReason};
use sluice::jobs::control::{Wish, grant};
use sluice::store::{hosts, posting_pages};
use sluice_providers::ProviderError;

use super::stage::{PostingStage, Script, told};
use crate::support::sandbox::{calls, set_faults};
use crate::support::{TestDatabase, each_database};

async fn retry(stage: &PostingStage, job: sluice::domain::JobId) {
    grant(&stage.inner.database, Scope::System, job, Wish::Retry).await.expect("it can be retried");
}

async fn blocked(stage: &PostingStage) -> Option<hosts::Block> {
    let host = hosts::key(sluice::domain::ProviderName::Linkedin, &stage.inner.sandbox.base_url().parse().expect("an address"));
    hosts::blocked(&mut stage.inner.database.read().await.unwrap(), &host).await.unwrap()
}

/// A host that refuses us at some call: the job ends as it should, others too, and a Retry goes on.
async fn refuse_and_go_on(test: &TestDatabase, fault: &'static str, said: &str) {
    let stage = PostingStage::new(test, "").await;
    let seen = stage.visit("engineer", 3).await;
    set_faults(&stage.inner.sandbox, fault).await;
    let other = stage.search(stage.order(&["manager"])).await;
    let job = stage.search(stage.order(&["engineer"])).await;
    let ended = stage.slice(job).await;
    assert_eq!(told(&ended), (JobState::Failed, Some(StopReason::Blocked)), "{fault}: {:#?}", stage.story(job).await);
    let message = ended.error.as_ref().expect("an error").message.clone();
    assert!(message.contains(said) && message.contains("Retry") && message.contains("Bright Data"), "{fault}: {message}");
    assert!(ended.rows_kept >= 20 && ended.is_partial(), "{fault}: {}", ended.rows_kept);
    assert_eq!(stage.posting_ids().await.len() as i64, ended.rows_kept, "{fault}");
    assert!(stage.statistics(job).await.found >= 20, "what it came to is told");
    assert_eq!(blocked(&stage).await.expect("the breaker is open").message, message);

    // Another job on that host ends the same way, and nobody is asked.
    let before = calls(&stage.inner.sandbox).await;
    let refused = stage.slice(other).await;
    assert_eq!(told(&refused), (JobState::Failed, Some(StopReason::Blocked)), "{fault}");
    let why = refused.error.expect("an error").message;
    assert!(
        why.starts_with("No call was made: ") && why.contains(" UTC. Retry asks once more") && why.ends_with(&message),
        "{fault}: {why}"
    );
    assert_eq!(calls(&stage.inner.sandbox).await, before, "{fault}: nobody was asked");

    // A person retries while nothing has changed: what it came to before is told all the same.
    let before = stage.statistics(job).await;
    set_faults(&stage.inner.sandbox, "postings/999,posting/999").await;
    retry(&stage, job).await;
    assert_eq!(stage.statistics(job).await, before, "{fault}");
    assert_eq!(told(&stage.slice(job).await), (JobState::Failed, Some(StopReason::Blocked)), "{fault}");
    assert_eq!(stage.statistics(job).await, before, "{fault}");

    // A person retries: the first answer closes the breaker for all.
    set_faults(&stage.inner.sandbox, "").await;
    retry(&stage, job).await;
    let ended = stage.run_to_end(job).await;
    assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::TargetReached)), "{fault}: {:#?}", stage.story(job).await);
    assert_eq!(blocked(&stage).await, None);
    assert_eq!(stage.posting_ids().await, seen.found(), "{fault}");
    retry(&stage, other).await;
    assert_eq!(stage.run_to_end(other).await.state, JobState::Completed, "{fault}");
}

each_database! {
    async fn a_999_in_the_middle_of_a_search_blocks_the_host_until_a_person_retries(test: TestDatabase) {
        refuse_and_go_on(&test, "postings/999@3", "status 999").await;
    }

    async fn a_403_in_the_middle_of_a_search_blocks_the_host_until_a_person_retries(test: TestDatabase) {
        refuse_and_go_on(&test, "postings/403@3", "status 403").await;
    }

    async fn the_authwall_in_the_middle_of_a_search_blocks_the_host_until_a_person_retries(test: TestDatabase) {
        refuse_and_go_on(&test, "postings/authwall@3", "authwall").await;
    }

    async fn a_999_instead_of_a_posting_blocks_the_host_until_a_person_retries(test: TestDatabase) {
        refuse_and_go_on(&test, "posting/999@12", "status 999").await;
    }

    async fn the_authwall_instead_of_a_posting_blocks_the_host_until_a_person_retries(test: TestDatabase) {
        refuse_and_go_on(&test, "posting/authwall@12", "authwall").await;
    }

    async fn a_new_job_of_a_person_tries_again_and_a_scheduled_one_does_not(test: TestDatabase) {
        let stage = PostingStage::new(&test, "postings/999@1").await;
        let job = stage.search(stage.order(&["engineer"])).await;
        assert_eq!(told(&stage.slice(job).await).1, Some(StopReason::Blocked));
        let scheduled = stage.search(stage.order(&["manager"])).await;
        let mut tx = stage.inner.database.begin().await.unwrap();
        let made = sluice::store::database::sql("UPDATE jobs SET schedule_id = $2 WHERE id = $1");
        made.bind(scheduled).bind(sluice::domain::ScheduleId::new()).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(told(&stage.slice(scheduled).await).1, Some(StopReason::Blocked));
        let by_hand = stage.search(stage.order(&["manager"])).await;
        assert_eq!(stage.run_to_end(by_hand).await.state, JobState::Completed);
        assert_eq!(blocked(&stage).await, None);
    }

    async fn immunity_28_a_429_parks_every_job_of_the_host_frees_the_worker_and_goes_on(test: TestDatabase) {
        let stage = PostingStage::new(&test, "postings/429@2=1440m").await;
        let job = stage.search(stage.order(&["engineer"])).await;
        let parked = stage.slice(job).await;
        assert_eq!((parked.state, parked.rows_kept, parked.attempt), (JobState::Waiting, 10, 0));
        assert!(parked.waiting_reason.as_deref().is_some_and(|reason| reason.contains("slow down")), "{parked:?}");
        let now = sluice::domain::Micros(stage.inner.database.now_us().await.unwrap());
        let left = parked.waiting_until().expect("it says until when").since(now);
        assert!(left > Duration::from_secs(86_000) && left <= Duration::from_secs(86_400), "{left:?}");
        let before = calls(&stage.inner.sandbox).await;
        let other = stage.fetch(&["3900000000".to_owned()], None).await;
        let other = stage.slice(other).await;
        assert_eq!((other.state, other.waiting_reason), (JobState::Waiting, parked.waiting_reason), "it is told the same reason");
        assert_eq!(calls(&stage.inner.sandbox).await, before, "the other job waits as well");
        assert_eq!(stage.run_to_end(job).await.state, JobState::Completed);
        assert_eq!(stage.statistics(job).await.found, 30);
    }

    async fn a_429_without_a_word_shuts_the_host_for_its_cool_down(test: TestDatabase) {
        let stage = PostingStage::new(&test, "postings/429@1").await;
        let job = stage.search(stage.order(&["engineer"])).await;
        let parked = stage.slice(job).await;
        let now = sluice::domain::Micros(stage.inner.database.now_us().await.unwrap());
        let left = parked.waiting_until().expect("it says until when").since(now);
        assert!(left > Duration::from_secs(890) && left <= Duration::from_secs(900), "{left:?}");
    }

    async fn a_429_that_says_at_once_again_and_again_waits_longer_each_time(test: TestDatabase) {
        let script = Script::searching(|_, _| Err(ProviderError::RateLimited { retry_after: Some(Duration::ZERO) }));
        let stage = PostingStage::scripted(&test, script).await;
        let job = stage.search(stage.order(&["engineer"])).await;
        for minutes in [1, 2, 4] {
            let parked = stage.slice(job).await;
            let now = sluice::domain::Micros(stage.inner.database.now_us().await.unwrap());
            let left = parked.waiting_until().expect("it says until when").since(now);
            let wanted = Duration::from_secs(60 * minutes);
            assert!(left > wanted - Duration::from_secs(10) && left <= wanted, "{left:?}");
            stage.inner.database.advance_clock(left);
        }
    }

    async fn a_page_that_looks_different_ends_the_job_and_is_kept(test: TestDatabase) {
        for fault in ["postings/drift@2"] {
            let test = test.again().await;
            let stage = PostingStage::new(&test, "").await;
            let seen = stage.visit("engineer", 3).await;
            set_faults(&stage.inner.sandbox, fault).await;
            let job = stage.search(stage.order(&["engineer"])).await;
            let ended = stage.run_to_end(job).await;
            assert_eq!(told(&ended), (JobState::Failed, Some(StopReason::MarkupChanged)), "{fault}: {:#?}", stage.story(job).await);
            assert!(ended.rows_kept >= 10, "{fault}");
            let kept = posting_pages::unread(&mut stage.inner.database.read().await.unwrap(), job).await.unwrap();
            assert_eq!(kept.len(), 1, "{fault}");
            assert!(kept[0].url.contains("/jobs-guest/") && kept[0].size > 500, "{fault}: {}", kept[0].url);
            assert_eq!(blocked(&stage).await, None, "others may go on");
            set_faults(&stage.inner.sandbox, "").await;
            retry(&stage, job).await;
            assert_eq!(stage.run_to_end(job).await.state, JobState::Completed, "{fault}");
            assert_eq!(stage.posting_ids().await, seen.found(), "{fault}");
        }
    }

    async fn one_posting_that_stays_unreadable_does_not_keep_the_others_away(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let seen = stage.visit("engineer", 1).await;
        let ids: Vec<String> = seen.found().into_iter().take(4).collect();
        set_faults(&stage.inner.sandbox, "posting/drift@2,posting/drift@3").await;
        let job = stage.fetch(&ids, None).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((told(&ended), ended.rows_kept), ((JobState::Completed, Some(StopReason::Exhausted)), 2), "{:#?}", stage.story(job).await);
        let reason = stage.reason_of(job, &ids[1]).await.expect("a reason");
        assert!(reason.contains("could not be read") && reason.contains("kept"), "{reason}");
    }

    async fn a_used_up_budget_parks_the_search_and_says_until_when(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        stage.set_budget(25).await;
        let job = stage.search(sluice::jobs::search_postings::start::SearchOrder { fetch_details: false, ..stage.order(&["engineer"]) }).await;
        let parked = stage.slice(job).await;
        assert_eq!((parked.state, parked.rows_kept, parked.attempt), (JobState::Waiting, 20, 0));
        assert!(parked.waiting_reason.as_deref().is_some_and(|reason| reason.contains("25 rows in 24 hours")), "{parked:?}");
        assert_eq!(stage.run_to_end(job).await.rows_kept, 30, "a day later it goes on");
        stage.set_budget(5).await;
        let job = stage.search(stage.order(&["engineer"])).await;
        assert_eq!(told(&stage.slice(job).await), (JobState::Failed, Some(StopReason::AccountBudget)));
    }

    async fn a_stored_session_reads_members_pages_is_shown_to_nobody_and_an_expired_one_is_its_users_trouble(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let ids: Vec<String> = stage.visit("engineer", 1).await.found().into_iter().take(2).collect();
        let member = super::stage::add_account_with(&stage.inner, sluice::domain::ProviderName::Linkedin, Duration::ZERO, Some("AQEDbmVtYmVy")).await;
        let stage = PostingStage { account: member, ..stage };
        let job = stage.fetch(&ids, None).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((told(&ended), ended.rows_kept), ((JobState::Completed, Some(StopReason::Exhausted)), 2), "{:#?}", stage.story(job).await);
        let paths = crate::support::sandbox::paths(&stage.inner.sandbox).await;
        assert_eq!(paths.iter().filter(|path| path.starts_with("/jobs/view/")).count(), 2, "{paths:?}");
        let whole = format!("{ended:?}{:?}{:?}", stage.story(job).await, stage.items(job).await);
        assert!(!whole.contains("AQEDbmVtYmVy"));
        assert_eq!(stage.count("SELECT count(*) AS found FROM events WHERE data LIKE '%AQEDbmVtYmVy%'").await, 0);

        let expired = super::stage::add_account_with(&stage.inner, sluice::domain::ProviderName::Linkedin, Duration::ZERO, Some("expired")).await;
        let stage = PostingStage { account: expired, ..stage };
        let job = stage.fetch(&ids, None).await;
        assert_eq!(told(&stage.run_to_end(job).await), (JobState::Failed, Some(StopReason::AccountTrouble)));
        let others = PostingStage { account: member, ..stage };
        let job = others.fetch(&ids, None).await;
        assert_eq!(told(&others.run_to_end(job).await), (JobState::Completed, Some(StopReason::Exhausted)), "the host stays open to all others");
    }

    async fn the_host_is_asked_at_the_accounts_pace_by_all_jobs_together(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let slow = super::stage::add_account(&stage.inner, sluice::domain::ProviderName::Linkedin, Duration::from_millis(120)).await;
        let order = |words| sluice::jobs::search_postings::start::SearchOrder {
            account_id: Some(slow),
            fetch_details: false,
            max_pages: 4,
            ..stage.order(&[words])
        };
        let (one, other) = (stage.search(order("engineer")).await, stage.search(order("manager")).await);
        let worker = crate::support::worker::Worker::start(&stage.inner.engine(crate::support::worker::settings()));
        stage.until(one, |job| job.state.is_final()).await;
        stage.until(other, |job| job.state.is_final()).await;
        worker.stop().await;
        let mut starts = crate::support::sandbox::starts(&stage.inner.sandbox).await;
        starts.sort_unstable();
        assert_eq!(starts.len(), 8);
        // What a call takes to get there may vary by some milliseconds.
        assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 100_000), "{starts:?}");
    }
}
