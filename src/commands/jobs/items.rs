//! `sluice jobs items JOB`: what became of each posting that a search or an import met.

use anyhow::Result;
use clap::Args;
use sluice_api::wording::posting as wording;
use sluice_api::{Client, Job, PageQuery, PostingItem, PostingItemsQuery, PostingOutcome, PostingStatistics};

use crate::commands::exit::Exit;
use crate::commands::paging::every_row;
use crate::commands::render::ending::ending;
use crate::commands::render::table::{Cell, Fit, Table};
use crate::commands::render::unhad::{MOST_NAMED, Unhad, name};
use crate::commands::terminal::Terminal;

#[derive(Debug, Args)]
pub struct ItemsArgs {
    #[arg(value_name = "JOB")]
    id: String,
    /// Only what came to this: pending, new, updated, duplicate, fresh, filtered or failed
    #[arg(long, value_parser = outcome)]
    outcome: Option<PostingOutcome>,
}

/// All of them, in the order in which they came.
pub(super) async fn run(client: &Client, args: &ItemsArgs, terminal: &Terminal) -> Result<Exit> {
    let items = every_row(async |PageQuery { limit, cursor, .. }| {
        let query = PostingItemsQuery { outcome: args.outcome, limit, cursor, ..PostingItemsQuery::default() };
        client.posting_items(&args.id, &query).await
    })
    .await?;
    if terminal.json {
        terminal.data(&items)?;
    } else {
        terminal.table(&table(&items), "The job has no such postings.")?;
    }
    Ok(Exit::DONE)
}

fn table(items: &[PostingItem]) -> Table {
    let mut table = Table::new(&[("outcome", Fit::Keep), ("posting", Fit::Cut), ("why", Fit::Cut), ("id", Fit::Spare)]);
    for item in items {
        let state = wording::outcome(item.outcome);
        table.rows.push(vec![
            Cell::both(format!("{} {}", state.sign, state.word), word(item.outcome)).coloured(state.hue),
            Cell::text(name(item)),
            Cell::maybe(item.reason.as_deref()),
            Cell::maybe(item.posting_id.as_deref()),
        ]);
    }
    table
}

/// Says how a job stands, with the postings that it could not have.
pub async fn say_ending(client: &Client, job: &Job, terminal: &Terminal) -> Result<()> {
    let unhad = unhad(client, job).await;
    // That they cannot be named now takes nothing from what is known.
    terminal.say(ending(job, unhad.as_ref().unwrap_or(&Unhad::default()), terminal.colour))?;
    unhad.map(|_| ())
}

/// The first failed items of a job that brings postings in.
pub async fn unhad(client: &Client, job: &Job) -> Result<Unhad> {
    let Some(told) = PostingStatistics::of(job).filter(|told| told.failed > 0) else { return Ok(Unhad::default()) };
    let query = PostingItemsQuery { outcome: Some(PostingOutcome::Failed), limit: Some(MOST_NAMED), ..PostingItemsQuery::default() };
    let page = client.posting_items(&job.id, &query).await?;
    Ok(Unhad { named: page.data, total: told.failed })
}

fn word(outcome: PostingOutcome) -> &'static str {
    match outcome {
        PostingOutcome::Pending => "pending",
        PostingOutcome::New => "new",
        PostingOutcome::Updated => "updated",
        PostingOutcome::Duplicate => "duplicate",
        PostingOutcome::Fresh => "fresh",
        PostingOutcome::Filtered => "filtered",
        PostingOutcome::Failed => "failed",
    }
}

fn outcome(text: &str) -> Result<PostingOutcome, String> {
    const ALL: [PostingOutcome; 7] = [
        PostingOutcome::Pending,
        PostingOutcome::New,
        PostingOutcome::Updated,
        PostingOutcome::Duplicate,
        PostingOutcome::Fresh,
        PostingOutcome::Filtered,
        PostingOutcome::Failed,
    ];
    let found = ALL.into_iter().find(|outcome| word(*outcome) == text);
    found.ok_or_else(|| format!("use one of {}", ALL.map(word).join(", ")))
}
