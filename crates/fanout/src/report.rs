//! Figures as a table.

use std::time::Duration;

/// One line of the table.
pub struct Row {
    pub what: String,
    pub figure: String,
    /// What was aimed for, and whether it was met.
    pub goal: Option<(&'static str, bool)>,
    pub load: f64,
}

pub fn table(rows: &[Row]) -> String {
    let mut table = String::from("| what | figure | goal | met | load |\n|---|---|---|---|---|\n");
    for row in rows {
        let (goal, met) = row.goal.map_or(("", ""), |(goal, met)| (goal, if met { "yes" } else { "**no**" }));
        table.push_str(&format!("| {} | {} | {goal} | {met} | {:.1} |\n", row.what, row.figure, row.load));
    }
    table
}

/// The value below which this share of the sorted values lies.
pub fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let place = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len().max(1));
    sorted.get(place - 1).copied().unwrap_or_default()
}

pub fn millis(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1_000.0)
}
