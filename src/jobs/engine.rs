//! Claims due jobs, runs their steps under a lease, and settles each step in one transaction. It knows no kind of job.

mod backoff;
mod commit;
mod dispatch;
mod held;
pub mod kind;
mod slice;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::domain::JobId;
use crate::randomness::Randomness;
use crate::store::jobs::MAX_ATTEMPTS;
use crate::store::jobs::leases::{self, Claimed};
use crate::store::{Database, StoreError};
use held::Held;
use kind::{ErasedKind, JobKind, WhenEnded};

pub use kind::{Next, Outcome, PageOutcome, StepContext, StepError, Write};
pub use slice::SliceEnd;

/// How the engine works; every value has a default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineSettings {
    /// How long a claim lasts without a heartbeat.
    pub lease: Duration,
    /// Between two heartbeats; one statement for all jobs of the process.
    pub heartbeat: Duration,
    /// Slices that run at once in this process.
    pub slots: usize,
    /// How long a shutdown waits for pages in hand.
    pub grace: Duration,
    /// How long a page in hand may go on after its job was paused or canceled.
    pub interrupt_grace: Duration,
    /// How often to look for due jobs though no bell rang.
    pub poll: Duration,
    /// The longest that one step may take.
    pub step_timeout: Duration,
    /// Pages in a row without a new row, after which the provider is taken to go in circles.
    pub stale_page_limit: i64,
    /// How often a page is tried, in jobs that the clock makes.
    pub max_attempts: u32,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            heartbeat: Duration::from_secs(10),
            slots: 8,
            grace: Duration::from_secs(10),
            interrupt_grace: Duration::from_secs(2),
            poll: Duration::from_secs(1),
            step_timeout: Duration::from_secs(60),
            stale_page_limit: 3,
            max_attempts: MAX_ATTEMPTS,
        }
    }
}

/// Waits up to this long are slept through; longer ones give the slot back.
pub const NEAR: Duration = Duration::from_millis(50);

#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    kinds: HashMap<&'static str, Arc<dyn ErasedKind>>,
    when_ended: Option<Arc<dyn WhenEnded>>,
    settings: EngineSettings,
    randomness: Randomness,
    slots: Arc<Semaphore>,
    held: Held,
}

/// Collects the kinds before the engine starts.
pub struct EngineBuilder {
    kinds: HashMap<&'static str, Arc<dyn ErasedKind>>,
    when_ended: Option<Arc<dyn WhenEnded>>,
}

impl EngineBuilder {
    #[must_use]
    pub fn kind<K: JobKind>(mut self, kind: K) -> Self {
        self.kinds.insert(K::KIND, Arc::new(kind::Erased(kind)));
        self
    }

    #[must_use]
    pub fn when_ended(mut self, hook: impl WhenEnded) -> Self {
        self.when_ended = Some(Arc::new(hook));
        self
    }

    pub fn build(self, database: Database, settings: EngineSettings, randomness: Randomness) -> Engine {
        let slots = Arc::new(Semaphore::new(settings.slots));
        Engine {
            inner: Arc::new(Inner {
                database,
                kinds: self.kinds,
                when_ended: self.when_ended,
                settings,
                randomness,
                slots,
                held: Held::default(),
            }),
        }
    }
}

impl Engine {
    pub fn builder() -> EngineBuilder {
        EngineBuilder { kinds: HashMap::new(), when_ended: None }
    }

    /// Claims the job if it is due and runs it until it ends, waits or gives way. `None` when it was not due or another worker was
    /// faster. An external scheduler may call this instead of [`Engine::run`]; the fence protects both.
    pub async fn run_slice(&self, id: JobId) -> Result<Option<SliceEnd>, StoreError> {
        let mut tx = self.inner.database.begin().await?;
        let claimed = leases::claim(&mut tx, 1, self.inner.settings.lease, Some(id)).await?.into_iter().next();
        tx.commit().await?;
        match claimed {
            Some(claimed) => Ok(Some(self.run_claimed(claimed).await)),
            None => Ok(None),
        }
    }

    async fn run_claimed(&self, claimed: Claimed) -> SliceEnd {
        slice::Slice::new(self.inner.clone(), claimed.job).run().await
    }

    /// Slices that run in this process right now.
    pub fn running(&self) -> usize {
        self.inner.held.count()
    }
}
