//! The clock that decides leases and budgets: the database's.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::domain::time::micros;

/// On Postgres the server's clock decides and only the offset of tests lives here. On SQLite one process owns the file, so its
/// clock is the database's; a high-water mark keeps it from going back, also over a restart.
#[derive(Debug, Default)]
pub(super) struct DatabaseClock {
    high_water: Mutex<Option<Mark>>,
    offset_us: AtomicI64,
}

/// The last answer, and when it was given by a clock that nobody sets.
#[derive(Debug, Clone, Copy)]
struct Mark {
    us: i64,
    at: Instant,
}

impl DatabaseClock {
    /// Microseconds since the Unix epoch, never less than any earlier answer. When the machine's clock has been set back, time goes on
    /// from the mark instead of standing still until the machine has caught up.
    pub(super) fn now_us(&self) -> i64 {
        let wall = wall_clock_us() + self.offset_us.load(Ordering::Relaxed);
        let at = Instant::now();
        let mut high_water = self.high_water.lock().unwrap_or_else(PoisonError::into_inner);
        let us = high_water.map_or(wall, |mark| wall.max(mark.us.saturating_add(micros(at - mark.at))));
        *high_water = Some(Mark { us, at });
        us
    }

    /// Takes over the mark of an earlier process.
    pub(super) fn raise_to(&self, high_water_us: i64) {
        let us = self.now_us().max(high_water_us);
        *self.high_water.lock().unwrap_or_else(PoisonError::into_inner) = Some(Mark { us, at: Instant::now() });
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
        clock.raise_to(first + 3_600_000_000);
        assert!(clock.now_us() >= first + 3_600_000_000);
    }

    #[test]
    fn a_clock_that_was_set_back_goes_on_from_its_mark() {
        let clock = DatabaseClock::default();
        clock.raise_to(clock.now_us() + 300_000_000);
        let mark = clock.now_us();
        let began = Instant::now();
        while clock.now_us() == mark && began.elapsed().as_secs() < 5 {}
        assert!(clock.now_us() > mark, "time stands still");
        assert!(clock.now_us() - mark < 10_000_000, "time runs away");
    }
}
