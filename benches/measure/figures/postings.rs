//! `postings`: lists, filters, searches and changes with 100,000 postings in the workspace, over HTTP.

mod questions;
mod seed;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value as Json, json};

use super::lists::{GOAL, classes};
use crate::bench::Bench;
use crate::programs::Program;
use crate::report::Row;
use crate::stage::Kind;
use seed::Seeded;

/// A change of as many postings as one request may name.
const BULK: usize = 1_000;

pub async fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for kind in bench.kinds() {
        rows.extend(run(bench, kind).await?);
    }
    Ok(rows)
}

async fn run(bench: &Bench, kind: Kind) -> Result<Vec<Row>> {
    let seeded = seed::seed(bench, kind).await?;
    let server = seeded.place.serve().await?;
    let name = kind.name();
    let mut rows = vec![
        Row::said(
            format!("postings stored on {name}"),
            format!("{:.0} a second", seeded.postings as f64 / seeded.storing.as_secs_f64()),
            1,
        )
        .note(format!("{} postings with descriptions of about 250 words, 200 in one transaction", seeded.postings)),
    ];
    let what = format!("{} postings", seeded.postings);
    rows.extend(classes(bench, kind, &server, &what, questions::all(&seeded)).await?);
    rows.extend(changes(bench, kind, &server, &seeded).await?);
    server.stop().await?;
    Ok(rows)
}

/// One posting changed by itself, and a thousand in one request.
async fn changes(bench: &Bench, kind: Kind, server: &Program, seeded: &Seeded) -> Result<Vec<Row>> {
    let many = BULK.min(seeded.postings / 2);
    let mut ids: Vec<Json> = Vec::with_capacity(many);
    let mut cursor = String::new();
    while ids.len() < many {
        let page = server.get(&format!("/api/v1/job-postings?limit=100&fields=summary&sort=title{cursor}")).await?;
        ids.extend(page["data"].as_array().context("a list")?.iter().map(|posting| posting["id"].clone()));
        cursor = format!("&cursor={}", page["pagination"]["next_cursor"].as_str().context("there are more")?);
    }
    ids.truncate(many);
    let (mut one, mut bulk) = (Vec::new(), Vec::new());
    for id in ids.iter().take(bench.runs(100, 10)) {
        for status in ["applied", "interviewing"] {
            let path = format!("/api/v1/job-postings/{}", id.as_str().context("an id")?);
            let started = Instant::now();
            server.patch(&path, &json!({"status": status})).await?;
            one.push(started.elapsed());
        }
    }
    for run in 0..=bench.runs(10, 2) {
        let stars = 1 + run % 2;
        let started = Instant::now();
        let done = server.patch("/api/v1/job-postings", &json!({"ids": ids, "patch": {"stars": stars}})).await?;
        // Some have those stars before the first time, and are not changed by it.
        if run > 0 {
            bulk.push(started.elapsed());
            ensure!(done["changed"].as_u64() == Some(many as u64), "{done}");
        }
    }
    let name = kind.name();
    let goal = |row: Row, goal: Duration, words: &str| {
        let met = row.quantile(0.95) < goal;
        row.goal(words.to_owned(), met)
    };
    Ok(vec![
        goal(Row::times(format!("one posting changed on {name}"), one), GOAL, "p95 < 50 ms"),
        Row::times(format!("{many} postings changed in one request on {name}"), bulk),
    ])
}
