//! What must be true of jobs, in plain Rust: no database, no tasks, no time but seconds.

use sluice::domain::job::{JobState, Wanted};

use super::{Order, Step, WORKERS};

pub const PAGES: i64 = 4;
pub const MAX_ATTEMPTS: i64 = 3;
pub const LEASE_SECONDS: u64 = 3_000;
pub const WAIT_SECONDS: u64 = 5_000;
/// The longest backoff that three attempts can draw, and a margin; no single step of the clock is shorter.
const BACKOFF_SECONDS: u64 = 1_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelJob {
    pub state: JobState,
    pub wanted: Option<Wanted>,
    pub epoch: i64,
    pub attempt: i64,
    pub pages: i64,
    /// How often it has ended.
    pub ends: usize,
    begun: bool,
    due: Due,
    lease_began: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    At(u64),
    /// After a backoff that was drawn by chance, at this time or somewhat before.
    By(u64),
}

/// What a worker holds, or believes to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    pub job: usize,
    epoch: i64,
}

#[derive(Debug, Default)]
pub struct Model {
    pub jobs: Vec<ModelJob>,
    pub workers: [Option<Holding>; WORKERS],
    pub now: u64,
}

/// What became of a slice, as the engine said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It works on the next step.
    Working,
    Settled(JobState),
    Lost,
    NotDue,
}

impl Model {
    pub fn enqueue(&mut self) {
        let due = Due::At(self.now);
        let job =
            ModelJob { state: JobState::Queued, wanted: None, epoch: 0, attempt: 0, pages: 0, ends: 0, begun: false, due, lease_began: 0 };
        self.jobs.push(job);
    }

    /// Whether the job is due; `None` when chance decides.
    fn is_due(&self, job: usize) -> Option<bool> {
        let job = &self.jobs[job];
        match (job.state, job.due) {
            (JobState::Running, _) => Some(self.now >= job.lease_began + LEASE_SECONDS),
            (JobState::Queued | JobState::Waiting, Due::At(at)) => Some(self.now >= at),
            (JobState::Queued | JobState::Waiting, Due::By(by)) => (self.now >= by).then_some(true),
            _ => Some(false),
        }
    }

    pub fn claim(&mut self, worker: usize, number: usize, seen: Seen) -> Result<(), String> {
        let due = self.is_due(number).unwrap_or(seen != Seen::NotDue);
        if !due {
            return expect(seen, Seen::NotDue);
        }
        let now = self.now;
        let job = &mut self.jobs[number];
        (job.state, job.epoch, job.attempt, job.begun, job.lease_began) = (JobState::Running, job.epoch + 1, job.attempt + 1, true, now);
        if let Some(wanted) = job.wanted {
            job.attempt -= 1;
            job.obey(wanted);
            return expect(seen, Seen::Settled(job.state));
        }
        if job.attempt > MAX_ATTEMPTS {
            job.end(JobState::Failed);
            return expect(seen, Seen::Settled(JobState::Failed));
        }
        self.workers[worker] = Some(Holding { job: number, epoch: job.epoch });
        expect(seen, Seen::Working)
    }

    fn is_open(&self, worker: usize) -> bool {
        self.workers[worker].is_some_and(|holding| {
            let job = &self.jobs[holding.job];
            job.state == JobState::Running && job.epoch == holding.epoch
        })
    }

    pub fn finish(&mut self, worker: usize, step: Step, seen: &Seen) -> Result<(), String> {
        let open = self.is_open(worker);
        let now = self.now;
        let Some(holding) = self.workers[worker] else { return Err("nothing to finish".to_owned()) };
        if !open {
            self.workers[worker] = None;
            return expect(*seen, Seen::Lost);
        }
        let job = &mut self.jobs[holding.job];
        if job.step(step, now) {
            return expect(*seen, Seen::Working);
        }
        self.workers[worker] = None;
        expect(*seen, Seen::Settled(job.state))
    }

    pub fn heartbeat(&mut self, worker: usize, kept: Option<Option<Wanted>>) -> Result<(), String> {
        let expected = self.is_open(worker).then(|| self.workers[worker].map(|holding| self.jobs[holding.job].wanted)).flatten();
        if let (Some(_), Some(holding)) = (expected, self.workers[worker]) {
            self.jobs[holding.job].lease_began = self.now;
        }
        if kept == expected { Ok(()) } else { Err(format!("the heartbeat said {kept:?} instead of {expected:?}")) }
    }

