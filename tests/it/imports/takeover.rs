//! Imports whose worker is lost or late: nobody is lost or doubled.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use sluice::domain::Scope;
use sluice::domain::import::{ImportArgs, ImportCounts};
use sluice::domain::job::{Job, JobState};
use sluice::jobs::engine::kind::JobKind;
use sluice::jobs::engine::{Engine, SliceEnd, StepContext, StepError, Write};
use sluice::jobs::import_people::start::{self, ImportOrder, Target};
use sluice::jobs::import_people::{ImportCursor, ImportPeople, KIND, Upload, preview};
use sluice::randomness::Randomness;
use sluice::store::database::sql;
use sluice::store::{Database, imports};
use tokio::sync::Semaphore;

use super::files::people;
use crate::support::each_database;
use crate::support::fixtures::{Home, begin, commit, home, job, read};
use crate::support::worker::{Worker, settings};

/// The product's import, whose n-th step has done its work and then waits before it may be stored.
#[derive(Clone)]
struct Held {
    inner: Arc<ImportPeople>,
    at: usize,
    steps: Arc<AtomicUsize>,
    entered: Arc<Semaphore>,
    gate: Arc<Semaphore>,
}

impl Held {
    /// Steps are counted from 1; 0 holds none.
    fn at_step(database: &Database, at: usize) -> Self {
        Self {
            inner: Arc::new(ImportPeople { database: database.clone() }),
            at,
            steps: Arc::default(),
            entered: Arc::new(Semaphore::new(0)),
            gate: Arc::new(Semaphore::new(0)),
        }
    }

    fn engine(&self) -> Engine {
        Engine::builder().kind(self.clone()).build(self.inner.database.clone(), settings(), Randomness::seeded(7))
    }

    async fn is_held(&self) {
        tokio::time::timeout(Duration::from_secs(30), self.entered.acquire()).await.expect("a step is held").expect("open").forget();
    }
}

#[async_trait]
impl JobKind for Held {
    const KIND: &'static str = KIND;
    type Args = ImportArgs;
    type Cursor = ImportCursor;

    async fn step(&self, cx: &StepContext, args: &ImportArgs, at: ImportCursor) -> Result<Box<dyn Write<ImportCursor>>, StepError> {
        let done = self.inner.step(cx, args, at).await;
        if self.steps.fetch_add(1, Ordering::SeqCst) + 1 == self.at {
            self.entered.add_permits(1);
            self.gate.acquire().await.expect("open").forget();
        }
        done
    }
}

async fn start(database: &Database, home: Home, content: &str) -> Job {
    let kept = Duration::from_secs(86_400);
    let mut upload = Upload::begin(database, home.workspace, home.user, "people.csv", kept).await.expect("begun");
    upload.take(content.as_bytes()).await.expect("taken");
    let file_id = upload.finish().await.expect("kept");
    let look = preview(database, home.scope(), file_id, 3).await.expect("a table");
    let target = Target::NewReview { name: "from a file".into() };
    let order = ImportOrder { workspace_id: home.workspace, user_id: home.user, file_id, mapping: None, target };
    let mut tx = begin(database).await;
    let job = start::start(&mut tx, &order, &look, kept, 5).await.expect("it can be imported");
    commit(tx).await;
    job
}

/// Names of the review's people in their order, and the numbers of the rows that were refused.
async fn outcome(database: &Database, id: sluice::domain::JobId) -> (Vec<String>, Vec<i64>, ImportCounts) {
    let job = job(database, id).await;
    let args: ImportArgs = serde_json::from_value(job.args).expect("the arguments");
    let mut conn = read(database).await;
    let rows = sql("SELECT review_items.name AS name FROM review_items JOIN reviews ON reviews.number = review_items.review_number \
         WHERE reviews.id = $1 ORDER BY review_items.number");
    let rows = rows.bind(args.review_id).fetch_all(&mut conn).await.expect("the items");
    let names = rows.iter().map(|row| row.get("name").expect("a name")).collect();
    let faults = imports::faults_after(&mut conn, id, (0, -1), 10_000).await.expect("the faults");
    let counts = serde_json::from_value(job.result.expect("a result")).expect("counts");
    (names, faults.into_iter().map(|((row, _), _)| row).collect(), counts)
}

