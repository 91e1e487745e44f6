//! What the kinds that bring postings in share: the account, the gate before every call, what a failed call means, and reading one page.

pub mod account;
mod details;
mod ending;
mod fault;
mod gate;

use std::sync::Arc;

use sluice_providers::{PostingAnswer, ProviderError};

use crate::accounts::Accounts;
use crate::accounts::postings::PostingAccount;
use crate::domain::job::{Job, StopReason};
use crate::jobs::engine::StepError;
use crate::randomness::Randomness;
use crate::store::{Database, posting_pages};

pub(super) use details::{Details, Keeping, after_answer};
pub(super) use ending::{Finish, Park, as_json, not_ready, rows_kept};
pub(super) use fault::{Called, answer};
pub(super) use gate::{Gate, Passed, pass};

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
        let account = self.accounts.usable_for_postings(job.workspace_id, job.user_id, id).await?;
        account.map_err(|message| trouble("ACCOUNT_TROUBLE", message, true))
    }

    /// What one posting's page came to: an answer, the provider's own reason why not, or an error that concerns more than this posting.
    ///
    /// A page that no parser knows ends the job, since all may look so by now. When a person has retried and the same page is still unknown,
    /// it is that one alone that fails, so that one odd posting does not keep the others away.
    pub(super) async fn answer_of(
        &self,
        job: &Job,
        answer: Result<PostingAnswer, ProviderError>,
    ) -> Result<Result<Result<PostingAnswer, Refusal>, ProviderError>, StepError> {
        match answer {
            Ok(PostingAnswer::Refused { detail }) => Ok(Ok(Err(Refusal { code: "refused", detail }))),
            Ok(PostingAnswer::Unreadable { detail, excerpt, page }) => {
                let mut conn = self.database.read().await?;
                if posting_pages::is_unread(&mut conn, job.id, &page.url).await? {
                    let detail = "Its page could not be read, and neither when it was asked for again; it is kept with the job.".to_owned();
                    return Ok(Ok(Err(Refusal { code: "unreadable", detail })));
                }
                Ok(Err(ProviderError::LayoutChanged { detail, excerpt, page: Some(page) }))
            }
            Ok(answer) => Ok(Ok(Ok(answer))),
            Err(error) => Ok(Err(error)),
        }
    }
}

/// Why one posting could not be had, while others may.
pub(super) struct Refusal {
    code: &'static str,
    detail: String,
}
