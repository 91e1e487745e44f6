//! `review`: lists, searches and decisions with 250,000 results in the workspace, over HTTP.

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
use questions::{of_review, of_search};
use seed::Seeded;

const BULK_GOAL: Duration = Duration::from_millis(300);

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
    let mut rows = vec![
        Row::said(
            format!("people taken into reviews on {}", kind.name()),
            format!("{:.0} a second", seeded.items as f64 / seeded.taking_in.as_secs_f64()),
            1,
        )
        .note(format!("{} people, each into two reviews, 500 in one transaction, from stored searches", seeded.people)),
    ];
    let large = format!("one review of {}", seeded.people);
    let small = format!("one of {} reviews of {}", seeded.small.len(), seeded.each);
    rows.extend(classes(bench, kind, &server, &large, of_review(&seeded.large, seeded.people)).await?);
    rows.extend(classes(bench, kind, &server, &small, of_review(&seeded.small[seeded.small.len() / 2], seeded.each)).await?);
    let search = format!("one search of {} among {} prospects", seeded.each, seeded.people);
    rows.extend(classes(bench, kind, &server, &search, of_search(&seeded.searches[seeded.searches.len() / 2])).await?);
    rows.extend(decisions(bench, kind, &server, &seeded).await?);
    server.stop().await?;
    Ok(rows)
}

/// A whole review of 2,500 approved, rejected and taken back in one stroke each, and single decisions.
async fn decisions(bench: &Bench, kind: Kind, server: &Program, seeded: &Seeded) -> Result<Vec<Row>> {
    let (mut bulk, mut undo, mut one) = (Vec::new(), Vec::new(), Vec::new());
    let name = kind.name();
    for review in seeded.small.iter().take(bench.runs(20, 2)) {
        let path = format!("/api/v1/reviews/{review}");
        for decision in ["approved", "rejected"] {
            let body = json!({"decision": decision, "filter": {}, "expected": seeded.each});
            let (took, done) = timed_post(server, &format!("{path}/decisions"), &body).await?;
            ensure!(done["changed"].as_u64() == Some(seeded.each as u64), "{done}");
            bulk.push(took);
        }
        let (took, undone) = timed_post(server, &format!("{path}/undo"), &json!({})).await?;
        ensure!(undone["restored"].as_u64() == Some(seeded.each as u64), "{undone}");
        undo.push(took);
    }
    let items = server.get(&format!("/api/v1/reviews/{}/items?limit=100", seeded.large)).await?;
    for item in items["data"].as_array().context("a list")?.iter().take(bench.runs(100, 10)) {
        for decision in ["rejected", "approved"] {
            let body = json!({"decision": decision, "items": [item["id"]]});
            let (took, _) = timed_post(server, &format!("/api/v1/reviews/{}/decisions", seeded.large), &body).await?;
            one.push(took);
        }
    }
    let goal = |row: Row, goal: Duration, words: &str| {
        let met = row.quantile(0.95) < goal;
        row.goal(words.to_owned(), met)
    };
    Ok(vec![
        goal(Row::times(format!("a bulk decision over {} on {name}", seeded.each), bulk), BULK_GOAL, "p95 < 300 ms"),
        goal(Row::times(format!("taking back a bulk decision over {} on {name}", seeded.each), undo), BULK_GOAL, "p95 < 300 ms"),
        goal(Row::times(format!("one decision in a review of {} on {name}", seeded.people), one), GOAL, "p95 < 50 ms"),
    ])
}

async fn timed_post(server: &Program, path: &str, body: &Json) -> Result<(Duration, Json)> {
    let started = Instant::now();
    let answer = server.post(path, body).await?;
    Ok((started.elapsed(), answer))
}
