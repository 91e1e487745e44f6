//! The settings as they are given: flags and environment by clap, the file by serde, each of them optional.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

use super::ConfigError;

/// Flags of every command, with the environment behind them; the same names, in lower case and without `SLUICE_`, in `sluice.toml`.
#[derive(Debug, Clone, Default, clap::Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Where files are kept
    #[arg(long, env = "SLUICE_DATA_DIR", global = true, value_name = "FOLDER")]
    #[serde(skip)]
    pub data_dir: Option<PathBuf>,
    /// Settings file [default: sluice.toml in the data directory]
    #[arg(long, env = "SLUICE_CONFIG", global = true, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "SLUICE_BIND", global = true, value_name = "ADDRESS")]
    pub bind: Option<String>,
    /// sqlite://PATH or postgres://… [default: a SQLite file in the data directory]
    #[arg(long, env = "SLUICE_DATABASE_URL", global = true, value_name = "URL", hide_env_values = true, value_parser = secret)]
    pub database_url: Option<SecretString>,
    /// Connections to Postgres [default: 10]
    #[arg(long, env = "SLUICE_POSTGRES_CONNECTIONS", global = true, value_name = "N", hide_short_help = true)]
    pub postgres_connections: Option<u32>,
    /// At first start, the owner's API key: any text of 16 characters or more
    #[arg(long, env = "SLUICE_OWNER_KEY", global = true, value_name = "TEXT", hide_env_values = true, value_parser = secret)]
    pub owner_key: Option<SecretString>,
    /// Encrypts credentials at rest: any text of 32 characters or more; required with Postgres
    #[arg(long, env = "SLUICE_SECRET_KEY", global = true, value_name = "TEXT", hide_env_values = true, value_parser = secret)]
    pub secret_key: Option<SecretString>,
    /// OpenAI-compatible endpoint, up to /v1
    #[arg(long, env = "SLUICE_LLM_BASE_URL", global = true, value_name = "URL", hide_short_help = true)]
    pub llm_base_url: Option<String>,
    /// Key of that endpoint
    #[arg(long, env = "SLUICE_LLM_API_KEY", global = true, value_name = "TEXT", hide_short_help = true, hide_env_values = true, value_parser = secret)]
    pub llm_api_key: Option<SecretString>,
    /// Model to ask for there
    #[arg(long, env = "SLUICE_LLM_MODEL", global = true, value_name = "NAME", hide_short_help = true)]
    pub llm_model: Option<String>,
    /// Mail server: smtp://user:password@host:587 or smtps://user:password@host:465
    #[arg(long, env = "SLUICE_SMTP_URL", global = true, value_name = "URL", hide_short_help = true, hide_env_values = true, value_parser = secret)]
    pub smtp_url: Option<SecretString>,
    /// Whom mail comes from, such as "Sluice <sluice@example.com>"
    #[arg(long, env = "SLUICE_MAIL_FROM", global = true, value_name = "ADDRESS", hide_short_help = true)]
    pub mail_from: Option<String>,
    /// What is logged, for example info,sluice::jobs=debug [default: info]
    #[arg(long, env = "SLUICE_LOG", global = true, value_name = "FILTER")]
    pub log: Option<String>,
    /// Address under which people reach the server [default: the one it listens on]
    #[arg(long, env = "SLUICE_PUBLIC_URL", global = true, value_name = "URL", hide_short_help = true)]
    pub public_url: Option<String>,
    /// Proxies whose X-Forwarded-For is believed, comma-separated
    #[arg(long, env = "SLUICE_TRUSTED_PROXIES", global = true, value_name = "NETWORKS", value_delimiter = ',', hide_short_help = true)]
    pub trusted_proxies: Vec<String>,
    /// Origins of web pages that may call the API, comma-separated
    #[arg(long, env = "SLUICE_ALLOWED_ORIGINS", global = true, value_name = "ORIGINS", value_delimiter = ',', hide_short_help = true)]
    pub allowed_origins: Vec<String>,
    /// Lets accounts use private and loopback addresses although the server listens to others
    #[arg(long, env = "SLUICE_ALLOW_PRIVATE_PROVIDERS", global = true, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", hide_short_help = true)]
    pub allow_private_providers: Option<bool>,
    /// Largest request body in bytes [default: 1048576]
    #[arg(long, env = "SLUICE_BODY_LIMIT", global = true, value_name = "BYTES", hide_short_help = true)]
    pub body_limit: Option<usize>,
    /// Longest time for one answer [default: 30000]
    #[arg(long, env = "SLUICE_REQUEST_TIMEOUT_MS", global = true, value_name = "MS", hide_short_help = true)]
    pub request_timeout_ms: Option<u64>,
    /// Days that exports and uploads are kept [default: 7]
    #[arg(long, env = "SLUICE_FILES_KEPT_DAYS", global = true, value_name = "DAYS", hide_short_help = true)]
    pub files_kept_days: Option<u32>,
    /// How long a silent worker keeps its jobs [default: 30000]
    #[arg(long, env = "SLUICE_LEASE_MS", global = true, value_name = "MS", hide_short_help = true)]
    pub lease_ms: Option<u64>,
    /// How often a worker says that it lives [default: 10000]
    #[arg(long, env = "SLUICE_HEARTBEAT_MS", global = true, value_name = "MS", hide_short_help = true)]
    pub heartbeat_ms: Option<u64>,
    /// Tries of one page before its job fails [default: 5]
    #[arg(long, env = "SLUICE_MAX_ATTEMPTS", global = true, value_name = "N", hide_short_help = true)]
    pub max_attempts: Option<u32>,
    /// Jobs that one process runs at the same time [default: 8]
    #[arg(long, env = "SLUICE_SLOTS", global = true, value_name = "N", hide_short_help = true)]
    pub slots: Option<usize>,
    /// What a shutdown leaves to the pages in hand [default: 10000]
    #[arg(long, env = "SLUICE_GRACE_MS", global = true, value_name = "MS", hide_short_help = true)]
    pub grace_ms: Option<u64>,
    /// Longest time between two looks for due jobs [default: 1000]
    #[arg(long, env = "SLUICE_POLL_MS", global = true, value_name = "MS", hide_short_help = true)]
    pub poll_ms: Option<u64>,
}

