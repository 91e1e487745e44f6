//! When there is something to do next, asked in one statement: workers ask it again and again.

use std::time::Duration;

use super::database::{Conn, sql};
use super::error::StoreError;
use crate::domain::Micros;

/// How long until something may become due; zero when it is by now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Due {
    /// A job that waits, or one whose worker may be lost.
    pub job: Option<Duration>,
    /// A schedule that makes a job.
    pub schedule: Option<Duration>,
}

impl Due {
    pub fn first(self) -> Option<Duration> {
        [self.job, self.schedule].into_iter().flatten().min()
    }
}

pub async fn next(conn: &mut Conn) -> Result<Due, StoreError> {
    let row = sql("SELECT {now} AS now, \
                   (SELECT min(run_at) FROM jobs WHERE state IN ('queued', 'waiting')) AS run_at, \
                   (SELECT min(lease_until) FROM jobs WHERE state = 'running') AS lease_until, \
                   (SELECT min(next_at) FROM schedules WHERE enabled) AS next_at")
    .fetch_one(conn)
    .await?;
    let now: Micros = row.get("now")?;
    // A lease is over when it lies in the past, not at its last microsecond.
    let lease_over = row.get::<Option<Micros>>("lease_until")?.map(|at| at.plus(Duration::from_micros(1)));
    let job = [row.get::<Option<Micros>>("run_at")?, lease_over].into_iter().flatten().min();
    Ok(Due { job: job.map(|at| at.since(now)), schedule: row.get::<Option<Micros>>("next_at")?.map(|at| at.since(now)) })
}
