//! One row an account: when its next page may start, for all workers together.

use std::time::Duration;

use super::database::{Row, Tx, sql};
use super::error::StoreError;
use crate::domain::time::micros;
use crate::domain::{AccountId, Micros};

/// A start that an account has promised to one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Slot {
    /// Microseconds since the Unix epoch, by the database's clock.
    pub at_us: i64,
    /// What was drawn to lie between this start and the next, in microseconds.
    pub gap_us: i64,
}

/// What the row says to a job that wants to start a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Now; the row has noted the start.
    Go,
    /// Not before the slot, which is `wait` from now.
    Wait { slot: Slot, wait: Duration },
}

/// Asks to start now, or at `slot` if one was reserved before. `gap` is the drawn distance to the next start.
///
/// A reserved slot may have passed by while its job was busy, and a later one may have been used early, so the start itself decides:
/// it never comes closer to the last start than the gap drawn for that one.
pub async fn start(tx: &mut Tx, account: AccountId, slot: Option<Slot>, gap: Duration) -> Result<Start, StoreError> {
    let pace = lock(tx, account).await?;
    let earliest = pace.blocked_until.max(pace.last_start_at + pace.gap_us);
    let (own, gap_us) = match slot {
        // A slot reserved before a block is void: the block has moved everybody.
        Some(slot) if slot.at_us >= pace.blocked_until => (slot.at_us, slot.gap_us),
        _ => (pace.next_at, micros(gap)),
    };
    let at_us = own.max(earliest);
    if at_us > pace.now {
        let slot = Slot { at_us, gap_us };
        if own == pace.next_at {
            advance(tx, account, at_us + gap_us).await?;
        }
        return Ok(Start::Wait { slot, wait: Micros(at_us).since(Micros(pace.now)) });
    }
    sql("UPDATE account_paces SET last_start_at = {now}, gap_us = $2, \
             next_at = CASE WHEN next_at < {now} + $2 THEN {now} + $2 ELSE next_at END WHERE account_id = $1")
    .bind(account)
    .bind(gap_us)
    .execute(tx)
    .await?;
    tracing::debug!(target: "sluice::pace", %account, gap_us, "a start was granted");
    Ok(Start::Go)
}

/// Reserves the next start for a job that has just stored a page.
pub async fn reserve(tx: &mut Tx, account: AccountId, gap: Duration) -> Result<(Slot, Duration), StoreError> {
    let pace = lock(tx, account).await?;
    let at_us = pace.next_at.max(pace.blocked_until).max(pace.last_start_at + pace.gap_us).max(pace.now);
    let slot = Slot { at_us, gap_us: micros(gap) };
    advance(tx, account, at_us + slot.gap_us).await?;
    Ok((slot, Micros(at_us).since(Micros(pace.now))))
}

/// The provider asked to slow down: nobody on the account starts before `wait` has passed. Returns until when.
pub async fn push_back(tx: &mut Tx, account: AccountId, wait: Duration) -> Result<Micros, StoreError> {
    lock(tx, account).await?;
    let row = sql("UPDATE account_paces SET strikes = strikes + 1, \
             blocked_until = CASE WHEN blocked_until < {now} + $2 THEN {now} + $2 ELSE blocked_until END, \
             next_at = CASE WHEN next_at < {now} + $2 THEN {now} + $2 ELSE next_at END \
         WHERE account_id = $1 RETURNING blocked_until")
    .bind(account)
    .bind(micros(wait))
    .fetch_one(tx)
    .await?;
    row.get("blocked_until")
}

/// How often in a row the provider has asked to slow down.
pub async fn strikes(tx: &mut Tx, account: AccountId) -> Result<i64, StoreError> {
    Ok(lock(tx, account).await?.strikes)
}

/// A page came through.
pub async fn clear_strikes(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    sql("UPDATE account_paces SET strikes = 0 WHERE account_id = $1 AND strikes > 0").bind(account).execute(tx).await?;
    Ok(())
}

struct Pace {
    now: i64,
    next_at: i64,
    last_start_at: i64,
    gap_us: i64,
    blocked_until: i64,
    strikes: i64,
}

/// Keeps the row from everybody else until the transaction ends; the first use of an account makes it.
pub(super) async fn hold(tx: &mut Tx, account: AccountId) -> Result<(), StoreError> {
    sql("INSERT INTO account_paces (account_id, next_at, last_start_at, gap_us, blocked_until, strikes) VALUES ($1, 0, 0, 0, 0, 0) \
         ON CONFLICT (account_id) DO NOTHING")
    .bind(account)
    .execute(tx)
    .await?;
    sql("SELECT account_id FROM account_paces WHERE account_id = $1 {for_update}").bind(account).fetch_one(tx).await?;
    Ok(())
}

/// Reads the row and keeps it until the transaction ends.
async fn lock(tx: &mut Tx, account: AccountId) -> Result<Pace, StoreError> {
    hold(tx, account).await?;
    // Read by a statement of its own, so that the time is taken after the wait for the lock.
    let row = sql("SELECT {now} AS now, next_at, last_start_at, gap_us, blocked_until, strikes FROM account_paces WHERE account_id = $1")
        .bind(account)
        .fetch_one(tx)
        .await?;
    read(&row)
}

async fn advance(tx: &mut Tx, account: AccountId, next_at: i64) -> Result<(), StoreError> {
    sql("UPDATE account_paces SET next_at = $2 WHERE account_id = $1").bind(account).bind(next_at).execute(tx).await?;
    Ok(())
}

fn read(row: &Row) -> Result<Pace, StoreError> {
    Ok(Pace {
        now: row.get("now")?,
        next_at: row.get("next_at")?,
        last_start_at: row.get("last_start_at")?,
        gap_us: row.get("gap_us")?,
        blocked_until: row.get("blocked_until")?,
        strikes: row.get("strikes")?,
    })
}
