//! What the system says of processes and of itself.

use std::time::Duration;

use anyhow::{Context, Result};

/// Microseconds since the Unix epoch, to compare with the commit's.
#[expect(clippy::disallowed_methods, reason = "a measurement compares the wall clocks of processes on one machine")]
pub fn now_us() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// Of the last minute.
pub fn load() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/loadavg")?;
    text.split(' ').next().unwrap_or_default().parse().with_context(|| format!("the load is {text}"))
}

/// Resident memory of a process, in bytes.
pub fn resident_bytes(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1_024)
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