    /// A worker that stops in order, without a wish of a person that it would have to obey first.
    pub fn may_give_back(&self, worker: usize) -> bool {
        self.is_open(worker) && self.workers[worker].is_some_and(|holding| self.jobs[holding.job].wanted.is_none())
    }

    pub fn give_back(&mut self, worker: usize) {
        let now = self.now;
        if let Some(holding) = self.workers[worker].take() {
            let job = &mut self.jobs[holding.job];
            job.attempt -= 1;
            job.wait(Due::At(now));
        }
    }

    pub fn order(&mut self, order: Order, number: usize, obeyed: bool) -> Result<(), String> {
        let now = self.now;
        let job = &mut self.jobs[number];
        let at_rest = matches!(job.state, JobState::Queued | JobState::Waiting);
        let running = job.state == JobState::Running;
        let fits = match order {
            Order::Pause => at_rest || (running && job.wanted != Some(Wanted::Cancel)),
            Order::Resume => job.state == JobState::Paused || (running && job.wanted == Some(Wanted::Pause)),
            Order::Cancel => at_rest || running || job.state == JobState::Paused,
            Order::Retry => job.state == JobState::Failed,
        };
        if fits != obeyed {
            return Err(format!("{order:?} was {} in {:?}", if obeyed { "obeyed" } else { "refused" }, job.state));
        }
        match order {
            _ if !fits => {}
            Order::Pause if running => job.wanted = Some(Wanted::Pause),
            Order::Cancel if running => job.wanted = Some(Wanted::Cancel),
            Order::Resume if running => job.wanted = None,
            Order::Pause => job.obey(Wanted::Pause),
            Order::Cancel => job.obey(Wanted::Cancel),
            Order::Resume => {
                job.state = if job.begun { JobState::Waiting } else { JobState::Queued };
                job.due = Due::At(now);
            }
            Order::Retry => (job.state, job.attempt, job.due) = (JobState::Queued, 0, Due::At(now)),
        }
        Ok(())
    }
}

impl ModelJob {
    /// One committed step; whether the worker goes on.
    fn step(&mut self, step: Step, now: u64) -> bool {
        let attempt = self.attempt;
        match step {
            Step::Page | Step::PageThenPark => {
                self.pages += 1;
                self.attempt = 0;
                if self.pages == PAGES {
                    self.end(JobState::Completed);
                } else if let Some(wanted) = self.wanted {
                    self.obey(wanted);
                } else if step == Step::PageThenPark {
                    self.wait(Due::At(now + WAIT_SECONDS));
                } else {
                    (self.attempt, self.lease_began) = (1, now);
                    return true;
                }
                return false;
            }
            Step::Fatal => {
                self.end(JobState::Failed);
                return false;
            }
            Step::Retry if attempt >= MAX_ATTEMPTS => {
                self.end(JobState::Failed);
                return false;
            }
            Step::Retry => self.wait(Due::By(now + BACKOFF_SECONDS)),
            Step::Park | Step::RateLimited => {
                self.attempt -= 1;
                self.wait(Due::At(now + WAIT_SECONDS));
            }
        }
        if let Some(wanted) = self.wanted {
            self.obey(wanted);
        }
        false
    }

    fn wait(&mut self, due: Due) {
        (self.state, self.due) = (JobState::Waiting, due);
    }

    fn obey(&mut self, wanted: Wanted) {
        match wanted {
            Wanted::Pause => (self.state, self.wanted) = (JobState::Paused, None),
            Wanted::Cancel => {
                let attempt = self.attempt;
                self.end(JobState::Canceled);
                self.attempt = attempt;
            }
        }
    }

    fn end(&mut self, state: JobState) {
        (self.state, self.wanted, self.attempt) = (state, None, 0);
        self.ends += 1;
    }
}

fn expect(seen: Seen, expected: Seen) -> Result<(), String> {
    if seen == expected { Ok(()) } else { Err(format!("the engine said {seen:?}, the model {expected:?}")) }
}
