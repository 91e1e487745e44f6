//! `sluice results JOB`: what a search found, as a table, CSV or JSON lines.

use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use sluice_api::{Prospect, ResultsQuery};

use super::exit::Exit;
use super::paging::LARGEST_PAGE;
use super::render::lines::rows;
use super::render::table::{Cell, Fit, Table};
use super::server::{Connection, Reach, connect};
use super::terminal::Terminal;
use super::watch::goes_on;
use sluice_api::spreadsheet::neutral;
use sluice_api::wording::numbers::thousands;

#[derive(Debug, Args)]
pub struct ResultsArgs {
    #[arg(value_name = "JOB")]
    job: String,
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Only people with these words in name, headline, title, company or location
    #[arg(long, value_name = "WORDS")]
    find: Option<String>,
    /// position, name, company or location; a leading - turns it round
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<String>,
    /// At most so many [default: all]
    #[arg(long, short = 'n', value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned and cut to the terminal; tab-separated in a pipe
    Table,
    /// Comma-separated, safe to open in a spreadsheet
    Csv,
    /// One JSON object a line
    Jsonl,
}

pub async fn run(args: ResultsArgs, reach: &Reach, terminal: &Terminal) -> Result<Exit> {
    let connection = connect(reach).await?;
    let exit = print(&args, &connection, terminal).await;
    connection.close().await;
    exit
}

async fn print(args: &ResultsArgs, connection: &Connection, terminal: &Terminal) -> Result<Exit> {
    let job = connection.client.job(&args.job).await?;
    let mut pages = Pages::new(args, connection);
    match (args.format, terminal.json) {
        (Format::Csv, false) => {
            let mut out = csv::Writer::from_writer(BufWriter::new(io::stdout().lock()));
            out.write_record(FIELDS.map(|(name, _)| name)).map_err(written)?;
            while let Some(page) = pages.next().await? {
                for prospect in &page {
                    out.write_record(record(prospect)).map_err(written)?;
                }
            }
            out.flush()?;
        }
        (Format::Jsonl, false) => {
            let mut out = BufWriter::new(io::stdout().lock());
            while let Some(page) = pages.next().await? {
                for prospect in &page {
                    serde_json::to_writer(&mut out, prospect).map_err(io::Error::from)?;
                    out.write_all(b"\n")?;
                }
            }
            out.flush()?;
        }
        (Format::Table, false) => {
            let people = pages.rest().await?;
            let nothing = if goes_on(job.status) { "Nobody yet: the search still runs." } else { "This search found nobody." };
            terminal.table(&table(&people), nothing)?;
        }
        (_, true) => terminal.data(&pages.rest().await?)?,
    }
    if goes_on(job.status) && !terminal.json {
        let total = rows(&job, job.progress.total);
        terminal.note(format!("The job still runs: {} of {total} so far.", thousands(job.progress.current)))?;
    }
    Ok(Exit::DONE)
}

/// The results, one answer of the server after the other.
struct Pages<'a> {
    connection: &'a Connection,
    job_id: &'a str,
    query: ResultsQuery,
    left: Option<u32>,
    over: bool,
}

impl<'a> Pages<'a> {
    fn new(args: &'a ResultsArgs, connection: &'a Connection) -> Self {
        let query = ResultsQuery { q: args.find.clone(), sort: args.sort.clone(), ..ResultsQuery::default() };
        Pages { connection, job_id: &args.job, query, left: args.limit, over: false }
    }

    async fn next(&mut self) -> Result<Option<Vec<Prospect>>> {
        if self.over {
            return Ok(None);
        }
        self.query.limit = Some(self.left.map_or(LARGEST_PAGE, |left| left.min(LARGEST_PAGE)));
        let page = self.connection.client.search_results(self.job_id, &self.query).await?;
        self.left = self.left.map(|left| left.saturating_sub(page.data.len() as u32));
        self.over = page.pagination.next_cursor.is_none() || self.left == Some(0);
        self.query.cursor = page.pagination.next_cursor;
        Ok(Some(page.data))
    }

    async fn rest(&mut self) -> Result<Vec<Prospect>> {
        let mut people = Vec::new();
        while let Some(page) = self.next().await? {
            people.extend(page);
        }
        Ok(people)
    }
}

/// A pipe that was closed stays recognisable as such.
fn written(error: csv::Error) -> anyhow::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Err::<(), _>(error).context("The results could not be written").unwrap_err(),
        other => anyhow::anyhow!("The results could not be written as CSV: {other:?}"),
    }
}

