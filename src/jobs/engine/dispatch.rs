//! The loop of a worker: claim what is due, keep leases alive, stop in order.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::held::Signal;
use super::{Engine, Inner, slice};
use crate::store::due::{self, Due};
use crate::store::jobs::leases::{self, Claimed};
use crate::store::{StoreError, schedules};

/// How soon to look again at a job that another worker had locked.
const LOCKED: Duration = Duration::from_millis(20);

impl Engine {
    /// Works until `stop` is cancelled; then claims nothing more and finishes or gives back the pages in hand within the grace time.
    pub async fn run(&self, stop: CancellationToken) {
        if let Err(error) = self.recover().await {
            tracing::error!(%error, "could not free the jobs of an earlier process; they go on when their leases run out");
        }
        let heartbeats_end = CancellationToken::new();
        let heartbeats = tokio::spawn(keep_leases(self.inner.clone(), heartbeats_end.clone()));
        let mut slices = JoinSet::new();
        let mut bell = self.inner.database.jobs_bell();
        while !stop.is_cancelled() {
            bell.mark_unchanged();
            let nap = match self.claim_and_spawn(&mut slices).await {
                Ok(nap) => nap,
                Err(error) => {
                    tracing::warn!(%error, "could not look for due jobs");
                    self.inner.settings.poll
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(nap) => {}
                _ = bell.changed() => {}
                Some(ended) = slices.join_next() => report(ended),
            }
            while let Some(ended) = slices.try_join_next() {
                report(ended);
            }
        }
        self.inner.held.signal_all(Signal::GiveBack);
        // The grace time ends the steps; what is left then is a commit, which must not be cut.
        while let Some(ended) = slices.join_next().await {
            report(ended);
        }
        heartbeats_end.cancel();
        if let Err(error) = heartbeats.await {
            tracing::error!(%error, "the heartbeat task failed");
        }
    }

    async fn recover(&self) -> Result<(), StoreError> {
        if self.inner.database.is_shared() {
            return Ok(());
        }
        let mut tx = self.inner.database.begin().await?;
        let freed = leases::recover(&mut tx).await?;
        tx.commit().await?;
        if !freed.is_empty() {
            tracing::info!(jobs = freed.len(), "going on with the jobs of an earlier process");
        }
        Ok(())
    }

    /// Fills the free slots; returns how long there is nothing to do.
    async fn claim_and_spawn(&self, slices: &mut JoinSet<slice::SliceEnd>) -> Result<Duration, StoreError> {
        let inner = &self.inner;
        // Most looks find nothing; those cost no turn at SQLite's only writer.
        let mut due = due::next(&mut inner.database.read().await?).await?;
        if due.schedule == Some(Duration::ZERO) {
            match fire_schedules(inner).await {
                Ok(()) => due = due::next(&mut inner.database.read().await?).await?,
                // Whatever is wrong with a schedule, the jobs that exist are worked on.
                Err(error) => {
                    tracing::error!(%error, "could not make the jobs of the schedules that are due");
                    due.schedule = None;
                }
            }
        }
        let nap = |due: Due| due.first().unwrap_or(inner.settings.poll).min(inner.settings.poll);
        let free = inner.slots.available_permits();
        if free == 0 {
            return Ok(inner.settings.poll);
        }
        if due.job != Some(Duration::ZERO) {
            return Ok(nap(due));
        }
        let mut tx = inner.database.begin().await?;
        let claimed = leases::claim(&mut tx, free, inner.settings.lease, None).await?;
        // Also when nothing was claimed: no second connection is asked for while one is held.
        tx.commit().await?;
        if claimed.is_empty() {
            // Due, but another worker has it in hand at this moment.
            return Ok(LOCKED);
        }
        for claim in claimed {
            self.spawn(slices, claim);
        }
        let job = due::next(&mut inner.database.read().await?).await?.job;
        Ok(nap(Due { job, ..due }))
    }

    fn spawn(&self, slices: &mut JoinSet<slice::SliceEnd>, claim: Claimed) {
        // The dispatcher alone takes permits, so one is free for every claimed job.
        let permit = self.inner.slots.clone().try_acquire_owned().ok();
        let slice = slice::Slice::new(self.inner.clone(), claim.job);
        slices.spawn(async move {
            let _permit = permit;
            slice.run().await
        });
    }
}

fn report(ended: Result<slice::SliceEnd, tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a slice failed; its lease will run out and the job goes on");
    }
}

/// Turns due schedules into jobs.
async fn fire_schedules(inner: &Inner) -> Result<(), StoreError> {
    let mut tx = inner.database.begin().await?;
    schedules::fire_due(&mut tx, inner.settings.max_attempts).await?;
    tx.commit().await
}

/// One heartbeat for all jobs of the process; what people want of them is looked up whenever the bell rings.
async fn keep_leases(inner: Arc<Inner>, end: CancellationToken) {
    let mut ticks = tokio::time::interval(inner.settings.heartbeat);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut bell = inner.database.jobs_bell();
    loop {
        tokio::select! {
            () = end.cancelled() => return,
            _ = ticks.tick() => {
                if let Err(error) = beat(&inner).await {
                    tracing::warn!(%error, "a heartbeat failed");
                }
            }
            _ = bell.changed() => {
                if let Err(error) = look_for_wishes(&inner).await {
                    tracing::warn!(%error, "could not look for pauses and cancellations");
                }
            }
        }
    }
}

async fn beat(inner: &Inner) -> Result<(), StoreError> {
    let held = inner.held.all();
    if held.is_empty() {
        return Ok(());
    }
    let mut tx = inner.database.begin().await?;
    let kept = leases::heartbeat(&mut tx, &held, inner.settings.lease).await?;
    tx.commit().await?;
    for (id, epoch) in held {
        match kept.iter().find(|(kept, _)| *kept == id) {
            None => inner.held.signal(id, epoch, Signal::Lost),
            Some((_, Some(wanted))) => inner.held.signal(id, epoch, Signal::Wanted(*wanted)),
            Some((_, None)) => {}
        }
    }
    Ok(())
}

async fn look_for_wishes(inner: &Inner) -> Result<(), StoreError> {
    let held = inner.held.all();
    if held.is_empty() {
        return Ok(());
    }
    for (id, wanted) in leases::wanted(&mut inner.database.read().await?, &held).await? {
        if let Some((_, epoch)) = held.iter().find(|(held, _)| *held == id) {
            inner.held.signal(id, *epoch, Signal::Wanted(wanted));
        }
    }
    Ok(())
}
