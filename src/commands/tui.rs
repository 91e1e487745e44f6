//! `sluice tui`: the terminal application, with a server inside where none runs.

use std::io::{IsTerminal, stdin};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use sluice_tui::{Options, Remembering};

use super::exit::Exit;
use super::failure::Failure;
use super::server::{Reach, connect};
use super::stop::Stop;
use super::terminal::Terminal;

/// Whoever quits does not wait longer for the pages in hand; they are fetched again at the next start, and nothing is lost.
const PATIENCE: Duration = Duration::from_millis(500);

#[derive(Debug, clap::Args)]
pub struct TuiArgs {
    /// Start without what was kept when it was left: the screen, orders, what had been seen, and what was typed
    #[arg(long)]
    fresh: bool,
}

pub async fn run(args: &TuiArgs, reach: &Reach, terminal: &Terminal) -> Result<Exit> {
    if !terminal.interactive || !stdin().is_terminal() {
        return Err(Failure::usage("The terminal application needs a terminal")
            .because("Input or output is a file or a pipe.")
            .remedy("Run it by itself, or use `sluice jobs` and `sluice postings`, which work in pipes.")
            .into());
    }
    let mut stop = Stop::listen_in_a_terminal()?;
    let connection = connect(reach).await?;
    let options = Options { colour: terminal.colour, zone: terminal.zone.clone(), inside: connection.is_inside() };
    let remembering = state_dir().map(|folder| Remembering {
        path: folder.join("sluice/terminal.json"),
        server: connection.name.clone(),
        is_fresh: args.fresh,
    });
    let ended = sluice_tui::run(connection.client.clone(), options, remembering, stop.asked()).await;
    if tokio::time::timeout(PATIENCE, connection.close()).await.is_err() {
        tracing::debug!("the pages in hand were left");
    }
    let unstored = ended.context("The terminal cannot be used")?;
    if unstored.is_empty() {
        return Ok(Exit::DONE);
    }
    Err(Failure::new("Not everything was stored").because(unstored.join("\n")).remedy("Run `sluice tui` again and do it anew.").into())
}

/// Where applications keep what they remember between two runs, as the XDG base directories have it. Nowhere for somebody without a home.
#[expect(clippy::disallowed_methods, reason = "the reader's own desk is no setting of the server's")]
fn state_dir() -> Option<PathBuf> {
    let absolute = |variable: &str| std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_STATE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
}
