//! Engines whose every step waits for a word from the test, and the comparison of the database with the model.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sluice::domain::job::{Job, JobState, Progress, StopReason, Wanted};
use sluice::domain::{JobId, Micros};
use sluice::jobs::engine::kind::JobKind;
use sluice::jobs::engine::{Engine, EngineSettings, Next, Outcome, PageOutcome, SliceEnd, StepContext, StepError, Write};
use sluice::randomness::Randomness;
use sluice::store::database::sql;
use sluice::store::jobs::control;
use sluice::store::jobs::leases::{self, Fence, Then, Until};
use sluice::store::{Database, StoreError, Tx, prospects};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use super::model::{LEASE_SECONDS, MAX_ATTEMPTS, Model, PAGES, Seen, WAIT_SECONDS};
use super::{Order, Step, WORKERS};
use crate::support::fixtures::{self, Home, begin, commit, enqueue, job, job_events, read, rows};
use crate::support::toy::{PER_PAGE, page_of_people};

const KIND: &str = "pull_strings";
const LEASE: Duration = Duration::from_secs(LEASE_SECONDS);
const WAIT: Duration = Duration::from_secs(WAIT_SECONDS);

/// The kind of one worker: it tells the test of every step, and does what it is told.
struct Puppet {
    database: Database,
    begun: mpsc::UnboundedSender<Job>,
    words: Mutex<mpsc::UnboundedReceiver<Step>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct At {
    page: i64,
}

struct Answer {
    page: i64,
    step: Step,
    now: Micros,
}

#[async_trait]
impl JobKind for Puppet {
    const KIND: &'static str = KIND;
    type Args = serde_json::Value;
    type Cursor = At;

    async fn step(&self, cx: &StepContext, _args: &serde_json::Value, at: At) -> Result<Box<dyn Write<At>>, StepError> {
        self.begun.send(cx.job.clone()).expect("the test listens");
        let step = self.words.lock().await.recv().await.expect("the test speaks");
        let now = Micros(self.database.now_us().await?);
        match step {
            Step::Retry => Err(StepError::Retry { message: "as told".to_owned() }),
            Step::RateLimited => Err(StepError::RateLimited { at: now.plus(WAIT), wait: WAIT, message: "as told".to_owned() }),
            Step::Fatal => {
                Err(StepError::Fatal { reason: StopReason::Blocked, code: "TOLD", message: "as told".to_owned(), retryable: true })
            }
            Step::Page | Step::PageThenPark | Step::Park => Ok(Box::new(Answer { page: at.page, step, now })),
        }
    }
}

#[async_trait]
impl Write<At> for Answer {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<At>, StoreError> {
        let wait = |page| Next::Wait { cursor: At { page }, at: self.now.plus(WAIT), wait: WAIT, reason: "as told".to_owned() };
        if self.step == Step::Park {
            return Ok(Outcome::new(wait(self.page)));
        }
        let saved = prospects::save_page(tx, job, job.pages + 1, &page_of_people(self.page), i64::MAX).await?;
        let next = match self.step {
            _ if self.page + 1 == PAGES => Next::Done { reason: StopReason::Exhausted, result: None },
            Step::PageThenPark => wait(self.page + 1),
            _ => Next::Continue(At { page: self.page + 1 }),
        };
        let mut outcome = Outcome::new(next);
        let (position, next_position) = (self.page.to_string(), Some((self.page + 1).to_string()));
        outcome.page = Some(PageOutcome {
            position,
            next_position,
            received: PER_PAGE,
            stored: saved.stored,
            rejected: 0,
            left_out: saved.left_out,
            brought: None,
        });
        outcome.progress = Some(Progress { current: saved.total, total: PAGES * PER_PAGE, message: None });
        outcome.rows_kept = Some(saved.total);
        Ok(outcome)
    }
}

struct Worker {
    engine: Engine,
    begun: mpsc::UnboundedReceiver<Job>,
    words: mpsc::UnboundedSender<Step>,
    slice: Option<JoinHandle<Result<Option<SliceEnd>, StoreError>>>,
    /// The job as its present step sees it.
    holds: Option<Job>,
}

impl Worker {
    fn new(database: &Database) -> Self {
        let (begun_here, begun) = mpsc::unbounded_channel();
        let (words, words_there) = mpsc::unbounded_channel();
        let puppet = Puppet { database: database.clone(), begun: begun_here, words: Mutex::new(words_there) };
        let settings = EngineSettings { lease: LEASE, ..EngineSettings::default() };
        let engine = Engine::builder().kind(puppet).build(database.clone(), settings, Randomness::seeded(3));
        Self { engine, begun, words, slice: None, holds: None }
    }

