//! What a kind of job is: a checkpointed step function.

use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::domain::Micros;
use crate::domain::job::{Job, Progress, StopReason};
use crate::store::{StoreError, Tx};

/// One kind of job. The engine calls `step` again and again, each time with the cursor that the last commit saved. A step may run
/// twice, after a crash, so what it writes must come out the same.
#[async_trait]
pub trait JobKind: Send + Sync + 'static {
    const KIND: &'static str;
    type Args: DeserializeOwned + Send + Sync;
    /// Saved as JSON beside the rows of the step.
    type Cursor: Default + Serialize + DeserializeOwned + Send + Sync;

    /// Does the slow part of one step, holding no connection, and returns what is to be written.
    async fn step(&self, cx: &StepContext, args: &Self::Args, at: Self::Cursor) -> Result<Box<dyn Write<Self::Cursor>>, StepError>;
}

/// The job as it was when the step began.
pub struct StepContext {
    pub job: Job,
}

/// The part of a step that belongs into the transaction: rows, and the decision how to go on. It may be called more than once, when
/// the database asks to try again.
#[async_trait]
pub trait Write<C>: Send + Sync {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<C>, StoreError>;
}

/// How one step went.
#[derive(Debug, Clone)]
pub struct Outcome<C> {
    pub next: Next<C>,
    pub page: Option<PageOutcome>,
    pub progress: Option<Progress>,
    /// How many rows the job has stored in all, if that may have changed.
    pub rows_kept: Option<i64>,
    /// Lines for the timeline.
    pub notes: Vec<String>,
    /// What the job came to so far, to be read while it runs; as it was when missing.
    pub result: Option<Json>,
}

#[derive(Debug, Clone)]
pub enum Next<C> {
    Continue(C),
    /// Nothing to do before `at`, which is `wait` from now. Near waits keep the slot, longer ones give it back.
    Wait {
        cursor: C,
        at: Micros,
        wait: Duration,
        reason: String,
    },
    Done {
        reason: StopReason,
        result: Option<Json>,
    },
    /// Ends the job early, with what the step has written. Retry goes on from the cursor; without one, from where the step began.
    Failed {
        cursor: Option<C>,
        reason: StopReason,
        code: &'static str,
        message: String,
        retryable: bool,
    },
}

/// A provider page within a step, for the guards against endless loops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageOutcome {
    /// Where the page began; unique among the pages of one run.
    pub position: String,
    /// Where the next one would begin.
    pub next_position: Option<String>,
    pub received: i64,
    /// Rows new to this job.
    pub stored: i64,
    pub rejected: i64,
    /// Rows that would have been new but lay beyond what the job may store.
    pub left_out: i64,
    /// What the page brought, in words, where the kind tells more of its rows than these numbers: "3 new, 7 updated".
    pub brought: Option<String>,
}

impl<C> Outcome<C> {
    pub fn new(next: Next<C>) -> Self {
        Self { next, page: None, progress: None, rows_kept: None, notes: Vec::new(), result: None }
    }
}

/// Why a step could not be done, by what the engine shall do. Messages are for the job's user: one plain sentence with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// Transient: try again after a backoff, up to the attempts that the job has.
    #[error("{message}")]
    Retry { message: String },
    /// Wait until `at` and try again; the attempt does not count.
    #[error("{message}")]
    RateLimited { at: Micros, wait: Duration, message: String },
    /// Ends the job; rows and cursor stay, and Retry goes on from there.
    #[error("{message}")]
    Fatal { reason: StopReason, code: &'static str, message: String, retryable: bool },
    /// The database; tried again like any transient fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Called in the transaction that ends a run, whatever its kind: what it writes exists when the end does. It may be called more than
/// once, when the database asks to try again.
#[async_trait]
pub trait WhenEnded: Send + Sync + 'static {
    async fn ended(&self, tx: &mut Tx, job: &Job) -> Result<(), StoreError>;
}

/// A kind with its types behind JSON.
#[async_trait]
pub(super) trait ErasedKind: Send + Sync {
    async fn step(&self, cx: &StepContext) -> Result<Box<dyn Write<Json>>, StepError>;
}

pub(super) struct Erased<K>(pub(super) K);

#[async_trait]
impl<K: JobKind> ErasedKind for Erased<K> {
    async fn step(&self, cx: &StepContext) -> Result<Box<dyn Write<Json>>, StepError> {
        let args = serde_json::from_value(cx.job.args.clone()).map_err(|error| unreadable("arguments", &error))?;
        let cursor = match &cx.job.cursor {
            Some(cursor) => serde_json::from_value(cursor.clone()).map_err(|error| unreadable("cursor", &error))?,
            None => K::Cursor::default(),
        };
        let write = self.0.step(cx, &args, cursor).await?;
        Ok(Box::new(ErasedWrite(write)))
    }
}

fn unreadable(what: &str, error: &serde_json::Error) -> StepError {
    tracing::error!(%error, what, "a job's stored state cannot be read");
    StepError::Fatal {
        reason: StopReason::Error,
        code: "STATE_UNREADABLE",
        message: format!("The job's stored {what} cannot be read by this version. Run the version that made it, or start the job anew."),
        retryable: false,
    }
}

struct ErasedWrite<C>(Box<dyn Write<C>>);

#[async_trait]
impl<C: Serialize + Send + Sync> Write<Json> for ErasedWrite<C> {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<Json>, StoreError> {
        let Outcome { next, page, progress, rows_kept, notes, result } = self.0.write(tx, job).await?;
        let next = match next {
            Next::Continue(cursor) => Next::Continue(as_json(&cursor)?),
            Next::Wait { cursor, at, wait, reason } => Next::Wait { cursor: as_json(&cursor)?, at, wait, reason },
            Next::Done { reason, result } => Next::Done { reason, result },
            Next::Failed { cursor, reason, code, message, retryable } => {
                let cursor = cursor.as_ref().map(as_json).transpose()?;
                Next::Failed { cursor, reason, code, message, retryable }
            }
        };
        Ok(Outcome { next, page, progress, rows_kept, notes, result })
    }
}

fn as_json<C: Serialize>(cursor: &C) -> Result<Json, StoreError> {
    serde_json::to_value(cursor).map_err(|error| StoreError::Refused(format!("a cursor cannot be written as JSON: {error}")))
}
