//! An account as pages show it: every word ready to be written.

use sluice_api::wording::numbers::thousands;
use sluice_api::wording::state::account_state;

use crate::domain::Micros;
use crate::domain::account::Account;
use crate::http::api::accounts as api;
use crate::http::caller::Caller;
use crate::http::pages::job_view::hue;
use crate::http::pages::moment::{Clock, Moment};
use crate::http::problem::Failure;
use crate::store::Conn;
use crate::store::accounts::{self, work};

/// From this share of it on, a budget is near its end, in percent.
const NEARLY_SPENT: u64 = 80;

#[derive(Debug, Clone)]
pub struct AccountView {
    pub id: String,
    pub href: String,
    pub name: String,
    pub provider: &'static str,
    /// "Sales Navigator"; empty where the provider has only one way.
    pub api: &'static str,
    /// The account's id at the provider.
    pub external_id: Option<String>,
    pub base_url: Option<String>,
    pub sign: char,
    pub word: String,
    pub hue: &'static str,
    /// What is wrong with it and what to do.
    pub trouble: Option<String>,
    pub is_off: bool,
    /// It has postings, and no people.
    pub has_postings: bool,
    /// It is the public pages, which need no key and may have a session.
    pub is_public_pages: bool,
    /// What there is to know about its use.
    pub notice: Option<String>,
    pub pace: String,
    pub hours: Option<String>,
    pub rows: Meter,
    pub profiles: Meter,
    /// When the next call may go, when that lies ahead.
    pub next_call: Option<Moment>,
    /// "Yours", or the name of the user whose it is.
    pub whose: String,
    pub shared: bool,
    pub last_mishap: Option<MishapView>,
    pub may_change: bool,
    pub created: Moment,
}

/// A budget and what of it the last 24 hours have used.
#[derive(Debug, Clone, PartialEq)]
pub struct Meter {
    pub used: String,
    pub budget: String,
    /// Of 1,000.
    pub fill: u64,
    pub percent: u64,
    pub hue: &'static str,
}

#[derive(Debug, Clone)]
pub struct MishapView {
    pub job: String,
    pub at: Moment,
    pub message: String,
}

impl AccountView {
    pub async fn load(conn: &mut Conn, caller: &Caller, account: Account, clock: &Clock) -> Result<Self, Failure> {
        let now = Micros(clock.now.as_microsecond());
        let may_change = api::change::may_change(caller, &account);
        let has_postings = account.provider.has_postings();
        let (id, scope) = (account.id, caller.scope());
        let mishap = work::mishaps(conn, scope, id, 1).await?.into_iter().next();
        let shown = api::show(conn, caller, account, now).await?;
        let whose = if shown.own {
            "Yours".to_owned()
        } else {
            accounts::user_name(conn, scope, id).await?.unwrap_or_else(|| "Somebody who left".to_owned())
        };
        let state = account_state(shown.state);
        Ok(Self {
            href: format!("/accounts/{id}"),
            id: shown.id,
            provider: shown.provider.title(),
            api: shown.api.map_or("", sluice_api::Api::title),
            external_id: shown.external_account_id,
            base_url: shown.base_url,
            sign: state.sign,
            word: state.word,
            hue: hue(state.hue),
            trouble: shown.trouble,
            is_off: shown.state == sluice_api::AccountState::Off,
            has_postings,
            is_public_pages: shown.provider == sluice_api::Provider::Linkedin,
            notice: shown.notice,
            pace: pace(shown.pace),
            hours: shown.working_hours.as_ref().map(hours),
            rows: Meter::new(shown.budgets.search_rows_used, shown.budgets.search_rows_per_day),
            profiles: Meter::new(shown.budgets.profiles_used, shown.budgets.profiles_per_day),
            next_call: shown.next_call_at.map(|at| clock.moment(at)),
            whose,
            shared: shown.shared,
            last_mishap: mishap.map(|mishap| MishapView::new(mishap, clock)),
            may_change,
            created: clock.moment(shown.created_at),
            name: shown.name,
        })
    }
}

impl MishapView {
    pub fn new(mishap: work::Mishap, clock: &Clock) -> Self {
        Self { job: format!("/jobs/{}", mishap.job_id), at: clock.moment(mishap.line.at.timestamp()), message: mishap.line.message }
    }
}

impl Meter {
    fn new(used: u32, budget: u32) -> Self {
        let share = |of: u64| if budget == 0 { of } else { u64::from(used) * of / u64::from(budget) };
        let percent = share(100);
        let hue = match percent {
            100.. => "red",
            NEARLY_SPENT.. => "amber",
            _ => "blue",
        };
        Self { used: thousands(used.into()), budget: thousands(budget.into()), fill: share(1_000).min(1_000), percent, hue }
    }
}

/// "2 s between pages, give or take 20 %".
fn pace(pace: sluice_api::Pace) -> String {
    let seconds = pace.delay_ms as f64 / 1_000.0;
    match (pace.delay_ms, pace.jitter_pct) {
        (0, _) => "As fast as it goes".to_owned(),
        (_, 0) => format!("{seconds} s between pages"),
        (_, jitter) => format!("{seconds} s between pages, give or take {jitter} %"),
    }
}

/// "Mon to Fri, 09:00 to 18:00".
fn hours(hours: &sluice_api::WorkingHours) -> String {
    let mut days = hours.days.clone();
    days.sort();
    days.dedup();
    let names: Vec<&str> = days.iter().map(|day| day_name(*day)).collect();
    let in_a_row = days.windows(2).all(|pair| pair[1] as u8 == pair[0] as u8 + 1);
    let days = match names.as_slice() {
        [first, .., last] if in_a_row && names.len() > 2 => format!("{first} to {last}"),
        names => names.join(", "),
    };
    format!("{days}, {} to {}", hours.from.strftime("%H:%M"), hours.to.strftime("%H:%M"))
}

pub fn day_name(day: sluice_api::Weekday) -> &'static str {
    use sluice_api::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    match day {
        Mon => "Mon",
        Tue => "Tue",
        Wed => "Wed",
        Thu => "Thu",
        Fri => "Fri",
        Sat => "Sat",
        Sun => "Sun",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Time;
    use sluice_api::Weekday::{Fri, Mon, Thu, Tue, Wed};
    use sluice_api::{Pace, WorkingHours};

    use super::*;

    #[test]
    fn pace_and_hours_are_told_in_words() {
        assert_eq!(pace(Pace::default()), "2 s between pages, give or take 20 %");
        assert_eq!(pace(Pace { delay_ms: 500, jitter_pct: 0 }), "0.5 s between pages");
        assert_eq!(pace(Pace { delay_ms: 0, jitter_pct: 20 }), "As fast as it goes");
        let at = |days: &[sluice_api::Weekday]| {
            hours(&WorkingHours { days: days.to_vec(), from: Time::constant(9, 0, 0, 0), to: Time::constant(18, 30, 0, 0) })
        };
        assert_eq!(at(&[Wed, Mon, Tue, Thu, Fri]), "Mon to Fri, 09:00 to 18:30");
        assert_eq!(at(&[Fri, Mon]), "Mon, Fri, 09:00 to 18:30");
    }

    #[test]
    fn a_meter_says_when_a_budget_nears_its_end() {
        let meters: Vec<(u64, &str)> = [(0, 1_000), (799, 1_000), (800, 1_000), (1_200, 1_000)]
            .map(|(used, of)| Meter::new(used, of))
            .map(|meter| (meter.fill, meter.hue))
            .to_vec();
        assert_eq!(meters, [(0, "blue"), (799, "blue"), (800, "amber"), (1_000, "red")]);
    }
}
