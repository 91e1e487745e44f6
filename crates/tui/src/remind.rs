//! When somebody wants to be reminded, read from what they type.

use jiff::civil::{Date, DateTime, Time, time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

pub const HELP: &str = "3d, 2w, tomorrow, 2026-03-09 or 2026-03-09 14:00";
/// Reminders without a time of day are due then.
const MORNING: Time = time(9, 0, 0, 0);

pub fn when(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
    let text = text.trim().to_lowercase();
    let today = now.to_zoned(zone.clone()).date();
    let refuse = || format!("That is no time: write {HELP}.");
    let at = if let Some(days) = days(&text) {
        today.checked_add(Span::new().try_days(days).map_err(|_| refuse())?).map_err(|_| refuse())?.to_datetime(MORNING)
    } else if let Ok(at) = DateTime::strptime("%Y-%m-%d %H:%M", &text) {
        at
    } else {
        Date::strptime("%Y-%m-%d", &text).map_err(|_| refuse())?.to_datetime(MORNING)
    };
    let due_at = at.to_zoned(zone.clone()).map_err(|_| refuse())?.timestamp();
    if due_at <= now {
        return Err("That has passed already.".to_owned());
    }
    Ok(due_at)
}

fn days(text: &str) -> Option<i64> {
    if text == "tomorrow" {
        return Some(1);
    }
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.trim().parse().ok().filter(|number| (1..=3_650).contains(number))?;
    match unit {
        "d" => Some(number),
        "w" => Some(number * 7),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_meant_in_the_workspaces_zone() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let now: Timestamp = "2026-03-02T23:30:00Z".parse().unwrap();
        let read = |text| when(text, now, &zone).map(|at| at.to_string());
        assert_eq!(read("3d").unwrap(), "2026-03-06T08:00:00Z");
        assert_eq!(read("tomorrow").unwrap(), "2026-03-04T08:00:00Z");
        assert_eq!(read("2w").unwrap(), "2026-03-17T08:00:00Z");
        assert_eq!(read(" 2026-04-01 ").unwrap(), "2026-04-01T07:00:00Z");
        assert_eq!(read("2026-04-01 14:30").unwrap(), "2026-04-01T12:30:00Z");
        assert_eq!(read("2026-03-01").unwrap_err(), "That has passed already.");
        for text in ["", "soon", "0d", "99999w", "2026-13-01", "d", "é"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
