//! Accounts through which postings are looked for: the public pages, which need no key, and collections that do.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use sluice_providers::posting_provider::Manners;
use sluice_providers::{PostingCollector, PostingFetcher, PostingLogin, PostingProvider};

use super::Accounts;
use crate::domain::account::{Account, AccountState, Budgets, Pace, ProviderName, WorkingHours};
use crate::domain::job::Job;
use crate::domain::posting::PostingSource;
use crate::domain::{AccountId, UserId, WorkspaceId};
use crate::store::{Conn, StoreError, hosts};

/// How postings are had from a provider.
#[derive(Clone)]
pub enum PostingConnector {
    /// One page at a time, and one posting at a time.
    Pages(Arc<dyn PostingFetcher>),
    /// Many in one go, ready some time later, each of them whole.
    Collection(Arc<dyn PostingCollector>),
}

impl PostingConnector {
    pub fn provider(&self) -> &dyn PostingProvider {
        match self {
            Self::Pages(fetcher) => fetcher.as_ref(),
            Self::Collection(collector) => collector.as_ref(),
        }
    }

    /// What the provider puts up with at its own address, from where a refusal would meet everybody here; `None` elsewhere, where a server
    /// of one's own, such as the sandbox, may be asked as quickly as its owner likes.
    pub fn least_gap(&self, provider: ProviderName, address: &url::Url) -> Option<Duration> {
        let login = PostingLogin { base_url: address.clone(), secret: None };
        hosts::is_usual(provider, address).then(|| self.provider().manners(&login).pace)
    }
}

/// An account that may be asked for postings now.
pub struct PostingAccount {
    pub id: AccountId,
    /// Whether it is in trouble, and a person has asked to try it all the same.
    pub is_on_trial: bool,
    pub connector: PostingConnector,
    pub login: PostingLogin,
    pub manners: Manners,
    /// The row of pace and breaker, see `hosts::key`.
    pub host: String,
    /// The least time between two calls there, whatever the account's own pace.
    pub least_gap: Duration,
    pub source: PostingSource,
    pub pace: Pace,
    pub budgets: Budgets,
    pub working_hours: Option<WorkingHours>,
    pub time_zone: TimeZone,
}

impl Accounts {
    pub fn posting_connector(&self, provider: ProviderName) -> Option<PostingConnector> {
        self.connectors.postings.get(&provider).cloned()
    }

    /// How a provider of postings wants to be called at its own address; `None` when it has no postings.
    pub fn posting_manners(&self, provider: ProviderName) -> Option<Manners> {
        let connector = self.posting_connector(provider)?;
        let base_url = provider.usual_address()?.parse().ok()?;
        Some(connector.provider().manners(&PostingLogin { base_url, secret: None }))
    }

    /// The account with its login, or one plain sentence that says why it cannot be used and what to do. `job` is the one that asks.
    pub async fn usable_for_postings(
        &self,
        workspace: WorkspaceId,
        user: UserId,
        id: AccountId,
        job: Option<&Job>,
    ) -> Result<Result<PostingAccount, String>, StoreError> {
        let mut conn = self.database.read().await?;
        let (account, time_zone) = match self.checked(&mut conn, workspace, user, id, job).await? {
            Ok(checked) => checked,
            Err(why) => return Ok(Err(why)),
        };
        let (connector, source) = match (self.posting_connector(account.provider), account.provider) {
            (Some(connector), ProviderName::Brightdata) => (connector, PostingSource::Brightdata),
            (Some(connector), _) => (connector, PostingSource::Linkedin),
            (None, provider) => return Ok(Err(format!("This server has no postings from {}.", provider.as_str()))),
        };
        let login = match self.posting_login(&mut conn, &account).await? {
            Ok(login) => login,
            Err(why) => return Ok(Err(why)),
        };
        let manners = connector.provider().manners(&login);
        Ok(Ok(PostingAccount {
            id,
            is_on_trial: account.state == AccountState::Trouble,
            host: hosts::key(account.provider, &login.base_url),
            least_gap: connector.least_gap(account.provider, &login.base_url).unwrap_or_default(),
            manners,
            connector,
            login,
            source,
            pace: account.pace,
            budgets: account.budgets,
            working_hours: account.working_hours,
            time_zone,
        }))
    }

    /// Whether the account asks LinkedIn as anybody may. One whose credentials do not open may have a session.
    pub async fn is_guest(&self, conn: &mut Conn, account: &Account) -> Result<bool, StoreError> {
        if account.provider != ProviderName::Linkedin {
            return Ok(false);
        }
        Ok(self.credentials(conn, account).await?.is_ok_and(|credentials| credentials.session_cookie.is_none()))
    }

    /// Where to ask and with which secret, or why that is not to be had.
    pub async fn posting_login(&self, conn: &mut Conn, account: &Account) -> Result<Result<PostingLogin, String>, StoreError> {
        let (base_url, credentials) = match self.address_and_credentials(conn, account).await? {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let secret = match account.provider {
            ProviderName::Linkedin => credentials.session_cookie,
            ProviderName::Brightdata | ProviderName::Unipile => credentials.api_key,
        };
        Ok(Ok(PostingLogin { base_url, secret }))
    }
}
