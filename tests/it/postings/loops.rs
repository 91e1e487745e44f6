//! Providers that go in circles, send what cannot be read, or send everything twice.

use sluice::domain::job::{JobState, StopReason};
use sluice::jobs::search_postings::start::SearchOrder;
use sluice_providers::RejectedRecord;
use sluice_providers::posting::PostingPage;

use super::stage::{PostingStage, Script, card, results, told};
use crate::support::each_database;

fn ten(from: u64) -> Vec<sluice_providers::PostingRecord> {
    (from..from + 10).map(|n| card(&format!("{}", 3_900_000_000 + n), &format!("Clerk {n}"))).collect()
}

each_database! {
    async fn immunity_08_the_same_cards_on_every_page_end_the_query_and_the_next_one_is_asked(test: TestDatabase) {
        let script = Script::searching(|query, cursor| {
            let start: u64 = cursor.unwrap_or("0").parse().expect("a number");
            if query.keywords.as_deref() == Some("nurse") {
                return Ok(results(ten(50), None));
            }
            Ok(results(ten(0), Some(&(start + 10).to_string())))
        });
        let stage = PostingStage::scripted(&test, script).await;
        let job = stage.search(SearchOrder { max_pages: 100, fetch_details: false, ..stage.order(&["clerk", "nurse"]) }).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((told(&ended), ended.rows_kept), ((JobState::Completed, Some(StopReason::Exhausted)), 20), "{:#?}", ended.error);
        let told = stage.statistics(job).await;
        assert_eq!((told.found, told.new, told.duplicates), (50, 20, 30));
        let story = stage.story(job).await;
        assert!(story.iter().any(|line| line.contains("“clerk” was left after 3 such pages")), "{story:#?}");
    }

    async fn immunity_08_a_cursor_that_comes_again_ends_the_query_and_the_next_one_is_asked(test: TestDatabase) {
        let script = Script::searching(|query, cursor| {
            let start: u64 = cursor.unwrap_or("0").parse().expect("a number");
            if query.keywords.as_deref() == Some("nurse") {
                return Ok(results(ten(50), None));
            }
            Ok(results(ten(start), Some(if start == 20 { "10" } else if start == 10 { "20" } else { "10" })))
        });
        let stage = PostingStage::scripted(&test, script).await;
        let job = stage.search(SearchOrder { max_pages: 100, fetch_details: false, ..stage.order(&["clerk", "nurse"]) }).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((told(&ended), ended.pages, ended.rows_kept), ((JobState::Completed, Some(StopReason::Exhausted)), 4, 40));
        let told = stage.statistics(job).await;
        assert_eq!((told.found, told.new), (40, 40), "no card is counted twice");
        let story = stage.story(job).await;
        assert!(story.iter().any(|line| line.contains("“clerk” was left, since page 3 leads back")), "{story:#?}");
    }

    async fn queries_that_find_the_same_go_in_no_circle(test: TestDatabase) {
        let script = Script::searching(|_, cursor| {
            let start: u64 = cursor.unwrap_or("0").parse().expect("a number");
            Ok(results(ten(start), (start < 30).then(|| (start + 10).to_string()).as_deref()))
        });
        let stage = PostingStage::scripted(&test, script).await;
        let order = SearchOrder { max_pages: 10, fetch_details: false, ..stage.order(&["clerk", "office clerk", "clerk in an office"]) };
        let job = stage.search(order).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((told(&ended), ended.rows_kept), ((JobState::Completed, Some(StopReason::Exhausted)), 40));
        let told = stage.statistics(job).await;
        assert_eq!((told.found, told.new, told.duplicates), (120, 40, 80));
    }

    async fn immunity_15_a_card_that_cannot_be_read_is_counted_with_its_error_and_the_others_land(test: TestDatabase) {
        let script = Script::searching(|_, _| {
            let bad = RejectedRecord { position: 10, error: "the card has no number".into(), raw: serde_json::Value::Null };
            let untitled = sluice_providers::PostingRecord { title: None, ..card("3900000777", "") };
            let mut records = ten(0);
            records.push(untitled);
            Ok(PostingPage { rejected: vec![bad], ..results(records, None) })
        });
        let stage = PostingStage::scripted(&test, script).await;
        let job = stage.search(SearchOrder { fetch_details: false, ..stage.order(&["clerk"]) }).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((told(&ended), ended.rows_kept), ((JobState::Completed, Some(StopReason::Exhausted)), 10));
        let told = stage.statistics(job).await;
        assert_eq!((told.found, told.new, told.failed), (12, 10, 2));
        let reasons: Vec<String> = stage.items(job).await.into_iter().filter_map(|item| item.reason).collect();
        assert_eq!(reasons, ["It lacks title: a posting without that is not stored.", "It could not be read: the card has no number."]);
    }

    async fn what_one_query_leaves_out_another_may_keep(test: TestDatabase) {
        let script = Script::searching(|_, _| {
            let mut records = ten(0);
            for record in &mut records {
                record.workplace = Some(sluice_providers::posting::Workplace::Remote);
            }
            Ok(results(records, None))
        });
        let stage = PostingStage::scripted(&test, script).await;
        let mut order = SearchOrder { fetch_details: false, ..stage.order(&["clerk", "clerk"]) };
        order.queries[0].workplaces = vec![sluice_providers::posting::Workplace::OnSite];
        let job = stage.search(order).await;
        stage.run_to_end(job).await;
        let told = stage.statistics(job).await;
        assert_eq!((told.found, told.new, told.filtered, told.duplicates), (20, 10, 10, 0));
    }
}
