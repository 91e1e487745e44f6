//! `sluice postings note POSTING TEXT`: adds to the notes of a posting, or writes them anew.

use std::io::{self, Read};

use anyhow::{Context, Result};
use clap::Args;
use sluice_api::{Client, PostingPatch};

use super::named;
use crate::commands::exit::Exit;
use crate::commands::terminal::Terminal;

/// More than notes can hold is not read, in bytes.
const LONGEST_INPUT: u64 = 256 * 1024;

#[derive(Debug, Args)]
pub struct NoteArgs {
    #[arg(value_name = "POSTING")]
    posting: String,
    /// What to note; - is standard input
    #[arg(value_name = "TEXT", required_unless_present = "clear", conflicts_with = "clear")]
    text: Option<String>,
    /// Write the notes anew instead of adding to them
    #[arg(long, conflicts_with = "clear")]
    replace: bool,
    /// Take the notes away
    #[arg(long)]
    clear: bool,
}

pub async fn run(args: &NoteArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    let text = match args.text.as_deref() {
        Some("-") => {
            let mut text = String::new();
            io::stdin().lock().take(LONGEST_INPUT).read_to_string(&mut text).context("The notes could not be read from standard input")?;
            Some(text)
        }
        text => text.map(str::to_owned),
    };
    let id = named::id(client, &args.posting).await?;
    let patch = match text {
        Some(text) if !args.replace => PostingPatch { add_note: Some(text), ..PostingPatch::default() },
        text => PostingPatch { notes: Some(text), ..PostingPatch::default() },
    };
    let changed = client.change_posting(&id, &patch).await?;
    if terminal.json {
        terminal.data(&changed)?;
    } else {
        terminal.say(if changed.notes.is_some() { "● Noted." } else { "● The notes are gone." })?;
    }
    Ok(Exit::DONE)
}
