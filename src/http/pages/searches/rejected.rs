//! `/searches/{id}/rejected`: the rows that could not be read, one JSON object a line.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::json;

use super::show::find;
use crate::domain::JobId;
use crate::http::pages::visit::Visit;
use crate::http::path::Id;
use crate::http::problem::Failure;
use crate::store::prospects;

/// No search has more rows; each is 4 KiB at most.
const MOST: i64 = 5_000;

pub async fn download(visit: Visit, Id(id): Id<JobId>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let job = find(&mut conn, &visit, id).await?;
    let (rows, _) = prospects::rejected(&mut conn, job.id, MOST).await?;
    let mut lines = String::new();
    for row in rows {
        lines.push_str(&json!({ "page": row.batch, "row": row.position, "error": row.error, "raw": row.raw }).to_string());
        lines.push('\n');
    }
    let name = format!("attachment; filename=\"rejected-{}.jsonl\"", job.id);
    Ok(([(CONTENT_TYPE, "application/x-ndjson".to_owned()), (CONTENT_DISPOSITION, name)], lines).into_response())
}
