//! Imports by number: what is saved, what is passed over, and what cannot be had.

use std::time::Duration;

use sluice::domain::job::{JobState, StopReason};
use sluice::store::charges::{self, Action};
use sluice_providers::posting_provider::PostingAnswer;

use super::stage::{PostingStage, Script, page_of, told};
use crate::support::each_database;
use crate::support::sandbox::set_faults;

const HOUR: Duration = Duration::from_secs(3_600);

each_database! {
    async fn an_import_saves_what_was_named_and_says_why_the_rest_could_not_be_had(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let seen = stage.visit("manager", 40).await;
        assert!(!seen.gone.is_empty() && seen.closed() > 0, "400 cards have some of each: {:?}, {}", seen.gone, seen.closed());
        let job = stage.fetch(&seen.cards, None).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::Exhausted)), "{:#?}", stage.story(job).await);
        assert_eq!((ended.progress.current, ended.progress.total), (400, 400));
        let statistics = stage.statistics(job).await;
        assert_eq!((statistics.found, statistics.new, statistics.closed), (400, seen.pages.len() as i64, seen.closed() as i64));
        assert_eq!(stage.posting_ids().await, seen.found());
        assert_eq!(stage.count("SELECT count(*) AS found FROM postings WHERE status = 'saved'").await, seen.pages.len() as i64);
        for gone in &seen.gone {
            let reason = stage.reason_of(job, gone).await.expect("a reason");
            assert_eq!(reason, "LinkedIn has no such posting any more, or never had it.");
        }
        let charged = charges::used(&mut stage.inner.database.read().await.unwrap(), stage.account, Action::SearchRows).await.unwrap();
        assert_eq!(charged, 400, "one row for each page that was asked for");
    }

    async fn immunity_19_another_posting_that_comes_back_is_failed_and_not_stored(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let seen = stage.visit("engineer", 1).await;
        let ids: Vec<String> = seen.pages.keys().take(2).cloned().collect();
        set_faults(&stage.inner.sandbox, "posting/another@1").await;
        let job = stage.fetch(&ids, None).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((ended.state, ended.rows_kept), (JobState::Completed, 1));
        assert_eq!(stage.posting_ids().await.into_iter().collect::<Vec<_>>(), [ids[1].clone()]);
        let reason = stage.reason_of(job, &ids[0]).await.expect("a reason");
        assert!(reason.contains("another posting") && reason.contains("not stored"), "{reason}");
    }

    async fn a_posting_that_is_known_and_gone_is_noted_as_closed_once(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let id = stage.visit("engineer", 1).await.found().into_iter().next().expect("one");
        let first = stage.fetch(std::slice::from_ref(&id), None).await;
        stage.run_to_end(first).await;
        set_faults(&stage.inner.sandbox, "posting/404").await;
        for _ in 0..2 {
            let again = stage.fetch(std::slice::from_ref(&id), None).await;
            stage.run_to_end(again).await;
        }
        assert!(stage.of_posting(&id, "closed_at").await.is_some());
        assert_eq!(stage.count("SELECT count(*) AS found FROM posting_history WHERE kind = 'closed'").await, 1);
        set_faults(&stage.inner.sandbox, "").await;
        assert_eq!(stage.of_posting(&id, "status").await.as_deref(), Some("saved"));
    }

    async fn what_was_read_lately_is_not_asked_for_again_and_duplicates_are_told(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let ids: Vec<String> = stage.visit("engineer", 1).await.found().into_iter().take(3).collect();
        let first = stage.fetch(&ids[..2], None).await;
        stage.run_to_end(first).await;
        set_faults(&stage.inner.sandbox, "posting/999@2+").await;
        let named = [ids[0].clone(), ids[1].clone(), ids[2].clone(), ids[2].clone()];
        let job = stage.fetch(&named, Some(24 * HOUR)).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::Exhausted)));
        let statistics = stage.statistics(job).await;
        assert_eq!((statistics.fresh, statistics.new, statistics.duplicates), (2, 1, 1));
        stage.inner.database.advance_clock(25 * HOUR);
        set_faults(&stage.inner.sandbox, "").await;
        let job = stage.fetch(&ids, Some(24 * HOUR)).await;
        stage.run_to_end(job).await;
        assert_eq!(stage.statistics(job).await.updated, 3);
    }

    async fn immunity_15_one_posting_that_is_refused_or_lacks_its_title_does_not_stop_the_others(test: TestDatabase) {
        let script = Script {
            search: Box::new(|_, _| unreachable!("nobody searches")),
            fetch: Box::new(|id| match id {
                "3900000001" => Ok(PostingAnswer::Refused { detail: "Not this one.".into() }),
                "3900000002" => {
                    let record = sluice_providers::PostingRecord { title: None, ..page_of(id, "", "Words enough.") };
                    Ok(PostingAnswer::Found(Box::new(record)))
                }
                _ => Ok(PostingAnswer::Found(Box::new(page_of(id, "Clerk", "Words enough.")))),
            }),
        };
        let stage = PostingStage::scripted(&test, script).await;
        let ids: Vec<String> = (1..=4).map(|n| format!("390000000{n}")).collect();
        let job = stage.fetch(&ids, None).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((told(&ended), ended.rows_kept), ((JobState::Completed, Some(StopReason::Exhausted)), 2));
        assert_eq!(stage.reason_of(job, &ids[0]).await.as_deref(), Some("Not this one."));
        assert_eq!(stage.reason_of(job, &ids[1]).await.as_deref(), Some("It lacks title: a posting without that is not stored."));
        let told = stage.statistics(job).await;
        let reasons: Vec<(&str, i64)> = told.reasons.iter().map(|reason| (reason.reason.as_str(), reason.count)).collect();
        assert_eq!(reasons, [("missing_fields", 1), ("refused", 1)]);
    }

    async fn a_job_is_paused_resumed_and_canceled_with_what_it_has(test: TestDatabase) {
        let stage = PostingStage::new(&test, "").await;
        let ids = stage.visit("engineer", 3).await.cards;
        set_faults(&stage.inner.sandbox, r#"{"latency_ms": 20}"#).await;
        let job = stage.fetch(&ids, None).await;
        let worker = crate::support::worker::Worker::start(&stage.inner.engine(crate::support::worker::settings()));
        stage.until(job, |job| job.rows_kept >= 3).await;
        let wish = |wish| sluice::jobs::control::grant(&stage.inner.database, sluice::domain::Scope::System, job, wish);
        wish(sluice::jobs::control::Wish::Pause).await.expect("it can be paused");
        let paused = stage.until(job, |job| job.state == JobState::Paused).await;
        assert!(paused.rows_kept >= 3 && paused.rows_kept < 30, "{}", paused.rows_kept);
        wish(sluice::jobs::control::Wish::Resume).await.expect("it goes on");
        stage.until(job, |job| job.rows_kept > paused.rows_kept).await;
        wish(sluice::jobs::control::Wish::Cancel).await.expect("it can be canceled");
        let ended = stage.until(job, |job| job.state.is_final()).await;
        worker.stop().await;
        assert_eq!(told(&ended), (JobState::Canceled, Some(StopReason::Canceled)));
        assert_eq!(stage.posting_ids().await.len() as i64, ended.rows_kept);
        assert_eq!(stage.statistics(job).await.new, ended.rows_kept, "what it came to is told of a canceled job too");
    }
}
