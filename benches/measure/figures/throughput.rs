//! `throughput`: 2,500 prospects without pace or latency, from the order to the completed job.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::bench::Bench;
use crate::journal;
use crate::report::Row;
use crate::stage::{Kind, Stage, Worker};

const TARGET: u32 = 2_500;
const GOAL: Duration = Duration::from_secs(1);

pub async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for kind in bench.kinds() {
        // The sandbox remembers who answers to a query, so the first run would measure its memory.
        run(bench, kind).await?;
        let mut times = Vec::new();
        for _ in 0..bench.runs(10, 3) {
            times.push(run(bench, kind).await?);
        }
        let row = Row::times(format!("2,500 prospects on {}", kind.name()), times)
            .note("25 pages into an empty database; the engine in one process, the sandbox of 100,000 people in another");
        let met = row.quantile(0.5) < GOAL;
        rows.push(if kind == Kind::Sqlite { row.goal("< 1 s", met) } else { row });
    }
    Ok(rows)
}

async fn run(bench: &Bench, kind: Kind) -> Result<Duration> {
    let sandbox = bench.sandbox().await?;
    journal::clear(sandbox).await?;
    let stage = Stage::new(bench, kind).await?;
    let account = stage.account(&sandbox.url, &bench.new_account(), Duration::ZERO).await?;
    let worker = Worker::start(&stage.database, stage.engine());
    let started = Instant::now();
    let job = stage.search(account, "manager", TARGET).await?;
    stage.completed(job, i64::from(TARGET)).await?;
    let took = started.elapsed();
    worker.stop().await?;
    stage.database.close().await;
    Ok(took)
}
