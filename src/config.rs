//! Settings: defaults < `sluice.toml` < environment < flags, checked whole at start.

mod mail;
mod network;
mod settings;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use mail::{MailConfig, Privacy};
pub use network::Network;
pub use settings::Settings;

use crate::store::jobs::MAX_ATTEMPTS;

/// All settings, valid.
#[derive(Debug, Clone)]
pub struct Config {
    /// `SLUICE_DATA_DIR`; default `$XDG_DATA_HOME/sluice`, else `~/.local/share/sluice`, else `./sluice-data`. Holds the SQLite file,
    /// `sluice.lock`, `secret.key`, `cli.key` and `sluice.toml`.
    pub data_dir: PathBuf,
    pub database: DatabaseConfig,
    pub http: HttpConfig,
    pub identity: IdentityConfig,
    pub files: FilesConfig,
    pub engine: EngineConfig,
    pub model: ModelConfig,
    /// `SLUICE_SMTP_URL` and `SLUICE_MAIL_FROM`; default none: links are handed over by people, and nobody is mailed.
    pub mail: Option<MailConfig>,
    /// `SLUICE_LOG`; default `info`. Filters as tracing knows them, for example `info,sluice::jobs=debug`.
    pub log: String,
}

#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// `SLUICE_DATABASE_URL`; default `sqlite://DATA_DIR/sluice.db`. May hold a password.
    pub url: SecretString,
    /// `SLUICE_POSTGRES_CONNECTIONS`; default 10, for each process.
    pub postgres_connections: u32,
}

#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// `SLUICE_BIND`; default 127.0.0.1:8080. Port 0 takes a free one.
    pub bind: SocketAddr,
    /// `SLUICE_PUBLIC_URL`; default: the bound address. Under this address people and links find the server.
    pub public_url: Option<Url>,
    /// `SLUICE_TRUSTED_PROXIES`; default none. Addresses or networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// `SLUICE_ALLOWED_ORIGINS`; default none. Origins of web pages that may call the API from a browser.
    pub allowed_origins: Vec<String>,
    /// `SLUICE_BODY_LIMIT`; default 1,048,576 bytes.
    pub body_limit: usize,
    /// `SLUICE_REQUEST_TIMEOUT_MS`; default 30,000. Streams are exempt.
    pub request_timeout: Duration,
    /// `SLUICE_ALLOW_PRIVATE_PROVIDERS`; default false. Lets accounts use private and loopback addresses although the server listens to others.
    pub allow_private_providers: bool,
}

#[derive(Debug, Clone)]
pub struct IdentityConfig {
    /// `SLUICE_OWNER_KEY`; no default. At first start it becomes the owner's API key.
    pub owner_key: Option<SecretString>,
    /// `SLUICE_SECRET_KEY`; default: the file `secret.key` in the data directory, made when missing. Required with Postgres.
    pub secret_key: Option<SecretString>,
}

#[derive(Debug, Clone)]
pub struct FilesConfig {
    /// `SLUICE_FILES_KEPT_DAYS`; default 7. How long an export can be downloaded and an upload imported.
    pub kept: Duration,
}

#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// `SLUICE_LEASE_MS`; default 30,000. A worker that is silent for longer loses its jobs to others.
    pub lease: Duration,
    /// `SLUICE_HEARTBEAT_MS`; default 10,000. At most a third of the lease is wise; less than half is required.
    pub heartbeat: Duration,
    /// `SLUICE_MAX_ATTEMPTS`; default 5. Tries of one page before its job fails.
    pub max_attempts: u32,
    /// `SLUICE_SLOTS`; default 8. Jobs that one process runs at the same time.
    pub slots: usize,
    /// `SLUICE_GRACE_MS`; default 10,000. What a shutdown leaves to the pages in hand.
    pub grace: Duration,
    /// `SLUICE_POLL_MS`; default 1,000. The longest time between two looks for due jobs.
    pub poll: Duration,
}

