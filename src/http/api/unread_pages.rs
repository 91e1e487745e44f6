//! `/api/v1/jobs/{id}/unread-pages`: pages of a provider that could not be read, kept some days so that people can see what changed.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use sluice_api::{List, Problem, UnreadPage as WirePage};

use crate::domain::JobId;
use crate::domain::id::UnreadPageId;
use crate::http::caller::Caller;
use crate::http::download::disposition;
use crate::http::listing::Page;
use crate::http::path::{Id, Named, Within};
use crate::http::problem::Failure;
use crate::http::{Shared, wire};
use crate::store::posting_pages::{self, UnreadPage};
use crate::store::{Database, jobs};

/// The pages of a job that could not be read, newest first: the last three, for 14 days.
#[utoipa::path(
    get, path = "/api/v1/jobs/{id}/unread-pages", tag = "Job postings", params(("id" = String, Path)),
    responses((status = 200, body = List<WirePage>), (status = 404, body = Problem)),
)]
pub async fn list(State(app): State<Shared>, caller: Caller, Id(id): Id<JobId>) -> Result<Json<List<WirePage>>, Failure> {
    let mut conn = app.database.read().await?;
    let job = jobs::find(&mut conn, caller.scope(), id).await?.ok_or_else(JobId::not_found)?;
    let data: Vec<WirePage> = posting_pages::unread(&mut conn, job.id).await?.iter().map(show).collect();
    let total = data.len() as i64;
    Ok(Json(Page::new(None, None, None)?.list(data, total, 0, None)))
}

/// One such page as it came, to be saved and looked at as text: it is somebody else's HTML.
#[utoipa::path(
    get, path = "/api/v1/jobs/{id}/unread-pages/{page_id}", tag = "Job postings", params(("id" = String, Path), ("page_id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 404, body = Problem)),
)]
pub async fn file(State(app): State<Shared>, caller: Caller, Within(job, page): Within<JobId, UnreadPageId>) -> Result<Response, Failure> {
    download(&app.database, &caller, job, page).await
}

/// The page as a file. No browser may take it for a page of ours.
pub async fn download(database: &Database, caller: &Caller, job: JobId, page: UnreadPageId) -> Result<Response, Failure> {
    let mut conn = database.read().await?;
    let job = jobs::find(&mut conn, caller.scope(), job).await?.ok_or_else(JobId::not_found)?;
    let bytes = posting_pages::unread_bytes(&mut conn, job.id, page).await?.ok_or_else(UnreadPageId::not_found)?;
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, disposition(&format!("unread-page-{page}.txt"))),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

fn show(page: &UnreadPage) -> WirePage {
    WirePage { id: page.id.to_string(), url: page.url.clone(), bytes: wire::count(page.size), at: page.at.timestamp() }
}
