//! Searches against the sandbox: caps, targets, faults, and what is stored.

use std::collections::HashSet;
use std::time::Duration;

use sluice::domain::job::{Job, JobState, StopReason};
use sluice::domain::{JobId, Scope};
use sluice::jobs::search_prospects::start::SearchOrder;
use sluice::store::prospects::{self, FieldsAsked, Prospect, ProspectQuery, ProspectSort};
use sluice::store::timeline;
use sluice_providers::{Api, Criteria, PeopleQuery};

use crate::support::each_database;
use crate::support::search::SearchStage;

async fn all_prospects(stage: &SearchStage, job: JobId) -> Vec<Prospect> {
    let query = ProspectQuery {
        scope: Scope::Workspace(stage.workspace),
        job_id: job,
        words: None,
        fields: FieldsAsked::default(),
        sort: ProspectSort::Found,
        descending: false,
    };
    let mut conn = stage.database.read().await.unwrap();
    let (rows, total) = prospects::page_by_number(&mut conn, &query, 10_000, 0).await.unwrap();
    assert_eq!(rows.len() as i64, total);
    rows
}

fn assert_each_once(prospects: &[Prospect]) {
    let members: HashSet<_> = prospects.iter().filter_map(|prospect| prospect.record.member_urn.clone()).collect();
    let with_member = prospects.iter().filter(|prospect| prospect.record.member_urn.is_some()).count();
    assert_eq!(members.len(), with_member, "a member twice");
    let ids: HashSet<_> = prospects.iter().map(|prospect| prospect.record.provider_id.clone()).collect();
    assert_eq!(ids.len(), prospects.len(), "a provider id twice");
}

fn told(job: &Job) -> (JobState, Option<StopReason>, i64, i64) {
    (job.state, job.stop_reason, job.rows_kept, job.progress.total)
}

each_database! {
    async fn a_whole_search_stores_every_prospect_once(test: TestDatabase) {
        let stage = SearchStage::new(&test, "").await;
        let account = stage.account("acc_sales_navigator", Api::SalesNavigator, Duration::ZERO).await;
        let job = stage.start(stage.order(account, "manager", 2_500)).await;
        let ended = stage.run_to_end(job).await;
        let found = all_prospects(&stage, job).await;
        assert_eq!(told(&ended), (JobState::Completed, ended.stop_reason, found.len() as i64, found.len() as i64));
        assert!(matches!(ended.stop_reason, Some(StopReason::TargetReached | StopReason::Exhausted)), "{:?}", ended.stop_reason);
        assert!(found.len() > 500, "only {} found", found.len());
        assert_each_once(&found);
    }

    async fn a_search_with_every_transient_fault_stores_the_same_prospects(test: TestDatabase) {
        let stage = SearchStage::new(&test, "500@2,cut@4,duplicate@6,drop@7").await;
        let account = stage.account("acc_sales_navigator", Api::SalesNavigator, Duration::ZERO).await;
        let job = stage.start(stage.order(account, "manager", 1_000)).await;
        let ended = stage.run_to_end(job).await;
        let found = all_prospects(&stage, job).await;
        let story = timeline::list(&mut stage.database.read().await.unwrap(), job, 1_000).await.unwrap();
        assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::TargetReached), 1_000, 1_000), "{story:#?}");
        assert_each_once(&found);
        assert!(ended.retries >= 3, "{story:#?}");
    }

    async fn immunity_09_a_target_of_50_gives_50(test: TestDatabase) {
        let stage = SearchStage::new(&test, "").await;
        let account = stage.account("acc_recruiter", Api::Recruiter, Duration::ZERO).await;
        let job = stage.start(stage.order(account, "engineer", 50)).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::TargetReached), 50, 50));
    }

    async fn immunity_09_classic_stops_at_its_cap(test: TestDatabase) {
        let stage = SearchStage::new(&test, "").await;
        let account = stage.account("acc_classic", Api::Classic, Duration::ZERO).await;
        let everybody = PeopleQuery::Criteria(Box::new(Criteria { locations: vec!["103644278".into()], ..Criteria::default() }));
        let job = stage.start(SearchOrder { query: everybody, ..stage.order(account, "", 2_500) }).await;
        let ended = stage.run_to_end(job).await;
        let found = all_prospects(&stage, job).await;
        assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::ProviderCap), 1_000, 1_000));
        assert_each_once(&found);
    }

    async fn immunity_08_a_repeated_cursor_ends_the_job_with_its_rows(test: TestDatabase) {
        let stage = SearchStage::new(&test, "repeated-cursor").await;
        let account = stage.account("acc_sales_navigator", Api::SalesNavigator, Duration::ZERO).await;
        let job = stage.start(stage.order(account, "manager", 2_500)).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((ended.state, ended.stop_reason), (JobState::Failed, Some(StopReason::ProviderLoop)));
        assert!(ended.rows_kept >= 100 && ended.is_partial());
        assert!(ended.pages <= 5, "{} pages", ended.pages);
    }

    async fn immunity_05_a_search_that_finds_nothing_says_so_after_asking_twice(test: TestDatabase) {
        let stage = SearchStage::new(&test, "always-empty").await;
        let account = stage.account("acc_sales_navigator", Api::SalesNavigator, Duration::ZERO).await;
        let job = stage.start(stage.order(account, "manager", 100)).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::Exhausted), 0, 0));
        let story = timeline::list(&mut stage.database.read().await.unwrap(), job, 100).await.unwrap();
        assert!(story.iter().any(|line| line.message.contains("asking once more")), "{story:#?}");
    }

    async fn immunity_15_bad_rows_are_kept_apart_and_good_ones_land(test: TestDatabase) {
        let stage = SearchStage::new(&test, "bad-rows@2").await;
        let account = stage.account("acc_sales_navigator", Api::SalesNavigator, Duration::ZERO).await;
        let job = stage.start(stage.order(account, "manager", 300)).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((ended.state, ended.rows_kept), (JobState::Completed, 300));
        let story = timeline::list(&mut stage.database.read().await.unwrap(), job, 100).await.unwrap();
        assert!(story.iter().any(|line| line.message.contains("could not be read")), "{story:#?}");
    }

    async fn an_account_in_trouble_ends_the_job_and_is_marked(test: TestDatabase) {
        let stage = SearchStage::new(&test, "").await;
        let account = stage.account("acc_restricted", Api::SalesNavigator, Duration::ZERO).await;
        let job = stage.start(stage.order(account, "manager", 100)).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((ended.state, ended.stop_reason), (JobState::Failed, Some(StopReason::AccountTrouble)));
        assert!(!ended.is_partial());
        let refused = stage.plan(stage.order(account, "manager", 100)).await;
        assert!(refused.is_err(), "the account is still said to be connected");
    }
}
