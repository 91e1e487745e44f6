//! `sluice import …`: bring postings in by address, by search, or from saved pages.

mod file;
mod retry;
mod search;
mod urls;

use anyhow::Result;
use clap::{Args, Subcommand};
use sluice_api::PostingJobAccepted;
use sluice_api::wording::numbers::duration;

use super::accounts::find_account;
use super::exit::Exit;
use super::server::{Connection, Reach, connect};
use super::terminal::Terminal;
use super::watch::watch_and_say;

#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Import postings by their addresses or numbers at LinkedIn, and save them
    Urls(urls::UrlsArgs),
    /// Search postings; it runs in the background and is never lost
    Search(Box<search::SearchArgs>),
    /// Import the postings of a page that was saved from a browser
    File(file::FileArgs),
    /// Go on with an import or search that failed, where it stopped
    Retry(retry::RetryArgs),
}

/// What all of them take.
#[derive(Debug, Args)]
struct JobArgs {
    /// Account to ask with, by id or name [default: the workspace's public pages]
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// Higher goes first
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    priority: Option<i32>,
    /// Seconds of working time after which it stops with what it has
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    deadline: Option<u32>,
    /// Stay and watch until it ends
    #[arg(long, short, visible_alias = "watch")]
    wait: bool,
}

pub async fn run(command: ImportCommand, reach: &Reach, terminal: &Terminal) -> Result<Exit> {
    match command {
        ImportCommand::Urls(args) => {
            let mut request = args.request()?;
            let connection = connect(reach).await?;
            let exit = async {
                request.account_id = account(&connection, &args.job).await?;
                let accepted = connection.client.import_postings(&request).await?;
                accept(&connection, &accepted, "Importing", args.job.wait, terminal).await
            };
            let exit = exit.await;
            connection.close().await;
            exit
        }
        ImportCommand::Search(args) => {
            let mut request = args.request()?;
            let connection = connect(reach).await?;
            let exit = async {
                request.account_id = account(&connection, &args.job).await?;
                if request.schedule.is_some() {
                    let schedule = connection.client.schedule_posting_search(&request).await?;
                    return search::scheduled(&schedule, terminal);
                }
                let accepted = connection.client.search_postings(&request).await?;
                accept(&connection, &accepted, "Searching", args.job.wait, terminal).await
            };
            let exit = exit.await;
            connection.close().await;
            exit
        }
        ImportCommand::File(args) => {
            let page = args.read()?;
            let connection = connect(reach).await?;
            let exit = async {
                let accepted = connection.client.import_posting_page(page.into()).await?;
                accept(&connection, &accepted, "Reading the page", args.wait, terminal).await
            };
            let exit = exit.await;
            connection.close().await;
            exit
        }
        ImportCommand::Retry(args) => {
            let connection = connect(reach).await?;
            let exit = retry::run(&args, &connection, terminal).await;
            connection.close().await;
            exit
        }
    }
}

async fn account(connection: &Connection, args: &JobArgs) -> Result<Option<String>> {
    match &args.account {
        Some(word) => Ok(Some(find_account(&connection.client, word).await?)),
        None => Ok(None),
    }
}

/// Says what will happen, and watches it when asked to.
async fn accept(connection: &Connection, accepted: &PostingJobAccepted, what: &str, wait: bool, terminal: &Terminal) -> Result<Exit> {
    if wait {
        if !terminal.json {
            terminal.note(introduction(accepted, what))?;
        }
        return watch_and_say(&connection.client, &accepted.job_id, terminal, connection.is_inside()).await;
    }
    if terminal.json {
        terminal.data(accepted)?;
        return Ok(Exit::DONE);
    }
    terminal.note(introduction(accepted, what))?;
    if connection.is_inside() {
        terminal.note("No server runs, so it waits. It starts with `sluice serve`, or with the command below.")?;
    }
    if terminal.interactive {
        terminal.say(format!("  sluice jobs watch {}", accepted.job_id))?;
    } else {
        terminal.say(&accepted.job_id)?;
    }
    Ok(Exit::DONE)
}

/// What will happen, before it does.
fn introduction(accepted: &PostingJobAccepted, what: &str) -> String {
    let time = duration(std::time::Duration::from_secs(accepted.estimated_time_seconds));
    let mut text = format!("{what}, about {time}. Job {}.", accepted.job_id);
    for warning in &accepted.warnings {
        text.push_str(&format!("\nnote: {warning}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use sluice_api::JobStatus;

    use super::*;

    #[test]
    fn what_will_happen_is_said_before() {
        let accepted = PostingJobAccepted {
            job_id: "JOB".into(),
            status: JobStatus::Queued,
            account_id: None,
            estimated_time_seconds: 95,
            warnings: vec!["Guests cannot filter by pay; it is applied here.".into()],
        };
        insta::assert_snapshot!(introduction(&accepted, "Searching"));
    }
}
