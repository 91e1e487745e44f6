//! `/postings/jobs/{id}`: a search for postings or an import of them: how far it is, what came of it, and what became of each card or address.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;
use sluice_api::wording::numbers::thousands;
use sluice_api::wording::posting as wording;
use sluice_api::{PostingOutcome, PostingStatistics, ReasonCount};

use crate::domain::JobId;
use crate::domain::job::{Job, StopReason};
use crate::domain::posting::order::label;
use crate::domain::posting::{FetchArgs, FetchSource, SearchArgs};
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::job_view::{JobView, hue, title};
use crate::http::pages::jobs::{Line, story};
use crate::http::pages::pager::Pager;
use crate::http::pages::visit::Visit;
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::http::wire;
use crate::jobs::{fetch_postings, search_postings};
use crate::store::postings::items::{self, Asked as AskedItems, Item};
use crate::store::{Conn, accounts, jobs, posting_pages};

/// Cards or addresses of one page.
const PAGE: i64 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    outcome: Option<PostingOutcome>,
    page: Option<u32>,
}

#[derive(Template)]
#[template(path = "postings/job.html")]
struct JobPage {
    frame: Frame,
    job: JobView,
    is_search: bool,
    /// What was asked for, one chip each.
    chips: Vec<(&'static str, String)>,
    account: Option<(String, String)>,
    /// What the end means, and what to do about it.
    advice: Option<Advice>,
    tallies: Vec<Tally>,
    reasons: Vec<(String, String)>,
    /// Whether some were left out because they have nothing in common with the keywords.
    has_unrelated: bool,
    filters: Vec<(String, String)>,
    unproven: String,
    tabs: Vec<Tab>,
    items: Vec<Row>,
    pager: Pager,
    story: Vec<Line>,
    kept: bool,
    /// Pages that could not be read: their addresses, and where they are had.
    unread: Vec<(String, String)>,
}

/// Why a job stopped, for people who want to go on.
struct Advice {
    title: &'static str,
    steps: Vec<&'static str>,
}

struct Tally {
    name: &'static str,
    number: String,
}

/// The items of one outcome.
struct Tab {
    name: String,
    number: String,
    href: String,
    chosen: bool,
}

struct Row {
    number: String,
    title: String,
    href: Option<String>,
    company: String,
    input: String,
    sign: char,
    word: String,
    hue: &'static str,
    reason: Option<String>,
}

pub async fn show(visit: Visit, Id(id): Id<JobId>, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let scope = visit.caller.scope();
    let job = jobs::find(&mut conn, scope, id).await?.filter(is_of_postings).ok_or_else(JobId::not_found)?;
    let frame = visit.frame(&mut conn, title(&job), Section::Postings).await?;
    let view = JobView::load(&mut conn, &job, &frame.clock).await?;
    let told = statistics(&mut conn, &job).await?;
    let number = i64::from(asked.page.unwrap_or(1).max(1));
    let wanted = AskedItems { job: id, outcome: asked.outcome.map(wire::posting_job::outcome_from) };
    let total = items::count(&mut conn, wanted).await?;
    let found = items::page(&mut conn, wanted, None, PAGE, (number - 1) * PAGE).await?;
    let path = format!("/postings/jobs/{id}");
    let filtered = match asked.outcome {
        Some(outcome) => format!("{path}?outcome={}", outcome_word(outcome)),
        None => path.clone(),
    };
    let account = match job.account_id {
        Some(account) => accounts::find(&mut conn, scope, account).await?.map(|found| {
            let is_mine = found.shared || found.user_id == visit.caller.user_id;
            (found.name, if is_mine { format!("/accounts/{account}") } else { String::new() })
        }),
        None => None,
    };
    let page = JobPage {
        is_search: job.kind == search_postings::KIND,
        chips: chips(&job),
        account,
        advice: job.stop_reason.and_then(advice),
        tallies: tallies(&told),
        reasons: told.reasons.iter().map(reason).collect(),
        has_unrelated: told.reasons.iter().any(|counted| counted.reason == "unrelated"),
        filters: told.applied_locally.iter().map(|filter| (filter.reason.replace('_', " "), effect(filter.count))).collect(),
        unproven: told.unproven.join(", "),
        tabs: tabs(&told, asked.outcome, &path),
        pager: Pager::new(number, PAGE, found.len() as i64, total, &filtered),
        items: found.into_iter().map(row).collect(),
        story: story(&mut conn, id, &frame.clock).await?,
        kept: told.new + told.updated + told.fresh > 0,
        unread: posting_pages::unread(&mut conn, id)
            .await?
            .into_iter()
            .map(|page| (page.url, format!("/postings/jobs/{id}/unread-pages/{}", page.id)))
            .collect(),
        job: view,
        frame,
    };
    visit.page(&page)
}

fn is_of_postings(job: &Job) -> bool {
    job.kind == search_postings::KIND || job.kind == fetch_postings::KIND
}

/// As the job tells it; counted anew while it has not told anything yet.
async fn statistics(conn: &mut Conn, job: &Job) -> Result<PostingStatistics, Failure> {
    let told = match &job.result {
        Some(result) => result.clone(),
        None => wire::json(&items::statistics(conn, job.id).await?),
    };
    serde_json::from_value(told).map_err(Failure::internal)
}

fn chips(job: &Job) -> Vec<(&'static str, String)> {
    if let Ok(args) = serde_json::from_value::<SearchArgs>(job.args.clone()) {
        let mut chips: Vec<_> = args.queries.iter().map(|query| ("Query", label(query))).collect();
        let words = [
            ("Title has", &args.filters.title_include),
            ("Title has not", &args.filters.title_exclude),
            ("Company has", &args.filters.company_include),
            ("Company has not", &args.filters.company_exclude),
        ];
        chips.extend(words.into_iter().filter(|(_, words)| !words.is_empty()).map(|(what, words)| (what, words.join(" or "))));
        chips.push(("Pages", args.max_pages.to_string()));
        if !args.fetch_details {
            chips.push(("Details", "left out".to_owned()));
        }
        if args.queries.iter().any(|query| query.accept_unrelated) {
            chips.push(("Unrelated", "kept".to_owned()));
        }
        return chips;
    }
    match serde_json::from_value::<FetchArgs>(job.args.clone()).map(|args| args.source) {
        Ok(FetchSource::Addresses { count }) => vec![("Addresses", thousands(u64::try_from(count).unwrap_or(0)))],
        Ok(FetchSource::SavedPage { bytes }) => vec![("Saved page", crate::http::pages::exports::bytes(bytes))],
        Err(_) => Vec::new(),
    }
}

fn advice(reason: StopReason) -> Option<Advice> {
    match reason {
        StopReason::Blocked => Some(Advice {
            title: "LinkedIn does not want to be asked by us now",
            steps: vec![
                "What was found is kept, and so is the place where it stopped. Nothing here goes around a block.",
                "Wait some hours, and leave a longer time between pages under Accounts. Then Retry goes on from there.",
                "For a few postings at once, save their pages from your browser and import the files; or ask Bright Data.",
            ],
        }),
        StopReason::AccountTrouble => Some(Advice {
            title: "The account needs you",
            steps: vec![
                "Look at it under Accounts: a session that has ended wants a new cookie, a key that is refused wants a new key.",
                "Then Retry goes on from where it stopped.",
            ],
        }),
        StopReason::MarkupChanged => Some(Advice {
            title: "A page could not be read",
            steps: vec![
                "The page is kept with the job, so that its reading can be mended. What was found before is kept too.",
                "Retry asks again: some pages are odd only once.",
            ],
        }),
        _ => None,
    }
}

fn tallies(told: &PostingStatistics) -> Vec<Tally> {
    let all = [
        ("found", told.found, true),
        ("new", told.new, true),
        ("updated", told.updated, true),
        ("left out by filters", told.filtered, told.filtered > 0),
        ("came twice", told.duplicates, told.duplicates > 0),
        ("read lately", told.fresh, told.fresh > 0),
        ("failed", told.failed, true),
        ("closed", told.closed, told.closed > 0),
        ("reposts", told.reposts, told.reposts > 0),
    ];
    all.into_iter().filter(|(.., shown)| *shown).map(|(name, number, _)| Tally { name, number: thousands(number) }).collect()
}

fn reason(counted: &ReasonCount) -> (String, String) {
    (wording::reason(&counted.reason), thousands(counted.count))
}

fn effect(removed: u64) -> String {
    if removed == 0 { "removed nothing here".to_owned() } else { format!("removed {} here", thousands(removed)) }
}

fn tabs(told: &PostingStatistics, chosen: Option<PostingOutcome>, path: &str) -> Vec<Tab> {
    use PostingOutcome::{Duplicate, Failed, Filtered, Fresh, New, Pending, Updated};
    let pending = told.found.saturating_sub(told.new + told.updated + told.duplicates + told.fresh + told.filtered + told.failed);
    let counted = [
        (Pending, pending),
        (New, told.new),
        (Updated, told.updated),
        (Fresh, told.fresh),
        (Duplicate, told.duplicates),
        (Filtered, told.filtered),
        (Failed, told.failed),
    ];
    let mut tabs = vec![Tab { name: "All".to_owned(), number: thousands(told.found), href: path.to_owned(), chosen: chosen.is_none() }];
    for (outcome, number) in counted {
        if number > 0 || chosen == Some(outcome) {
            tabs.push(Tab {
                name: wording::outcome(outcome).word,
                number: thousands(number),
                href: format!("{path}?outcome={}", outcome_word(outcome)),
                chosen: chosen == Some(outcome),
            });
        }
    }
    tabs
}

fn outcome_word(outcome: PostingOutcome) -> &'static str {
    wire::posting_job::outcome_from(outcome).as_str()
}

fn row(item: Item) -> Row {
    let outcome = wording::outcome(wire::posting_job::outcome(item.outcome));
    let named = item.linkedin_id.as_ref().map(|id| format!("Posting {id}"));
    Row {
        number: thousands(u64::try_from(item.position + 1).unwrap_or(0)),
        title: item.title.or(named).unwrap_or_else(|| item.input.clone()),
        href: item.posting_id.map(|id| format!("/postings/{id}")),
        company: item.company_name.unwrap_or_default(),
        input: item.input,
        sign: outcome.sign,
        word: outcome.word,
        hue: hue(outcome.hue),
        reason: item.reason,
    }
}
