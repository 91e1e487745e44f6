//! An export as the wire has it.

use sluice_api as api;

use super::{count, export_column, export_format, job, posting, prospect, review};
use crate::domain::export::{ExportArgs, ExportSource};
use crate::domain::file::{FileState, StoredFile};
use crate::domain::job::Job;
use crate::store::{Conn, StoreError};

/// `None` when the job's arguments are not those of an export.
pub async fn show(conn: &mut Conn, job: &Job, file: &StoredFile) -> Result<Option<api::Export>, StoreError> {
    let Ok(args) = serde_json::from_value::<ExportArgs>(job.args.clone()) else { return Ok(None) };
    let shown = job::brief(conn, job).await?;
    let turned = |sort: &str, descending: bool| if descending { format!("-{sort}") } else { sort.to_owned() };
    let (search_id, review_id, postings, filters, sort) = match args.source {
        ExportSource::Search { search_id, filter, sort, descending } => {
            let filters = api::ReviewFilter {
                q: filter.words,
                title: filter.title,
                company: filter.company,
                location: filter.location,
                network_distance: filter.network_distance.and_then(prospect::degree),
                ..api::ReviewFilter::default()
            };
            // On the wire the order of arrival is called position.
            let sort = if sort == "found" { "position" } else { &sort };
            (Some(search_id.to_string()), None, None, filters, turned(sort, descending))
        }
        ExportSource::Review { review_id, filter, sort, descending } => {
            let some = |text: String| (!text.is_empty()).then_some(text);
            let distance = filter.network_distance.and_then(|word| serde_json::from_value(word.into()).ok());
            let filters = api::ReviewFilter {
                decision: filter.decision.map(review::decision),
                mark: filter.mark.map(review::mark),
                q: some(filter.words),
                title: some(filter.title),
                company: some(filter.company),
                location: some(filter.location),
                network_distance: distance.and_then(prospect::degree),
            };
            (None, Some(review_id.to_string()), None, filters, turned(&sort, descending))
        }
        ExportSource::Postings { filter, sort, descending } => {
            let sort = turned(&sort, descending);
            let query = api::PostingsQuery { sort: Some(sort.clone()), ..posting::query(&filter) };
            (None, None, Some(query), api::ReviewFilter::default(), sort)
        }
    };
    let is_ready = file.state == FileState::Ready;
    Ok(Some(api::Export {
        id: shown.id.clone(),
        search_id,
        review_id,
        postings,
        format: export_format(args.format),
        columns: args.columns.into_iter().map(export_column).collect(),
        filters,
        sort,
        status: shown.status,
        progress: shown.progress,
        stop_reason: shown.stop_reason,
        stop_message: shown.stop_message,
        error: shown.error,
        file: api::ExportFile {
            state: match file.state {
                FileState::Writing => api::FileState::Writing,
                FileState::Ready => api::FileState::Ready,
                FileState::Removing | FileState::Expired => api::FileState::Expired,
            },
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size_bytes: is_ready.then(|| count(file.size)),
            rows: is_ready.then(|| count(file.rows)),
            url: format!("/api/v1/exports/{}/file", shown.id),
            expires_at: file.expires_at.timestamp(),
        },
        created_at: shown.created_at,
        completed_at: shown.completed_at,
    }))
}
