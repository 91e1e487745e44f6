//! The server's side: a whole server without workers, and changes that are committed on demand through its own store.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sluice::config::{Config, Settings};
use sluice::domain::key::SECRET_PREFIX;
use sluice::domain::{JobId, KeyId, Role, Scope, UserId, WorkspaceId};
use sluice::first_start::{new_key_text, shown_prefix};
use sluice::jobs::search_prospects::KIND;
use sluice::serve::{Options, Server};
use sluice::store::jobs::control;
use sluice::store::jobs::{self, NewJob};
use sluice::store::keys::{self, NewKey};
use sluice::store::{users, workspaces};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::time::{MissedTickBehavior, interval};

/// Said once, when the server answers.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ready {
    pub url: String,
    /// Of the workspace whose job changes.
    pub key: String,
    pub job: String,
    /// Of a workspace that must hear nothing of it.
    pub other_key: String,
}

/// One order on the input: so many changes, so far apart.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    pub changes: u32,
    pub every_us: u64,
}

pub async fn serve(folder: &Path, database: &str) -> Result<()> {
    let settings = Settings {
        data_dir: Some(folder.to_owned()),
        database_url: Some(database.into()),
        bind: Some("127.0.0.1:0".into()),
        secret_key: Some("the secret key of a measurement, long enough".into()),
        owner_key: Some("the owner's key of a measurement".into()),
        ..Settings::default()
    };
    let server = Server::start(Config::load(&settings)?, Options { migrate: true, listen: true, work: false }).await?;
    let (home, user, key) = tenant(&server).await?;
    let (_, _, other_key) = tenant(&server).await?;
    let job = make_job(&server, home, user).await?;
    let mut paused = false;
    let url = server.url.as_ref().context("it listens")?.to_string();
    let ready = Ready { url, key: key.expose_secret().to_owned(), job: job.to_string(), other_key: other_key.expose_secret().to_owned() };
    println!("{}", serde_json::to_string(&ready)?);
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let order: Order = serde_json::from_str(&line)?;
        let mut ticks = interval(Duration::from_micros(order.every_us.max(1)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for _ in 0..order.changes {
            ticks.tick().await;
            change(&server, Scope::Workspace(home), job, paused).await?;
            paused = !paused;
        }
        println!("done");
    }
    server.stop().await;
    Ok(())
}

/// A workspace of its own, its owner and a key.
async fn tenant(server: &Server) -> Result<(WorkspaceId, UserId, SecretString)> {
    let app = &server.app;
    let (workspace_id, user_id) = (WorkspaceId::new(), UserId::new());
    let text = new_key_text(SECRET_PREFIX, &app.randomness);
    let new = NewKey {
        id: KeyId::new(),
        workspace_id,
        user_id,
        name: "a measurement's".into(),
        role: Role::Owner,
        publishable: false,
        confined: false,
        hash: app.key_hasher.hash(text.expose_secret()),
        prefix: shown_prefix(&text),
        expires_at: None,
    };
    let mut tx = app.database.begin().await?;
    workspaces::insert(&mut tx, workspace_id, "A measurement", "UTC").await?;
    users::insert(&mut tx, user_id, "Somebody", None).await?;
    workspaces::add_member(&mut tx, workspace_id, user_id, Role::Owner).await?;
    keys::insert(&mut tx, &new).await?;
    tx.commit().await?;
    Ok((workspace_id, user_id, text))
}

async fn make_job(server: &Server, workspace_id: WorkspaceId, user_id: UserId) -> Result<JobId> {
    let app = &server.app;
    let mut tx = app.database.begin().await?;
    let new = NewJob {
        workspace_id,
        user_id,
        account_id: None,
        schedule_id: None,
        kind: KIND.to_owned(),
        args: serde_json::json!({"query": {"criteria": {"keywords": "CEO tech startup"}}, "api": "classic", "target": 1000, "asked": 1000, "limit": 50}),
        priority: 0,
        max_attempts: 5,
        page_cap: 100,
        deadline_us: 900_000_000,
        progress_total: 1_000,
        message: "a search that only waits".into(),
    };
    let job = jobs::insert(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(job.id)
}

/// One committed change, as a person makes it: the job is paused, or goes on.
async fn change(server: &Server, scope: Scope, job: JobId, paused: bool) -> Result<()> {
    let mut tx = server.app.database.begin().await?;
    let changed = if paused { control::resume(&mut tx, scope, job).await? } else { control::pause(&mut tx, scope, job).await? };
    changed.context("the job is as the last change left it")?;
    tx.commit().await?;
    Ok(())
}
