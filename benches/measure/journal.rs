//! The sandbox's log of requests: when pages really started.

use anyhow::Result;
use serde::Deserialize;

use crate::programs::Sandbox;

/// One request for a page. Times are microseconds since the Unix epoch.
#[derive(Debug, Clone, Deserialize)]
pub struct Seen {
    path: String,
    account: Option<String>,
    pub at_us: i64,
    /// `None` while the answer is held.
    pub answered_us: Option<i64>,
}

/// The searches of an account, in the order they arrived.
pub async fn searches(sandbox: &Sandbox, account: &str) -> Result<Vec<Seen>> {
    let mut seen: Vec<Seen> =
        sandbox.http.get(format!("{}/_sandbox/requests", sandbox.url)).send().await?.error_for_status()?.json().await?;
    seen.retain(|seen| seen.path.ends_with("/linkedin/search") && seen.account.as_deref() == Some(account));
    seen.sort_unstable_by_key(|seen| seen.at_us);
    Ok(seen)
}

/// The shortest distance between two starts that follow each other, in microseconds.
pub fn shortest_distance(seen: &[Seen]) -> Option<i64> {
    seen.windows(2).map(|pair| pair[1].at_us - pair[0].at_us).min()
}

/// Forgets everything, so that the log stays short.
pub async fn clear(sandbox: &Sandbox) -> Result<()> {
    sandbox.http.delete(format!("{}/_sandbox/requests", sandbox.url)).send().await?.error_for_status()?;
    Ok(())
}

/// How long every answer takes from now on.
pub async fn set_latency(sandbox: &Sandbox, latency_ms: u64) -> Result<()> {
    let change = serde_json::json!({ "latency_ms": latency_ms });
    sandbox.http.put(format!("{}/_sandbox/faults", sandbox.url)).body(change.to_string()).send().await?.error_for_status()?;
    Ok(())
}
