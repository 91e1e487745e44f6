//! How long we take over a folder of search pages, and how much memory ten thousand of them leave behind: `parse_speed FOLDER`.
//!
//! Time is what the process had of a core, as Linux counts it, so that a busy machine does not change it.

use std::hint::black_box;

use anyhow::Context;
use sluice_providers::linkedin::search_page;

const MANY_PAGES: usize = 10_000;

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).context("which folder?")?;
    let mut paths: Vec<_> = std::fs::read_dir(&folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let pages: Vec<Vec<u8>> = paths.iter().map(std::fs::read).collect::<Result<_, _>>()?;
    anyhow::ensure!(pages.len() >= 20, "{folder} holds too few pages");
    for page in &pages[..20] {
        black_box(search_page::parse(page)?);
    }
    let (mut cards, mut listed) = (0, String::new());
    for page in &pages {
        let read = search_page::parse(page)?;
        cards += read.records.len();
        for record in &read.records {
            let (title, company) = (record.title.as_deref().unwrap_or_default(), record.company.as_deref().unwrap_or_default());
            listed.push_str(&format!("{}|{title}|{company}\n", record.posting_id));
        }
    }
    std::fs::write(format!("{folder}.list"), listed)?;
    let mut resident_kib = Vec::new();
    let start_ns = on_core_ns()?;
    for (number, page) in pages.iter().cycle().take(MANY_PAGES).enumerate() {
        black_box(search_page::parse(page)?);
        if (number + 1).is_multiple_of(1_000) {
            resident_kib.push(resident()?);
        }
    }
    let mean_us = (on_core_ns()? - start_ns) as f64 / 1_000.0 / MANY_PAGES as f64;
    let bytes: usize = pages.iter().map(Vec::len).sum();
    println!(
        "{}",
        serde_json::json!({
            "cpu_us_a_page": mean_us, "pages": pages.len(), "cards": cards, "bytes_a_page": bytes / pages.len(),
            "resident_kib_after_each_1000_pages": resident_kib,
        })
    );
    Ok(())
}

/// What the process has had of a core.
fn on_core_ns() -> anyhow::Result<u64> {
    // The counter moves on when the scheduler looks.
    std::thread::yield_now();
    let stat = std::fs::read_to_string("/proc/self/schedstat")?;
    stat.split_whitespace().next().context("an empty schedstat")?.parse().context("schedstat is not a number")
}

/// The process's own resident memory, as Linux tells it.
fn resident() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
    line.split_whitespace().nth(1).context("no number")?.parse().context("VmRSS is not a number")
}
