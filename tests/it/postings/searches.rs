//! Searches for postings against the sandbox: what is found, kept, left out and told.

use std::collections::BTreeSet;
use std::time::Duration;

use sluice::domain::job::{JobState, StopReason};
use sluice::domain::posting::Statistics;
use sluice::domain::posting::filter::WordFilters;
use sluice::jobs::search_postings::start::{self as search, SearchOrder};
use sluice_providers::PostingQuery;
use sluice_providers::posting::{EmploymentType, Workplace};

use super::stage::{PostingStage, told};
use crate::support::each_database;
use crate::support::sandbox::set_faults;
use crate::support::worker::{Worker, settings};

each_database! {
    async fn immunity_12_every_card_of_every_page_is_found_and_each_posting_is_stored_once_with_its_details(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let seen = stage.visit("engineer", 6).await;
        let job = stage.search(SearchOrder { max_pages: 6, ..stage.order(&["engineer"]) }).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::TargetReached)), "{:#?}", stage.story(job).await);
        let cards: Vec<String> = stage.items(job).await.into_iter().filter_map(|item| item.linkedin_id).collect();
        assert_eq!(cards, seen.cards, "60 cards in their order, none stepped over");
        assert_eq!(stage.posting_ids().await, seen.found());
        let told = stage.statistics(job).await;
        let failed = (seen.gone.len() + seen.replaced.len()) as i64;
        assert_eq!((told.found, told.new, told.failed, told.closed), (60, 60 - failed, failed, seen.closed() as i64));
        assert_eq!(stage.count("SELECT count(*) AS found FROM postings WHERE detailed_at IS NULL OR status IS NOT NULL").await, 0);
        for (id, record) in &seen.pages {
            assert_eq!(stage.of_posting(id, "title").await, record.title, "{id}");
            assert_eq!(stage.of_posting(id, "description_text").await, record.description.as_ref().map(|text| text.text.clone()), "{id}");
        }
    }

    async fn a_search_with_every_transient_fault_and_two_kills_stores_the_same(test: TestDatabase) {
        let faults = "postings/429@2=5s,postings/500@4,postings/cut@6,postings/drop@8,posting/503@3,posting/429@9=60s,posting/cut@17,\
                      posting/drop@30,posting/timeout@40=20ms";
        let stage = PostingStage::new(&test, "").await;
        let seen = stage.visit("engineer", 5).await;
        let other = stage.visit("manager", 5).await;
        set_faults(&stage.inner.sandbox, faults).await;
        let job = stage.search(SearchOrder { max_pages: 5, ..stage.order(&["engineer", "manager"]) }).await;
        for rows in [25, 60] {
            let worker = Worker::start(&stage.inner.engine(settings()));
            stage.until(job, |job| job.rows_kept >= rows || job.state.is_final()).await;
            worker.kill().await;
            // Nobody renews the lease of a worker that is gone.
            stage.inner.database.advance_clock(Duration::from_secs(31));
        }
        let ended = stage.run_to_end(job).await;
        assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::TargetReached)), "{:#?}", stage.story(job).await);
        assert!(ended.retries >= 7, "{:#?}", stage.story(job).await);
        let wanted: BTreeSet<String> = seen.found().union(&other.found()).cloned().collect();
        assert_eq!(stage.posting_ids().await, wanted);
        let lost: BTreeSet<&String> = [&seen.gone, &seen.replaced, &other.gone, &other.replaced].into_iter().flatten().collect();
        let told = stage.statistics(job).await;
        let distinct = (wanted.len() + lost.len()) as i64;
        assert_eq!((told.found, told.new, told.duplicates, told.failed), (100, wanted.len() as i64, 100 - distinct, lost.len() as i64));
        assert_eq!(told.new + told.updated + told.duplicates + told.failed + told.filtered, told.found);
    }

    async fn immunity_16_a_search_that_runs_again_updates_and_keeps_what_people_noted(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let first = stage.search(stage.order(&["engineer"])).await;
        stage.run_to_end(first).await;
        let before = stage.statistics(first).await;
        let id = stage.posting_ids().await.into_iter().next().expect("a posting");
        let mut tx = stage.inner.database.begin().await.unwrap();
        sluice::store::database::sql("UPDATE postings SET status = 'applied', notes = 'ask Bo', stars = 4, hidden = TRUE WHERE linkedin_id = $1")
            .bind(&id)
            .execute(&mut tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let again = stage.search(stage.order(&["engineer"])).await;
        stage.run_to_end(again).await;
        let after = stage.statistics(again).await;
        assert_eq!((after.new, after.updated, after.failed), (0, before.new, before.failed));
        assert_eq!(stage.posting_ids().await.len() as i64, before.new);
        let mut noted = Vec::new();
        for column in ["status", "notes", "stars"] {
            noted.push(stage.of_posting(&id, column).await);
        }
        assert_eq!(noted, [Some("applied".into()), Some("ask Bo".into()), Some("4".into())]);
        assert_eq!(stage.count("SELECT count(*) AS found FROM postings WHERE hidden").await, 1, "what somebody hid stays hidden");
    }

    async fn filters_that_guests_get_ignored_are_applied_here_and_told(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let mut order = SearchOrder { max_pages: 6, ..stage.order(&["engineer"]) };
        order.queries[0] = PostingQuery { workplaces: vec![Workplace::Remote], distance_miles: Some(25), location: Some("Worldwide".into()), ..order.queries[0].clone() };
        let job = stage.search(order).await;
        stage.run_to_end(job).await;
        let told = stage.statistics(job).await;
        let removed = told.applied_locally.iter().find(|filter| filter.reason == "workplaces").expect("it is told");
        assert!(removed.count > 0 && removed.count == told.filtered, "the sandbox lets some through: {told:?}");
        assert_eq!(told.unproven, ["distance_mi"]);
        assert_eq!(stage.count("SELECT count(*) AS found FROM postings WHERE workplace IS NOT NULL AND workplace <> 'remote'").await, 0);
        assert_eq!(stage.count("SELECT count(*) AS found FROM postings").await, told.new);
    }

    async fn filters_that_only_a_postings_page_can_prove_are_told_beforehand_where_no_page_is_read(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let mut order = SearchOrder { fetch_details: false, max_pages: 1, ..stage.order(&["engineer"]) };
        order.queries[0] = PostingQuery {
            max_age_seconds: Some(90 * 86_400),
            employment_types: vec![EmploymentType::Contract],
            easy_apply: true,
            ..order.queries[0].clone()
        };
        let mut tx = stage.inner.database.begin().await.unwrap();
        let with_pages = SearchOrder { fetch_details: true, ..order.clone() };
        let plan = search::plan(&mut tx, &stage.inner.accounts, with_pages).await.expect("the search can be done");
        assert_eq!((plan.args.checked, plan.args.unproven, plan.warnings), (vec!["max_age_h".into(), "types".into(), "easy_apply".into()], vec![], vec![]));
        let plan = search::plan(&mut tx, &stage.inner.accounts, order.clone()).await.expect("the search can be done");
        tx.commit().await.unwrap();
        assert_eq!(
            plan.warnings,
            ["The provider may ignore types, easy_apply, and without the postings' own pages too little is known to check that: results may lie \
              outside. Have each posting's page read as well."]
        );
        let job = stage.search(order).await;
        stage.run_to_end(job).await;
        let told = stage.statistics(job).await;
        let named: Vec<&str> = told.applied_locally.iter().map(|filter| filter.reason.as_str()).collect();
        assert_eq!((named, told.unproven), (vec!["max_age_h"], vec!["types".to_owned(), "easy_apply".to_owned()]));
    }

    async fn words_of_title_and_company_leave_out_with_the_reason_kept(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let filters = WordFilters { title_exclude: vec!["senior".into()], title_include: vec!["engineer".into()], ..WordFilters::default() };
        let job = stage.search(SearchOrder { filters, max_pages: 6, fetch_details: false, ..stage.order(&["engineer"]) }).await;
        stage.run_to_end(job).await;
        let told = stage.statistics(job).await;
        assert_eq!(told.found, told.new + told.filtered, "{told:?}");
        for item in stage.items(job).await {
            let title = item.title.expect("a title").to_lowercase();
            let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).collect();
            let kept = words.contains(&"engineer") && !words.contains(&"senior");
            assert_eq!(item.posting_id.is_some(), kept, "{title}");
            assert_eq!(item.reason.is_none(), kept, "{title}");
        }
    }

    async fn an_empty_first_page_is_asked_for_once_more_before_it_is_believed(test: TestDatabase) {
        let stage = PostingStage::new(&test, "postings/end-page@1").await;
        let job = stage.search(stage.order(&["engineer"])).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((ended.state, stage.statistics(job).await.found), (JobState::Completed, 30));
        set_faults(&stage.inner.sandbox, "postings/end-page").await;
        let job = stage.search(stage.order(&["engineer", "manager", "nurse", "clerk"])).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::Exhausted)), "{:#?}", stage.story(job).await);
        assert_eq!(stage.statistics(job).await, Statistics::default());
        let story = stage.story(job).await;
        assert_eq!(story.iter().filter(|line| line.contains("asking once more")).count(), 4, "{story:#?}");
        let nothing = "nothing was found for “nurse”; LinkedIn answers like this, too, when it blocks without saying so";
        assert!(story.iter().any(|line| line.contains(nothing)), "{story:#?}");
        let said = sluice::http::wire::job::stop_message(&ended).expect("why it ended");
        assert!(said.starts_with("Nothing came. LinkedIn's public pages answer like this when nothing matches, and also when they block"), "{said}");
    }

    async fn ten_unrelated_cards_are_no_results_and_are_told(test: TestDatabase) {
        let stage = PostingStage::new(&test, "postings/unrelated").await;
        let job = stage.search(stage.order(&["qwxz plugh"])).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::Exhausted)));
        assert!(stage.posting_ids().await.is_empty());
        let story = stage.story(job).await;
        assert!(story.iter().any(|line| line.contains("no word in common") && line.contains("is not kept")), "{story:#?}");
        let statistics = stage.statistics(job).await;
        assert_eq!((statistics.found, statistics.filtered, statistics.reasons[0].reason.as_str()), (10, 10, "unrelated"));
        assert!(stage.items(job).await.iter().all(|item| item.title.is_some() && item.posting_id.is_none()));
        let mut order = SearchOrder { fetch_details: false, max_pages: 1, ..stage.order(&["qwxz plugh"]) };
        order.queries[0].accept_unrelated = true;
        let job = stage.search(order).await;
        stage.run_to_end(job).await;
        assert_eq!((stage.statistics(job).await.new, stage.posting_ids().await.len()), (10, 10));
    }

    async fn immunity_09_pages_are_a_hard_limit_and_the_cap_of_a_query_is_told(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let limited = stage.search(SearchOrder { max_pages: 2, fetch_details: false, ..stage.order(&["engineer"]) }).await;
        let ended = stage.run_to_end(limited).await;
        assert_eq!((told(&ended), ended.progress.total), ((JobState::Completed, Some(StopReason::TargetReached)), 20));
        let whole = SearchOrder { max_pages: 100, fetch_details: false, ..stage.order(&[""]) };
        let whole = SearchOrder { queries: vec![PostingQuery { location: Some("Worldwide".into()), ..PostingQuery::default() }], ..whole };
        let capped = stage.search(whole).await;
        let ended = stage.run_to_end(capped).await;
        assert_eq!((told(&ended), ended.rows_kept), ((JobState::Completed, Some(StopReason::ProviderCap)), 1_000));
    }
}
