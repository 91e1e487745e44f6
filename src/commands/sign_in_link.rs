//! `sluice sign-in-link`: lets the owner in who is locked out, or in for the first time.

use anyhow::Result;
use secrecy::ExposeSecret;

use super::exit::Exit;
use super::failure::Failure;
use super::server::{Reach, connect};
use super::terminal::Terminal;

/// Asks the running server for a link, since a link needs somebody who answers behind it.
pub async fn run(reach: &Reach, terminal: &Terminal) -> Result<Exit> {
    let connection = connect(reach).await?;
    if connection.is_inside() {
        connection.close().await;
        return Err(Failure::new("No server is running")
            .because("The link leads to its pages.")
            .remedy("Start it with `sluice serve`, then ask again.")
            .into());
    }
    let made = connection.client.sign_in_link().await;
    connection.close().await;
    let made = made?;
    if terminal.json {
        terminal.data(&made)?;
    } else {
        // The link alone goes to standard output.
        terminal.note("Open this in a browser within a day. It works once, and earlier links stop working:")?;
        terminal.say(made.link.expose_secret())?;
    }
    Ok(Exit::DONE)
}
