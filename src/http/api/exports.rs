//! `/api/v1/exports`: taking people and postings out into a file.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LOCATION, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use sluice_api::{Export, ExportRequest, List, PageQuery, PostingsQuery, Problem, ReviewFilter, SearchExportQuery};

use super::postings;
use super::reviews::{checked_filter, checked_sort};
use super::searches::{distance, sort};
use crate::domain::export::{ExportArgs, ExportColumn, ExportOf, ExportSource, SearchFilter};
use crate::domain::file::{FilePurpose, FileState, StoredFile};
use crate::domain::job::Job;
use crate::domain::{Credential, JobId, Scope};
use crate::events::Topic;
use crate::http::caller::Caller;
use crate::http::download::{self, not_ready};
use crate::http::idempotency::{Answer, Creation};
use crate::http::listing::Page;
use crate::http::path::Id;
use crate::http::problem::{Failure, Kind, refused};
use crate::http::query::Query;
use crate::http::{Shared, origin, wire};
use crate::jobs::export_results::KIND;
use crate::jobs::export_results::start::{self, ExportOrder, StartError};
use crate::store::postings::PostingSort;
use crate::store::{Conn, files, jobs, timeline, users};

/// How long a route that promises the finished file waits for it.
const PATIENCE: Duration = Duration::from_secs(25);
/// What is left of the time for one answer when the waiting ends.
const SPARE: Duration = Duration::from_secs(2);

/// Starts an export: a job that writes what there is now into a file, with progress and cancel. The file can be downloaded when the job
/// has completed, for some days.
#[utoipa::path(
    post, path = "/api/v1/exports", tag = "Exports", request_body = ExportRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more")),
    responses((status = 202, body = Export), (status = 422, body = Problem)),
)]
pub async fn create(State(app): State<Shared>, caller: Caller, creation: Creation<ExportRequest>) -> Result<Response, Failure> {
    let order = order(&caller, creation.value)?;
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = creation.once.claim(&app, &mut tx).await? {
        return Ok(earlier);
    }
    let job = start::start(&mut tx, order, app.config.files.kept, app.config.engine.max_attempts).await.map_err(refusal)?;
    let shown = show(&mut tx, &job).await?;
    let answer = Answer::new(StatusCode::ACCEPTED, Some(format!("/api/v1/exports/{}", job.id)), &shown)?;
    creation.once.keep(&app, &mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// The exports of the workspace, newest first.
#[utoipa::path(get, path = "/api/v1/exports", tag = "Exports", params(PageQuery), responses((status = 200, body = List<Export>)))]
pub async fn list(State(app): State<Shared>, caller: Caller, Query(query): Query<PageQuery>) -> Result<Json<List<Export>>, Failure> {
    let page = Page::of(&query)?;
    let mut conn = app.database.read().await?;
    let found = super::jobs::of_kind(&mut conn, &caller, &page, KIND).await?;
    let mut data = Vec::with_capacity(found.jobs.len());
    for job in &found.jobs {
        data.push(show(&mut conn, job).await?);
    }
    Ok(Json(page.list(data, found.total, found.offset, found.next)))
}

/// One export, with how far it is and its file.
#[utoipa::path(
    get, path = "/api/v1/exports/{id}", tag = "Exports", params(("id" = String, Path)),
    responses((status = 200, body = Export), (status = 404, body = Problem)),
)]
pub async fn find(State(app): State<Shared>, caller: Caller, Id(id): Id<JobId>) -> Result<Json<Export>, Failure> {
    let mut conn = app.database.read().await?;
    let job = export(&mut conn, caller.scope(), id).await?;
    Ok(Json(show(&mut conn, &job).await?))
}

