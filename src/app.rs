//! Everything that requests and jobs stand on, built once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::accounts::Accounts;
use crate::config::Config;
use crate::data_dir::{self, DataDirError};
use crate::domain::{Credential, KeyId, SessionId};
use crate::events::Hub;
use crate::http::realtime::Audience;
use crate::mail::{MailError, Mailer};
use crate::providers;
use crate::randomness::Randomness;
use crate::sealing::{self, KeyHasher, Sealer};
use crate::sign_in::passwords::Passwords;
use crate::store::{Database, StoreError, keys, sessions};

/// Between two notes of what was used.
const EVERY: Duration = Duration::from_secs(60);

pub struct App {
    pub config: Config,
    pub database: Database,
    pub accounts: Arc<Accounts>,
    pub hub: Hub,
    /// Who listens over a realtime connection.
    pub audience: Audience,
    /// The realtime connections that are open; the server waits for their end.
    pub sockets: TaskTracker,
    pub sealer: Sealer,
    pub key_hasher: KeyHasher,
    pub passwords: Passwords,
    /// When mail is set up.
    pub mailer: Option<Mailer>,
    pub randomness: Randomness,
    pub used_credentials: UsedCredentials,
    /// Canceled when the server stops: streams end then.
    pub stopping: CancellationToken,
    /// Of the secret key.
    pub fingerprint: String,
    /// Where this process answers, once it does.
    pub bound: OnceLock<Url>,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("SLUICE_SMTP_URL cannot be used: {0}")]
    Mail(MailError),
    #[error("the connectors cannot be set up: {0}")]
    Providers(anyhow::Error),
}

impl App {
    /// Opens the database without touching its schema. On SQLite the caller holds the lock of the data directory.
    pub async fn open(config: Config) -> Result<Self, OpenError> {
        let randomness = Randomness::from_system();
        data_dir::create(&config.data_dir)?;
        let database = Database::open(config.database.url.expose_secret(), config.database.postgres_connections).await?;
        let secret = match &config.identity.secret_key {
            Some(secret) => secret.clone(),
            None => data_dir::secret_key(&config.data_dir, &randomness)?,
        };
        let connectors = providers::connectors(config.allows_private_providers()).map_err(OpenError::Providers)?;
        let mailer = config.mail.as_ref().map(Mailer::new).transpose().map_err(OpenError::Mail)?;
        let sealer = Sealer::new(&secret, randomness.clone());
        Ok(Self {
            accounts: Arc::new(Accounts::new(database.clone(), sealer.clone(), connectors)),
            hub: Hub::new(database.clone()),
            audience: Audience::default(),
            sockets: TaskTracker::new(),
            key_hasher: KeyHasher::new(&secret),
            mailer,
            passwords: Passwords::new(randomness.clone()),
            bound: OnceLock::new(),
            fingerprint: sealing::fingerprint(&secret),
            used_credentials: UsedCredentials::default(),
            stopping: CancellationToken::new(),
            config,
            database,
            sealer,
            randomness,
        })
    }

    /// Under which address people find the server: `SLUICE_PUBLIC_URL`, else where it answers.
    pub fn address(&self) -> Url {
        let configured = || crate::serve::reachable(self.config.http.bind);
        self.config.http.public_url.clone().or_else(|| self.bound.get().cloned()).unwrap_or_else(configured)
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Keys and sessions that were used since the last flush, so that authentication itself writes nothing.
#[derive(Debug, Clone, Default)]
pub struct UsedCredentials {
    since_flush: Arc<Mutex<Used>>,
}

#[derive(Debug, Default)]
struct Used {
    keys: BTreeSet<KeyId>,
    sessions: BTreeSet<SessionId>,
}

impl UsedCredentials {
    pub fn note(&self, credential: Credential) {
        let mut used = self.since_flush.lock().unwrap_or_else(PoisonError::into_inner);
        match credential {
            Credential::Key(id) => used.keys.insert(id),
            Credential::Session(id) => used.sessions.insert(id),
        };
    }

    /// Writes down once a minute what was used, until `stop`.
    pub async fn flush_until(&self, database: &Database, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            if let Err(error) = self.flush(database).await {
                tracing::warn!(%error, "could not write down which keys and sessions were used");
            }
        }
    }

    /// Writes down what was used since the last time.
    pub async fn flush(&self, database: &Database) -> Result<(), StoreError> {
        let used = std::mem::take(&mut *self.since_flush.lock().unwrap_or_else(PoisonError::into_inner));
        let (used_keys, used_sessions): (Vec<KeyId>, Vec<SessionId>) =
            (used.keys.into_iter().collect(), used.sessions.into_iter().collect());
        for some in used_keys.chunks(500) {
            let mut tx = database.begin().await?;
            keys::touch(&mut tx, some).await?;
            tx.commit().await?;
        }
        for some in used_sessions.chunks(500) {
            let mut tx = database.begin().await?;
            sessions::touch(&mut tx, some).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
