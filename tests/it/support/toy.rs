//! A kind of job whose provider does what the test says: pages of numbered people, and every fault on demand.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sluice::domain::job::{Job, Progress, StopReason};
use sluice::domain::{JobId, Micros};
use sluice::jobs::engine::kind::JobKind;
use sluice::jobs::engine::{Next, Outcome, PageOutcome, StepContext, StepError, Write};
use sluice::store::{Database, StoreError, Tx, prospects};
use sluice_providers::{Api, PersonRecord};
use tokio::sync::Semaphore;

pub const KIND: &str = "count_people";
/// People on a page of the toy's provider.
pub const PER_PAGE: i64 = 3;

/// What the provider does once, when it is next asked for a page.
#[derive(Debug, Clone)]
pub enum Fault {
    Retry,
    RateLimited(Duration),
    Fatal(StopReason),
    Panic,
    /// The call goes on with the next fault, or well, when the test lets it go.
    Hold,
    /// Never answers.
    Hang,
    /// Nothing to do for so long; no page.
    Park(Duration),
    /// The page is given, and the next one not before so long.
    ParkAfter(Duration),
    /// The page is given with the address of an earlier page as the next one.
    LeadBackTo(i64),
    /// A page of people that the job has.
    Stale,
    /// The commit ends the job.
    FailInWrite,
    /// The transaction panics half-way, after the rows.
    PanicInWrite,
}

/// The provider and its script; clones are one.
#[derive(Clone)]
pub struct Toy {
    database: Database,
    script: Arc<Mutex<HashMap<i64, VecDeque<Fault>>>>,
    calls: Arc<Mutex<Vec<(JobId, i64)>>>,
    entered: Arc<Semaphore>,
    gate: Arc<Semaphore>,
}

#[derive(Debug, Deserialize)]
pub struct Args {
    pages: i64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct At {
    page: i64,
}

struct Answer {
    page: i64,
    pages: i64,
    fault: Option<Fault>,
    now: Micros,
}

impl Toy {
    pub fn on(database: &Database) -> Self {
        Self {
            database: database.clone(),
            script: Arc::default(),
            calls: Arc::default(),
            entered: Arc::new(Semaphore::new(0)),
            gate: Arc::new(Semaphore::new(0)),
        }
    }

    /// The faults of the next calls for this page (from 0), one a call.
    pub fn at(&self, page: i64, faults: impl IntoIterator<Item = Fault>) {
        self.script.lock().expect("the script").entry(page).or_default().extend(faults);
    }

    fn next_fault(&self, page: i64) -> Option<Fault> {
        self.script.lock().expect("the script").get_mut(&page).and_then(VecDeque::pop_front)
    }

    /// Which pages were asked for, in order.
    pub fn calls(&self) -> Vec<i64> {
        self.calls.lock().expect("the calls").iter().map(|(_, page)| *page).collect()
    }

    /// Whose pages were asked for, in order.
    pub fn callers(&self) -> Vec<JobId> {
        self.calls.lock().expect("the calls").iter().map(|(job, _)| *job).collect()
    }

    /// Returns when a call is being held.
    pub async fn is_held(&self) {
        tokio::time::timeout(Duration::from_secs(20), self.entered.acquire()).await.expect("a call is held").expect("open").forget();
    }

    /// Lets one held call go.
    pub fn let_go(&self) {
        self.gate.add_permits(1);
    }
}

#[async_trait]
impl JobKind for Toy {
    const KIND: &'static str = KIND;
    type Args = Args;
    type Cursor = At;

