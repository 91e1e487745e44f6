//! `/api/v1/job-postings/search` and `/import`: jobs that bring postings in, and what became of each card or address.

use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::Value;
use sluice_api::{
    List, PostingImportRequest, PostingItem, PostingItemsQuery, PostingJobAccepted, PostingSearchRequest, Problem, Schedule,
    ValidationError,
};
use sluice_providers::ProviderError;
use sluice_providers::linkedin::posting_url::id_of_posting;

use super::schedules;
use crate::domain::job::Job;
use crate::domain::posting::filter::WordFilters;
use crate::domain::posting::order::{DEFAULT_PAGES, MOST_ADDRESSES, MOST_PAGES, MOST_QUERIES};
use crate::domain::{AccountId, JobId};
use crate::http::caller::Caller;
use crate::http::idempotency::{Answer, Creation, Once};
use crate::http::listing::{From, Page, foreign_cursor};
use crate::http::path::{Id, Named};
use crate::http::posting_page;
use crate::http::problem::{Failure, Kind, refused};
use crate::http::query::Query;
use crate::http::{Shared, body, wire};
use crate::jobs::fetch_postings::start::{self as fetch, FetchOrder};
use crate::jobs::postings::account::StartError;
use crate::jobs::search_postings::start::{self as search, SearchOrder};
use crate::store::jobs;
use crate::store::postings::items::{self, Asked};

/// A day: longer working times are a mistake in the unit.
const LONGEST_DEADLINE_S: u32 = 86_400;
/// Words of one filter, and characters of each.
const MOST_WORDS: usize = 50;
const LONGEST_WORD: usize = 100;
/// A year: whoever wants older pages to count as fresh wants all of them to.
const LONGEST_AGE_H: u32 = 8_784;
const IMPORT: &str = "POST /api/v1/job-postings/import";

/// Looks for postings: the search is stored when this answers, and runs by itself. With a schedule, the schedule is stored and starts it at its
/// times. What it keeps is stored with status null; `result` of the job tells what came of it, also while it runs.
#[utoipa::path(
    post, path = "/api/v1/job-postings/search", tag = "Job postings", request_body = PostingSearchRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more")),
    responses((status = 201, body = Schedule), (status = 202, body = PostingJobAccepted), (status = 409, body = Problem), (status = 422, body = Problem)),
)]
pub async fn search(State(app): State<Shared>, caller: Caller, creation: Creation<PostingSearchRequest>) -> Result<Response, Failure> {
    let mut request = creation.value;
    let timetable = request.schedule.take().map(schedules::timetable).transpose()?;
    let (order, left_out) = search_order(&caller, request)?;
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = creation.once.claim(&app, &mut tx).await? {
        return Ok(earlier);
    }
    let plan = search::plan(&mut tx, &app.accounts, order).await.map_err(refusal)?;
    let mut warnings = plan.warnings.clone();
    if !left_out.is_empty() {
        warnings.push(format!("The pasted address has filters that cannot be asked for and were left out: {}.", left_out.join(", ")));
    }
    if let Some(timetable) = timetable {
        let made = search::schedule(&mut tx, &plan, &timetable).await.map_err(|error| schedules::refusal(error, &timetable))?;
        let answer = Answer::new(
            StatusCode::CREATED,
            Some(format!("/api/v1/schedules/{}", made.id)),
            &Schedule { warnings, ..wire::schedule(&made) },
        )?;
        creation.once.keep(&app, &mut tx, &answer).await?;
        tx.commit().await?;
        return Ok(answer.into_response());
    }
    let job = search::start(&mut tx, &plan, app.config.engine.max_attempts).await?;
    let answer = accepted(&job, plan.time, warnings)?;
    creation.once.keep(&app, &mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// Brings postings in and saves them: by 1 to 1,000 addresses or numbers as JSON, or by a page saved from a browser, as `text/html` or in the part
/// `file` of a form (20 MB at most). Every address is checked before anything is stored.
#[utoipa::path(
    post, path = "/api/v1/job-postings/import", tag = "Job postings",
    request_body(content(
        (PostingImportRequest = "application/json"),
        (String = "text/html"),
        (String = "multipart/form-data")
    )),
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more")),
    responses((status = 202, body = PostingJobAccepted), (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)),
)]
pub async fn import(State(app): State<Shared>, caller: Caller, request: Request) -> Result<Response, Failure> {
    let key = Once::key_of(request.headers())?;
    if posting_page::is_page(&request) {
        let page = posting_page::read(request).await?;
        let once = Once::of(&caller, key, IMPORT, &page);
        let mut tx = app.database.begin().await?;
        if let Some(earlier) = once.claim(&app, &mut tx).await? {
            return Ok(earlier);
        }
        let attempts = app.config.engine.max_attempts;
        let job = fetch::start_page(&mut tx, caller.workspace_id, caller.user_id, &page, attempts).await?;
        let answer = accepted(&job, Duration::from_secs(1), Vec::new())?;
        once.keep(&app, &mut tx, &answer).await?;
        tx.commit().await?;
        return Ok(answer.into_response());
    }
    let bytes = body::read(request, &app).await.map_err(|failure| match failure.kind() {
        Kind::NotJson => posting_page::other_type(),
        _ => failure,
    })?;
    let order = fetch_order(&caller, body::parse(&bytes)?)?;
    let once = Once::of(&caller, key, IMPORT, &bytes);
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = once.claim(&app, &mut tx).await? {
        return Ok(earlier);
    }
    let plan = fetch::plan(&mut tx, &app.accounts, order).await.map_err(refusal)?;
    let job = fetch::start(&mut tx, &plan, app.config.engine.max_attempts).await?;
    let answer = accepted(&job, plan.time, Vec::new())?;
    once.keep(&app, &mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// What became of each card or address of a job, in the order in which they came.
#[utoipa::path(
    get, path = "/api/v1/jobs/{id}/posting-items", tag = "Job postings", params(("id" = String, Path), PostingItemsQuery),
    responses((status = 200, body = List<PostingItem>), (status = 404, body = Problem)),
)]
pub async fn posting_items(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<JobId>,
    Query(query): Query<PostingItemsQuery>,
) -> Result<Json<List<PostingItem>>, Failure> {
    let page = Page::new(query.limit, query.offset, query.cursor.as_deref())?;
    let mut conn = app.database.read().await?;
    let job = jobs::find(&mut conn, caller.scope(), id).await?.ok_or_else(JobId::not_found)?;
    let asked = Asked { job: job.id, outcome: query.outcome.map(wire::posting_job::outcome_from) };
    let (after, offset) = match &page.from {
        From::Offset(offset) => (None, *offset),
        From::Place(place) => (Some(place.parse::<i64>().map_err(|_| foreign_cursor())?), 0),
    };
    let total = items::count(&mut conn, asked).await?;
    // One more than asked for says whether there is another page.
    let mut found = items::page(&mut conn, asked, after, i64::from(page.limit) + 1, offset).await?;
    let has_more = found.len() > page.limit as usize;
    found.truncate(page.limit as usize);
    let next = found.last().filter(|_| has_more).map(|last| format!("p{}", last.position));
    Ok(Json(page.list(found.into_iter().map(wire::posting_job::item).collect(), total, offset, next)))
}

