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

/// The named account, or the workspace's: the public pages before a collection, one's own before a shared one. Somebody's own session at LinkedIn is
/// spent only when it is named, or when nobody has anything else of LinkedIn's.
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
            unnamed(conn, desk, user, mine).await?
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

async fn unnamed(conn: &mut Conn, desk: &Accounts, user: UserId, mut mine: Vec<Account>) -> Result<Account, StartError> {
    mine.retain(|account| account.provider.has_postings());
    mine.sort_by_key(|account| (account.user_id != user, account.created_at));
    let of_linkedin = mine.iter().filter(|account| account.provider == ProviderName::Linkedin).count();
    let mut collection = None;
    let mut has_session = false;
    for account in mine.into_iter().filter(|account| account.state == AccountState::Connected) {
        if account.provider != ProviderName::Linkedin {
            collection = collection.or(Some(account));
        } else if of_linkedin == 1 || desk.is_guest(conn, &account).await? {
            return Ok(account);
        } else {
            has_session = true;
        }
    }
    match collection {
        Some(account) => Ok(account),
        None if has_session => Err(StartError::Invalid {
            field: "account_id".into(),
            message:
                "The accounts that work here ask LinkedIn as somebody's own session, and none is spent unasked. Name the one to use, or \
                      switch on LinkedIn's public pages under Accounts."
                    .into(),
        }),
        None => Err(StartError::NoAccount { notice: desk.posting_manners(ProviderName::Linkedin).map_or("", |manners| manners.notice) }),
    }
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
