//! What must be true before a provider is asked for postings: working hours, the host's circuit breaker and pace, the account's budget.

use std::time::Duration;

use sluice_api::wording::state::KEEPING_PACE;

use super::Desk;
use crate::accounts::postings::PostingAccount;
use crate::domain::id::ChargeId;
use crate::domain::job::Job;
use crate::domain::{AccountId, Micros};
use crate::jobs::engine::NEAR;
use crate::jobs::search_prospects::draw_gap;
use crate::store::charges::{self, Action, Charge};
use crate::store::paces::{self, Door, Slot, Start};
use crate::store::{StoreError, hosts, timeline};

pub(in crate::jobs) enum Gate {
    /// The call may start at once.
    Open(Passed),
    Shut {
        slot: Option<Slot>,
        at: Micros,
        wait: Duration,
        reason: String,
    },
    /// The host refuses us, and nobody has asked to try again since.
    Blocked {
        message: String,
    },
    /// One call needs more than the whole budget, so waiting would never end.
    TooNarrow {
        budget: i64,
    },
}

/// A call that may start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::jobs) struct Passed {
    /// When it was let through.
    pub at: Micros,
    pub charge: Option<ChargeId>,
    /// When a person wanted the job last, if the host's breaker is open: an answer closes it.
    pub probing: Option<Micros>,
    /// The account, when it is in trouble and a person has asked to try it again: an answer ends the trouble.
    pub on_trial: Option<AccountId>,
}

/// Passes the gate or says until when it is shut; `rows` are charged. Near waits are slept through, holding no connection.
///
/// The pace is the host's, at the account's delay and never below what the host puts up with: all accounts that ask there come from the same
/// address, so that together they keep the slowest one's distance, and no one of them can have the others refused.
pub(in crate::jobs) async fn pass(
    desk: &Desk,
    job: &Job,
    account: &PostingAccount,
    mut slot: Option<Slot>,
    rows: i64,
) -> Result<Gate, StoreError> {
    let budget = account.budgets.search_rows_per_day;
    if rows > budget {
        return Ok(Gate::TooNarrow { budget });
    }
    let host = account.host.as_str();
    let on_trial = account.is_on_trial.then_some(account.id);
    loop {
        let now = Micros(desk.database.now_us().await?);
        if let Some(hours) = &account.working_hours {
            let opens = hours.next_open(now, &account.time_zone);
            if opens > now {
                let reason = "Outside the account's working hours.".to_owned();
                return Ok(Gate::Shut { slot: None, at: opens, wait: opens.since(now), reason });
            }
        }
        let mut tx = desk.database.begin().await?;
        // The row is held before the breaker is read, so that no call starts beside one that is just being refused.
        paces::hold(&mut tx, Door::Host(host)).await?;
        let mut probing = None;
        if let Some(block) = hosts::blocked(&mut tx, host).await? {
            let wanted_at = timeline::last_wanted_at(&mut tx, job).await?;
            if wanted_at <= block.at {
                return Ok(Gate::Blocked { message: nobody_was_asked(&account.manners.host, &block) });
            }
            probing = Some(wanted_at);
        }
        let gap = draw_gap(account.pace, desk.randomness.fraction()).max(account.least_gap);
        match paces::start(&mut tx, Door::Host(host), slot, gap).await? {
            Start::Wait { slot: promised, wait } => {
                let is_pushed_back = paces::is_pushed_back(&mut tx, Door::Host(host)).await?;
                tx.commit().await?;
                if wait > NEAR {
                    let reason = if is_pushed_back { slowed_down(&account.manners.host) } else { KEEPING_PACE.to_owned() };
                    return Ok(Gate::Shut { slot: Some(promised), at: Micros(promised.at_us), wait, reason });
                }
                slot = Some(promised);
                tokio::time::sleep(wait).await;
            }
            Start::Go if rows == 0 => {
                tx.commit().await?;
                return Ok(Gate::Open(Passed { at: now, charge: None, probing, on_trial }));
            }
            Start::Go => match charges::make(&mut tx, account.id, job.id, Action::SearchRows, rows, budget).await? {
                Charge::Made(charge) => {
                    tx.commit().await?;
                    return Ok(Gate::Open(Passed { at: now, charge: Some(charge), probing, on_trial }));
                }
                // The start is rolled back with the charge that was not made.
                Charge::Exceeded { until, wait } => {
                    let reason = format!("The account's budget of {budget} rows in 24 hours is used up.");
                    return Ok(Gate::Shut { slot: None, at: until, wait, reason });
                }
            },
        }
    }
}

/// Why jobs of a host wait, the one that was told and all others.
pub(super) fn slowed_down(host: &str) -> String {
    format!("{host} asked us to slow down. Continues by itself.")
}

fn nobody_was_asked(host: &str, block: &hosts::Block) -> String {
    format!(
        "No call was made: {host} has refused this server since {}. Retry asks once more, and when it is answered all jobs there may go on. It had \
         said: {}",
        block.at.timestamp().strftime("%-d %B %Y, %H:%M UTC"),
        block.message
    )
}
