//! What people do to jobs, in one transaction each.

use crate::domain::job::Job;
use crate::domain::{JobId, Scope};
use crate::store::jobs::{self, control};
use crate::store::{Database, StoreError};

/// What a person wants of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    Pause,
    Resume,
    Cancel,
    Retry,
}

/// Why a wish was not granted.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error("there is no such job")]
    NotFound,
    /// The job is not in a state that allows it; the text says what would work.
    #[error("{remedy}")]
    WrongState { status: &'static str, remedy: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Grants the wish, or says why not and what would work.
pub async fn grant(database: &Database, scope: Scope, id: JobId, wish: Wish) -> Result<Job, ControlError> {
    let mut tx = database.begin().await?;
    let changed = match wish {
        Wish::Pause => control::pause(&mut tx, scope, id).await?,
        Wish::Resume => control::resume(&mut tx, scope, id).await?,
        Wish::Cancel => control::cancel(&mut tx, scope, id).await?,
        Wish::Retry => control::retry(&mut tx, scope, id).await?,
    };
    if let Some(job) = changed {
        tx.commit().await?;
        return Ok(job);
    }
    let Some(job) = jobs::find(&mut tx, scope, id).await? else {
        return Err(ControlError::NotFound);
    };
    Err(ControlError::WrongState { status: job.status(), remedy: remedy(&job, wish) })
}

fn remedy(job: &Job, wish: Wish) -> String {
    let now = job.status();
    let instead = match now {
        "completed" => "it has ended and stays as it is; start a new one",
        "canceled" => "it was canceled and stays so; start a new one",
        "failed" => "retry it first",
        "paused" => "resume or cancel it",
        _ if job.wanted.is_some() => "it is stopping already; wait for its page in hand",
        _ => "pause or cancel it",
    };
    let verb = match wish {
        Wish::Pause => "paused",
        Wish::Resume => "resumed",
        Wish::Cancel => "canceled",
        Wish::Retry => "retried",
    };
    format!("A job that is {now} cannot be {verb}: {instead}.")
}
