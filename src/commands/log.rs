//! Where the log goes: beside the answer of a server, into a file when a command runs one inside.

use std::fs::{self, OpenOptions};
use std::io::IsTerminal;
use std::sync::Mutex;

use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::failure::Failure;
use crate::config::Config;

/// A log that has grown beyond this begins anew, and the old one is kept beside it.
const LARGEST_FILE: u64 = 10 * 1024 * 1024;

/// Lines for people on a terminal, JSON lines for a collector.
pub fn to_stderr(config: &Config) -> Result<()> {
    let filter = filter(config)?;
    if std::io::stderr().is_terminal() {
        let colour = console::colors_enabled_stderr();
        let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colour).with_writer(std::io::stderr);
        subscriber.try_init().map_err(told_twice)
    } else {
        tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).try_init().map_err(told_twice)
    }
}

/// Into `sluice.log` of the data directory.
pub fn to_file(config: &Config) -> Result<()> {
    let path = config.data_dir.join("sluice.log");
    if fs::metadata(&path).is_ok_and(|metadata| metadata.len() > LARGEST_FILE) {
        fs::rename(&path, path.with_extension("log.1")).with_context(|| format!("{} cannot be set aside", path.display()))?;
    }
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let file = Mutex::new(file.with_context(|| format!("{} cannot be written", path.display()))?);
    plain(config, file)
}

fn plain<W>(config: &Config, writer: W) -> Result<()>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt().with_env_filter(filter(config)?).with_ansi(false).with_writer(writer).try_init().map_err(told_twice)
}

fn filter(config: &Config) -> Result<EnvFilter> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| {
        Failure::usage(format!("SLUICE_LOG is not a filter: {error}")).remedy("Use one such as info or info,sluice::jobs=debug.")
    })?;
    Ok(filter.add_directive(NO_FRAMES.parse().context("a directive of ours")?))
}

/// The WebSocket library would write every frame at the level trace, and clients put their key into the first one.
const NO_FRAMES: &str = "tungstenite=debug";

fn told_twice(error: Box<dyn std::error::Error + Send + Sync>) -> anyhow::Error {
    anyhow::anyhow!("The log cannot be set up: {error}")
}