/// A checked order, as far as it can be checked without the account, and the filters that a pasted address lost.
pub fn search_order(caller: &Caller, request: PostingSearchRequest) -> Result<(SearchOrder, Vec<String>), Failure> {
    let mut wrong = Vec::new();
    let title = request.name.map(|name| name.trim().to_owned());
    if title.as_ref().is_some_and(|name| name.is_empty() || name.chars().count() > 255) {
        wrong.push(refused("name", "out_of_range", Value::Null, "This must have 1 to 255 characters."));
    }
    if request.queries.is_empty() || request.queries.len() > MOST_QUERIES {
        let message = format!("Give 1 to {MOST_QUERIES} queries, each with keywords, a place, a company or a pasted url.");
        wrong.push(refused("queries", "out_of_range", request.queries.len(), message));
    }
    let max_pages = request.max_pages.unwrap_or(DEFAULT_PAGES);
    if max_pages == 0 || max_pages > MOST_PAGES {
        wrong.push(refused("max_pages", "out_of_range", max_pages, format!("This must be from 1 to {MOST_PAGES}.")));
    }
    let (mut queries, mut left_out) = (Vec::new(), Vec::new());
    for (n, asked) in request.queries.into_iter().enumerate().take(MOST_QUERIES) {
        match wire::posting_job::query_from(asked) {
            Ok(read) => {
                queries.push(read.query);
                left_out.extend(read.left_out);
            }
            Err(fault) => wrong.push(refused(format!("queries[{n}].{}", fault.field), "invalid_value", Value::Null, fault.message)),
        }
    }
    let filters = WordFilters {
        title_include: words(&mut wrong, "title_include", request.title_include),
        title_exclude: words(&mut wrong, "title_exclude", request.title_exclude),
        company_include: words(&mut wrong, "company_include", request.company_include),
        company_exclude: words(&mut wrong, "company_exclude", request.company_exclude),
    };
    let account_id = account(&mut wrong, request.account_id.as_deref());
    check_deadline(&mut wrong, request.deadline_s);
    if !wrong.is_empty() {
        return Err(Failure::invalid(wrong));
    }
    let order = SearchOrder {
        workspace_id: caller.workspace_id,
        user_id: caller.user_id,
        title,
        queries,
        account_id,
        max_pages,
        fetch_details: request.fetch_details.unwrap_or(true),
        filters,
        priority: i64::from(request.priority.unwrap_or(0)),
        deadline: request.deadline_s.map(|seconds| Duration::from_secs(u64::from(seconds))),
    };
    Ok((order, left_out))
}

