//! Accounts: a workspace's logins at providers, how fast they go and what they may spend.

use std::time::Duration;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Zoned};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sluice_providers::Api;

use super::words::words;
use super::{AccountId, Micros, UserId, WorkspaceId};

words! {
    /// Where data comes from.
    ProviderName {
        Unipile = "unipile",
        Brightdata = "brightdata",
        /// LinkedIn's public pages.
        Linkedin = "linkedin",
    }
}

impl ProviderName {
    /// The provider's one and only address, where it has one.
    pub fn usual_address(self) -> Option<&'static str> {
        match self {
            Self::Brightdata => Some("https://api.brightdata.com"),
            Self::Linkedin => Some("https://www.linkedin.com"),
            Self::Unipile => None,
        }
    }

    /// Whether it has postings.
    pub fn has_postings(self) -> bool {
        self != Self::Unipile
    }
}

words! {
    AccountState {
        Connected = "connected",
        /// The provider refuses it until its user acts.
        Trouble = "trouble",
        /// Switched off by its user.
        Off = "off",
    }
}

/// One login. Its credentials stay sealed in the store; see `store::accounts::credentials`.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    pub id: AccountId,
    pub workspace_id: WorkspaceId,
    /// Whose it is.
    pub user_id: UserId,
    pub provider: ProviderName,
    pub name: String,
    /// An origin without a path; `None` inherits the workspace's address of the provider.
    pub base_url: Option<String>,
    /// The account's id at the provider.
    pub external_account_id: Option<String>,
    /// What it searches with; `None` when the provider has only one way.
    pub api: Option<Api>,
    /// Whether a person said which api, so that a look at the provider does not change it.
    pub api_given: bool,
    /// Whether everybody in the workspace may use it.
    pub shared: bool,
    pub state: AccountState,
    /// What is wrong and what to do, while in trouble.
    pub state_message: Option<String>,
    pub pace: Pace,
    pub budgets: Budgets,
    pub working_hours: Option<WorkingHours>,
    pub created_at: Micros,
    pub updated_at: Micros,
}

/// What proves to the provider that we may act.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    pub api_key: Option<SecretString>,
    pub session_cookie: Option<SecretString>,
    /// The origin to which they may be sent, and no other; `None` where they were stored before that was noted.
    pub given_for: Option<String>,
}

/// How close the starts of two pages may follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    pub delay: Duration,
    /// How far each delay strays by chance, in percent of it.
    pub jitter_pct: i64,
}

/// What an account may spend in any 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budgets {
    pub search_rows_per_day: i64,
    pub profiles_per_day: i64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { delay: Duration::from_secs(2), jitter_pct: 20 }
    }
}

/// Rows of postings a day, if nothing else is said: cards and pages, each counted as one. A third of what the usual pace would allow.
const POSTING_ROWS: i64 = 5_000;

impl Budgets {
    /// What an account may spend if nothing else is said.
    pub fn of(provider: ProviderName, api: Option<Api>) -> Self {
        let usual = Self::usual(api);
        if provider.has_postings() { Self { search_rows_per_day: POSTING_ROWS, ..usual } } else { usual }
    }

    /// What LinkedIn puts up with, as the vendor advises: 1,000 rows a day on a classic account, 2,500 on a premium one, 100 profiles.
    pub fn usual(api: Option<Api>) -> Self {
        let search_rows_per_day = match api {
            Some(Api::SalesNavigator | Api::Recruiter) => 2_500,
            Some(Api::Classic) | None => 1_000,
        };
        Self { search_rows_per_day, profiles_per_day: 100 }
    }
}

/// When an account works, in the workspace's time zone. `from` is before `to`, and there is at least one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingHours {
    /// As `mon`, `tue` …
    pub days: Vec<Day>,
    pub from: Time,
    pub to: Time,
}

words! {
    Day {
        Mon = "mon",
        Tue = "tue",
        Wed = "wed",
        Thu = "thu",
        Fri = "fri",
        Sat = "sat",
        Sun = "sun",
    }
}

impl WorkingHours {
    /// The earliest moment from `at` on at which work is allowed; `at` itself when it is now. A time that a change of clocks skips
    /// counts as the first one after it.
    pub fn next_open(&self, at: Micros, zone: &TimeZone) -> Micros {
        let start = at.timestamp().to_zoned(zone.clone());
        for days_ahead in 0..=7 {
            let Ok(day) = start.checked_add(Span::new().days(days_ahead)) else { break };
            if !self.days.iter().any(|open| open.weekday() == day.weekday()) {
                continue;
            }
            let (Some(opens), Some(closes)) = (moment(&day, self.from, zone), moment(&day, self.to, zone)) else { continue };
            if at < opens {
                return opens;
            }
            if at < closes {
                return at;
            }
        }
        at
    }
}

fn moment(day: &Zoned, time: Time, zone: &TimeZone) -> Option<Micros> {
    let zoned = day.date().to_datetime(time).to_zoned(zone.clone()).ok()?;
    Some(Micros(zoned.timestamp().as_microsecond()))
}

impl Day {
    fn weekday(self) -> Weekday {
        match self {
            Self::Mon => Weekday::Monday,
            Self::Tue => Weekday::Tuesday,
            Self::Wed => Weekday::Wednesday,
            Self::Thu => Weekday::Thursday,
            Self::Fri => Weekday::Friday,
            Self::Sat => Weekday::Saturday,
            Self::Sun => Weekday::Sunday,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Micros {
        Micros(text.parse::<Zoned>().expect("a zoned time").timestamp().as_microsecond())
    }

    #[test]
    fn work_outside_its_hours_waits_for_the_next_opening() {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        let hours = WorkingHours { days: vec![Day::Mon, Day::Fri], from: Time::constant(9, 0, 0, 0), to: Time::constant(17, 0, 0, 0) };
        let cases = [
            // Monday before, within and after hours; then Saturday; then a Monday after the clocks went back.
            ("2026-03-02T08:00[Europe/Berlin]", "2026-03-02T09:00[Europe/Berlin]"),
            ("2026-03-02T12:30[Europe/Berlin]", "2026-03-02T12:30[Europe/Berlin]"),
            ("2026-03-02T17:00[Europe/Berlin]", "2026-03-06T09:00[Europe/Berlin]"),
            ("2026-03-07T10:00[Europe/Berlin]", "2026-03-09T09:00[Europe/Berlin]"),
            ("2026-10-24T12:00[Europe/Berlin]", "2026-10-26T09:00[Europe/Berlin]"),
        ];
        for (now, open) in cases {
            assert_eq!(hours.next_open(at(now), &zone), at(open), "{now}");
        }
    }

    #[test]
    fn a_premium_account_may_spend_more() {
        assert_eq!(Budgets::usual(Some(Api::Recruiter)).search_rows_per_day, 2_500);
        assert_eq!(Budgets::usual(None).search_rows_per_day, 1_000);
    }
}
