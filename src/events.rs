//! One reader of committed events a process, and many listeners.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OnceCell, broadcast};
use tokio_util::sync::CancellationToken;

use crate::domain::{JobId, UserId, WorkspaceId};
use crate::store::events::{self, Event, Position};
use crate::store::{Conn, Database, StoreError};

/// How many events a listener may lag behind before it reads from the database again.
const CAPACITY: usize = 4_096;
/// Events read at a time.
const BATCH: i64 = 500;
/// How often to look though no bell rang: a lost ring costs this much, never an event.
const LOOK: Duration = Duration::from_secs(1);

/// The first look at events that were held back, doubled with each in vain.
const SOON: Duration = Duration::from_millis(1);

/// What a reader had to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    /// Events of committed transactions that are younger than one still running.
    HeldBack,
}

/// Follows the events table and hands each event to every listener.
#[derive(Clone)]
pub struct Hub {
    database: Database,
    sender: broadcast::Sender<Arc<Event>>,
    /// Where the reader begins: before whatever the first listener has still to hear, also when it listens before the reader runs.
    beginning: Arc<OnceCell<Position>>,
}

/// What a listener wants to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    pub workspace_id: WorkspaceId,
    /// All jobs of the workspace when missing.
    pub job_id: Option<JobId>,
    /// Who listens: changes of their access are heard as well, wherever they were made.
    pub user_id: UserId,
}

impl Topic {
    fn covers(&self, event: &Event) -> bool {
        if let Some(change) = event.access_change() {
            return change.user_id == self.user_id;
        }
        event.workspace_id == self.workspace_id && self.job_id.is_none_or(|job| event.job_id == Some(job))
    }
}

impl Hub {
    pub fn new(database: Database) -> Self {
        Self { database, sender: broadcast::Sender::new(CAPACITY), beginning: Arc::default() }
    }

    /// Reads and tells until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let mut bell = self.database.events_bell();
        let mut position = None;
        let mut again = SOON;
        while !stop.is_cancelled() {
            bell.mark_unchanged();
            let wait = match self.tell(&mut position).await {
                // Whose transaction holds them back may ring no bell when it ends.
                Ok(Left::HeldBack) => {
                    again = (again * 2).min(LOOK);
                    again
                }
                Ok(Left::Nothing) => {
                    again = SOON;
                    LOOK
                }
                Err(error) => {
                    tracing::warn!(%error, "could not read events; trying again");
                    LOOK
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                _ = bell.changed() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    async fn tell(&self, position: &mut Option<Position>) -> Result<Left, StoreError> {
        let mut conn = self.database.read().await?;
        let mut from = match *position {
            Some(from) => from,
            None => self.beginning(&mut conn).await?,
        };
        // Asked first: what is let go between the two looks is found by the second, and what is held back from now on rings the bell.
        let left = if events::any_held_back(&mut conn).await? { Left::HeldBack } else { Left::Nothing };
        loop {
            let batch = events::after(&mut conn, from, BATCH).await?;
            let full = batch.len() as i64 == BATCH;
            for event in batch {
                from = event.position;
                // Nobody listening is no fault.
                let _unheard = self.sender.send(Arc::new(event));
            }
            *position = Some(from);
            if !full {
                return Ok(left);
            }
        }
    }

    async fn beginning(&self, conn: &mut Conn) -> Result<Position, StoreError> {
        self.beginning.get_or_try_init(async || events::newest(conn).await).await.copied()
    }

    /// Everything on the topic after `from`; from now on when missing. The subscription is complete before this returns: nothing that
    /// commits afterwards is missed.
    pub async fn subscribe(&self, topic: Topic, from: Option<Position>) -> Result<Subscription, StoreError> {
        self.follow(Some(topic), from).await
    }

    /// Everything of every workspace from now on, for those who hand it on to whom it concerns.
    pub async fn subscribe_to_all(&self) -> Result<Subscription, StoreError> {
        self.follow(None, None).await
    }

    async fn follow(&self, topic: Option<Topic>, from: Option<Position>) -> Result<Subscription, StoreError> {
        let receiver = self.sender.subscribe();
        let mut conn = self.database.read().await?;
        self.beginning(&mut conn).await?;
        let position = match from {
            Some(position) => position,
            None => events::newest(&mut conn).await?,
        };
        Ok(Subscription { database: self.database.clone(), topic, receiver, position, backlog: Vec::new(), behind: true })
    }
}

/// A listener's place in the stream.
pub struct Subscription {
    database: Database,
    /// Everything when missing.
    topic: Option<Topic>,
    receiver: broadcast::Receiver<Arc<Event>>,
    position: Position,
    /// Read from the database and not handed out yet, the next one last.
    backlog: Vec<Arc<Event>>,
    /// Whether the database may hold events that the receiver will not bring.
    behind: bool,
}

impl Subscription {
    /// The next event on the topic; waits for it. `None` when the hub is gone.
    pub async fn next(&mut self) -> Result<Option<Arc<Event>>, StoreError> {
        loop {
            if let Some(event) = self.backlog.pop() {
                self.position = event.position;
                if self.wants(&event) {
                    return Ok(Some(event));
                }
                continue;
            }
            if self.behind {
                let mut read = events::after(&mut self.database.read().await?, self.position, BATCH).await?;
                self.behind = read.len() as i64 == BATCH;
                read.reverse();
                self.backlog = read.into_iter().map(Arc::new).collect();
                continue;
            }
            match self.receiver.recv().await {
                Ok(event) if event.position <= self.position => {}
                Ok(event) => {
                    self.position = event.position;
                    if self.wants(&event) {
                        return Ok(Some(event));
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => self.behind = true,
                Err(broadcast::error::RecvError::Closed) => return Ok(None),
            }
        }
    }

    fn wants(&self, event: &Event) -> bool {
        self.topic.is_none_or(|topic| topic.covers(event))
    }

    /// The place of the last event handed out, to go on from later.
    pub fn position(&self) -> Position {
        self.position
    }
}
