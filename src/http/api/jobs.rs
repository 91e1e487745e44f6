//! `/api/v1/jobs`: background work, and what people do to it.

use axum::Json;
use axum::extract::State;
use sluice_api::{Job as WireJob, JobsQuery, List, Problem};

use crate::domain::job::Job;
use crate::domain::{JobId, Micros};
use crate::http::Shared;
use crate::http::caller::Caller;
use crate::http::listing::{From, Page, foreign_cursor};
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::http::wire::job as wire;
use crate::jobs::control::{self, ControlError, Wish};
use crate::store::Conn;
use crate::store::jobs::{self, JobFilter, JobPlace};

/// The jobs of the workspace, newest first. By cursor, jobs that are made meanwhile move no row to another page.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "Jobs", params(JobsQuery), responses((status = 200, body = List<WireJob>)))]
pub async fn list(State(app): State<Shared>, caller: Caller, Query(query): Query<JobsQuery>) -> Result<Json<List<WireJob>>, Failure> {
    let page = Page::new(query.limit, query.offset, query.cursor.as_deref())?;
    let status = query.status.map(|status| status.as_str().to_owned());
    self::page(&app, &caller, &page, JobFilter { kind: query.kind, except_kind: query.except_kind, status, ..JobFilter::default() }).await
}

/// One page of the jobs that match.
pub async fn page(app: &Shared, caller: &Caller, page: &Page, filter: JobFilter) -> Result<Json<List<WireJob>>, Failure> {
    let mut conn = app.database.read().await?;
    let found = found(&mut conn, caller, page, filter).await?;
    let mut data = Vec::with_capacity(found.jobs.len());
    for job in &found.jobs {
        data.push(wire::brief(&mut conn, job).await?);
    }
    Ok(Json(page.list(data, found.total, found.offset, found.next)))
}

/// Jobs of one page, and where it stands.
pub struct Found {
    pub jobs: Vec<Job>,
    pub total: i64,
    pub offset: i64,
    /// Where the next page begins, in the list's own words.
    pub next: Option<String>,
}

/// One page of the jobs of a kind, newest first.
pub async fn of_kind(conn: &mut Conn, caller: &Caller, page: &Page, kind: &str) -> Result<Found, Failure> {
    found(conn, caller, page, JobFilter { kind: Some(kind.to_owned()), ..JobFilter::default() }).await
}

async fn found(conn: &mut Conn, caller: &Caller, page: &Page, mut filter: JobFilter) -> Result<Found, Failure> {
    let offset = match &page.from {
        From::Offset(offset) => *offset,
        From::Place(place) => {
            filter.after = Some(place_of(place)?);
            0
        }
    };
    // One more than asked for says whether there is another page.
    let (mut jobs, total) = jobs::list(conn, caller.scope(), &filter, i64::from(page.limit) + 1, offset).await?;
    let has_more = jobs.len() > page.limit as usize;
    jobs.truncate(page.limit as usize);
    let next = jobs.last().filter(|_| has_more).map(|job| format!("p{}", place_text(JobPlace::of(job))));
    Ok(Found { jobs, total, offset, next })
}

/// A place as cursors carry it.
fn place_text(place: JobPlace) -> String {
    format!("{}.{}", place.created_at.0, place.id)
}

fn place_of(text: &str) -> Result<JobPlace, Failure> {
    let read = text.split_once('.').and_then(|(at, id)| Some(JobPlace { created_at: Micros(at.parse().ok()?), id: id.parse().ok()? }));
    read.ok_or_else(foreign_cursor)
}

/// One job with its timeline.
#[utoipa::path(
    get, path = "/api/v1/jobs/{id}", tag = "Jobs", params(("id" = String, Path)),
    responses((status = 200, body = WireJob), (status = 404, body = Problem)),
)]
pub async fn find(State(app): State<Shared>, caller: Caller, Id(id): Id<JobId>) -> Result<Json<WireJob>, Failure> {
    let mut conn = app.database.read().await?;
    let job = jobs::find(&mut conn, caller.scope(), id).await?.ok_or_else(JobId::not_found)?;
    Ok(Json(wire::whole(&mut conn, &job).await?))
}

/// Pauses a job: at once when it waits, else at its next page or heartbeat.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/pause", tag = "Jobs", params(("id" = String, Path)),
    responses((status = 200, body = WireJob), (status = 404, body = Problem), (status = 409, body = Problem)),
)]
pub async fn pause(state: State<Shared>, caller: Caller, id: Id<JobId>) -> Result<Json<WireJob>, Failure> {
    grant(state, caller, id, Wish::Pause).await
}

/// Lets a paused job go on.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/resume", tag = "Jobs", params(("id" = String, Path)),
    responses((status = 200, body = WireJob), (status = 404, body = Problem), (status = 409, body = Problem)),
)]
pub async fn resume(state: State<Shared>, caller: Caller, id: Id<JobId>) -> Result<Json<WireJob>, Failure> {
    grant(state, caller, id, Wish::Resume).await
}

/// Ends a job for good; what it has found stays.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/cancel", tag = "Jobs", params(("id" = String, Path)),
    responses((status = 200, body = WireJob), (status = 404, body = Problem), (status = 409, body = Problem)),
)]
pub async fn cancel(state: State<Shared>, caller: Caller, id: Id<JobId>) -> Result<Json<WireJob>, Failure> {
    grant(state, caller, id, Wish::Cancel).await
}

/// Queues a failed job again: same id, rows and cursor kept.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/retry", tag = "Jobs", params(("id" = String, Path)),
    responses((status = 200, body = WireJob), (status = 404, body = Problem), (status = 409, body = Problem)),
)]
pub async fn retry(state: State<Shared>, caller: Caller, id: Id<JobId>) -> Result<Json<WireJob>, Failure> {
    grant(state, caller, id, Wish::Retry).await
}

async fn grant(State(app): State<Shared>, caller: Caller, Id(id): Id<JobId>, wish: Wish) -> Result<Json<WireJob>, Failure> {
    let job = control::grant(&app.database, caller.scope(), id, wish).await.map_err(|error| match error {
        ControlError::NotFound => JobId::not_found(),
        ControlError::WrongState { status, remedy } => {
            Failure::conflict("WRONG_STATE", remedy.clone()).with_details(serde_json::json!({ "status": status })).suggest(remedy)
        }
        ControlError::Store(error) => error.into(),
    })?;
    let mut conn = app.database.read().await?;
    Ok(Json(wire::whole(&mut conn, &job).await?))
}
