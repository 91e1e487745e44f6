//! `sluice export SEARCH`: has the server write a file, waits, and fetches it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use futures_util::StreamExt;
use serde::Serialize;
use sluice_api::wording::numbers::{count, thousands};
use sluice_api::{Export, ExportColumn, ExportFormat, ExportRequest, Job, JobStatus, ReviewFilter};

use crate::domain::export::{ExportColumn as Column, ExportOf};

use super::exit::Exit;
use super::failure::Failure;
use super::render::ending;
use super::render::unhad::Unhad;
use super::server::{Connection, Reach, connect};
use super::terminal::Terminal;
use super::watch::{Watched, watch};
use super::words;

/// How the server calls such a job.
const KIND: &str = "export_results";

/// The file is written by a job of the server, so nothing is lost when this command is left: called again with the export's id, it goes on
/// waiting and fetches the file. `sluice results` prints the same people without a job, for a look or a pipe.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// A search, or an export that was begun
    #[arg(value_name = "SEARCH", required_unless_present = "review", conflicts_with = "review")]
    search: Option<String>,
    /// Export a review with its decisions instead
    #[arg(long, value_name = "REVIEW")]
    review: Option<String>,
    /// [default: as the name of the output ends, else csv]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Where to write it; - is standard output [default: the name that the server gives it, in this folder]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Columns in their order, with commas between [default: the usual ones]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// Only people with these words in name, headline, title, company, location or industry
    #[arg(long, value_name = "WORDS")]
    find: Option<String>,
    /// Only people of a review with this decision: pending, approved or rejected
    #[arg(long, value_name = "DECISION")]
    decision: Option<String>,
    /// position, name, company, title or location; a leading - turns it round
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Comma-separated, safe to open in a spreadsheet
    Csv,
    /// One JSON object a line
    Jsonl,
    /// A workbook for Excel and LibreOffice
    Xlsx,
}

/// The format that is said, else the one that the file's name says.
pub fn format_of(said: Option<Format>, output: Option<&Path>) -> ExportFormat {
    let said = said.map(|format| match format {
        Format::Csv => ExportFormat::Csv,
        Format::Jsonl => ExportFormat::Jsonl,
        Format::Xlsx => ExportFormat::Xlsx,
    });
    let ending = output.and_then(Path::extension).and_then(|ending| ending.to_str()).unwrap_or_default();
    said.or_else(|| ExportFormat::ALL.into_iter().find(|format| ending.eq_ignore_ascii_case(format.as_str()))).unwrap_or_default()
}

/// The columns by their names; the usual ones when none is named.
pub fn columns_of(names: &[String], of: ExportOf) -> Result<Option<Vec<ExportColumn>>, Failure> {
    let there_are: Vec<&str> = Column::all_of(of).into_iter().map(Column::as_str).collect();
    if let Some(unknown) = names.iter().map(|name| name.trim()).find(|name| !there_are.contains(name)) {
        return Err(Failure::usage(format!("--columns: there is no column {unknown} here"))
            .remedy(format!("Use some of: {}.", there_are.join(", "))));
    }
    let columns = names.iter().map(|name| word(name, "--columns")).collect::<Result<Vec<_>, _>>()?;
    Ok((!columns.is_empty()).then_some(columns))
}

impl ExportArgs {
    fn request(&self) -> Result<ExportRequest, Failure> {
        let of = if self.review.is_some() { ExportOf::Review } else { ExportOf::Search };
        let columns = columns_of(&self.columns, of)?;
        if self.decision.is_some() && self.review.is_none() {
            return Err(
                Failure::usage("--decision: only a review has decisions").remedy("Name the review with --review instead of a search.")
            );
        }
        let decision = self.decision.as_deref().map(|name| word(name, "--decision")).transpose()?;
        let filters = ReviewFilter { q: self.find.clone(), decision, ..ReviewFilter::default() };
        Ok(ExportRequest {
            search_id: self.search.clone(),
            review_id: self.review.clone(),
            postings: None,
            format: format_of(self.format, self.output.as_deref()),
            columns,
            filters: (filters != ReviewFilter::default()).then_some(filters),
            sort: self.sort.clone(),
            byte_order_mark: None,
        })
    }
}