/// The file of an export: whole, or one range of its bytes. 409 while it is being written, 410 after its days. A publishable key is refused
/// those of postings.
#[utoipa::path(
    get, path = "/api/v1/exports/{id}/file", tag = "Exports",
    params(
        ("id" = String, Path),
        ("Range" = Option<String>, Header, description = "One range, such as `bytes=1000-`, to go on with a download that broke off"),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of an earlier answer: 304 when it is that file still"),
    ),
    responses(
        (status = 200, content_type = "text/csv", body = String), (status = 206, description = "The part that was asked for"),
        (status = 304, description = "The file is the one that the ETag names"), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 410, body = Problem), (status = 416, description = "The range lies beyond the end"),
    ),
)]
pub async fn file(State(app): State<Shared>, caller: Caller, Id(id): Id<JobId>, headers: HeaderMap) -> Result<Response, Failure> {
    let job = export(&mut app.database.read().await?, caller.scope(), id).await?;
    send(&app, &caller, &job, &headers).await
}

/// Exports what a search has found and answers with the file, when it is ready within 25 s; else with 202 and the address of the export.
#[utoipa::path(
    get, path = "/api/v1/searches/{id}/export", tag = "Exports", params(("id" = String, Path), SearchExportQuery),
    responses(
        (status = 200, content_type = "text/csv", body = String, description = "The file; Content-Location names where it stays"),
        (status = 202, body = Export), (status = 404, body = Problem), (status = 422, body = Problem),
    ),
)]
pub async fn of_search(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<JobId>,
    Query(query): Query<SearchExportQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Credential::Session(_) = caller.credential {
        // It starts a job, so a link on another page must not reach it.
        origin::require_own(&Method::POST, &headers, app.config.http.public_url.as_ref())?;
    }
    let search = super::searches::search(&mut app.database.read().await?, caller.scope(), id).await?;
    let columns = query.columns.as_deref().map(columns).transpose()?;
    let filters = ReviewFilter {
        q: query.q,
        title: query.title,
        company: query.company,
        location: query.location,
        network_distance: query.network_distance,
        ..ReviewFilter::default()
    };
    let order = ExportOrder {
        workspace_id: caller.workspace_id,
        user_id: caller.user_id,
        source: search_source(search.id, filters, query.sort.as_deref())?,
        format: wire::export_format_from(query.format.unwrap_or_default()),
        columns,
        byte_order_mark: true,
    };
    let mut tx = app.database.begin().await?;
    let job = start::start(&mut tx, order, app.config.files.kept, app.config.engine.max_attempts).await.map_err(refusal)?;
    tx.commit().await?;
    let job = wait_for(&app, &caller, job).await?;
    let address = format!("/api/v1/exports/{}", job.id);
    if job.state.is_final() {
        let mut response = send(&app, &caller, &job, &HeaderMap::new()).await?;
        if let Ok(value) = HeaderValue::from_str(&format!("{address}/file")) {
            response.headers_mut().insert(CONTENT_LOCATION, value);
        }
        return Ok(response);
    }
    let shown = show(&mut app.database.read().await?, &job).await?;
    Ok(Answer::new(StatusCode::ACCEPTED, Some(address), &shown)?.into_response())
}

/// The job when it has ended, or as it is when patience does.
async fn wait_for(app: &Shared, caller: &Caller, job: Job) -> Result<Job, Failure> {
    let topic = Topic { workspace_id: caller.workspace_id, job_id: Some(job.id), user_id: caller.user_id };
    let mut news = app.hub.subscribe(topic, None).await?;
    let until = tokio::time::Instant::now() + PATIENCE.min(app.config.http.request_timeout.saturating_sub(SPARE));
    loop {
        let now = export(&mut app.database.read().await?, caller.scope(), job.id).await?;
        if now.state.is_final() {
            return Ok(now);
        }
        match tokio::time::timeout_at(until, news.next()).await {
            Ok(Ok(Some(_))) => {}
            Ok(Err(error)) => return Err(error.into()),
            Ok(Ok(None)) | Err(_) => return Ok(now),
        }
    }
}

