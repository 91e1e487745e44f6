//! `/postings/search`: what to look for, whom to ask, now or again and again, and what that will take.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use sluice_api::wording::numbers::{count, duration, thousands};

use super::ask::{Ask, QueryView, shown, wrong_field};
use super::sources::{Source, can_ask, sources};
use super::{Choice, LEVELS, TYPES, WORKPLACES, level_word, type_word, workplace_word};
use crate::accounts::postings::PostingConnector;
use crate::domain::posting::SearchArgs;
use crate::domain::posting::order::{CARDS_A_PAGE, MOST_PAGES, MOST_QUERIES};
use crate::domain::{JobId, Micros};
use crate::http::api::{posting_jobs as api, schedules as schedules_api};
use crate::http::form::{Form, Wrong};
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::moment::Clock;
use crate::http::pages::searches::form as people;
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::path::Named;
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::jobs::search_postings::KIND;
use crate::jobs::search_postings::start::{self, Plan};
use crate::jobs::search_prospects::start::Timetable;
use crate::store::jobs::{self, JobFilter};
use crate::store::{Conn, schedules};

/// Searches that a new one can start from.
const MOST_EARLIER: i64 = 10;

const REPEATS: [(&str, &str); 4] = [("day", "Every day"), ("weekday", "Every weekday"), ("week", "Every week"), ("cron", "By a cron line")];
const WEEKDAYS: [(&str, &str); 7] =
    [("1", "Monday"), ("2", "Tuesday"), ("3", "Wednesday"), ("4", "Thursday"), ("5", "Friday"), ("6", "Saturday"), ("0", "Sunday")];
/// Ages that LinkedIn's own form offers, in hours.
const AGES: [(&str, &str); 4] = [("", "Any time"), ("24", "The last 24 hours"), ("168", "The last week"), ("720", "The last month")];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// An earlier search to begin with.
    from: Option<String>,
    when: Option<String>,
    /// `yes` ticks that unrelated postings are kept.
    accept_unrelated: Option<String>,
}

#[derive(Template)]
#[template(path = "postings/search.html")]
struct SearchPage {
    frame: Frame,
    form: Form,
    queries: Vec<QueryView>,
    sources: Vec<Source>,
    wrong: Wrong,
    whole: Vec<String>,
    estimate: Estimate,
    earlier: Vec<(String, String)>,
    types: Vec<Choice>,
    levels: Vec<Choice>,
    workplaces: Vec<Choice>,
    may_add: bool,
}

impl SearchPage {
    fn can_ask(&self) -> bool {
        can_ask(&self.sources)
    }

    fn is_scheduled(&self) -> bool {
        self.form.text("when") == "schedule"
    }

    /// An age that an earlier search was asked for and that the list does not have.
    fn other_age(&self, query: &QueryView) -> Option<String> {
        let age = query.text("max_age_h");
        AGES.iter().all(|(word, _)| *word != age).then(|| age.to_owned())
    }
}

/// What a search will take, in words.
#[derive(Default)]
struct Estimate {
    headline: String,
    lines: Vec<String>,
    missing: Option<String>,
}

/// What came of looking at a form.
struct Assessed {
    plan: Option<Plan>,
    timetable: Option<Timetable>,
    left_out: Vec<String>,
    wrong: Wrong,
}

/// The empty form, or the one of an earlier search.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let mut ask = match &asked.from {
        Some(id) => of_earlier(&visit, id).await?,
        None => Ask::new(),
    };
    if asked.accept_unrelated.as_deref() == Some("yes") {
        ask = ask.accepting_unrelated();
    }
    if let Some(when) = asked.when {
        let others = ask.form.fields().filter(|(name, _)| *name != "when").map(|(name, text)| (name.to_owned(), text.to_owned()));
        ask.form = Form::of(others.chain([("when".to_owned(), when)]).collect());
    }
    let assessed = assess(&visit, &ask).await?;
    // Nobody has pressed anything yet, so nothing is wrong yet.
    page(&visit, StatusCode::OK, ask, assessed, true).await
}

async fn of_earlier(visit: &Visit, id: &str) -> Result<Ask, Failure> {
    let id: JobId = id.parse().map_err(|_| JobId::not_found())?;
    let mut conn = visit.app.database.read().await?;
    let job = jobs::find(&mut conn, visit.caller.scope(), id).await?.filter(|job| job.kind == KIND).ok_or_else(JobId::not_found)?;
    let args: SearchArgs = serde_json::from_value(job.args).map_err(Failure::internal)?;
    Ok(Ask::of_search(&args, job.account_id.map(|id| id.to_string())))
}

