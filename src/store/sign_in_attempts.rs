//! Failed attempts to sign in, by subject: what is tried and from where. The database's clock decides, for all processes.

use std::time::Duration;

use super::database::sql;
use super::{StoreError, Tx};
use crate::domain::Micros;
use crate::domain::time::micros;

/// Without a failure for so long, a subject begins anew.
pub const FORGOTTEN_AFTER: Duration = Duration::from_secs(24 * 3600);

/// Whether an attempt may be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It may, and counts as failed until it is cleared or given back.
    Now,
    /// It may not before so long.
    In(Duration),
}

/// Counts an attempt before its outcome is known, so that many at once are counted too. `delay_after` says how long the next one has to
/// wait after so many failures in a row. An attempt that comes too early is not counted.
pub async fn begin(tx: &mut Tx, subject: &str, delay_after: impl Fn(i64) -> Duration) -> Result<Turn, StoreError> {
    sql("INSERT INTO sign_in_attempts (subject, failures, next_at, last_at) VALUES ($1, 0, 0, {now}) ON CONFLICT (subject) DO NOTHING")
        .bind(subject)
        .execute(tx)
        .await?;
    let row = sql("SELECT failures, next_at, last_at, {now} AS now FROM sign_in_attempts WHERE subject = $1 {for_update}")
        .bind(subject)
        .fetch_one(tx)
        .await?;
    let (now, next_at, last_at): (Micros, Micros, Micros) = (row.get("now")?, row.get("next_at")?, row.get("last_at")?);
    if now < next_at {
        return Ok(Turn::In(next_at.since(now)));
    }
    let before: i64 = if now.since(last_at) >= FORGOTTEN_AFTER { 0 } else { row.get("failures")? };
    let failures = before + 1;
    sql("UPDATE sign_in_attempts SET failures = $2, next_at = {now} + $3, last_at = {now} WHERE subject = $1")
        .bind(subject)
        .bind(failures)
        .bind(micros(delay_after(failures)))
        .execute(tx)
        .await?;
    Ok(Turn::Now)
}

/// The subject has failed never.
pub async fn clear(tx: &mut Tx, subject: &str) -> Result<(), StoreError> {
    sql("DELETE FROM sign_in_attempts WHERE subject = $1").bind(subject).execute(tx).await?;
    Ok(())
}

/// The attempt that was counted last has not failed; those before it stay counted.
pub async fn give_back(tx: &mut Tx, subject: &str) -> Result<(), StoreError> {
    sql("UPDATE sign_in_attempts SET failures = failures - 1, next_at = 0 WHERE subject = $1 AND failures > 0")
        .bind(subject)
        .execute(tx)
        .await?;
    Ok(())
}

/// Drops up to 500 subjects that begin anew anyway; returns how many went.
pub async fn prune(tx: &mut Tx) -> Result<u64, StoreError> {
    sql("DELETE FROM sign_in_attempts WHERE subject IN (SELECT subject FROM sign_in_attempts WHERE last_at < {now} - $1 LIMIT 500)")
        .bind(micros(FORGOTTEN_AFTER))
        .execute(tx)
        .await
}
