//! One slice: the steps of a claimed job until it ends, waits, gives way or is taken from this worker.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use serde_json::Value as Json;
use tokio::sync::watch;

use super::commit::{self, Committed, Decision};
use super::held::Signal;
use super::kind::{StepContext, StepError, Write};
use super::{Inner, backoff};
use crate::domain::job::{Job, JobError, JobState, StopReason};
use crate::store::jobs::leases::{Then, Until};

/// How a slice ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SliceEnd {
    /// The job is in this state now: it ended, waits, or is paused.
    Settled(JobState),
    /// The lease was lost; nothing of the last step was stored.
    Lost,
    /// The database could not be reached; the lease will run out and the job goes on elsewhere.
    Abandoned,
}

/// A claimed job with its place among the held ones, which it takes before it runs, so that no signal misses it, and leaves however it
/// ends.
pub(super) struct Slice {
    inner: Arc<Inner>,
    job: Job,
    signals: watch::Receiver<Signal>,
}

impl Slice {
    pub(super) fn new(inner: Arc<Inner>, job: Job) -> Self {
        let signals = inner.held.add(job.id, job.epoch);
        Self { inner, job, signals }
    }

    pub(super) async fn run(mut self) -> SliceEnd {
        let inner = self.inner.clone();
        run(&inner, self.job.clone(), &mut self.signals).await
    }
}

impl Drop for Slice {
    fn drop(&mut self) {
        self.inner.held.remove(self.job.id, self.job.epoch);
    }
}

async fn run(inner: &Inner, mut job: Job, signals: &mut watch::Receiver<Signal>) -> SliceEnd {
    loop {
        let signal = *signals.borrow();
        let decision = match before_step(&job, signal) {
            Some(decision) => decision,
            None => work(inner, &job, signals).await,
        };
        match commit::commit(inner, &job, decision).await {
            Committed::Settled(settled) if settled.state == JobState::Running => job = *settled,
            Committed::Settled(settled) => {
                if settled.state.is_final() {
                    let reason = settled.stop_reason.map_or("none", StopReason::as_str);
                    metrics::counter!("sluice_jobs_ended_total", "kind" => settled.kind.clone(), "stop_reason" => reason).increment(1);
                    tracing::info!(job = %settled.id, kind = settled.kind, stop_reason = reason, rows = settled.rows_kept, "job ended");
                }
                return SliceEnd::Settled(settled.state);
            }
            Committed::Lost => {
                metrics::counter!("sluice_leases_lost_total").increment(1);
                tracing::warn!(job = %job.id, epoch = job.epoch, "lost the lease; the step in hand was dropped");
                return SliceEnd::Lost;
            }
            Committed::Abandoned => {
                tracing::error!(job = %job.id, "could not store a step; its lease will run out and the page will be fetched again");
                return SliceEnd::Abandoned;
            }
        }
    }
}

/// What must be said before any work is done.
fn before_step(job: &Job, signal: Signal) -> Option<Decision> {
    match signal {
        Signal::Wanted(_) => return Some(Decision::Obey { page_left: false }),
        Signal::GiveBack => return Some(Decision::give_back()),
        Signal::Lost => return Some(Decision::Lost),
        Signal::Work if job.wanted.is_some() => return Some(Decision::Obey { page_left: false }),
        Signal::Work => {}
    }
    if job.attempt > job.max_attempts {
        return Some(Decision::end(
            StopReason::Error,
            "ATTEMPTS_EXHAUSTED",
            format!("The same step failed {} times in a row, so the job stopped. Retry goes on from there.", job.max_attempts),
            true,
        ));
    }
    if job.worked_us >= job.deadline_us {
        return Some(past_deadline(job));
    }
    None
}

fn past_deadline(job: &Job) -> Decision {
    let minutes = job.deadline_us / 60_000_000;
    let limit = if minutes > 0 { format!("{minutes} min") } else { format!("{} s", job.deadline_us / 1_000_000) };
    Decision::end(
        StopReason::Deadline,
        "DEADLINE_EXCEEDED",
        format!("The job used up its working time of {limit}. Nothing that was found is lost; Retry goes on with fresh time."),
        true,
    )
}