    /// Until the slice has ended or its next step has begun.
    async fn listen(&mut self) -> Result<Seen, String> {
        let slice = self.slice.as_mut().ok_or("no slice")?;
        let listening = async {
            tokio::select! {
                job = self.begun.recv() => Ok((job, None)),
                ended = slice => ended.map(|ended| (None, Some(ended))),
            }
        };
        let heard = tokio::time::timeout(Duration::from_secs(20), listening).await.map_err(|_| "the engine hangs")?;
        let (job, ended) = heard.map_err(|error| format!("the slice broke: {error}"))?;
        self.holds = job;
        let Some(ended) = ended else { return Ok(Seen::Working) };
        self.slice = None;
        match ended {
            Ok(None) => Ok(Seen::NotDue),
            Ok(Some(SliceEnd::Settled(state))) => Ok(Seen::Settled(state)),
            Ok(Some(SliceEnd::Lost)) => Ok(Seen::Lost),
            other => Err(format!("the slice came to {other:?}")),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(slice) = &self.slice {
            slice.abort();
        }
    }
}

pub struct Stage {
    pub database: Database,
    home: Home,
    jobs: Vec<JobId>,
    workers: Vec<Worker>,
    epochs: Vec<i64>,
}

impl Stage {
    pub fn new(database: &Database, home: Home) -> Self {
        let workers = (0..WORKERS).map(|_| Worker::new(database)).collect();
        Self { database: database.clone(), home, jobs: Vec::new(), workers, epochs: Vec::new() }
    }

    pub async fn enqueue(&mut self) {
        let mut new = self.home.counting(PAGES);
        (new.kind, new.max_attempts, new.deadline_us) = (KIND.to_owned(), MAX_ATTEMPTS, i64::MAX / 4);
        self.jobs.push(enqueue(&self.database, &new).await.id);
        self.epochs.push(0);
    }

    pub async fn claim(&mut self, worker: usize, job: usize) -> Result<Seen, String> {
        let (engine, id) = (self.workers[worker].engine.clone(), self.jobs[job]);
        self.workers[worker].slice = Some(tokio::spawn(async move { engine.run_slice(id).await }));
        self.workers[worker].listen().await
    }

    pub async fn finish(&mut self, worker: usize, step: Step) -> Result<Seen, String> {
        self.workers[worker].words.send(step).map_err(|_| "the puppet is gone")?;
        self.workers[worker].listen().await
    }

    /// What the heartbeat says of the worker's job; `None` when it is lost.
    pub async fn heartbeat(&mut self, worker: usize) -> Option<Option<Wanted>> {
        let held = self.workers[worker].holds.as_ref().map(|job| (job.id, job.epoch))?;
        let mut tx = begin(&self.database).await;
        let kept = leases::heartbeat(&mut tx, &[held], LEASE).await.expect("a heartbeat");
        commit(tx).await;
        kept.first().map(|(_, wanted)| *wanted)
    }

    pub async fn give_back(&mut self, worker: usize) {
        let held = self.workers[worker].holds.clone().expect("a job in hand");
        self.crash(worker).await;
        let mut tx = begin(&self.database).await;
        assert_eq!(leases::fence(&mut tx, &held).await.expect("the fence"), Fence::Open(None));
        let mut change = fixtures::settlement(&held, Then::Wait { until: Until::After(Duration::ZERO), reason: None });
        change.attempt = held.attempt - 1;
        leases::settle(&mut tx, &held, &change).await.expect("given back");
        commit(tx).await;
    }