/// What the search would take and what is wrong with it, or the form with another query more or less: nothing is started.
pub async fn check(visit: Visit, form: Form) -> Result<Response, Failure> {
    let rearranges = !form.text("do").is_empty();
    let ask = Ask::read(form).rearranged();
    let assessed = assess(&visit, &ask).await?;
    let quiet = rearranges || visit.is_partial();
    let refused = !quiet && !assessed.wrong.is_empty();
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page(&visit, status, ask, assessed, quiet).await
}

/// Starts the search, or puts it on its schedule.
pub async fn create(visit: Visit, form: Form) -> Result<Response, Failure> {
    let ask = Ask::read(form);
    let mut assessed = assess(&visit, &ask).await?;
    let Some(plan) = assessed.plan.take().filter(|_| assessed.wrong.is_empty()) else {
        return page(&visit, StatusCode::UNPROCESSABLE_ENTITY, ask, assessed, false).await;
    };
    let mut tx = visit.app.database.begin().await?;
    if let Some(timetable) = &assessed.timetable {
        let made = match start::schedule(&mut tx, &plan, timetable).await {
            Ok(made) => made,
            Err(error) => {
                assessed.wrong = Wrong::of(schedules_api::refusal(error, timetable))?.renamed(|field| match field {
                    "schedule.cron" => "cron".to_owned(),
                    other => other.to_owned(),
                });
                drop(tx);
                return page(&visit, StatusCode::UNPROCESSABLE_ENTITY, ask, assessed, false).await;
            }
        };
        tx.commit().await?;
        let clock = super::acts::clock(&visit).await?;
        let first = clock.moment(made.next_at.timestamp()).clock;
        return Ok(go_to_saying("/searches?tab=schedules", &format!("{} is on its schedule. It runs first at {first}.", made.name)));
    }
    let job = start::start(&mut tx, &plan, visit.app.config.engine.max_attempts).await?;
    tx.commit().await?;
    Ok(go_to_saying(&format!("/postings/jobs/{}", job.id), &said(&plan, &assessed.left_out).join(" ")))
}

/// What the person should know beforehand.
fn said(plan: &Plan, left_out: &[String]) -> Vec<String> {
    let mut lines = plan.warnings.clone();
    if !left_out.is_empty() {
        lines.push(format!("The pasted address has filters that cannot be asked for and were left out: {}.", left_out.join(", ")));
    }
    lines
}

/// Looks at the form as the API would, and says beside its fields what is wrong.
async fn assess(visit: &Visit, ask: &Ask) -> Result<Assessed, Failure> {
    let mut assessed = Assessed { plan: None, timetable: None, left_out: Vec::new(), wrong: Wrong::default() };
    let read = match ask.request() {
        Ok(read) => read,
        Err(failure) => {
            assessed.wrong = Wrong::of(failure)?;
            return Ok(assessed);
        }
    };
    let mut conn = visit.app.database.read().await?;
    let planned = match api::search_order(&visit.caller, read.request.clone()) {
        Ok((order, left_out)) => {
            assessed.left_out = left_out;
            start::plan(&mut conn, &visit.app.accounts, order).await.map_err(api::refusal)
        }
        Err(failure) => Err(failure),
    };
    match planned {
        Ok(plan) => assessed.plan = Some(plan),
        Err(failure) => assessed.wrong = read.placed(Wrong::of(failure)?),
    }
    if ask.form.text("when") == "schedule" && assessed.wrong.is_empty() {
        let what = assessed.plan.as_ref().map_or("Search for postings", |plan| plan.args.title.as_str());
        match timetable(visit, &mut conn, &ask.form, what).await? {
            Ok(timetable) => assessed.timetable = Some(timetable),
            Err(failure) => assessed.wrong = Wrong::of(failure)?,
        }
    }
    Ok(assessed)
}

