//! The one list of figures.

mod claims;
mod create_job;
mod disk;
mod files;
mod idle;
mod lists;
mod pace;
mod postings;
mod ready;
mod review;
mod sharing;
mod size;
mod start;
mod takeover;
mod throughput;

use anyhow::{Result, bail};

use crate::bench::Bench;
use crate::machine::Conditions;
use crate::report::Row;

/// All that can be asked for.
pub const NAMES: [&str; 16] = [
    "fsync",
    "throughput",
    "pace",
    "start",
    "create-job",
    "idle",
    "ready",
    "sharing",
    "takeover",
    "size",
    "claims",
    "review",
    "postings",
    "files",
    "cold-build",
    "test-time",
];

/// What is measured when nothing is asked for; the rest takes many minutes of building.
pub const USUAL: &[&str] = NAMES.split_at(14).0;

/// Whether a figure builds the whole project.
pub fn builds(name: &str) -> bool {
    !USUAL.contains(&name)
}

/// Whether a figure fills databases for minutes before it measures.
pub fn is_long(name: &str) -> bool {
    builds(name) || name == "review" || name == "postings"
}

pub async fn measure(name: &str, bench: &Bench, conditions: &Conditions) -> Result<Vec<Row>> {
    match name {
        "fsync" => disk::measure(bench),
        "throughput" => throughput::measure(bench).await,
        "pace" => pace::measure(bench).await,
        "start" => start::measure(bench).await,
        "create-job" => create_job::measure(bench).await,
        "idle" => idle::measure(bench).await,
        "ready" => ready::measure(bench).await,
        "sharing" => sharing::measure(bench).await,
        "takeover" => takeover::measure(bench).await,
        "size" => size::measure(),
        "files" => files::measure(bench).await,
        "claims" => claims::measure(bench, conditions).await,
        "review" => review::measure(bench).await,
        "postings" => postings::measure(bench).await,
        "cold-build" => size::cold_build(bench).await,
        "test-time" => size::test_time().await,
        _ => bail!("there is no figure {name}"),
    }
}
