//! Searches that the clock starts: the list, and pausing, resuming and deleting.

use askama::Template;
use axum::response::Response;

use crate::domain::ScheduleId;
use crate::domain::timetable::in_words;
use crate::http::pages::criteria;
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::job_view::JobView;
use crate::http::pages::moment::Moment;
use crate::http::pages::pager::Pager;
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::jobs::search_postings;
use crate::store::schedules::{self, Schedule, ScheduleChange};
use crate::store::{Conn, accounts, jobs};

const PAGE: u32 = 50;
const LIST: &str = "/searches?tab=schedules";

#[derive(Template)]
#[template(path = "searches/schedules.html")]
struct SchedulesPage {
    frame: Frame,
    rows: Vec<Row>,
    pager: Pager,
    scheduled: i64,
}

/// One schedule, ready to be written.
struct Row {
    id: ScheduleId,
    name: String,
    what: String,
    times: String,
    account: Option<String>,
    enabled: bool,
    next: Moment,
    last: Option<JobView>,
}

pub async fn list(visit: &Visit, page: Option<u32>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Searches on a schedule", Section::Searches).await?;
    let scope = visit.caller.scope();
    let number = i64::from(page.unwrap_or(1).max(1));
    let (found, total) = schedules::list(&mut conn, scope, PAGE, (number - 1) * i64::from(PAGE)).await?;
    let names = accounts::names(&mut conn, scope).await?;
    let mut rows = Vec::with_capacity(found.len());
    for schedule in &found {
        let last = last(&mut conn, visit, schedule, &frame).await?;
        rows.push(Row {
            id: schedule.id,
            name: schedule.name.clone(),
            what: what(schedule),
            times: in_words(&schedule.cron, &schedule.time_zone, &frame.workspace.time_zone),
            account: schedule.account_id.and_then(|id| names.get(&id).cloned()),
            enabled: schedule.enabled,
            next: frame.clock.moment(schedule.next_at.timestamp()),
            last,
        });
    }
    let shown = i64::try_from(rows.len()).unwrap_or(0);
    visit.page(&SchedulesPage { frame, rows, pager: Pager::new(number, i64::from(PAGE), shown, total, LIST), scheduled: total })
}

/// What its jobs look for: a search for postings says so by itself.
fn what(schedule: &Schedule) -> String {
    match schedule.args.get("title").and_then(serde_json::Value::as_str).filter(|_| schedule.kind == search_postings::KIND) {
        Some(title) => format!("Postings: {title}"),
        None => criteria::summary(&schedule.args),
    }
}

async fn last(conn: &mut Conn, visit: &Visit, schedule: &Schedule, frame: &Frame) -> Result<Option<JobView>, Failure> {
    let Some(id) = schedule.last_job_id else { return Ok(None) };
    let Some(job) = jobs::find(conn, visit.caller.scope(), id).await? else { return Ok(None) };
    Ok(Some(JobView::load(conn, &job, &frame.clock).await?))
}

pub async fn pause(visit: Visit, Id(id): Id<ScheduleId>) -> Result<Response, Failure> {
    let schedule = switch(&visit, id, false).await?;
    Ok(go_to_saying(LIST, &format!("{} is paused. Searches that it started go on.", schedule.name)))
}

pub async fn resume(visit: Visit, Id(id): Id<ScheduleId>) -> Result<Response, Failure> {
    let schedule = switch(&visit, id, true).await?;
    Ok(go_to_saying(LIST, &format!("{} goes on with its next time.", schedule.name)))
}

async fn switch(visit: &Visit, id: ScheduleId, enabled: bool) -> Result<Schedule, Failure> {
    let mut tx = visit.app.database.begin().await?;
    let change = ScheduleChange { enabled: Some(enabled), ..ScheduleChange::default() };
    let changed = schedules::change(&mut tx, visit.caller.scope(), id, &change).await?.ok_or_else(ScheduleId::not_found)?;
    let schedule = changed.map_err(|error| {
        Failure::conflict("NO_FURTHER_TIME", format!("It cannot go on: {error}.")).suggest("Make it anew with other times.")
    })?;
    tx.commit().await?;
    Ok(schedule)
}

pub async fn delete(visit: Visit, Id(id): Id<ScheduleId>) -> Result<Response, Failure> {
    let mut tx = visit.app.database.begin().await?;
    let scope = visit.caller.scope();
    let schedule = schedules::find(&mut tx, scope, id).await?.ok_or_else(ScheduleId::not_found)?;
    schedules::delete(&mut tx, scope, id).await?;
    tx.commit().await?;
    Ok(go_to_saying(LIST, &format!("{} is deleted. Searches that it started stay.", schedule.name)))
}
