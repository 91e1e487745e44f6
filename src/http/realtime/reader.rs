//! From committed events to changes of rows: read once a process, told to all who listen.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::audience::Audience;
use super::change::{Change, ChangeKind};
use crate::domain::job::Job;
use crate::domain::published::{Row, Table};
use crate::domain::{JobId, Scope};
use crate::events::Subscription;
use crate::http::compat::published::{job_row, result_row};
use crate::jobs::search_prospects::KIND;
use crate::store::events::{Event, RowDeleted};
use crate::store::jobs::{self, JobChange};
use crate::store::{Database, StoreError, published};

/// Before the database is asked again.
const PAUSE: Duration = Duration::from_millis(200);
/// Jobs that are kept in mind, so that a change of one is told without reading it.
const MOST_JOBS: usize = 2_000;

/// Follows the events of all workspaces.
pub struct Reader {
    database: Database,
    events: Subscription,
    audience: Audience,
    jobs: HashMap<JobId, Job>,
}

/// What an event of a stored page says, as far as it is needed here.
#[derive(Deserialize)]
struct PageStored {
    batch: i64,
}

impl Reader {
    /// `events` decides from where on nothing is missed.
    pub fn new(database: Database, events: Subscription, audience: Audience) -> Self {
        Self { database, events, audience, jobs: HashMap::new() }
    }

    /// Reads and tells until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.follow() => {}
        }
    }

    async fn follow(&mut self) {
        loop {
            match self.events.next().await {
                Ok(Some(event)) => self.tell(&event).await,
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(%error, "could not read events; trying again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Tells one event, however often the database has to be asked.
    async fn tell(&mut self, event: &Event) {
        loop {
            match self.changes(event).await {
                Ok(changes) => return changes.into_iter().for_each(|change| self.audience.tell(&Arc::new(change))),
                Err(error) if error.is_transient() => {
                    tracing::warn!(%error, "could not read what an event tells of; trying again");
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => {
                    tracing::error!(%error, position = %event.position, "an event cannot be told");
                    return;
                }
            }
        }
    }

    /// What an event changes in published rows, if anybody listens to them.
    async fn changes(&mut self, event: &Event) -> Result<Vec<Change>, StoreError> {
        let listens = |table| self.audience.listens(event.workspace_id, table);
        match (event.kind.as_str(), event.job_id) {
            ("access", _) => {
                if let Some(change) = event.access_change() {
                    self.audience.recheck(&change);
                }
                Ok(Vec::new())
            }
            ("job", Some(id)) if listens(Table::Jobs) => Ok(self.job_change(event, id).await?.into_iter().collect()),
            ("page", Some(id)) if listens(Table::Results) => self.page_changes(event, id).await,
            _ => Ok(event.row_deleted().and_then(|deleted| deletion(event, &deleted)).into_iter().collect()),
        }
    }

    async fn job_change(&mut self, event: &Event, id: JobId) -> Result<Option<Change>, StoreError> {
        let Some(told) = read::<JobChange>(event) else { return Ok(None) };
        if told.kind != KIND {
            return Ok(None);
        }
        let fresh;
        let job = match self.jobs.get_mut(&id) {
            // Two commits of one job may be told in the order of their transactions and not of the row: what is older has been told.
            Some(known) if told.version <= known.version => return Ok(None),
            Some(known) => known,
            None => {
                let Some(found) = jobs::find(&mut self.database.read().await?, Scope::Workspace(event.workspace_id), id).await? else {
                    return Ok(None);
                };
                fresh = found;
                if self.jobs.len() >= MOST_JOBS {
                    self.jobs.clear();
                }
                self.jobs.entry(id).or_insert(fresh)
            }
        };
        let kind = if told.is_first() { ChangeKind::Insert } else { ChangeKind::Update };
        told.apply(job);
        Ok(Some(job_change(kind, job, event.at)))
    }

    async fn page_changes(&self, event: &Event, id: JobId) -> Result<Vec<Change>, StoreError> {
        let Some(told) = read::<PageStored>(event) else { return Ok(Vec::new()) };
        let mut conn = self.database.read().await?;
        let rows = published::results_of_page(&mut conn, Scope::Workspace(event.workspace_id), id, told.batch).await?;
        drop(conn);
        let change = |row| Change::new(event.workspace_id, ChangeKind::Insert, row, RESULT_VERSION, false, event.at);
        Ok(rows.into_iter().map(|prospect| change(result_row(prospect))).collect())
    }
}

/// Results never change once they are stored.
pub const RESULT_VERSION: i64 = 1;

/// A change of a job as it is by now.
pub fn job_change(kind: ChangeKind, job: &Job, at: crate::domain::Micros) -> Change {
    Change::new(job.workspace_id, kind, job_row(job), job.version, job.state.is_final(), at)
}

fn deletion(event: &Event, deleted: &RowDeleted) -> Option<Change> {
    let table = Table::from_name(&deleted.table)?;
    let known: Vec<(usize, String)> =
        deleted.known.iter().filter_map(|(column, value)| Some((table.place_of(column)?, value.clone()))).collect();
    let row = Row::of_key(table, &known);
    // Nothing comes after a deletion.
    Some(Change::new(event.workspace_id, ChangeKind::Delete, row, i64::MAX, true, event.at))
}

fn read<T: for<'a> Deserialize<'a>>(event: &Event) -> Option<T> {
    let read = serde_json::from_value(event.data.clone());
    read.inspect_err(|error| tracing::error!(%error, position = %event.position, "an event cannot be read")).ok()
}
