//! `claims`: what a claim takes when 10,000 jobs of 100 workspaces are due.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;
use sluice::domain::WorkspaceId;
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
    for number in 0..WORKSPACES {
        let workspace = WorkspaceId::new();
        let mut tx = stage.database.begin().await?;
        workspaces::insert(&mut tx, workspace, &format!("Invented {number}"), "UTC").await?;
        for _ in 0..JOBS_EACH {
            jobs::insert(&mut tx, &new_job(&stage, workspace)).await?;
        }
        tx.commit().await?;
    }
    let mut rows = Vec::new();
    for most in [1, 8] {
        let mut times = Vec::new();
        for _ in 0..bench.runs(100, 20) {
            let started = Instant::now();
            let mut tx = stage.database.begin().await?;
            let claimed = leases::claim(&mut tx, most, LEASE, None).await?;
            tx.commit().await?;
            times.push(started.elapsed());
            ensure!(claimed.len() == most, "{} of {most} claimed", claimed.len());
        }
        let jobs = if most == 1 { "one job".to_owned() } else { format!("{most} jobs at once") };
        rows.push(
            Row::times(format!("claim of {jobs}, committed, with 10,000 due in 100 workspaces on {}", kind.name()), times)
                .note(format!("of which {} are the disk", shown(conditions.fsync))),
        );
    }
    stage.database.close().await;
    Ok(rows)
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
        max_attempts: MAX_ATTEMPTS,
        page_cap: 100,
        deadline_us: 900_000_000,
        progress_total: 1_000,
        message: "measured".to_owned(),
    }
}
