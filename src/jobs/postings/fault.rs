//! What a failed call means for the host, the account and the job.

use std::time::Duration;

use async_trait::async_trait;
use sluice_providers::{ProviderError, UnreadPage};

use super::Desk;
use super::gate::{Passed, slowed_down};
use super::streak::UNREACHABLE;
use crate::accounts::postings::PostingAccount;
use crate::domain::Scope;
use crate::domain::account::AccountState;
use crate::domain::id::ChargeId;
use crate::domain::job::{Job, StopReason};
use crate::domain::posting::Reason;
use crate::jobs::engine::{Next, Outcome, StepError, Write};
use crate::store::paces::{self, Door};
use crate::store::postings::items;
use crate::store::{StoreError, Tx, accounts, charges, hosts, posting_pages};

/// The longest wait that a provider can impose with one answer; a nonsensical Retry-After must not shut a host for years.
const LONGEST_TOLD: Duration = Duration::from_secs(24 * 3_600);
/// A host that asks us to come back at once, or does so again and again, means something else: this, doubled with each further time.
const SHORTEST_TOLD: Duration = Duration::from_secs(60);
/// The longest wait of ours.
const LONGEST: Duration = Duration::from_secs(4 * 3_600);

/// A call that was made.
pub(in crate::jobs) struct Called<'a> {
    pub desk: &'a Desk,
    pub account: &'a PostingAccount,
    pub passed: Passed,
    /// What the collection that was looked at has been charged, which a failure for good gives back.
    pub collection: Option<ChargeId>,
}

/// Refunds the call, tells everybody at the host what concerns them, and says what the job shall do: a commit that ends it, or an error.
pub(in crate::jobs) async fn answer<C: Clone + Send + Sync + 'static>(
    called: &Called<'_>,
    error: ProviderError,
) -> Result<Box<dyn Write<C>>, StepError> {
    let host = called.account.host.clone();
    let fail = |reason, code, message: String, retryable, told| {
        let failed = Failed { reason, code, message, retryable, passed: called.passed, collection: called.collection, told };
        Ok(Box::new(failed) as Box<dyn Write<C>>)
    };
    match error {
        ProviderError::Blocked { detail } => fail(StopReason::Blocked, "BLOCKED", detail, true, Told::Block { host }),
        ProviderError::AccountTrouble { status, detail, .. } => {
            let code = match status {
                401 => "ACCOUNT_REFUSED_401",
                403 => "ACCOUNT_REFUSED_403",
                _ => "ACCOUNT_TROUBLE",
            };
            fail(StopReason::AccountTrouble, code, detail, true, Told::Account(called.account.id))
        }
        ProviderError::Refused { detail, .. } => fail(StopReason::Error, "PROVIDER_REFUSED", detail, false, Told::Nobody),
        ProviderError::LayoutChanged { detail, excerpt, page } => {
            tracing::error!(account = %called.account.id, detail, excerpt, "a provider's page could not be read");
            let kept = if page.is_some() { "What was found is kept, and so is the page" } else { "What was found is kept" };
            let message = format!("The provider's page could not be read: {}. {kept}; Retry asks again.", detail.trim_end_matches('.'));
            fail(StopReason::MarkupChanged, "ANSWER_UNREADABLE", message, true, Told::Page(page))
        }
        ProviderError::RateLimited { retry_after } => {
            let mut tx = called.desk.database.begin().await?;
            refund(&mut tx, called.passed).await?;
            let door = Door::Host(&host);
            let doublings = u32::try_from(paces::strikes(&mut tx, door).await?.clamp(0, 10)).unwrap_or(0);
            let doubled = |wait: Duration| wait.saturating_mul(1 << doublings).min(LONGEST);
            let wait = match retry_after {
                // What it says is believed once.
                Some(told) if doublings == 0 && !told.is_zero() => told.min(LONGEST_TOLD),
                Some(told) => told.min(LONGEST_TOLD).max(doubled(SHORTEST_TOLD)),
                None => doubled(called.account.manners.cool_down),
            };
            let at = paces::push_back(&mut tx, door, wait).await?;
            tx.commit().await?;
            Err(StepError::RateLimited { at, wait, message: slowed_down(&called.account.manners.host) })
        }
        ProviderError::Unreachable { detail, .. } => {
            let mut tx = called.desk.database.begin().await?;
            refund(&mut tx, called.passed).await?;
            tx.commit().await?;
            Err(StepError::Retry { message: detail })
        }
    }
}

/// A posting that the host cannot show has used up the job's tries: the job ends, and when the same happens after a Retry, the posting fails.
pub(super) fn given_up<C: Clone + Send + Sync + 'static>(called: &Called<'_>, job: &Job, position: i64, detail: &str) -> Box<dyn Write<C>> {
    let message = format!(
        "Asked {} times for one posting: {}. Nothing that was found is lost; Retry goes on from there, and passes over that posting should it \
         fail again.",
        job.attempt,
        detail.trim_end_matches('.')
    );
    Box::new(Failed {
        reason: StopReason::Error,
        code: "ATTEMPTS_EXHAUSTED",
        message,
        retryable: true,
        passed: called.passed,
        collection: None,
        told: Told::Item(position),
    })
}

async fn refund(tx: &mut Tx, passed: Passed) -> Result<(), StoreError> {
    match passed.charge {
        Some(charge) => charges::settle(tx, charge, 0).await,
        None => Ok(()),
    }
}

/// Whom the fault concerns beside the job.
enum Told {
    Nobody,
    Block {
        host: String,
    },
    Account(crate::domain::AccountId),
    Page(Option<Box<UnreadPage>>),
    /// The item of the posting that was asked for, by its place.
    Item(i64),
}

/// Ends the job early; rows and cursor stay.
struct Failed {
    reason: StopReason,
    code: &'static str,
    message: String,
    retryable: bool,
    passed: Passed,
    collection: Option<ChargeId>,
    told: Told,
}

#[async_trait]
impl<C: Clone + Send + Sync + 'static> Write<C> for Failed {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<C>, StoreError> {
        refund(tx, self.passed).await?;
        if let (Some(charge), false) = (self.collection, self.retryable) {
            charges::settle(tx, charge, 0).await?;
        }
        match &self.told {
            Told::Item(position) => {
                let reason = Reason::new(UNREACHABLE, "It could not be had so far.".into());
                items::doubt(tx, job.id, *position, &reason).await?;
            }
            Told::Block { host } => hosts::block(tx, host, &self.message).await?,
            Told::Account(id) => {
                accounts::set_state(tx, Scope::System, *id, AccountState::Trouble, Some(&self.message), None).await?;
            }
            Told::Page(Some(page)) => posting_pages::keep_unread(tx, job.id, &page.url, &page.bytes).await?,
            Told::Page(None) | Told::Nobody => {}
        }
        Ok(Outcome::new(Next::Failed {
            cursor: None,
            reason: self.reason,
            code: self.code,
            message: self.message.clone(),
            retryable: self.retryable,
        }))
    }
}