fn content() -> String {
    let mut content = people(0, 1_150);
    content.push_str("X,Y,,,nowhere\r\nNameless,Invented,,Acme,\r\n");
    content.push_str(people(1_100, 1_300).split_once("\r\n").expect("a header").1);
    content.push_str("Nameless,Invented,,Acme,\r\n");
    content
}

each_database! {
    async fn immunity_02_an_import_whose_worker_was_lost_loses_and_doubles_nobody(test: TestDatabase) {
        let database = test.database();
        for at in 1..=3 {
            let home = home(&database).await;
            let queued = start(&database, home, &content()).await;
            let held = Held::at_step(&database, at);
            let lost = Worker::start(&held.engine());
            held.is_held().await;
            lost.kill().await;
            database.advance_clock(settings().lease + Duration::from_millis(1));
            let other = Held::at_step(&database, 0).engine();
            assert_eq!(other.run_slice(queued.id).await.expect("a slice"), Some(SliceEnd::Settled(JobState::Completed)));
            let (names, faults, counts) = outcome(&database, queued.id).await;
            let mut expected: Vec<String> = (0..1_150).map(|number| format!("Person {number} Invented")).collect();
            expected.push("Nameless Invented".into());
            expected.extend((1_150..1_300).map(|number| format!("Person {number} Invented")));
            assert_eq!(names, expected, "lost at step {at}");
            assert_eq!((faults, counts), (vec![1_152], ImportCounts { new: 1_301, known: 51, refused: 1, blank: 0 }));
            assert_eq!(job(&database, queued.id).await.epoch, 2);
        }
    }

    async fn immunity_04_a_late_worker_imports_nobody(test: TestDatabase) {
        let database = test.database();
        for at in 1..=3 {
            let home = home(&database).await;
            let queued = start(&database, home, &content()).await;
            let held = Held::at_step(&database, at);
            let slow = held.engine();
            let late = tokio::spawn(async move { slow.run_slice(queued.id).await });
            held.is_held().await;
            database.advance_clock(settings().lease + Duration::from_millis(1));
            let other = Held::at_step(&database, 0).engine();
            assert_eq!(other.run_slice(queued.id).await.expect("a slice"), Some(SliceEnd::Settled(JobState::Completed)));
            held.gate.add_permits(1);
            assert_eq!(late.await.expect("no panic").expect("a slice"), Some(SliceEnd::Lost));
            let (names, faults, _) = outcome(&database, queued.id).await;
            assert_eq!((names.len(), faults.len()), (1_301, 1), "late at step {at}");
        }
    }

    async fn immunity_01_a_review_that_closes_meanwhile_stops_the_import_and_retry_goes_on(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let queued = start(&database, home, &content()).await;
        let held = Held::at_step(&database, 2);
        let engine = held.engine();
        let running = tokio::spawn(async move { engine.run_slice(queued.id).await });
        held.is_held().await;
        let set = async |state: &str| {
            let mut tx = begin(&database).await;
            sql("UPDATE reviews SET state = $1 WHERE workspace_id = $2").bind(state).bind(home.workspace).execute(&mut tx).await.expect("set");
            commit(tx).await;
        };
        set("completed").await;
        held.gate.add_permits(1);
        assert_eq!(running.await.expect("no panic").expect("a slice"), Some(SliceEnd::Settled(JobState::Failed)));
        let failed = job(&database, queued.id).await;
        assert_eq!((failed.rows_kept, failed.is_partial()), (500, true));
        assert!(failed.error.is_some_and(|error| error.code == "REVIEW_COMPLETED" && error.retryable));
        set("open").await;
        sluice::jobs::control::grant(&database, Scope::System, queued.id, sluice::jobs::control::Wish::Retry).await.expect("retried");
        let again = Held::at_step(&database, 0).engine();
        assert_eq!(again.run_slice(queued.id).await.expect("a slice"), Some(SliceEnd::Settled(JobState::Completed)));
        let (names, _, counts) = outcome(&database, queued.id).await;
        assert_eq!((names.len(), counts), (1_301, ImportCounts { new: 1_301, known: 51, refused: 1, blank: 0 }));
    }
}
