//! The course of a search: how quickly it stored rows, and what happened.

use std::time::Duration;

use sluice_api::wording::numbers::{count, duration, thousands};

use crate::domain::Micros;
use crate::domain::job::Job;
use crate::http::pages::charts::{self, Column, ColumnChart};
use crate::http::pages::jobs::{Line, story};
use crate::http::pages::moment::Clock;
use crate::http::problem::Failure;
use crate::store::{Conn, job_pages};

/// A chart has at most so many columns.
const COLUMNS: i64 = 36;
/// Widths of a column that a clock can tell, in seconds.
const WIDTHS_S: &[u64] = &[10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 7 * 86_400, 30 * 86_400];

pub struct Run {
    /// None before there are two stretches of time to compare.
    pub rate: Option<ColumnChart>,
    pub story: Vec<Line>,
}

impl Run {
    pub async fn load(conn: &mut Conn, job: &Job, clock: &Clock) -> Result<Self, Failure> {
        Ok(Self { rate: rate(conn, job, clock).await?, story: story(conn, job.id, clock).await? })
    }
}

/// Rows per minute over the run, from its start to its last page.
async fn rate(conn: &mut Conn, job: &Job, clock: &Clock) -> Result<Option<ColumnChart>, Failure> {
    let (Some(from), Some((_, to))) = (job.started_at, job_pages::span(conn, job.id).await?) else { return Ok(None) };
    let width = width(to.since(from));
    let stored = job_pages::stored_by_time(conn, job.id, from, width).await?;
    Ok(drawn(&stored, from, to, width, clock))
}

/// The finest width that a clock can tell and a chart has room for.
fn width(span: Duration) -> Duration {
    let fits = |seconds: &&u64| span.as_secs() / **seconds < COLUMNS as u64;
    Duration::from_secs(WIDTHS_S.iter().find(fits).copied().unwrap_or(30 * 86_400))
}

fn drawn(stored: &[(i64, i64)], from: Micros, to: Micros, width: Duration, clock: &Clock) -> Option<ColumnChart> {
    let (last, _) = stored.last()?;
    if *last < 1 || *last >= 4 * COLUMNS {
        return None;
    }
    let per_minute = |rows: i64, seconds: f64| (rows.max(0) as f64 * 60.0 / seconds).round() as u64;
    let columns: Vec<Column> = (0..=*last)
        .map(|stretch| {
            let at = from.plus(width.saturating_mul(u32::try_from(stretch).unwrap_or(0)));
            let rows = stored.iter().find(|(number, _)| *number == stretch).map_or(0, |(_, rows)| *rows);
            // The last stretch ends with its last page; less than half of one would look quicker than it was.
            let seconds = match stretch == *last {
                true => to.since(at).as_secs_f64().max(width.as_secs_f64() / 2.0).min(width.as_secs_f64()),
                false => width.as_secs_f64(),
            };
            Column { label: label(at, width, clock), value: per_minute(rows, seconds) }
        })
        .collect();
    let rows: i64 = stored.iter().map(|(_, rows)| *rows).sum();
    let best = columns.iter().map(|column| column.value).max().unwrap_or(0);
    let took = to.since(from);
    let summary = format!(
        "{} in {}: {} a minute at best, {} on average. One column is {}.",
        count(u64::try_from(rows).unwrap_or(0), "row", "rows"),
        duration(took),
        thousands(best),
        thousands(per_minute(rows, took.as_secs_f64().max(1.0))),
        spoken(width),
    );
    Some(charts::columns("rate", "Rows a minute", summary, &columns, None))
}

fn label(at: Micros, width: Duration, clock: &Clock) -> String {
    let at = at.timestamp().to_zoned(clock.zone.clone());
    let format = match width.as_secs() {
        ..60 => "%H:%M:%S",
        60..43_200 => "%H:%M",
        _ => "%-d %b",
    };
    at.strftime(format).to_string()
}

fn spoken(width: Duration) -> String {
    match width.as_secs() {
        seconds @ ..60 => count(seconds, "second", "seconds"),
        seconds @ 60..3_600 => count(seconds / 60, "minute", "minutes"),
        seconds @ 3_600..86_400 => count(seconds / 3_600, "hour", "hours"),
        seconds => count(seconds / 86_400, "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> Clock {
        Clock::new("2026-03-02T14:00:00Z".parse().expect("a time"), "UTC")
    }

    fn at(seconds: u64) -> Micros {
        Micros(1_772_460_000_000_000).plus(Duration::from_secs(seconds))
    }

    #[test]
    fn a_run_is_cut_into_stretches_that_a_clock_can_tell() {
        let widths: Vec<u64> =
            [40, 359, 360, 1_080, 7_200, 15 * 3_600, 9 * 86_400].map(|span| width(Duration::from_secs(span)).as_secs()).to_vec();
        assert_eq!(widths, [10, 10, 30, 60, 300, 1_800, 43_200]);
    }

    #[test]
    fn stretches_without_a_page_show_as_gaps_and_the_last_counts_what_it_had() {
        let chart = drawn(&[(0, 100), (2, 50)], at(0), at(25), Duration::from_secs(10), &clock()).expect("a chart");
        assert_eq!(
            chart.marks.iter().map(|mark| mark.told.as_str()).collect::<Vec<_>>(),
            ["14:00:00: 600", "14:00:10: 0", "14:00:20: 600"]
        );
        assert_eq!(chart.summary, "150 rows in 25s: 600 a minute at best, 360 on average. One column is 10 seconds.");
        assert_eq!(drawn(&[(0, 100)], at(0), at(5), Duration::from_secs(10), &clock()), None);
        assert_eq!(drawn(&[], at(0), at(0), Duration::from_secs(10), &clock()), None);
    }
}
