//! Starting an import of postings: by addresses and numbers, which are noted as the job's items, or by a saved page.

use std::collections::HashMap;
use std::time::Duration;

use super::KIND;
use crate::accounts::Accounts;
use crate::domain::account::Account;
use crate::domain::job::Job;
use crate::domain::posting::{FetchArgs, FetchSource, Outcome, PostingSource};
use crate::domain::time::micros;
use crate::domain::{AccountId, UserId, WorkspaceId};
use crate::jobs::postings::account::{CALL, DEADLINE, StartError, choose};
use crate::store::jobs::{self, NewJob};
use crate::store::postings::items::{self, NewItem};
use crate::store::postings::save::{self, Importing};
use crate::store::{Conn, StoreError, Tx, posting_pages};

/// What somebody wants; lengths and ranges are checked.
#[derive(Debug, Clone)]
pub struct FetchOrder {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    /// As they were given, with the number of the posting that each means.
    pub addresses: Vec<(String, String)>,
    pub account_id: Option<AccountId>,
    /// Postings whose page was read within this time are not asked for again.
    pub fresh_for: Option<Duration>,
    pub priority: i64,
    pub deadline: Option<Duration>,
}

/// An import that has been checked and can be stored.
pub struct Plan {
    pub account: Account,
    /// A rough guess from the account's pace.
    pub time: Duration,
    order: FetchOrder,
}

/// Chooses the account. Calls no provider and stores nothing.
pub async fn plan(conn: &mut Conn, desk: &Accounts, order: FetchOrder) -> Result<Plan, StartError> {
    let chosen = choose(conn, desk, order.workspace_id, order.user_id, order.account_id).await?;
    let calls = u32::try_from(order.addresses.len()).unwrap_or(u32::MAX);
    let time = (chosen.gap + CALL).saturating_mul(calls);
    Ok(Plan { account: chosen.account, time, order })
}

/// Stores the import as a job with one item for each address, each call of which is tried `max_attempts` times.
pub async fn start(tx: &mut Tx, plan: &Plan, max_attempts: u32) -> Result<Job, StoreError> {
    let order = &plan.order;
    let count = order.addresses.len() as i64;
    let title = if count == 1 { "1 posting".to_owned() } else { format!("{count} postings") };
    let new = new_job(order, Some(plan.account.id), title, FetchSource::Addresses { count }, max_attempts)?;
    let job = jobs::insert(tx, &new).await?;
    let importing = Importing::begin(tx, order.workspace_id, job.id, PostingSource::Linkedin, true).await?;
    let mut seen: HashMap<&str, Option<i64>> = HashMap::new();
    let mut new = Vec::with_capacity(order.addresses.len());
    for (input, linkedin_id) in &order.addresses {
        let mut item = NewItem {
            query: None,
            input: input.clone(),
            linkedin_id: Some(linkedin_id.clone()),
            posting: None,
            title: None,
            company_name: None,
            outcome: Outcome::Pending,
            reason: None,
            wants_details: true,
        };
        if let Some(posting) = seen.get(linkedin_id.as_str()) {
            (item.outcome, item.posting, item.wants_details) = (Outcome::Duplicate, *posting, false);
        } else if let Some(fresh_for) = order.fresh_for
            && let Some(fresh) = save::fresh(tx, order.workspace_id, linkedin_id, micros(fresh_for)).await?
        {
            importing.keep(tx, fresh.number).await?;
            (item.outcome, item.posting, item.wants_details) = (Outcome::Fresh, Some(fresh.number), false);
            (item.title, item.company_name) = (fresh.title, fresh.company_name);
        }
        seen.entry(linkedin_id).or_insert(item.posting);
        new.push(item);
    }
    items::add(tx, job.id, &new).await?;
    Ok(job)
}

/// Stores the import of a page that somebody saved. It needs no account, since nobody is called.
pub async fn start_page(
    tx: &mut Tx,
    workspace_id: WorkspaceId,
    user_id: UserId,
    page: &[u8],
    max_attempts: u32,
) -> Result<Job, StoreError> {
    let order = FetchOrder { workspace_id, user_id, addresses: Vec::new(), account_id: None, fresh_for: None, priority: 0, deadline: None };
    let source = FetchSource::SavedPage { bytes: page.len() as i64 };
    let job = jobs::insert(tx, &new_job(&order, None, "a saved page".into(), source, max_attempts)?).await?;
    posting_pages::keep_saved(tx, job.id, page).await?;
    Ok(job)
}

fn new_job(
    order: &FetchOrder,
    account_id: Option<AccountId>,
    title: String,
    source: FetchSource,
    max_attempts: u32,
) -> Result<NewJob, StoreError> {
    let total = match &source {
        FetchSource::Addresses { count } => *count,
        FetchSource::SavedPage { .. } => 0,
    };
    let message = format!("import of {title} queued");
    let args = serde_json::to_value(FetchArgs { title, source })
        .map_err(|error| StoreError::Refused(format!("an import cannot be written as JSON: {error}")))?;
    Ok(NewJob {
        workspace_id: order.workspace_id,
        user_id: order.user_id,
        account_id,
        schedule_id: None,
        kind: KIND.to_owned(),
        args,
        priority: order.priority,
        max_attempts: i64::from(max_attempts),
        page_cap: i64::MAX,
        deadline_us: micros(order.deadline.unwrap_or(DEADLINE)),
        progress_total: total,
        message,
    })
}
