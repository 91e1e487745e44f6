//! Pages of single postings that cannot be read, are not there or never come: one is that posting's own, several in a row are the host's.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sluice::domain::job::{Job, JobState, StopReason};
use sluice::domain::{JobId, Scope};
use sluice::jobs::control::{Wish, grant};
use sluice::jobs::search_postings::start::SearchOrder;
use sluice::store::database::sql;
use sluice::store::posting_pages;
use sluice_providers::posting::Workplace;
use sluice_providers::{PostingAnswer, PostingRecord, ProviderError, UnreadPage};

use super::stage::{PostingStage, Script, card, page_of, results, told};
use crate::support::{TestDatabase, each_database};

fn id(n: u64) -> String {
    (3_900_000_000 + n).to_string()
}

fn ids(count: u64) -> Vec<String> {
    (0..count).map(id).collect()
}

fn found(id: &str) -> PostingAnswer {
    PostingAnswer::Found(Box::new(page_of(id, "Clerk", "Files what comes and finds it again.")))
}

fn unreadable(id: &str) -> PostingAnswer {
    let page = UnreadPage { url: format!("https://www.linkedin.com/jobs/view/{id}"), bytes: "<p>new".into() };
    PostingAnswer::Unreadable { detail: "it has no title".into(), excerpt: "new".into(), page: Box::new(page) }
}

/// A host that answers so for single postings until it is mended, and shows them all from then on.
async fn stage(
    test: &TestDatabase,
    answer: impl Fn(&str) -> Result<PostingAnswer, ProviderError> + Send + Sync + 'static,
) -> (PostingStage, Arc<AtomicBool>) {
    let mended = Arc::new(AtomicBool::new(false));
    let is_mended = mended.clone();
    let fetch = move |id: &str| if is_mended.load(Ordering::SeqCst) { Ok(found(id)) } else { answer(id) };
    let script = Script { search: Box::new(|_, _| Ok(results(Vec::new(), None))), fetch: Box::new(fetch) };
    (PostingStage::scripted(test, script).await, mended)
}

async fn retry(stage: &PostingStage, job: JobId) {
    grant(&stage.inner.database, Scope::System, job, Wish::Retry).await.expect("it can be retried");
}

fn code(job: &Job) -> Option<&str> {
    job.error.as_ref().map(|error| error.code.as_str())
}

const DONE: (JobState, Option<StopReason>) = (JobState::Completed, Some(StopReason::Exhausted));
const CHANGED: (JobState, Option<StopReason>) = (JobState::Failed, Some(StopReason::MarkupChanged));

