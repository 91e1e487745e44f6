//! `sluice postings list`: a table of postings.

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sluice_api::wording::day;
use sluice_api::wording::numbers::{ago, count, thousands};
use sluice_api::wording::posting::{salary, status, title};
use sluice_api::wording::state::State;
use sluice_api::{Client, Pagination, Posting, PostingsQuery};

use super::filter::FilterArgs;
use crate::commands::exit::Exit;
use crate::commands::paging::LARGEST_PAGE;
use crate::commands::render::table::{Cell, Fit, Table};
use crate::commands::terminal::Terminal;

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// At most so many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

pub async fn run(args: &ListArgs, client: &Client, terminal: &Terminal) -> Result<Exit> {
    let mut query = args.filter.query(terminal.now(), &terminal.zone)?;
    query.fields = Some("summary".to_owned());
    let (postings, pages) = fetch(client, query, args.limit).await?;
    // Told beside the answer, so that a pipe that was cut off is not taken for the whole.
    if let Some(cut) = cut_off(postings.len(), &pages) {
        terminal.note(cut)?;
    }
    if terminal.json {
        terminal.data(&postings)?;
        return Ok(Exit::DONE);
    }
    let nothing = "No postings. Find some with `sluice import search --keywords rust --location Berlin --wait`.";
    terminal.table(&table(&postings, terminal.now(), &terminal.zone), nothing)?;
    Ok(Exit::DONE)
}

/// That there are more than are shown, and how to have them.
fn cut_off(shown: usize, pages: &Pagination) -> Option<String> {
    if !pages.has_more {
        return None;
    }
    let than = if pages.total_is_estimate { "more than " } else { "" };
    Some(format!("{} of {than}{}; more with --limit.", thousands(shown as u64), count(pages.total, "posting", "postings")))
}

/// As many as asked for, page by page, and what is told of the last one.
async fn fetch(client: &Client, mut query: PostingsQuery, limit: u32) -> Result<(Vec<Posting>, Pagination)> {
    let mut postings: Vec<Posting> = Vec::new();
    loop {
        query.limit = Some(LARGEST_PAGE.min(limit.saturating_sub(postings.len() as u32)));
        let page = client.postings(&query).await?;
        postings.extend(page.data);
        query.cursor.clone_from(&page.pagination.next_cursor);
        if query.cursor.is_none() || postings.len() as u32 >= limit {
            return Ok((postings, page.pagination));
        }
    }
}

fn table(postings: &[Posting], now: Timestamp, zone: &TimeZone) -> Table {
    let mut table = Table::new(&[
        ("number", Fit::Keep),
        ("status", Fit::Keep),
        ("stars", Fit::Number),
        ("title", Fit::Cut),
        ("company", Fit::Cut),
        ("location", Fit::Cut),
        ("pay", Fit::Spare),
        ("posted", Fit::Spare),
        ("closed", Fit::Spare),
        ("id", Fit::Spare),
    ]);
    for posting in postings {
        let State { sign, word, hue } = status(posting.status);
        let plain = posting.status.map_or_else(String::new, |_| word.to_lowercase());
        table.rows.push(vec![
            Cell::text(&posting.linkedin_id),
            Cell::both(format!("{sign} {word}"), plain).coloured(hue),
            Cell::text(posting.stars.map(|stars| stars.to_string()).unwrap_or_default()),
            Cell::text(title(posting)),
            Cell::maybe(posting.company_name.as_deref()),
            Cell::maybe(posting.location.as_deref()),
            Cell::text(posting.salary.as_ref().and_then(salary).unwrap_or_default()),
            posting.posted_at.map_or_else(Cell::default, |at| Cell::both(day::ago(at, now, zone), at)),
            posting.closed_at.map_or_else(Cell::default, |at| Cell::both(ago(at, now), at)),
            Cell::text(&posting.id),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::postings::show::tests::{boat_keeper, noon, sparse};

    #[test]
    fn a_list_that_was_cut_off_says_so_and_how_much_more_there_is() {
        let pages = |total, total_is_estimate, has_more| Pagination { total, total_is_estimate, has_more, ..Pagination::default() };
        assert_eq!(cut_off(50, &pages(50, false, false)), None);
        assert_eq!(cut_off(50, &pages(51, false, true)).as_deref(), Some("50 of 51 postings; more with --limit."));
        assert_eq!(cut_off(50, &pages(10_000, true, true)).as_deref(), Some("50 of more than 10,000 postings; more with --limit."));
    }

    #[test]
    fn postings_are_shown_in_a_table() {
        let table = table(&[boat_keeper(), sparse()], noon(), &TimeZone::UTC);
        let shown = [table.drawn(200, false), table.drawn(100, false), table.drawn(60, false), table.tab_separated().replace('\t', "→")];
        insta::assert_snapshot!(shown.join("\n"));
    }
}
