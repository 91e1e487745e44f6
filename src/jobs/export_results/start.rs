//! Starting an export: what is to be written, and whether it can be, before anything is stored.

use std::time::Duration;

use serde_json::Value as Json;

use super::{KIND, ROWS_OF_A_SHEET, counted, source};
use crate::domain::export::{ExportArgs, ExportColumn, ExportFormat, ExportOf, ExportSource};
use crate::domain::file::FilePurpose;
use crate::domain::job::Job;
use crate::domain::text::slug;
use crate::domain::time::micros;
use crate::domain::{FileId, Micros, Scope, UserId, WorkspaceId};
use crate::jobs::search_prospects;
use crate::store::files::{self, NewFile};
use crate::store::jobs::{self, NewJob};
use crate::store::{Conn, StoreError, Tx, reviews, users};

/// Working time of an export: far more than the largest takes.
const DEADLINE: Duration = Duration::from_secs(3600);

/// What somebody wants.
#[derive(Debug, Clone)]
pub struct ExportOrder {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub source: ExportSource,
    pub format: ExportFormat,
    /// The usual ones when missing.
    pub columns: Option<Vec<ExportColumn>>,
    pub byte_order_mark: bool,
}

/// Why an export cannot be started. Every text names what is wrong and what would work.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{message}")]
    Invalid { field: &'static str, message: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Stores the export as a job; it runs once `tx` has committed. Its file is kept for `kept` after it is whole.
pub async fn start(tx: &mut Tx, order: ExportOrder, kept: Duration, max_attempts: u32) -> Result<Job, StartError> {
    let of = order.source.of();
    let columns = check_columns(order.columns.clone(), of)?;
    let found = look(tx, order.workspace_id, &order.source).await?;
    if order.format == ExportFormat::Xlsx && found.rows > ROWS_OF_A_SHEET {
        return Err(StartError::Invalid { field: "format", message: too_many_rows(of, found.rows) });
    }
    let file_id = FileId::new();
    let parts_id = (order.format == ExportFormat::Xlsx).then(FileId::new);
    let args = ExportArgs {
        title: format!("{} as {}", found.title, order.format.title()),
        source: order.source.clone(),
        format: order.format,
        columns,
        byte_order_mark: order.byte_order_mark,
        file_id,
        parts_id,
        kept_s: kept.as_secs(),
    };
    let who = users::name(tx, order.user_id).await?.unwrap_or_else(|| "somebody".to_owned());
    let job = jobs::insert(
        tx,
        &NewJob {
            workspace_id: order.workspace_id,
            user_id: order.user_id,
            account_id: None,
            schedule_id: None,
            kind: KIND.to_owned(),
            args: serde_json::to_value(&args)
                .map_err(|error| StoreError::Refused(format!("an export cannot be written as JSON: {error}")))?,
            priority: 0,
            max_attempts: i64::from(max_attempts),
            page_cap: i64::MAX,
            deadline_us: micros(DEADLINE),
            progress_total: found.rows,
            message: format!("{who} asked for {} of {} as {}", counted(of, found.rows), found.of, order.format.title()),
        },
    )
    .await?;
    let now = Micros(tx.now_us().await?).timestamp();
    let file = NewFile {
        id: file_id,
        workspace_id: order.workspace_id,
        user_id: order.user_id,
        job_id: Some(job.id),
        purpose: FilePurpose::Export,
        name: format!("{}-{}.{}", found.stem, now.strftime("%Y-%m-%d"), order.format.as_str()),
        media_type: order.format.media_type().to_owned(),
        kept,
    };
    files::insert(tx, &file).await?;
    if let Some(id) = parts_id {
        files::insert(
            tx,
            &NewFile { id, purpose: FilePurpose::Parts, name: "parts".into(), media_type: "application/jsonl".into(), ..file },
        )
        .await?;
    }
    tracing::info!(job = %job.id, user = %order.user_id, rows = found.rows, format = order.format.as_str(), of = found.of, "an export was asked for");
    Ok(job)
}

/// What the source is called, and how much there is now.
pub struct Found {
    pub rows: i64,
    /// As people call it.
    pub title: String,
    /// In words, for the timeline.
    of: String,
    /// What the file is named after.
    stem: String,
}

/// Looks at what would be exported; `Invalid` when there is no such source.
pub async fn look(conn: &mut Conn, workspace: WorkspaceId, source: &ExportSource) -> Result<Found, StartError> {
    let scope = Scope::Workspace(workspace);
    match source {
        ExportSource::Search { search_id, .. } => {
            let search = jobs::find(conn, scope, *search_id).await?.filter(|job| job.kind == search_prospects::KIND).ok_or_else(|| {
                let message = "There is no such search here. GET /api/v1/searches lists those that there are.";
                StartError::Invalid { field: "search_id", message: message.into() }
            })?;
            let rows = source::begin(conn, workspace, source).await?.map_or(0, |place| place.total());
            let words = words_of_search(&search.args);
            let stem = slug(&words, 40);
            Ok(Found {
                rows,
                of: format!("the search {search_id}"),
                stem: if stem.is_empty() { "people".to_owned() } else { stem },
                title: if words.is_empty() { "Search".to_owned() } else { words },
            })
        }
        ExportSource::Review { review_id, .. } => {
            let missing = || {
                let message = "There is no such review here. GET /api/v1/reviews lists those that there are.";
                StartError::Invalid { field: "review_id", message: message.into() }
            };
            let review = reviews::find(conn, scope, *review_id).await?.ok_or_else(missing)?;
            let rows = source::begin(conn, workspace, source).await?.map_or(0, |place| place.total());
            let stem = slug(&review.name, 40);
            Ok(Found {
                rows,
                of: format!("the review {}", review.name),
                stem: if stem.is_empty() { "review".to_owned() } else { stem },
                title: review.name,
            })
        }
        ExportSource::Postings { .. } => {
            let rows = source::begin(conn, workspace, source).await?.map_or(0, |place| place.total());
            Ok(Found { rows, of: "the tracker".to_owned(), stem: "postings".to_owned(), title: "Postings".to_owned() })
        }
    }
}

/// What was searched for, as far as it can name a file: "CEO tools".
fn words_of_search(args: &Json) -> String {
    let criteria = args.pointer("/query/criteria").unwrap_or(&Json::Null);
    let words: Vec<&str> = ["title", "keywords"].iter().filter_map(|name| criteria[name].as_str()).collect();
    words.join(" ")
}

fn check_columns(columns: Option<Vec<ExportColumn>>, of: ExportOf) -> Result<Vec<ExportColumn>, StartError> {
    let Some(columns) = columns else { return Ok(ExportColumn::usual(of)) };
    let refuse = |message: String| Err(StartError::Invalid { field: "columns", message });
    if columns.is_empty() {
        return refuse("Name one column at least, or leave columns out for the usual ones.".into());
    }
    if let Some(twice) = columns.iter().enumerate().find(|(n, column)| columns[..*n].contains(column)).map(|(_, column)| column) {
        return refuse(format!("{} is named twice; name each column once.", twice.as_str()));
    }
    let known = ExportColumn::all_of(of);
    let Some(strange) = columns.iter().find(|column| !known.contains(column)) else { return Ok(columns) };
    match of {
        ExportOf::Search if ExportColumn::all_of(ExportOf::Review).contains(strange) => {
            refuse(format!("A search has no {}; export a review, or leave the column out.", strange.as_str()))
        }
        ExportOf::Search | ExportOf::Review => {
            refuse(format!("People have no {}; export postings, or leave the column out.", strange.as_str()))
        }
        ExportOf::Postings => {
            let names: Vec<&str> = known.iter().map(|column| column.as_str()).collect();
            refuse(format!("Postings have no {}; they have {}.", strange.as_str(), names.join(", ")))
        }
    }
}

pub fn too_many_rows(of: ExportOf, rows: i64) -> String {
    format!(
        "A worksheet of Excel holds 1,048,575 rows below its header, and these are {}. Export as csv or jsonl, or narrow the filters.",
        counted(of, rows)
    )
}
