//! `sluice postings remind POSTING WHEN`: something to come back to.

use anyhow::Result;
use clap::Args;
use sluice_api::wording::numbers::clock;
use sluice_api::{Client, ReminderRequest};

use super::named;
use crate::commands::exit::Exit;
use crate::commands::moment::{Towards, moment};
use crate::commands::terminal::Terminal;

#[derive(Debug, Args)]
pub struct RemindArgs {
    #[arg(value_name = "POSTING")]
    posting: String,
    /// A day such as 2026-03-09, "2026-03-09 14:00", tomorrow, or how far from now: 12h, 3d, 2w
    #[arg(value_name = "WHEN")]
    when: String,
    /// Of what
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

pub async fn run(args: &RemindArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    let now = terminal.now();
    let due_at = moment(&args.when, now, &terminal.zone, Towards::Future)?;
    let id = named::id(client, &args.posting).await?;
    let reminder = client.add_reminder(&id, &ReminderRequest { due_at, note: args.note.clone() }).await?;
    if terminal.json {
        terminal.data(&reminder)?;
    } else {
        let due = clock(reminder.due_at, now, &terminal.zone);
        terminal.say(format!("● A reminder is set for {due}.\n  sluice postings list --due"))?;
    }
    Ok(Exit::DONE)
}
