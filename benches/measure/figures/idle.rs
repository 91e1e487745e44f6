//! `idle`: what `sluice serve` uses while there is nothing to do.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::bench::Bench;
use crate::machine;
use crate::programs::{Place, Program};
use crate::report::Row;

/// What the search before has left is written and freed by then.
const SETTLING: Duration = Duration::from_secs(3);

pub async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let server = Place::new(&bench.new_folder()?).serve().await?;
    finish_a_search(bench, &server).await?;
    tokio::time::sleep(SETTLING).await;
    let (pid, lasts) = (server.pid()?, Duration::from_secs(if bench.brief { 5 } else { 30 }));
    let (before, started) = (machine::processor_time(pid)?, Instant::now());
    tokio::time::sleep(lasts).await;
    let used = machine::processor_time(pid)?.saturating_sub(before);
    let share = 100.0 * used.as_secs_f64() / started.elapsed().as_secs_f64();
    let megabytes = machine::resident_bytes(pid)? as f64 / 1e6;
    server.stop().await?;
    let context = format!("over {} s, after one search of 1,000 prospects", lasts.as_secs());
    Ok(vec![
        Row::said("resident memory of an idle serve on SQLite", format!("{megabytes:.1} MB"), 1)
            .goal("< 50 MB", megabytes < 50.0)
            .note(context.clone()),
        Row::said("share of a core of an idle serve on SQLite", format!("{share:.2} %"), 1).goal("≤ 1 %", share <= 1.0).note(context),
    ])
}

async fn finish_a_search(bench: &Bench, server: &Program) -> Result<()> {
    let account = json!({
        "provider": "unipile", "base_url": bench.sandbox().await?.url, "api_key": "a provider's key",
        "external_account_id": bench.new_account(), "api": "sales_navigator", "pace": { "delay_ms": 0 },
    });
    server.post("/api/v1/accounts", &account).await?;
    let job = server.post("/api/v1/searches", &json!({ "criteria": { "keywords": "manager" }, "target": 1_000 })).await?;
    let path = format!("/api/v1/jobs/{}", job["job_id"].as_str().context("a job's id")?);
    let started = Instant::now();
    loop {
        let job = server.get(&path).await?;
        match job["status"].as_str() {
            Some("completed") => return Ok(()),
            Some("queued" | "processing") => {}
            _ => anyhow::bail!("the search ended: {job}"),
        }
        ensure!(started.elapsed() < Duration::from_secs(30), "the search does not end: {job}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
