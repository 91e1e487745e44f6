//! `/api/v1/searches`: asking for prospects, and what was found.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};
use sluice_api::{
    Job as WireJob, List, PageQuery, Problem, Prospect as WireProspect, ResultsQuery, Schedule, SearchAccepted, SearchRequest,
    ValidationError,
};
use sluice_providers::{NetworkDistance, PeopleQuery};

use super::schedules;
use crate::domain::job::Job;
use crate::domain::search::{DEFAULT_TARGET, MAX_TARGET, Names};
use crate::domain::{AccountId, JobId, Scope};
use crate::http::caller::Caller;
use crate::http::idempotency::{Answer, Creation};
use crate::http::listing::{From, Page, foreign_cursor};
use crate::http::path::Id;
use crate::http::problem::{Failure, refused};
use crate::http::query::Query;
use crate::http::{Shared, wire};
use crate::jobs::search_prospects::KIND;
use crate::jobs::search_prospects::start::{self, Plan, SearchOrder, StartError};
use crate::store::Conn;
use crate::store::jobs::{self, JobFilter};
use crate::store::prospects::{self, FieldsAsked, ProspectQuery, ProspectSort};

/// A day: longer working times are a mistake in the unit.
const LONGEST_DEADLINE_S: u32 = 86_400;

/// Starts a search: it is stored when this answers, and runs by itself. With a schedule, the schedule is stored and starts it at its times.
#[utoipa::path(
    post, path = "/api/v1/searches", tag = "Searches", request_body = SearchRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more")),
    responses((status = 201, body = Schedule), (status = 202, body = SearchAccepted), (status = 409, body = Problem), (status = 422, body = Problem)),
)]
pub async fn create(State(app): State<Shared>, caller: Caller, creation: Creation<SearchRequest>) -> Result<Response, Failure> {
    let mut request = creation.value;
    let timetable = request.schedule.take().map(schedules::timetable).transpose()?;
    let order = order(&caller, request)?;
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = creation.once.claim(&app, &mut tx).await? {
        return Ok(earlier);
    }
    let plan = start::plan(&mut tx, &app.accounts, order).await.map_err(refusal)?;
    if let Some(timetable) = timetable {
        let made = start::schedule(&mut tx, &plan, &timetable).await.map_err(|error| schedules::refusal(error, &timetable))?;
        let answer = Answer::new(StatusCode::CREATED, Some(format!("/api/v1/schedules/{}", made.id)), &wire::schedule(&made))?;
        creation.once.keep(&app, &mut tx, &answer).await?;
        tx.commit().await?;
        return Ok(answer.into_response());
    }
    let job = start::start(&mut tx, &plan, app.config.engine.max_attempts).await?;
    let answer = Answer::new(StatusCode::ACCEPTED, Some(format!("/api/v1/searches/{}", job.id)), &accepted(&job, &plan))?;
    creation.once.keep(&app, &mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// The searches of the workspace, newest first.
#[utoipa::path(get, path = "/api/v1/searches", tag = "Searches", params(PageQuery), responses((status = 200, body = List<WireJob>)))]
pub async fn list(State(app): State<Shared>, caller: Caller, Query(query): Query<PageQuery>) -> Result<Json<List<WireJob>>, Failure> {
    let page = Page::of(&query)?;
    super::jobs::page(&app, &caller, &page, JobFilter { kind: Some(KIND.to_owned()), ..JobFilter::default() }).await
}

/// The job of a search, with its timeline.
#[utoipa::path(
    get, path = "/api/v1/searches/{id}", tag = "Searches", params(("id" = String, Path)),
    responses((status = 200, body = WireJob), (status = 404, body = Problem)),
)]
pub async fn find(State(app): State<Shared>, caller: Caller, Id(id): Id<JobId>) -> Result<Json<WireJob>, Failure> {
    let mut conn = app.database.read().await?;
    let job = search(&mut conn, caller.scope(), id).await?;
    Ok(Json(wire::job::whole(&mut conn, &job).await?))
}

