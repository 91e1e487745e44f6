//! An import as the wire has it.

use sluice_api as api;

use super::{count, import_field, job};
use crate::domain::file::{FileState, StoredFile};
use crate::domain::import::{ImportArgs, ImportCounts, RowFault};
use crate::domain::job::Job;
use crate::jobs::import_people::ImportCursor;
use crate::store::{Conn, StoreError};

/// The arguments of an import's job; `None` when they are those of something else.
pub fn args(job: &Job) -> Option<ImportArgs> {
    serde_json::from_value(job.args.clone()).ok()
}

pub async fn show(conn: &mut Conn, job: &Job, args: &ImportArgs, file: Option<&StoredFile>) -> Result<api::Import, StoreError> {
    let shown = job::brief(conn, job).await?;
    Ok(api::Import {
        id: shown.id.clone(),
        file: api::ImportFile {
            id: args.file_id.to_string(),
            name: args.file_name.clone(),
            state: match file.map(|file| file.state) {
                Some(FileState::Ready) => api::FileState::Ready,
                Some(FileState::Writing) => api::FileState::Writing,
                Some(FileState::Removing | FileState::Expired) | None => api::FileState::Expired,
            },
            size_bytes: count(file.map_or(0, |file| file.size)),
            encoding: file.and_then(|file| file.encoding).map_or("utf-8", |encoding| encoding.as_str()).to_owned(),
            delimiter: args.layout.delimiter.to_string(),
            expires_at: file.map_or(job.created_at, |file| file.expires_at).timestamp(),
        },
        review_id: args.review_id.map(|id| id.to_string()),
        validate_only: args.validate_only,
        columns: args
            .layout
            .columns
            .iter()
            .zip(&args.mapping)
            .map(|(name, field)| api::ImportColumn { name: name.clone(), field: field.map(import_field) })
            .collect(),
        counts: counts(job),
        status: shown.status,
        progress: shown.progress,
        stop_reason: shown.stop_reason,
        stop_message: shown.stop_message,
        error: shown.error,
        errors_url: format!("/api/v1/imports/{}/errors.csv", shown.id),
        warnings: warnings(args),
        created_at: shown.created_at,
        completed_at: shown.completed_at,
    })
}

/// So far, or in the end.
pub fn counts(job: &Job) -> api::ImportCounts {
    let counted = match &job.result {
        Some(result) => serde_json::from_value::<ImportCounts>(result.clone()).ok(),
        None => {
            job.cursor.as_ref().and_then(|cursor| serde_json::from_value::<ImportCursor>(cursor.clone()).ok()).map(|cursor| cursor.counts)
        }
    };
    let counts = counted.unwrap_or_default();
    api::ImportCounts { new: count(counts.new), known: count(counts.known), refused: count(counts.refused), blank: count(counts.blank) }
}

/// Columns of one name, and a file without addresses, work; but not as their sender may think.
fn warnings(args: &ImportArgs) -> Vec<String> {
    use crate::domain::import::ImportField::{ProfileUrl, PublicIdentifier};
    let mut warnings = Vec::new();
    let columns = &args.layout.columns;
    for (column, mapped) in columns.iter().zip(&args.mapping) {
        let Some((name, _)) = column.rsplit_once(" (") else { continue };
        if mapped.is_none() && columns.iter().any(|other| other == name) {
            warnings.push(format!("The file has more than one column called {name}; the first is read, and {column} is kept beside."));
        }
    }
    if !args.mapping.iter().flatten().any(|field| matches!(field, ProfileUrl | PublicIdentifier)) {
        warnings.push(
            "No column holds the addresses of profiles, so people are known again by their name, title, company and place alone.".into(),
        );
    }
    warnings
}

pub fn row_error(fault: RowFault) -> api::RowError {
    api::RowError { row: count(fault.row), column: fault.column, value: fault.value, message: fault.message }
}
