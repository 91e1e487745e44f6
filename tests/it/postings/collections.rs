//! Bright Data: collections that are asked for once, waited for, and stored in parts.

use std::collections::BTreeSet;

use sluice::domain::ProviderName;
use sluice::domain::job::{JobState, StopReason};
use sluice::jobs::search_postings::start::SearchOrder;
use sluice::store::charges::{self, Action};
use sluice_providers::PostingQuery;

use super::stage::{PostingStage, told};
use crate::support::each_database;
use crate::support::sandbox::triggers;
use crate::support::search::SearchStage;

async fn stage(test: &crate::support::TestDatabase, faults: &str) -> PostingStage {
    PostingStage::of(SearchStage::new(test, faults).await, ProviderName::Brightdata).await
}

fn order(stage: &PostingStage) -> SearchOrder {
    let query = PostingQuery { keywords: Some("engineer".into()), location: Some("Worldwide".into()), ..PostingQuery::default() };
    SearchOrder { queries: vec![query], max_pages: 12, ..stage.order(&[]) }
}

each_database! {
    async fn a_collection_is_waited_for_without_a_worker_and_stored_whole(test: TestDatabase) {
        let stage = stage(&test, "dataset/not-ready@6").await;
        let job = stage.search(order(&stage)).await;
        let waiting = stage.slice(job).await;
        assert_eq!((waiting.state, waiting.rows_kept), (JobState::Waiting, 0));
        assert_eq!(waiting.waiting_reason.as_deref(), Some("The provider is collecting the postings."));
        let ended = stage.run_to_end(job).await;
        assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::TargetReached)), "{:#?}", stage.story(job).await);
        let statistics = stage.statistics(job).await;
        assert_eq!((statistics.found, statistics.new + statistics.filtered + statistics.failed), (120, 120), "no more than was wanted");
        assert_eq!(stage.count("SELECT count(*) AS found FROM postings WHERE detailed_at IS NULL OR source <> 'brightdata'").await, 0);
        assert_eq!(triggers(&stage.inner.sandbox).await, 1);
        let charged = charges::used(&mut stage.inner.database.read().await.unwrap(), stage.account, Action::SearchRows).await.unwrap();
        assert_eq!(charged, 120, "what the collection held, which was told how many are wanted");
    }

    async fn a_collection_has_its_time_from_when_it_was_asked_for(test: TestDatabase) {
        let stage = stage(&test, "dataset/not-ready@3").await;
        let job = stage.search(order(&stage)).await;
        // Working hours, a pause or other jobs may keep a job from beginning.
        stage.inner.database.advance_clock(std::time::Duration::from_secs(7 * 3_600));
        let waiting = stage.slice(job).await;
        assert_eq!(waiting.state, JobState::Waiting, "{:#?}", waiting.error);
        assert_eq!(stage.run_to_end(job).await.state, JobState::Completed);
    }

    async fn a_collection_that_fails_for_good_gives_its_charge_back(test: TestDatabase) {
        let stage = stage(&test, "dataset/snapshot-failed").await;
        let job = stage.search(order(&stage)).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!(told(&ended), (JobState::Failed, Some(StopReason::Error)), "{:#?}", stage.story(job).await);
        let charged = charges::used(&mut stage.inner.database.read().await.unwrap(), stage.account, Action::SearchRows).await.unwrap();
        assert_eq!(charged, 0);
    }

    async fn an_answer_that_was_lost_is_found_again_and_not_asked_for_twice(test: TestDatabase) {
        let stage = stage(&test, "dataset/lost-answer@3").await;
        let job = stage.search(order(&stage)).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!(ended.state, JobState::Completed, "{:#?}", stage.story(job).await);
        assert!(ended.retries > 0);
        assert_eq!(triggers(&stage.inner.sandbox).await, 1);
    }

    async fn immunity_15_rows_that_are_errors_are_counted_with_their_reason_and_never_imported(test: TestDatabase) {
        let inner = SearchStage::new(&test, "").await;
        let pages = PostingStage::of(inner, ProviderName::Linkedin).await;
        let seen = pages.visit("engineer", 20).await;
        let stage = PostingStage::of(pages.inner, ProviderName::Brightdata).await;
        let mut ids = seen.cards.clone();
        ids.push("3899999999".to_owned());
        let job = stage.fetch(&ids, None).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::Exhausted)), "{:#?}", stage.story(job).await);
        assert_eq!(stage.posting_ids().await, seen.found());
        let outcomes = stage.outcomes(job).await;
        let mut lost: BTreeSet<String> = seen.gone.union(&seen.replaced).cloned().collect();
        lost.insert("3899999999".to_owned());
        assert_eq!(outcomes["failed"], lost);
        for id in &lost {
            assert!(stage.reason_of(job, id).await.is_some_and(|reason| reason.ends_with('.')), "{id}");
        }
        assert_eq!(stage.count("SELECT count(*) AS found FROM postings WHERE status = 'saved'").await, seen.pages.len() as i64);
    }

    async fn an_empty_purse_ends_the_job_and_a_retry_goes_on(test: TestDatabase) {
        let stage = stage(&test, "dataset/402@2").await;
        let job = stage.search(order(&stage)).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!(told(&ended), (JobState::Failed, Some(StopReason::AccountTrouble)), "{:#?}", ended.error);
        assert!(ended.error.expect("an error").message.contains("balance"));
        sluice::jobs::control::grant(&stage.inner.database, sluice::domain::Scope::System, job, sluice::jobs::control::Wish::Retry)
            .await
            .expect("it can be retried");
        assert_eq!(stage.run_to_end(job).await.state, JobState::Completed, "the Retry that the message asks for is all that it needs");
        assert_eq!(stage.count("SELECT count(*) AS found FROM accounts WHERE state = 'connected' AND state_message IS NULL").await, 1);
    }

    async fn only_a_job_that_a_person_has_wanted_since_tries_an_account_in_trouble(test: TestDatabase) {
        let stage = stage(&test, "dataset/402@2").await;
        let (job, waiting) = (stage.search(order(&stage)).await, stage.search(order(&stage)).await);
        assert_eq!(told(&stage.slice(job).await).1, Some(StopReason::AccountTrouble));
        let before = crate::support::sandbox::calls(&stage.inner.sandbox).await;
        assert_eq!(told(&stage.slice(waiting).await), (JobState::Failed, Some(StopReason::AccountTrouble)));
        assert_eq!(crate::support::sandbox::calls(&stage.inner.sandbox).await, before, "nobody was asked");
    }
}
