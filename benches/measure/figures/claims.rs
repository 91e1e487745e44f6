//! `claims`: what a claim takes when few or many jobs are due, with a history behind them.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;
use sluice::domain::WorkspaceId;
use sluice::store::database::sql;
use sluice::store::jobs::{self, MAX_ATTEMPTS, NewJob, leases};
use sluice::store::workspaces;

use crate::bench::Bench;
use crate::machine::Conditions;
use crate::report::{Row, shown};
use crate::stage::{Kind, Stage};

const WORKSPACES: usize = 100;
const JOBS_EACH: usize = 100;
const LEASE: Duration = Duration::from_secs(30);

pub async fn measure(bench: &Bench, conditions: &Conditions) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for kind in bench.kinds() {
        rows.extend(run(bench, kind, conditions).await?);
    }
    Ok(rows)
}

async fn run(bench: &Bench, kind: Kind, conditions: &Conditions) -> Result<Vec<Row>> {
    let stage = Stage::new(bench, kind).await?;
    let mut workspaces = Vec::new();
    for number in 0..WORKSPACES {
        let workspace = WorkspaceId::new();
        let mut tx = stage.database.begin().await?;
        workspaces::insert(&mut tx, workspace, &format!("Invented {number}"), "UTC").await?;
        tx.commit().await?;
        workspaces.push(workspace);
    }
    queue(&stage, &workspaces, JOBS_EACH).await?;
    let mut tx = stage.database.begin().await?;
    sql("UPDATE jobs SET state = 'completed', completed_at = {now}").execute(&mut tx).await?;
    tx.commit().await?;
    let name = kind.name();
    let disk = format!("committed; 10,000 finished jobs behind; fdatasync {}", shown(conditions.fsync));
    let mut rows = Vec::new();
    queue(&stage, &workspaces, 2).await?;
    let times = claim(&stage, 1, bench.runs(100, 20)).await?;
    rows.push(Row::times(format!("claim of one job of 200 due on {name}"), times).note(disk.clone()));
    queue(&stage, &workspaces, JOBS_EACH).await?;
    for most in [1, 8] {
        let times = claim(&stage, most, bench.runs(100, 20)).await?;
        let jobs = if most == 1 { "one job".to_owned() } else { format!("{most} jobs at once") };
        rows.push(Row::times(format!("claim of {jobs} of 10,000 due in 100 workspaces on {name}"), times).note(disk.clone()));
    }
    stage.database.close().await;
    Ok(rows)
}

async fn queue(stage: &Stage, workspaces: &[WorkspaceId], each: usize) -> Result<()> {
    for workspace in workspaces {
        let mut tx = stage.database.begin().await?;
        for _ in 0..each {
            jobs::insert(&mut tx, &new_job(stage, *workspace)).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn claim(stage: &Stage, most: usize, runs: usize) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for _ in 0..runs {
        let started = Instant::now();
        let mut tx = stage.database.begin().await?;
        let claimed = leases::claim(&mut tx, most, LEASE, None).await?;
        tx.commit().await?;
        times.push(started.elapsed());
        ensure!(claimed.len() == most, "{} of {most} claimed", claimed.len());
    }
    Ok(times)
}

fn new_job(stage: &Stage, workspace: WorkspaceId) -> NewJob {
    NewJob {
        workspace_id: workspace,
        user_id: stage.user,
        account_id: None,
        schedule_id: None,
        kind: "nobody_runs_it".to_owned(),
        args: json!({ "keywords": "manager", "target": 1_000 }),
        priority: 0,
        max_attempts: i64::from(MAX_ATTEMPTS),
        page_cap: 100,
        deadline_us: 900_000_000,
        progress_total: 1_000,
        message: "measured".to_owned(),
    }
}
