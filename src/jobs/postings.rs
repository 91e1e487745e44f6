//! What the kinds that bring postings in share: the account, the gate before every call, what a failed call means, and reading one page.

pub mod account;
mod details;
mod ending;
mod fault;
mod gate;
mod keeping;
mod one;
mod streak;

use std::sync::Arc;

use crate::accounts::Accounts;
use crate::accounts::postings::PostingAccount;
use crate::domain::job::{Job, StopReason};
use crate::jobs::engine::StepError;
use crate::randomness::Randomness;
use crate::store::Database;

pub(super) use details::{SettleGone, after_answer};
pub(super) use ending::{Finish, Park, as_json, not_ready, rows_kept};
pub(super) use fault::{Called, answer};
pub(super) use gate::{Gate, Passed, pass};
pub(super) use keeping::Keeping;
pub(super) use one::{Asking, read_one};
pub(super) use streak::Streak;

/// What these jobs work with.
#[derive(Clone)]
pub struct Desk {
    pub database: Database,
    pub accounts: Arc<Accounts>,
    pub randomness: Randomness,
}

impl Desk {
    /// The job's account, ready to be asked, or why it cannot be.
    pub(super) async fn account(&self, job: &Job) -> Result<PostingAccount, StepError> {
        let trouble = |code, message, retryable| StepError::Fatal { reason: StopReason::AccountTrouble, code, message, retryable };
        let Some(id) = job.account_id else {
            return Err(trouble("ACCOUNT_GONE", "The account of this job was removed. Start it anew with another one.".into(), false));
        };
        let account = self.accounts.usable_for_postings(job.workspace_id, job.user_id, id, Some(job)).await?;
        account.map_err(|message| trouble("ACCOUNT_TROUBLE", message, true))
    }
}
