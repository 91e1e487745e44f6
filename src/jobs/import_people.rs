//! Brings the people of a CSV file into a review, a few hundred rows a step.
//!
//! A step reads its rows from the stored file, adds the good ones to the review, keeps what is wrong with the others, and saves the place
//! where the next row begins, all in one transaction: a kill neither loses nor doubles anybody. An import that only judges a file does the
//! same without adding.

mod intake;
mod layout;
mod mapping;
mod person;
mod records;
pub mod start;
mod upload;
mod write;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::engine::kind::JobKind;
use super::engine::{StepContext, StepError, Write};
use crate::domain::Scope;
use crate::domain::file::{FileState, StoredFile};
use crate::domain::import::{ImportArgs, ImportCounts, MOST_ROWS};
use crate::domain::job::{Job, StopReason};
use crate::domain::review::{MOST_ITEMS, ReviewState};
use crate::store::{Database, StoreError, files, reviews};
use person::Judged;
use records::{LONGEST_ROW, Spot};
use write::AddRows;

pub use intake::IntakeFault;
pub use layout::LayoutFault;
pub use start::{Preview, preview};
pub use upload::{Upload, UploadError, discard};

pub const KIND: &str = "import_people";

/// Rows that one step reads.
const ROWS_A_STEP: usize = 500;
/// Bytes that one step has before it; more than the longest row.
const WINDOW: usize = 2 * LONGEST_ROW;

pub struct ImportPeople {
    pub database: Database,
}

/// Where the import is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCursor {
    /// The byte where the next row begins, and its number; the first row when missing.
    next: Option<(i64, i64)>,
    pub counts: ImportCounts,
}

#[async_trait]
impl JobKind for ImportPeople {
    const KIND: &'static str = KIND;
    type Args = ImportArgs;
    type Cursor = ImportCursor;

    async fn step(&self, cx: &StepContext, args: &ImportArgs, at: ImportCursor) -> Result<Box<dyn Write<ImportCursor>>, StepError> {
        let file = self.file(&cx.job, args).await?;
        self.check_review(&cx.job, args).await?;
        let from = at.next.map_or(Spot { at: args.layout.body_at, row: args.layout.first_row }, |(at, row)| Spot { at, row });
        let window = window(&self.database, &file, from.at, WINDOW).await?;
        let is_end = from.at + window.len() as i64 >= file.size;
        let encoding = file.encoding.unwrap_or(crate::domain::file::Encoding::Utf8);
        let found = records::read(&window, is_end, args.layout.delimiter, encoding, from, ROWS_A_STEP);
        if at.counts.read() + found.records.len() as i64 > MOST_ROWS {
            return Err(fatal(
                "TOO_MANY_ROWS",
                "The file has more than 50,000 rows. What was read so far is kept; split the rest into other files.",
                false,
            ));
        }
        let judged: Vec<Judged> = found.records.iter().map(|record| person::judge(record, &args.layout.columns, &args.mapping)).collect();
        let is_last = is_end && found.next.at >= file.size;
        Ok(Box::new(AddRows { args: args.clone(), at, judged, next: found.next, is_last }))
    }
}

impl ImportPeople {
    async fn file(&self, job: &Job, args: &ImportArgs) -> Result<StoredFile, StepError> {
        let file = files::find(&mut self.database.read().await?, Scope::Workspace(job.workspace_id), args.file_id).await?;
        file.filter(|file| file.state == FileState::Ready)
            .ok_or_else(|| fatal("FILE_GONE", "The uploaded file was removed after its time. Upload it again.", false))
    }

    async fn check_review(&self, job: &Job, args: &ImportArgs) -> Result<(), StepError> {
        let Some(id) = args.review_id else { return Ok(()) };
        let review = reviews::find(&mut self.database.read().await?, Scope::Workspace(job.workspace_id), id).await?;
        let is_full = review.as_ref().is_some_and(|review| review.counts.total + ROWS_A_STEP as i64 > MOST_ITEMS);
        match review.map(|review| review.state) {
            Some(_) if is_full && !args.validate_only => {
                Err(fatal("REVIEW_FULL", "The review has no room for more people. Import the file into another one.", false))
            }
            None => Err(fatal("REVIEW_GONE", "The review was removed. Import the file into another one.", false)),
            Some(ReviewState::Completed) if !args.validate_only => {
                Err(fatal("REVIEW_COMPLETED", "The review is completed and takes nobody in. Reopen it, then Retry.", true))
            }
            Some(_) => Ok(()),
        }
    }
}

/// The bytes of a file from `at` on, about `most` of them or up to its end.
async fn window(database: &Database, file: &StoredFile, at: i64, most: usize) -> Result<Vec<u8>, StoreError> {
    let mut window = Vec::new();
    let mut conn = database.read().await?;
    while window.len() < most {
        let offset = at + window.len() as i64;
        let Some(chunk) = files::chunk_at(&mut conn, file.id, offset).await? else { break };
        let skipped = usize::try_from(offset - chunk.starts_at).unwrap_or(0);
        window.extend_from_slice(&chunk.content[skipped..]);
    }
    Ok(window)
}

fn fatal(code: &'static str, message: &str, retryable: bool) -> StepError {
    StepError::Fatal { reason: StopReason::Error, code, message: message.to_owned(), retryable }
}
