//! `/api/v1/schedules`: what the clock starts. Schedules are made with `POST /api/v1/searches`.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use sluice_api::{List, PageQuery, Problem, Schedule, SchedulePatch, Timetable};

use super::workspaces::name;
use crate::domain::ScheduleId;
use crate::http::body::Body;
use crate::http::caller::Caller;
use crate::http::listing::Page;
use crate::http::path::{Id, Named};
use crate::http::problem::{Failure, refused};
use crate::http::query::Query;
use crate::http::{Shared, wire};
use crate::jobs::search_prospects::start::{self, ScheduleOrderError};
use crate::store::schedules::{self, ScheduleChange, ScheduleError};

/// The schedules of the workspace, oldest first.
#[utoipa::path(get, path = "/api/v1/schedules", tag = "Schedules", params(PageQuery), responses((status = 200, body = List<Schedule>)))]
pub async fn list(State(app): State<Shared>, caller: Caller, Query(query): Query<PageQuery>) -> Result<Json<List<Schedule>>, Failure> {
    let page = Page::of(&query)?;
    let offset = page.offset()?;
    let mut conn = app.database.read().await?;
    let (found, total) = schedules::list(&mut conn, caller.scope(), page.limit, offset).await?;
    Ok(Json(page.by_number(offset, found.iter().map(wire::schedule).collect(), total)))
}

/// One schedule.
#[utoipa::path(
    get, path = "/api/v1/schedules/{id}", tag = "Schedules", params(("id" = String, Path)),
    responses((status = 200, body = Schedule), (status = 404, body = Problem)),
)]
pub async fn find(State(app): State<Shared>, caller: Caller, Id(id): Id<ScheduleId>) -> Result<Json<Schedule>, Failure> {
    let found = schedules::find(&mut app.database.read().await?, caller.scope(), id).await?;
    found.map(|schedule| Json(wire::schedule(&schedule))).ok_or_else(ScheduleId::not_found)
}

/// Pauses a schedule, lets it go on, or changes its name and times. What is missing stays as it is.
#[utoipa::path(
    patch, path = "/api/v1/schedules/{id}", tag = "Schedules", params(("id" = String, Path)), request_body = SchedulePatch,
    responses((status = 200, body = Schedule), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub async fn change(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<ScheduleId>,
    Body(patch): Body<SchedulePatch>,
) -> Result<Json<Schedule>, Failure> {
    let name = patch.name.as_deref().map(|given| name("name", given)).transpose()?;
    let change = ScheduleChange { enabled: patch.enabled, name, cron: patch.cron, time_zone: patch.time_zone };
    let mut tx = app.database.begin().await?;
    let changed = schedules::change(&mut tx, caller.scope(), id, &change).await?.ok_or_else(ScheduleId::not_found)?;
    let schedule = changed.map_err(|error| refused_times(error, "", change.cron.as_deref(), change.time_zone.as_deref()))?;
    tx.commit().await?;
    Ok(Json(wire::schedule(&schedule)))
}

/// Ends a schedule. The jobs that it made stay, and go on if they run.
#[utoipa::path(
    delete, path = "/api/v1/schedules/{id}", tag = "Schedules", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub async fn delete(State(app): State<Shared>, caller: Caller, Id(id): Id<ScheduleId>) -> Result<StatusCode, Failure> {
    let mut tx = app.database.begin().await?;
    if !start::unschedule(&mut tx, caller.scope(), id).await? {
        return Err(ScheduleId::not_found());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The times that were asked for, with a name for people.
pub fn timetable(given: Timetable) -> Result<start::Timetable, Failure> {
    let name = match given.name {
        Some(given) => name("schedule.name", &given)?,
        None => format!("{} ({})", given.cron, given.time_zone).chars().take(255).collect(),
    };
    Ok(start::Timetable { name, cron: given.cron, time_zone: given.time_zone })
}

/// Why there is no such schedule, for its sender.
pub fn refusal(error: ScheduleOrderError, asked: &start::Timetable) -> Failure {
    match error {
        ScheduleOrderError::Store(error) => error.into(),
        ScheduleOrderError::Times(error) => refused_times(error, "schedule.", Some(&asked.cron), Some(&asked.time_zone)),
    }
}

/// The field within `place`, what was asked, and what would work.
fn refused_times(error: ScheduleError, place: &str, cron: Option<&str>, time_zone: Option<&str>) -> Failure {
    let (field, value, message) = match error {
        ScheduleError::Cron(why) => {
            let message = format!(
                "This is no cron line that names a time to come ({}). Write five fields, for example 0 9 * * 1-5.",
                why.trim_end_matches('.')
            );
            ("cron", cron, message)
        }
        ScheduleError::TimeZone(_) => {
            ("time_zone", time_zone, "This must be an IANA time zone, for example Europe/Berlin or UTC.".to_owned())
        }
    };
    Failure::invalid(vec![refused(
        format!("{place}{field}"),
        "invalid_value",
        value.map(|value| value.chars().take(200).collect::<String>()),
        message,
    )])
}
