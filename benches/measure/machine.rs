//! What the machine says: its disk, its load, its clock, and what a process uses.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::report::quantile;

/// Under what a figure was measured.
pub struct Conditions {
    /// Of the last minute, before the run.
    pub load: f64,
    /// The median of appends of 4 KiB, each synced, right before the run.
    pub fsync: Duration,
}

/// Sorted times of appends of 4 KiB, each followed by `fdatasync`, in this folder.
pub fn sync_times(folder: &Path, runs: usize) -> Result<Vec<Duration>> {
    let mut disk = Disk::new(folder)?;
    let mut times = (0..runs).map(|_| disk.append()).collect::<Result<Vec<_>>>()?;
    times.sort_unstable();
    Ok(times)
}

pub fn conditions(folder: &Path) -> Result<Conditions> {
    Ok(Conditions { load: load()?, fsync: quantile(&sync_times(folder, 100)?, 0.5) })
}

/// A file that is appended to and synced.
pub struct Disk {
    file: std::fs::File,
    path: std::path::PathBuf,
}

impl Disk {
    pub fn new(folder: &Path) -> Result<Self> {
        let path = folder.join("fdatasync");
        let file = OpenOptions::new().create(true).append(true).open(&path).context("the file to sync")?;
        Ok(Self { file, path })
    }

    pub fn append(&mut self) -> Result<Duration> {
        let block = [0x5a_u8; 4_096];
        let started = Instant::now();
        self.file.write_all(&block)?;
        self.file.sync_data()?;
        Ok(started.elapsed())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            eprintln!("{} stays behind: {error}", self.path.display());
        }
    }
}

fn load() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/loadavg")?;
    text.split(' ').next().unwrap_or_default().parse().with_context(|| format!("the load is {text}"))
}

/// Microseconds since the Unix epoch, to compare with what another process on this machine wrote down.
#[expect(clippy::disallowed_methods, reason = "a measurement compares the wall clocks of processes on one machine")]
pub fn now_us() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// Resident memory of a process, in bytes.
pub fn resident_bytes(pid: u32) -> Result<u64> {
    status_bytes(pid, "VmRSS:")
}

/// The most that it was since the start or since [`forget_peak`], in bytes.
pub fn peak_bytes(pid: u32) -> Result<u64> {
    status_bytes(pid, "VmHWM:")
}

/// Lets the peak of this process begin at what is resident now.
pub fn forget_peak() -> Result<()> {
    std::fs::write("/proc/self/clear_refs", "5").context("the peak of memory cannot be reset")
}

fn status_bytes(pid: u32, name: &str) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1_024)
}

/// Processor time of all threads of a process so far.
pub fn processor_time(pid: u32) -> Result<Duration> {
    let mut nanos = 0;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        nanos += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanos))
}

/// Returns at Ctrl-C or SIGTERM, so that what was started can be stopped.
pub async fn asked_to_stop() -> Result<()> {
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped?,
        _ = term.recv() => {}
    }
    Ok(())
}
