//! Starting a search: which account, how many, and whether it can be done at all, before anything is stored.

use std::time::Duration;

use sluice_providers::{Api, PeopleQuery, ProviderError};

use super::KIND;
use crate::accounts::Accounts;
use crate::domain::account::{Account, AccountState, ProviderName};
use crate::domain::job::Job;
use crate::domain::search::{MAX_TARGET, Names, SearchArgs};
use crate::domain::time::micros;
use crate::domain::{AccountId, ScheduleId, Scope, UserId, WorkspaceId};
use crate::store::charges::{self, Action};
use crate::store::jobs::{self, NewJob};
use crate::store::schedules::{self, NewSchedule, Schedule, ScheduleError};
use crate::store::{Conn, StoreError, Tx, accounts};

/// Working time of a search, if nothing else is said.
pub const DEADLINE: Duration = Duration::from_secs(15 * 60);

/// What somebody wants.
#[derive(Debug, Clone)]
pub struct SearchOrder {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub query: PeopleQuery,
    /// Of the ids among the criteria, where they are known.
    pub names: Names,
    pub target: u32,
    /// The caller's most able one when missing.
    pub account_id: Option<AccountId>,
    pub priority: i64,
    pub deadline: Option<Duration>,
}

/// When an order is carried out again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timetable {
    pub name: String,
    pub cron: String,
    pub time_zone: String,
}

/// A search that has been checked and can be stored.
#[derive(Debug, Clone)]
pub struct Plan {
    pub account: Account,
    pub args: SearchArgs,
    pub estimate: Estimate,
    order: SearchOrder,
}

/// What a search will take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    pub pages: u32,
    pub time: Duration,
    /// Rows that the account may fetch in 24 hours.
    pub budget: i64,
    /// Rows that it has fetched in the last 24 hours.
    pub used: i64,
}

impl Estimate {
    /// Rows that the account may still fetch within its 24-hour budget.
    pub fn budget_left(&self) -> i64 {
        (self.budget - self.used).max(0)
    }
}

