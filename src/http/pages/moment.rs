//! Points in time as pages show them: relative, with the exact time on hover, in the workspace's zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sluice_api::wording::numbers;

/// Now, and whose clock is on the wall.
#[derive(Debug, Clone)]
pub struct Clock {
    pub now: Timestamp,
    pub zone: TimeZone,
}

#[derive(Debug, Clone)]
pub struct Moment {
    /// For machines.
    pub iso: String,
    /// "3m ago".
    pub ago: String,
    /// "14:05", with the day when it is another one.
    pub clock: String,
    /// "Mon 2 Mar 2026, 14:05:07 CET".
    pub exact: String,
}

impl Clock {
    pub fn new(now: Timestamp, time_zone: &str) -> Self {
        // A zone that was valid when it was stored and is no longer known reads as UTC.
        Self { now, zone: TimeZone::get(time_zone).unwrap_or(TimeZone::UTC) }
    }

    pub fn moment(&self, at: Timestamp) -> Moment {
        Moment {
            iso: at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            ago: numbers::ago(at, self.now),
            clock: numbers::clock(at, self.now, &self.zone),
            exact: at.to_zoned(self.zone.clone()).strftime("%a %-d %b %Y, %H:%M:%S %Z").to_string(),
        }
    }

    /// "14:05:07", with the day when it is another one: for lists of what happened.
    pub fn to_the_second(&self, at: Timestamp) -> String {
        let (at, now) = (at.to_zoned(self.zone.clone()), self.now.to_zoned(self.zone.clone()));
        let format = if at.date() == now.date() { "%H:%M:%S" } else { "%-d %b %H:%M" };
        at.strftime(format).to_string()
    }
}