/// What a search has found so far, also while it runs. By cursor, no row is passed over or comes twice, however many arrive meanwhile.
#[utoipa::path(
    get, path = "/api/v1/searches/{id}/results", tag = "Searches", params(("id" = String, Path), ResultsQuery),
    responses((status = 200, body = List<WireProspect>), (status = 404, body = Problem)),
)]
pub async fn results(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<JobId>,
    Query(query): Query<ResultsQuery>,
) -> Result<Json<List<WireProspect>>, Failure> {
    let page = Page::new(query.limit, query.offset, query.cursor.as_deref())?;
    let (sort, descending) = sort(query.sort.as_deref())?;
    let fields = FieldsAsked {
        title: query.title,
        company: query.company,
        location: query.location,
        network_distance: query.network_distance.map(distance).transpose()?,
    };
    let mut conn = app.database.read().await?;
    let job = search(&mut conn, caller.scope(), id).await?;
    let asked = ProspectQuery { scope: caller.scope(), job_id: job.id, words: query.q, fields, sort, descending };
    let limit = i64::from(page.limit);
    // In the order of arrival a place is a page and a position; in any other order it is a number.
    let by_place = sort == ProspectSort::Found && !descending;
    match &page.from {
        From::Place(place) if by_place => {
            let after = place_of(place)?;
            let (_, total) = prospects::page_by_number(&mut conn, &asked, 0, 0).await?;
            let mut found = prospects::page_by_cursor(&mut conn, &asked, after, limit + 1).await?;
            let has_more = found.len() > page.limit as usize;
            found.truncate(page.limit as usize);
            let next = found.last().filter(|_| has_more).map(|last| format!("{},{}", last.batch, last.position));
            Ok(Json(page.after_place(found.into_iter().map(wire::prospect::show).collect(), total, next)))
        }
        From::Place(_) => Err(foreign_cursor()),
        From::Offset(offset) => {
            let (found, total) = prospects::page_by_number(&mut conn, &asked, limit + 1, *offset).await?;
            let has_more = found.len() > page.limit as usize;
            let mut found = found;
            found.truncate(page.limit as usize);
            let end = offset + found.len() as i64;
            let next = found.last().filter(|_| has_more).map(|last| match by_place {
                true => format!("p{},{}", last.batch, last.position),
                false => format!("n{end}"),
            });
            Ok(Json(page.list(found.into_iter().map(wire::prospect::show).collect(), total, *offset, next)))
        }
    }
}

/// The job, when it is a search.
pub async fn search(conn: &mut Conn, scope: Scope, id: JobId) -> Result<Job, Failure> {
    let job = jobs::find(conn, scope, id).await?.filter(|job| job.kind == KIND);
    job.ok_or_else(|| Failure::not_found("search", "SEARCH_NOT_FOUND"))
}

/// A checked order, as far as it can be checked without the account.
fn order(caller: &Caller, request: SearchRequest) -> Result<SearchOrder, Failure> {
    let mut wrong = Vec::new();
    let target = request.target.unwrap_or(DEFAULT_TARGET);
    if target == 0 || target > MAX_TARGET {
        wrong.push(refused("target", "out_of_range", target, format!("This must be from 1 to {MAX_TARGET}.")));
    }
    if let Some(deadline) = request.deadline_s
        && (deadline == 0 || deadline > LONGEST_DEADLINE_S)
    {
        wrong.push(refused("deadline_s", "out_of_range", deadline, format!("This must be from 1 to {LONGEST_DEADLINE_S} seconds.")));
    }
    let account_id = match request.account_id.as_deref().map(str::parse) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(_)) => {
            wrong.push(unknown_account(request.account_id.as_deref()));
            None
        }
    };
    let given = [request.criteria.is_some(), request.url.is_some(), request.saved_search_id.is_some()];
    let query = match (request.criteria, request.url, request.saved_search_id) {
        (Some(criteria), None, None) => Some(PeopleQuery::Criteria(Box::new(wire::criteria_from(criteria)))),
        (None, Some(url), None) => Some(PeopleQuery::Url(url)),
        (None, None, Some(id)) => Some(PeopleQuery::SavedSearch(id)),
        _ => {
            let many = given.iter().filter(|given| **given).count();
            let message = "Give exactly one of criteria, url and saved_search_id.";
            wrong.push(refused("criteria", if many == 0 { "missing_field" } else { "conflicting_fields" }, Value::Null, message));
            None
        }
    };
    match query {
        Some(query) if wrong.is_empty() => Ok(SearchOrder {
            workspace_id: caller.workspace_id,
            user_id: caller.user_id,
            query,
            names: Names::new(),
            target,
            account_id,
            priority: i64::from(request.priority.unwrap_or(0)),
            deadline: request.deadline_s.map(|seconds| Duration::from_secs(u64::from(seconds))),
        }),
        _ => Err(Failure::invalid(wrong)),
    }
}

