//! The sandbox as an operator sees it: its log of requests and its faults.

use serde::Deserialize;
use sluice_sandbox::Sandbox;

/// One request that came in.
#[derive(Debug, Clone, Deserialize)]
pub struct Seen {
    pub path: String,
    pub account: Option<String>,
    /// Microseconds since the Unix epoch, at arrival.
    pub at_us: i64,
}

/// The searches of an account, in the order they arrived.
pub async fn searches(sandbox: &Sandbox, account: &str) -> Vec<Seen> {
    let mut seen = seen(sandbox).await;
    seen.retain(|seen| seen.path.ends_with("/linkedin/search") && seen.account.as_deref() == Some(account));
    seen.sort_unstable_by_key(|seen| seen.at_us);
    seen
}

async fn seen(sandbox: &Sandbox) -> Vec<Seen> {
    let answer: serde_json::Value =
        client().get(format!("{}/_sandbox/requests", sandbox.base_url())).send().await.unwrap().json().await.unwrap();
    serde_json::from_value(answer.get("requests").cloned().unwrap_or(answer)).unwrap()
}

/// How often words were looked up through an account.
pub async fn lookups(sandbox: &Sandbox, account: &str) -> usize {
    let seen = seen(sandbox).await;
    seen.iter().filter(|seen| seen.path.ends_with("/search/parameters") && seen.account.as_deref() == Some(account)).count()
}

/// Calls of any provider so far.
pub async fn calls(sandbox: &Sandbox) -> usize {
    seen(sandbox).await.len()
}

/// What was asked for so far, in the order of arrival.
pub async fn paths(sandbox: &Sandbox) -> Vec<String> {
    seen(sandbox).await.into_iter().map(|seen| seen.path).collect()
}

/// How many collections were asked for.
pub async fn triggers(sandbox: &Sandbox) -> usize {
    seen(sandbox).await.iter().filter(|seen| seen.path.ends_with("/trigger")).count()
}

/// When each call of any provider arrived, in microseconds since the Unix epoch.
pub async fn starts(sandbox: &Sandbox) -> Vec<i64> {
    seen(sandbox).await.iter().map(|seen| seen.at_us).collect()
}

/// Replaces the faults; counting begins anew.
pub async fn set_faults(sandbox: &Sandbox, faults: &'static str) {
    let answer = client().put(format!("{}/_sandbox/faults", sandbox.base_url())).body(faults).send().await.unwrap();
    assert!(answer.status().is_success(), "the sandbox refused {faults:?}: {}", answer.text().await.unwrap());
}

#[expect(clippy::disallowed_methods, reason = "the sandbox's own controls are no provider")]
fn client() -> reqwest::Client {
    reqwest::Client::new()
}
