//! `pace`: whether the pace is all that a paced search waits for.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::bench::Bench;
use crate::journal;
use crate::report::{Row, shown};
use crate::stage::{Kind, Stage, Worker};

const DELAY: Duration = Duration::from_secs(2);

/// Both databases at once: a paced search hardly works.
pub async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    journal::clear(bench.sandbox().await?).await?;
    if bench.postgres.is_none() {
        return run(bench, Kind::Sqlite).await;
    }
    let (sqlite, postgres) = tokio::try_join!(run(bench, Kind::Sqlite), run(bench, Kind::Postgres))?;
    Ok(sqlite.into_iter().chain(postgres).collect())
}

async fn run(bench: &Bench, kind: Kind) -> Result<Vec<Row>> {
    let pages = bench.runs(25, 4);
    let target = u32::try_from(pages * 100)?;
    let sandbox = bench.sandbox().await?;
    let stage = Stage::new(bench, kind).await?;
    let external_id = bench.new_account();
    let account = stage.account(&sandbox.url, &external_id, DELAY).await?;
    let worker = Worker::start(&stage.database, stage.engine());
    let started = Instant::now();
    let job = stage.search(account, "manager", target).await?;
    stage.completed(job, i64::from(target)).await?;
    let took = started.elapsed();
    worker.stop().await?;
    stage.database.close().await;

    let gaps = bench.starts.gaps(account);
    let seen = journal::searches(sandbox, &external_id).await?;
    ensure!(gaps.len() == pages && seen.len() == pages, "{} distances and {} starts for {pages} pages", gaps.len(), seen.len());
    // Nobody waits for the distance after the last start.
    let drawn: Duration = gaps[..pages - 1].iter().sum();
    let last = seen.last().context("a page")?;
    let latency = Duration::from_micros(u64::try_from(last.answered_us.context("it was answered")? - last.at_us)?);
    let ratio = took.as_secs_f64() / (drawn + latency).as_secs_f64();
    let closest = journal::shortest_distance(&seen).context("two pages")?;
    let floor = i64::try_from(DELAY.as_micros())? * 8 / 10;
    let name = kind.name();
    Ok(vec![
        Row::said(format!("{pages} pages at 2 s pace on {name}: total over drawn delays and last latency"), format!("{ratio:.4}"), 1)
            .goal("≤ 1.01", ratio <= 1.01)
            .note(format!("{} over {}", shown(took), shown(drawn + latency))),
        Row::said(format!("closest two starts of those pages on {name}"), format!("{:.3} s", closest as f64 / 1e6), pages - 1)
            .goal("≥ 1.6 s", closest >= floor),
    ])
}