    async fn step(&self, cx: &StepContext, args: &Args, at: At) -> Result<Box<dyn Write<At>>, StepError> {
        self.calls.lock().expect("the calls").push((cx.job.id, at.page));
        let mut fault = self.next_fault(at.page);
        if matches!(fault, Some(Fault::Hold)) {
            self.entered.add_permits(1);
            self.gate.acquire().await.expect("open").forget();
            fault = self.next_fault(at.page);
        }
        let now = Micros(self.database.now_us().await?);
        match &fault {
            Some(Fault::Retry) => return Err(StepError::Retry { message: "the toy said so".to_owned() }),
            Some(Fault::RateLimited(wait)) => {
                return Err(StepError::RateLimited { at: now.plus(*wait), wait: *wait, message: "the toy asked to slow down".to_owned() });
            }
            Some(Fault::Fatal(reason)) => {
                return Err(StepError::Fatal { reason: *reason, code: "TOY", message: "the toy is broken".to_owned(), retryable: true });
            }
            Some(Fault::Panic) => panic!("the toy panics, as the test asked"),
            Some(Fault::Hang) => {
                self.entered.add_permits(1);
                std::future::pending::<()>().await;
            }
            _ => {}
        }
        Ok(Box::new(Answer { page: at.page, pages: args.pages, fault, now }))
    }
}

#[async_trait]
impl Write<At> for Answer {
    async fn write(&self, tx: &mut Tx, job: &Job) -> Result<Outcome<At>, StoreError> {
        if let Some(Fault::Park(wait)) = self.fault {
            return Ok(Outcome::new(self.wait(At { page: self.page }, wait)));
        }
        let content = if matches!(self.fault, Some(Fault::Stale)) { 0 } else { self.page };
        let people = page_of_people(content);
        let saved = prospects::save_page(tx, job, job.pages + 1, &people, i64::MAX).await?;
        assert!(!matches!(self.fault, Some(Fault::PanicInWrite)), "the toy panics in its transaction, as the test asked");
        if matches!(self.fault, Some(Fault::FailInWrite)) {
            let (code, message) = ("TOY", "the toy is broken".to_owned());
            let next = Next::Failed { cursor: None, reason: StopReason::Blocked, code, message, retryable: true };
            return Ok(Outcome { rows_kept: Some(saved.total), ..Outcome::new(next) });
        }
        let mut following = self.page + 1;
        if let Some(Fault::LeadBackTo(page)) = self.fault {
            following = page;
        }
        let next = match self.fault {
            _ if self.page + 1 >= self.pages && following > self.page => Next::Done { reason: StopReason::Exhausted, result: None },
            Some(Fault::ParkAfter(wait)) => self.wait(At { page: following }, wait),
            _ => Next::Continue(At { page: following }),
        };
        let mut outcome = Outcome::new(next);
        outcome.page = Some(PageOutcome {
            position: format!("page {}", self.page),
            next_position: Some(format!("page {following}")),
            received: PER_PAGE,
            stored: saved.stored,
            rejected: 0,
            left_out: saved.left_out,
            brought: None,
        });
        outcome.progress = Some(Progress { current: saved.total, total: self.pages * PER_PAGE, message: None });
        outcome.rows_kept = Some(saved.total);
        Ok(outcome)
    }
}

impl Answer {
    fn wait(&self, cursor: At, wait: Duration) -> Next<At> {
        Next::Wait { cursor, at: self.now.plus(wait), wait, reason: "the toy rests".to_owned() }
    }
}

/// The people of one page, the same every time.
pub fn page_of_people(page: i64) -> Vec<PersonRecord> {
    (0..PER_PAGE)
        .map(|place| person(page * PER_PAGE + place))
        .enumerate()
        .map(|(position, person)| PersonRecord { position, ..person })
        .collect()
}

/// An invented person, told apart by a number.
pub fn person(number: i64) -> PersonRecord {
    PersonRecord {
        position: 0,
        api: Api::Classic,
        provider_id: format!("ACoAA{number:06}"),
        member_urn: Some(number.to_string()),
        public_identifier: None,
        name: Some(format!("Person {number}")),
        first_name: None,
        last_name: None,
        headline: None,
        title: None,
        company: None,
        company_id: None,
        industry: None,
        location: None,
        country: None,
        summary: None,
        profile_url: None,
        picture_url: None,
        network_distance: None,
        shared_connections: None,
        premium: None,
        open_profile: None,
        open_to_work: None,
        raw: serde_json::Value::Null,
    }
}
