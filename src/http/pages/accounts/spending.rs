//! What an account has spent day by day, in the workspace's zone.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use sluice_api::wording::numbers::{count, thousands};

use crate::domain::account::Account;
use crate::domain::{AccountId, Micros};
use crate::http::pages::charts::{self, Column, ColumnChart};
use crate::http::pages::moment::Clock;
use crate::store::charges::{Action, by_quarter};
use crate::store::{Conn, StoreError};

/// Days that are shown, today being the last; charges are kept a little longer.
const DAYS: usize = 14;

/// One day and what was spent in it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Spent {
    date: Date,
    amount: u64,
}

/// The rows of searches by day, below the line of the budget.
pub async fn chart(conn: &mut Conn, account: &Account, clock: &Clock) -> Result<ColumnChart, StoreError> {
    let days = by_day(conn, account.id, Action::SearchRows, clock).await?;
    let budget = u64::try_from(account.budgets.search_rows_per_day).unwrap_or(0);
    let columns: Vec<Column> =
        days.iter().map(|day| Column { label: day.date.strftime("%-d %b").to_string(), value: day.amount }).collect();
    let label = format!("{} a day", thousands(budget));
    Ok(charts::columns("spent", format!("Rows of the last {DAYS} days"), summary(&days), &columns, Some((budget, &label))))
}

/// "1,240 rows in 14 days; the most, 900, on Tue 17 Nov."
fn summary(days: &[Spent]) -> String {
    let all = days.iter().map(|day| day.amount).sum();
    match days.iter().max_by_key(|day| day.amount).filter(|day| day.amount > 0) {
        Some(most) => format!(
            "{} in {DAYS} days; the most, {}, on {}.",
            count(all, "row", "rows"),
            thousands(most.amount),
            most.date.strftime("%a %-d %b")
        ),
        None => format!("No rows in {DAYS} days."),
    }
}

async fn by_day(conn: &mut Conn, account: AccountId, action: Action, clock: &Clock) -> Result<Vec<Spent>, StoreError> {
    let from = first_moment(clock);
    let quarters = by_quarter(conn, account, action, Micros(from.as_microsecond())).await?;
    Ok(fold(&quarters, clock))
}

/// The start of the first day that is shown.
fn first_moment(clock: &Clock) -> Timestamp {
    let start = first_day(clock).to_zoned(clock.zone.clone());
    start.map_or(clock.now, |start| start.timestamp())
}

fn first_day(clock: &Clock) -> Date {
    let today = clock.now.to_zoned(clock.zone.clone()).date();
    today.checked_sub((DAYS as i64 - 1).days()).unwrap_or(today)
}

fn fold(quarters: &[(Micros, i64)], clock: &Clock) -> Vec<Spent> {
    let first = first_day(clock);
    let mut days: Vec<Spent> =
        (0..DAYS as i64).filter_map(|ahead| first.checked_add(ahead.days()).ok()).map(|date| Spent { date, amount: 0 }).collect();
    for (at, amount) in quarters {
        let date = at.timestamp().to_zoned(clock.zone.clone()).date();
        if let Some(day) = days.iter_mut().find(|day| day.date == date) {
            day.amount += u64::try_from(*amount).unwrap_or(0);
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_that_of_the_workspace() {
        // Kathmandu is 5:45 ahead of UTC: its day begins at 18:15.
        let clock = Clock::new("2026-03-02T12:00:00Z".parse().expect("a time"), "Asia/Kathmandu");
        let at = |text: &str| Micros(text.parse::<Timestamp>().expect("a time").as_microsecond());
        let quarters = [
            (at("2026-02-16T18:15:00Z"), 5),
            (at("2026-03-01T18:00:00Z"), 30),
            (at("2026-03-01T18:15:00Z"), 40),
            (at("2026-03-02T11:45:00Z"), 2),
        ];
        let days = fold(&quarters, &clock);
        assert_eq!(days.len(), DAYS);
        assert_eq!((days[0].date.to_string().as_str(), days[0].amount), ("2026-02-17", 5));
        assert_eq!((days[12].amount, days[13].amount), (30, 42));
        assert_eq!(summary(&days), "77 rows in 14 days; the most, 42, on Mon 2 Mar.");
        assert_eq!(first_moment(&clock).to_string(), "2026-02-16T18:15:00Z");
    }
}
