//! `/searches/new`: whom to look for, with which account, how many, now or again and again; and what that will take.

use askama::Template;
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use sluice_providers::{Api, Lack};

use super::estimate::{Estimate, account_line};
use super::form::{By, Form};
use super::show::find;
use crate::domain::account::{Account, AccountState, ProviderName};
use crate::domain::search::SearchArgs;
use crate::domain::{AccountId, JobId, Micros};
use crate::http::pages::criteria::{self, HEADCOUNTS, SENIORITIES};
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::go_to;
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::path::Named;
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::http::wire;
use crate::jobs::search_prospects::KIND;
use crate::jobs::search_prospects::start::{self, Plan, SearchOrder, StartError, Timetable};
use crate::store::charges::{self, Action};
use crate::store::jobs::{self, JobFilter};
use crate::store::{Conn, accounts, schedules};

/// Accounts to choose from, and earlier searches to start from.
const MOST_ACCOUNTS: u32 = 50;
const MOST_EARLIER: i64 = 10;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: Option<String>,
    when: Option<String>,
}

#[derive(Template)]
#[template(path = "searches/new.html")]
struct NewPage {
    frame: Frame,
    form: Form,
    accounts: Vec<AccountChoice>,
    lacks: Vec<Lack>,
    estimate: Estimate,
    /// Searches that a new one can start from.
    earlier: Vec<(String, String)>,
}

const DEGREES: [(u8, &str); 3] = [(1, "1st"), (2, "2nd"), (3, "3rd and beyond")];
const REPEATS: [(&str, &str); 4] = [("day", "Every day"), ("weekday", "Every weekday"), ("week", "Every week"), ("cron", "By a cron line")];
const WEEKDAYS: [(&str, &str); 7] =
    [("1", "Monday"), ("2", "Tuesday"), ("3", "Wednesday"), ("4", "Thursday"), ("5", "Friday"), ("6", "Saturday"), ("0", "Sunday")];

/// One account to choose, or why it cannot be.
struct AccountChoice {
    id: String,
    name: String,
    about: String,
    off: Option<String>,
    chosen: bool,
}

impl NewPage {
    /// Why the chosen account cannot be asked for a field, or for one value of it.
    fn lack(&self, field: &str, value: &str) -> Option<&str> {
        let fits = |lack: &&Lack| lack.field == field && lack.value.unwrap_or("") == value;
        self.lacks.iter().find(fits).map(|lack| lack.reason.as_str())
    }

    fn can_search(&self) -> bool {
        self.accounts.iter().any(|account| account.off.is_none())
    }
}

/// What came of looking at a form.
struct Assessed {
    account: Option<Account>,
    plan: Option<Plan>,
    timetable: Option<(Timetable, Micros)>,
}

/// The empty form, or the one of an earlier search.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let mut form = match &asked.from {
        Some(id) => {
            let id: JobId = id.parse().map_err(|_| JobId::not_found())?;
            let job = find(&mut conn, &visit, id).await?;
            let args: SearchArgs = serde_json::from_value(job.args.clone()).map_err(Failure::internal)?;
            let account = usable(&mut conn, &visit, job.account_id).await?;
            Form::of_search(&args, account)
        }
        None => Form::new(),
    };
    form.scheduled = asked.when.as_deref() == Some("schedule");
    let frame = visit.frame(&mut conn, "New search", Section::Searches).await?;
    let assessed = assess(&visit, &mut conn, &frame, &mut form).await?;
    // Nobody has pressed anything yet, so nothing is wrong yet.
    let page = page(&visit, &mut conn, frame, form.quiet(), assessed).await?;
    visit.page(&page)
}

/// What the search would take, and what is wrong with it: nothing is started.
pub async fn check(visit: Visit, body: Bytes) -> Result<Response, Failure> {
    let mut form = Form::read(&body);
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "New search", Section::Searches).await?;
    let assessed = assess(&visit, &mut conn, &frame, &mut form).await?;
    let refused = !form.all_wrong().is_empty();
    let page = page(&visit, &mut conn, frame, form, assessed).await?;
    // A script asks while somebody still types; only who has pressed the button is told that the form is wrong.
    let status = if refused && !visit.is_partial() { http::StatusCode::UNPROCESSABLE_ENTITY } else { http::StatusCode::OK };
    visit.page_with(status, &page)
}

