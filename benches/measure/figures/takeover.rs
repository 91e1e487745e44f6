//! `takeover`: a worker killed in the middle of a page, and how long its job stands still.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::bench::Bench;
use crate::journal;
use crate::machine;
use crate::programs::{Place, Sandbox};
use crate::report::Row;
use crate::stage::{Kind, Stage};

const LEASE: Duration = Duration::from_secs(2);
/// A page takes this long, so that there is a middle to be killed in.
const LATENCY_MS: u64 = 300;
const ALLOWED: Duration = Duration::from_secs(1);
/// Nothing here takes longer.
const LIMIT: Duration = Duration::from_secs(20);

pub async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let sandbox = bench.sandbox().await?;
    journal::clear(sandbox).await?;
    journal::set_latency(sandbox, LATENCY_MS).await?;
    let measured = measure_slowly(bench, sandbox).await;
    journal::set_latency(sandbox, 0).await?;
    measured
}

async fn measure_slowly(bench: &Bench, sandbox: &Sandbox) -> Result<Vec<Row>> {
    let runs = bench.runs(10, 2);
    let mut rows = Vec::new();
    if bench.postgres.is_some() {
        let mut times = Vec::new();
        for _ in 0..runs {
            times.push(by_another_worker(bench, sandbox).await?);
        }
        let row = Row::times("kill -9 of a worker to the next page's start by another on Postgres", times).note("with a lease of 2 s");
        let met = row.quantile(1.0) <= LEASE + ALLOWED;
        rows.push(row.goal("≤ lease + 1 s, each time", met));
    }
    let row = Row::times("spawn of a new serve to the next page's start on SQLite", by_the_next_start(bench, sandbox, runs).await?)
        .note("after kill -9 of the one before, with the usual lease of 30 s");
    let met = row.quantile(1.0) < ALLOWED;
    rows.push(row.goal("< 1 s, each time", met));
    Ok(rows)
}

async fn by_another_worker(bench: &Bench, sandbox: &Sandbox) -> Result<Duration> {
    let stage = Stage::new(bench, Kind::Postgres).await?;
    let external_id = bench.new_account();
    let account = stage.account(&sandbox.url, &external_id, Duration::ZERO).await?;
    let place = |name: &str| {
        let settings = vec![("SLUICE_LEASE_MS", LEASE.as_millis().to_string()), ("SLUICE_HEARTBEAT_MS", "500".to_owned())];
        Place { settings, ..stage.place(name) }
    };
    let first = place("first").work().await?;
    stage.search(account, "manager", 2_500).await?;
    in_a_page(sandbox, &external_id, 0).await?;
    // The job stays with the worker that has it, so the second one has nothing to do yet.
    let second = place("second").work().await?;
    in_a_page(sandbox, &external_id, machine::now_us()).await?;
    let killed_us = machine::now_us();
    first.kill().await?;
    let next_us = in_a_page(sandbox, &external_id, killed_us).await?;
    second.kill().await?;
    stage.database.close().await;
    Ok(Duration::from_micros(u64::try_from(next_us - killed_us)?))
}

async fn by_the_next_start(bench: &Bench, sandbox: &Sandbox, runs: usize) -> Result<Vec<Duration>> {
    let stage = Stage::new(bench, Kind::Sqlite).await?;
    let external_id = bench.new_account();
    let account = stage.account(&sandbox.url, &external_id, Duration::ZERO).await?;
    stage.search(account, "manager", 2_500).await?;
    let place = stage.place("server");
    stage.database.close().await;
    let mut server = place.serve().await?;
    let mut times = Vec::new();
    let mut after_us = 0;
    for _ in 0..runs {
        in_a_page(sandbox, &external_id, after_us).await?;
        server.kill().await?;
        let spawned_us = machine::now_us();
        server = place.serve().await?;
        after_us = in_a_page(sandbox, &external_id, spawned_us).await?;
        times.push(Duration::from_micros(u64::try_from(after_us - spawned_us)?));
    }
    server.kill().await?;
    Ok(times)
}

/// Waits for the first page that started after `after_us`, seen while or after it is answered; returns when it started.
async fn in_a_page(sandbox: &Sandbox, account: &str, after_us: i64) -> Result<i64> {
    let looking = async {
        loop {
            let seen = journal::searches(sandbox, account).await?;
            if let Some(page) = seen.iter().find(|page| page.at_us > after_us) {
                return anyhow::Ok(page.at_us);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LIMIT, looking).await.context("no page starts")?
}
