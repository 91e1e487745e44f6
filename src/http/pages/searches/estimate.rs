//! What a search will take, in words and as a bar: people, pages, time, and the account's budget.

use sluice_api::wording::numbers::{count, duration, thousands};

use crate::domain::account::Account;
use crate::domain::{Micros, UserId};
use crate::http::pages::moment::Clock;
use crate::http::wire;
use crate::jobs::search_prospects::start::Plan;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Estimate {
    /// "Up to 1,000 people in 10 pages, in about 28s."; empty while it is not known.
    pub headline: String,
    /// What else there is to know, one sentence each.
    pub lines: Vec<String>,
    pub budget: Option<Budget>,
    /// What is missing before it can be known.
    pub missing: Option<String>,
}

/// A bar of 100 units.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    pub used: f64,
    pub more: f64,
    pub words: String,
}

impl Estimate {
    pub fn of(plan: &Plan, first: Option<Micros>, clock: &Clock) -> Self {
        let (target, estimate) = (i64::from(plan.args.target), &plan.estimate);
        let number = |count: i64| thousands(u64::try_from(count).unwrap_or(0));
        let mut lines = Vec::new();
        if let Some(first) = first {
            lines.push(format!("It runs first at {}.", clock.moment(first.timestamp()).clock));
        } else if let Some(opens) = opens(&plan.account, clock) {
            lines.push(format!("The account works again from {opens}; the search begins then."));
        }
        if plan.args.is_clamped() {
            let title = wire::api_word(plan.args.api).title();
            lines.push(format!("{title} hands out {} people for one search at most, so it stops there.", number(target)));
        }
        let after = estimate.used.saturating_add(target);
        if after > estimate.budget {
            let room = estimate.budget_left();
            let now = if room > 0 { format!("has room for {} more rows now", number(room)) } else { "has no room now".to_owned() };
            lines.push(format!("The account's budget {now}. The search waits for the rest and goes on by itself."));
        }
        let full = estimate.budget.max(1) as f64;
        let share = |rows: i64| (rows.max(0) as f64 / full * 1_000.0).round().min(1_000.0) / 10.0;
        let used = share(estimate.used);
        Self {
            headline: format!(
                "Up to {} in {}, in about {}.",
                count(u64::from(plan.args.target), "person", "people"),
                count(u64::from(estimate.pages), "page", "pages"),
                duration(estimate.time),
            ),
            lines,
            budget: Some(Budget {
                used,
                more: (share(after) - used).max(0.0),
                words: format!(
                    "{} of the {} rows of 24 hours are used; {} after this search.",
                    number(estimate.used),
                    number(estimate.budget),
                    number(after.min(estimate.budget.max(estimate.used))),
                ),
            }),
            missing: None,
        }
    }

    /// Nothing can be told before `problem` is mended.
    pub fn unknown(problem: Option<String>) -> Self {
        Self { missing: problem, ..Self::default() }
    }
}

fn opens(account: &Account, clock: &Clock) -> Option<String> {
    let now = Micros(clock.now.as_microsecond());
    let opens = account.working_hours.as_ref()?.next_open(now, &clock.zone);
    (opens > now).then(|| clock.moment(opens.timestamp()).clock)
}

/// "Sales Navigator, shared, 2,260 of 2,500 rows left today".
pub fn account_line(account: &Account, used: i64, viewer: UserId) -> String {
    let api = account.api.map_or("LinkedIn", |api| wire::api_word(api).title());
    let shared = if account.user_id == viewer { "" } else { ", shared with you" };
    let budget = account.budgets.search_rows_per_day;
    let number = |count: i64| thousands(u64::try_from(count).unwrap_or(0));
    format!("{api}{shared}, {} of {} rows left in 24 hours", number((budget - used).max(0)), number(budget))
}
