//! Days as people read them. A time that is known by its day alone, as midnight UTC, is that day wherever one reads it.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

use super::numbers;

/// Whether nothing but the day is known.
pub fn is_day_only(at: Timestamp) -> bool {
    const DAY_US: i64 = 24 * 3_600 * 1_000_000;
    at.as_microsecond() % DAY_US == 0
}

/// The zone in which its day is told.
fn zone_of(at: Timestamp, zone: &TimeZone) -> TimeZone {
    if is_day_only(at) { TimeZone::UTC } else { zone.clone() }
}

/// The day by the calendar of the zone.
pub fn date(at: Timestamp, zone: &TimeZone) -> Date {
    at.to_zoned(zone_of(at, zone)).date()
}

/// "2 Mar", with the year when it is another one than now.
pub fn words(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let day = date(at, zone);
    day.strftime(if day.year() == date(now, zone).year() { "%-d %b" } else { "%-d %b %Y" }).to_string()
}

/// "2 Mar 2026".
pub fn in_full(at: Timestamp, zone: &TimeZone) -> String {
    date(at, zone).strftime("%-d %b %Y").to_string()
}

/// "Mon 2 Mar 2026", with the time of day where it is known.
pub fn exact(at: Timestamp, zone: &TimeZone) -> String {
    let format = if is_day_only(at) { "%a %-d %b %Y" } else { "%a %-d %b %Y, %H:%M %Z" };
    at.to_zoned(zone_of(at, zone)).strftime(format).to_string()
}

/// "2h ago"; of a day alone, how many days have begun since in the zone: "today", "3d ago".
pub fn ago(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    if !is_day_only(at) {
        return numbers::ago(at, now);
    }
    let today = now.to_zoned(zone.clone()).date();
    let days = date(at, zone).until((Unit::Day, today)).map_or(0, |span| span.get_days());
    // East of us the day may have begun before it does here.
    if days <= 0 { "today".to_owned() } else { format!("{days}d ago") }
}

/// The moment that a day stands for of which no more is known: noon, when it is that day in nearly every other zone too, and never later than
/// now on the day that it is.
pub fn moment_of(day: Date, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    const NOON: Time = Time::constant(12, 0, 0, 0);
    let noon = day.to_datetime(NOON).to_zoned(zone.clone()).ok()?.timestamp();
    Some(if now.to_zoned(zone.clone()).date() == day { noon.min(now) } else { noon })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone")
    }

    #[test]
    fn a_day_alone_is_the_same_day_everywhere_and_a_time_is_told_in_the_zone() {
        let now = at("2026-03-10T12:00:00Z");
        for name in ["Pacific/Honolulu", "America/New_York", "UTC", "Asia/Tokyo", "Pacific/Kiritimati"] {
            let zone = zone(name);
            let day = at("2026-03-02T00:00:00Z");
            assert_eq!(
                (words(day, now, &zone), in_full(day, &zone), exact(day, &zone)),
                ("2 Mar".into(), "2 Mar 2026".into(), "Mon 2 Mar 2026".into()),
                "{name}"
            );
        }
        let new_york = zone("America/New_York");
        let evening = at("2026-03-02T01:00:00Z");
        assert_eq!(date(evening, &new_york).to_string(), "2026-03-01");
        assert_eq!(exact(evening, &new_york), "Sun 1 Mar 2026, 20:00 EST");
        assert_eq!(words(at("2025-12-31T00:00:00Z"), now, &new_york), "31 Dec 2025");
    }

    #[test]
    fn how_long_ago_a_day_was_is_counted_in_days_of_the_zone() {
        let day = at("2026-03-02T00:00:00Z");
        let said = |now: &str, name: &str| ago(day, at(now), &zone(name));
        // Nine in the evening of the day before, by the clock in New York, when the day has begun in Europe.
        assert_eq!(said("2026-03-02T02:00:00Z", "America/New_York"), "today");
        assert_eq!(said("2026-03-03T02:00:00Z", "America/New_York"), "today");
        assert_eq!(said("2026-03-02T23:00:00Z", "Europe/Berlin"), "1d ago");
        assert_eq!(said("2026-03-12T00:00:00Z", "UTC"), "10d ago");
        assert_eq!(said("2026-05-12T00:00:00Z", "UTC"), "71d ago");
        assert_eq!(ago(at("2026-03-02T01:00:00Z"), at("2026-03-02T03:00:00Z"), &TimeZone::UTC), "2h ago");
    }

    #[test]
    fn a_day_stands_for_its_noon_and_today_for_no_later_than_now() {
        let tokyo = zone("Asia/Tokyo");
        let now = at("2026-03-02T01:00:00Z");
        let day = |text: &str| moment_of(text.parse().expect("a day"), now, &tokyo).map(|at| at.to_string());
        assert_eq!(day("2026-03-01").as_deref(), Some("2026-03-01T03:00:00Z"));
        assert_eq!(day("2026-03-02").as_deref(), Some("2026-03-02T01:00:00Z"));
        assert_eq!(day("2026-03-03").as_deref(), Some("2026-03-03T03:00:00Z"), "which is refused elsewhere");
    }
}
