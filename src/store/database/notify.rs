//! Bells between processes (Postgres): a debounced NOTIFY after commits, and a listener that rings here.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use super::{Database, Engine};

const CHANNEL: &str = "sluice";
/// Rings within this time go out as one notification.
const DEBOUNCE: Duration = Duration::from_millis(5);
/// How long to wait before another try when Postgres is away.
const RECONNECT: Duration = Duration::from_millis(500);

impl Database {
    /// Carries bells to and from other processes until `stop`; returns at once on SQLite, where there are none.
    pub async fn carry_bells(&self, stop: CancellationToken) {
        let Engine::Postgres { pool } = &self.engine else { return };
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.send(pool) => {}
            () = self.listen(pool) => {}
        }
    }

    async fn send(&self, pool: &PgPool) {
        let mut outbound = self.bells.outbound.subscribe();
        let mut told = *outbound.borrow_and_update();
        while outbound.changed().await.is_ok() {
            let rung = *outbound.borrow_and_update();
            let payload = match (rung.events != told.events, rung.jobs != told.jobs) {
                (true, true) => "events jobs",
                (true, false) => "events",
                _ => "jobs",
            };
            match sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(payload).execute(pool).await {
                Ok(_) => told = rung,
                // The others look by themselves now and then, so a lost ring costs time, not events.
                Err(error) => tracing::debug!(%error, "could not notify other processes"),
            }
            tokio::time::sleep(DEBOUNCE).await;
        }
    }

    async fn listen(&self, pool: &PgPool) {
        loop {
            if let Err(error) = self.listen_once(pool).await {
                tracing::warn!(%error, "lost the connection that listens for other processes; trying again");
            }
            tokio::time::sleep(RECONNECT).await;
        }
    }

    async fn listen_once(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        // Whatever was told while nobody listened is looked up now.
        self.ring_here(true, true);
        loop {
            match listener.try_recv().await? {
                Some(notification) => {
                    let payload = notification.payload();
                    self.ring_here(payload.contains("events"), payload.contains("jobs"));
                }
                None => self.ring_here(true, true),
            }
        }
    }

    fn ring_here(&self, events: bool, jobs: bool) {
        if events {
            self.bells.events.send_modify(|count| *count += 1);
        }
        if jobs {
            self.bells.jobs.send_modify(|count| *count += 1);
        }
    }
}
