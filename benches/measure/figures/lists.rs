//! How fast lists answer: every question of a class several times, over HTTP.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::bench::Bench;
use crate::programs::Program;
use crate::report::Row;
use crate::stage::Kind;

pub const GOAL: Duration = Duration::from_millis(50);

/// Questions of one kind.
pub struct Class {
    pub name: &'static str,
    pub paths: Vec<String>,
}

/// One figure for each class of questions: every question of it several times, and which was the slowest.
pub async fn classes(bench: &Bench, kind: Kind, server: &Program, what: &str, classes: Vec<Class>) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for class in classes {
        let mut times = Vec::new();
        let mut slowest = (Duration::ZERO, String::new());
        for path in &class.paths {
            let mut own = Vec::new();
            // The first time reads what nobody has read before.
            for run in 0..=bench.runs(10, 2) {
                let started = Instant::now();
                let answer = server.get(path).await?;
                let took = started.elapsed();
                ensure!(answer.is_object(), "{path}: {answer}");
                if run > 0 {
                    own.push(took);
                }
            }
            own.sort_unstable();
            if own[own.len() / 2] > slowest.0 {
                slowest = (own[own.len() / 2], path.split_once('?').map_or(path.as_str(), |(_, query)| query).to_owned());
            }
            times.extend(own);
        }
        let row = Row::times(format!("{} on {}: {what}", class.name, kind.name()), times);
        let met = row.quantile(0.95) < GOAL;
        let note = format!("{} questions; the slowest at {:.1} ms: {}", class.paths.len(), slowest.0.as_secs_f64() * 1e3, slowest.1);
        rows.push(row.note(note).goal("p95 < 50 ms", met));
    }
    Ok(rows)
}