#[derive(Debug, Clone)]
pub struct ModelConfig {
    /// `SLUICE_LLM_BASE_URL`; no default: without it, built-in rules score and parse. An OpenAI-compatible endpoint, up to `/v1`.
    pub base_url: Option<Url>,
    /// `SLUICE_LLM_API_KEY`; no default, and not every endpoint wants one.
    pub api_key: Option<SecretString>,
    /// `SLUICE_LLM_MODEL`; no default.
    pub model: Option<String>,
}

/// Everything that is wrong with the settings; each line names the variable and the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.join("\n"))]
pub struct ConfigError {
    pub problems: Vec<String>,
}

impl Config {
    /// Reads the file, fills in the defaults and checks the whole. `settings` holds flags and environment already, as clap reads both.
    pub fn load(settings: &Settings) -> Result<Self, ConfigError> {
        let data_dir = settings.data_dir.clone().filter(|path| !path.as_os_str().is_empty()).unwrap_or_else(settings::default_data_dir);
        let given = settings.over_file(&data_dir)?;
        check(&given, data_dir)
    }

    /// Whether only this machine can reach the server.
    pub fn is_local(&self) -> bool {
        self.http.bind.ip().is_loopback()
    }

    /// Whether an account may use an address that only this machine or its network knows.
    pub fn allows_private_providers(&self) -> bool {
        self.is_local() || self.http.allow_private_providers
    }
}

impl DatabaseConfig {
    pub fn is_sqlite(&self) -> bool {
        self.url.expose_secret().starts_with("sqlite://")
    }
}

/// Collects what is wrong, so that one start names all of it.
#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn take<T>(&mut self, result: Result<T, String>) -> Option<T> {
        result.map_err(|problem| self.0.push(problem)).ok()
    }

    fn require(&mut self, holds: bool, problem: &str) {
        if !holds {
            self.0.push(problem.to_owned());
        }
    }
}

