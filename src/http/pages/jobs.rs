//! `/jobs`: background work of every kind, and what people do to it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use sluice_api::JobStatus;

use super::frame::{Frame, Section};
use super::job_view::JobView;
use super::visit::{Visit, go_to_saying};
use crate::domain::JobId;
use crate::domain::job::TimelineEntry;
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::jobs::control::{self, ControlError, Wish};
use crate::store::jobs::{self, JobFilter};
use crate::store::timeline;

const PAGE: i64 = 50;
/// Lines of the story that a page shows.
const LINES: i64 = 500;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kind: Option<String>,
    status: Option<JobStatus>,
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "jobs/list.html")]
struct ListPage {
    frame: Frame,
    jobs: Vec<JobView>,
    kinds: Vec<Choice>,
    statuses: Vec<Choice>,
    filtered: bool,
    pager: super::pager::Pager,
}

/// One line of a list to choose from.
pub struct Choice {
    pub word: &'static str,
    pub name: &'static str,
    pub chosen: bool,
}

const KINDS: &[(&str, &str)] = &[
    ("search_prospects", "Searches"),
    ("search_postings", "Posting searches"),
    ("fetch_postings", "Posting imports"),
    ("export_results", "Exports"),
    ("import_people", "Imports"),
];

const STATUSES: &[(&str, &str)] = &[
    ("queued", "Queued"),
    ("processing", "Running"),
    ("paused", "Paused"),
    ("completed", "Done"),
    ("failed", "Failed"),
    ("canceled", "Canceled"),
];

/// The states that a list can be narrowed to.
pub fn statuses(chosen: &str) -> Vec<Choice> {
    choices(STATUSES, chosen)
}

/// A value as people read it.
pub fn pretty(json: &serde_json::Value) -> String {
    serde_json::to_string_pretty(json).unwrap_or_default()
}

fn choices(all: &'static [(&'static str, &'static str)], chosen: &str) -> Vec<Choice> {
    all.iter().map(|(word, name)| Choice { word, name, chosen: *word == chosen }).collect()
}

/// All jobs of the workspace, newest first.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Jobs", Section::Jobs).await?;
    let status = asked.status.map_or("", JobStatus::as_str);
    let status_wanted = asked.status.map(|status| status.as_str().to_owned());
    let filter = JobFilter { kind: asked.kind.clone(), status: status_wanted, ..JobFilter::default() };
    let number = i64::from(asked.page.unwrap_or(1).max(1));
    let (found, total) = jobs::list(&mut conn, visit.caller.scope(), &filter, PAGE, (number - 1) * PAGE).await?;
    let shown = i64::try_from(found.len()).unwrap_or(0);
    let kind = asked.kind.unwrap_or_default();
    let jobs = JobView::load_all(&mut conn, &found, &frame.clock).await?;
    let address = format!("/jobs?kind={}&status={status}", super::pager::encode(&kind));
    visit.page(&ListPage {
        frame,
        jobs,
        kinds: choices(KINDS, &kind),
        statuses: statuses(status),
        filtered: !kind.is_empty() || !status.is_empty(),
        pager: super::pager::Pager::new(number, PAGE, shown, total, &address),
    })
}

#[derive(Template)]
#[template(path = "jobs/show.html")]
struct JobPage {
    frame: Frame,
    job: JobView,
    story: Vec<Line>,
    args: String,
    result: Option<String>,
}

/// One line of a job's story.
pub struct Line {
    pub at: String,
    pub exact: String,
    pub kind: String,
    pub message: String,
}

/// The last lines of a job's story, the newest first.
pub async fn story(conn: &mut crate::store::Conn, id: JobId, clock: &super::moment::Clock) -> Result<Vec<Line>, Failure> {
    let line = |entry: TimelineEntry| Line {
        at: clock.to_the_second(entry.at.timestamp()),
        exact: clock.moment(entry.at.timestamp()).exact,
        kind: entry.kind,
        message: entry.message,
    };
    Ok(timeline::list(conn, id, LINES).await?.into_iter().rev().map(line).collect())
}

pub async fn show(visit: Visit, Id(id): Id<JobId>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let job = jobs::find(&mut conn, visit.caller.scope(), id).await?.ok_or_else(JobId::not_found)?;
    let frame = visit.frame(&mut conn, "Job", Section::Jobs).await?;
    let story = story(&mut conn, id, &frame.clock).await?;
    let view = JobView::load(&mut conn, &job, &frame.clock).await?;
    visit.page(&JobPage { frame, story, args: pretty(&job.args), result: job.result.as_ref().map(pretty), job: view })
}

/// Pause, resume, cancel or retry; then back to the page of the job.
pub async fn change(visit: Visit, Path((id, wish)): Path<(String, String)>) -> Result<Response, Failure> {
    let id: JobId = id.parse().map_err(|_| JobId::not_found())?;
    let (wish, words) = match wish.as_str() {
        "pause" => (Wish::Pause, "It pauses after the page in hand."),
        "resume" => (Wish::Resume, "It goes on."),
        "cancel" => (Wish::Cancel, "It is being canceled. What it has stored stays."),
        "retry" => (Wish::Retry, "It goes on from where it stopped."),
        _ => return Err(Failure::not_found("action", "NO_SUCH_ROUTE")),
    };
    let job = control::grant(&visit.app.database, visit.caller.scope(), id, wish).await.map_err(|error| match error {
        ControlError::NotFound => JobId::not_found(),
        ControlError::WrongState { remedy, .. } => Failure::conflict("WRONG_STATE", remedy.clone()).suggest(remedy),
        ControlError::Store(error) => error.into(),
    })?;
    Ok(go_to_saying(&super::job_view::href(&job), words))
}
