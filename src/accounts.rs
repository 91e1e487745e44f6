//! Accounts ready for use: the login unsealed, the connector at hand.

pub mod postings;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sluice_providers::{Login, Provider};
use url::Url;

use crate::domain::account::{Account, AccountState, Budgets, Credentials, Pace, ProviderName, WorkingHours};
use crate::domain::job::Job;
use crate::domain::{AccountId, Micros, Scope, UserId, WorkspaceId};
use crate::sealing::{Belongs, SealError, Sealer};
use crate::store::{Conn, Database, StoreError, accounts, hosts, timeline, workspaces};
use postings::PostingConnector;

/// The connectors, by provider: to people, and to postings.
#[derive(Clone, Default)]
pub struct Connectors {
    pub people: HashMap<ProviderName, Arc<dyn Provider>>,
    pub postings: HashMap<ProviderName, PostingConnector>,
}

pub struct Accounts {
    database: Database,
    sealer: Sealer,
    connectors: Connectors,
}

/// An account that may be used now.
pub struct Usable {
    pub id: AccountId,
    pub provider_name: &'static str,
    pub provider: Arc<dyn Provider>,
    pub login: Login,
    pub pace: Pace,
    pub budgets: Budgets,
    pub working_hours: Option<WorkingHours>,
    pub time_zone: TimeZone,
}

impl Accounts {
    pub fn new(database: Database, sealer: Sealer, connectors: Connectors) -> Self {
        Self { database, sealer, connectors }
    }

    pub fn connector(&self, provider: ProviderName) -> Option<Arc<dyn Provider>> {
        self.connectors.people.get(&provider).cloned()
    }

    /// The account with its login, or one plain sentence that says why it cannot be used and what to do.
    ///
    /// Sharing may have ended since the job was made, so it is looked at anew: `user` uses their own accounts and shared ones.
    pub async fn usable(&self, workspace: WorkspaceId, user: UserId, id: AccountId) -> Result<Result<Usable, String>, StoreError> {
        let mut conn = self.database.read().await?;
        let (account, time_zone) = match self.checked(&mut conn, workspace, user, id, None).await? {
            Ok(checked) => checked,
            Err(why) => return Ok(Err(why)),
        };
        let Some(provider) = self.connector(account.provider) else {
            return Ok(Err(format!("This server has no connector for {}.", account.provider.as_str())));
        };
        let login = match self.login(&mut conn, &account).await? {
            Ok(login) => login,
            Err(why) => return Ok(Err(why)),
        };
        Ok(Ok(Usable {
            id,
            provider_name: account.provider.as_str(),
            provider,
            login,
            pace: account.pace,
            budgets: account.budgets,
            working_hours: account.working_hours,
            time_zone,
        }))
    }

    /// The account, when the user may use it now, with the time zone of its working hours. One that is in trouble may be tried by a job that a
    /// person has wanted since: the cause may be gone, and nobody else can find out.
    async fn checked(
        &self,
        conn: &mut Conn,
        workspace: WorkspaceId,
        user: UserId,
        id: AccountId,
        trying: Option<&Job>,
    ) -> Result<Result<(Account, TimeZone), String>, StoreError> {
        let scope = Scope::Workspace(workspace);
        let Some(account) = accounts::find(conn, scope, id).await? else {
            return Ok(Err("The account was removed. Start the search anew with another one.".into()));
        };
        if !account.shared && account.user_id != user {
            return Ok(Err("The account is no longer shared with you. Start the search anew with another one, or ask its owner.".into()));
        }
        let is_on_trial = match trying {
            Some(job) if account.state == AccountState::Trouble => timeline::last_wanted_at(conn, job).await? > account.updated_at,
            _ => false,
        };
        match account.state {
            AccountState::Connected => {}
            AccountState::Trouble if is_on_trial => {}
            AccountState::Off => return Ok(Err("The account is switched off. Switch it on under Accounts, then Retry.".into())),
            AccountState::Trouble => {
                let why =
                    account.state_message.unwrap_or_else(|| "The provider refuses the account. Test it under Accounts, then Retry.".into());
                return Ok(Err(why));
            }
        }
        let zone = workspaces::find(conn, scope, workspace).await?.map_or_else(|| "UTC".to_owned(), |workspace| workspace.time_zone);
        let Ok(time_zone) = TimeZone::get(&zone) else {
            return Ok(Err(format!(
                "The workspace's time zone {zone} is not known here, so working hours cannot be kept. Set another one."
            )));
        };
        Ok(Ok((account, time_zone)))
    }