fn word<T: serde::de::DeserializeOwned>(name: &str, option: &str) -> Result<T, Failure> {
    words::word(name).map_err(|why| Failure::usage(format!("{option}: {why}")).remedy("`sluice export --help` lists the words."))
}

pub async fn run(args: ExportArgs, reach: &Reach, terminal: &Terminal) -> Result<Exit> {
    let request = args.request()?;
    check_place(args.output.as_deref())?;
    let connection = connect(reach).await?;
    let exit = export(&args, &request, &connection, terminal).await;
    connection.close().await;
    exit
}

async fn export(args: &ExportArgs, request: &ExportRequest, connection: &Connection, terminal: &Terminal) -> Result<Exit> {
    let client = &connection.client;
    let begun = match &args.search {
        Some(id) => Some(client.job(id).await?).filter(|job| job.kind == KIND),
        None => None,
    };
    let id = match begun {
        Some(job) => job.id,
        None => begin(request, connection, terminal).await?,
    };
    deliver(&id, args.output.as_deref(), connection, terminal).await
}

/// Whether the file can be there at all, asked before a server works for it.
pub fn check_place(output: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = output.filter(|path| *path != Path::new("-")) else { return Ok(()) };
    if path.is_dir() {
        return Err(Failure::usage(format!("{} is a folder", path.display())).remedy("Name a file in it with --output."));
    }
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) if !folder.is_dir() => {
            Err(Failure::usage(format!("There is no folder {}", folder.display()))
                .remedy("Make it first, or name another file with --output."))
        }
        _ => Ok(()),
    }
}

/// Has the server begin; the export's id.
pub async fn begin(request: &ExportRequest, connection: &Connection, terminal: &Terminal) -> Result<String> {
    let export = connection.client.create_export(request).await?;
    if !terminal.json {
        terminal.note(format!(
            "Exporting {} as {}. Export {}.",
            rows(&export, export.progress.total),
            export.format.as_str(),
            export.id
        ))?;
    }
    Ok(export.id)
}

/// Waits for an export, and fetches its file.
pub async fn deliver(id: &str, output: Option<&Path>, connection: &Connection, terminal: &Terminal) -> Result<Exit> {
    let client = &connection.client;
    // The bar would run into a file that goes to standard output.
    let quiet = Terminal { json: true, ..terminal.clone() };
    let to_stdout = output == Some(Path::new("-"));
    let job = match watch(client, id, if to_stdout { &quiet } else { terminal }).await? {
        Watched::Ended(job) => job,
        Watched::Left => {
            terminal.note(format!("The export goes on without you. Fetch it with\n  sluice export {id}"))?;
            return Ok(Exit::LEFT);
        }
    };
    if job.status != JobStatus::Completed {
        return unfinished(&job, terminal);
    }
    let export = client.export(id).await?;
    if to_stdout {
        fetch(connection, id, &mut io::stdout().lock()).await?;
        return Ok(Exit::DONE);
    }
    let path = output.map_or_else(|| PathBuf::from(safe_name(&export.file.name)), Path::to_owned);
    let bytes = save(connection, id, &path).await?;
    told(&export, &path, bytes, terminal)?;
    Ok(Exit::DONE)
}

fn rows(export: &Export, number: u64) -> String {
    if export.postings.is_some() { count(number, "posting", "postings") } else { count(number, "person", "people") }
}

fn unfinished(job: &Job, terminal: &Terminal) -> Result<Exit> {
    if terminal.json {
        terminal.data(job)?;
    } else {
        terminal.say(ending::ending(job, &Unhad::default(), terminal.colour))?;
    }
    Ok(Exit::of(job))
}

#[derive(Debug, Serialize)]
struct Saved<'a> {
    #[serde(flatten)]
    export: &'a Export,
    path: String,
}

fn told(export: &Export, path: &Path, bytes: u64, terminal: &Terminal) -> Result<()> {
    if terminal.json {
        terminal.data(&Saved { export, path: path.display().to_string() })?;
    } else {
        let rows = rows(export, export.file.rows.unwrap_or(export.progress.current));
        terminal.say(format!("{rows} in {} ({} bytes)", path.display(), thousands(bytes)))?;
    }
    Ok(())
}