/// The file of an export as an answer, and who got it, in the log and in the export's story.
async fn send(app: &Shared, caller: &Caller, job: &Job, headers: &HeaderMap) -> Result<Response, Failure> {
    if args_of(job)?.source.of() == ExportOf::Postings {
        caller.refuse_publishable_tracker()?;
    }
    let mut conn = app.database.read().await?;
    let file = file_of(&mut conn, job).await?;
    match file.state {
        FileState::Ready => {}
        FileState::Writing if job.state.is_final() => {
            let why = wire::job::stop_message(job).unwrap_or_default();
            return Err(Failure::conflict("EXPORT_ENDED", format!("This export ended before its file was whole. {why}")).suggest(format!(
                "Look at it with GET /api/v1/exports/{}; a failed one goes on with POST /api/v1/jobs/{}/retry.",
                job.id, job.id
            )));
        }
        FileState::Writing => {
            let (current, total) = (job.progress.current, job.progress.total);
            return Err(not_ready(&format!("{current} of {total} rows are written.")));
        }
        FileState::Removing | FileState::Expired => {
            return Err(Failure::new(
                Kind::Gone,
                "FILE_EXPIRED",
                format!("This file was kept until {} and is gone.", file.expires_at.timestamp()),
            )
            .suggest("Start the export anew; SLUICE_FILES_KEPT_DAYS says how long files are kept."));
        }
    }
    let who = users::name(&mut conn, caller.user_id).await?.unwrap_or_else(|| "somebody".to_owned());
    drop(conn);
    let download = download::serve(&app.database, &file, headers);
    if download.is_beginning {
        tracing::info!(job = %job.id, user = %caller.user_id, rows = file.rows, "an export was downloaded");
        let mut tx = app.database.begin().await?;
        timeline::add(&mut tx, job, "note", &format!("downloaded by {who}")).await?;
        tx.commit().await?;
    }
    Ok(download.response)
}

/// The job, when it is an export.
pub async fn export(conn: &mut Conn, scope: Scope, id: JobId) -> Result<Job, Failure> {
    let job = jobs::find(conn, scope, id).await?.filter(|job| job.kind == KIND);
    job.ok_or_else(|| Failure::not_found("export", "EXPORT_NOT_FOUND"))
}

/// What was asked for.
pub fn args_of(job: &Job) -> Result<ExportArgs, Failure> {
    serde_json::from_value(job.args.clone())
        .map_err(|error| Failure::internal(anyhow::anyhow!("the arguments of the export {} cannot be read: {error}", job.id)))
}

pub async fn show(conn: &mut Conn, job: &Job) -> Result<Export, Failure> {
    let file = file_of(conn, job).await?;
    let shown = wire::export::show(conn, job, &file).await?;
    shown.ok_or_else(|| Failure::internal(anyhow::anyhow!("the arguments of the export {} cannot be read", job.id)))
}

async fn file_of(conn: &mut Conn, job: &Job) -> Result<StoredFile, Failure> {
    let file = files::of_job(conn, Scope::Workspace(job.workspace_id), job.id, FilePurpose::Export).await?;
    file.ok_or_else(|| Failure::internal(anyhow::anyhow!("the export {} has no file", job.id)))
}

