//! LinkedIn's job pages: the guests' fragments, and a member's page for whoever brings a session.

mod markup;

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};

use crate::faults::{Effects, Route};
use crate::gate::{self, Offset, Vendor};
use crate::journal::now_us;
use crate::postings::find::Query;
use crate::postings::{Fate, Posting};
use crate::world::World;

const CARDS_PER_PAGE: usize = 10;
/// From this start on the answer is 400.
const CAP: usize = 1_000;

const LINKEDIN: Vendor = Vendor {
    account: |_, headers| session(headers).map(|_| "member".to_owned()),
    check: |_| Ok(()),
    route: |_, path| if path.ends_with("/search") { Route::Postings } else { Route::Posting },
    refuse,
};

pub fn routes(world: Arc<World>) -> Router<Arc<World>> {
    Router::new()
        .route("/jobs-guest/jobs/api/seeMoreJobPostings/search", get(search))
        .route("/jobs-guest/jobs/api/jobPosting/{id}", get(fragment))
        .route("/jobs/view/{id}", get(page))
        .route("/jobs/view/{id}/", get(page))
        .layer(axum::middleware::from_fn_with_state((world, &LINKEDIN), gate::pass))
}

fn refuse(status: u16) -> Response {
    let words = if status == 999 {
        "<html><head><title>Request denied</title></head></html>"
    } else {
        "<!DOCTYPE html>\n<html><body>Something went wrong.</body></html>"
    };
    (StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Html(words)).into_response()
}

fn authwall(of: &str) -> Response {
    let target = format!("/authwall?trk=sandbox&sessionRedirect={of}");
    (StatusCode::FOUND, [(header::LOCATION, target)]).into_response()
}

/// The session that the request brings; `expired` is one that LinkedIn no longer takes.
fn session(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies
        .split(';')
        .find_map(|cookie| cookie.trim().strip_prefix("li_at="))
        .filter(|session| !session.is_empty() && *session != "expired")
}

async fn search(State(world): State<Arc<World>>, Extension(effects): Extension<Arc<Effects>>, RawQuery(query): RawQuery) -> Response {
    if effects.authwall {
        return authwall("jobs");
    }
    let (query, start) = read_query(query.as_deref().unwrap_or_default());
    let Some(start) = start.filter(|start| *start < CAP) else { return refuse(400) };
    let today = today();
    let postings = world.postings();
    let found = if effects.unrelated {
        // Whatever was asked: the same ten as ever.
        let keywords = Query { keywords: Some("nurse".to_owned()), ..Query::default() };
        world.posting_results(&keywords).iter().copied().take(CARDS_PER_PAGE).collect()
    } else {
        world.posting_results(&query)
    };
    let reachable = found.len().min(CAP);
    let cards: Vec<&Posting> =
        found[start.min(reachable)..(start + CARDS_PER_PAGE).min(reachable)].iter().map(|index| &postings.all[*index as usize]).collect();
    let page = if cards.is_empty() || effects.end_page || effects.empty_page || effects.always_empty {
        markup::END_PAGE.to_owned()
    } else {
        markup::search_page(&world.population, &cards, today, effects.drift)
    };
    let mut response = Html(page).into_response();
    response.extensions_mut().insert(Offset(start as u64));
    response
}

/// What is asked for and where the page starts. Names that LinkedIn does not know are passed over, as it does.
fn read_query(query: &str) -> (Query, Option<usize>) {
    let mut read = Query::default();
    let mut start = Some(0);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let list = || value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        match &*name {
            "keywords" => read.keywords = Some(value.into_owned()).filter(|words| !words.trim().is_empty()),
            "location" => read.location = Some(value.into_owned()),
            "geoId" => read.geo_id = value.parse().ok(),
            "start" => start = value.parse().ok(),
            "sortBy" => read.newest_first = value == "DD",
            "f_TPR" => read.max_age_seconds = value.strip_prefix('r').and_then(|seconds| seconds.parse().ok()),
            "f_JT" => read.employments = list(),
            "f_E" => read.levels = list(),
            "f_WT" => read.workplaces = list(),
            "f_C" => read.companies = list().iter().filter_map(|id| id.parse().ok()).collect(),
            "f_AL" => read.easy_apply = value == "true",
            _ => {}
        }
    }
    (read, start)
}

async fn fragment(State(world): State<Arc<World>>, Extension(effects): Extension<Arc<Effects>>, Path(id): Path<String>) -> Response {
    if effects.authwall {
        return authwall(&id);
    }
    match shown(&world, &effects, &id) {
        Some(posting) if effects.drift => Html(
            markup::posting_fragment(&world.population, posting, effects.closed)
                .replace("class=\"top", "class=\"x")
                .replace("Posting", "Entry"),
        )
        .into_response(),
        Some(posting) => Html(markup::posting_fragment(&world.population, posting, effects.closed)).into_response(),
        None => refuse(404),
    }
}

async fn page(
    State(world): State<Arc<World>>,
    Extension(effects): Extension<Arc<Effects>>,
    headers: HeaderMap,
    Path(slug): Path<String>,
) -> Response {
    let id = slug.rsplit('-').next().unwrap_or_default();
    if effects.authwall || session(&headers).is_none() {
        return authwall(id);
    }
    match shown(&world, &effects, id) {
        Some(posting) => Html(markup::member_page(&world.population, posting, today(), effects.closed)).into_response(),
        None => refuse(404),
    }
}

/// The posting that is shown under an id: usually its own.
fn shown<'a>(world: &'a World, effects: &Effects, id: &str) -> Option<&'a Posting> {
    let postings = world.postings();
    let posting = postings.find(id.parse().ok()?)?;
    match posting.fate {
        Fate::Dead => None,
        _ if effects.another => postings.instead_of(posting),
        Fate::Replaced => postings.instead_of(posting),
        Fate::Open | Fate::Closed => Some(posting),
    }
}

/// Postings are as old as their seed says, so their dates move along with the day.
fn today() -> jiff::Timestamp {
    jiff::Timestamp::from_microsecond(now_us()).unwrap_or_default()
}
