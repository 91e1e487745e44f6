//! Commits of these jobs that store no posting: waiting, and ending.

use std::time::Duration;

use async_trait::async_trait;

use crate::domain::Micros;
use crate::domain::job::{Job, Progress, StopReason};
use crate::domain::posting::Statistics;
use crate::jobs::engine::{Next, Outcome, Write};
use crate::store::postings::items;
use crate::store::{StoreError, Tx, timeline};

/// Nothing to do until then.
pub(in crate::jobs) struct Park<C> {
    pub cursor: C,
    pub at: Micros,
    pub wait: Duration,
    pub reason: String,
}

#[async_trait]
impl<C: Clone + Send + Sync> Write<C> for Park<C> {
    async fn write(&self, _tx: &mut Tx, _job: &Job) -> Result<Outcome<C>, StoreError> {
        Ok(Outcome::new(Next::Wait { cursor: self.cursor.clone(), at: self.at, wait: self.wait, reason: self.reason.clone() }))
    }
}

/// All is done.
pub(in crate::jobs) struct Finish {
    pub reason: StopReason,
    /// Filters that were checked here, and those that nothing can check.
    pub checked: Vec<String>,
    pub unproven: Vec<String>,
}

#[async_trait]
impl<C: Clone + Send + Sync + 'static> Write<C> for Finish {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<C>, StoreError> {
        let told = items::statistics(tx, job.id).await?.with_filters(&self.checked, &self.unproven);
        let progress = Progress { current: told.found, total: told.found, message: Some(told.sentence()) };
        let result = as_json(&told);
        Ok(Outcome {
            progress: Some(progress),
            rows_kept: Some(rows_kept(&told)),
            ..Outcome::new(Next::Done { reason: self.reason, result: Some(result) })
        })
    }
}

/// A collection may take so long, counted from when the provider was asked for it or a person last wanted the job, whichever is later.
const LONGEST_COLLECTION: Duration = Duration::from_secs(6 * 3_600);

/// The provider is still collecting: looks again after `wait`, but not for ever.
pub(in crate::jobs) async fn not_ready<C>(
    tx: &mut Tx,
    job: &Job,
    asked_at: Micros,
    wait: Option<Duration>,
    cursor: C,
) -> Result<Outcome<C>, StoreError> {
    let now = Micros(tx.now_us().await?);
    let since = timeline::last_wanted_at(tx, job).await?.max(asked_at);
    if now.since(since) > LONGEST_COLLECTION {
        return Ok(Outcome::new(Next::Failed {
            cursor: Some(cursor),
            reason: StopReason::Error,
            code: "COLLECTION_NOT_READY",
            message: "The provider has not finished collecting the postings after six hours. What was found is kept; Retry looks again."
                .into(),
            retryable: true,
        }));
    }
    let Some(wait) = wait else { return Ok(Outcome::new(Next::Continue(cursor))) };
    let reason = "The provider is collecting the postings.".to_owned();
    Ok(Outcome::new(Next::Wait { cursor, at: now.plus(wait), wait, reason }))
}

/// Postings that the job has stored or written anew.
pub(in crate::jobs) fn rows_kept(told: &Statistics) -> i64 {
    told.new + told.updated
}

/// As the job's result has them.
pub(in crate::jobs) fn as_json(told: &Statistics) -> serde_json::Value {
    serde_json::json!(told)
}
