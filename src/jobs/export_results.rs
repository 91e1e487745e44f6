//! Writes what a search found, a review holds or a list of postings shows into a file, a few hundred rows a step, and keeps the file in the database.
//!
//! The rows are those that there were when the job began; whatever arrives meanwhile is for the next export. A step appends its rows to
//! the file in the transaction that saves the cursor, so that a kill neither loses nor doubles one. A workbook cannot grow that way: its
//! rows are collected in a file of parts, from which the workbook is built at the end.

mod columns;
mod posting_columns;
mod source;
pub mod start;
mod text;
mod workbook;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sluice_api::wording::numbers;
use tokio::sync::Semaphore;

use super::engine::kind::JobKind;
use super::engine::{Next, Outcome, StepContext, StepError, Write};
use crate::domain::Scope;
use crate::domain::export::{ExportArgs, ExportFormat, ExportOf};
use crate::domain::file::FileState;
use crate::domain::job::{Job, Progress, StopReason};
use crate::store::files::{self, Whole};
use crate::store::{Database, StoreError, Tx};

pub const KIND: &str = "export_results";

/// Rows that one step writes.
const ROWS_A_STEP: i64 = 500;
/// Bytes of one piece of a workbook.
const PIECE: usize = 256 * 1024;
/// Parts that one step takes away.
const PARTS_A_STEP: i64 = 16;
/// Workbooks that are built at the same time in one process.
const WORKBOOKS: usize = 2;
/// Rows that fit below the header of a worksheet.
pub const ROWS_OF_A_SHEET: i64 = 1_048_575;

pub struct ExportResults {
    database: Database,
    /// Building a workbook keeps a processor busy, so only a few are built at once.
    workbooks: Arc<Semaphore>,
}

impl ExportResults {
    pub fn new(database: Database) -> Self {
        Self { database, workbooks: Arc::new(Semaphore::new(WORKBOOKS)) }
    }
}

/// Where the export is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ExportCursor {
    /// The rows that there were at the start, and the last one that was written.
    place: Option<source::Place>,
    rows: i64,
    /// Bytes of the file so far, or of its parts.
    bytes: i64,
    /// Texts that were too long for a cell of a workbook.
    cut: i64,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Phase {
    #[default]
    Rows,
    /// All rows are collected; the workbook is to be built.
    Build,
    /// The workbook of so many bytes is stored; its parts are to go.
    Clear { size: i64 },
}

#[async_trait]
impl JobKind for ExportResults {
    const KIND: &'static str = KIND;
    type Args = ExportArgs;
    type Cursor = ExportCursor;

    async fn step(&self, cx: &StepContext, args: &ExportArgs, at: ExportCursor) -> Result<Box<dyn Write<ExportCursor>>, StepError> {
        self.check_file(&cx.job, args).await?;
        match at.phase {
            Phase::Rows => self.write_rows(&cx.job, args, at).await,
            Phase::Build => self.build(&cx.job, args, at).await,
            Phase::Clear { size } => Ok(Box::new(ClearParts { args: args.clone(), at, size })),
        }
    }
}

impl ExportResults {
    /// A failed export that is retried after its days has nothing to go on from.
    async fn check_file(&self, job: &Job, args: &ExportArgs) -> Result<(), StepError> {
        let file = files::find(&mut self.database.read().await?, Scope::Workspace(job.workspace_id), args.file_id).await?;
        match file.map(|file| file.state) {
            Some(FileState::Writing) => Ok(()),
            _ => Err(StepError::Fatal {
                reason: StopReason::Error,
                code: "FILE_GONE",
                message: "What this export had written was removed after its time. Start the export anew.".into(),
                retryable: false,
            }),
        }
    }

    async fn write_rows(&self, job: &Job, args: &ExportArgs, at: ExportCursor) -> Result<Box<dyn Write<ExportCursor>>, StepError> {
        let is_first = at.place.is_none();
        let mut conn = self.database.read().await?;
        let place = match at.place {
            Some(place) => place,
            None => source::begin(&mut conn, job.workspace_id, &args.source).await?.ok_or_else(|| StepError::Fatal {
                reason: StopReason::Error,
                code: "SOURCE_GONE",
                message: "What was to be exported was removed. There is nothing to go on with.".into(),
                retryable: false,
            })?,
        };
        if args.format == ExportFormat::Xlsx && place.total().max(at.rows) > ROWS_OF_A_SHEET {
            return Err(StepError::Fatal {
                reason: StopReason::Error,
                code: "TOO_MANY_ROWS",
                message: start::too_many_rows(args.source.of(), place.total().max(at.rows)),
                retryable: false,
            });
        }
        let Some(read) = source::read_on(&mut conn, job.workspace_id, &args.source, place, ROWS_A_STEP).await? else {
            return Err(unreadable("its place is that of another source"));
        };
        drop(conn);
        let (rows, place, is_last) = (read.rows, read.place, read.is_end);
        let written = text::write(args, &rows, is_first).map_err(|error| StepError::Fatal {
            reason: StopReason::Error,
            code: "ROW_UNWRITABLE",
            message: format!("A row could not be written: {error}. Start the export anew without its column."),
            retryable: false,
        })?;
        let total = place.total();
        let at = ExportCursor {
            place: Some(place),
            rows: at.rows + rows.len() as i64,
            bytes: at.bytes,
            cut: at.cut + written.cut,
            phase: Phase::Rows,
        };
        Ok(Box::new(AppendRows { args: args.clone(), at, content: written.content, total, is_first, is_last }))
    }

