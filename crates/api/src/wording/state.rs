//! The states of jobs and accounts: one word, one sign and one hue each, the same on every surface.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::numbers::{between, clock, thousands};
use crate::{AccountState, Job, JobStatus};

/// Waits shorter than this are a pause between two pages, not a state of their own.
const SHORT_WAIT_S: u64 = 60;

/// Why a job waits that only keeps a pace between two pages. Whatever else it waits for is worth telling, however short.
pub const KEEPING_PACE: &str = "Keeping the account's pace.";

/// How a job or an account stands, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub sign: char,
    pub word: String,
    pub hue: Hue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hue {
    Amber,
    Blue,
    Violet,
    Green,
    Orange,
    Red,
    Grey,
}

/// The state of `job` at `now`.
pub fn state(job: &Job, now: Timestamp, zone: &TimeZone) -> State {
    let (sign, word, hue) = match job.status {
        JobStatus::Queued => ('○', "Queued".to_owned(), Hue::Amber),
        JobStatus::Processing => match long_wait(job, now) {
            Some(until) => ('◷', format!("Waiting until {}", clock(until, now, zone)), Hue::Blue),
            None => ('◐', "Running".to_owned(), Hue::Blue),
        },
        JobStatus::Paused => ('‖', "Paused".to_owned(), Hue::Violet),
        JobStatus::Completed => ('●', "Done".to_owned(), Hue::Green),
        JobStatus::Failed if job.partial => ('◒', format!("Stopped early, {} kept", thousands(job.rows_kept)), Hue::Orange),
        JobStatus::Failed => ('×', "Failed".to_owned(), Hue::Red),
        JobStatus::Canceled => ('–', "Canceled".to_owned(), Hue::Grey),
    };
    State { sign, word, hue }
}

/// The state of an account.
pub fn account_state(state: AccountState) -> State {
    let (sign, word, hue) = match state {
        AccountState::Connected => ('●', "Connected", Hue::Green),
        AccountState::Trouble => ('×', "In trouble", Hue::Red),
        AccountState::Off => ('–', "Off", Hue::Grey),
    };
    State { sign, word: word.to_owned(), hue }
}

/// Until when a processing job waits, when that is long enough to be told as a time.
pub fn long_wait(job: &Job, now: Timestamp) -> Option<Timestamp> {
    job.waiting_until.filter(|until| job.status == JobStatus::Processing && between(now, *until).as_secs() >= SHORT_WAIT_S)
}
