//! `size`, `cold-build` and `test-time`: what the program weighs and how long its makers wait.

use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::bench::Bench;
use crate::programs::BINARY;
use crate::report::Row;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

pub fn measure() -> Result<Vec<Row>> {
    let bytes = std::fs::metadata(BINARY).context("the release binary")?.len();
    Ok(vec![Row::said("the stripped release binary", format!("{:.1} MB", bytes as f64 / 1e6), 1)])
}

/// Everything from nothing but downloaded sources.
pub async fn cold_build(bench: &Bench) -> Result<Vec<Row>> {
    let target = bench.new_folder()?;
    let started = Instant::now();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--release", "--locked", "--bin", "sluice", "--target-dir"]).arg(&target).current_dir(ROOT);
    let built = cargo.kill_on_drop(true).stdin(Stdio::null()).status().await?;
    ensure!(built.success(), "the build ended with {built}");
    let seconds = started.elapsed().as_secs_f64();
    std::fs::remove_dir_all(target)?;
    Ok(vec![Row::said("cargo build --release into an empty folder", format!("{seconds:.0} s"), 1)])
}

/// `scripts/test` as it is run every day, over what is built already.
pub async fn test_time() -> Result<Vec<Row>> {
    let started = Instant::now();
    let mut script = Command::new(format!("{ROOT}/scripts/test"));
    let run = script.current_dir(ROOT).kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::piped()).output().await?;
    let said = String::from_utf8_lossy(&run.stdout).lines().last().unwrap_or_default().to_owned();
    ensure!(run.status.success(), "scripts/test failed: {said}");
    Ok(vec![Row::said("scripts/test", format!("{:.0} s", started.elapsed().as_secs_f64()), 1).note(said)])
}
