//! The clock that decides leases and budgets: the database's.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// On Postgres the server's clock decides and only the offset of tests lives here. On SQLite one process owns the file, so its
/// clock is the database's; a high-water mark keeps it from going back, also over a restart.
#[derive(Debug, Default)]
pub(super) struct DatabaseClock {
    high_water_us: AtomicI64,
    offset_us: AtomicI64,
}

impl DatabaseClock {
    /// Microseconds since the Unix epoch, never less than any earlier answer.
    pub(super) fn now_us(&self) -> i64 {
        let now = wall_clock_us() + self.offset_us.load(Ordering::Relaxed);
        self.high_water_us.fetch_max(now, Ordering::Relaxed).max(now)
    }

    /// Takes over the mark of an earlier process.
    pub(super) fn raise_to(&self, high_water_us: i64) {
        self.high_water_us.fetch_max(high_water_us, Ordering::Relaxed);
    }

    pub(super) fn offset_us(&self) -> i64 {
        self.offset_us.load(Ordering::Relaxed)
    }

    pub(super) fn advance_us(&self, by_us: i64) {
        self.offset_us.fetch_add(by_us, Ordering::Relaxed);
    }
}

#[expect(clippy::disallowed_methods, reason = "on SQLite this process's clock is the database's clock")]
fn wall_clock_us() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_never_goes_back() {
        let clock = DatabaseClock::default();
        let first = clock.now_us();
        clock.advance_us(-3_600_000_000);
        assert!(clock.now_us() >= first);
        clock.raise_to(first + 5);
        assert_eq!(clock.now_us(), first + 5);
    }
}
