//! Starting an import: what the columns mean and where people go, checked before anything is stored.

use std::time::Duration;

use super::intake::count_lines;
use super::layout::{self, LayoutFault};
use super::records::{self, Spot};
use super::upload;
use super::write::rows;
use super::{KIND, mapping, window};
use crate::domain::file::{Encoding, StoredFile};
use crate::domain::import::{ImportArgs, ImportField, Layout, MOST_ROWS};
use crate::domain::job::Job;
use crate::domain::review::ReviewState;
use crate::domain::time::micros;
use crate::domain::{FileId, ReviewId, Scope, UserId, WorkspaceId};
use crate::store::jobs::{self, NewJob};
use crate::store::{Database, StoreError, Tx, files, reviews, users};

/// Working time of an import: far more than the largest takes.
const DEADLINE: Duration = Duration::from_secs(3600);
/// Bytes at the beginning of a file in which its header must be.
const HEAD: usize = 256 * 1024;
/// The longest name of a review.
const LONGEST_NAME: usize = 255;

/// What somebody wants.
#[derive(Debug, Clone)]
pub struct ImportOrder {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub file_id: FileId,
    /// Which column a field is read from; guessed by the columns' names when missing.
    pub mapping: Option<Vec<(ImportField, String)>>,
    pub target: Target,
}

/// Where people go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Nowhere: the file is judged, for the sake of a review if one is named.
    Nowhere {
        review_id: Option<ReviewId>,
    },
    Review(ReviewId),
    NewReview {
        name: String,
    },
}

