//! Measures what the project promises about its speed, on the machine at hand: `scripts/bench` runs it.

mod bench;
mod figures;
mod journal;
mod loader;
mod machine;
mod programs;
mod report;
mod stage;
mod starts;
mod toy;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;

use bench::Bench;
use report::Report;

/// Measures the figures of docs/benchmarks.md.
#[derive(Debug, Parser)]
struct Words {
    /// What to measure; everything that takes no build of its own when missing
    #[arg(value_parser = figures::NAMES)]
    names: Vec<String>,
    /// A cluster with fsync on; figures on Postgres are skipped without
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Leaves SQLite out of what is measured on both
    #[arg(long, requires = "postgres")]
    postgres_alone: bool,
    /// Where databases are made; its disk is what is measured
    #[arg(long, value_name = "FOLDER")]
    folder: PathBuf,
    /// Writes the table to this file too
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// A few short runs, to see that it works; the figures mean little
    #[arg(long)]
    brief: bool,
    /// Said by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// No figure takes longer; a build from nothing may.
const LONGEST: Duration = Duration::from_secs(300);
const LONGEST_BUILD: Duration = Duration::from_secs(3_600);

#[tokio::main]
async fn main() -> ExitCode {
    match run(Words::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all that was asked for could be measured. A goal that is missed is shown, and is no failure.
async fn run(words: Words) -> Result<bool> {
    let bench = Bench::new(words.folder, words.postgres, words.postgres_alone, words.brief).await?;
    let mut report = Report::new(words.brief);
    let names: Vec<&str> = if words.names.is_empty() { figures::USUAL.to_vec() } else { words.names.iter().map(String::as_str).collect() };
    let mut whole = true;
    for name in names {
        let conditions = bench.conditions()?;
        let limit = if figures::is_long(name) { LONGEST_BUILD } else { LONGEST };
        let measured = tokio::select! {
            measured = tokio::time::timeout(limit, figures::measure(name, &bench, &conditions)) => measured,
            stopped = machine::asked_to_stop() => return stopped.and(Err(anyhow::anyhow!("stopped; what had been started is stopped too"))),
        };
        match measured.with_context(|| format!("not done within {} s", limit.as_secs())).and_then(|measured| measured) {
            Ok(rows) => report.add(name, &conditions, rows),
            Err(error) => {
                whole = false;
                eprintln!("{name}: could not be measured: {error:#}");
            }
        }
    }
    if let Some(file) = words.markdown {
        std::fs::write(&file, report.markdown()).with_context(|| format!("{} cannot be written", file.display()))?;
        println!("The table is in {}", file.display());
    }
    Ok(whole)
}
