//! Counts the calls of each account and says which faults strike the one at hand.

use std::collections::HashMap;
use std::time::Duration;

use super::{Faults, Kind, Route, When};
use crate::draws::{digest, mix};

/// What happens instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Refusal {
    Status(u16),
    /// The answer is held for so long, then it is a 504.
    Timeout(Duration),
    Drop,
}

/// What strikes one call.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effects {
    pub refusal: Option<Refusal>,
    /// What the refusal asks to wait.
    pub retry_after: Option<Duration>,
    pub cut: bool,
    pub duplicate: bool,
    pub repeated_cursor: bool,
    pub empty_page: bool,
    pub always_empty: bool,
    pub no_total: bool,
    pub paging_cursor: bool,
    pub bad_rows: bool,
    pub throttled_sections: bool,
    pub authwall: bool,
    pub end_page: bool,
    pub unrelated: bool,
    pub drift: bool,
    pub another: bool,
    pub closed: bool,
    pub lost_answer: bool,
    pub not_ready: bool,
    pub row_errors: bool,
    pub snapshot_failed: bool,
    /// The faults as they were written, for the request log.
    pub names: Vec<String>,
    /// The number of this call, from 1.
    pub call: u32,
}

pub struct Schedule {
    pub faults: Faults,
    seed: u64,
    calls: HashMap<(Route, String), u32>,
}

impl Schedule {
    pub fn new(faults: Faults, seed: u64) -> Schedule {
        Schedule { faults, seed, calls: HashMap::new() }
    }

    /// Counts a call of `account`. The first fault that refuses an answer wins; all others shape the answer together.
    pub fn strike(&mut self, route: Route, account: &str) -> Effects {
        let calls = self.calls.entry((route, account.to_owned())).or_default();
        *calls += 1;
        let call = *calls;
        let mut effects = Effects { call, ..Effects::default() };
        for (place, fault) in self.faults.0.iter().enumerate() {
            let strikes = match fault.when {
                When::Always => true,
                When::Once(number) => call == number,
                When::From(number) => call >= number,
                When::Chance(chance) => {
                    let lot = mix(self.seed ^ digest(account), (u64::from(call) << 8) + place as u64) >> 11;
                    (lot as f64) < chance * (1_u64 << 53) as f64
                }
            };
            if fault.route != route || !strikes {
                continue;
            }
            let refusal = match fault.kind {
                Kind::Status(status) => Some(Refusal::Status(status)),
                Kind::SlowDown(_) => Some(Refusal::Status(429)),
                Kind::Timeout(hold) => Some(Refusal::Timeout(hold)),
                Kind::Drop => Some(Refusal::Drop),
                _ => None,
            };
            if refusal.is_some() {
                if effects.refusal.is_some() {
                    continue;
                }
                effects.refusal = refusal;
            }
            match fault.kind {
                Kind::SlowDown(wait) => effects.retry_after = Some(wait),
                Kind::Status(_) | Kind::Timeout(_) | Kind::Drop => {}
                Kind::Cut => effects.cut = true,
                Kind::Duplicate => effects.duplicate = true,
                Kind::RepeatedCursor => effects.repeated_cursor = true,
                Kind::EmptyPages => effects.empty_page = true,
                Kind::AlwaysEmpty => effects.always_empty = true,
                Kind::NoTotal => effects.no_total = true,
                Kind::PagingCursor => effects.paging_cursor = true,
                Kind::BadRows => effects.bad_rows = true,
                Kind::ThrottledSections => effects.throttled_sections = true,
                Kind::Authwall => effects.authwall = true,
                Kind::EndPage => effects.end_page = true,
                Kind::Unrelated => effects.unrelated = true,
                Kind::Drift => effects.drift = true,
                Kind::Another => effects.another = true,
                Kind::Closed => effects.closed = true,
                Kind::LostAnswer => effects.lost_answer = true,
                Kind::NotReady => effects.not_ready = true,
                Kind::RowErrors => effects.row_errors = true,
                Kind::SnapshotFailed => effects.snapshot_failed = true,
            }
            effects.names.push(fault.to_string());
        }
        effects
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusals(spec: &str, calls: usize) -> Vec<Option<Refusal>> {
        let mut schedule = Schedule::new(spec.parse().unwrap(), 1);
        (0..calls).map(|_| schedule.strike(Route::Search, "acc_classic").refusal).collect()
    }

    #[test]
    fn a_fault_with_a_number_strikes_once_and_one_with_a_plus_goes_on() {
        let (limit, error) = (Some(Refusal::Status(429)), Some(Refusal::Status(500)));
        assert_eq!(refusals("429@2", 4), [None, limit, None, None]);
        assert_eq!(refusals("500@3+", 5), [None, None, error, error, error]);
        assert_eq!(refusals("429@1,500@1", 1), [limit], "the first that refuses wins");
    }

    #[test]
    fn each_account_and_route_is_counted_by_itself() {
        let mut schedule = Schedule::new("429@2,profile/500@1".parse().unwrap(), 1);
        assert_eq!(schedule.strike(Route::Search, "a").refusal, None);
        assert_eq!(schedule.strike(Route::Search, "b").refusal, None);
        assert_eq!(schedule.strike(Route::Profile, "a").refusal, Some(Refusal::Status(500)));
        assert_eq!(schedule.strike(Route::Search, "a").refusal, Some(Refusal::Status(429)));
    }

    #[test]
    fn chances_fall_about_as_often_as_asked_and_the_same_way_again() {
        let struck = refusals("429:0.25", 4_000);
        let count = struck.iter().filter(|refusal| refusal.is_some()).count();
        assert!((900..1_100).contains(&count), "{count}");
        assert_eq!(struck, refusals("429:0.25", 4_000));
    }
}
