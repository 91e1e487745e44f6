//! `sluice import retry JOB`: goes on with what failed, where it stopped.

use anyhow::Result;
use clap::Args;

use crate::commands::exit::Exit;
use crate::commands::jobs::items::say_ending;
use crate::commands::server::Connection;
use crate::commands::terminal::Terminal;
use crate::commands::watch::watch_and_say;

#[derive(Debug, Args)]
pub struct RetryArgs {
    #[arg(value_name = "JOB")]
    id: String,
    /// Stay and watch until it ends
    #[arg(long, short, visible_alias = "watch")]
    wait: bool,
}

pub(super) async fn run(args: &RetryArgs, connection: &Connection, terminal: &Terminal) -> Result<Exit> {
    let job = connection.client.retry_job(&args.id).await?;
    if args.wait {
        return watch_and_say(&connection.client, &args.id, terminal, connection.is_inside()).await;
    }
    if terminal.json {
        terminal.data(&job)?;
    } else {
        say_ending(&connection.client, &job, terminal).await?;
    }
    Ok(Exit::DONE)
}