/// Why an import cannot be started. Every text names what is wrong and what would work.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{message}")]
    Invalid { field: String, message: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn invalid(field: impl Into<String>, message: impl Into<String>) -> StartError {
    StartError::Invalid { field: field.into(), message: message.into() }
}

/// A file as people see it before they import it.
#[derive(Debug, Clone)]
pub struct Preview {
    pub file: StoredFile,
    pub layout: Layout,
    /// What the columns mean by their names.
    pub guessed: Vec<Option<ImportField>>,
    /// Rows below the header.
    pub rows: i64,
    /// The first of them.
    pub first: Vec<Vec<String>>,
}

/// Looks at an upload of the workspace; `most` of its rows are shown.
pub async fn preview(database: &Database, scope: Scope, id: FileId, most: usize) -> Result<Preview, StartError> {
    let file = upload::find(&mut database.read().await?, scope, id).await?;
    let file =
        file.ok_or_else(|| invalid("file_id", "There is no such upload here, or it was removed after its time. Upload the file again."))?;
    let head = window(database, &file, 0, HEAD).await?;
    let is_whole = head.len() as i64 == file.size;
    let encoding = file.encoding.unwrap_or(Encoding::Utf8);
    let layout = layout::look(&head, is_whole, encoding).map_err(|fault: LayoutFault| invalid("file", fault.to_string()))?;
    let body = usize::try_from(layout.body_at).unwrap_or(0).min(head.len());
    let rows_below = (file.rows - count_lines(&head[..body])).max(0);
    if rows_below > MOST_ROWS {
        return Err(invalid("file", "The file has more than 50,000 rows. Split it into several files."));
    }
    let from = Spot { at: layout.body_at, row: layout.first_row };
    let first = records::read(&head[body..], is_whole, layout.delimiter, encoding, from, most).records;
    let first = first.into_iter().filter_map(|record| record.cells.ok()).collect();
    Ok(Preview { guessed: mapping::guess(&layout.columns), file, layout, rows: rows_below, first })
}

/// What each column means, as it was said or else guessed.
pub fn resolve(preview: &Preview, said: Option<&[(ImportField, String)]>) -> Result<Vec<Option<ImportField>>, StartError> {
    let columns = &preview.layout.columns;
    let Some(said) = said else {
        if !mapping::names_somebody(&preview.guessed) {
            return Err(invalid(
                "mapping",
                format!(
                    "No column is called like a name or a profile's address. Say which is which with mapping; the columns are {}.",
                    listed(columns)
                ),
            ));
        }
        return Ok(preview.guessed.clone());
    };
    let mut mapping = vec![None; columns.len()];
    for (field, column) in said {
        let name = format!("mapping.{}", field.as_str());
        let Some(place) = columns.iter().position(|known| known == column) else {
            return Err(invalid(name, format!("The file has no column {column}; it has {}.", listed(columns))));
        };
        if let Some(earlier) = mapping.iter().position(|mapped| *mapped == Some(*field)) {
            let message = format!("{} is read from {} already; choose one column for it.", field.as_str(), columns[earlier]);
            return Err(invalid(name, message));
        }
        if let Some(other) = mapping[place].replace(*field) {
            return Err(invalid(name, format!("The column {column} is mapped to {} already; map each column once.", other.as_str())));
        }
    }
    if !mapping::names_somebody(&mapping) {
        return Err(invalid(
            "mapping",
            format!(
                "Nothing says who somebody is: map name, first_name, last_name, profile_url or public_identifier; the columns are {}.",
                listed(columns)
            ),
        ));
    }
    Ok(mapping)
}

/// Names of columns, cut when there are many.
fn listed(columns: &[String]) -> String {
    let shown: Vec<&str> = columns.iter().take(20).map(String::as_str).collect();
    let more = columns.len().saturating_sub(shown.len());
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// Stores the import as a job; it runs once `tx` has committed. The file is kept for `kept` from now on.
pub async fn start(tx: &mut Tx, order: &ImportOrder, preview: &Preview, kept: Duration, max_attempts: u32) -> Result<Job, StartError> {
    let mapping = resolve(preview, order.mapping.as_deref())?;
    let scope = Scope::Workspace(order.workspace_id);
    let (review_id, validate_only, whither) = match &order.target {
        Target::Nowhere { review_id: None } => (None, true, String::new()),
        Target::Nowhere { review_id: Some(id) } => {
            let review = review(tx, scope, *id).await?;
            (Some(review.id), true, format!(" for the review {}", review.name))
        }
        Target::Review(id) => {
            let review = review(tx, scope, *id).await?;
            if review.state == ReviewState::Completed {
                return Err(invalid("review_id", "This review is completed and takes nobody in. Reopen it, or import into another one."));
            }
            (Some(review.id), false, format!(" into the review {}", review.name))
        }
        Target::NewReview { name } => {
            let name = name.trim();
            if name.is_empty() || name.chars().count() > LONGEST_NAME {
                return Err(invalid("review_name", format!("A review's name has 1 to {LONGEST_NAME} characters.")));
            }
            let review = reviews::insert(tx, order.workspace_id, order.user_id, name).await?;
            (Some(review.id), false, format!(" into the new review {name}"))
        }
    };
    let args = ImportArgs {
        title: if validate_only { format!("{} (check)", preview.file.name) } else { preview.file.name.clone() },
        file_id: preview.file.id,
        file_name: preview.file.name.clone(),
        layout: preview.layout.clone(),
        mapping,
        rows: preview.rows,
        validate_only,
        review_id,
        kept_s: kept.as_secs(),
    };
    let who = users::name(tx, order.user_id).await?.unwrap_or_else(|| "somebody".to_owned());
    let verb = if validate_only { "check" } else { "import" };
    let job = jobs::insert(
        tx,
        &NewJob {
            workspace_id: order.workspace_id,
            user_id: order.user_id,
            account_id: None,
            schedule_id: None,
            kind: KIND.to_owned(),
            args: serde_json::to_value(&args)
                .map_err(|error| StoreError::Refused(format!("an import cannot be written as JSON: {error}")))?,
            priority: 0,
            max_attempts: i64::from(max_attempts),
            page_cap: i64::MAX,
            deadline_us: micros(DEADLINE),
            progress_total: preview.rows,
            message: format!("{who} asked to {verb} {} ({}){whither}", preview.file.name, rows(preview.rows)),
        },
    )
    .await?;
    if !files::adopt(tx, scope, preview.file.id, job.id, kept).await? {
        return Err(invalid("file_id", "The upload was removed after its time. Upload the file again."));
    }
    tracing::info!(job = %job.id, user = %order.user_id, rows = preview.rows, validate_only, "an import was asked for");
    Ok(job)
}

async fn review(tx: &mut Tx, scope: Scope, id: ReviewId) -> Result<reviews::Review, StartError> {
    reviews::find(tx, scope, id)
        .await?
        .ok_or_else(|| invalid("review_id", "There is no such review here. GET /api/v1/reviews lists those that there are."))
}
