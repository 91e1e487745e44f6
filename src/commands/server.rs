//! Finds the server that a command speaks to: the one that is named, else the one of the data directory, else one inside this command.

use anyhow::{Context, Result};
use secrecy::SecretString;
use sluice_api::Client;
use url::Url;

use super::failure::Failure;
use super::secrets;
use super::terminal::Terminal;
use crate::config::{Config, Settings};
use crate::data_dir;

/// What is known about where the server may be.
#[derive(Debug, Clone)]
pub struct Reach {
    /// `SLUICE_URL`.
    pub server: Option<Url>,
    pub settings: Settings,
}

/// A server that answers, and the client to speak to it.
pub struct Connection {
    pub client: Client,
}

impl Connection {
    /// Whether the server runs within this command and ends with it.
    pub fn is_inside(&self) -> bool {
        false
    }

    /// Lets a server inside give back the page in hand.
    pub async fn close(self) {}
}

/// Connects, or says what is missing.
pub async fn connect(reach: &Reach, _terminal: &Terminal) -> Result<Connection> {
    if let Some(url) = &reach.server {
        let key = secrets::from_environment("SLUICE_API_KEY").ok_or_else(|| {
            Failure::usage("SLUICE_API_KEY is missing")
                .because(format!("{} wants a key.", url.origin().ascii_serialization()))
                .remedy("Make one there with `sluice keys create`, then: export SLUICE_API_KEY=…")
        })?;
        return Ok(Connection { client: Client::new(url.clone(), key)? });
    }
    let config = Config::load(&reach.settings)?;
    if let Some(server) = data_dir::running_server(&config.data_dir) {
        let url: Url = server.url.parse().with_context(|| format!("The server of {} has no address", config.data_dir.display()))?;
        return Ok(Connection { client: Client::new(url, local_key(&config)?)? });
    }
    Err(Failure::new("No server runs").remedy("Start one with `sluice serve`, or set SLUICE_URL.").into())
}

/// The key of the command line on this machine.
fn local_key(config: &Config) -> Result<SecretString> {
    let kept = data_dir::cli_key(&config.data_dir)?;
    kept.or_else(|| secrets::from_environment("SLUICE_API_KEY")).ok_or_else(|| {
        Failure::new("There is no key for the server of this data directory")
            .because(format!("{} holds no cli.key.", config.data_dir.display()))
            .remedy("Set SLUICE_API_KEY, or remove nothing from the data directory by hand.")
            .into()
    })
}