    /// What the connector needs to act for the account, or why that is not to be had.
    pub async fn login(&self, conn: &mut Conn, account: &Account) -> Result<Result<Login, String>, StoreError> {
        let (base_url, credentials) = match self.address_and_credentials(conn, account).await? {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let Some(api_key) = credentials.api_key else {
            return Ok(Err("The account has no provider key. Enter it under Accounts, then Retry.".into()));
        };
        Ok(Ok(Login { base_url, api_key, external_account_id: account.external_account_id.clone().unwrap_or_default() }))
    }

    /// Where the account is asked, and with what, or why it cannot be. What was given for one origin is sent to no other.
    async fn address_and_credentials(&self, conn: &mut Conn, account: &Account) -> Result<Result<(Url, Credentials), String>, StoreError> {
        let address = address(conn, account.workspace_id, account.provider, account.base_url.as_deref()).await?;
        let Some(base_url) = address.as_deref().and_then(|address| Url::parse(address).ok()) else {
            return Ok(Err("The account has no provider address. An owner sets its base_url under Accounts.".into()));
        };
        let credentials = match self.credentials(conn, account).await? {
            Ok(credentials) => credentials,
            Err(why) => return Ok(Err(why)),
        };
        let origin = base_url.origin().ascii_serialization();
        let has_secret = credentials.api_key.is_some() || credentials.session_cookie.is_some();
        match &credentials.given_for {
            Some(given_for) if has_secret && *given_for != origin => Ok(Err(format!(
                "The account's key was given for {given_for}, and the workspace's address of the provider is {origin} by now. \
                 Enter the key again under Accounts if it may be sent there."
            ))),
            _ => Ok(Ok((base_url, credentials))),
        }
    }

    /// The account's credentials, or why they are not to be had.
    async fn credentials(&self, conn: &mut Conn, account: &Account) -> Result<Result<Credentials, String>, StoreError> {
        let scope = Scope::Workspace(account.workspace_id);
        let Some(sealed) = accounts::sealed_credentials(conn, scope, account.id).await? else {
            return Ok(Err("The account was removed.".into()));
        };
        match self.open_credentials(account, &sealed) {
            Ok(credentials) => Ok(Ok(credentials)),
            Err(error) => {
                tracing::error!(account = %account.id, %error, "stored credentials do not open");
                Ok(Err("The account's key cannot be read: SLUICE_SECRET_KEY is not the one it was stored with. \
                               Set the old one, or enter the account's key again."
                    .into()))
            }
        }
    }

    /// Credentials as they are stored: sealed for this account alone.
    pub fn seal_credentials(&self, workspace: WorkspaceId, account: AccountId, credentials: &Credentials) -> Vec<u8> {
        let plain = Stored {
            api_key: credentials.api_key.as_ref().map(|key| key.expose_secret().to_owned()),
            session_cookie: credentials.session_cookie.as_ref().map(|cookie| cookie.expose_secret().to_owned()),
            given_for: credentials.given_for.clone(),
        };
        let json = Zeroizing::new(serde_json::to_vec(&plain).unwrap_or_default());
        self.sealer.seal(&json, Belongs { workspace_id: &workspace.to_string(), row_id: &account.to_string() })
    }

    /// The reverse of [`Accounts::seal_credentials`].
    pub fn open_credentials(&self, account: &Account, sealed: &[u8]) -> Result<Credentials, SealError> {
        let belongs = (account.workspace_id.to_string(), account.id.to_string());
        let plain = self.sealer.open(sealed, Belongs { workspace_id: &belongs.0, row_id: &belongs.1 })?;
        let stored: Stored = serde_json::from_slice(&plain).map_err(|_| SealError::WrongKey)?;
        Ok(Credentials {
            api_key: stored.api_key.map(SecretString::from),
            session_cookie: stored.session_cookie.map(SecretString::from),
            given_for: stored.given_for,
        })
    }
}

/// When the account's next call may start; in the past when it may go now. An account for postings waits for its host, which all share.
pub async fn next_call_at(conn: &mut Conn, account: &Account) -> Result<Option<Micros>, StoreError> {
    if !account.provider.has_postings() {
        return accounts::next_call_at(conn, account.id).await;
    }
    let address = address(conn, account.workspace_id, account.provider, account.base_url.as_deref()).await?;
    match address.and_then(|address| Url::parse(&address).ok()) {
        Some(address) => hosts::next_call_at(conn, &hosts::key(account.provider, &address)).await,
        None => Ok(None),
    }
}

/// Where an account is asked: at its own address, else at its provider's one and only, else at the workspace's.
///
/// A provider with an address of its own is never asked at the workspace's, which an owner may set long after members have stored their
/// secrets.
pub async fn address(
    conn: &mut Conn,
    workspace: WorkspaceId,
    provider: ProviderName,
    own: Option<&str>,
) -> Result<Option<String>, StoreError> {
    match own.or(provider.usual_address()) {
        Some(address) => Ok(Some(address.to_owned())),
        None => accounts::workspace_address(conn, workspace, provider).await,
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    api_key: Option<String>,
    session_cookie: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    given_for: Option<String>,
}
