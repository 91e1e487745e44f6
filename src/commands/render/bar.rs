//! The one line that redraws while a person watches a job.

use std::time::Duration;

use console::{Style, measure_text_width, truncate_str};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sluice_api::{Job, JobStatus};

use super::state::{Coloured, Hue, long_wait};
use sluice_api::wording::numbers::{between, clock, count, countdown, duration, thousands};

const LONGEST_BAR: usize = 40;
const SHORTEST_BAR: usize = 10;
const GAP: &str = "  ";
/// What a usual line takes beside its bar.
const FACTS_ROOM: usize = 76;
/// Columns of "next in 1.4s", kept free while there is nothing to count down.
const COUNTDOWN_ROOM: usize = 12;
const COUNTDOWN_WEIGHT: u8 = 5;

/// What is drawn, at one moment, into one width.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    pub job: &'a Job,
    /// The connection is lost and is taken up again at this time.
    pub lost_until: Option<Timestamp>,
    pub now: Timestamp,
    pub zone: &'a TimeZone,
    /// Columns.
    pub width: usize,
    pub colour: bool,
}

/// The line: what happens, the bar, and the facts that fit, the least important left out first.
/// The bar's length depends on the width alone, so that it does not jump when a fact comes or goes.
pub fn line(view: View) -> String {
    let label = label(view);
    let progress = &view.job.progress;
    let fixed = [format!("{}/{}", thousands(progress.current), thousands(progress.total)), format!("{}%", progress.percentage)].join(GAP);
    let length = view.width.saturating_sub(FACTS_ROOM).clamp(SHORTEST_BAR, LONGEST_BAR);
    let mut facts = facts(view);
    loop {
        let tail: usize = facts.iter().map(|fact| GAP.len() + fact.room()).sum();
        let taken = measure_text_width(&label) + GAP.len() + length + GAP.len() + measure_text_width(&fixed) + tail;
        if taken <= view.width {
            let tail: String = facts.iter().flat_map(|fact| [GAP, fact.text.as_str()]).collect();
            return format!("{label}{GAP}{}{GAP}{fixed}{tail}", bar(view, length)).trim_end().to_owned();
        }
        let Some(least) = facts.iter().enumerate().min_by_key(|(_, fact)| fact.weight).map(|(index, _)| index) else {
            return truncate_str(&format!("{label}{GAP}{fixed}"), view.width, "…").into_owned();
        };
        facts.remove(least);
    }
}

/// One thing to know; what weighs least is left out first.
struct Fact {
    weight: u8,
    text: String,
}

impl Fact {
    fn room(&self) -> usize {
        let width = measure_text_width(&self.text);
        if self.weight == COUNTDOWN_WEIGHT { width.max(COUNTDOWN_ROOM) } else { width }
    }
}

fn label(view: View) -> String {
    let job = view.job;
    match job.status {
        JobStatus::Queued => "Queued".to_owned(),
        JobStatus::Paused => "Paused".to_owned(),
        JobStatus::Processing => match long_wait(job, view.now) {
            Some(until) => format!("Waiting until {}", clock(until, view.now, view.zone)),
            None if job.kind.starts_with("search") => "Searching".to_owned(),
            None if job.kind.starts_with("export") => "Exporting".to_owned(),
            None if job.kind.starts_with("import") || job.kind.starts_with("fetch") => "Importing".to_owned(),
            None => "Running".to_owned(),
        },
        JobStatus::Completed => "Done".to_owned(),
        JobStatus::Failed => "Stopped".to_owned(),
        JobStatus::Canceled => "Canceled".to_owned(),
    }
}

/// The facts in the order in which they are read.
fn facts(view: View) -> Vec<Fact> {
    let (job, progress) = (view.job, &view.job.progress);
    let mut facts = Vec::new();
    let running = job.status == JobStatus::Processing;
    let waits_long = long_wait(job, view.now);
    if let Some(again_at) = view.lost_until {
        facts.push(Fact { weight: 9, text: format!("connection lost, again in {}", countdown(between(view.now, again_at))) });
    } else if running && waits_long.is_none() {
        if let Some(rate) = progress.rate_per_minute {
            facts.push(Fact { weight: 4, text: format!("{}/min", thousands(rate.round() as u64)) });
        }
        if let Some(eta_s) = progress.eta_s {
            facts.push(Fact { weight: 6, text: format!("{} left", duration(Duration::from_secs(eta_s))) });
        }
    }
    match progress.pages {
        Some(pages) => facts.push(Fact { weight: 3, text: format!("page {}/{pages}", progress.page) }),
        None if progress.page > 0 => facts.push(Fact { weight: 3, text: format!("page {}", progress.page) }),
        None => {}
    }
    if progress.retries > 0 {
        facts.push(Fact { weight: 1, text: count(progress.retries.into(), "retry", "retries") });
    }
    if running && view.lost_until.is_none() {
        match (waits_long, job.waiting_until) {
            (Some(_), _) => facts.extend(job.waiting_reason.clone().map(|text| Fact { weight: 2, text })),
            (None, Some(until)) if until > view.now => {
                let text = format!("next in {}", countdown(between(view.now, until)));
                facts.push(Fact { weight: COUNTDOWN_WEIGHT, text });
            }
            (None, _) => facts.push(Fact { weight: COUNTDOWN_WEIGHT, text: String::new() }),
        }
    }
    facts
}

