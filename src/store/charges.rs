//! What an account has spent in the last 24 hours: one row a provider call.

use std::time::Duration;

use super::database::{Conn, Tx, sql};
use super::error::StoreError;
use super::paces;
use crate::domain::id::ChargeId;
use crate::domain::{AccountId, JobId, Micros};

/// The window of every budget.
pub const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a charge is kept: no budget counts the older ones, but people look at what was spent day by day.
pub const KEPT: Duration = Duration::from_secs(15 * 24 * 60 * 60);
/// Every time zone is some quarters of an hour from UTC, so that any day is made of whole ones.
const QUARTER: Duration = Duration::from_secs(15 * 60);

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    SearchRows,
    Profiles,
}

impl Action {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SearchRows => "search_rows",
            Self::Profiles => "profiles",
        }
    }
}

/// What a budget says to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charge {
    Made(ChargeId),
    /// Enough will have aged out of the window at this time.
    Exceeded {
        until: Micros,
        wait: Duration,
    },
}

/// Charges `amount` before a call, if the last 24 hours leave room for it under `budget`. The account's pace row is held until the
/// transaction ends, which makes the check and the charge one.
pub async fn make(tx: &mut Tx, account: AccountId, job: JobId, action: Action, amount: i64, budget: i64) -> Result<Charge, StoreError> {
    paces::hold(tx, account).await?;
    let window = crate::domain::time::micros(WINDOW);
    let row = sql("SELECT {now} AS now, CAST(COALESCE(sum(amount), 0) AS BIGINT) AS used FROM account_charges \
                   WHERE account_id = $1 AND action = $2 AND charged_at > {now} - $3")
    .bind(account)
    .bind(action.as_str())
    .bind(window)
    .fetch_one(tx)
    .await?;
    let (now, used): (Micros, i64) = (row.get("now")?, row.get("used")?);
    if used + amount > budget {
        let until = frees_at(tx, account, action, used + amount - budget).await?.unwrap_or(now.plus(WINDOW));
        return Ok(Charge::Exceeded { until, wait: until.since(now) });
    }
    let id = ChargeId::new();
    sql("INSERT INTO account_charges (id, account_id, job_id, action, amount, settled, charged_at) VALUES ($1, $2, $3, $4, $5, FALSE, {now})")
        .bind(id)
        .bind(account)
        .bind(job)
        .bind(action.as_str())
        .bind(amount)
        .execute(tx)
        .await?;
    Ok(Charge::Made(id))
}

/// When the oldest charges that add up to `amount` leave the window; `None` if all together are less.
async fn frees_at(tx: &mut Tx, account: AccountId, action: Action, amount: i64) -> Result<Option<Micros>, StoreError> {
    let window = crate::domain::time::micros(WINDOW);
    let rows = sql("SELECT charged_at + $3 AS frees_at, amount FROM account_charges \
                    WHERE account_id = $1 AND action = $2 AND charged_at > {now} - $3 ORDER BY charged_at, id")
    .bind(account)
    .bind(action.as_str())
    .bind(window)
    .fetch_all(tx)
    .await?;
    let mut freed = 0;
    for row in &rows {
        freed += row.get::<i64>("amount")?;
        if freed >= amount {
            return row.get("frees_at").map(Some);
        }
    }
    Ok(None)
}

/// Corrects a charge to what the call really brought; 0 refunds a call that failed.
pub async fn settle(tx: &mut Tx, id: ChargeId, amount: i64) -> Result<(), StoreError> {
    sql("UPDATE account_charges SET amount = $2, settled = TRUE WHERE id = $1 AND NOT settled").bind(id).bind(amount).execute(tx).await?;
    Ok(())
}

/// What the last 24 hours have used.
pub async fn used(conn: &mut Conn, account: AccountId, action: Action) -> Result<i64, StoreError> {
    sql("SELECT CAST(COALESCE(sum(amount), 0) AS BIGINT) AS used FROM account_charges \
         WHERE account_id = $1 AND action = $2 AND charged_at > {now} - $3")
    .bind(account)
    .bind(action.as_str())
    .bind(crate::domain::time::micros(WINDOW))
    .fetch_one(conn)
    .await?
    .get("used")
}

/// What was spent since `from`, in the quarters of an hour in which it was, oldest first. Quarters without a charge are not there.
pub async fn by_quarter(conn: &mut Conn, account: AccountId, action: Action, from: Micros) -> Result<Vec<(Micros, i64)>, StoreError> {
    let rows = sql("SELECT charged_at / $4 * $4 AS quarter, CAST(sum(amount) AS BIGINT) AS spent FROM account_charges \
                    WHERE account_id = $1 AND action = $2 AND charged_at >= $3 GROUP BY charged_at / $4 * $4 ORDER BY quarter")
    .bind(account)
    .bind(action.as_str())
    .bind(from)
    .bind(crate::domain::time::micros(QUARTER))
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok((row.get("quarter")?, row.get("spent")?))).collect()
}

/// Drops up to 500 charges that nobody asks about any more; returns how many went.
pub async fn prune(tx: &mut Tx) -> Result<u64, StoreError> {
    sql("DELETE FROM account_charges WHERE id IN (SELECT id FROM account_charges WHERE charged_at < {now} - $1 LIMIT 500)")
        .bind(crate::domain::time::micros(KEPT))
        .execute(tx)
        .await
}