/// Starts the search, or puts it on its schedule.
pub async fn create(visit: Visit, body: Bytes) -> Result<Response, Failure> {
    let mut form = Form::read(&body);
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "New search", Section::Searches).await?;
    drop(conn);
    let mut tx = visit.app.database.begin().await?;
    let assessed = assess(&visit, &mut tx, &frame, &mut form).await?;
    if let (Some(plan), true) = (&assessed.plan, form.all_wrong().is_empty()) {
        if let Some((timetable, _)) = &assessed.timetable {
            let made = start::schedule(&mut tx, plan, timetable).await.map_err(Failure::internal)?;
            tx.commit().await?;
            let first = frame.clock.moment(made.next_at.timestamp()).clock;
            return Ok(go_to_saying("/searches?tab=schedules", &format!("{} is on its schedule. It runs first at {first}.", made.name)));
        }
        let job = start::start(&mut tx, plan, visit.app.config.engine.max_attempts).await?;
        tx.commit().await?;
        return Ok(go_to(&format!("/searches/{}", job.id)));
    }
    drop(tx);
    let mut conn = visit.app.database.read().await?;
    let page = page(&visit, &mut conn, frame, form, assessed).await?;
    visit.page_with(http::StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Looks at the form as the API would, and notes beside its fields what is wrong.
async fn assess(visit: &Visit, conn: &mut Conn, frame: &Frame, form: &mut Form) -> Result<Assessed, Failure> {
    let caller = &visit.caller;
    let (target, named) = (form.target(), form.account());
    let mut assessed = Assessed { account: None, plan: None, timetable: None };
    match start::choose(conn, caller.workspace_id, caller.user_id, named).await {
        Ok(account) => assessed.account = Some(account),
        Err(error) => refuse(form, error)?,
    }
    let (query, names) = form.query();
    if let Some(account) = &assessed.account {
        let order = SearchOrder {
            workspace_id: caller.workspace_id,
            user_id: caller.user_id,
            query,
            names,
            target: target.unwrap_or(1),
            account_id: Some(account.id),
            priority: 0,
            deadline: None,
        };
        match start::plan(conn, &visit.app.accounts, order).await {
            Ok(plan) => assessed.plan = Some(plan),
            Err(error) => refuse(form, error)?,
        }
    }
    if form.scheduled {
        let what = match &assessed.plan {
            Some(plan) => criteria::summary(&wire::json(&plan.args)),
            None => "Search".to_owned(),
        };
        if let Some(timetable) = form.timetable(&frame.workspace.time_zone, &what) {
            let now = Micros(conn.now_us().await?);
            match schedules::next_after(&timetable.cron, &timetable.time_zone, now) {
                Ok(next) => assessed.timetable = Some((timetable, next)),
                Err(_) => form.refuse("cron", "This names no time to come. Write five fields, for example 0 9 * * 1-5."),
            }
        }
    }
    Ok(assessed)
}

fn refuse(form: &mut Form, error: StartError) -> Result<(), Failure> {
    let message = error.to_string();
    match error {
        StartError::Invalid { field, message } => form.refuse(&field, message),
        StartError::UnknownAccount(_) => form.refuse("account_id", "This account is not there for you. Choose another one."),
        StartError::NoAccount | StartError::AccountTrouble { .. } => form.refuse("account_id", message),
        StartError::Store(error) => return Err(error.into()),
    }
    Ok(())
}

async fn page(visit: &Visit, conn: &mut Conn, frame: Frame, form: Form, assessed: Assessed) -> Result<NewPage, Failure> {
    let chosen = assessed.account.as_ref().map(|account| account.id);
    let connector = assessed.account.as_ref().and_then(|account| visit.app.accounts.connector(account.provider));
    let api = assessed.account.as_ref().and_then(|account| account.api).unwrap_or(Api::Classic);
    let lacks = connector.map(|connector| connector.lacks(api)).unwrap_or_default();
    let accounts = choices(visit, conn, chosen).await?;
    let first = assessed.timetable.as_ref().map(|(_, next)| *next);
    let estimate = match (&assessed.plan, form.first_problem()) {
        (Some(plan), None) => Estimate::of(plan, first, &frame.clock),
        (_, problem) => Estimate::unknown(problem),
    };
    let filter = JobFilter { kind: Some(KIND.to_owned()), ..JobFilter::default() };
    let (earlier, _) = jobs::list(conn, visit.caller.scope(), &filter, MOST_EARLIER, 0).await?;
    Ok(NewPage {
        frame: frame.with_module("new_search"),
        form,
        accounts,
        lacks,
        estimate,
        earlier: earlier.into_iter().map(|job| (job.id.to_string(), criteria::summary(&job.args))).collect(),
    })
}

async fn choices(visit: &Visit, conn: &mut Conn, chosen: Option<AccountId>) -> Result<Vec<AccountChoice>, Failure> {
    let caller = &visit.caller;
    let (usable, _) = accounts::usable_by(conn, caller.scope(), caller.user_id, MOST_ACCOUNTS, 0).await?;
    let mut choices = Vec::with_capacity(usable.len());
    for account in usable {
        let off = match account.state {
            _ if account.provider != ProviderName::Unipile => Some("It cannot search people.".to_owned()),
            AccountState::Connected => None,
            AccountState::Off => Some("It is switched off. Switch it on under Accounts.".to_owned()),
            AccountState::Trouble => {
                Some(account.state_message.clone().unwrap_or_else(|| "The provider refuses it. Test it under Accounts.".to_owned()))
            }
        };
        let used = charges::used(conn, account.id, Action::SearchRows).await?;
        choices.push(AccountChoice {
            chosen: Some(account.id) == chosen,
            about: account_line(&account, used, caller.user_id),
            id: account.id.to_string(),
            name: account.name,
            off,
        });
    }
    Ok(choices)
}

/// The account, when the visitor may use it.
async fn usable(conn: &mut Conn, visit: &Visit, id: Option<AccountId>) -> Result<Option<AccountId>, Failure> {
    let Some(id) = id else { return Ok(None) };
    let account = accounts::find(conn, visit.caller.scope(), id).await?;
    Ok(account.filter(|account| account.shared || account.user_id == visit.caller.user_id).map(|account| account.id))
}
