//! What a failed provider call means for the account and for the job.

use std::time::Duration;

use sluice_providers::ProviderError;

use crate::accounts::Usable;
use crate::domain::Scope;
use crate::domain::account::AccountState;
use crate::domain::id::ChargeId;
use crate::domain::job::StopReason;
use crate::jobs::engine::StepError;
use crate::randomness::Randomness;
use crate::store::{Database, StoreError, accounts, charges, paces};

/// The first wait after a 429; it doubles with every further one in a row.
const SLOW_DOWN: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_secs(900);
/// The longest wait that a provider can impose with one answer; a nonsensical Retry-After must not shut an account for years.
const LONGEST_TOLD: Duration = Duration::from_secs(24 * 3600);
/// How long a block keeps every job off the account.
const BLOCK: Duration = Duration::from_secs(3600);

/// Refunds the call, tells everybody on the account what concerns them, and says what the job shall do.
pub(crate) async fn answer(
    database: &Database,
    randomness: &Randomness,
    account: &Usable,
    charge: Option<ChargeId>,
    error: ProviderError,
) -> Result<StepError, StoreError> {
    let mut tx = database.begin().await?;
    if let Some(charge) = charge {
        charges::settle(&mut tx, charge, 0).await?;
    }
    let end = |reason, code, message: String, retryable| StepError::Fatal { reason, code, message, retryable };
    let decided = match error {
        ProviderError::RateLimited { retry_after } => {
            let wait = match retry_after {
                Some(wait) => wait.min(LONGEST_TOLD),
                None => {
                    let doublings = u32::try_from(paces::strikes(&mut tx, account.id).await?.clamp(0, 10)).unwrap_or(0);
                    SLOW_DOWN.saturating_mul(1 << doublings).min(LONGEST).mul_f64(0.5 + randomness.fraction() / 2.0)
                }
            };
            let at = paces::push_back(&mut tx, account.id, wait).await?;
            StepError::RateLimited { at, wait, message: "LinkedIn asked us to slow down. Continues by itself.".into() }
        }
        ProviderError::AccountTrouble { status, detail, .. } => {
            accounts::set_state(&mut tx, Scope::System, account.id, AccountState::Trouble, Some(&detail), None).await?;
            let code = match status {
                401 => "ACCOUNT_REFUSED_401",
                403 => "ACCOUNT_REFUSED_403",
                _ => "ACCOUNT_TROUBLE",
            };
            end(StopReason::AccountTrouble, code, detail, true)
        }
        ProviderError::Blocked { detail } => {
            paces::push_back(&mut tx, account.id, BLOCK).await?;
            end(StopReason::Blocked, "BLOCKED", detail, true)
        }
        ProviderError::Refused { detail, .. } => end(StopReason::Error, "PROVIDER_REFUSED", detail, false),
        ProviderError::LayoutChanged { detail, excerpt, .. } => {
            tracing::error!(account = %account.id, detail, excerpt, "a provider's answer could not be read");
            let message = format!("The provider's answer could not be read: {detail}. Nothing that was found is lost; Retry asks again.");
            end(StopReason::MarkupChanged, "ANSWER_UNREADABLE", message, true)
        }
        ProviderError::Unreachable { detail, .. } => StepError::Retry { message: detail },
    };
    tx.commit().await?;
    Ok(decided)
}