    /// The worker is gone, with whatever it had in hand.
    pub async fn crash(&mut self, worker: usize) {
        if let Some(slice) = self.workers[worker].slice.take() {
            slice.abort();
            assert!(slice.await.expect_err("cut off").is_cancelled());
        }
        self.workers[worker] = Worker::new(&self.database);
    }

    pub async fn order(&mut self, order: Order, job: usize) -> bool {
        let (id, scope) = (self.jobs[job], self.home.scope());
        let mut tx = begin(&self.database).await;
        let obeyed = match order {
            Order::Pause => control::pause(&mut tx, scope, id).await,
            Order::Resume => control::resume(&mut tx, scope, id).await,
            Order::Cancel => control::cancel(&mut tx, scope, id).await,
            Order::Retry => control::retry(&mut tx, scope, id).await,
        };
        commit(tx).await;
        obeyed.expect("the order is understood").is_some()
    }

    /// Compares everything that is stored with the model.
    pub async fn check(&mut self, model: &mut Model) -> Result<(), String> {
        for (number, id) in self.jobs.iter().enumerate() {
            let (stored, expected) = (job(&self.database, *id).await, &model.jobs[number]);
            let found = (stored.state, stored.wanted, stored.epoch, stored.attempt, stored.pages);
            let wanted = (expected.state, expected.wanted, expected.epoch, expected.attempt, expected.pages);
            equal("job", found, wanted)?;
            if stored.epoch < self.epochs[number] || stored.attempt > MAX_ATTEMPTS + 1 || stored.attempt < 0 {
                return Err(format!("epoch {} after {}, attempt {}", stored.epoch, self.epochs[number], stored.attempt));
            }
            self.epochs[number] = stored.epoch;

            let kept = rows(&self.database, *id).await;
            equal("rows", &kept, &(0..expected.pages * PER_PAGE).collect::<Vec<_>>())?;
            equal("counts", (stored.rows_kept, stored.progress.current), (expected.pages * PER_PAGE, expected.pages * PER_PAGE))?;
            equal("pages", self.pages(*id).await, (1..=expected.pages).collect::<Vec<_>>())?;

            let ends = job_events(&self.database, *id).await.iter().filter(|status| is_final(status)).count();
            equal("terminal events", ends, expected.ends)?;
            let lease = stored.lease_until.is_some();
            equal("a lease while running alone", lease, stored.state == JobState::Running)?;
            equal("open fences", self.open_fences(*id).await <= 1, true)?;
        }
        Ok(())
    }

    async fn pages(&self, id: JobId) -> Vec<i64> {
        let statement = sql("SELECT batch FROM job_pages WHERE job_id = $1 ORDER BY batch").bind(id);
        let rows = statement.fetch_all(&mut read(&self.database).await).await.expect("the pages");
        rows.iter().map(|row| row.get("batch").expect("a number")).collect()
    }

    /// How many workers could commit a step of the job right now.
    async fn open_fences(&self, id: JobId) -> i64 {
        let mut open = 0;
        for held in self.workers.iter().filter_map(|worker| worker.holds.as_ref()).filter(|held| held.id == id) {
            // Asked as the fence asks, but without its lock, which would keep the next claim away for a moment.
            let statement = sql("SELECT count(*) AS open FROM jobs WHERE id = $1 AND epoch = $2 AND state = 'running' AND step = $3");
            let row = statement.bind(held.id).bind(held.epoch).bind(held.step).fetch_one(&mut read(&self.database).await).await;
            open += row.expect("a count").get::<i64>("open").expect("a number");
        }
        open
    }
}

fn is_final(status: &str) -> bool {
    JobState::from_word(status).is_some_and(JobState::is_final)
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found:?} is stored, the model says {expected:?}")) }
}
