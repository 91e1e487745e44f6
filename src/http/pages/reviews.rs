//! `/reviews`: the reviews of the workspace, and starting one.

pub mod acts;
mod one;
mod person;
mod question;

use askama::Template;
use axum::extract::RawForm;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use sluice_api::wording::numbers::{count, thousands};

use super::criteria;
use super::frame::{Frame, Section};
use super::job_view::JobView;
use super::moment::{Clock, Moment};
use super::pager::Pager;
use super::visit::{Visit, go_to_saying};
use crate::domain::JobId;
use crate::domain::review::ReviewState;
use crate::http::api::reviews as api;
use crate::http::api::workspaces::name;
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::jobs::search_prospects::KIND;
use crate::reviews::{self as starting, ReviewOrder};
use crate::store::jobs::{self, JobFilter};
use crate::store::reviews::{self, Counts, Review};

pub use one::show;

const PAGE: i64 = 25;
/// Searches that a new review can be made of at once, the newest ones.
const SEARCHES: i64 = 20;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: Option<sluice_api::ReviewState>,
    page: Option<u32>,
    /// A search to begin with.
    search: Option<String>,
}

#[derive(Template)]
#[template(path = "reviews/list.html")]
struct ListPage {
    frame: Frame,
    reviews: Vec<Line>,
    state: &'static str,
    pager: Pager,
    searches: Vec<Found>,
    name: String,
    wrong: Option<String>,
    opened: bool,
}

/// A review in a list.
pub struct Line {
    pub href: String,
    pub name: String,
    pub completed: bool,
    pub progress: Progress,
    pub created: Moment,
    pub by: String,
}

/// How far a review is, ready to be written.
pub struct Progress {
    pub total: String,
    pub decided: String,
    pub pending: String,
    pub approved: String,
    pub rejected: String,
    /// Of 1,000.
    pub approved_width: f64,
    pub rejected_width: f64,
    pub percentage: i64,
}

impl Progress {
    pub fn of(counts: Counts) -> Self {
        let words = |number: i64| thousands(u64::try_from(number).unwrap_or(0));
        let share = |number: i64| if counts.total == 0 { 0.0 } else { number as f64 * 1000.0 / counts.total as f64 };
        let decided = counts.approved + counts.rejected;
        Self {
            total: words(counts.total),
            decided: words(decided),
            pending: words(counts.pending()),
            approved: words(counts.approved),
            rejected: words(counts.rejected),
            approved_width: share(counts.approved),
            rejected_width: share(counts.rejected),
            percentage: if counts.total == 0 { 0 } else { decided * 100 / counts.total },
        }
    }
}

/// A search that can be reviewed.
pub struct Found {
    pub job: JobView,
    pub chosen: bool,
}

pub async fn list(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let chosen = asked.search.clone().into_iter().collect();
    render(&visit, &asked, chosen, String::new(), None).await
}

/// Starts a review, and goes there.
pub async fn start(visit: Visit, RawForm(form): RawForm) -> Result<Response, Failure> {
    let mut chosen = Vec::new();
    let mut given = String::new();
    for (field, value) in url::form_urlencoded::parse(&form) {
        match field.as_ref() {
            "search" => chosen.push(value.into_owned()),
            "name" => given = value.into_owned(),
            _ => {}
        }
    }
    let wrong = match made(&visit, &chosen, &given).await {
        Ok(review) => return Ok(go_to_saying(&format!("/reviews/{}", review.id), &started(&review))),
        Err(failure) => match failure.fields().first() {
            Some(wrong) => wrong.message.clone(),
            None => return Err(failure),
        },
    };
    render(&visit, &Asked::default(), chosen, given, Some(wrong)).await
}

async fn made(visit: &Visit, chosen: &[String], given: &str) -> Result<Review, Failure> {
    if chosen.is_empty() {
        let message = "Choose at least one search; people of a file come in through an import.";
        return Err(Failure::invalid(vec![crate::http::problem::refused("searches", "missing_field", serde_json::Value::Null, message)]));
    }
    let searches = api::checked_searches(chosen)?;
    let caller = &visit.caller;
    let mut tx = visit.app.database.begin().await?;
    let named = if given.trim().is_empty() { api::name_of(&mut tx, caller.scope(), &searches).await? } else { name("name", given)? };
    let order = ReviewOrder { workspace_id: caller.workspace_id, user_id: caller.user_id, name: named, searches };
    let review = starting::start(&mut tx, &order).await.map_err(|error| api::refusal(error, &order.searches))?;
    tx.commit().await?;
    starting::catch_up(&visit.app.database, caller.scope(), Some(review.id)).await?;
    let mut conn = visit.app.database.read().await?;
    api::review(&mut conn, caller, review.id).await
}

fn started(review: &Review) -> String {
    format!("{} to review.", count(u64::try_from(review.counts.total).unwrap_or(0), "person", "people"))
}

async fn render(visit: &Visit, asked: &Asked, chosen: Vec<String>, name: String, wrong: Option<String>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Review", Section::Reviews).await?;
    let scope = visit.caller.scope();
    let state = asked.state.map(crate::http::wire::review::state_from);
    let number = i64::from(asked.page.unwrap_or(1).max(1));
    let (found, total) = reviews::list(&mut conn, scope, state, PAGE, (number - 1) * PAGE).await?;
    let shown = crate::http::wire::review::all(&mut conn, &found).await?;
    let lines = found.iter().zip(&shown).map(|(review, shown)| line(review, shown, &frame.clock)).collect::<Vec<_>>();
    let filter = JobFilter { kind: Some(KIND.to_owned()), ..JobFilter::default() };
    let (mut searches, _) = jobs::list(&mut conn, scope, &filter, SEARCHES, 0).await?;
    // One that was asked for by name is offered, however old it is.
    for id in chosen.iter().filter_map(|id| id.parse::<JobId>().ok()) {
        if searches.iter().all(|search| search.id != id) {
            searches.extend(jobs::find(&mut conn, scope, id).await?.filter(|job| job.kind == KIND));
        }
    }
    let views = JobView::load_all(&mut conn, &searches, &frame.clock).await?;
    let word = state.map_or("", ReviewState::as_str);
    let page = ListPage {
        pager: Pager::new(number, PAGE, lines.len() as i64, total, &format!("/reviews?state={word}")),
        searches: views.into_iter().map(|job| Found { chosen: chosen.contains(&job.id), job }).collect(),
        opened: wrong.is_some() || !chosen.is_empty() || (total == 0 && word.is_empty()),
        frame,
        reviews: lines,
        state: word,
        name,
        wrong,
    };
    let status = if page.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    visit.page_with(status, &page)
}

fn line(review: &Review, shown: &sluice_api::Review, clock: &Clock) -> Line {
    Line {
        href: format!("/reviews/{}", review.id),
        name: review.name.clone(),
        completed: review.state == ReviewState::Completed,
        progress: Progress::of(review.counts),
        created: clock.moment(review.created_at.timestamp()),
        by: shown.created_by.as_ref().and_then(|person| person.name.clone()).unwrap_or_default(),
    }
}

/// What the searches of a review look for, each with where it is shown.
pub struct Source {
    pub href: String,
    pub name: String,
}

/// The searches that a review takes its people from.
pub async fn sources(conn: &mut crate::store::Conn, visit: &Visit, searches: &[String]) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    for id in searches.iter().filter_map(|id| id.parse::<JobId>().ok()) {
        if let Some(job) = jobs::find(conn, visit.caller.scope(), id).await? {
            sources.push(Source { href: format!("/searches/{id}"), name: criteria::summary(&job.args) });
        }
    }
    Ok(sources)
}