/// An account named in a query.
pub fn account_id(written: &str) -> Result<AccountId, Failure> {
    written.parse().map_err(|_| Failure::invalid(vec![unknown_account(Some(written))]))
}

fn unknown_account(written: Option<&str>) -> ValidationError {
    let message = "This is no account id; GET /api/v1/accounts lists those that you may use.";
    refused("account_id", "unknown_account", written, message)
}

/// Why a search cannot be started, for its sender.
pub fn refusal(error: StartError) -> Failure {
    let message = error.to_string();
    match error {
        StartError::Invalid { field, message } => {
            let outside = ["target", "url", "saved_search_id", "account_id", "criteria"];
            let field = if outside.contains(&field.as_str()) { field } else { format!("criteria.{field}") };
            Failure::invalid(vec![refused(field, "not_possible", Value::Null, message)])
        }
        StartError::UnknownAccount(id) => Failure::invalid(vec![refused("account_id", "unknown_account", id.to_string(), message)]),
        StartError::NoAccount => Failure::conflict("NO_ACCOUNT", message)
            .with_details(json!({ "action": "connect_linkedin" }))
            .suggest("Connect an account with POST /api/v1/accounts or `sluice accounts add`."),
        StartError::AccountTrouble { message } => {
            Failure::conflict("ACCOUNT_TROUBLE", message.clone()).with_field(refused("account_id", "account_trouble", Value::Null, message))
        }
        StartError::Store(error) => error.into(),
    }
}

fn accepted(job: &Job, plan: &Plan) -> SearchAccepted {
    SearchAccepted {
        job_id: job.id.to_string(),
        status: wire::job::status(job),
        api: wire::api_word(plan.args.api),
        target: plan.args.target,
        target_clamped_from: plan.args.is_clamped().then_some(plan.args.asked),
        estimated_time_seconds: plan.estimate.time.as_secs(),
        account_id: plan.account.id.to_string(),
        warnings: warnings(plan),
    }
}

/// What the caller should know about a search that starts all the same.
pub fn warnings(plan: &Plan) -> Vec<String> {
    let mut warnings = Vec::new();
    if plan.args.is_clamped() {
        warnings.push(format!(
            "The account's api hands out {} people for one query at most, so the search stops there instead of at {}.",
            plan.args.target, plan.args.asked
        ));
    }
    if plan.estimate.budget_left() < i64::from(plan.args.target) {
        warnings.push(format!(
            "The account may fetch {} more rows within its 24-hour budget; the search waits for the rest and goes on by itself.",
            plan.estimate.budget_left()
        ));
    }
    warnings
}

pub fn distance(degree: u8) -> Result<NetworkDistance, Failure> {
    let refusal = || Failure::invalid(vec![refused("network_distance", "out_of_range", degree, "This must be 1, 2 or 3.")]);
    NetworkDistance::of_degree(degree).ok_or_else(refusal)
}

pub fn sort(word: Option<&str>) -> Result<(ProspectSort, bool), Failure> {
    let Some(word) = word else { return Ok((ProspectSort::Found, false)) };
    let (name, descending) = match word.strip_prefix('-') {
        Some(name) => (name, true),
        None => (word, false),
    };
    // On the wire the order of arrival is called position.
    let sort = if name == "position" {
        Some(ProspectSort::Found)
    } else {
        ProspectSort::from_word(name).filter(|sort| *sort != ProspectSort::Found)
    };
    sort.map(|sort| (sort, descending)).ok_or_else(|| {
        let message = "Use position, name, company, title or location, with a leading - to turn the order round.";
        Failure::invalid(vec![refused("sort", "unknown_value", word, message)])
    })
}

fn place_of(place: &str) -> Result<(i64, i64), Failure> {
    let (batch, position) = place.split_once(',').ok_or_else(foreign_cursor)?;
    Ok((batch.parse().map_err(|_| foreign_cursor())?, position.parse().map_err(|_| foreign_cursor())?))
}
