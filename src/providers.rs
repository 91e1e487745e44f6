//! The connectors by name, and the right to act for an account.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value as Json};
use sluice_providers::{Fetch, FetchConfig, Login, Provider, Unipile};

use crate::domain::account::Credentials;
use crate::domain::{Account, ProviderName, Scope};
use crate::sealing::{Belongs, SealError, Sealer};
use crate::store::{Conn, StoreError, accounts};

/// The one list of connectors. Cheap to clone.
#[derive(Clone)]
pub struct Providers {
    unipile: Arc<dyn Provider>,
}

/// Why there is no right to act for an account; every text but the store's says what to do.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    #[error("no address is known for this provider: an owner sets base_url on the account, or shares an account that has one")]
    NoAddress,
    #[error("the account has no API key: enter one")]
    NoKey,
    #[error("the account has no external_account_id: enter the account's id at the provider")]
    NoExternalId,
    #[error(transparent)]
    Sealed(#[from] SealError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Providers {
    /// Connectors that call the network. Fails only when the system's TLS set-up cannot be read.
    pub fn connect(private_addresses: bool) -> Result<Self, anyhow::Error> {
        // Another part of the process may have installed it already, which serves as well.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let fetch = Fetch::new(&FetchConfig { private_addresses, ..FetchConfig::default() })?;
        Ok(Self { unipile: Arc::new(Unipile::new(fetch)) })
    }

    /// Connectors of a test's own.
    pub fn of(unipile: Arc<dyn Provider>) -> Self {
        Self { unipile }
    }

    /// `None` for a provider whose accounts can be kept, but that has no people search.
    pub fn get(&self, name: ProviderName) -> Option<Arc<dyn Provider>> {
        match name {
            ProviderName::Unipile => Some(self.unipile.clone()),
            ProviderName::Brightdata | ProviderName::Linkedin => None,
        }
    }
}

/// Opens the credentials of `account`.
pub async fn login(conn: &mut Conn, sealer: &Sealer, account: &Account) -> Result<Login, LoginError> {
    let credentials = credentials(conn, sealer, account).await?;
    let base_url = match &account.base_url {
        Some(base_url) => Some(base_url.clone()),
        None => accounts::workspace_address(conn, account.workspace_id, account.provider).await?,
    };
    Ok(Login {
        base_url: base_url.and_then(|text| text.parse().ok()).ok_or(LoginError::NoAddress)?,
        api_key: credentials.api_key.ok_or(LoginError::NoKey)?,
        external_account_id: account.external_account_id.clone().ok_or(LoginError::NoExternalId)?,
    })
}

pub async fn credentials(conn: &mut Conn, sealer: &Sealer, account: &Account) -> Result<Credentials, LoginError> {
    let scope = Scope::Workspace(account.workspace_id);
    let Some(sealed) = accounts::sealed_credentials(conn, scope, account.id).await? else { return Ok(Credentials::default()) };
    let (workspace_id, row_id) = (account.workspace_id.to_string(), account.id.to_string());
    let plain = sealer.open(&sealed, Belongs { workspace_id: &workspace_id, row_id: &row_id })?;
    let fields: Map<String, Json> = serde_json::from_slice(&plain).map_err(|_| SealError::WrongKey)?;
    let secret = |name: &str| fields.get(name).and_then(Json::as_str).map(SecretString::from);
    Ok(Credentials { api_key: secret("api_key"), session_cookie: secret("session_cookie") })
}

/// The counterpart of [`credentials`], for the row of `account`.
pub fn seal(sealer: &Sealer, account: &Account, credentials: &Credentials) -> Vec<u8> {
    let mut fields = Map::new();
    for (name, secret) in [("api_key", &credentials.api_key), ("session_cookie", &credentials.session_cookie)] {
        if let Some(secret) = secret {
            fields.insert(name.to_owned(), Json::from(secret.expose_secret()));
        }
    }
    let (workspace_id, row_id) = (account.workspace_id.to_string(), account.id.to_string());
    sealer.seal(Json::Object(fields).to_string().as_bytes(), Belongs { workspace_id: &workspace_id, row_id: &row_id })
}
