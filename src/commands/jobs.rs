//! `sluice jobs …`: see what runs, and steer it.

pub mod items;

use anyhow::Result;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sluice_api::{Client, Job, JobStatus, JobsQuery};

use super::exit::Exit;
use super::paging::LARGEST_PAGE;
use super::render::ending::ending;
use super::render::state::state;
use super::render::table::{Cell, Fit, Table};
use super::render::unhad::Unhad;
use super::render::visible::visible;
use super::server::{Connection, Reach, connect};
use super::terminal::Terminal;
use super::watch::watch_and_say;
use sluice_api::wording::numbers::{ago, thousands};

#[derive(Debug, Subcommand)]
pub enum JobsCommand {
    /// List jobs, newest first
    List(ListArgs),
    /// Show one job with its timeline
    Show(JobArgs),
    /// What became of each posting that a job met, and why
    Items(items::ItemsArgs),
    /// Watch a job until it ends; the exit code says how
    Watch(JobArgs),
    /// Stop at the next page; results stay
    Pause(JobArgs),
    /// Go on with a paused job
    Resume(JobArgs),
    /// Stop for good at the next page; results stay
    Cancel(JobArgs),
    /// Go on with a failed job where it stopped
    Retry(RetryArgs),
}

#[derive(Debug, Args)]
pub struct JobArgs {
    #[arg(value_name = "JOB")]
    id: String,
}

