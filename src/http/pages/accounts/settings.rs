//! The fields that connecting and changing an account have in common, from a form and into one.

use serde_json::Value as Json;
use sluice_api::{Api, BudgetsRequest, Pace, ValidationError, Weekday, WorkingHours};

use super::view::day_name;
use crate::domain::account::Account;
use crate::http::api::accounts::request::LONGEST_DELAY_MS;
use crate::http::form::Form;
use crate::http::problem::refused;
use crate::http::wire;

/// Fields that have a place for words beside them.
pub const FIELDS: &[&str] = &[
    "name",
    "api",
    "pace.delay_s",
    "pace.jitter_pct",
    "budgets.search_rows_per_day",
    "budgets.profiles_per_day",
    "working_hours.days",
    "working_hours.from",
    "working_hours.to",
];

pub const DAYS: [Weekday; 7] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
pub const APIS: [Api; 3] = [Api::Classic, Api::SalesNavigator, Api::Recruiter];

/// What the fields say; what was left empty says nothing.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub name: Option<String>,
    pub api: Option<Api>,
    pub pace: Option<Pace>,
    pub budgets: BudgetsRequest,
    pub working_hours: Option<WorkingHours>,
    pub shared: bool,
}

/// Reads the fields; what cannot be read joins what is wrong. The rules of the values are those of the API.
pub fn read(form: &Form, wrong: &mut Vec<ValidationError>) -> Settings {
    let api = form.said("api").and_then(|word| {
        let api = APIS.into_iter().find(|api| api.as_str() == word);
        if api.is_none() {
            wrong.push(refused("api", "unknown_value", Json::Null, "Choose one of the list."));
        }
        api
    });
    Settings {
        name: form.said("name"),
        api,
        pace: pace(form, wrong),
        budgets: BudgetsRequest {
            search_rows_per_day: form.parse("budgets.search_rows_per_day", wrong, "This must be a whole number, such as 2,500."),
            profiles_per_day: form.parse("budgets.profiles_per_day", wrong, "This must be a whole number, such as 100."),
        },
        working_hours: if form.has("working_hours", "yes") { hours(form, wrong) } else { None },
        shared: form.has("shared", "yes"),
    }
}

/// People think of seconds.
fn pace(form: &Form, wrong: &mut Vec<ValidationError>) -> Option<Pace> {
    let longest = LONGEST_DELAY_MS as f64 / 1_000.0;
    let words = format!("This must be a number of seconds from 0 to {longest}, such as 2 or 0.5.");
    let delay_s: Option<f64> = form.parse("pace.delay_s", wrong, &words);
    let jitter_pct = form.parse("pace.jitter_pct", wrong, "This must be a whole number from 0 to 100.");
    let usual = Pace::default();
    let delay_ms = match delay_s {
        Some(seconds) if (0.0..=longest).contains(&seconds) => (seconds * 1_000.0).round() as u64,
        Some(_) => {
            wrong.push(refused("pace.delay_s", "out_of_range", Json::Null, words));
            return None;
        }
        None if jitter_pct.is_none() => return None,
        None => usual.delay_ms,
    };
    Some(Pace { delay_ms, jitter_pct: jitter_pct.unwrap_or(usual.jitter_pct) })
}

fn hours(form: &Form, wrong: &mut Vec<ValidationError>) -> Option<WorkingHours> {
    let before = wrong.len();
    let from = form.parse("working_hours.from", wrong, "This must be a time, such as 09:00.");
    let to = form.parse("working_hours.to", wrong, "This must be a time, such as 18:00.");
    for (name, time) in [("working_hours.from", from), ("working_hours.to", to)] {
        if time.is_none() && wrong.len() == before {
            wrong.push(refused(name, "missing_field", Json::Null, "Say when, such as 09:00."));
        }
    }
    let days = DAYS.into_iter().filter(|day| form.has("working_hours.days", word(*day))).collect();
    Some(WorkingHours { days, from: from?, to: to? })
}

/// The fields as the account has them now.
pub fn of(account: &Account) -> Form {
    let mut fields = vec![
        ("name", account.name.clone()),
        ("pace.delay_s", account.pace.delay.as_secs_f64().to_string()),
        ("pace.jitter_pct", account.pace.jitter_pct.to_string()),
        ("budgets.search_rows_per_day", account.budgets.search_rows_per_day.to_string()),
        ("budgets.profiles_per_day", account.budgets.profiles_per_day.to_string()),
    ];
    if let Some(api) = account.api.filter(|_| account.api_given) {
        fields.push(("api", wire::api_word(api).as_str().to_owned()));
    }
    if account.shared {
        fields.push(("shared", "yes".to_owned()));
    }
    match &account.working_hours {
        Some(hours) => {
            fields.push(("working_hours", "yes".to_owned()));
            fields.extend(hours.days.iter().map(|day| ("working_hours.days", word(wire::day(*day)).to_owned())));
            fields.push(("working_hours.from", hours.from.strftime("%H:%M").to_string()));
            fields.push(("working_hours.to", hours.to.strftime("%H:%M").to_string()));
        }
        None => fields.extend(usual_hours()),
    }
    Form::filled(fields)
}

/// What the fields begin with: the usual working week, not yet asked for.
pub fn usual_hours() -> Vec<(&'static str, String)> {
    let mut fields: Vec<_> = DAYS[..5].iter().map(|day| ("working_hours.days", word(*day).to_owned())).collect();
    fields.push(("working_hours.from", "09:00".to_owned()));
    fields.push(("working_hours.to", "18:00".to_owned()));
    fields
}

pub fn word(day: Weekday) -> &'static str {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    match day {
        Mon => "mon",
        Tue => "tue",
        Wed => "wed",
        Thu => "thu",
        Fri => "fri",
        Sat => "sat",
        Sun => "sun",
    }
}

/// A day to tick.
pub struct Day {
    pub word: &'static str,
    pub name: &'static str,
}

pub fn days() -> Vec<Day> {
    DAYS.into_iter().map(|day| Day { word: word(day), name: day_name(day) }).collect()
}
