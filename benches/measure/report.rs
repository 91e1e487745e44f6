//! What was measured, as people read it: a line each while it runs, and a table for the documentation.

use std::time::Duration;

use crate::machine::Conditions;

/// One figure of several runs.
pub struct Row {
    what: String,
    value: Value,
    runs: usize,
    /// In words, and whether it was met.
    goal: Option<(String, bool)>,
    note: String,
}

enum Value {
    /// Sorted.
    Times(Vec<Duration>),
    Said(String),
}

impl Row {
    pub fn times(what: impl Into<String>, mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self { what: what.into(), runs: times.len(), value: Value::Times(times), goal: None, note: String::new() }
    }

    pub fn said(what: impl Into<String>, value: impl Into<String>, runs: usize) -> Self {
        Self { what: what.into(), runs, value: Value::Said(value.into()), goal: None, note: String::new() }
    }

    pub fn goal(mut self, words: impl Into<String>, met: bool) -> Self {
        self.goal = Some((words.into(), met));
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// The value that `share` of the runs do not exceed.
    pub fn quantile(&self, share: f64) -> Duration {
        match &self.value {
            Value::Times(times) => quantile(times, share),
            Value::Said(_) => Duration::ZERO,
        }
    }

    fn cells(&self) -> [String; 3] {
        match &self.value {
            Value::Said(said) => [said.clone(), String::new(), String::new()],
            Value::Times(times) => [0.5, 0.95, 0.99].map(|share| shown(quantile(times, share))),
        }
    }
}

/// By nearest rank, of sorted times; zero of none.
pub fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// Three digits, in the unit that suits.
pub fn shown(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    match micros {
        ..1_000.0 => format!("{micros:.0} µs"),
        ..10_000.0 => format!("{:.2} ms", micros / 1e3),
        ..100_000.0 => format!("{:.1} ms", micros / 1e3),
        ..1_000_000.0 => format!("{:.0} ms", micros / 1e3),
        _ => format!("{:.2} s", micros / 1e6),
    }
}

/// All rows so far, each with the conditions of its run.
pub struct Report {
    lines: Vec<[String; 9]>,
    brief: bool,
}

const HEAD: [&str; 9] = ["Figure", "Median", "p95", "p99", "Runs", "Goal", "Met", "Load", "fdatasync p50"];

impl Report {
    pub fn new(brief: bool) -> Self {
        if brief {
            println!("Brief runs: they show that the measuring works, and no more.");
        }
        Self { lines: Vec::new(), brief }
    }

    pub fn add(&mut self, name: &str, conditions: &Conditions, rows: Vec<Row>) {
        for row in rows {
            let [median, p95, p99] = row.cells();
            let (goal, met) =
                row.goal.clone().map_or((String::new(), String::new()), |(goal, met)| (goal, if met { "yes" } else { "NO" }.into()));
            let spread = if p95.is_empty() { String::new() } else { format!(", p95 {p95}, p99 {p99}") };
            let aim = if goal.is_empty() { String::new() } else { format!("; goal {goal}: {met}") };
            println!(
                "{name}: {}: {median}{spread} ({} runs{aim}; load {:.2}, fdatasync {})",
                row.what,
                row.runs,
                conditions.load,
                shown(conditions.fsync)
            );
            if !row.note.is_empty() {
                println!("    {}", row.note);
            }
            let what = if row.note.is_empty() { row.what } else { format!("{} ({})", row.what, row.note) };
            let load = format!("{:.2}", conditions.load);
            self.lines.push([what, median, p95, p99, row.runs.to_string(), goal, met, load, shown(conditions.fsync)]);
        }
    }

    pub fn markdown(&self) -> String {
        let mut text = String::new();
        if self.brief {
            text.push_str("Brief runs, no figures to keep.\n\n");
        }
        text.push_str(&format!("| {} |\n|---|---|---|---|---|---|---|---|---|\n", HEAD.join(" | ")));
        for line in &self.lines {
            text.push_str(&format!("| {} |\n", line.join(" | ")));
        }
        text
    }
}
