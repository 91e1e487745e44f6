//! Pages that people saved from a browser.

use sluice::domain::job::{JobState, StopReason};
use sluice_providers::linkedin::saved_page::read_saved_page;

use super::stage::{PostingStage, told};
use crate::support::each_database;

fn page(name: &str) -> Vec<u8> {
    let path = format!("{}/crates/providers/src/linkedin/pages/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

each_database! {
    async fn every_kind_of_saved_page_is_read_and_its_postings_are_saved_without_an_account(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        for name in ["posting_whole_page_saved.html", "member_posting.html", "member_several_saved.html", "search_whole_page_saved.html", "posting_json_ld_alone.html"] {
            let bytes = page(name);
            let read = read_saved_page(&bytes).expect("a page of postings");
            let good = read.records.iter().filter(|record| record.missing_fields().is_empty()).count() as i64;
            let job = stage.fetch_page(&bytes).await;
            let ended = stage.run_to_end(job).await;
            assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::Exhausted)), "{name}: {:#?}", stage.story(job).await);
            assert_eq!((ended.rows_kept, ended.account_id), (good, None), "{name}");
            let statistics = stage.statistics(job).await;
            assert_eq!(statistics.found as usize, read.records.len() + read.rejected.len(), "{name}");
        }
        assert_eq!(stage.count("SELECT count(*) AS found FROM postings WHERE status IS NULL OR source <> 'file'").await, 0);
        assert_eq!(stage.count("SELECT count(*) AS found FROM posting_pages").await, 0, "a page that was read is forgotten");
    }

    async fn a_file_that_is_no_page_of_postings_fails_with_how_to_save_one(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        for (file, said) in [(page("wall.html"), "signing in"), (b"%PDF-1.7".to_vec(), "is a PDF"), (b"<html>hello".to_vec(), "no LinkedIn posting")] {
            let job = stage.fetch_page(&file).await;
            let ended = stage.run_to_end(job).await;
            assert_eq!(told(&ended), (JobState::Failed, Some(StopReason::Error)));
            let message = ended.error.expect("an error").message;
            assert!(message.contains(said) && message.contains("Ctrl+S"), "{message}");
        }
        let job = stage.fetch_page(&page("search_drift.html")).await;
        assert_eq!(told(&stage.run_to_end(job).await), (JobState::Failed, Some(StopReason::MarkupChanged)));
    }

    async fn a_page_cut_off_in_its_description_is_kept_without_it_and_that_is_told(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let lack = "The file holds no whole description of the posting: it may be cut off.";
        let whole = page("posting_guest.html");
        let within = String::from_utf8_lossy(&whole).find("know Rust").expect("a word of the description");
        for (file, is_cut) in [(&whole[..within], true), (&whole[..], false)] {
            let job = stage.fetch_page(file).await;
            let ended = stage.run_to_end(job).await;
            assert_eq!((ended.state, ended.rows_kept), (JobState::Completed, 1));
            let story = stage.story(job).await;
            assert_eq!(story.iter().any(|line| line.contains(lack)), is_cut, "{story:#?}");
            assert_eq!(ended.progress.message.expect("what came").contains(lack), is_cut);
            assert_eq!(stage.of_posting("3912345101", "description_text").await.is_some(), !is_cut, "half of it is never kept");
        }
    }

    async fn the_cards_of_a_large_page_are_stored_a_hundred_at_a_time(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let ordinary = String::from_utf8(page("search_ordinary.html")).expect("UTF-8");
        let card = ordinary.split("<li>").nth(1).expect("a card");
        let card = format!("<li>{}", card.split("</li>").next().expect("its end"));
        let number = card.split("jobPosting:").nth(1).and_then(|rest| rest.split('"').next()).expect("its number").to_owned();
        let count = if crate::support::is_slow() { 3_000 } else { 300 };
        let page: String = (0..count).map(|n| card.replace(&number, &(3_800_000_000_u64 + n).to_string()) + "</li>").collect();
        let job = stage.fetch_page(page.as_bytes()).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((ended.state, ended.rows_kept), (JobState::Completed, count as i64), "{:#?}", ended.error);
        assert_eq!(ended.step, count as i64 / 100);
    }
}
