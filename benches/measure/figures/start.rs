//! `start`: how long a job waits for an idle engine, from the moment its insert has committed.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;
use sluice::jobs::engine::kind::JobKind;
use sluice::jobs::engine::{Engine, EngineSettings};
use sluice::randomness::Randomness;
use sluice::store::jobs::{self, MAX_ATTEMPTS, NewJob};
use tokio::sync::mpsc;

use crate::bench::Bench;
use crate::machine::Disk;
use crate::report::{Row, quantile, shown};
use crate::stage::{Kind, Stage, Worker};
use crate::toy::Toy;

/// Between two jobs, so that the engine has nothing left to do for the one before.
const REST: Duration = Duration::from_millis(20);

pub async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for kind in bench.kinds() {
        rows.extend(run(bench, kind).await?);
    }
    Ok(rows)
}

async fn run(bench: &Bench, kind: Kind) -> Result<Vec<Row>> {
    let stage = Stage::new(bench, kind).await?;
    let (begun, mut beginnings) = mpsc::unbounded_channel();
    let engine = Engine::builder().kind(Toy { begun }).build(stage.database.clone(), EngineSettings::default(), Randomness::from_system());
    let worker = Worker::start(&stage.database, engine);
    let mut disk = Disk::new(&stage.folder)?;
    let (mut waits, mut syncs) = (Vec::new(), Vec::new());
    for _ in 0..bench.runs(300, 40) {
        let mut tx = stage.database.begin().await?;
        let job = jobs::insert(&mut tx, &new_job(&stage)).await?;
        tx.commit().await?;
        let committed = Instant::now();
        let began = beginnings.recv().await.context("the engine runs")?;
        waits.push(began.saturating_duration_since(committed));
        stage.completed(job.id, 0).await?;
        tokio::time::sleep(REST).await;
        // In between, so that the disk is asked under the same load.
        syncs.push(disk.append()?);
    }
    worker.stop().await?;
    stage.database.close().await;
    syncs.sort_unstable();
    let sync = quantile(&syncs, 0.5);
    let allowance = Duration::from_millis(if kind == Kind::Sqlite { 1 } else { 2 });
    let row = Row::times(format!("start after enqueue on {}", kind.name()), waits).note(format!("fdatasync in between: {}", shown(sync)));
    let met = row.quantile(0.5) <= sync + allowance;
    Ok(vec![row.goal(format!("p50 ≤ fdatasync + {} ms", allowance.as_millis()), met)])
}

fn new_job(stage: &Stage) -> NewJob {
    NewJob {
        workspace_id: stage.workspace,
        user_id: stage.user,
        account_id: None,
        schedule_id: None,
        kind: Toy::KIND.to_owned(),
        args: json!({}),
        priority: 0,
        max_attempts: i64::from(MAX_ATTEMPTS),
        page_cap: 100,
        deadline_us: 900_000_000,
        progress_total: 1,
        message: "measured".to_owned(),
    }
}
