//! Everything that the routes share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::brightdata::Snapshot;
use crate::faults::Schedule;
use crate::journal::Journal;
use crate::matching::query::Query;
use crate::matching::vocabulary::Vocabulary;
use crate::population::Population;
use crate::postings::{self, Postings};

pub struct World {
    pub population: Population,
    pub vocabulary: Vocabulary,
    pub schedule: Mutex<Schedule>,
    pub journal: Mutex<Journal>,
    pub latency: Mutex<Duration>,
    /// Turns true when the sandbox stops; held answers let go.
    pub stopping: watch::Receiver<bool>,
    /// What Bright Data was asked for.
    pub snapshots: Mutex<Vec<Snapshot>>,
    /// Made when the first posting is asked for: most sandboxes are about people alone.
    postings: OnceLock<Postings>,
    results: Mutex<HashMap<String, Arc<[u32]>>>,
}

/// Results kept at most; a full cache starts over.
const MOST_RESULTS: usize = 64;

impl World {
    pub fn new(population: Population, schedule: Schedule, latency: Duration, stopping: watch::Receiver<bool>) -> World {
        World {
            vocabulary: Vocabulary::of(&population),
            population,
            schedule: Mutex::new(schedule),
            journal: Mutex::default(),
            latency: Mutex::new(latency),
            stopping,
            snapshots: Mutex::default(),
            postings: OnceLock::new(),
            results: Mutex::default(),
        }
    }

    /// The people whom a query finds; asked again it answers from memory.
    pub fn results(&self, query: &Query) -> Arc<[u32]> {
        self.remember(format!("{query:?}"), || crate::matching::find(&self.population, &self.vocabulary, query))
    }

    pub fn postings(&self) -> &Postings {
        self.postings.get_or_init(|| Postings::of(&self.population))
    }

    /// The postings that a query finds; asked again it answers from memory.
    pub fn posting_results(&self, query: &postings::find::Query) -> Arc<[u32]> {
        self.remember(format!("postings {query:?}"), || self.postings().search(&self.population, query))
    }

    fn remember(&self, key: String, find: impl FnOnce() -> Vec<u32>) -> Arc<[u32]> {
        if let Some(known) = lock(&self.results).get(&key) {
            return known.clone();
        }
        let found: Arc<[u32]> = find().into();
        let mut results = lock(&self.results);
        if results.len() >= MOST_RESULTS {
            results.clear();
        }
        results.insert(key, found.clone());
        found
    }

    /// Waits for `time`, or until the sandbox stops.
    pub async fn wait(&self, time: Duration) {
        if time.is_zero() {
            return;
        }
        let mut stopping = self.stopping.clone();
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            // An error means that the sandbox is gone, which is a stop as well.
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
    }
}

/// No holder of these locks can leave half a change behind, so a panic of one does not matter to the next.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
