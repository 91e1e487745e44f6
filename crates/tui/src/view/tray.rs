//! The tray: what runs with small bars, the last that ended, totals and the rate of success.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use sluice_api::Job;
use sluice_api::wording::numbers::{ago, thousands};

use super::canvas::{Canvas, bar};
use super::jobs::sign_and_word;
use crate::layout::Hit;
use crate::names::{name, statistics, summary};
use crate::overview::JobCounts;
use crate::state::State;
use crate::text::{fit, fit_right};
use crate::waits::standing;

/// "◒ Stopped early, 1,240 kept" is the longest state.
const STATE: usize = 27;
const BAR: usize = 12;
const NUMBERS: usize = 13;

pub fn draw(state: &State, area: Rect, canvas: &mut Canvas) {
    let inside = canvas.panel(area, "Tasks", state.tray.is_focused);
    let jobs = state.tray_jobs();
    let totals = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
    let rows = Rect { height: inside.height.saturating_sub(1), ..inside };
    if jobs.is_empty() {
        canvas.text(rows, 0, " Nothing runs, and nothing has ended yet.", state.theme.quiet());
    }
    let height = usize::from(rows.height).max(1);
    let chosen = state.tray_place();
    let first = chosen.saturating_sub(height - 1);
    for (at, (index, job)) in jobs.iter().enumerate().skip(first).take(height).enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        canvas.line(rows, at, &line(state, job, rows.width.into()));
        canvas.hits.add(Rect { y: rows.y + at, height: 1, ..rows }, Hit::TrayJob(index));
        if index == chosen && state.tray.is_focused {
            canvas.style_row(rows, at, state.theme.selected());
        }
    }
    if let Some(counts) = &state.overview.counts {
        canvas.text(totals, 0, &format!(" {}", sum(counts)), state.theme.quiet());
    }
}

fn line(state: &State, job: &Job, columns: usize) -> Line<'static> {
    let said = standing(job, state);
    let style = state.theme.hue(said.hue);
    let called = columns.saturating_sub(STATE + BAR + NUMBERS + 6);
    let mut spans = vec![Span::styled(format!(" {} ", fit(&sign_and_word(&said), STATE)), style)];
    spans.push(Span::raw(format!("{} ", fit(&name(job), called))));
    if job.status.is_final() {
        let ended = job.completed_at.map(|at| ago(at, state.now)).unwrap_or_default();
        let text = statistics(job).map_or_else(String::new, |statistics| summary(&statistics));
        let room = BAR + NUMBERS + 1;
        let ended = fit_right(&ended, 8);
        spans.push(Span::styled(format!("{} {ended}", fit(&text, room.saturating_sub(9))), state.theme.quiet()));
    } else {
        let (done, left) = bar(BAR, job.progress.percentage);
        spans.push(Span::styled(done, style));
        spans.push(Span::styled(left, state.theme.quiet()));
        let numbers = format!("{}/{}", thousands(job.progress.current), thousands(job.progress.total));
        spans.push(Span::styled(format!(" {}", fit_right(&numbers, NUMBERS)), Style::new()));
    }
    Line::from(spans)
}

/// "14 done, 1 failed, 2 canceled · 93% succeeded"
fn sum(counts: &JobCounts) -> String {
    let mut parts = vec![format!("{} done", thousands(counts.done)), format!("{} failed", thousands(counts.failed))];
    if counts.canceled > 0 {
        parts.push(format!("{} canceled", thousands(counts.canceled)));
    }
    let ended = counts.done + counts.failed;
    let rate = (counts.done * 100).checked_div(ended).map(|percent| format!(" · {percent}% succeeded")).unwrap_or_default();
    format!("{}{rate}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_is_counted_over_what_ended_by_itself() {
        let counts = JobCounts { done: 14, failed: 1, canceled: 2, ..JobCounts::default() };
        assert_eq!(sum(&counts), "14 done, 1 failed, 2 canceled · 93% succeeded");
        assert_eq!(sum(&JobCounts::default()), "0 done, 0 failed");
    }
}
