//! `sluice postings …`: the tracker. What there is, and where one's own application to each stands.

mod change;
mod export;
mod filter;
mod list;
mod named;
mod note;
mod remind;
mod show;

use anyhow::Result;
use clap::Subcommand;

use super::exit::Exit;
use super::server::{Reach, connect};
use super::terminal::Terminal;

/// A posting is named by its number or address at LinkedIn, or by its id here.
#[derive(Debug, Subcommand)]
pub enum PostingsCommand {
    /// List postings, newest first
    List(Box<list::ListArgs>),
    /// Show one posting with its notes, contacts, reminders and history
    Show(show::ShowArgs),
    /// Say that you have applied
    Apply(change::ApplyArgs),
    /// Say where your application stands
    Status(change::StatusArgs),
    /// Give stars, 1 to 5, or none
    Stars(change::StarsArgs),
    /// Hide postings, or show them again
    Hide(change::HideArgs),
    /// Add to the notes of a posting
    Note(note::NoteArgs),
    /// Be reminded of a posting
    Remind(remind::RemindArgs),
    /// Write a list of postings into a file
    Export(Box<export::ExportArgs>),
}

pub async fn run(command: PostingsCommand, reach: &Reach, terminal: &Terminal) -> Result<Exit> {
    let connection = connect(reach).await?;
    let client = &connection.client;
    let exit = match command {
        PostingsCommand::List(args) => list::run(&args, client, terminal).await,
        PostingsCommand::Show(args) => show::run(&args, client, terminal).await,
        PostingsCommand::Apply(args) => change::apply(&args, client, terminal).await,
        PostingsCommand::Status(args) => change::status(&args, client, terminal).await,
        PostingsCommand::Stars(args) => change::stars(&args, client, terminal).await,
        PostingsCommand::Hide(args) => change::hide(&args, client, terminal).await,
        PostingsCommand::Note(args) => note::run(&args, client, terminal).await,
        PostingsCommand::Remind(args) => remind::run(&args, client, terminal).await,
        PostingsCommand::Export(args) => export::run(&args, &connection, terminal).await,
    };
    connection.close().await;
    exit
}