/// A checked order, as far as it can be checked without the source.
pub fn order(caller: &Caller, request: ExportRequest) -> Result<ExportOrder, Failure> {
    let filters = request.filters.unwrap_or_default();
    let source = match (request.search_id, request.review_id, request.postings) {
        (Some(search), None, None) => {
            let search_id = search.parse().map_err(|_| unknown("search_id", &search, "There is no such search here."))?;
            for (field, given) in [("filters.decision", filters.decision.is_some()), ("filters.mark", filters.mark.is_some())] {
                if given {
                    return Err(unknown(field, "", "A search has no such thing; export a review, or leave this out."));
                }
            }
            search_source(search_id, filters, request.sort.as_deref())?
        }
        (None, Some(review), None) => {
            let review_id = review.parse().map_err(|_| unknown("review_id", &review, "There is no such review here."))?;
            let (sort, descending) = checked_sort(request.sort.as_deref())?;
            ExportSource::Review { review_id, filter: checked_filter(&filters)?, sort: sort.word().to_owned(), descending }
        }
        (None, None, Some(query)) => {
            for (field, given) in [("filters", filters != ReviewFilter::default()), ("sort", request.sort.is_some())] {
                if given {
                    return Err(unknown(field, "", "This is for people; of postings, say it within `postings`."));
                }
            }
            posting_source(&query)?
        }
        (search, review, postings) => {
            let given = [search.is_some(), review.is_some(), postings.is_some()].contains(&true);
            let kind = if given { "conflicting_fields" } else { "missing_field" };
            let message = "Give exactly one of search_id, review_id and postings.";
            return Err(Failure::invalid(vec![refused("search_id", kind, Value::Null, message)]));
        }
    };
    Ok(ExportOrder {
        workspace_id: caller.workspace_id,
        user_id: caller.user_id,
        source,
        format: wire::export_format_from(request.format),
        columns: request.columns.map(|columns| columns.into_iter().map(wire::export_column_from).collect()),
        byte_order_mark: request.byte_order_mark.unwrap_or(true),
    })
}

/// The whole of a list of postings.
fn posting_source(query: &PostingsQuery) -> Result<ExportSource, Failure> {
    let pages = [
        ("postings.limit", query.limit.is_some()),
        ("postings.offset", query.offset.is_some()),
        ("postings.cursor", query.cursor.is_some()),
        ("postings.fields", query.fields.is_some()),
    ];
    if let Some((field, _)) = pages.into_iter().find(|(_, given)| *given) {
        return Err(unknown(field, "", "An export has all pages and its own columns; leave this out."));
    }
    let filter = postings::checked_filter(query).map_err(|failure| failure.within("postings."))?;
    let (sort, descending) = postings::checked_sort(query.sort.as_deref()).map_err(|failure| failure.within("postings."))?;
    if !sort.is_steady() {
        let steady: Vec<&str> = PostingSort::ALL.iter().filter(|sort| sort.is_steady()).map(|sort| sort.word()).collect();
        let message = format!("This order changes while people work, so a row could be missed or come twice; use {}.", steady.join(", "));
        return Err(unknown("postings.sort", sort.word(), &message));
    }
    Ok(ExportSource::Postings { filter, sort: sort.word().to_owned(), descending })
}

fn search_source(search_id: JobId, filters: ReviewFilter, by: Option<&str>) -> Result<ExportSource, Failure> {
    let (sort, descending) = sort(by)?;
    let filter = SearchFilter {
        words: filters.q,
        title: filters.title,
        company: filters.company,
        location: filters.location,
        network_distance: filters.network_distance.map(distance).transpose()?,
    };
    Ok(ExportSource::Search { search_id, filter, sort: sort.as_str().to_owned(), descending })
}

/// Names of columns with commas between.
pub fn columns(names: &str) -> Result<Vec<ExportColumn>, Failure> {
    let known = |name: &str| {
        ExportColumn::from_word(name).ok_or_else(|| {
            let all = ExportColumn::ALL.iter().map(|column| column.as_str()).collect::<Vec<_>>().join(", ");
            Failure::invalid(vec![refused("columns", "unknown_value", name, format!("There is no column {name}; there are {all}."))])
        })
    };
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(known).collect()
}

fn unknown(field: &str, value: &str, message: &str) -> Failure {
    Failure::invalid(vec![refused(field, "unknown_value", value, message)])
}

/// Why an export cannot be started, for its sender.
pub fn refusal(error: StartError) -> Failure {
    match error {
        StartError::Invalid { field, message } => Failure::invalid(vec![refused(field, "not_possible", Value::Null, message)]),
        StartError::Store(error) => error.into(),
    }
}
