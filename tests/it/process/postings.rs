//! A search for postings through real servers that are really killed.

use std::collections::BTreeSet;
use std::time::Duration;

use sluice::domain::job::{JobState, StopReason};
use sluice::jobs::search_postings::start::SearchOrder;

use super::child::Child;
use super::{find, until_ended, until_rows_kept};
use crate::postings::stage::{PostingStage, told};
use crate::support::sandbox::{calls, set_faults};
use crate::support::{TestDatabase, is_slow};

/// Every fault that passes, some of them again and again.
const FAULTS: &str = "postings/429@3=1s,postings/500@5,postings/cut@7,postings/drop@9,postings/503:0.02,posting/429@20=1s,posting/503:0.01,\
                      posting/cut:0.005,posting/drop:0.005,posting/timeout:0.005=50ms";

/// A server where it has the database to itself; elsewhere a worker with a lease short enough to be waited for.
async fn start(test: &TestDatabase, number: usize) -> Child {
    if test.database().is_shared() { Child::work(test.url(), test.folder(), number).await } else { Child::serve(test).await }
}

/// A thousand postings over two queries on the long run, a part of them otherwise.
async fn stays_whole(test: TestDatabase, kills: &[i64], pages: u32) {
    let stage = PostingStage::new(&test, "").await;
    let queries = ["engineer", "manager"];
    let (mut cards, mut wanted, mut lost, mut closed) = (Vec::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for keywords in queries {
        let seen = stage.visit(keywords, pages as usize).await;
        wanted.extend(seen.found());
        lost.extend(seen.gone.union(&seen.replaced).cloned().collect::<Vec<_>>());
        closed.extend(seen.pages.iter().filter(|(_, record)| record.closed == Some(true)).map(|(id, _)| id.clone()));
        cards.extend(seen.cards);
    }
    let visited = calls(&stage.inner.sandbox).await;
    set_faults(&stage.inner.sandbox, FAULTS).await;
    let job = stage.search(SearchOrder { max_pages: pages, ..stage.order(&queries) }).await;
    let database = test.database();
    let mut server = start(&test, 0).await;
    for (number, rows) in kills.iter().enumerate() {
        until_rows_kept(&database, job, *rows).await;
        server.kill().await;
        server = start(&test, number + 1).await;
    }
    until_ended(&database, job).await;
    server.stop().await;
    let ended = find(&database, job).await.expect("the job");
    assert_eq!(told(&ended), (JobState::Completed, Some(StopReason::TargetReached)), "{:#?}", stage.story(job).await);
    assert_eq!(stage.posting_ids().await, wanted, "each once, and nothing else");
    let statistics = stage.statistics(job).await;
    let distinct = (wanted.len() + lost.len()) as i64;
    assert_eq!(
        (statistics.found, statistics.new, statistics.duplicates, statistics.failed, statistics.closed),
        (cards.len() as i64, wanted.len() as i64, cards.len() as i64 - distinct, lost.len() as i64, closed.len() as i64)
    );
    assert_eq!(stage.count("SELECT count(*) AS found FROM postings WHERE detailed_at IS NULL").await, 0);
    assert_eq!(stage.count("SELECT count(*) AS found FROM postings WHERE repost_of IS NOT NULL").await, statistics.reposts);
    // One call for each page and posting, and one more for each fault and kill.
    let asked = (calls(&stage.inner.sandbox).await - visited) as i64;
    let needed = cards.len() as i64 / 10 + distinct;
    assert!(
        asked >= needed && asked <= needed + ended.retries + kills.len() as i64,
        "{asked} calls, {needed} needed, {} retries",
        ended.retries
    );
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_postings_with_every_fault_and_two_kills_are_each_stored_once_on_sqlite() {
    let (kills, pages) = if is_slow() { ([180, 740], 55) } else { ([20, 70], 6) };
    stays_whole(TestDatabase::sqlite().await, &kills, pages).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_postings_with_every_fault_and_two_kills_are_each_stored_once_on_postgres() {
    let (kills, pages) = if is_slow() { ([180, 740], 55) } else { ([20, 70], 6) };
    stays_whole(TestDatabase::postgres().await, &kills, pages).await;
}

/// How long the longest of these runs may take.
pub(super) const LONGEST: Duration = Duration::from_secs(240);
