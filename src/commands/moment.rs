//! Times as people type them: a day, a moment, or how far from now.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

use sluice_api::wording::day;

use super::failure::Failure;

/// Which way from now a length of time leads, and the hour that a day alone stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Towards {
    /// `7d` is seven days ago, and a day begins at midnight: here, or in UTC where that is earlier, since what is known by its day alone stands
    /// there.
    Past,
    /// The same for what happened on a day of which no more is known.
    Done,
    /// `7d` is in seven days, and a day alone means nine in the morning.
    Future,
}

/// "2026-03-09", "2026-03-09 14:00", "2026-03-09T14:00:00Z", "today", "tomorrow", "yesterday", "12h", "3d" or "2w", by the person's own clock.
pub fn moment(text: &str, now: Timestamp, zone: &TimeZone, towards: Towards) -> Result<Timestamp, Failure> {
    let unreadable = || {
        Failure::usage(format!("{text} is no time that is understood")).remedy(match towards {
            Towards::Future => "Write a day (2026-03-09), a moment (\"2026-03-09 14:00\"), tomorrow, or how far from now (12h, 3d, 2w).",
            Towards::Past | Towards::Done => {
                "Write a day (2026-03-09), a moment (\"2026-03-09 14:00\"), yesterday, or how long ago (12h, 3d, 2w)."
            }
        })
    };
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let today = now.to_zoned(zone.clone()).date();
    let of_day = |day: Date| {
        let at = |hour, zone: &TimeZone| day.at(hour, 0, 0, 0).to_zoned(zone.clone()).ok().map(|at| at.timestamp());
        match towards {
            Towards::Past => Some(at(0, zone)?.min(at(0, &TimeZone::UTC)?)),
            Towards::Done => day::moment_of(day, now, zone),
            Towards::Future => at(9, zone),
        }
    };
    let day = match text {
        "today" => Some(today),
        "tomorrow" => today.tomorrow().ok(),
        "yesterday" => today.yesterday().ok(),
        _ => text.parse::<Date>().ok().filter(|_| text.len() == 10),
    };
    if let Some(day) = day {
        return of_day(day).ok_or_else(unreadable);
    }
    if let Some(span) = span(text) {
        let span = if towards == Towards::Future { span } else { span.negate() };
        let at = now.to_zoned(zone.clone()).checked_add(span).map_err(|_| unreadable())?;
        return Ok(at.timestamp());
    }
    let at = text.parse::<DateTime>().map_err(|_| unreadable())?;
    at.to_zoned(zone.clone()).map(|at| at.timestamp()).map_err(|_| unreadable())
}

/// Hours, days or weeks.
fn span(text: &str) -> Option<Span> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok().filter(|number| (1..=10_000).contains(number))?;
    match unit {
        "h" => Some(number.hours()),
        "d" => Some(number.days()),
        "w" => Some(number.weeks()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        for (text, towards, expected) in [
            ("2026-03-09T14:00:00Z", Towards::Future, "2026-03-09T14:00:00Z"),
            ("2026-03-09", Towards::Future, "2026-03-09T08:00:00Z"),
            ("2026-03-09", Towards::Past, "2026-03-08T23:00:00Z"),
            ("2026-03-09 14:30", Towards::Future, "2026-03-09T13:30:00Z"),
            ("2026-03-01", Towards::Done, "2026-03-01T11:00:00Z"),
            ("yesterday", Towards::Done, "2026-03-01T11:00:00Z"),
            ("today", Towards::Done, "2026-03-02T11:00:00Z"),
            ("3d", Towards::Done, "2026-02-27T12:00:00Z"),
            ("tomorrow", Towards::Future, "2026-03-03T08:00:00Z"),
            ("today", Towards::Past, "2026-03-01T23:00:00Z"),
            ("12h", Towards::Future, "2026-03-03T00:00:00Z"),
            ("7d", Towards::Past, "2026-02-23T12:00:00Z"),
            // A week later by the clock, across the change to summer time.
            ("4w", Towards::Future, "2026-03-30T11:00:00Z"),
        ] {
            assert_eq!(moment(text, now, &zone, towards).unwrap().to_string(), expected, "{text}");
        }
        // A posting of 9 March, of which no more is known, stands at midnight UTC, which is the evening before in New York.
        let new_york = TimeZone::get("America/New_York").unwrap();
        assert_eq!(moment("2026-03-09", now, &new_york, Towards::Past).unwrap().to_string(), "2026-03-09T00:00:00Z");
        assert_eq!(moment("2026-03-01", now, &new_york, Towards::Done).unwrap().to_string(), "2026-03-01T17:00:00Z");
        for text in ["soon", "", "0d", "d", "7y", "2026-02-30", "99999w"] {
            assert!(moment(text, now, &zone, Towards::Future).unwrap_err().usage, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_answered_in_the_direction_that_was_asked_for() {
        let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
        let remedies = [Towards::Past, Towards::Done, Towards::Future]
            .map(|towards| moment("garbage", now, &TimeZone::UTC, towards).unwrap_err().remedy.unwrap());
        assert_eq!(remedies.each_ref().map(|remedy| remedy.contains("how long ago")), [true, true, false], "{remedies:?}");
        assert_eq!(remedies.each_ref().map(|remedy| remedy.contains("tomorrow")), [false, false, true], "{remedies:?}");
    }
}
