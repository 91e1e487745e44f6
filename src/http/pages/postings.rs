//! `/postings`: the tracker. The list of postings, and what people do to several of them.

pub mod acts;
mod ask;
pub mod board;
pub mod import;
pub mod job;
mod line;
pub mod one;
pub mod parts;
pub mod question;
pub mod search;
mod side;
mod sources;
pub mod unread_page;

use askama::Template;
use axum::response::Response;
use sluice_api::wording::numbers::{count, thousands};
use sluice_api::wording::posting as wording;
use sluice_api::{EmploymentType, PostingSeniority, Workplace};

use super::exports;
use super::frame::{Frame, Section};
use super::pager::{Pager, encode};
use super::visit::Visit;
use crate::domain::{CompanyId, JobId};
use crate::http::api::postings as api;
use crate::http::listing::COUNTED;
use crate::http::path::Named;
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::http::wire;
use crate::store::postings::{self, Asked, At, PostingCounts, PostingSort, listed_companies};
use crate::store::{Conn, jobs};
use line::{Line, STATUSES, StatusView, statuses};
use question::Question;
use side::Side;

const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "postings/list.html")]
struct ListPage {
    frame: Frame,
    question: Question,
    tabs: Vec<Tab>,
    rows: Vec<Line>,
    heads: Vec<Head>,
    statuses: Vec<StatusView>,
    filters: Filters,
    /// Where the postings come from, when the list shows only those of a company or a job.
    from: Vec<Origin>,
    pager: Pager,
    /// The address of the list, for forms to come back to.
    back: String,
    /// The posting that is read beside the list.
    side: Option<Side>,
    /// The list with nothing beside it.
    side_without: String,
    /// The form that exports what the list shows.
    export: String,
    /// Nothing has ever come in.
    is_first: bool,
}

/// One way to look at the postings, and how many it shows.
struct Tab {
    name: &'static str,
    href: &'static str,
    number: String,
    chosen: bool,
}

/// The head of a column that can be sorted by.
struct Head {
    name: &'static str,
    column: &'static str,
    href: String,
    sorted: &'static str,
    sign: &'static str,
}

/// The choices of the filters.
struct Filters {
    workplaces: Vec<Choice>,
    types: Vec<Choice>,
    levels: Vec<Choice>,
    stars: Vec<Choice>,
    closed: Vec<Choice>,
    easy_apply: Vec<Choice>,
    days: Vec<Choice>,
}

pub struct Choice {
    pub word: String,
    pub name: String,
    pub chosen: bool,
}

struct Origin {
    what: &'static str,
    name: String,
    /// The list without it.
    without: String,
}

/// The postings of the workspace.
pub async fn list(visit: Visit, Query(question): Query<Question>) -> Result<Response, Failure> {
    if let Some(id) = question.selected.as_deref().and_then(|id| id.parse().ok()) {
        one::mark_seen(&visit, id).await?;
    }
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Postings", Section::Postings).await?.with_module("postings").wide();
    let filter = api::checked_filter(&question.query(frame.clock.now))?;
    let (sort, descending) = api::checked_sort(question.sort.as_deref())?;
    let number = i64::from(question.page.unwrap_or(1).max(1));
    let at = match question.after.as_deref() {
        Some(place) => At::After(api::place_of(place, sort)?),
        None => At::Offset((number - 1) * PAGE),
    };
    let asked = Asked { workspace: visit.caller.workspace_id, filter: &filter, sort, descending, at: &at, limit: PAGE, with_texts: false };
    let found = postings::page(&mut conn, &asked).await?;
    let counts = postings::counts(&mut conn, visit.caller.workspace_id).await?;
    let shown: Vec<sluice_api::Posting> = found.postings.into_iter().map(wire::posting::show).collect();
    let rows: Vec<Line> = shown.iter().map(|posting| Line::new(posting, &frame.clock)).collect();
    let next = found.next.map(|place| api::place_text(&place));
    let page = ListPage {
        tabs: tabs(&counts, &question),
        heads: heads(&question, sort, descending),
        statuses: statuses(),
        filters: Filters::of(&question),
        from: origins(&mut conn, &visit, &question).await?,
        pager: pager(&question, number, rows.len() as i64, found.total, next),
        side: match &question.selected {
            Some(id) => Some(Side::load(&mut conn, &visit, id, &frame.clock, question.address()).await?),
            None => None,
        },
        side_without: question.alone().address(),
        back: question.alone().address(),
        export: exports::of_list(&question),
        is_first: rows.is_empty() && all(&counts) == 0 && counts.hidden == 0,
        rows,
        question,
        frame,
    };
    visit.page(&page)
}

fn all(counts: &PostingCounts) -> i64 {
    counts.without_status + STATUSES.into_iter().flatten().map(|status| counts.with(wire::application_status_from(status))).sum::<i64>()
}

fn tabs(counts: &PostingCounts, question: &Question) -> Vec<Tab> {
    let status = question.status.as_deref().unwrap_or_default();
    let is = |flag: Option<bool>| flag == Some(true);
    let special = is(question.hidden) || is(question.new) || is(question.due);
    let number = |count: i64| thousands(u64::try_from(count).unwrap_or(0));
    let mut tabs = vec![
        Tab { name: "All", href: "/postings", number: number(all(counts)), chosen: status.is_empty() && !special },
        Tab { name: "New", href: "/postings?new=true", number: number(counts.new), chosen: is(question.new) },
    ];
    const HREFS: [&str; STATUSES.len()] = [
        "/postings?status=none",
        "/postings?status=saved",
        "/postings?status=applied",
        "/postings?status=interviewing",
        "/postings?status=offer",
        "/postings?status=rejected",
        "/postings?status=withdrawn",
    ];
    const NAMES: [&str; STATUSES.len()] = ["Found", "Saved", "Applied", "Interviewing", "Offer", "Rejected", "Withdrawn"];
    for ((of, href), name) in STATUSES.into_iter().zip(HREFS).zip(NAMES) {
        let here = match of {
            Some(status) => counts.with(wire::application_status_from(status)),
            None => counts.without_status,
        };
        tabs.push(Tab { name, href, number: number(here), chosen: status == line::word(of) && !special });
    }
    if counts.postings_due > 0 || is(question.due) {
        tabs.push(Tab { name: "Due", href: "/postings?due=true", number: number(counts.postings_due), chosen: is(question.due) });
    }
    tabs.push(Tab { name: "Hidden", href: "/postings?hidden=true", number: number(counts.hidden), chosen: is(question.hidden) });
    tabs
}

