//! Which account looks for postings, and why there may be none.

use std::time::Duration;

use crate::accounts::Accounts;
use crate::accounts::postings::PostingConnector;
use crate::domain::account::{Account, AccountState, ProviderName};
use crate::domain::{AccountId, Scope, UserId, WorkspaceId};
use crate::store::{Conn, StoreError, accounts};

/// Working time, if nothing else is said: details are one call each, and a thousand of them take a while.
pub const DEADLINE: Duration = Duration::from_secs(3_600);
/// What a call takes beside the pace, for estimates: a second is what such providers usually need.
pub const CALL: Duration = Duration::from_secs(1);

/// Why a job for postings cannot be started. Every text names what is wrong and what would work.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{message}")]
    Invalid { field: String, message: String },
    /// No source of postings is switched on; `notice` is what to know before switching on the public pages.
    #[error("No source of postings is switched on. Switch on LinkedIn's public pages, or connect Bright Data, under Accounts first.")]
    NoAccount { notice: &'static str },
    #[error("There is no account {0} that you may use. List yours with GET /api/v1/accounts.")]
    UnknownAccount(AccountId),
    #[error("{message}")]
    AccountTrouble { message: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An account and how it is asked.
pub struct Chosen {
    pub account: Account,
    pub connector: PostingConnector,
    /// Between two calls, for estimates: the account's delay, and never less than the host puts up with.
    pub gap: Duration,
}

/// The named account, or the workspace's: the public pages before a collection, one's own before a shared one.
pub async fn choose(
    conn: &mut Conn,
    desk: &Accounts,
    workspace: WorkspaceId,
    user: UserId,
    named: Option<AccountId>,
) -> Result<Chosen, StartError> {
    let account = match named {
        Some(id) => usable(conn, workspace, user, id).await?,
        None => {
            let (mine, _) = accounts::usable_by(conn, Scope::Workspace(workspace), user, 1_000, 0).await?;
            let fit = |account: &Account| account.provider.has_postings() && account.state == AccountState::Connected;
            let best = mine.into_iter().filter(fit).max_by_key(|account| {
                (account.provider == ProviderName::Linkedin, account.user_id == user, std::cmp::Reverse(account.created_at))
            });
            best.ok_or_else(|| StartError::NoAccount {
                notice: desk.posting_manners(ProviderName::Linkedin).map_or("", |manners| manners.notice),
            })?
        }
    };
    let Some(connector) = desk.posting_connector(account.provider) else {
        let message = "account_id names an account that has no postings; use one of LinkedIn's public pages or of Bright Data.".into();
        return Err(StartError::Invalid { field: "account_id".into(), message });
    };
    let address = crate::accounts::address(conn, workspace, account.provider, account.base_url.as_deref()).await?;
    let least = address.and_then(|address| connector.least_gap(account.provider, &address.parse().ok()?));
    let gap = account.pace.delay.max(least.unwrap_or_default());
    Ok(Chosen { account, connector, gap })
}

async fn usable(conn: &mut Conn, workspace: WorkspaceId, user: UserId, id: AccountId) -> Result<Account, StartError> {
    let account = accounts::find(conn, Scope::Workspace(workspace), id)
        .await?
        .filter(|account| account.shared || account.user_id == user)
        .ok_or(StartError::UnknownAccount(id))?;
    match account.state {
        AccountState::Connected => Ok(account),
        AccountState::Off => {
            Err(StartError::AccountTrouble { message: "This account is switched off. Switch it on under Accounts.".into() })
        }
        AccountState::Trouble => Err(StartError::AccountTrouble {
            message: account.state_message.unwrap_or_else(|| "The provider refuses this account. Test it under Accounts.".into()),
        }),
    }
}
