//! Rows that most tests need before they can begin: a workspace, its user, an account, a job.

use std::time::Duration;

use sluice::domain::job::{Job, JobState, StopReason};
use sluice::domain::{AccountId, JobId, Micros, Scope, UserId, WorkspaceId};
use sluice::store::database::sql;
use sluice::store::jobs::leases::{self, Fence, Settlement, Then, Until};
use sluice::store::jobs::{self, NewJob, control};
use sluice::store::schedules::NewSchedule;
use sluice::store::{Conn, Database, Tx, users, workspaces};

use super::toy;

/// A workspace with one user, who has one account.
#[derive(Debug, Clone, Copy)]
pub struct Home {
    pub workspace: WorkspaceId,
    pub user: UserId,
    pub account: AccountId,
}

pub async fn home(database: &Database) -> Home {
    let home = Home { workspace: WorkspaceId::new(), user: UserId::new(), account: AccountId::new() };
    let mut tx = database.begin().await.expect("a transaction");
    workspaces::insert(&mut tx, home.workspace, "Invented Inc", "Europe/Berlin").await.expect("the workspace is stored");
    users::insert(&mut tx, home.user, "Ada Invented", None).await.expect("the user is stored");
    sql("INSERT INTO accounts (id, workspace_id, user_id, provider, name, api_given, shared, state, credentials, pace_delay_ms, \
         pace_jitter_pct, search_rows_per_day, profiles_per_day, created_at, updated_at) \
         VALUES ($1, $2, $3, 'unipile', 'an account', FALSE, TRUE, 'connected', $4, 2000, 20, 1000, 100, {now}, {now})")
    .bind(home.account)
    .bind(home.workspace)
    .bind(home.user)
    .bind(vec![0_u8])
    .execute(&mut tx)
    .await
    .expect("the account is stored");
    tx.commit().await.expect("the fixtures commit");
    home
}

impl Home {
    pub fn scope(self) -> Scope {
        Scope::Workspace(self.workspace)
    }

    /// A job of the toy kind, as it would be inserted.
    pub fn counting(self, pages: i64) -> NewJob {
        NewJob {
            workspace_id: self.workspace,
            user_id: self.user,
            account_id: Some(self.account),
            schedule_id: None,
            kind: toy::KIND.to_owned(),
            args: serde_json::json!({ "pages": pages }),
            priority: 0,
            max_attempts: i64::from(jobs::MAX_ATTEMPTS),
            page_cap: 100,
            deadline_us: 900_000_000,
            progress_total: pages * toy::PER_PAGE,
            message: "counting".to_owned(),
        }
    }

    /// The toy kind every night at three in Berlin.
    pub fn nightly(self, pages: i64) -> NewSchedule {
        NewSchedule {
            workspace_id: self.workspace,
            user_id: self.user,
            account_id: Some(self.account),
            name: "nightly".to_owned(),
            kind: toy::KIND.to_owned(),
            args: serde_json::json!({ "pages": pages }),
            priority: 0,
            deadline_us: 900_000_000,
            page_cap: 100,
            cron: "0 3 * * *".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
        }
    }

    /// Queues a job of the toy kind.
    pub async fn count_pages(self, database: &Database, pages: i64) -> Job {
        enqueue(database, &self.counting(pages)).await
    }
}

pub async fn enqueue(database: &Database, new: &NewJob) -> Job {
    let mut tx = database.begin().await.expect("a transaction");
    let job = jobs::insert(&mut tx, new).await.expect("the job is stored");
    tx.commit().await.expect("the job commits");
    job
}

/// The job as it is now.
pub async fn job(database: &Database, id: JobId) -> Job {
    let mut conn = database.read().await.expect("a connection");
    jobs::find(&mut conn, Scope::System, id).await.expect("the job is read").expect("the job is there")
}

pub async fn now(database: &Database) -> Micros {
    Micros(database.now_us().await.expect("the time"))
}

/// The numbers of the people that the job has stored, in the order they were found.
pub async fn rows(database: &Database, id: JobId) -> Vec<i64> {
    let mut conn = database.read().await.expect("a connection");
    let rows = sql("SELECT provider_id FROM prospects WHERE job_id = $1 ORDER BY batch, position").bind(id).fetch_all(&mut conn).await;
    let number = |id: String| id.trim_start_matches("ACoAA").parse().expect("a number");
    rows.expect("the rows").iter().map(|row| number(row.get("provider_id").expect("an id"))).collect()
}

/// The statuses that were told of the job, in order.
pub async fn job_events(database: &Database, id: JobId) -> Vec<String> {
    let mut conn = database.read().await.expect("a connection");
    let rows = sql("SELECT data FROM events WHERE job_id = $1 AND kind = 'job' ORDER BY transaction_id, sequence")
        .bind(id)
        .fetch_all(&mut conn)
        .await;
    let status = |data: serde_json::Value| data["status"].as_str().expect("a status").to_owned();
    rows.expect("the events").iter().map(|row| status(row.json("data").expect("JSON"))).collect()
}

pub async fn begin(database: &Database) -> Tx {
    database.begin().await.expect("a transaction")
}

pub async fn commit(tx: Tx) {
    tx.commit().await.expect("the transaction commits");
}

pub async fn read(database: &Database) -> Conn {
    database.read().await.expect("a connection")
}

/// Claims the job, as a worker would.
pub async fn claim(database: &Database, id: JobId, lease: Duration) -> Option<Job> {
    let mut tx = begin(database).await;
    let claimed = leases::claim(&mut tx, 1, lease, Some(id)).await.expect("a claim");
    commit(tx).await;
    claimed.into_iter().next().map(|claimed| claimed.job)
}

/// The job as it is, but for what `then` says.
pub fn settlement(job: &Job, then: Then) -> Settlement {
    Settlement {
        cursor: job.cursor.clone(),
        attempt: 0,
        retries: job.retries,
        pages: job.pages,
        stale_pages: job.stale_pages,
        rows_kept: job.rows_kept,
        progress: job.progress.clone(),
        result: None,
        then,
    }
}

/// Passes the fence and settles.
pub async fn settle(database: &Database, job: &Job, then: Then) -> Job {
    let mut tx = begin(database).await;
    assert!(matches!(leases::fence(&mut tx, job).await.expect("the fence"), Fence::Open(_)));
    let settled = leases::settle(&mut tx, job, &settlement(job, then)).await.expect("the settlement");
    commit(tx).await;
    settled
}

/// A job that has come to this state by the way that jobs do.
pub async fn job_in(database: &Database, home: Home, state: JobState) -> Job {
    let queued = home.count_pages(database, 1).await;
    if state == JobState::Queued {
        return queued;
    }
    if state == JobState::Paused {
        let mut tx = begin(database).await;
        let paused = control::pause(&mut tx, home.scope(), queued.id).await.expect("pause").expect("a queued job");
        commit(tx).await;
        return paused;
    }
    let running = claim(database, queued.id, Duration::from_secs(30)).await.expect("a due job");
    let end = |reason| Then::End { reason, error: None, result: None };
    match state {
        JobState::Waiting => settle(database, &running, Then::Wait { until: Until::After(Duration::from_secs(3600)), reason: None }).await,
        JobState::Completed => settle(database, &running, end(StopReason::Exhausted)).await,
        JobState::Failed => settle(database, &running, end(StopReason::Error)).await,
        JobState::Canceled => settle(database, &running, end(StopReason::Canceled)).await,
        JobState::Queued | JobState::Paused | JobState::Running => running,
    }
}
