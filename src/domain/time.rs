//! Points in time as the store keeps them.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Microseconds since the Unix epoch, UTC, by the database's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub i64);

impl Micros {
    /// For people and the wire. A value beyond jiff's range shows as the end of that range.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }

    /// How long from `earlier` to here; zero when here is not later.
    pub fn since(self, earlier: Micros) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    #[must_use]
    pub fn plus(self, by: Duration) -> Micros {
        Micros(self.0.saturating_add(micros(by)))
    }
}

/// A duration in whole microseconds.
pub fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
