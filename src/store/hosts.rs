//! One circuit breaker a host, for all workspaces, in the row that also keeps the host's pace.
//!
//! A block opens it: nobody asks there any more but jobs that a person has started or retried since. The first of them that is answered closes
//! it for all.

use super::database::{Conn, Tx, sql};
use super::error::StoreError;
use super::paces::{self, Door};
use crate::domain::Micros;

/// Why nobody asks a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub at: Micros,
    /// What the host said, and what to do.
    pub message: String,
}

/// The block of a host, while its breaker is open.
pub async fn blocked(conn: &mut Conn, host: &str) -> Result<Option<Block>, StoreError> {
    let row = sql("SELECT opened_at, opened_message FROM hosts WHERE host = $1 AND opened_at IS NOT NULL")
        .bind(host)
        .fetch_optional(conn)
        .await?;
    let read = |row: &super::database::Row| {
        Ok(Block { at: row.get("opened_at")?, message: row.get::<Option<String>>("opened_message")?.unwrap_or_default() })
    };
    row.as_ref().map(read).transpose()
}

/// Opens the breaker, or keeps it open from now on.
pub async fn block(tx: &mut Tx, host: &str, message: &str) -> Result<(), StoreError> {
    paces::hold(tx, Door::Host(host)).await?;
    sql("UPDATE hosts SET opened_at = {now}, opened_message = $2, strikes = 0 WHERE host = $1")
        .bind(host)
        .bind(message)
        .execute(tx)
        .await?;
    Ok(())
}

/// A job that was let through since a person wanted it at `wanted_at` has been answered: closes a breaker that was opened before that.
pub async fn reopen(tx: &mut Tx, host: &str, wanted_at: Micros) -> Result<bool, StoreError> {
    let closed = sql("UPDATE hosts SET opened_at = NULL, opened_message = NULL WHERE host = $1 AND opened_at <= $2")
        .bind(host)
        .bind(wanted_at)
        .execute(tx)
        .await?;
    Ok(closed > 0)
}