/// Why a search cannot be started. Every text names what is wrong and what would work.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("{message}")]
    Invalid { field: String, message: String },
    /// The caller has no account that could search.
    #[error("No active LinkedIn account found. Connect one under Accounts first.")]
    NoAccount,
    /// The account does not exist here, or belongs to somebody who does not share it.
    #[error("There is no account {0} that you may use. List yours with GET /api/v1/accounts.")]
    UnknownAccount(AccountId),
    #[error("{message}")]
    AccountTrouble { message: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Chooses the account and checks the query against what it can do. Calls no provider and stores nothing.
pub async fn plan(conn: &mut Conn, desk: &Accounts, order: SearchOrder) -> Result<Plan, StartError> {
    if order.target == 0 || order.target > MAX_TARGET {
        let message = format!("target must be from 1 to {MAX_TARGET}, not {}.", order.target);
        return Err(StartError::Invalid { field: "target".into(), message });
    }
    let account = choose(conn, order.workspace_id, order.user_id, order.account_id).await?;
    let api = account.api.unwrap_or(Api::Classic);
    let Some(connector) = desk.connector(account.provider) else {
        return Err(StartError::AccountTrouble { message: format!("This server has no connector for {}.", account.provider.as_str()) });
    };
    connector.check(api, &order.query).map_err(|error| match error {
        ProviderError::Refused { field, detail } => {
            StartError::Invalid { field: field.unwrap_or_else(|| "criteria".into()), message: detail }
        }
        other => StartError::Invalid { field: "criteria".into(), message: other.to_string() },
    })?;
    let target = order.target.min(api.cap());
    let budget = account.budgets.search_rows_per_day;
    // A page must fit the budget, or it could never be fetched.
    let fits = u32::try_from(budget.max(1)).unwrap_or(u32::MAX);
    let limit = api.page_size().min(target).min(fits);
    let pages = target.div_ceil(limit);
    let used = charges::used(conn, account.id, Action::SearchRows).await?;
    let estimate =
        Estimate { pages, time: account.pace.delay.saturating_mul(pages.saturating_sub(1)) + PAGE.saturating_mul(pages), budget, used };
    let args = SearchArgs { query: order.query.clone(), api, target, asked: order.target, limit, names: order.names.clone() };
    Ok(Plan { account, args, estimate, order })
}

/// What a page takes to fetch, for the estimate: a second is what such providers usually need.
const PAGE: Duration = Duration::from_secs(1);

/// Stores the search as a job, of which each page is tried `max_attempts` times; it runs once `tx` has committed.
pub async fn start(tx: &mut Tx, plan: &Plan, max_attempts: u32) -> Result<Job, StoreError> {
    let args = arguments(plan)?;
    jobs::insert(
        tx,
        &NewJob {
            workspace_id: plan.order.workspace_id,
            user_id: plan.order.user_id,
            account_id: Some(plan.account.id),
            schedule_id: None,
            kind: KIND.to_owned(),
            args,
            priority: plan.order.priority,
            max_attempts: i64::from(max_attempts),
            page_cap: page_cap(&plan.args),
            deadline_us: micros(plan.order.deadline.unwrap_or(DEADLINE)),
            progress_total: i64::from(plan.args.target),
            message: format!("search for {} prospects queued on {}", plan.args.target, plan.account.name),
        },
    )
    .await
}

/// Stores the search as a schedule, which makes a job at each of its times.
pub async fn schedule(tx: &mut Tx, plan: &Plan, timetable: &Timetable) -> Result<Schedule, ScheduleOrderError> {
    let now = crate::domain::Micros(tx.now_us().await?);
    let next_at = schedules::next_after(&timetable.cron, &timetable.time_zone, now)?;
    let new = NewSchedule {
        workspace_id: plan.order.workspace_id,
        user_id: plan.order.user_id,
        account_id: Some(plan.account.id),
        name: timetable.name.clone(),
        kind: KIND.to_owned(),
        args: arguments(plan)?,
        priority: plan.order.priority,
        deadline_us: micros(plan.order.deadline.unwrap_or(DEADLINE)),
        page_cap: page_cap(&plan.args),
        cron: timetable.cron.clone(),
        time_zone: timetable.time_zone.clone(),
    };
    Ok(schedules::insert(tx, &new, next_at).await?)
}

/// Why a schedule was not made.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleOrderError {
    #[error(transparent)]
    Times(#[from] ScheduleError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Removes a schedule of the workspace; whether it was there.
pub async fn unschedule(tx: &mut Tx, scope: Scope, id: ScheduleId) -> Result<bool, StoreError> {
    schedules::delete(tx, scope, id).await
}

fn arguments(plan: &Plan) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(&plan.args).map_err(|error| StoreError::Refused(format!("a search cannot be written as JSON: {error}")))
}

/// Far more pages than a search should take, and few enough to end one that never would.
fn page_cap(args: &SearchArgs) -> i64 {
    i64::from(args.target.div_ceil(args.limit)) * 4 + 4
}

/// The named account, or the caller's most able one: own before shared, recruiter before Sales Navigator before classic.
pub async fn choose(conn: &mut Conn, workspace: WorkspaceId, user: UserId, named: Option<AccountId>) -> Result<Account, StartError> {
    let scope = Scope::Workspace(workspace);
    if let Some(id) = named {
        let account = accounts::find(conn, scope, id)
            .await?
            .filter(|account| account.shared || account.user_id == user)
            .ok_or(StartError::UnknownAccount(id))?;
        return match account.state {
            AccountState::Connected if account.provider == ProviderName::Unipile => Ok(account),
            AccountState::Connected => Err(StartError::Invalid {
                field: "account_id".into(),
                message: "account_id names an account that cannot search people; use a Unipile one.".into(),
            }),
            AccountState::Off => Err(StartError::AccountTrouble {
                message: "No active LinkedIn account found: this one is switched off. Switch it on under Accounts.".into(),
            }),
            AccountState::Trouble => Err(StartError::AccountTrouble {
                message: account.state_message.unwrap_or_else(|| "The provider refuses this account. Test it under Accounts.".into()),
            }),
        };
    }
    let (mine, _) = accounts::usable_by(conn, scope, user, 1_000, 0).await?;
    mine.into_iter()
        .filter(|account| account.provider == ProviderName::Unipile && account.state == AccountState::Connected)
        .max_by_key(|account| (account.user_id == user, account.api, std::cmp::Reverse(account.created_at)))
        .ok_or(StartError::NoAccount)
}