    async fn build(&self, job: &Job, args: &ExportArgs, at: ExportCursor) -> Result<Box<dyn Write<ExportCursor>>, StepError> {
        let Some(parts) = args.parts_id else {
            return Err(unreadable("it has no parts"));
        };
        let Ok(_turn) = self.workbooks.clone().acquire_owned().await else {
            return Err(StepError::Retry { message: "the server is stopping".into() });
        };
        let content = workbook::build(&self.database, parts, args, job.created_at).await?;
        Ok(Box::new(StoreWorkbook { args: args.clone(), at, content }))
    }
}

fn unreadable(why: &str) -> StepError {
    StepError::Fatal {
        reason: StopReason::Error,
        code: "PARTS_UNREADABLE",
        message: format!("The collected rows cannot be read again: {why}. Start the export anew."),
        retryable: false,
    }
}

/// Some rows, appended to the file or to its parts.
struct AppendRows {
    args: ExportArgs,
    at: ExportCursor,
    content: Vec<u8>,
    total: i64,
    is_first: bool,
    is_last: bool,
}

#[async_trait]
impl Write<ExportCursor> for AppendRows {
    async fn write(&self, tx: &mut Tx, _job: &Job) -> Result<Outcome<ExportCursor>, StoreError> {
        let file = self.args.parts_id.unwrap_or(self.args.file_id);
        if !self.content.is_empty() {
            files::append(tx, file, self.at.bytes, &self.content).await?;
        }
        let at = ExportCursor { bytes: self.at.bytes + self.content.len() as i64, ..self.at.clone() };
        let mut notes = Vec::new();
        if self.is_first {
            let later = match self.args.source.of() {
                ExportOf::Search | ExportOf::Review => "whoever is found from now on is left out",
                ExportOf::Postings => "what is stored from now on is left out",
            };
            notes.push(format!("{} to write; {later}", counted(self.args.source.of(), self.total)));
        }
        if self.is_last && at.cut > 0 {
            let (texts, were) = if at.cut == 1 { ("1 text".to_owned(), "was") } else { (format!("{} texts", at.cut), "were") };
            notes.push(format!("{texts} longer than a cell of Excel holds (32,767 characters) {were} cut"));
        }
        let next = match (self.is_last, self.args.format) {
            (false, _) => Next::Continue(at.clone()),
            (true, ExportFormat::Xlsx) => Next::Continue(ExportCursor { phase: Phase::Build, ..at.clone() }),
            (true, ExportFormat::Csv | ExportFormat::Jsonl) => done(tx, &self.args, at.rows, at.bytes).await?,
        };
        let message = match next {
            Next::Done { .. } => exported(&self.args, at.rows),
            _ if self.is_last => "Building the workbook.".to_owned(),
            _ => format!("Writing: {} so far.", counted(self.args.source.of(), at.rows)),
        };
        Ok(Outcome {
            progress: Some(Progress { current: at.rows, total: self.total.max(at.rows), message: Some(message) }),
            rows_kept: Some(at.rows),
            notes,
            ..Outcome::new(next)
        })
    }
}

/// The workbook in pieces, all of them in one transaction, since only the whole is of use.
struct StoreWorkbook {
    args: ExportArgs,
    at: ExportCursor,
    content: Vec<u8>,
}

#[async_trait]
impl Write<ExportCursor> for StoreWorkbook {
    async fn write(&self, tx: &mut Tx, _job: &Job) -> Result<Outcome<ExportCursor>, StoreError> {
        for (n, piece) in self.content.chunks(PIECE).enumerate() {
            files::append(tx, self.args.file_id, (n * PIECE) as i64, piece).await?;
        }
        let phase = Phase::Clear { size: self.content.len() as i64 };
        Ok(Outcome::new(Next::Continue(ExportCursor { phase, ..self.at.clone() })))
    }
}

struct ClearParts {
    args: ExportArgs,
    at: ExportCursor,
    size: i64,
}

#[async_trait]
impl Write<ExportCursor> for ClearParts {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<ExportCursor>, StoreError> {
        if let Some(parts) = self.args.parts_id {
            if files::shrink(tx, parts, PARTS_A_STEP).await? > 0 {
                return Ok(Outcome::new(Next::Continue(self.at.clone())));
            }
            files::delete(tx, parts).await?;
        }
        let next = done(tx, &self.args, self.at.rows, self.size).await?;
        let progress = Progress { message: Some(exported(&self.args, self.at.rows)), ..job.progress.clone() };
        Ok(Outcome { progress: Some(progress), ..Outcome::new(next) })
    }
}

/// Closes the file: from here on it can be downloaded and never changes.
async fn done(tx: &mut Tx, args: &ExportArgs, rows: i64, size: i64) -> Result<Next<ExportCursor>, StoreError> {
    let whole = Whole { size, rows, encoding: None, kept: Duration::from_secs(args.kept_s) };
    if !files::finish(tx, args.file_id, whole).await? {
        return Err(StoreError::Refused("the file of an export was gone before its last row".into()));
    }
    Ok(Next::Done { reason: StopReason::Exhausted, result: Some(json!({ "rows": rows, "size_bytes": size })) })
}

fn exported(args: &ExportArgs, rows: i64) -> String {
    format!("{} exported.", counted(args.source.of(), rows))
}

/// "1 posting", "2,480 people".
fn counted(of: ExportOf, number: i64) -> String {
    let number = u64::try_from(number).unwrap_or(0);
    match of {
        ExportOf::Search | ExportOf::Review => numbers::count(number, "person", "people"),
        ExportOf::Postings => numbers::count(number, "posting", "postings"),
    }
}
