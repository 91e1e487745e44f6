//! One row an account, and one a host: when the next page may start there, for all workers together.

use std::time::Duration;

use super::database::{Row, Tx, Value, sql};
use super::error::StoreError;
use crate::domain::time::micros;
use crate::domain::{AccountId, Micros};

/// What has a pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door<'a> {
    Account(AccountId),
    /// For all workspaces: they come from one address.
    Host(&'a str),
}

impl From<AccountId> for Door<'_> {
    fn from(account: AccountId) -> Self {
        Door::Account(account)
    }
}

impl Door<'_> {
    fn table(self) -> &'static str {
        match self {
            Door::Account(_) => "account_paces",
            Door::Host(_) => "hosts",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Door::Account(_) => "account_id",
            Door::Host(_) => "host",
        }
    }
}

impl From<Door<'_>> for Value {
    fn from(door: Door<'_>) -> Value {
        match door {
            Door::Account(account) => account.into(),
            Door::Host(host) => host.into(),
        }
    }
}

/// A start that was promised to one job.
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
pub async fn start<'a>(tx: &mut Tx, door: impl Into<Door<'a>>, slot: Option<Slot>, gap: Duration) -> Result<Start, StoreError> {
    let door = door.into();
    let pace = lock(tx, door).await?;
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
            advance(tx, door, at_us + gap_us).await?;
        }
        return Ok(Start::Wait { slot, wait: Micros(at_us).since(Micros(pace.now)) });
    }
    sql(format!(
        "UPDATE {} SET last_start_at = {{now}}, gap_us = $2, \
             next_at = CASE WHEN next_at < {{now}} + $2 THEN {{now}} + $2 ELSE next_at END WHERE {} = $1",
        door.table(),
        door.key()
    ))
    .bind(door)
    .bind(gap_us)
    .execute(tx)
    .await?;
    tracing::debug!(target: "sluice::pace", ?door, gap_us, "a start was granted");
    Ok(Start::Go)
}

/// Reserves the next start for a job that has just stored a page.
pub async fn reserve<'a>(tx: &mut Tx, door: impl Into<Door<'a>>, gap: Duration) -> Result<(Slot, Duration), StoreError> {
    let door = door.into();
    let pace = lock(tx, door).await?;
    let at_us = pace.next_at.max(pace.blocked_until).max(pace.last_start_at + pace.gap_us).max(pace.now);
    let slot = Slot { at_us, gap_us: micros(gap) };
    advance(tx, door, at_us + slot.gap_us).await?;
    Ok((slot, Micros(at_us).since(Micros(pace.now))))
}

/// The provider asked to slow down: nobody starts there before `wait` has passed. Returns until when.
pub async fn push_back<'a>(tx: &mut Tx, door: impl Into<Door<'a>>, wait: Duration) -> Result<Micros, StoreError> {
    let door = door.into();
    lock(tx, door).await?;
    let row = sql(format!(
        "UPDATE {} SET strikes = strikes + 1, \
             blocked_until = CASE WHEN blocked_until < {{now}} + $2 THEN {{now}} + $2 ELSE blocked_until END, \
             next_at = CASE WHEN next_at < {{now}} + $2 THEN {{now}} + $2 ELSE next_at END \
         WHERE {} = $1 RETURNING blocked_until",
        door.table(),
        door.key()
    ))
    .bind(door)
    .bind(micros(wait))
    .fetch_one(tx)
    .await?;
    row.get("blocked_until")
}

/// How often in a row the provider has asked to slow down.
pub async fn strikes<'a>(tx: &mut Tx, door: impl Into<Door<'a>>) -> Result<i64, StoreError> {
    Ok(lock(tx, door.into()).await?.strikes)
}

/// Whether the time is not over for which the provider asked to slow down.
pub async fn is_pushed_back<'a>(tx: &mut Tx, door: impl Into<Door<'a>>) -> Result<bool, StoreError> {
    let pace = lock(tx, door.into()).await?;
    Ok(pace.blocked_until > pace.now)
}

/// A page came through.
pub async fn clear_strikes<'a>(tx: &mut Tx, door: impl Into<Door<'a>>) -> Result<(), StoreError> {
    let door = door.into();
    let text = format!("UPDATE {} SET strikes = 0 WHERE {} = $1 AND strikes > 0", door.table(), door.key());
    sql(text).bind(door).execute(tx).await?;
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

/// Keeps the row from everybody else until the transaction ends; the first use makes it.
pub async fn hold<'a>(tx: &mut Tx, door: impl Into<Door<'a>>) -> Result<(), StoreError> {
    let door = door.into();
    let (table, key) = (door.table(), door.key());
    sql(format!(
        "INSERT INTO {table} ({key}, next_at, last_start_at, gap_us, blocked_until, strikes) VALUES ($1, 0, 0, 0, 0, 0) \
         ON CONFLICT ({key}) DO NOTHING"
    ))
    .bind(door)
    .execute(tx)
    .await?;
    sql(format!("SELECT {key} FROM {table} WHERE {key} = $1 {{for_update}}")).bind(door).fetch_one(tx).await?;
    Ok(())
}

/// Reads the row and keeps it until the transaction ends.
async fn lock(tx: &mut Tx, door: Door<'_>) -> Result<Pace, StoreError> {
    hold(tx, door).await?;
    // Read by a statement of its own, so that the time is taken after the wait for the lock.
    let row = sql(format!(
        "SELECT {{now}} AS now, next_at, last_start_at, gap_us, blocked_until, strikes FROM {} WHERE {} = $1",
        door.table(),
        door.key()
    ))
    .bind(door)
    .fetch_one(tx)
    .await?;
    read(&row)
}

async fn advance(tx: &mut Tx, door: Door<'_>, next_at: i64) -> Result<(), StoreError> {
    sql(format!("UPDATE {} SET next_at = $2 WHERE {} = $1", door.table(), door.key())).bind(door).bind(next_at).execute(tx).await?;
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
