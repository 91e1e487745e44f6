//! Prospect search as existing frontends and admin pages call it: the same jobs under their older paths, shapes and words.

pub(super) mod criteria;
pub(super) mod shapes;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use sluice_api::Problem;
use utoipa::IntoParams;

use crate::domain::JobId;
use crate::domain::job::Job;
use crate::http::Shared;
use crate::http::api::searches;
use crate::http::caller::Caller;
use crate::http::idempotency::{Answer, Creation};
use crate::http::path::Named;
use crate::http::problem::{Failure, Kind, refused};
use crate::http::query::Query;
use crate::jobs::search_prospects::KIND;
use crate::jobs::search_prospects::start::{self, StartError};
use crate::store::jobs::JobFilter;
use crate::store::prospects::{self, FieldsAsked, ProspectQuery, ProspectSort};
use crate::store::{Conn, jobs};

const LARGEST_PAGE: i64 = 100;
const USUAL_PAGE: i64 = 50;

/// Queues a search. Undocumented fields are passed over and named in `warnings`.
#[utoipa::path(
    post, path = "/api/linkedin/search/create-job", tag = "Prospect search (compatibility)", request_body = Value,
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more")),
    responses((status = 200, body = Value), (status = 400, body = Problem), (status = 422, body = Problem)),
)]
pub async fn create_job(State(app): State<Shared>, caller: Caller, creation: Creation<Value>) -> Result<Response, Failure> {
    let asked = criteria::read(&caller, &creation.value)?;
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = creation.once.claim(&app, &mut tx).await? {
        return Ok(earlier);
    }
    let plan = start::plan(&mut tx, &app.accounts, asked.order).await.map_err(refusal)?;
    let job = start::start(&mut tx, &plan, app.config.engine.max_attempts).await?;
    let mut warnings = asked.warnings;
    warnings.extend(searches::warnings(&plan));
    let body = json!({
        "success": true,
        "job_id": job.id,
        "status": "queued",
        "message": format!("Search queued for {} prospects", plan.args.target),
        "metadata": {
            "api": plan.args.api,
            "max_results": plan.args.api.cap(),
            "estimated_time_seconds": plan.estimate.time.as_secs(),
        },
        "warnings": warnings,
    });
    let answer = Answer::new(StatusCode::OK, None, &body)?;
    creation.once.keep(&app, &mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StatusQuery {
    /// The id that create-job gave.
    job_id: String,
}

/// How far a search is.
#[utoipa::path(
    get, path = "/api/linkedin/search/create-job", tag = "Prospect search (compatibility)", params(StatusQuery),
    responses((status = 200, body = Value), (status = 404, body = Problem)),
)]
pub async fn job_status(State(app): State<Shared>, caller: Caller, Query(query): Query<StatusQuery>) -> Result<Json<Value>, Failure> {
    let mut conn = app.database.read().await?;
    let job = find(&mut conn, &caller, &query.job_id).await?;
    Ok(Json(json!({ "success": true, "job": shapes::job(&job) })))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ResultsQuery {
    /// The id that create-job gave.
    job_id: String,
    /// From 1.
    #[serde(default)]
    page: Option<i64>,
    /// 1 to 100; 50 when missing.
    #[serde(default)]
    per_page: Option<i64>,
}

/// What a search has found so far, in the order it was found, also while it runs.
#[utoipa::path(
    get, path = "/api/linkedin/search/results", tag = "Prospect search (compatibility)", params(ResultsQuery),
    responses((status = 200, body = Value), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub async fn results(State(app): State<Shared>, caller: Caller, Query(query): Query<ResultsQuery>) -> Result<Json<Value>, Failure> {
    let (page, per_page) = (query.page.unwrap_or(1), query.per_page.unwrap_or(USUAL_PAGE));
    let mut wrong = Vec::new();
    if !(1..=1_000_000).contains(&page) {
        wrong.push(refused("page", "out_of_range", page, "This must be 1 or more."));
    }
    if !(1..=LARGEST_PAGE).contains(&per_page) {
        wrong.push(refused("per_page", "out_of_range", per_page, format!("This must be from 1 to {LARGEST_PAGE}.")));
    }
    if !wrong.is_empty() {
        return Err(Failure::invalid(wrong));
    }
    let mut conn = app.database.read().await?;
    let job = find(&mut conn, &caller, &query.job_id).await?;
    let asked = ProspectQuery {
        scope: caller.scope(),
        job_id: job.id,
        words: None,
        fields: FieldsAsked::default(),
        sort: ProspectSort::Found,
        descending: false,
    };
    let (found, total) = prospects::page_by_number(&mut conn, &asked, per_page, (page - 1) * per_page).await?;
    let prospects: Vec<Value> = found.into_iter().map(shapes::prospect).collect();
    Ok(Json(json!({
        "success": true,
        "job_id": job.id,
        "job_status": shapes::status(&job),
        "prospects": prospects,
        "pagination": {
            "page": page,
            "per_page": per_page,
            "total": total,
            "total_pages": (total + per_page - 1) / per_page,
            "has_more": page * per_page < total,
        },
    })))
}

/// Brings the schema up to date, as the admin page's button expects.
#[utoipa::path(
    post, path = "/api/admin/setup-search-jobs-tables", tag = "Prospect search (compatibility)", responses((status = 200, body = Value)),
)]
pub async fn set_up_tables(State(app): State<Shared>, caller: Caller) -> Result<Json<Value>, Failure> {
    app.database.migrate().await?;
    // What older pages call by these names are views over two tables; reading both proves that they are there.
    let mut conn = app.database.read().await?;
    jobs::list(&mut conn, caller.scope(), &JobFilter::default(), 1, 0).await?;
    prospects::count(&mut conn, JobId::new()).await?;
    Ok(Json(json!({
        "success": true,
        "message": "The tables are there and up to date.",
        "tables_verified": { "prospect_search_jobs": true, "prospect_search_results": true },
    })))
}

async fn find(conn: &mut Conn, caller: &Caller, id: &str) -> Result<Job, Failure> {
    let id: JobId = id.parse().map_err(|_| JobId::not_found())?;
    jobs::find(conn, caller.scope(), id).await?.filter(|job| job.kind == KIND).ok_or_else(JobId::not_found)
}

/// The words that frontends look for come first, then the remedy.
fn refusal(error: StartError) -> Failure {
    match error {
        StartError::NoAccount => Failure::new(Kind::Malformed, "NO_ACCOUNT", error.to_string())
            .with_details(json!({ "action": "connect_linkedin" }))
            .suggest("Connect an account with POST /api/v1/accounts or `sluice accounts add`."),
        StartError::AccountTrouble { message } if message.starts_with("No active LinkedIn account found") => {
            Failure::new(Kind::Malformed, "NO_ACCOUNT", message).with_details(json!({ "action": "connect_linkedin" }))
        }
        StartError::AccountTrouble { message } => {
            Failure::new(Kind::Malformed, "ACCOUNT_TROUBLE", format!("No active LinkedIn account found: {message}"))
                .with_details(json!({ "action": "connect_linkedin" }))
        }
        StartError::Invalid { field, message } => {
            Failure::invalid(vec![refused(criteria::field_name(&field), "not_possible", Value::Null, message)])
        }
        other @ (StartError::UnknownAccount(_) | StartError::Store(_)) => searches::refusal(other),
    }
}
