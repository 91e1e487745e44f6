//! Brings in the postings that somebody named by address or number, or that are on a page saved from a browser, and saves them.

mod collected;
mod saved_page;
pub mod start;

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sluice_providers::{Cursor, PostingCollector, PostingFetcher};

use super::engine::kind::JobKind;
use super::engine::{StepContext, StepError, Write};
use super::postings::{self, Asking, Called, Desk, Finish, Gate, Keeping, Park, Passed, SettleGone, Streak};
use super::search_postings::too_narrow;
use crate::accounts::postings::{PostingAccount, PostingConnector};
use crate::domain::Micros;
use crate::domain::id::ChargeId;
use crate::domain::job::{Job, StopReason};
use crate::domain::posting::{FetchArgs, FetchSource, PostingSource};
use crate::store::paces::Slot;
use crate::store::postings::items;
use collected::SaveCollected;
use saved_page::LastRead;

pub const KIND: &str = "fetch_postings";

pub struct FetchPostings {
    desk: Desk,
    last_read: LastRead,
}

impl FetchPostings {
    pub fn new(desk: Desk) -> Self {
        Self { desk, last_read: LastRead::default() }
    }
}

/// Where the import is; which postings are left to read their items say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FetchCursor {
    /// The start that the host has promised.
    slot: Option<Slot>,
    /// The provider's cursor of a collection, and what it was charged when it was asked for.
    page: Option<Cursor>,
    charge: Option<ChargeId>,
    /// When the provider was asked for the collection.
    asked_at: Option<Micros>,
    /// How the last pages came out.
    streak: Streak,
    /// Rows of a collection or of a saved page that are stored already.
    taken: usize,
}

#[async_trait]
impl JobKind for FetchPostings {
    const KIND: &'static str = KIND;
    type Args = FetchArgs;
    type Cursor = FetchCursor;

    async fn step(&self, cx: &StepContext, args: &FetchArgs, at: FetchCursor) -> Result<Box<dyn Write<FetchCursor>>, StepError> {
        if matches!(args.source, FetchSource::SavedPage { .. }) {
            return saved_page::read(&self.desk.database, &self.last_read, &cx.job, at).await;
        }
        let mut conn = self.desk.database.read().await?;
        let wanting = items::next_wanting(&mut conn, cx.job.id, at.streak.held()).await?;
        let asked = if wanting.is_some() { items::asked(&mut conn, cx.job.id).await? } else { Vec::new() };
        drop(conn);
        let Some(item) = wanting else {
            let gone = at.streak.held().to_vec();
            if gone.is_empty() {
                return Ok(Box::new(finish()));
            }
            let cursor = FetchCursor { streak: Streak::default(), ..at };
            return Ok(Box::new(SettleGone { cursor, gone, keeping: Keeping::Asked, source: PostingSource::Linkedin }));
        };
        let account = self.desk.account(&cx.job).await?;
        match account.connector.clone() {
            PostingConnector::Pages(fetcher) => self.fetch(&cx.job, &account, fetcher, item, at).await,
            PostingConnector::Collection(collector) => self.collect(&cx.job, &account, collector, asked, at).await,
        }
    }
}

impl FetchPostings {
    async fn fetch(
        &self,
        job: &Job,
        account: &PostingAccount,
        fetcher: Arc<dyn PostingFetcher>,
        item: items::Wanting,
        at: FetchCursor,
    ) -> Result<Box<dyn Write<FetchCursor>>, StepError> {
        let passed = match self.gate(job, account, &at, 1).await? {
            Ok(passed) => passed,
            Err(write) => return Ok(write),
        };
        let (streak, fetcher) = (at.streak.clone(), fetcher.as_ref());
        let asking = Asking { desk: &self.desk, job, account, fetcher, item, streak, keeping: Keeping::Asked, passed };
        postings::read_one(asking, |streak| FetchCursor { slot: None, streak, ..at }).await
    }

    async fn collect(
        &self,
        job: &Job,
        account: &PostingAccount,
        collector: Arc<dyn PostingCollector>,
        asked: Vec<String>,
        at: FetchCursor,
    ) -> Result<Box<dyn Write<FetchCursor>>, StepError> {
        // A collection is charged once, when it is asked for.
        let rows = if at.page.is_none() { asked.len() as i64 } else { 0 };
        let passed = match self.gate(job, account, &at, rows).await? {
            Ok(passed) => passed,
            Err(write) => return Ok(write),
        };
        match collector.collect_postings(&account.login, &asked, at.page.as_ref()).await {
            Ok(page) => Ok(Box::new(SaveCollected {
                at: FetchCursor { slot: None, charge: at.charge.or(passed.charge), asked_at: at.asked_at.or(Some(passed.at)), ..at },
                page,
                passed,
                source: account.source,
                host: account.host.clone(),
            })),
            Err(error) => postings::answer(&Called { desk: &self.desk, account, passed, collection: at.charge }, error).await,
        }
    }

    /// The right to call, or the commit that waits.
    async fn gate(
        &self,
        job: &Job,
        account: &PostingAccount,
        at: &FetchCursor,
        rows: i64,
    ) -> Result<Result<Passed, Box<dyn Write<FetchCursor>>>, StepError> {
        match postings::pass(&self.desk, job, account, at.slot, rows).await? {
            Gate::Open(passed) => Ok(Ok(passed)),
            Gate::Shut { slot, at: until, wait, reason } => {
                Ok(Err(Box::new(Park { cursor: FetchCursor { slot, ..at.clone() }, at: until, wait, reason })))
            }
            Gate::Blocked { message } => Err(StepError::Fatal { reason: StopReason::Blocked, code: "BLOCKED", message, retryable: true }),
            Gate::TooNarrow { budget } => Err(too_narrow(budget, rows)),
        }
    }
}

fn finish() -> Finish {
    Finish { reason: StopReason::Exhausted, checked: Vec::new(), unproven: Vec::new() }
}

/// Rows of a collection or of a saved page that one commit stores.
const ROWS_AT_ONCE: usize = 100;
