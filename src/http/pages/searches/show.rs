//! `/searches/{id}`: how far a search is, whom it has found, what happened, and what it was asked.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::details::Details;
use super::found::{Asked as AskedResults, Found};
use super::overview::Overview;
use super::run::Run;
use crate::domain::JobId;
use crate::domain::job::Job;
use crate::http::pages::criteria::{self, Chip};
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::job_view::JobView;
use crate::http::pages::moment::Clock;
use crate::http::pages::visit::Visit;
use crate::http::path::Id;
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::jobs::search_prospects::KIND;
use crate::store::{Conn, accounts, jobs};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    tab: Option<Tab>,
    q: Option<String>,
    title: Option<String>,
    company: Option<String>,
    location: Option<String>,
    degree: Option<String>,
    sort: Option<String>,
    page: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    #[default]
    Results,
    Timeline,
    Details,
}

impl Tab {
    const ALL: [Tab; 3] = [Tab::Results, Tab::Timeline, Tab::Details];

    fn name(&self) -> &'static str {
        match self {
            Self::Results => "Results",
            Self::Timeline => "Timeline",
            Self::Details => "Details",
        }
    }

    /// What follows the search's address.
    fn query(&self) -> &'static str {
        match self {
            Self::Results => "",
            Self::Timeline => "?tab=timeline",
            Self::Details => "?tab=details",
        }
    }
}

#[derive(Template)]
#[template(path = "searches/show.html")]
struct SearchPage {
    frame: Frame,
    job: JobView,
    chips: Vec<Chip>,
    account: Option<AccountLine>,
    /// Why it waits and when it goes on, or why it stopped and what to do.
    reason: Option<String>,
    tab: Tab,
    found: Option<Found>,
    overview: Option<Overview>,
    run: Option<Run>,
    details: Option<Details>,
}

/// The account that a search works with.
struct AccountLine {
    name: String,
    href: String,
    api: &'static str,
}

pub async fn show(visit: Visit, Id(id): Id<JobId>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let job = find(&mut conn, &visit, id).await?;
    let title = criteria::summary(&job.args);
    let frame = visit.frame(&mut conn, title, Section::Searches).await?.with_module("search").wide();
    let view = JobView::load(&mut conn, &job, &frame.clock).await?;
    let tab = asked.tab.unwrap_or_default();
    let results = AskedResults {
        q: asked.q.unwrap_or_default(),
        title: asked.title.unwrap_or_default(),
        company: asked.company.unwrap_or_default(),
        location: asked.location.unwrap_or_default(),
        degree: asked.degree.unwrap_or_default(),
        sort: asked.sort.unwrap_or_default(),
        page: asked.page.unwrap_or(1).max(1),
    };
    let mut page = SearchPage {
        chips: criteria::chips(&job.args),
        account: account(&mut conn, &visit, &job).await?,
        reason: reason(&job, &view, &frame.clock),
        tab,
        found: None,
        overview: None,
        run: None,
        details: None,
        job: view,
        frame,
    };
    let clock = page.frame.clock.clone();
    match tab {
        Tab::Results => {
            if visit.wants("results") {
                page.found = Some(Found::load(&mut conn, visit.caller.scope(), &job, results).await?);
            }
            if visit.wants("overview") {
                page.overview = Some(Overview::load(&mut conn, &job).await?);
            }
        }
        Tab::Timeline => page.run = Some(Run::load(&mut conn, &job, &clock).await?),
        Tab::Details => page.details = Some(Details::load(&mut conn, &visit, &job, &clock).await?),
    }
    visit.page(&page)
}

/// The job, when it is a search of the caller's workspace.
pub(super) async fn find(conn: &mut Conn, visit: &Visit, id: JobId) -> Result<Job, Failure> {
    let job = jobs::find(conn, visit.caller.scope(), id).await?.filter(|job| job.kind == KIND);
    job.ok_or_else(|| Failure::not_found("search", "SEARCH_NOT_FOUND"))
}

async fn account(conn: &mut Conn, visit: &Visit, job: &Job) -> Result<Option<AccountLine>, Failure> {
    let Some(id) = job.account_id else { return Ok(None) };
    let Some(account) = accounts::find(conn, visit.caller.scope(), id).await? else { return Ok(None) };
    // What a colleague does not share has no page for others.
    let is_mine = account.shared || account.user_id == visit.caller.user_id;
    Ok(Some(AccountLine {
        name: account.name,
        href: if is_mine { format!("/accounts/{id}") } else { String::new() },
        api: account.api.map(|api| crate::http::wire::api_word(api).title()).unwrap_or("LinkedIn"),
    }))
}

/// "LinkedIn asked us to slow down. Continues by itself at 14:05."
fn reason(job: &Job, view: &JobView, clock: &Clock) -> Option<String> {
    if let (Some(why), Some(until)) = (&view.waiting_reason, &view.waiting_until) {
        let why = why.trim_end_matches("Continues by itself.").trim_end();
        return Some(format!("{why} Continues by itself at {}.", until.clock));
    }
    if view.is_final || job.state == crate::domain::job::JobState::Queued {
        return Some(view.message.clone()).filter(|message| !message.is_empty());
    }
    if view.can_resume {
        let kept = if job.rows_kept > 0 { " What it has found is kept." } else { "" };
        return Some(format!("Paused{}.{kept} Resume goes on from there.", paused_at(job, clock)));
    }
    None
}

fn paused_at(job: &Job, clock: &Clock) -> String {
    format!(" at {}", clock.moment(job.updated_at.timestamp()).clock)
}