/// A checked order: every address leads to one posting.
pub fn fetch_order(caller: &Caller, request: PostingImportRequest) -> Result<FetchOrder, Failure> {
    let mut wrong = Vec::new();
    if request.urls.is_empty() || request.urls.len() > MOST_ADDRESSES {
        let message = format!("Give 1 to {MOST_ADDRESSES} addresses of postings at LinkedIn, or their numbers.");
        wrong.push(refused("urls", "out_of_range", request.urls.len(), message));
    }
    let mut addresses = Vec::with_capacity(request.urls.len().min(MOST_ADDRESSES));
    for (n, url) in request.urls.into_iter().enumerate().take(MOST_ADDRESSES) {
        match posting_of(&url) {
            Ok(id) => addresses.push((shown(&url), id)),
            Err(message) => wrong.push(refused(format!("urls[{n}]"), "not_a_posting", shown(&url), message)),
        }
    }
    if request.max_age_h.is_some_and(|hours| hours > LONGEST_AGE_H) {
        wrong.push(refused("max_age_h", "out_of_range", request.max_age_h, format!("This must be from 0 to {LONGEST_AGE_H} hours.")));
    }
    let account_id = account(&mut wrong, request.account_id.as_deref());
    check_deadline(&mut wrong, request.deadline_s);
    if !wrong.is_empty() {
        return Err(Failure::invalid(wrong));
    }
    Ok(FetchOrder {
        workspace_id: caller.workspace_id,
        user_id: caller.user_id,
        addresses,
        account_id,
        fresh_for: request.max_age_h.map(|hours| Duration::from_secs(u64::from(hours) * 3_600)),
        priority: i64::from(request.priority.unwrap_or(0)),
        deadline: request.deadline_s.map(|seconds| Duration::from_secs(u64::from(seconds))),
    })
}

/// LinkedIn's number of the posting that an address leads to; else what it is, and what would work.
pub fn posting_of(address: &str) -> Result<String, String> {
    id_of_posting(address).map_err(|error| match error {
        ProviderError::Refused { detail, .. } => detail,
        other => other.to_string(),
    })
}

/// An address as it is kept and shown: the longest that are accepted have parameters without end.
fn shown(url: &str) -> String {
    url.trim().chars().filter(|c| !c.is_control()).take(500).collect()
}

fn words(wrong: &mut Vec<ValidationError>, field: &str, words: Vec<String>) -> Vec<String> {
    let too_long = |word: &String| word.chars().count() > LONGEST_WORD;
    if words.len() > MOST_WORDS || words.iter().any(too_long) {
        let message = format!("Give {MOST_WORDS} words or phrases at most, each of {LONGEST_WORD} characters at most.");
        wrong.push(refused(field, "out_of_range", Value::Null, message));
    }
    if words.iter().any(|word| crate::domain::text::words(word).is_empty()) {
        let message = "Each of these must have a letter or a digit: whole words are compared, and marks are not.";
        wrong.push(refused(field, "invalid_value", Value::Null, message));
    }
    words.into_iter().map(|word| word.trim().to_owned()).collect()
}

fn account(wrong: &mut Vec<ValidationError>, written: Option<&str>) -> Option<AccountId> {
    let id = written?.parse().ok();
    if id.is_none() {
        let message = "This is no account id; GET /api/v1/accounts lists those that you may use.";
        wrong.push(refused("account_id", "unknown_account", written, message));
    }
    id
}

fn check_deadline(wrong: &mut Vec<ValidationError>, deadline_s: Option<u32>) {
    if let Some(deadline) = deadline_s
        && (deadline == 0 || deadline > LONGEST_DEADLINE_S)
    {
        wrong.push(refused("deadline_s", "out_of_range", deadline, format!("This must be from 1 to {LONGEST_DEADLINE_S} seconds.")));
    }
}

fn accepted(job: &Job, time: Duration, warnings: Vec<String>) -> Result<Answer, Failure> {
    let body = PostingJobAccepted {
        job_id: job.id.to_string(),
        status: wire::job::status(job),
        account_id: job.account_id.map(|id| id.to_string()),
        estimated_time_seconds: time.as_secs(),
        warnings,
    };
    Answer::new(StatusCode::ACCEPTED, Some(format!("/api/v1/jobs/{}", job.id)), &body)
}

/// Why a job for postings cannot be started, for its sender.
pub fn refusal(error: StartError) -> Failure {
    let message = error.to_string();
    match error {
        StartError::Invalid { field, message } => Failure::invalid(vec![refused(field, "not_possible", Value::Null, message)]),
        StartError::UnknownAccount(id) => Failure::invalid(vec![refused("account_id", "unknown_account", id.to_string(), message)]),
        StartError::NoAccount { notice } => Failure::conflict("NO_ACCOUNT", message)
            .with_details(serde_json::json!({ "action": "switch_on_postings", "notice": notice }))
            .suggest(format!(
                "Switch on the public pages with `sluice accounts add linkedin`, or POST /api/v1/accounts and {{\"provider\": \"linkedin\"}}. \
                 Beforehand: {notice}"
            ))
            .suggest("Or connect Bright Data with `sluice accounts add brightdata`, or POST /api/v1/accounts and {\"provider\": \"brightdata\", \"api_key\": \"…\"}."),
        StartError::AccountTrouble { message } => {
            Failure::conflict("ACCOUNT_TROUBLE", message.clone()).with_field(refused("account_id", "account_trouble", Value::Null, message))
        }
        StartError::Store(error) => error.into(),
    }
}
