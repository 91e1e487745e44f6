//! Numbers, durations and times as people read them.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// 2500 as "2,500".
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// "1 page", "1,240 people".
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// "43s", "2m03s", "1h04m", "2d03h": the two largest units.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    if days > 0 {
        format!("{days}d{:02}h", hours % 24)
    } else if hours > 0 {
        format!("{hours}h{:02}m", minutes % 60)
    } else if minutes > 0 {
        format!("{minutes}m{:02}s", seconds % 60)
    } else {
        format!("{seconds}s")
    }
}

/// A short wait that is watched: "1.4s" below ten seconds, whole seconds above.
pub fn countdown(left: Duration) -> String {
    if left < Duration::from_secs(10) { format!("{:.1}s", left.as_secs_f64()) } else { duration(left) }
}

/// How long from `from` to `to`; zero when `to` is not later.
pub fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}

/// "14:05" when it is on the same day as `now`, else "Mon 3 Aug 14:05".
pub fn clock(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let format = if at.date() == now.date() { "%H:%M" } else { "%a %-d %b %H:%M" };
    at.strftime(format).to_string()
}

/// "just now", "3m ago", "2h ago", "5d ago".
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = between(at, now).as_secs();
    match seconds {
        0..10 => "just now".to_owned(),
        10..60 => format!("{seconds}s ago"),
        60..3_600 => format!("{}m ago", seconds / 60),
        3_600..86_400 => format!("{}h ago", seconds / 3_600),
        _ => format!("{}d ago", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        let shown: Vec<String> = [0, 7, 999, 1_000, 12_345, 1_234_567].into_iter().map(thousands).collect();
        assert_eq!(shown, ["0", "7", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn durations_show_two_units_at_most() {
        let shown: Vec<String> = [0, 43, 60, 123, 3_840, 183_600].into_iter().map(|s| duration(Duration::from_secs(s))).collect();
        assert_eq!(shown, ["0s", "43s", "1m00s", "2m03s", "1h04m", "2d03h"]);
        assert_eq!(countdown(Duration::from_millis(1_432)), "1.4s");
        assert_eq!(countdown(Duration::from_millis(12_432)), "12s");
    }

    #[test]
    fn a_time_on_another_day_names_the_day() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let now: Timestamp = "2026-03-02T22:30:00Z".parse().unwrap();
        assert_eq!(clock("2026-03-02T22:45:00Z".parse().unwrap(), now, &zone), "23:45");
        assert_eq!(clock("2026-03-02T23:05:00Z".parse().unwrap(), now, &zone), "Tue 3 Mar 00:05");
    }

    #[test]
    fn a_clock_that_runs_behind_shows_no_negative_age() {
        let now: Timestamp = "2026-03-02T22:30:00Z".parse().unwrap();
        assert_eq!(ago("2026-03-02T22:31:00Z".parse().unwrap(), now), "just now");
        assert_eq!(ago("2026-03-02T19:31:00Z".parse().unwrap(), now), "2h ago");
    }
}
