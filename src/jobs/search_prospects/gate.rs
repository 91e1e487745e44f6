//! What must be true before a provider call: working hours, the account's pace, its budget.

use std::time::Duration;

use sluice_api::wording::state::KEEPING_PACE;

use super::SearchCursor;
use crate::accounts::Usable;
use crate::domain::account::Pace;
use crate::domain::id::ChargeId;
use crate::domain::job::Job;
use crate::domain::{Micros, time};
use crate::jobs::engine::NEAR;
use crate::randomness::Randomness;
use crate::store::charges::{self, Action, Charge};
use crate::store::paces::{self, Slot, Start};
use crate::store::{Database, StoreError};

pub(super) enum Gate {
    /// The budget was lowered below one page since the search began, and pages keep their size; waiting would never end.
    TooNarrow {
        budget: i64,
    },
    /// The call may start at once; it has been charged.
    Open(ChargeId),
    Shut {
        slot: Option<Slot>,
        at: Micros,
        wait: Duration,
        reason: String,
    },
}

/// Passes the gate or says until when it is shut. Near waits are slept through, holding no connection.
pub(super) async fn pass(
    database: &Database,
    randomness: &Randomness,
    job: &Job,
    account: &Usable,
    cursor: &SearchCursor,
    limit: u32,
) -> Result<Gate, StoreError> {
    let budget = account.budgets.search_rows_per_day;
    if i64::from(limit) > budget {
        return Ok(Gate::TooNarrow { budget });
    }
    let mut slot = cursor.slot;
    loop {
        let now = Micros(database.now_us().await?);
        if let Some(hours) = &account.working_hours {
            let opens = hours.next_open(now, &account.time_zone);
            if opens > now {
                let reason = "Outside the account's working hours.".to_owned();
                return Ok(Gate::Shut { slot: None, at: opens, wait: opens.since(now), reason });
            }
        }
        let mut tx = database.begin().await?;
        let gap = draw_gap(account.pace, randomness.fraction());
        match paces::start(&mut tx, account.id, slot, gap).await? {
            Start::Wait { slot: promised, wait } => {
                tx.commit().await?;
                if wait > NEAR {
                    let reason = KEEPING_PACE.to_owned();
                    return Ok(Gate::Shut { slot: Some(promised), at: Micros(promised.at_us), wait, reason });
                }
                slot = Some(promised);
                tokio::time::sleep(wait).await;
            }
            Start::Go => {
                match charges::make(&mut tx, account.id, job.id, Action::SearchRows, i64::from(limit), budget).await? {
                    Charge::Made(charge) => {
                        tx.commit().await?;
                        return Ok(Gate::Open(charge));
                    }
                    // The start is rolled back with the charge that was not made.
                    Charge::Exceeded { until, wait } => {
                        let reason = format!("The account's budget of {budget} rows in 24 hours is used up.");
                        return Ok(Gate::Shut { slot: None, at: until, wait, reason });
                    }
                }
            }
        }
    }
}

/// The distance to the next start: the delay, more or less its jitter. The shortest draw lies a little above the floor, so that a
/// call that was slow to leave does not bring its successor closer than the pace allows.
pub(crate) fn draw_gap(pace: Pace, fraction: f64) -> Duration {
    const MARGIN: Duration = Duration::from_millis(20);
    let jitter = pace.delay.mul_f64(f64::from(u8::try_from(pace.jitter_pct.clamp(0, 100)).unwrap_or(0)) / 100.0);
    let floor = (pace.delay.saturating_sub(jitter) + MARGIN).min(pace.delay);
    let drawn = floor + (pace.delay + jitter - floor).mul_f64(fraction);
    Duration::from_micros(u64::try_from(time::micros(drawn)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_stay_within_the_jitter() {
        let pace = Pace { delay: Duration::from_secs(2), jitter_pct: 20 };
        assert_eq!(draw_gap(pace, 0.0), Duration::from_millis(1_620));
        assert_eq!(draw_gap(pace, 0.5), Duration::from_millis(2_010));
        assert!(draw_gap(pace, 0.999_999) < Duration::from_millis(2_400));
    }

    #[test]
    fn no_pace_means_no_gap() {
        assert_eq!(draw_gap(Pace { delay: Duration::ZERO, jitter_pct: 20 }, 0.7), Duration::ZERO);
    }
}