/// When it shall run again and again, in the workspace's zone, by the same fields as a search for people has.
async fn timetable(visit: &Visit, conn: &mut Conn, form: &Form, what: &str) -> Result<Result<Timetable, Failure>, Failure> {
    let mut times = people::Form::new();
    for field in ["repeat", "weekday", "at", "cron"] {
        times.put(field, form.text(field));
    }
    times.put("name", form.text("schedule_name"));
    let clock = super::acts::clock(visit).await?;
    let zone = clock.zone.iana_name().unwrap_or("UTC");
    let Some(timetable) = times.timetable(zone, what) else {
        let (field, message) = times.all_wrong().first().cloned().unwrap_or_else(|| ("repeat".into(), "Say when it shall run.".into()));
        let field = if field == "name" { "schedule_name".to_owned() } else { field };
        return Ok(Err(wrong_field(&field, message)));
    };
    let now = Micros(conn.now_us().await?);
    if schedules::next_after(&timetable.cron, &timetable.time_zone, now).is_err() {
        return Ok(Err(wrong_field("cron", "This names no time to come. Write five fields, for example 0 9 * * 1-5.")));
    }
    Ok(Ok(timetable))
}

async fn page(visit: &Visit, status: StatusCode, ask: Ask, assessed: Assessed, quiet: bool) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Find postings", Section::Postings).await?.with_module("postings");
    let filter = JobFilter { kind: Some(KIND.to_owned()), ..JobFilter::default() };
    let (earlier, _) = jobs::list(&mut conn, visit.caller.scope(), &filter, MOST_EARLIER, 0).await?;
    let estimate = estimate(visit, &assessed, &frame.clock);
    let wrong = if quiet { Wrong::default() } else { assessed.wrong };
    let places = shown(&ask);
    let page = SearchPage {
        sources: sources(visit, &mut conn, ask.form.text("account_id")).await?,
        queries: QueryView::all(&ask, &wrong),
        whole: wrong.beside(&places.iter().map(String::as_str).collect::<Vec<_>>()),
        earlier: earlier.iter().map(|job| (job.id.to_string(), crate::http::pages::job_view::title(job))).collect(),
        types: TYPES.into_iter().map(|value| choice(type_word(value), sluice_api::wording::posting::employment_type(value))).collect(),
        levels: LEVELS.into_iter().map(|value| choice(level_word(value), sluice_api::wording::posting::seniority(value))).collect(),
        workplaces: WORKPLACES
            .into_iter()
            .map(|value| choice(workplace_word(value), sluice_api::wording::posting::workplace(value)))
            .collect(),
        may_add: ask.queries < MOST_QUERIES,
        form: ask.form,
        wrong,
        estimate,
        frame,
    };
    visit.page_with(status, &page)
}

fn choice(word: &str, name: &str) -> Choice {
    Choice { word: word.to_owned(), name: name.to_owned(), chosen: false }
}

fn estimate(visit: &Visit, assessed: &Assessed, clock: &Clock) -> Estimate {
    let Some(plan) = assessed.plan.as_ref().filter(|_| assessed.wrong.is_empty()) else {
        return Estimate { missing: Some(assessed.wrong.first().unwrap_or("Say what to look for.").to_owned()), ..Estimate::default() };
    };
    let queries = plan.args.queries.len() as u64;
    let pages = queries * u64::from(plan.args.max_pages);
    let postings = count(pages * u64::from(CARDS_A_PAGE), "posting", "postings");
    let is_collection = matches!(visit.app.accounts.posting_connector(plan.account.provider), Some(PostingConnector::Collection(_)));
    let headline = if is_collection {
        format!("{} collects {} for {}.", plan.account.name, postings, count(queries, "query", "queries"))
    } else {
        let details = if plan.args.fetch_details { ", and the page of each posting" } else { "" };
        format!("Up to {postings} on {}{details}: about {} at most.", count(pages, "page", "pages"), duration(plan.time))
    };
    let mut lines = said(plan, &assessed.left_out);
    if !plan.args.checked.is_empty() {
        lines.push(format!(
            "The provider may ignore {}; that is checked on what comes, and what does not fit is left out.",
            plan.args.checked.join(", ")
        ));
    }
    if let Some(timetable) = &assessed.timetable {
        let now = Micros(clock.now.as_microsecond());
        if let Ok(first) = schedules::next_after(&timetable.cron, &timetable.time_zone, now) {
            lines.insert(0, format!("It runs first at {}.", clock.moment(first.timestamp()).clock));
        }
    }
    lines.push(format!(
        "{} asks; a day's budget is {} rows.",
        plan.account.name,
        thousands(plan.account.budgets.search_rows_per_day.max(0) as u64)
    ));
    Estimate { headline, lines, missing: None }
}