type Field = (&'static str, fn(&Prospect) -> String);

/// The columns of a CSV file, in the order of the wire type.
const FIELDS: [Field; 22] = [
    ("id", |p| p.id.clone()),
    ("batch", |p| p.batch.to_string()),
    ("position", |p| p.position.to_string()),
    ("name", |p| text(&p.name)),
    ("first_name", |p| text(&p.first_name)),
    ("last_name", |p| text(&p.last_name)),
    ("headline", |p| text(&p.headline)),
    ("title", |p| text(&p.title)),
    ("company", |p| text(&p.company)),
    ("industry", |p| text(&p.industry)),
    ("location", |p| text(&p.location)),
    ("country", |p| text(&p.country)),
    ("profile_url", |p| text(&p.profile_url)),
    ("public_identifier", |p| text(&p.public_identifier)),
    ("network_distance", |p| shown(p.network_distance)),
    ("shared_connections", |p| shown(p.shared_connections)),
    ("premium", |p| shown(p.premium)),
    ("open_to_work", |p| shown(p.open_to_work)),
    ("summary", |p| text(&p.summary)),
    ("provider", |p| p.source.provider.as_str().to_owned()),
    ("api", |p| p.source.api.as_str().to_owned()),
    ("fetched_at", |p| p.source.fetched_at.to_string()),
];

fn record(prospect: &Prospect) -> Vec<String> {
    FIELDS.iter().map(|(_, value)| neutral(&value(prospect)).into_owned()).collect()
}

fn text(value: &Option<String>) -> String {
    value.clone().unwrap_or_default()
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn table(people: &[Prospect]) -> Table {
    let mut table = Table::new(&[
        ("name", Fit::Cut),
        ("title", Fit::Cut),
        ("company", Fit::Cut),
        ("location", Fit::Cut),
        ("degree", Fit::Number),
        ("profile", Fit::Cut),
    ]);
    for person in people {
        let address = person.profile_url.as_deref().unwrap_or_default();
        table.rows.push(vec![
            Cell::maybe(person.name.as_deref()),
            Cell::maybe(person.title.as_deref().or(person.headline.as_deref())),
            Cell::maybe(person.company.as_deref()),
            Cell::maybe(person.location.as_deref()),
            Cell::text(shown(person.network_distance)),
            Cell::both(address.trim_start_matches("https://").trim_start_matches("www."), address),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use sluice_api::{Api, ProspectSource, Provider};

    use super::*;

    fn people() -> Vec<Prospect> {
        let ada = Prospect {
            id: "0199c0de-0000-7000-8000-000000000001".into(),
            batch: 1,
            position: 0,
            name: Some("Amara Okonkwo".into()),
            first_name: Some("Amara".into()),
            last_name: Some("Okonkwo".into()),
            headline: Some("=HYPERLINK(\"http://evil.example\",\"CEO\")".into()),
            title: Some("Chief executive officer".into()),
            company: Some("Nordlicht, Tools & Söhne".into()),
            industry: Some("Software".into()),
            location: Some("Lagos, Nigeria".into()),
            country: Some("Nigeria".into()),
            profile_url: Some("https://www.linkedin.com/in/amara-okonkwo-1".into()),
            public_identifier: Some("amara-okonkwo-1".into()),
            network_distance: Some(2),
            shared_connections: Some(12),
            premium: Some(true),
            open_to_work: None,
            summary: Some("Two\nlines".into()),
            source: ProspectSource {
                provider: Provider::Unipile,
                api: Api::SalesNavigator,
                fetched_at: "2026-03-02T12:00:00Z".parse().unwrap(),
            },
        };
        let nameless = Prospect { name: None, title: None, network_distance: None, headline: Some("@home".into()), ..ada.clone() };
        vec![ada, nameless]
    }

    #[test]
    fn immunity_36_a_headline_does_not_run_in_a_spreadsheet() {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(FIELDS.map(|(name, _)| name)).unwrap();
        for person in people() {
            out.write_record(record(&person)).unwrap();
        }
        let text = String::from_utf8(out.into_inner().unwrap()).unwrap();
        assert!(!text.contains(",=") && !text.contains(",\"=") && !text.contains(",@"));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn the_csv_file_has_every_field_of_the_wire_type() {
        let wire = serde_json::to_value(&people()[0]).unwrap();
        let mut names: Vec<&str> = wire.as_object().unwrap().keys().map(String::as_str).filter(|name| *name != "source").collect();
        names.extend(["provider", "api", "fetched_at"]);
        assert_eq!(FIELDS.map(|(name, _)| name).to_vec(), names);
    }

    #[test]
    fn people_are_shown_in_a_table() {
        let table = table(&people());
        insta::assert_snapshot!([table.drawn(110, false), table.tab_separated().replace('\t', "→")].join("\n"));
    }
}
