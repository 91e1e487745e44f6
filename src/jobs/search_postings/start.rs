//! Starting a search for postings: which account, and whether it can be done at all, before anything is stored.

use std::time::Duration;

use sluice_providers::{PostingQuery, ProviderError};

use super::KIND;
use crate::accounts::Accounts;
use crate::accounts::postings::PostingConnector;
use crate::domain::account::Account;
use crate::domain::job::Job;
use crate::domain::posting::SearchArgs;
use crate::domain::posting::filter::WordFilters;
use crate::domain::posting::order::{CARDS_A_PAGE, label, wire_name};
use crate::domain::time::micros;
use crate::domain::{AccountId, Micros, UserId, WorkspaceId};
use crate::jobs::postings::account::{CALL, DEADLINE, StartError, choose};
use crate::jobs::search_prospects::start::{ScheduleOrderError, Timetable};
use crate::store::jobs::{self, NewJob};
use crate::store::schedules::{self, NewSchedule, Schedule};
use crate::store::{Conn, StoreError, Tx};

/// What somebody wants; lengths and ranges are checked.
#[derive(Debug, Clone)]
pub struct SearchOrder {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    /// Said by its queries when missing.
    pub title: Option<String>,
    pub queries: Vec<PostingQuery>,
    pub account_id: Option<AccountId>,
    pub max_pages: u32,
    pub fetch_details: bool,
    pub filters: WordFilters,
    pub priority: i64,
    pub deadline: Option<Duration>,
}

/// A search that has been checked and can be stored.
pub struct Plan {
    pub account: Account,
    pub args: SearchArgs,
    /// A rough guess from the account's pace.
    pub time: Duration,
    /// What the user should know beforehand.
    pub warnings: Vec<String>,
    order: SearchOrder,
}

/// Chooses the account and checks every query against what it can do. Calls no provider and stores nothing.
pub async fn plan(conn: &mut Conn, desk: &Accounts, order: SearchOrder) -> Result<Plan, StartError> {
    let chosen = choose(conn, desk, order.workspace_id, order.user_id, order.account_id).await?;
    let is_collection = matches!(chosen.connector, PostingConnector::Collection(_));
    let reads_pages = order.fetch_details && !is_collection;
    let (mut checked, mut unproven, mut unread): (Vec<String>, Vec<String>, Vec<String>) = (Vec::new(), Vec::new(), Vec::new());
    for (n, query) in order.queries.iter().enumerate() {
        let plan = chosen.connector.provider().plan(query).map_err(|error| refusal(n, error))?;
        let is_checked = |name: &&'static str| reads_pages || !plan.check_on_pages.contains(name);
        let (on_cards, on_pages): (Vec<_>, Vec<_>) = plan.check_locally.iter().copied().partition(is_checked);
        add(&mut checked, &on_cards);
        add(&mut unread, &on_pages);
        add(&mut unproven, &plan.unproven);
    }
    let mut warnings = Vec::new();
    if !unproven.is_empty() {
        let names = unproven.join(", ");
        warnings.push(format!("The provider may ignore {names}, and no posting says enough to check it: results may lie outside."));
    }
    if !unread.is_empty() {
        warnings.push(format!(
            "The provider may ignore {}, and without the postings' own pages too little is known to check that: results may lie outside. Have each \
             posting's page read as well.",
            unread.join(", ")
        ));
        unproven.append(&mut unread);
    }
    let pages = u32::try_from(order.queries.len()).unwrap_or(u32::MAX).saturating_mul(order.max_pages);
    let calls = match (is_collection, order.fetch_details) {
        (true, _) => u32::try_from(order.queries.len()).unwrap_or(u32::MAX).saturating_mul(3),
        (false, true) => pages.saturating_mul(1 + CARDS_A_PAGE),
        (false, false) => pages,
    };
    let args = SearchArgs {
        title: order.title.clone().unwrap_or_else(|| title(&order.queries)),
        queries: order.queries.clone(),
        max_pages: order.max_pages,
        fetch_details: reads_pages,
        filters: order.filters.clone(),
        checked,
        unproven,
    };
    let time = (chosen.gap + CALL).saturating_mul(calls);
    Ok(Plan { account: chosen.account, args, time, warnings, order })
}

/// Stores the search as a job, each call of which is tried `max_attempts` times; it runs once `tx` has committed.
pub async fn start(tx: &mut Tx, plan: &Plan, max_attempts: u32) -> Result<Job, StoreError> {
    let new = NewJob {
        workspace_id: plan.order.workspace_id,
        user_id: plan.order.user_id,
        account_id: Some(plan.account.id),
        schedule_id: None,
        kind: KIND.to_owned(),
        args: arguments(plan)?,
        priority: plan.order.priority,
        max_attempts: i64::from(max_attempts),
        page_cap: page_cap(&plan.args),
        deadline_us: micros(plan.order.deadline.unwrap_or(DEADLINE)),
        // Until the first answer says more, as many as the pages that were asked for can hold.
        progress_total: plan.args.queries.len() as i64 * i64::from(plan.args.max_pages.saturating_mul(CARDS_A_PAGE)),
        message: format!("search for postings queued on {}: {}", plan.account.name, plan.args.title),
    };
    jobs::insert(tx, &new).await
}

/// Stores the search as a schedule, which makes a job at each of its times.
pub async fn schedule(tx: &mut Tx, plan: &Plan, timetable: &Timetable) -> Result<Schedule, ScheduleOrderError> {
    let now = Micros(tx.now_us().await?);
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

fn arguments(plan: &Plan) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(&plan.args).map_err(|error| StoreError::Refused(format!("a search cannot be written as JSON: {error}")))
}

/// Far more pages than a search should take, and few enough to end one that never would.
fn page_cap(args: &SearchArgs) -> i64 {
    args.queries.len() as i64 * (i64::from(args.max_pages) * 2 + 10)
}

/// "rust in Ghent; go in Ghent and 3 more"
fn title(queries: &[PostingQuery]) -> String {
    let named: Vec<String> = queries.iter().take(2).map(label).collect();
    let more = queries.len().saturating_sub(2);
    let title = if more > 0 { format!("{} and {more} more", named.join("; ")) } else { named.join("; ") };
    title.chars().take(255).collect()
}

fn add(names: &mut Vec<String>, filters: &[&'static str]) {
    for filter in filters {
        let name = wire_name(filter).to_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
}

fn refusal(n: usize, error: ProviderError) -> StartError {
    match error {
        ProviderError::Refused { field, detail } => {
            let field = field.map_or_else(|| format!("queries[{n}]"), |field| format!("queries[{n}].{}", wire_name(&field)));
            StartError::Invalid { field, message: detail }
        }
        other => StartError::Invalid { field: format!("queries[{n}]"), message: other.to_string() },
    }
}