fn heads(question: &Question, sort: PostingSort, descending: bool) -> Vec<Head> {
    let head = |name, column, by: PostingSort| Head {
        name,
        column,
        href: question.sorted_by(by).address(),
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
    vec![
        head("Posting", "", PostingSort::Title),
        head("Company", "company", PostingSort::Company),
        head("Place", "place", PostingSort::Location),
        head("Pay", "pay", PostingSort::Salary),
        head("Posted", "posted", PostingSort::Posted),
        head("Stars", "stars", PostingSort::Stars),
        head("Status", "", PostingSort::Status),
    ]
}

impl Filters {
    fn of(question: &Question) -> Self {
        let yes = |chosen: Option<bool>, on: &str, off: &str| {
            vec![choice("true", on, chosen == Some(true)), choice("false", off, chosen == Some(false))]
        };
        let number = |number: u16, name: String, chosen: bool| choice(&number.to_string(), &name, chosen);
        Self {
            workplaces: WORKPLACES
                .into_iter()
                .map(|value| choice(workplace_word(value), wording::workplace(value), question.workplace == Some(value)))
                .collect(),
            types: TYPES
                .into_iter()
                .map(|value| choice(type_word(value), wording::employment_type(value), question.employment_type == Some(value)))
                .collect(),
            levels: LEVELS
                .into_iter()
                .map(|value| choice(level_word(value), wording::seniority(value), question.seniority == Some(value)))
                .collect(),
            stars: (1..=5_u8)
                .rev()
                .map(|stars| {
                    number(stars.into(), format!("{} and more", count(stars.into(), "star", "stars")), question.stars == Some(stars))
                })
                .collect(),
            closed: yes(question.closed, "Closed", "Open"),
            easy_apply: yes(question.easy_apply, "On LinkedIn", "Elsewhere"),
            days: [1, 7, 30, 90]
                .into_iter()
                .map(|days: u16| number(days, count(days.into(), "day", "days"), question.days == Some(days)))
                .collect(),
        }
    }
}

fn choice(word: &str, name: &str, chosen: bool) -> Choice {
    Choice { word: word.to_owned(), name: name.to_owned(), chosen }
}

pub const WORKPLACES: [Workplace; 3] = [Workplace::OnSite, Workplace::Hybrid, Workplace::Remote];

pub const TYPES: [EmploymentType; 7] = [
    EmploymentType::FullTime,
    EmploymentType::PartTime,
    EmploymentType::Contract,
    EmploymentType::Temporary,
    EmploymentType::Internship,
    EmploymentType::Volunteer,
    EmploymentType::Other,
];

pub const LEVELS: [PostingSeniority; 6] = [
    PostingSeniority::Internship,
    PostingSeniority::Entry,
    PostingSeniority::Associate,
    PostingSeniority::MidSenior,
    PostingSeniority::Director,
    PostingSeniority::Executive,
];

pub fn workplace_word(value: Workplace) -> &'static str {
    wire::workplace_from(value).as_str()
}

pub fn type_word(value: EmploymentType) -> &'static str {
    wire::employment_type_from(value).as_str()
}

pub fn level_word(value: PostingSeniority) -> &'static str {
    wire::posting_seniority_from(value).as_str()
}

/// The company and the job that the list is narrowed to, by name. One that is not here is not there.
async fn origins(conn: &mut Conn, visit: &Visit, question: &Question) -> Result<Vec<Origin>, Failure> {
    let mut from = Vec::new();
    if let Some(id) = question.company_id.as_deref().and_then(|id| id.parse().ok()) {
        let name = listed_companies::name(conn, visit.caller.scope(), id).await?.ok_or_else(CompanyId::not_found)?;
        let without = Question { company_id: None, ..question.first_page() }.address();
        from.push(Origin { what: "Company", name, without });
    }
    if let Some(id) = question.job_id.as_deref().and_then(|id| id.parse().ok()) {
        let job = jobs::find(conn, visit.caller.scope(), id).await?.ok_or_else(JobId::not_found)?;
        let without = Question { job_id: None, ..question.first_page() }.address();
        from.push(Origin { what: "Brought by", name: super::job_view::title(&job), without });
    }
    Ok(from)
}

/// By number as far as is counted, and by place beyond.
fn pager(question: &Question, number: i64, shown: i64, total: i64, next: Option<String>) -> Pager {
    let first = question.first_page();
    if question.after.is_some() {
        return Pager {
            words: format!("{} further on, of more than {}", count(shown as u64, "posting", "postings"), thousands(COUNTED as u64)),
            before: Some(first.address()),
            after: next.map(|place| Question { after: Some(place), ..first }.address()),
        };
    }
    let mut pager = Pager::new(number, PAGE, shown, total, &first.address());
    if total > COUNTED && (number + 1) * PAGE > COUNTED {
        let address = first.address();
        let joint = if address.contains('?') { '&' } else { '?' };
        pager.after = next.map(|place| format!("{address}{joint}after={}", encode(&place)));
    }
    pager
}
