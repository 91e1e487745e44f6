//! Exports whose worker is lost or late: the file comes out the same, byte for byte.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use sluice::domain::export::{ExportArgs, ExportFormat};
use sluice::domain::job::JobState;
use sluice::jobs::engine::kind::JobKind;
use sluice::jobs::engine::{Engine, EngineSettings, SliceEnd, StepContext, StepError, Write};
use sluice::jobs::export_results::{ExportCursor, ExportResults, KIND};
use sluice::randomness::Randomness;
use sluice::store::Database;
use tokio::sync::Semaphore;

use super::rows::{content, export, order, sheet_rows, start};
use crate::support::each_database;
use crate::support::fixtures::{home, job};
use crate::support::people::{search_of, some_people};
use crate::support::worker::{Worker, settings};

pub fn engine(database: &Database, settings: EngineSettings) -> Engine {
    Engine::builder().kind(ExportResults::new(database.clone())).build(database.clone(), settings, Randomness::seeded(7))
}

/// The product's export, whose n-th step has done its work and then waits before it may be stored.
#[derive(Clone)]
pub struct Held {
    inner: Arc<ExportResults>,
    database: Database,
    at: usize,
    steps: Arc<AtomicUsize>,
    entered: Arc<Semaphore>,
    gate: Arc<Semaphore>,
}

impl Held {
    /// Steps are counted from 1.
    pub fn at_step(database: &Database, at: usize) -> Self {
        Self {
            inner: Arc::new(ExportResults::new(database.clone())),
            database: database.clone(),
            at,
            steps: Arc::default(),
            entered: Arc::new(Semaphore::new(0)),
            gate: Arc::new(Semaphore::new(0)),
        }
    }

    pub fn engine(&self, settings: EngineSettings) -> Engine {
        Engine::builder().kind(self.clone()).build(self.database.clone(), settings, Randomness::seeded(7))
    }

    pub async fn is_held(&self) {
        tokio::time::timeout(Duration::from_secs(30), self.entered.acquire()).await.expect("a step is held").expect("open").forget();
    }

    pub fn let_go(&self) {
        self.gate.add_permits(1);
    }
}

#[async_trait]
impl JobKind for Held {
    const KIND: &'static str = KIND;
    type Args = ExportArgs;
    type Cursor = ExportCursor;

    async fn step(&self, cx: &StepContext, args: &ExportArgs, at: ExportCursor) -> Result<Box<dyn Write<ExportCursor>>, StepError> {
        let done = self.inner.step(cx, args, at).await;
        if self.steps.fetch_add(1, Ordering::SeqCst) + 1 == self.at {
            self.entered.add_permits(1);
            self.gate.acquire().await.expect("open").forget();
        }
        done
    }
}

/// Steps of an export of 1,234 people: three of rows, and for a workbook one to build it and two to clear up.
fn steps(format: ExportFormat) -> usize {
    if format == ExportFormat::Xlsx { 6 } else { 3 }
}

/// A workbook names the time of its job, so it is compared by what its sheet holds, and other files by their bytes.
fn same(format: ExportFormat, one: Vec<u8>, other: &[u8]) -> bool {
    if format == ExportFormat::Xlsx { sheet_rows(one) == sheet_rows(other.to_vec()) } else { one == other }
}

each_database! {
    async fn immunity_02_an_export_whose_worker_was_lost_comes_out_the_same(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let search = search_of(&database, home, &some_people(1_234)).await;
        for format in [ExportFormat::Csv, ExportFormat::Jsonl, ExportFormat::Xlsx] {
            let (_, undisturbed, expected) = export(&database, order(home, &search, format)).await;
            for at in 1..=steps(format) {
                let queued = start(&database, order(home, &search, format)).await;
                let held = Held::at_step(&database, at);
                let lost = Worker::start(&held.engine(settings()));
                held.is_held().await;
                lost.kill().await;
                database.advance_clock(settings().lease + Duration::from_millis(1));
                let other = engine(&database, settings());
                assert_eq!(other.run_slice(queued.id).await.expect("a slice"), Some(SliceEnd::Settled(JobState::Completed)));
                let (file, found) = content(&database, &queued).await;
                assert_eq!((file.rows, file.size), (undisturbed.rows, found.len() as i64), "{format:?} at step {at}");
                assert!(same(format, found, &expected), "{format:?} at step {at}");
                assert_eq!(job(&database, queued.id).await.epoch, 2);
            }
        }
    }

    async fn immunity_04_a_late_worker_adds_nothing_to_an_export(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let search = search_of(&database, home, &some_people(1_234)).await;
        for format in [ExportFormat::Csv, ExportFormat::Xlsx] {
            let (_, _, expected) = export(&database, order(home, &search, format)).await;
            for at in 1..=steps(format) {
                let queued = start(&database, order(home, &search, format)).await;
                let held = Held::at_step(&database, at);
                let slow = held.engine(settings());
                let late = tokio::spawn(async move { slow.run_slice(queued.id).await });
                held.is_held().await;
                database.advance_clock(settings().lease + Duration::from_millis(1));
                let other = engine(&database, settings());
                assert_eq!(other.run_slice(queued.id).await.expect("a slice"), Some(SliceEnd::Settled(JobState::Completed)));
                held.let_go();
                assert_eq!(late.await.expect("no panic").expect("a slice"), Some(SliceEnd::Lost), "{format:?} at step {at}");
                assert!(same(format, content(&database, &queued).await.1, &expected), "{format:?} at step {at}");
            }
        }
    }
}