/// Runs one step, within its time, unless a signal ends it.
async fn work(inner: &Inner, job: &Job, signals: &mut watch::Receiver<Signal>) -> Decision {
    let Some(kind) = inner.kinds.get(job.kind.as_str()) else {
        let message = format!("This program does not know the job kind {}. Run the version that made it.", job.kind);
        return Decision::end(StopReason::Error, "UNKNOWN_KIND", message, true);
    };
    let left = Duration::from_micros(u64::try_from(job.deadline_us - job.worked_us).unwrap_or(0));
    let limit = inner.settings.step_timeout.min(left);
    let context = StepContext { job: job.clone() };
    let step = tokio::time::timeout(limit, AssertUnwindSafe(kind.step(&context)).catch_unwind());
    tokio::pin!(step);
    let interrupted = interruption(inner, signals);
    tokio::pin!(interrupted);
    let done = tokio::select! {
        done = &mut step => done,
        signal = &mut interrupted => return match signal {
            Signal::Wanted(_) => Decision::Obey { page_left: true },
            Signal::GiveBack => Decision::give_back(),
            Signal::Lost | Signal::Work => Decision::Lost,
        },
    };
    match done {
        Ok(Ok(Ok(write))) => Decision::Write(write),
        Ok(Ok(Err(error))) => failed(inner, job, error),
        Ok(Err(_panic)) => {
            tracing::error!(job = %job.id, kind = job.kind, "a step panicked");
            retry(inner, job, "an internal error (it is in the server's log)".into())
        }
        Err(_elapsed) if limit == left => past_deadline(job),
        Err(_elapsed) => retry(inner, job, format!("no answer within {} s", limit.as_secs_f64().round())),
    }
}

/// Waits for a signal, and then for as long as the page in hand may still take.
async fn interruption(inner: &Inner, signals: &mut watch::Receiver<Signal>) -> Signal {
    let Ok(signal) = signals.wait_for(|signal| *signal != Signal::Work).await.map(|signal| *signal) else {
        return std::future::pending().await;
    };
    let grace = match signal {
        Signal::Wanted(_) => inner.settings.interrupt_grace,
        Signal::GiveBack => inner.settings.grace,
        Signal::Lost | Signal::Work => Duration::ZERO,
    };
    let lost = async { signals.wait_for(|now| *now == Signal::Lost).await.is_ok() };
    match tokio::time::timeout(grace, lost).await {
        Ok(true) => Signal::Lost,
        Ok(false) | Err(_) => signal,
    }
}

fn failed(inner: &Inner, job: &Job, error: StepError) -> Decision {
    match error {
        StepError::Retry { message } => retry(inner, job, message),
        StepError::Store(error) => {
            tracing::warn!(job = %job.id, %error, "the database failed during a step");
            retry(inner, job, "the database could not be reached".into())
        }
        StepError::RateLimited { at, wait, message } => Decision::Settle {
            then: Then::Wait { until: Until::At(at), reason: Some(message.clone()) },
            attempt: job.attempt - 1,
            retried: true,
            line: Some(("wait", format!("{message} (waiting {})", in_words(wait)))),
        },
        StepError::Fatal { reason, code, message, retryable } => Decision::end(reason, code, message, retryable),
    }
}

fn retry(inner: &Inner, job: &Job, message: String) -> Decision {
    if job.attempt >= job.max_attempts {
        let tried = if job.attempt == 1 { "once".to_owned() } else { format!("{} times", job.attempt) };
        return Decision::end(
            StopReason::Error,
            "ATTEMPTS_EXHAUSTED",
            format!("Tried {tried}: {message}. Nothing that was found is lost; Retry goes on from there."),
            true,
        );
    }
    let wait = backoff::delay(job.attempt, inner.randomness.fraction());
    Decision::Settle {
        then: Then::Wait { until: Until::After(wait), reason: Some(format!("Trying again after a fault: {message}.")) },
        attempt: job.attempt,
        retried: true,
        line: Some(("retry", format!("{message}; trying again in {} (attempt {} of {})", in_words(wait), job.attempt, job.max_attempts))),
    }
}

fn in_words(wait: Duration) -> String {
    if wait < Duration::from_secs(10) {
        format!("{:.1} s", wait.as_secs_f64())
    } else if wait < Duration::from_secs(120) {
        format!("{} s", wait.as_secs())
    } else {
        format!("{} min", wait.as_secs().div_ceil(60))
    }
}

impl Decision {
    fn end(reason: StopReason, code: &str, message: String, retryable: bool) -> Self {
        let line = message.clone();
        Self::Settle {
            then: Then::End { reason, error: Some(JobError { code: code.to_owned(), message, retryable }), result: None },
            attempt: 0,
            retried: false,
            line: Some(("ended", line)),
        }
    }

    fn give_back() -> Self {
        Self::Settle { then: commit::due_at_once(), attempt: -1, retried: false, line: None }
    }
}

/// What is to be written, once the database agrees that the job is still ours.
pub(super) type StepWrite = Box<dyn Write<Json>>;
