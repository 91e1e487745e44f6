//! `sluice postings note POSTING TEXT`: adds to the notes of a posting, or writes them anew.

use std::io::{self, Read};

use anyhow::{Context, Result};
use clap::{ArgGroup, Args};
use sluice_api::{Client, ClientError, PostingPatch, Problem};

use super::named;
use crate::commands::exit::Exit;
use crate::commands::failure::Failure;
use crate::commands::render::visible::visible;
use crate::commands::terminal::Terminal;

/// More than notes can hold is not read, in bytes.
const LONGEST_INPUT: u64 = 256 * 1024;

/// With --replace and --clear, nothing is changed when somebody else changes the notes meanwhile.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("anew").args(["replace", "clear"]))]
pub struct NoteArgs {
    #[arg(value_name = "POSTING")]
    posting: String,
    /// What to note; - is standard input
    #[arg(value_name = "TEXT", required_unless_present = "clear", conflicts_with = "clear")]
    text: Option<String>,
    /// Write the notes anew instead of adding to them
    #[arg(long)]
    replace: bool,
    /// Take the notes away
    #[arg(long)]
    clear: bool,
    /// What they were when you read them, if that was before this command began
    #[arg(long, value_name = "TEXT", requires = "anew")]
    were: Option<String>,
}

pub async fn run(args: &NoteArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    let id = named::id(client, &args.posting).await?;
    // Before the text is read, which takes as long as somebody types or another program works.
    let were = match (&args.were, args.replace || args.clear) {
        (Some(were), _) => Some(Some(were.clone())),
        (None, true) => Some(client.posting(&id).await?.posting.notes),
        (None, false) => None,
    };
    let text = match args.text.as_deref() {
        Some("-") => {
            let mut text = String::new();
            io::stdin().lock().take(LONGEST_INPUT).read_to_string(&mut text).context("The notes could not be read from standard input")?;
            Some(text)
        }
        text => text.map(str::to_owned),
    };
    let patch = match (were, text) {
        (None, text) => PostingPatch { add_note: text, ..PostingPatch::default() },
        (were, text) => PostingPatch { notes: Some(text), notes_were: were, ..PostingPatch::default() },
    };
    let changed = match client.change_posting(&id, &patch).await {
        Err(ClientError::Problem(problem)) if problem.error_code == "NOTES_CHANGED" && !terminal.json => {
            return Err(conflict(&problem, patch.notes.flatten().as_deref(), terminal)?.into());
        }
        changed => changed?,
    };
    if terminal.json {
        terminal.data(&changed)?;
    } else {
        terminal.say(if changed.notes.is_some() { "● Noted." } else { "● The notes are gone." })?;
    }
    Ok(Exit::DONE)
}

/// Somebody was quicker: both texts are said whole, so that neither is lost.
fn conflict(problem: &Problem, ours: Option<&str>, terminal: &Terminal) -> io::Result<Failure> {
    let theirs = problem.details["notes"].as_str();
    terminal.note(theirs.map_or_else(|| "There are no notes any more.\n".to_owned(), |theirs| said("The notes are now:", theirs)))?;
    if let Some(ours) = ours {
        terminal.note(said("Yours, which are not stored:", ours))?;
    }
    let remedy = match (theirs, ours) {
        (Some(_), Some(_)) => "Write both with --replace, or leave --replace out to add yours below theirs.",
        (None, Some(_)) => "Note yours once more; nothing else is there now.",
        (_, None) => "Read them; --clear once more takes them away.",
    };
    Ok(Failure::new(&problem.message).remedy(remedy))
}

fn said(head: &str, notes: &str) -> String {
    let lines = notes.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("\n  {}", visible(line)) });
    format!("{head}{}\n", lines.collect::<String>())
}
