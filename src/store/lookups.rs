//! What words mean to a provider, remembered for a month.

use std::time::Duration;

use super::database::{Conn, Tx, sql};
use super::error::StoreError;
use crate::domain::time::micros;

const FRESH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The remembered answer, as JSON text. Words are folded by the caller.
pub async fn find(conn: &mut Conn, provider: &str, kind: &str, words: &str) -> Result<Option<String>, StoreError> {
    sql("SELECT choices FROM lookups WHERE provider = $1 AND kind = $2 AND words = $3 AND looked_up_at > {now} - $4")
        .bind(provider)
        .bind(kind)
        .bind(words)
        .bind(micros(FRESH))
        .fetch_optional(conn)
        .await?
        .map(|row| row.get("choices"))
        .transpose()
}

/// The remembered answer for the longest of these words; none of them is older than a month.
pub async fn longest(conn: &mut Conn, provider: &str, kind: &str, words: &[String]) -> Result<Option<String>, StoreError> {
    if words.is_empty() {
        return Ok(None);
    }
    let statement = sql(format!(
        "SELECT choices FROM lookups WHERE provider = $1 AND kind = $2 AND looked_up_at > {{now}} - $3 AND words IN ({}) \
         ORDER BY length(words) DESC LIMIT 1",
        super::database::list(4, words.len())
    ))
    .bind(provider)
    .bind(kind)
    .bind(micros(FRESH));
    let statement = words.iter().fold(statement, |statement, word| statement.bind(word));
    statement.fetch_optional(conn).await?.map(|row| row.get("choices")).transpose()
}

pub async fn save(tx: &mut Tx, provider: &str, kind: &str, words: &str, choices: &str) -> Result<(), StoreError> {
    sql("INSERT INTO lookups (provider, kind, words, choices, looked_up_at) VALUES ($1, $2, $3, $4, {now}) \
         ON CONFLICT (provider, kind, words) DO UPDATE SET choices = excluded.choices, looked_up_at = excluded.looked_up_at")
    .bind(provider)
    .bind(kind)
    .bind(words)
    .bind(choices)
    .execute(tx)
    .await?;
    Ok(())
}
