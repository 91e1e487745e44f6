//! `fsync`: what the disk takes to keep 4 KiB. Whatever is durable cannot be faster.

use anyhow::Result;

use crate::bench::Bench;
use crate::machine;
use crate::report::Row;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let times = machine::sync_times(&bench.new_folder()?, 300)?;
    Ok(vec![Row::times("fdatasync after an append of 4 KiB", times)])
}