impl Settings {
    /// These settings, and behind them those of the file. A missing file counts only when it was named.
    pub(super) fn over_file(&self, data_dir: &Path) -> Result<Settings, ConfigError> {
        let path = self.config.clone().unwrap_or_else(|| data_dir.join("sluice.toml"));
        let told = |problem: String| ConfigError { problems: vec![problem] };
        let file = match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str::<Settings>(&text)
                // The library's own text would quote the line, and with it perhaps a key.
                .map_err(|error| {
                    told(format!("{}: {}; see the list of settings in `sluice serve --help`", at(&path, &text, &error), error.message()))
                })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && self.config.is_none() => Settings::default(),
            Err(error) => return Err(told(format!("SLUICE_CONFIG: {} cannot be read: {error}", path.display()))),
        };
        Ok(self.clone().or(file))
    }

    fn or(self, file: Settings) -> Settings {
        let words = |given: Vec<String>, file: Vec<String>| {
            let given: Vec<String> = given.into_iter().map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect();
            if given.is_empty() { file } else { given }
        };
        let text = |given: Option<String>, file: Option<String>| given.filter(|text| !text.is_empty()).or(file);
        Settings {
            data_dir: self.data_dir,
            config: self.config,
            bind: text(self.bind, file.bind),
            database_url: hidden(self.database_url).or(file.database_url),
            postgres_connections: self.postgres_connections.or(file.postgres_connections),
            owner_key: hidden(self.owner_key).or(file.owner_key),
            secret_key: hidden(self.secret_key).or(file.secret_key),
            llm_base_url: text(self.llm_base_url, file.llm_base_url),
            llm_api_key: hidden(self.llm_api_key).or(file.llm_api_key),
            llm_model: text(self.llm_model, file.llm_model),
            smtp_url: hidden(self.smtp_url).or(file.smtp_url),
            mail_from: text(self.mail_from, file.mail_from),
            log: text(self.log, file.log),
            public_url: text(self.public_url, file.public_url),
            trusted_proxies: words(self.trusted_proxies, file.trusted_proxies),
            allowed_origins: words(self.allowed_origins, file.allowed_origins),
            allow_private_providers: self.allow_private_providers.or(file.allow_private_providers),
            body_limit: self.body_limit.or(file.body_limit),
            request_timeout_ms: self.request_timeout_ms.or(file.request_timeout_ms),
            files_kept_days: self.files_kept_days.or(file.files_kept_days),
            lease_ms: self.lease_ms.or(file.lease_ms),
            heartbeat_ms: self.heartbeat_ms.or(file.heartbeat_ms),
            max_attempts: self.max_attempts.or(file.max_attempts),
            slots: self.slots.or(file.slots),
            grace_ms: self.grace_ms.or(file.grace_ms),
            poll_ms: self.poll_ms.or(file.poll_ms),
        }
    }
}

/// An empty variable counts as one that is not set.
fn hidden(given: Option<SecretString>) -> Option<SecretString> {
    use secrecy::ExposeSecret;
    given.filter(|text| !text.expose_secret().is_empty())
}

fn secret(text: &str) -> Result<SecretString, std::convert::Infallible> {
    Ok(SecretString::from(text))
}

/// The file and the line of an error in it.
fn at(path: &Path, text: &str, error: &toml::de::Error) -> String {
    match error.span() {
        Some(span) => format!("{} line {}", path.display(), text[..span.start.min(text.len())].matches('\n').count() + 1),
        None => path.display().to_string(),
    }
}

/// Where an application keeps its data, as the XDG base directories have it.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment beside clap")]
pub(super) fn default_data_dir() -> PathBuf {
    let absolute = |variable: &str| std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(data) = absolute("XDG_DATA_HOME") {
        return data.join("sluice");
    }
    match absolute("HOME") {
        Some(home) => home.join(".local/share/sluice"),
        None => PathBuf::from("sluice-data"),
    }
}
