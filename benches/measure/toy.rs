//! A kind of job that says when its step began, and has nothing else to do.

use std::time::Instant;

use async_trait::async_trait;
use sluice::domain::job::{Job, StopReason};
use sluice::jobs::engine::kind::JobKind;
use sluice::jobs::engine::{Next, Outcome, StepContext, StepError, Write};
use sluice::store::{StoreError, Tx};
use tokio::sync::mpsc::UnboundedSender;

pub struct Toy {
    pub begun: UnboundedSender<Instant>,
}

struct Done;

#[async_trait]
impl JobKind for Toy {
    const KIND: &'static str = "note_the_start";
    type Args = serde_json::Value;
    type Cursor = ();

    async fn step(&self, _cx: &StepContext, _args: &serde_json::Value, _at: ()) -> Result<Box<dyn Write<()>>, StepError> {
        let now = Instant::now();
        self.begun.send(now).map_err(|_| StepError::Retry { message: "nobody measures any more".into() })?;
        Ok(Box::new(Done))
    }
}

#[async_trait]
impl Write<()> for Done {
    async fn write(&self, _tx: &mut Tx, _job: &Job) -> Result<Outcome<()>, StoreError> {
        Ok(Outcome::new(Next::Done { reason: StopReason::Exhausted, result: None }))
    }
}
