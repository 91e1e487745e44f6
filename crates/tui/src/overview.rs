//! All jobs, in numbers and as far as they matter now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sluice_api::{Job, JobStatus};

use crate::names::is_told;
use crate::waits::{held_up, next_page};

/// How many ended jobs the tray tells.
pub const LAST_RESULTS: usize = 10;
/// How many ended jobs are held, so that a message of one of them still opens at once.
const MOST_ENDED: usize = 100;

#[derive(Debug, Clone, Default)]
pub struct Overview {
    pub counts: Option<JobCounts>,
    known: BTreeMap<String, (u64, Job)>,
    /// Grows with every job that is heard of, so that an answer asked for earlier does not set it back.
    pub heard: u64,
    /// Jobs of which an answer says that they no longer run, and that are asked for to learn how they ended.
    pub lost: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobCounts {
    pub queued: u64,
    pub running: u64,
    pub paused: u64,
    pub done: u64,
    pub failed: u64,
    pub canceled: u64,
}

impl Overview {
    pub fn job(&self, id: &str) -> Option<&Job> {
        self.known.get(id).map(|(_, job)| job)
    }

    pub fn hear(&mut self, job: Job) {
        self.heard += 1;
        self.lost.remove(&job.id);
        self.known.insert(job.id.clone(), (self.heard, job));
    }

    /// Takes an answer that was asked for when `since` had been heard.
    pub fn learn(&mut self, job: Job, since: u64) {
        if self.known.get(&job.id).is_none_or(|(heard, _)| *heard <= since) {
            self.known.insert(job.id.clone(), (since, job));
        }
    }

    /// What is held as unfinished and was not among all that are, when `since` had been heard: it has ended, or is gone.
    pub fn lost(&self, since: u64, is_unfinished: impl Fn(&str) -> bool) -> Vec<String> {
        let is_lost = |heard: u64, job: &Job| heard <= since && !job.status.is_final() && is_told(job) && !is_unfinished(&job.id);
        self.known.values().filter(|(heard, job)| is_lost(*heard, job)).map(|(_, job)| job.id.clone()).collect()
    }

    pub fn forget(&mut self, id: &str) {
        self.known.remove(id);
    }

    /// Keeps of those that ended the newest, and those that are shown.
    pub fn forget_the_old(&mut self, is_shown: impl Fn(&str) -> bool) {
        let mut ended: Vec<(Option<Timestamp>, String)> =
            self.jobs().filter(|job| job.status.is_final()).map(|job| (job.completed_at, job.id.clone())).collect();
        if ended.len() <= MOST_ENDED {
            return;
        }
        ended.sort();
        for (_, id) in &ended[..ended.len() - MOST_ENDED] {
            if !is_shown(id) {
                self.known.remove(id);
            }
        }
    }

    /// Not ended, newest first.
    pub fn active(&self) -> Vec<&Job> {
        let mut jobs: Vec<&Job> = self.jobs().filter(|job| !job.status.is_final() && is_told(job)).collect();
        jobs.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        jobs
    }

    /// The last that ended, newest first.
    pub fn ended(&self) -> Vec<&Job> {
        let mut jobs: Vec<&Job> = self.jobs().filter(|job| job.status.is_final() && is_told(job)).collect();
        jobs.sort_by(|a, b| (b.completed_at, &b.id).cmp(&(a.completed_at, &a.id)));
        jobs.truncate(LAST_RESULTS);
        jobs
    }

    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.known.values().map(|(_, job)| job)
    }

    /// Jobs of a kind that brings postings, oldest first.
    pub fn of_kind(&self, kind: &str) -> Vec<&Job> {
        let mut jobs: Vec<&Job> = self.jobs().filter(|job| job.kind == kind).collect();
        jobs.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        jobs
    }

    /// Whether something moves: a worker has it, and it does not wait for long.
    pub fn is_moving(&self, now: Timestamp) -> bool {
        self.jobs().any(|job| job.status == JobStatus::Processing && is_told(job) && held_up(job, now).is_none())
    }

    /// The job that is held up the shortest.
    pub fn waiting(&self, now: Timestamp) -> Option<(&Job, Timestamp)> {
        let held_up = self.jobs().filter(|job| is_told(job)).filter_map(|job| held_up(job, now).map(|until| (job, until)));
        held_up.min_by_key(|(_, until)| *until)
    }

    /// When the next page is asked for, of all jobs that keep their pace.
    pub fn next_page(&self, now: Timestamp) -> Option<Timestamp> {
        self.jobs().filter_map(|job| next_page(job, now)).min()
    }
}