/// Writes beside the name first, so that a file of that name is always whole.
async fn save(connection: &Connection, id: &str, path: &Path) -> Result<u64> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let saved = async {
        let mut file = std::fs::File::create(&beside).with_context(|| format!("{} cannot be written", beside.display()))?;
        let bytes = fetch(connection, id, &mut file).await?;
        file.sync_all()?;
        std::fs::rename(&beside, path).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(bytes)
    };
    let saved: Result<u64> = saved.await;
    if saved.is_err() {
        // What is left of it is of no use; when it cannot be removed either, the first error says more.
        let _removed = std::fs::remove_file(&beside);
    }
    saved
}

async fn fetch(connection: &Connection, id: &str, out: &mut impl Write) -> Result<u64> {
    let mut pieces = std::pin::pin!(connection.client.download_export(id).await?);
    let mut bytes = 0;
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        out.write_all(&piece)?;
        bytes += piece.len() as u64;
    }
    out.flush()?;
    Ok(bytes)
}

/// The server names the file; it cannot lead out of this folder.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default().trim_start_matches('.');
    if last.is_empty() { "export".to_owned() } else { last.to_owned() }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::*;

    #[derive(Parser)]
    struct Words {
        #[command(flatten)]
        export: ExportArgs,
    }

    fn request(words: &[&str]) -> serde_json::Value {
        let args = Words::try_parse_from(std::iter::once("export").chain(words.iter().copied())).map(|words| words.export).unwrap();
        serde_json::to_value(args.request().unwrap()).unwrap()
    }

    #[test]
    fn words_become_the_request() {
        assert_eq!(request(&["S"]), json!({"search_id": "S", "format": "csv"}));
        assert_eq!(request(&["S", "-o", "people.XLSX"]), json!({"search_id": "S", "format": "xlsx"}));
        assert_eq!(
            request(&[
                "--review",
                "R",
                "--format",
                "jsonl",
                "-o",
                "x.csv",
                "--columns",
                "name, company",
                "--decision",
                "approved",
                "--sort",
                "-name"
            ]),
            json!({"review_id": "R", "format": "jsonl", "columns": ["name", "company"], "filters": {"decision": "approved"}, "sort": "-name"})
        );
    }

    #[test]
    fn wrong_words_are_usage_errors() {
        for words in [&[][..], &["S", "--review", "R"], &["S", "--format", "pdf"]] {
            assert_eq!(
                Words::try_parse_from(std::iter::once("export").chain(words.iter().copied())).err().unwrap().exit_code(),
                2,
                "{words:?}"
            );
        }
        let args = Words::try_parse_from(["export", "S", "--decision", "approved"]).unwrap().export;
        assert!(args.request().unwrap_err().usage);
        let args = Words::try_parse_from(["export", "S", "--columns", "salary"]).unwrap().export;
        assert!(args.request().unwrap_err().usage);
    }

    #[test]
    fn a_column_that_is_not_there_is_answered_with_those_of_the_same_source() {
        let asked = |of| columns_of(&["bogus".to_owned()], of).unwrap_err().remedy.unwrap_or_default();
        let (postings, people) = (asked(ExportOf::Postings), asked(ExportOf::Search));
        assert_eq!((postings.contains("salary_min"), postings.contains("headline")), (true, false), "{postings}");
        assert_eq!((people.contains("salary_min"), people.contains("headline")), (false, true), "{people}");
    }

    #[test]
    fn a_place_where_no_file_can_be_is_refused_before_anything_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let told = |path: &Path| check_place(Some(path)).map_err(|failure| (failure.usage, failure.remedy.unwrap_or_default()));
        assert_eq!(
            told(&folder.path().join("none/x.csv")).unwrap_err(),
            (true, "Make it first, or name another file with --output.".into())
        );
        assert_eq!(told(folder.path()).unwrap_err(), (true, "Name a file in it with --output.".into()));
        assert_eq!([told(&folder.path().join("x.csv")), told(Path::new("x.csv")), told(Path::new("-"))], [const { Ok(()) }; 3]);
        assert!(check_place(None).is_ok());
    }

    #[test]
    fn the_servers_name_stays_in_this_folder() {
        assert_eq!(
            ["a.csv", "../../a.csv", "..\\a.csv", "/etc/passwd", ".", ""].map(safe_name),
            ["a.csv", "a.csv", "a.csv", "passwd", "export", "export"]
        );
    }
}
