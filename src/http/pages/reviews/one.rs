//! `/reviews/{id}`: the table in which people approve and reject.

use askama::Template;
use axum::response::Response;
use sluice_api::wording::numbers::{count, thousands};

use super::person::{Row, Side};
use super::question::Question;
use super::{Progress, Source, sources};
use crate::domain::review::{REJECTION_REASONS, ReviewState};
use crate::domain::{ReviewId, ReviewItemId};
use crate::http::api::reviews as api;
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::pager::{Pager, encode};
use crate::http::pages::visit::Visit;
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::http::wire::review as wire;
use crate::store::reviews::{self, At, COUNTED, ItemSort};

const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "reviews/show.html")]
struct ReviewPage {
    frame: Frame,
    id: String,
    path: String,
    name: String,
    open: bool,
    sources: Vec<Source>,
    progress: Progress,
    question: Question,
    /// The address of this list, without a person at the side.
    back: String,
    /// By person, title, company and place.
    heads: [Head; 4],
    rows: Vec<Row>,
    pager: Pager,
    total: i64,
    /// "1,240 people", of those that match.
    people: String,
    /// Whether all that match can be decided in one stroke.
    bulk: bool,
    side: Option<Side>,
    reasons: &'static [&'static str],
    decisions: Vec<Choice>,
    marks: Vec<Choice>,
    degrees: Vec<Choice>,
}

/// A column that can be sorted by.
pub struct Head {
    pub name: &'static str,
    pub href: String,
    /// For `aria-sort`.
    pub sorted: &'static str,
    pub sign: &'static str,
}

/// One line of a list to choose from.
pub struct Choice {
    pub word: &'static str,
    pub name: String,
    pub chosen: bool,
}

pub async fn show(visit: Visit, Id(id): Id<ReviewId>, Query(question): Query<Question>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let review = api::review(&mut conn, &visit.caller, id).await?;
    let (sort, descending) = api::checked_sort(question.sort.as_deref())?;
    let filter = api::checked_filter(&question.filter())?;
    let number = i64::from(question.page.unwrap_or(1).max(1)).min(COUNTED / PAGE);
    let at = match &question.after {
        Some(place) => At::After(api::place_of(place)?),
        None => At::Offset((number - 1) * PAGE),
    };
    let mut frame = visit.frame(&mut conn, review.name.clone(), Section::Reviews).await?.with_module("review").wide();
    frame.title = format!("{} – Review", review.name);
    let limit = if visit.wants("review-list") { PAGE + 1 } else { 0 };
    let asked = reviews::Asked { review: &review, filter: &filter, sort, descending, at: &at, limit };
    let mut found = reviews::page(&mut conn, &asked).await?;
    let has_more = found.items.len() as i64 > PAGE;
    found.items.truncate(PAGE as usize);
    let path = format!("/reviews/{}", review.id);
    let here = Question { item: None, ..question.clone() };
    let shown = wire::items(&mut conn, &review, &found.items).await?;
    let rows: Vec<Row> = shown
        .iter()
        .map(|item| {
            let href = Question { item: Some(item.id.clone()), ..here.clone() }.address(&path);
            Row::new(item, &frame.clock, href, question.item.as_deref() == Some(item.id.as_str()))
        })
        .collect();
    let side = match question.item.as_deref().map(str::parse::<ReviewItemId>) {
        None => None,
        Some(Err(_)) => return Err(ReviewItemId::not_found()),
        Some(Ok(item)) => {
            let item = reviews::find_item(&mut conn, &review, item).await?.ok_or_else(ReviewItemId::not_found)?;
            let whole = wire::whole(&mut conn, &review, &item).await?;
            Some(Side::new(&whole, &frame.clock, question.address(&path)))
        }
    };
    let next = found.items.last().filter(|_| has_more).map(|last| api::place_text(&last.place(sort)));
    let searches = wire::one(&mut conn, &review).await?.searches;
    let people = match found.total {
        total if total > COUNTED => format!("more than {} people", thousands(COUNTED as u64)),
        total => count(u64::try_from(total).unwrap_or(0), "person", "people"),
    };
    let page = ReviewPage {
        sources: sources(&mut conn, &visit, &searches).await?,
        id: review.id.to_string(),
        name: review.name.clone(),
        open: review.state == ReviewState::Open,
        progress: Progress::of(review.counts),
        back: here.address(&path),
        heads: heads(&question, sort, descending, &path),
        pager: pager(&here, number, rows.len() as i64, found.total, next, &path),
        bulk: found.total > 0 && found.total <= COUNTED,
        total: found.total,
        decisions: choices(question.decision, &[("pending", "Pending"), ("approved", "Approved"), ("rejected", "Rejected")]),
        marks: choices(question.mark, &[("new", "New to us"), ("duplicate", "Known from elsewhere"), ("reviewed", "Decided elsewhere")]),
        degrees: choices(question.network_distance, &[("1", "1st"), ("2", "2nd"), ("3", "3rd")]),
        reasons: REJECTION_REASONS,
        frame,
        path,
        question,
        rows,
        people,
        side,
    };
    visit.page(&page)
}

fn heads(question: &Question, sort: ItemSort, descending: bool, path: &str) -> [Head; 4] {
    let head = |name, by: ItemSort| Head {
        name,
        href: question.sorted_by(by).address(path),
        sorted: match (by == sort, descending) {
            (true, false) => "ascending",
            (true, true) => "descending",
            (false, _) => "none",
        },
        sign: match (by == sort, descending) {
            (true, false) => " ↑",
            (true, true) => " ↓",
            (false, _) => "",
        },
    };
    [head("Person", ItemSort::Name), head("Title", ItemSort::Title), head("Company", ItemSort::Company), head("Place", ItemSort::Location)]
}

/// By number as far as is counted, and by place beyond.
fn pager(here: &Question, number: i64, shown: i64, total: i64, next: Option<String>, path: &str) -> Pager {
    let first = here.first_page();
    if here.after.is_some() {
        return Pager {
            words: format!("{} further on, of more than {}", count(shown as u64, "person", "people"), thousands(COUNTED as u64)),
            before: Some(first.address(path)),
            after: next.map(|place| Question { after: Some(place), ..first }.address(path)),
        };
    }
    let mut pager = Pager::new(number, PAGE, shown, total, &first.address(path));
    if total > COUNTED && (number + 1) * PAGE > COUNTED {
        let address = first.address(path);
        let joint = if address.contains('?') { '&' } else { '?' };
        pager.after = next.map(|place| format!("{address}{joint}after={}", encode(&place)));
    }
    pager
}

fn choices(chosen: Option<impl serde::Serialize>, all: &[(&'static str, &str)]) -> Vec<Choice> {
    let chosen =
        chosen.and_then(|word| serde_json::to_value(word).ok()).map(|word| word.as_str().map_or_else(|| word.to_string(), str::to_owned));
    all.iter().map(|(word, name)| Choice { word, name: (*name).to_owned(), chosen: chosen.as_deref() == Some(*word) }).collect()
}
