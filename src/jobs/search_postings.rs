//! Searches postings: one query after the other, page by page, and then the page of each posting that is kept.

mod save;
pub mod start;

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sluice_providers::{Cursor, PostingPage, PostingQuery};

use super::engine::kind::JobKind;
use super::engine::{StepContext, StepError, Write};
use super::postings::{self, Asking, Called, Desk, Finish, Gate, Keeping, Park, Passed, SettleGone, Streak};
use crate::accounts::postings::{PostingAccount, PostingConnector};
use crate::domain::Micros;
use crate::domain::id::ChargeId;
use crate::domain::job::{Job, StopReason};
use crate::domain::posting::order::CARDS_A_PAGE;
use crate::domain::posting::{PostingSource, SearchArgs};
use crate::store::paces::Slot;
use crate::store::postings::items;
use save::SavePage;

pub const KIND: &str = "search_postings";

pub struct SearchPostings {
    pub desk: Desk,
}

/// Where the search is. Everything that the next call needs is here, so that any worker can make it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchCursor {
    /// Which query; as many as there are when all have been asked.
    query: usize,
    /// Pages of this query so far.
    pages: u32,
    /// The provider's cursor of the next page; none before the first.
    page: Option<Cursor>,
    /// Rows of a collection that are stored already: it comes as a whole, and is stored in parts.
    taken: usize,
    /// Pages in a row that brought nothing new to this query.
    stale_pages: u32,
    /// When each query was asked, as far as they have been.
    asked_at: Vec<Micros>,
    /// How the last pages of single postings came out.
    streak: Streak,
    /// What a collection was charged when it was asked for.
    charge: Option<ChargeId>,
    /// The start that the host has promised.
    slot: Option<Slot>,
    /// Whether an empty first page has been asked for once more.
    asked_again: bool,
    /// Whether any query came to the most that the provider hands out, or to the pages that were wanted.
    capped: bool,
    limited: bool,
}

#[async_trait]
impl JobKind for SearchPostings {
    const KIND: &'static str = KIND;
    type Args = SearchArgs;
    type Cursor = SearchCursor;

    async fn step(&self, cx: &StepContext, args: &SearchArgs, at: SearchCursor) -> Result<Box<dyn Write<SearchCursor>>, StepError> {
        if let Some(query) = args.queries.get(at.query) {
            let account = self.desk.account(&cx.job).await?;
            let rows = rows_of_call(&account, args, &at);
            let passed = match self.gate(&cx.job, &account, &at, rows).await? {
                Ok(passed) => passed,
                Err(write) => return Ok(write),
            };
            let query = PostingQuery { most_records: Some(most_rows(args)), ..query.clone() };
            return match account.connector.provider().search_postings(&account.login, &query, at.page.as_ref()).await {
                Ok(page) => Ok(Box::new(received(args, at, account, page, passed))),
                Err(error) => {
                    let called = Called { desk: &self.desk, account: &account, passed, collection: at.charge };
                    postings::answer(&called, error).await
                }
            };
        }
        let mut conn = self.desk.database.read().await?;
        let wanting = items::next_wanting(&mut conn, cx.job.id, at.streak.held()).await?;
        drop(conn);
        let keeping = keeping(args, &at);
        let Some(item) = wanting else {
            let gone = at.streak.held().to_vec();
            if gone.is_empty() {
                return Ok(Box::new(finish(args, &at)));
            }
            let cursor = SearchCursor { streak: Streak::default(), ..at };
            return Ok(Box::new(SettleGone { cursor, gone, keeping, source: PostingSource::Linkedin }));
        };
        let account = self.desk.account(&cx.job).await?;
        let PostingConnector::Pages(fetcher) = account.connector.clone() else { return Ok(Box::new(finish(args, &at))) };
        let passed = match self.gate(&cx.job, &account, &at, 1).await? {
            Ok(passed) => passed,
            Err(write) => return Ok(write),
        };
        let (streak, fetcher) = (at.streak.clone(), fetcher.as_ref());
        let asking = Asking { desk: &self.desk, job: &cx.job, account: &account, fetcher, item, streak, keeping, passed };
        postings::read_one(asking, |streak| SearchCursor { slot: None, streak, ..at }).await
    }
}

impl SearchPostings {
    /// The right to call, or the commit that waits or ends.
    async fn gate(
        &self,
        job: &Job,
        account: &PostingAccount,
        at: &SearchCursor,
        rows: i64,
    ) -> Result<Result<Passed, Box<dyn Write<SearchCursor>>>, StepError> {
        match postings::pass(&self.desk, job, account, at.slot, rows).await? {
            Gate::Open(passed) => Ok(Ok(passed)),
            Gate::Shut { slot, at: until, wait, reason } => {
                Ok(Err(Box::new(Park { cursor: SearchCursor { slot, ..at.clone() }, at: until, wait, reason })))
            }
            Gate::Blocked { message } => Err(StepError::Fatal { reason: StopReason::Blocked, code: "BLOCKED", message, retryable: true }),
            Gate::TooNarrow { budget } => Err(too_narrow(budget, rows)),
        }
    }
}

fn keeping(args: &SearchArgs, at: &SearchCursor) -> Keeping {
    Keeping::Found { args: Arc::new(args.clone()), asked_at: at.asked_at.clone() }
}

fn received(args: &SearchArgs, mut at: SearchCursor, account: PostingAccount, page: PostingPage, passed: Passed) -> SavePage {
    at.slot = None;
    if at.asked_at.len() <= at.query {
        at.asked_at.resize(at.query + 1, passed.at);
    }
    SavePage {
        keeping: keeping(args, &at),
        args: args.clone(),
        at,
        page,
        passed,
        source: account.source,
        cap: account.manners.cap,
        host: account.host,
        is_collection: matches!(account.connector, PostingConnector::Collection(_)),
    }
}

/// What one call may bring, which is charged before it. A collection is charged once, when it is asked for.
fn rows_of_call(account: &PostingAccount, args: &SearchArgs, at: &SearchCursor) -> i64 {
    match &account.connector {
        PostingConnector::Pages(_) => i64::from(CARDS_A_PAGE),
        PostingConnector::Collection(_) if at.page.is_none() => i64::from(most_rows(args)),
        PostingConnector::Collection(_) => 0,
    }
}

/// The most rows that one query may bring.
fn most_rows(args: &SearchArgs) -> u32 {
    args.max_pages.saturating_mul(CARDS_A_PAGE)
}

pub(super) fn too_narrow(budget: i64, rows: i64) -> StepError {
    let message = format!(
        "The account's budget of {budget} rows in 24 hours is smaller than the {rows} that one call may bring. Raise it under Accounts, then Retry."
    );
    StepError::Fatal { reason: StopReason::AccountBudget, code: "BUDGET_TOO_SMALL", message, retryable: true }
}

fn finish(args: &SearchArgs, at: &SearchCursor) -> Finish {
    let reason = match (at.capped, at.limited) {
        (true, _) => StopReason::ProviderCap,
        (false, true) => StopReason::TargetReached,
        (false, false) => StopReason::Exhausted,
    };
    Finish { reason, checked: args.checked.clone(), unproven: args.unproven.clone() }
}

/// Rows of a collection that one commit stores.
const ROWS_AT_ONCE: usize = 100;
