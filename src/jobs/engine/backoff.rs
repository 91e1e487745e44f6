//! How long to wait before another try: exponential, with full jitter, so that many jobs do not come back at once.

use std::time::Duration;

const BASE: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(300);
/// Even the luckiest draw leaves the other side this long to recover.
const SHORTEST: Duration = Duration::from_millis(100);

/// After the `attempt`th failed attempt (from 1): a draw between 0.1 s and 1 s, 2 s, 4 s … up to 5 minutes. `fraction` is in [0, 1).
pub(super) fn delay(attempt: i64, fraction: f64) -> Duration {
    let doublings = u32::try_from(attempt.clamp(1, 16) - 1).unwrap_or(0);
    let ceiling = BASE.saturating_mul(1 << doublings).min(LONGEST);
    ceiling.mul_f64(fraction).max(SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_five_minutes() {
        assert_eq!(delay(1, 0.5), Duration::from_millis(500));
        assert_eq!(delay(3, 0.5), Duration::from_secs(2));
        assert_eq!(delay(30, 0.999_999_999).as_secs(), 299);
    }

    #[test]
    fn no_draw_is_shorter_than_a_tenth_of_a_second() {
        assert_eq!(delay(1, 0.0), Duration::from_millis(100));
    }
}