/// `width` cells, of which the stored share is filled. Without colour the rest is a thinner line.
fn bar(view: View, width: usize) -> String {
    let progress = &view.job.progress;
    let halves = match progress.total {
        0 => usize::from(progress.percentage == 100) * 2 * width,
        total => (progress.current.min(total) as usize * 2 * width) / total as usize,
    };
    let (full, half) = (halves / 2, halves % 2);
    let mut filled = "━".repeat(full);
    if half == 1 {
        filled.push('╸');
    }
    let rest = if view.colour { "━" } else { "─" }.repeat(width - full - half);
    let hue = if view.job.status == JobStatus::Paused { Hue::Violet } else { Hue::Blue };
    let dim = Style::new().force_styling(view.colour).black().bright();
    format!("{}{}", hue.style(view.colour).apply_to(filled), dim.apply_to(rest))
}

#[cfg(test)]
mod tests {
    use super::super::state::tests::{halfway, noon};
    use super::*;

    fn shown(job: &Job, width: usize) -> String {
        line(View { job, lost_until: None, now: noon(), zone: &TimeZone::UTC, width, colour: false })
    }

    fn pacing() -> Job {
        Job { waiting_until: Some("2026-03-02T12:00:01.4Z".parse().unwrap()), ..halfway() }
    }

    #[test]
    fn the_line_fits_every_width() {
        let lines: Vec<String> = [140, 100, 80, 60, 40, 30, 16].into_iter().map(|width| shown(&pacing(), width)).collect();
        insta::assert_snapshot!(lines.join("\n"));
        for width in 1..200 {
            assert!(measure_text_width(&shown(&pacing(), width)) <= width, "width {width}");
        }
    }

    #[test]
    fn the_line_tells_each_state() {
        let with = |status| Job { status, ..halfway() };
        let mut first = with(JobStatus::Queued);
        first.progress = sluice_api::Progress { total: 2_500, ..sluice_api::Progress::default() };
        let waiting = Job {
            waiting_until: Some("2026-03-02T14:05:00Z".parse().unwrap()),
            waiting_reason: Some("LinkedIn asked us to slow down.".into()),
            ..halfway()
        };
        let mut retried = pacing();
        retried.progress.retries = 2;
        let mut done = with(JobStatus::Completed);
        done.progress.current = 2_500;
        done.progress.percentage = 100;
        let mut nobody = with(JobStatus::Completed);
        nobody.progress = sluice_api::Progress { percentage: 100, ..sluice_api::Progress::default() };
        let lines: Vec<String> =
            [first, waiting, with(JobStatus::Paused), retried, done, nobody].iter().map(|job| shown(job, 120)).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }

    #[test]
    fn the_bar_stays_in_its_place_while_the_countdown_comes_and_goes() {
        for width in 60..140 {
            let (counting, fetching) = (shown(&pacing(), width), shown(&halfway(), width));
            assert!(counting.starts_with(&fetching), "width {width}\n{counting}\n{fetching}");
        }
    }

    #[test]
    fn a_lost_connection_takes_the_place_of_rate_and_time() {
        let job = pacing();
        let again = Some("2026-03-02T12:00:02Z".parse().unwrap());
        let line = line(View { job: &job, lost_until: again, now: noon(), zone: &TimeZone::UTC, width: 100, colour: false });
        insta::assert_snapshot!(line);
    }

    #[test]
    fn colour_changes_no_character_but_the_rest_of_the_bar() {
        let job = pacing();
        let coloured = line(View { job: &job, lost_until: None, now: noon(), zone: &TimeZone::UTC, width: 100, colour: true });
        assert!(coloured.contains("\u{1b}[34m"));
        assert_eq!(console::strip_ansi_codes(&coloured).replace('━', "─"), shown(&job, 100).replace('━', "─"));
    }
}
