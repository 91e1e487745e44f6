//! Searches people page by page through one account, and stores each person once.

pub(crate) mod fault;
mod gate;
mod save;
pub mod start;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sluice_providers::{Cursor, PreparedSearch};

use super::engine::kind::JobKind;
use super::engine::{Next, Outcome, StepContext, StepError, Write};
use crate::accounts::{Accounts, Usable};
use crate::domain::Micros;
use crate::domain::job::{Job, StopReason};
use crate::domain::search::SearchArgs;
use crate::lookups::StoredLookups;
use crate::randomness::Randomness;
use crate::store::paces::Slot;
use crate::store::{Database, StoreError, Tx};
use gate::Gate;
pub(crate) use gate::draw_gap;
use save::SavePage;

pub const KIND: &str = "search_prospects";

pub struct SearchProspects {
    pub database: Database,
    pub accounts: Arc<Accounts>,
    pub randomness: Randomness,
}

/// Where the search is. Everything that the next page needs is here, so that any worker can fetch it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchCursor {
    /// The translated query, once its words have been looked up.
    prepared: Option<PreparedSearch>,
    /// The provider's cursor of the next page; none before the first.
    page: Option<Cursor>,
    /// The start that the account has promised.
    slot: Option<Slot>,
    /// Rows that the provider has sent so far.
    received: u64,
    /// Whether an empty first page has been asked for once more.
    asked_again: bool,
}

#[async_trait]
impl JobKind for SearchProspects {
    const KIND: &'static str = KIND;
    type Args = SearchArgs;
    type Cursor = SearchCursor;

    async fn step(&self, cx: &StepContext, args: &SearchArgs, at: SearchCursor) -> Result<Box<dyn Write<SearchCursor>>, StepError> {
        let account = self.account(&cx.job).await?;
        let (prepared, at) = match at.prepared.clone() {
            Some(prepared) => (prepared, at),
            None => {
                let prepared = self.prepare(args, &account).await?;
                let at = SearchCursor { prepared: Some(prepared.clone()), ..at };
                // What was asked of the provider is stored at once; where nothing was, the first page stores it.
                if !prepared.notes.is_empty() {
                    return Ok(Box::new(Prepared { cursor: at }));
                }
                (prepared, at)
            }
        };
        let charge = match gate::pass(&self.database, &self.randomness, &cx.job, &account, &at, args.limit).await? {
            Gate::Open(charge) => charge,
            Gate::Shut { slot, at: until, wait, reason } => {
                return Ok(Box::new(Park { cursor: SearchCursor { slot, ..at }, at: until, wait, reason }));
            }
            Gate::TooNarrow { budget } => {
                let message = format!(
                    "The account's budget of {budget} rows in 24 hours is smaller than one page of {}. Raise it under Accounts, then Retry.",
                    args.limit
                );
                return Err(StepError::Fatal { reason: StopReason::AccountBudget, code: "BUDGET_TOO_SMALL", message, retryable: true });
            }
        };
        match account.provider.search_people(&account.login, &prepared, at.page.as_ref()).await {
            Ok(page) => {
                let gap = gate::draw_gap(account.pace, self.randomness.fraction());
                Ok(Box::new(SavePage { account: account.id, args: args.clone(), at, page, charge, gap }))
            }
            Err(error) => Err(fault::answer(&self.database, &self.randomness, &account, Some(charge), error).await?),
        }
    }
}

impl SearchProspects {
    /// The job's account, ready to be used, or why it cannot be.
    async fn account(&self, job: &Job) -> Result<Usable, StepError> {
        let trouble = |code, message, retryable| StepError::Fatal { reason: StopReason::AccountTrouble, code, message, retryable };
        let Some(id) = job.account_id else {
            return Err(trouble(
                "ACCOUNT_GONE",
                "The account of this search was removed. Start the search anew with another one.".into(),
                false,
            ));
        };
        match self.accounts.usable(job.workspace_id, job.user_id, id).await? {
            Ok(account) => Ok(account),
            Err(message) => Err(trouble("ACCOUNT_TROUBLE", message, true)),
        }
    }

    /// Translates the query, looking its words up.
    async fn prepare(&self, args: &SearchArgs, account: &Usable) -> Result<PreparedSearch, StepError> {
        let cache = StoredLookups::new(&self.database, account.provider_name, args.api);
        match account.provider.prepare(&account.login, args.api, &args.query, &cache).await {
            Ok(prepared) => Ok(PreparedSearch { limit: args.limit, ..prepared }),
            Err(error) => Err(fault::answer(&self.database, &self.randomness, account, None, error).await?),
        }
    }
}

struct Prepared {
    cursor: SearchCursor,
}

#[async_trait]
impl Write<SearchCursor> for Prepared {
    async fn write(&self, _tx: &mut Tx, _job: &Job) -> Result<Outcome<SearchCursor>, StoreError> {
        let notes = self.cursor.prepared.as_ref().map(|prepared| prepared.notes.clone()).unwrap_or_default();
        Ok(Outcome { notes, ..Outcome::new(Next::Continue(self.cursor.clone())) })
    }
}

struct Park {
    cursor: SearchCursor,
    at: Micros,
    wait: Duration,
    reason: String,
}

#[async_trait]
impl Write<SearchCursor> for Park {
    async fn write(&self, _tx: &mut Tx, _job: &Job) -> Result<Outcome<SearchCursor>, StoreError> {
        Ok(Outcome::new(Next::Wait { cursor: self.cursor.clone(), at: self.at, wait: self.wait, reason: self.reason.clone() }))
    }
}
