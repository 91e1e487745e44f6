//! `/postings/jobs/{id}/unread-pages/{page_id}`: a provider's page that could not be read, as a file.

use axum::response::Response;

use crate::domain::JobId;
use crate::domain::id::UnreadPageId;
use crate::http::api::unread_pages;
use crate::http::pages::visit::Visit;
use crate::http::path::Within;
use crate::http::problem::Failure;

pub async fn download(visit: Visit, Within(job, page): Within<JobId, UnreadPageId>) -> Result<Response, Failure> {
    unread_pages::download(&visit.app.database, &visit.caller, job, page).await
}
