//! Times that come again and again: cron lines, and the few of them that people say in words.

use jiff::civil::Time;

/// Days on which something starts, as a form offers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    Every,
    /// Monday to Friday.
    Week,
    /// One day of the week; 0 is Sunday.
    On(u8),
}

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const SHORT: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// The cron line that starts at this time on these days.
pub fn cron(days: Days, at: Time) -> String {
    let days = match days {
        Days::Every => "*".to_owned(),
        Days::Week => "1-5".to_owned(),
        Days::On(day) => (day % 7).to_string(),
    };
    format!("{} {} * * {days}", at.minute(), at.hour())
}

/// The reverse of [`cron`]; `None` for a line that says something else.
pub fn read(line: &str) -> Option<(Days, Time)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [minute, hour, "*", "*", days] = fields.as_slice() else { return None };
    let at = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    let days = match days.to_ascii_uppercase().as_str() {
        "*" => Days::Every,
        "1-5" | "MON-FRI" => Days::Week,
        one => {
            let day = SHORT.iter().position(|short| *short == one).or_else(|| one.parse().ok().filter(|day| *day <= 7))?;
            Days::On(u8::try_from(day % 7).ok()?)
        }
    };
    Some((days, at))
}

/// "Every weekday at 09:00", with the time zone when it is not the one at home.
pub fn in_words(line: &str, time_zone: &str, home: &str) -> String {
    let zone = if time_zone == home { String::new() } else { format!(" ({time_zone})") };
    match read(line) {
        Some((days, at)) => {
            let days = match days {
                Days::Every => "day",
                Days::Week => "weekday",
                Days::On(day) => DAYS[usize::from(day % 7)],
            };
            format!("Every {days} at {}{zone}", at.strftime("%H:%M"))
        }
        None => format!("At {line}{zone}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_say_becomes_a_cron_line_and_back() {
        let at = Time::constant(9, 5, 0, 0);
        for (days, line) in [(Days::Every, "5 9 * * *"), (Days::Week, "5 9 * * 1-5"), (Days::On(0), "5 9 * * 0")] {
            assert_eq!(cron(days, at), line);
            assert_eq!(read(line), Some((days, at)));
        }
        assert_eq!(read("30 7 * * mon-fri"), Some((Days::Week, Time::constant(7, 30, 0, 0))));
        assert_eq!((read("0 7 * * 7"), read("0 7 * * SAT")), (read("0 7 * * 0"), read("0 7 * * 6")));
        for other in ["*/5 * * * *", "0 9 1 * *", "0 25 * * *", "0 9 * * 8", "0 9 * *", "0 9 * * 1,3"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn times_are_told_in_words_where_there_are_some() {
        let told = |line| in_words(line, "Europe/Berlin", "Europe/Berlin");
        assert_eq!(told("0 9 * * *"), "Every day at 09:00");
        assert_eq!(told("0 7 * * MON-FRI"), "Every weekday at 07:00");
        assert_eq!(told("30 16 * * 5"), "Every Friday at 16:30");
        assert_eq!(in_words("0 0 29 2 *", "UTC", "Europe/Berlin"), "At 0 0 29 2 * (UTC)");
    }
}