#[derive(Debug, Args)]
pub struct RetryArgs {
    #[arg(value_name = "JOB")]
    id: String,
    /// Stay and watch until it ends
    #[arg(long, short)]
    watch: bool,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only jobs of this kind, such as search_prospects
    #[arg(long)]
    kind: Option<String>,
    /// Only jobs in this status: queued, processing, paused, completed, failed or canceled
    #[arg(long, value_parser = status)]
    status: Option<JobStatus>,
    /// At most so many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

pub async fn run(command: JobsCommand, reach: &Reach, terminal: &Terminal) -> Result<Exit> {
    let connection = connect(reach).await?;
    let exit = obey(command, &connection, terminal).await;
    connection.close().await;
    exit
}

async fn obey(command: JobsCommand, connection: &Connection, terminal: &Terminal) -> Result<Exit> {
    let client = &connection.client;
    match command {
        JobsCommand::List(args) => list(connection, &args, terminal).await,
        JobsCommand::Show(args) => show(client, &args.id, terminal).await,
        JobsCommand::Items(args) => items::run(client, &args, terminal).await,
        JobsCommand::Watch(args) => watch_and_say(client, &args.id, terminal, connection.is_inside()).await,
        JobsCommand::Pause(args) => say(client, &client.pause_job(&args.id).await?, terminal).await,
        JobsCommand::Resume(args) => say(client, &client.resume_job(&args.id).await?, terminal).await,
        JobsCommand::Cancel(args) => say(client, &client.cancel_job(&args.id).await?, terminal).await,
        JobsCommand::Retry(args) => {
            let job = client.retry_job(&args.id).await?;
            if args.watch {
                watch_and_say(client, &args.id, terminal, connection.is_inside()).await
            } else {
                say(client, &job, terminal).await
            }
        }
    }
}

async fn list(connection: &Connection, args: &ListArgs, terminal: &Terminal) -> Result<Exit> {
    let mut jobs: Vec<Job> = Vec::new();
    let mut cursor = None;
    while (jobs.len() as u32) < args.limit {
        let query = JobsQuery {
            kind: args.kind.clone(),
            status: args.status,
            limit: Some(LARGEST_PAGE.min(args.limit - jobs.len() as u32)),
            cursor,
            ..JobsQuery::default()
        };
        let page = connection.client.jobs(&query).await?;
        jobs.extend(page.data);
        cursor = page.pagination.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    if terminal.json {
        terminal.data(&jobs)?;
    } else {
        let nothing = "No jobs yet. Start one with `sluice search people --title CEO --count 50 --watch`.";
        terminal.table(&table(&jobs, terminal.now(), &terminal.zone), nothing)?;
    }
    Ok(Exit::DONE)
}

fn table(jobs: &[Job], now: Timestamp, zone: &TimeZone) -> Table {
    let mut table = Table::new(&[
        ("id", Fit::Keep),
        ("state", Fit::Keep),
        ("kind", Fit::Spare),
        ("stored", Fit::Number),
        ("of", Fit::Number),
        ("created", Fit::Spare),
        ("why", Fit::Cut),
    ]);
    for job in jobs {
        let state = state(job, now, zone);
        let why = job.stop_message.as_deref().or(job.waiting_reason.as_deref());
        table.rows.push(vec![
            Cell::text(&job.id),
            Cell::both(format!("{} {}", state.sign, state.word), job.status.as_str()).coloured(state.hue),
            Cell::both(job.kind.replace('_', " "), &job.kind),
            Cell::both(thousands(job.progress.current), job.progress.current),
            Cell::both(thousands(job.progress.total), job.progress.total),
            Cell::both(ago(job.created_at, now), job.created_at),
            Cell::maybe(why),
        ]);
    }
    table
}

async fn show(client: &Client, id: &str, terminal: &Terminal) -> Result<Exit> {
    let job = client.job(id).await?;
    if terminal.json {
        terminal.data(&job)?;
    } else {
        let unhad = items::unhad(client, &job).await?;
        terminal.say(description(&job, &unhad, terminal.now(), &terminal.zone, terminal.colour))?;
    }
    Ok(Exit::DONE)
}

/// The job, its numbers and its timeline.
fn description(job: &Job, unhad: &Unhad, now: Timestamp, zone: &TimeZone, colour: bool) -> String {
    let progress = &job.progress;
    let at = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let mut text = ending(job, unhad, colour);
    let mut line = |name: &str, value: String| text.push_str(format!("\n{name:<10}{value}").trim_end_matches(' '));
    text_gap(&mut line);
    line("job", format!("{} ({})", job.id, job.kind.replace('_', " ")));
    line("stored", format!("{} of {} ({}%)", thousands(progress.current), thousands(progress.total), progress.percentage));
    if progress.page > 0 {
        let pages = progress.pages.map(|pages| format!(" of {pages}")).unwrap_or_default();
        line("pages", format!("{}{pages}", progress.page));
    }
    if progress.retries > 0 {
        line("retries", progress.retries.to_string());
    }
    if let Some(until) = job.waiting_until.filter(|until| *until > now) {
        let reason = job.waiting_reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        line("waits", format!("until {}{reason}", at(until)));
    }
    if let Some(account_id) = &job.account_id {
        line("account", account_id.clone());
    }
    line("created", at(job.created_at));
    if let Some(started_at) = job.started_at {
        line("started", at(started_at));
    }
    if let Some(completed_at) = job.completed_at {
        line("ended", at(completed_at));
    }
    if !job.timeline.is_empty() {
        text_gap(&mut line);
    }
    for entry in &job.timeline {
        line(&entry.at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string(), visible(&entry.message));
    }
    text
}

fn text_gap(line: &mut impl FnMut(&str, String)) {
    line("", String::new());
}

async fn say(client: &Client, job: &Job, terminal: &Terminal) -> Result<Exit> {
    if terminal.json {
        terminal.data(job)?;
    } else {
        items::say_ending(client, job, terminal).await?;
    }
    Ok(Exit::DONE)
}

fn status(text: &str) -> Result<JobStatus, String> {
    let found = JobStatus::ALL.into_iter().find(|status| status.as_str() == text);
    found.ok_or_else(|| format!("use one of {}", JobStatus::ALL.map(JobStatus::as_str).join(", ")))
}

#[cfg(test)]
mod tests {
    use sluice_api::{StopReason, TimelineEntry};

    use super::*;
    use crate::commands::render::state::tests::{ended, halfway, noon};

    fn jobs() -> Vec<Job> {
        let mut blocked = ended(JobStatus::Failed, StopReason::Blocked, "LinkedIn asked us to stop. Wait a day, then retry.");
        blocked.partial = true;
        let mut waiting = halfway();
        waiting.waiting_until = Some("2026-03-02T14:05:00Z".parse().unwrap());
        waiting.waiting_reason = Some("The account's budget is used up.".into());
        vec![halfway(), waiting, blocked, ended(JobStatus::Completed, StopReason::TargetReached, "The target was reached.")]
    }

    #[test]
    fn the_list_tells_state_and_reason() {
        let table = table(&jobs(), noon(), &TimeZone::UTC);
        let shown = [table.drawn(140, false), table.drawn(100, false), table.tab_separated().replace('\t', "→")];
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn one_job_is_shown_with_its_timeline() {
        let mut job = jobs().remove(1);
        job.progress.retries = 1;
        let entry = |at: &str, message: &str| TimelineEntry { at: at.parse().unwrap(), kind: "x".into(), message: message.into() };
        job.timeline = vec![
            entry("2026-03-02T12:01:07Z", "page 7 stored: 100 people, 2 known already"),
            entry("2026-03-02T12:01:09Z", "provider answered 429, waiting 18 s"),
        ];
        insta::assert_snapshot!(description(&job, &Unhad::default(), noon(), &TimeZone::UTC, false));
    }
}