each_database! {
    async fn a_page_that_cannot_be_read_fails_its_posting_alone_and_is_kept(test: TestDatabase) {
        let (stage, _) = stage(&test, |asked| Ok(if asked == id(1) || asked == id(2) { unreadable(asked) } else { found(asked) })).await;
        let job = stage.fetch(&ids(5), None).await;
        assert_eq!(told(&stage.run_to_end(job).await), DONE, "{:#?}", stage.story(job).await);
        assert_eq!(stage.posting_ids().await, [id(0), id(3), id(4)].into_iter().collect::<BTreeSet<_>>());
        let reason = stage.reason_of(job, &id(2)).await.expect("a reason");
        assert_eq!(reason, "Its page could not be read: it has no title. It is kept with the job.");
        let statistics = stage.statistics(job).await;
        assert_eq!((statistics.new, statistics.failed, statistics.reasons[0].reason.as_str()), (3, 2, "unreadable"));
        assert_eq!(posting_pages::unread(&mut stage.inner.database.read().await.unwrap(), job).await.unwrap().len(), 2);
    }

    async fn three_pages_in_a_row_that_cannot_be_read_end_the_job_and_a_retry_reads_them_again(test: TestDatabase) {
        let (stage, mended) = stage(&test, |asked| Ok(if asked == id(0) { found(asked) } else { unreadable(asked) })).await;
        let job = stage.fetch(&ids(6), None).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((told(&ended), code(&ended), ended.rows_kept), (CHANGED, Some("ANSWER_UNREADABLE"), 1));
        let statistics = stage.statistics(job).await;
        assert_eq!((statistics.found, statistics.new, statistics.failed), (6, 1, 0), "nothing is given up");
        // While nothing has changed, a Retry comes to the same.
        retry(&stage, job).await;
        assert_eq!(told(&stage.run_to_end(job).await), CHANGED);
        mended.store(true, Ordering::SeqCst);
        retry(&stage, job).await;
        assert_eq!(told(&stage.run_to_end(job).await), DONE);
        assert_eq!(stage.posting_ids().await.len(), 6);
        let statistics = stage.statistics(job).await;
        assert_eq!((statistics.new, statistics.failed, statistics.reasons), (6, 0, Vec::new()));
    }

    async fn five_postings_in_a_row_that_are_gone_are_closed_only_when_a_person_has_retried(test: TestDatabase) {
        let (stage, mended) = stage(&test, |_| Ok(PostingAnswer::Gone)).await;
        mended.store(true, Ordering::SeqCst);
        let first = stage.fetch(&ids(17), None).await;
        assert_eq!((told(&stage.run_to_end(first).await), stage.posting_ids().await.len()), (DONE, 17));
        mended.store(false, Ordering::SeqCst);
        let closed = "SELECT count(*) AS found FROM postings WHERE closed_at IS NOT NULL";
        let job = stage.fetch(&ids(17), None).await;
        let ended = stage.run_to_end(job).await;
        assert_eq!((told(&ended), code(&ended), stage.count(closed).await), (CHANGED, Some("POSTINGS_GONE"), 0));
        assert_eq!(stage.statistics(job).await.failed, 0);
        retry(&stage, job).await;
        assert_eq!(told(&stage.run_to_end(job).await), DONE, "{:#?}", stage.story(job).await);
        assert_eq!((stage.statistics(job).await.failed, stage.count(closed).await), (17, 17), "one Retry is enough for any number of them");
    }

    async fn postings_that_are_gone_beside_others_that_are_there_are_closed(test: TestDatabase) {
        let (stage, mended) = stage(&test, |asked| Ok(if asked == id(4) { found(asked) } else { PostingAnswer::Gone })).await;
        mended.store(true, Ordering::SeqCst);
        let first = stage.fetch(&ids(7), None).await;
        stage.run_to_end(first).await;
        mended.store(false, Ordering::SeqCst);
        let job = stage.fetch(&ids(7), None).await;
        assert_eq!(told(&stage.run_to_end(job).await), DONE);
        let statistics = stage.statistics(job).await;
        assert_eq!((statistics.updated, statistics.failed, statistics.reasons[0].reason.as_str()), (1, 6, "gone"));
        assert_eq!(stage.count("SELECT count(*) AS found FROM postings WHERE closed_at IS NOT NULL").await, 6);
    }

    async fn a_posting_that_the_host_can_never_show_ends_the_job_once_and_fails_after_a_retry(test: TestDatabase) {
        let (stage, _) = stage(&test, |asked| {
            let trouble = || ProviderError::Unreachable { status: Some(500), detail: "LinkedIn is in trouble (status 500)".into() };
            if asked == id(1) { Err(trouble()) } else { Ok(found(asked)) }
        })
        .await;
        let job = stage.fetch(&ids(4), None).await;
        let mut tx = stage.inner.database.begin().await.unwrap();
        sql("UPDATE jobs SET max_attempts = 1 WHERE id = $1").bind(job).execute(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let ended = stage.run_to_end(job).await;
        assert_eq!((told(&ended), code(&ended)), ((JobState::Failed, Some(StopReason::Error)), Some("ATTEMPTS_EXHAUSTED")));
        assert_eq!(stage.statistics(job).await.new, 1);
        retry(&stage, job).await;
        assert_eq!(told(&stage.run_to_end(job).await), DONE, "{:#?}", stage.story(job).await);
        let statistics = stage.statistics(job).await;
        assert_eq!((statistics.new, statistics.failed, statistics.reasons[0].reason.as_str()), (3, 1, "unreachable"));
    }

    async fn what_one_query_leaves_out_by_its_page_another_that_brought_it_keeps(test: TestDatabase) {
        let script = || Script {
            search: Box::new(|_, _| Ok(results(vec![card("3900000001", "Clerk")], None))),
            fetch: Box::new(|asked| {
                let page = page_of(asked, "Clerk", "Files what comes and finds it again.");
                Ok(PostingAnswer::Found(Box::new(PostingRecord { workplace: Some(Workplace::Remote), ..page })))
            }),
        };
        let stage = PostingStage::scripted(&test, script()).await;
        let on_site = |stage: &PostingStage, words: &[&str]| {
            let mut order = SearchOrder { ..stage.order(words) };
            order.queries[0].workplaces = vec![Workplace::OnSite];
            order
        };
        // Alone, the query leaves it out, and nothing of it stays.
        let job = stage.search(on_site(&stage, &["clerk"])).await;
        stage.run_to_end(job).await;
        assert_eq!((stage.statistics(job).await.filtered, stage.posting_ids().await.len()), (1, 0));
        assert_eq!(stage.count("SELECT count(*) AS found FROM companies").await, 0, "a posting that is taken back leaves no company");
        let job = stage.search(on_site(&stage, &["clerk", "office clerk"])).await;
        assert_eq!(told(&stage.run_to_end(job).await), DONE);
        let statistics = stage.statistics(job).await;
        assert_eq!((statistics.found, statistics.new, statistics.duplicates, statistics.filtered), (2, 1, 1, 0));
        assert_eq!(stage.count("SELECT query AS found FROM posting_items WHERE outcome = 'new'").await, 1);
    }
}
