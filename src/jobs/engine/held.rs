//! The jobs that this process holds, and the signals to their slices.

use std::collections::HashMap;
use std::sync::Mutex;

use tokio::sync::watch;

use crate::domain::JobId;
use crate::domain::job::Wanted;

/// What a slice must know while its step is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Signal {
    #[default]
    Work,
    /// A person wants it to stop.
    Wanted(Wanted),
    /// Another worker has the job, so whatever is in hand is dropped.
    Lost,
    /// The process shuts down; the page in hand may be finished within the grace time.
    GiveBack,
}

#[derive(Default)]
pub(super) struct Held {
    slices: Mutex<HashMap<JobId, (i64, watch::Sender<Signal>)>>,
}

impl Held {
    pub(super) fn add(&self, id: JobId, epoch: i64) -> watch::Receiver<Signal> {
        let (sender, receiver) = watch::channel(Signal::Work);
        self.lock().insert(id, (epoch, sender));
        receiver
    }

    /// Only the slice of that epoch; a newer one of the same job stays.
    pub(super) fn remove(&self, id: JobId, epoch: i64) {
        let mut slices = self.lock();
        if slices.get(&id).is_some_and(|(held, _)| *held == epoch) {
            slices.remove(&id);
        }
    }

    pub(super) fn all(&self) -> Vec<(JobId, i64)> {
        self.lock().iter().map(|(id, (epoch, _))| (*id, *epoch)).collect()
    }

    pub(super) fn count(&self) -> usize {
        self.lock().len()
    }

    pub(super) fn signal(&self, id: JobId, epoch: i64, signal: Signal) {
        if let Some((held, sender)) = self.lock().get(&id)
            && *held == epoch
        {
            sender.send_if_modified(|current| {
                let news = *current != signal && *current != Signal::Lost;
                if news {
                    *current = signal;
                }
                news
            });
        }
    }

    pub(super) fn signal_all(&self, signal: Signal) {
        for (id, epoch) in self.all() {
            self.signal(id, epoch, signal);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<JobId, (i64, watch::Sender<Signal>)>> {
        self.slices.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
