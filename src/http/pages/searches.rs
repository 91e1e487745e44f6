//! `/searches`: what was looked for, what is looked for again and again, and the page of one search.

mod details;
mod estimate;
pub(in crate::http::pages) mod form;
mod found;
mod new;
mod overview;
mod rejected;
mod run;
mod schedules;
mod show;

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use sluice_api::JobStatus;

use super::frame::{Frame, Section};
use super::job_view::JobView;
use super::jobs::{Choice, statuses};
use super::pager::{Pager, encode};
use super::visit::Visit;
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::jobs::search_prospects::KIND;
use crate::store::jobs::{self, JobFilter};
use crate::store::{accounts, schedules as stored_schedules};

pub use new::{check, create, show as start_form};
pub use rejected::download as rejected_rows;
pub use schedules::{delete as delete_schedule, pause as pause_schedule, resume as resume_schedule};
pub use show::show;

const PAGE: i64 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    tab: Option<String>,
    status: Option<JobStatus>,
    q: Option<String>,
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "searches/list.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    statuses: Vec<Choice>,
    words: String,
    filtered: bool,
    pager: Pager,
    /// How many searches run on a schedule.
    scheduled: i64,
}

/// One search in the list.
struct Row {
    job: JobView,
    account: Option<String>,
}

/// All searches of the workspace, newest first; or with `?tab=schedules` those that the clock starts.
pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    if asked.tab.as_deref() == Some("schedules") {
        return schedules::list(&visit, asked.page).await;
    }
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Searches", Section::Searches).await?;
    let scope = visit.caller.scope();
    let status = asked.status.map_or("", JobStatus::as_str);
    let words = asked.q.unwrap_or_default();
    let filter = JobFilter {
        kind: Some(KIND.to_owned()),
        status: asked.status.map(|status| status.as_str().to_owned()),
        words: Some(words.clone()),
        ..JobFilter::default()
    };
    let number = i64::from(asked.page.unwrap_or(1).max(1));
    let (found, total) = jobs::list(&mut conn, scope, &filter, PAGE, (number - 1) * PAGE).await?;
    let names = accounts::names(&mut conn, scope).await?;
    let mut rows = Vec::with_capacity(found.len());
    for job in &found {
        let account = job.account_id.and_then(|id| names.get(&id).cloned());
        rows.push(Row { job: JobView::load(&mut conn, job, &frame.clock).await?, account });
    }
    let (_, scheduled) = stored_schedules::list(&mut conn, scope, 0, 0).await?;
    let address = format!("/searches?status={status}&q={}", encode(&words));
    visit.page(&ListPage {
        pager: Pager::new(number, PAGE, i64::try_from(rows.len()).unwrap_or(0), total, &address),
        frame,
        rows,
        statuses: statuses(status),
        filtered: !words.trim().is_empty() || !status.is_empty(),
        words,
        scheduled,
    })
}