fn check(given: &Settings, data_dir: PathBuf) -> Result<Config, ConfigError> {
    let mut problems = Problems::default();

    let database = DatabaseConfig {
        url: given.database_url.clone().unwrap_or_else(|| default_database_url(&data_dir)),
        postgres_connections: given.postgres_connections.unwrap_or(10),
    };
    let is_postgres = ["postgres://", "postgresql://"].iter().any(|scheme| database.url.expose_secret().starts_with(scheme));
    problems.require(
        is_postgres || database.is_sqlite(),
        "SLUICE_DATABASE_URL must begin with sqlite:// or postgres://, for example sqlite:///var/lib/sluice/sluice.db",
    );
    problems.require(database.postgres_connections >= 2, "SLUICE_POSTGRES_CONNECTIONS must be 2 or more");

    let identity = IdentityConfig { owner_key: given.owner_key.clone(), secret_key: given.secret_key.clone() };
    problems.require(
        identity.owner_key.as_ref().is_none_or(|key| key.expose_secret().chars().count() >= 16),
        "SLUICE_OWNER_KEY is too short: use 16 characters or more, for example the output of `openssl rand -hex 24`",
    );
    problems.require(
        identity.secret_key.as_ref().is_none_or(|key| key.expose_secret().chars().count() >= 32),
        "SLUICE_SECRET_KEY is too short: use 32 characters or more, for example the output of `openssl rand -hex 32`",
    );
    problems.require(
        !is_postgres || identity.secret_key.is_some(),
        "SLUICE_SECRET_KEY is missing: with Postgres every process needs the same one, 32 characters or more, for example the output of \
         `openssl rand -hex 32`; keep it safe, since it opens the stored credentials",
    );

    let bind = problems.take(
        match given.bind.as_deref().unwrap_or("127.0.0.1:8080") {
            text if text.starts_with("localhost:") => text.replacen("localhost", "127.0.0.1", 1).parse(),
            text => text.parse(),
        }
        .map_err(|_| "SLUICE_BIND must be an address and a port, for example 127.0.0.1:8080 or 0.0.0.0:8080".to_owned()),
    );
    let public_url = given.public_url.as_deref().and_then(|text| problems.take(http_url("SLUICE_PUBLIC_URL", text)));
    let trusted_proxies = given.trusted_proxies.iter().filter_map(|text| problems.take(Network::parse(text))).collect();
    let allowed_origins = given.allowed_origins.iter().filter_map(|text| problems.take(origin(text))).collect();
    let body_limit = given.body_limit.unwrap_or(1024 * 1024);
    problems.require(body_limit >= 1024, "SLUICE_BODY_LIMIT must be 1024 bytes or more");
    let request_timeout = Duration::from_millis(given.request_timeout_ms.unwrap_or(30_000));
    problems.require(!request_timeout.is_zero(), "SLUICE_REQUEST_TIMEOUT_MS must be 1 or more");

    let files_kept_days = given.files_kept_days.unwrap_or(7);
    problems.require((1..=3650).contains(&files_kept_days), "SLUICE_FILES_KEPT_DAYS must be from 1 to 3650");
    let files = FilesConfig { kept: Duration::from_secs(u64::from(files_kept_days) * 86_400) };

    let engine = EngineConfig {
        lease: Duration::from_millis(given.lease_ms.unwrap_or(30_000)),
        heartbeat: Duration::from_millis(given.heartbeat_ms.unwrap_or(10_000)),
        max_attempts: given.max_attempts.unwrap_or(MAX_ATTEMPTS),
        slots: given.slots.unwrap_or(8),
        grace: Duration::from_millis(given.grace_ms.unwrap_or(10_000)),
        poll: Duration::from_millis(given.poll_ms.unwrap_or(1_000)),
    };
    problems.require(
        engine.heartbeat * 2 < engine.lease && !engine.heartbeat.is_zero(),
        "SLUICE_HEARTBEAT_MS must be 1 or more and less than half of SLUICE_LEASE_MS, so that one late heartbeat loses no job",
    );
    problems.require(engine.max_attempts >= 1, "SLUICE_MAX_ATTEMPTS must be 1 or more");
    problems.require(engine.slots >= 1, "SLUICE_SLOTS must be 1 or more");
    problems.require(!engine.poll.is_zero(), "SLUICE_POLL_MS must be 1 or more");

    let model = ModelConfig {
        base_url: given.llm_base_url.as_deref().and_then(|text| problems.take(http_url("SLUICE_LLM_BASE_URL", text))),
        api_key: given.llm_api_key.clone(),
        model: given.llm_model.clone(),
    };
    problems.require(
        given.llm_base_url.is_none() || model.model.is_some(),
        "SLUICE_LLM_MODEL is missing: name the model to ask for at SLUICE_LLM_BASE_URL",
    );

    let mail = problems.take(MailConfig::parse(given.smtp_url.as_ref(), given.mail_from.as_deref())).flatten();

    match bind {
        Some(bind) if problems.0.is_empty() => Ok(Config {
            data_dir,
            database,
            http: HttpConfig {
                bind,
                public_url,
                trusted_proxies,
                allowed_origins,
                body_limit,
                request_timeout,
                allow_private_providers: given.allow_private_providers.unwrap_or(false),
            },
            identity,
            files,
            engine,
            model,
            mail,
            log: given.log.clone().unwrap_or_else(|| "info".into()),
        }),
        _ => Err(ConfigError { problems: problems.0 }),
    }
}

fn default_database_url(data_dir: &Path) -> SecretString {
    format!("sqlite://{}", data_dir.join("sluice.db").display()).into()
}

fn http_url(variable: &str, text: &str) -> Result<Url, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err(format!("{variable} must be a web address that begins with http:// or https://")),
    }
}

/// As a browser writes it in its `Origin` header.
fn origin(text: &str) -> Result<String, String> {
    let url = http_url("SLUICE_ALLOWED_ORIGINS", text)?;
    if url.path() != "/" || url.query().is_some() {
        return Err(format!("SLUICE_ALLOWED_ORIGINS holds origins without a path, for example https://app.example.com; found {text}"));
    }
    Ok(url.origin().ascii_serialization())
}
