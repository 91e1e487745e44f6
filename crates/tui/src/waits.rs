//! Why a job that runs does nothing for a moment, and until when.

use std::time::Duration;

use jiff::Timestamp;
use sluice_api::wording::numbers::{between, clock, duration};
use sluice_api::wording::state::{self, KEEPING_PACE, long_wait};
use sluice_api::{Job, JobStatus};

use crate::state::State;

/// Shorter waits are over before somebody has read of them.
const BLINK: Duration = Duration::from_secs(1);
/// Waits that are told in seconds.
const WATCHED: Duration = Duration::from_secs(60);

/// Until when something holds the job up: a provider that asks to slow down, a budget, a fault. Its own pace does so only when that takes long.
pub fn held_up(job: &Job, now: Timestamp) -> Option<Timestamp> {
    let is_pace = job.waiting_reason.as_deref() == Some(KEEPING_PACE);
    let short = || job.waiting_until.filter(|until| job.status == JobStatus::Processing && !is_pace && between(now, *until) >= BLINK);
    long_wait(job, now).or_else(short)
}

/// How a job stands: also a short wait is told here, where the screen follows its seconds.
pub fn standing(job: &Job, state: &State) -> state::State {
    let said = state::state(job, state.now, &state.zone);
    match held_up(job, state.now).filter(|_| long_wait(job, state.now).is_none()) {
        Some(until) => {
            let left = whole_seconds(between(state.now, until));
            state::State { sign: '◷', word: format!("Waiting {}", duration(left)), ..said }
        }
        None => said,
    }
}

/// When the next page of a job is asked for that only keeps its pace.
pub fn next_page(job: &Job, now: Timestamp) -> Option<Timestamp> {
    let until = job.waiting_until.filter(|until| job.status == JobStatus::Processing && *until > now)?;
    held_up(job, now).is_none().then_some(until)
}

/// "until 14:05", or "18s, until 14:05:18" where seconds matter.
pub fn said(until: Timestamp, state: &State) -> String {
    let left = between(state.now, until);
    if left >= WATCHED {
        return format!("until {}", clock(until, state.now, &state.zone));
    }
    format!("{}, until {}", duration(whole_seconds(left)), until.to_zoned(state.zone.clone()).strftime("%H:%M:%S"))
}

/// Rounded up, so that what is left is never told as nothing.
fn whole_seconds(left: Duration) -> Duration {
    Duration::from_millis(u64::try_from(left.as_millis()).unwrap_or(u64::MAX).div_ceil(1_000) * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::SEARCH;
    use crate::samples::{job, noon};

    fn waiting(milliseconds: i64, reason: &str) -> Job {
        let until = noon().checked_add(jiff::SignedDuration::from_millis(milliseconds)).unwrap();
        Job { waiting_until: Some(until), waiting_reason: Some(reason.into()), ..job("j1", SEARCH, JobStatus::Processing) }
    }

    #[test]
    fn a_short_wait_for_the_provider_holds_a_job_up_and_its_own_pace_does_not() {
        let told = |milliseconds, reason| {
            let job = waiting(milliseconds, reason);
            (held_up(&job, noon()).is_some(), next_page(&job, noon()).is_some())
        };
        let slow_down = "www.linkedin.com asked us to slow down. Continues by itself.";
        assert_eq!(told(18_000, slow_down), (true, false));
        assert_eq!(told(300, slow_down), (false, true));
        assert_eq!(told(4_000, KEEPING_PACE), (false, true));
        assert_eq!(told(90_000, KEEPING_PACE), (true, false));
        assert_eq!(told(-5, KEEPING_PACE), (false, false));
    }

    #[test]
    fn a_job_that_is_held_up_is_not_said_to_run() {
        let state = crate::samples::Played::at(80, 24).state;
        let said = |milliseconds, reason| {
            let standing = standing(&waiting(milliseconds, reason), &state);
            format!("{} {}", standing.sign, standing.word)
        };
        let slow_down = "www.linkedin.com asked us to slow down. Continues by itself.";
        assert_eq!(said(7_200, slow_down), "◷ Waiting 8s");
        assert_eq!(said(4_000, KEEPING_PACE), "◐ Running");
        assert_eq!(said(90_000, slow_down), "◷ Waiting until 12:01");
    }
}
