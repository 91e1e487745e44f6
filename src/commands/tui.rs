//! `sluice tui`: the terminal application, with a server inside where none runs.

use std::io::{IsTerminal, stdin};
use std::time::Duration;

use anyhow::{Context, Result};
use sluice_tui::Options;

use super::exit::Exit;
use super::failure::Failure;
use super::server::{Reach, connect};
use super::stop::Stop;
use super::terminal::Terminal;

/// Whoever quits does not wait longer for the pages in hand; they are fetched again at the next start, and nothing is lost.
const PATIENCE: Duration = Duration::from_millis(500);

pub async fn run(reach: &Reach, terminal: &Terminal) -> Result<Exit> {
    if !terminal.interactive || !stdin().is_terminal() {
        return Err(Failure::usage("The terminal application needs a terminal")
            .because("Input or output is a file or a pipe.")
            .remedy("Run it by itself, or use `sluice jobs` and `sluice postings`, which work in pipes.")
            .into());
    }
    let mut stop = Stop::listen_in_a_terminal()?;
    let connection = connect(reach).await?;
    let options = Options { colour: terminal.colour, zone: terminal.zone.clone(), inside: connection.is_inside() };
    let ended = sluice_tui::run(connection.client.clone(), options, stop.asked()).await;
    if tokio::time::timeout(PATIENCE, connection.close()).await.is_err() {
        tracing::debug!("the pages in hand were left");
    }
    let unstored = ended.context("The terminal cannot be used")?;
    if unstored.is_empty() {
        return Ok(Exit::DONE);
    }
    Err(Failure::new("Not everything was stored").because(unstored.join("\n")).remedy("Run `sluice tui` again and do it anew.").into())
}
