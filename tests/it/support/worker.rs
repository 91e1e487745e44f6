//! Engines for tests, and a worker that runs one in the background.

use std::time::Duration;

use sluice::domain::job::Job;
use sluice::domain::{JobId, Scope};
use sluice::jobs::engine::{Engine, EngineSettings};
use sluice::randomness::Randomness;
use sluice::store::{Database, jobs};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::toy::Toy;

/// Looks often, so that a moved clock is noticed at once; the rest as in the product.
pub fn settings() -> EngineSettings {
    EngineSettings { poll: Duration::from_millis(10), ..EngineSettings::default() }
}

pub fn engine(database: &Database, toy: &Toy, settings: EngineSettings) -> Engine {
    Engine::builder().kind(toy.clone()).build(database.clone(), settings, Randomness::seeded(7))
}

/// A running engine; it ends with the test.
pub struct Worker {
    stop: CancellationToken,
    task: Option<JoinHandle<()>>,
}

impl Worker {
    pub fn start(engine: &Engine) -> Self {
        let stop = CancellationToken::new();
        let (engine, token) = (engine.clone(), stop.clone());
        Self { stop, task: Some(tokio::spawn(async move { engine.run(token).await })) }
    }

    /// In order: the page in hand is finished or given back.
    pub async fn stop(mut self) {
        self.stop.cancel();
        let task = self.task.take().expect("a running worker");
        tokio::time::timeout(Duration::from_secs(30), task).await.expect("the worker stops in time").expect("the worker does not panic");
    }

    /// As by a lost machine: nothing is given back, and no lease is kept any more.
    pub async fn kill(mut self) {
        let task = self.task.take().expect("a running worker");
        task.abort();
        assert!(task.await.expect_err("the worker was cut off").is_cancelled());
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Waits until the job is as the test wants it; woken by the events of its own database.
pub async fn until(database: &Database, id: JobId, what: &str, is_so: impl Fn(&Job) -> bool) -> Job {
    let mut bell = database.events_bell();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    loop {
        bell.mark_unchanged();
        let mut conn = database.read().await.expect("a connection");
        let job = jobs::find(&mut conn, Scope::System, id).await.expect("the job is read").expect("the job is there");
        drop(conn);
        if is_so(&job) {
            return job;
        }
        assert!(tokio::time::timeout_at(deadline, bell.changed()).await.is_ok(), "the job never came to be {what}: {job:#?}");
    }
}

/// Waits until the job has ended.
pub async fn until_ended(database: &Database, id: JobId) -> Job {
    until(database, id, "at its end", |job| job.state.is_final()).await
}
