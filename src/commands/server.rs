//! Finds the server that a command speaks to: the one that is named, else the one of the data directory, else one inside this command.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use secrecy::SecretString;
use sluice_api::Client;
use url::Url;

use super::failure::Failure;
use super::{log, secrets};
use crate::config::{Config, Settings};
use crate::data_dir;
use crate::serve::{Options, Server};

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
    /// What the server is known by on this machine: its address, or its data directory, whose port changes.
    pub name: String,
    inside: Option<Server>,
}

impl Connection {
    /// Whether the server runs within this command and ends with it.
    pub fn is_inside(&self) -> bool {
        self.inside.is_some()
    }

    /// Lets a server inside finish the pages in hand; Ctrl-C does not wait for them, and loses nothing either.
    pub async fn close(self) {
        if let Some(server) = self.inside {
            tokio::select! {
                () = server.stop() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
    }
}

/// Connects, or says what is missing. Whoever connects closes.
pub async fn connect(reach: &Reach) -> Result<Connection> {
    if let Some(url) = &reach.server {
        let key = secrets::from_environment("SLUICE_API_KEY").ok_or_else(|| {
            Failure::usage("SLUICE_API_KEY is missing")
                .because(format!("{} wants a key.", url.origin().ascii_serialization()))
                .remedy("Make one there with `sluice keys create`, then: export SLUICE_API_KEY=…")
        })?;
        return Ok(Connection { client: Client::new(url.clone(), key)?, name: url.origin().ascii_serialization(), inside: None });
    }
    let mut config = Config::load(&reach.settings)?;
    let name = std::path::absolute(&config.data_dir).unwrap_or_else(|_| config.data_dir.clone()).display().to_string();
    if let Some(server) = data_dir::running_server(&config.data_dir) {
        let url: Url = server.url.parse().with_context(|| format!("The server of {} has no address", config.data_dir.display()))?;
        return Ok(Connection { client: Client::new(url, local_key(&config)?)?, name, inside: None });
    }
    // For this command alone: its port is nobody else's business, and its log would stand between the lines.
    config.http.bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    data_dir::create(&config.data_dir)?;
    log::to_file(&config)?;
    let server = Server::start(config, Options::default()).await?;
    let client = client_of(&server)?;
    Ok(Connection { client, name, inside: Some(server) })
}

/// A client of a server in this process.
pub fn client_of(server: &Server) -> Result<Client> {
    let url = server.url.clone().context("The server does not listen")?;
    Ok(Client::new(url, local_key(&server.app.config)?)?)
}

/// The key of the command line on this machine.
fn local_key(config: &Config) -> Result<SecretString> {
    let kept = data_dir::cli_key(&config.data_dir)?;
    kept.or_else(|| secrets::from_environment("SLUICE_API_KEY")).ok_or_else(|| {
        Failure::new("There is no key for the server of this data directory")
            .because(format!("{} holds no cli.key, because another machine made the first start.", config.data_dir.display()))
            .remedy("Make a key there with `sluice keys create`, then: export SLUICE_API_KEY=…")
            .into()
    })
}
