//! Jobs: the list, one with its story, and the one line that says how far one is.

use std::time::Duration;

use jiff::Timestamp;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use sluice_api::Job;
use sluice_api::wording::numbers::{ago, count, duration, thousands};
use sluice_api::wording::posting;
use sluice_api::wording::state::{Hue, State as JobState};

use super::canvas::{Canvas, bar, row};
use super::postings::{inset, whereabouts};
use crate::layout::{Hit, Panes, rows};
use crate::names::{name, statistics, summary};
use crate::state::{ListOf, Pane, Place, State};
use crate::text::{cut, width, wrap};
use crate::waits::standing;

pub fn draw(state: &State, panes: Panes, canvas: &mut Canvas) {
    let is_here = state.place() == Place::Jobs;
    if let Some(area) = panes.list {
        list(state, area, is_here && state.jobs.pane == Pane::List, canvas);
    }
    if let Some(area) = panes.side {
        detail(state, area, is_here && state.jobs.pane == Pane::Side, canvas);
    }
}

fn list(state: &State, area: Rect, is_focused: bool, canvas: &mut Canvas) {
    let jobs = &state.jobs;
    let title_of_the_list = match jobs.status {
        Some(status) => format!("Jobs · {}", status.as_str()),
        None => "Jobs · newest first".to_owned(),
    };
    let inside = canvas.panel(area, &title_of_the_list, is_focused);
    if let (Some(trouble), None) = (&jobs.list.trouble, jobs.list.total()) {
        super::postings::trouble(state, trouble, inside, canvas);
        return;
    }
    if jobs.list.total() == Some(0) {
        canvas.text(inset(inside), 1, "No jobs here.", state.theme.strong());
        canvas.text(inset(inside), 3, "Imports and searches that you start run as jobs. f shows other states.", state.theme.quiet());
        return;
    }
    // The longest state is "Stopped early, 1,240 kept", and the longest progress of a search "1,240/2,500".
    let columns = [28, usize::from(inside.width).saturating_sub(28 + 11 + 4 + 4), 11, 4];
    let style = state.theme.quiet();
    let heads = [" State", "What", "Progress", "Age"];
    let cells: Vec<(String, usize, Style)> =
        heads.iter().zip(columns).map(|(head, columns)| ((*head).to_owned(), columns, style)).collect();
    canvas.line(inside, 0, &row(&cells));
    let rows_area = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    for offset in 0..u64::from(rows_area.height) {
        let index = jobs.list.top() + offset;
        if jobs.list.total().is_none_or(|total| index >= total) {
            break;
        }
        let at = u16::try_from(offset).unwrap_or(u16::MAX);
        canvas.hits.add(Rect { y: rows_area.y + at, height: 1, ..rows_area }, Hit::Row(ListOf::Jobs, index));
        match jobs.list.row(index) {
            Some(job) => {
                let said = standing(job, state);
                let cells = [
                    (format!(" {}", sign_and_word(&said)), columns[0], state.theme.hue(said.hue)),
                    (name(job), columns[1], Style::new()),
                    (progress(job), columns[2], Style::new()),
                    (age(job.created_at, state.now), columns[3], state.theme.quiet()),
                ];
                canvas.line(rows_area, at, &row(&cells));
            }
            None => canvas.text(rows_area, at, " ···", state.theme.quiet()),
        }
        if index == jobs.list.selected() {
            canvas.style_row(rows_area, at, if is_focused { state.theme.selected() } else { state.theme.marked() });
        }
    }
    canvas.foot(area, &whereabouts(&jobs.list, rows(state, ListOf::Jobs)));
}

pub fn sign_and_word(state: &JobState) -> String {
    format!("{} {}", state.sign, state.word)
}

fn progress(job: &Job) -> String {
    format!("{}/{}", thousands(job.progress.current), thousands(job.progress.total))
}

fn age(at: Timestamp, now: Timestamp) -> String {
    let said = ago(at, now);
    said.strip_suffix(" ago").map_or_else(|| "now".to_owned(), str::to_owned)
}

/// One line: state, name, bar, numbers, rate and time left, as far as they fit.
pub fn job_line(state: &State, job: Option<&Job>, area: Rect, canvas: &mut Canvas) {
    let Some(job) = job else {
        canvas.text(inset(area), 0, "···", state.theme.quiet());
        return;
    };
    let said = standing(job, state);
    let style = state.theme.hue(said.hue);
    let mut spans = vec![Span::styled(format!(" {}  ", sign_and_word(&said)), style)];
    let numbers = if job.status.is_final() {
        statistics(job).map_or_else(|| progress(job), |statistics| summary(&statistics))
    } else {
        let mut numbers = progress(job);
        if let Some(rate) = job.progress.rate_per_minute {
            numbers.push_str(&format!("  {}/min", thousands(rate.max(0.0).round() as u64)));
        }
        if let Some(seconds) = job.progress.eta_s {
            numbers.push_str(&format!("  {} left", duration(Duration::from_secs(seconds))));
        }
        numbers
    };
    let taken: usize = spans.iter().map(Span::width).sum::<usize>() + width(&numbers) + 3;
    let room = usize::from(area.width).saturating_sub(taken);
    let bar_columns = if job.status.is_final() { 0 } else { room.min(20).min(room / 2) };
    let called = cut(&name(job), room.saturating_sub(if bar_columns > 0 { bar_columns + 2 } else { 0 }));
    spans.push(Span::raw(format!("{called}  ")));
    if bar_columns > 0 {
        let (done, left) = bar(bar_columns, job.progress.percentage);
        spans.push(Span::styled(done, style));
        spans.push(Span::styled(format!("{left}  "), state.theme.quiet()));
    }
    spans.push(Span::styled(numbers, state.theme.quiet()));
    canvas.line(area, 0, &Line::from(spans));
}

fn detail(state: &State, area: Rect, is_focused: bool, canvas: &mut Canvas) {
    canvas.hits.add(area, Hit::Pane(Pane::Side));
    let held = state.jobs.detail.as_deref().filter(|detail| Some(&detail.id) == state.jobs.detail_id.as_ref());
    let Some(job) = held.or_else(|| state.shown_job()) else {
        canvas.panel(area, "Job", is_focused);
        return;
    };
    let inside = inset(canvas.panel(area, &name(job), is_focused));
    let lines = story(state, job, inside.width.into());
    let most = canvas.lines(inside, &lines, state.jobs.scroll);
    canvas.hits.ends.side = Some(most);
    if most > 0 {
        canvas.foot(area, &format!("{}%", u32::from(state.jobs.scroll.min(most)) * 100 / u32::from(most)));
    }
}

/// All that is known of a job: how it stands, why, what it did, and its timeline, newest first.
pub fn story(state: &State, job: &Job, columns: usize) -> Vec<Line<'static>> {
    let theme = state.theme;
    let said = standing(job, state);
    let mut lines = vec![Line::styled(sign_and_word(&said), theme.hue(said.hue))];
    let paragraph = |lines: &mut Vec<Line<'static>>, text: &str, style: Style| {
        lines.extend(wrap(text, columns).into_iter().map(|line| Line::styled(line, style)));
    };
    let reason = job.stop_message.clone().or_else(|| job.waiting_reason.clone());
    if let Some(reason) = reason {
        paragraph(&mut lines, &reason, Style::new());
    } else if !job.progress.message.is_empty() {
        paragraph(&mut lines, &job.progress.message, Style::new());
    }
    if let Some(error) = &job.error {
        let again = if error.retryable { "Retry goes on from where it stopped." } else { "Retry would not help." };
        // The reason above has often said the same already.
        let is_said = job.stop_message.as_ref() == Some(&error.message);
        let said = if is_said { error.code.clone() } else { format!("{}: {}", error.code, error.message) };
        paragraph(&mut lines, &said, theme.hue(Hue::Red));
        paragraph(&mut lines, again, theme.quiet());
    }
    let (done, left) = bar(columns.min(40), job.progress.percentage);
    lines.push(Line::from(vec![Span::styled(done, theme.hue(said.hue)), Span::styled(left, theme.quiet())]));
    let mut facts = vec![format!("{} of {}", thousands(job.progress.current), thousands(job.progress.total))];
    facts.extend(job.progress.rate_per_minute.map(|rate| format!("{}/min", thousands(rate.max(0.0).round() as u64))));
    facts.extend(job.progress.eta_s.map(|seconds| format!("{} left", duration(Duration::from_secs(seconds)))));
    if job.progress.retries > 0 {
        facts.push(format!("{} tried again", count(job.progress.retries.into(), "call", "calls")));
    }
    paragraph(&mut lines, &facts.join(" · "), theme.quiet());
    if let Some(statistics) = statistics(job) {
        lines.push(Line::default());
        paragraph(&mut lines, &summary(&statistics), Style::new());
        for reason in &statistics.reasons {
            paragraph(&mut lines, &format!("{:>6}  {}", thousands(reason.count), posting::reason(&reason.reason)), theme.quiet());
        }
        for filter in statistics.applied_locally.iter().filter(|filter| filter.count > 0) {
            let said = format!("{:>6}  left out here by {}", thousands(filter.count), posting::filter(&filter.reason));
            paragraph(&mut lines, &said, theme.quiet());
        }
        for filter in &statistics.unproven {
            let said = format!("        {} was asked for, and nothing shows whether the provider heeded it", posting::filter(filter));
            paragraph(&mut lines, &said, theme.quiet());
        }
    }
    if !job.timeline.is_empty() {
        lines.push(Line::default());
        lines.push(Line::styled("Timeline", theme.accent()));
        for entry in job.timeline.iter().rev() {
            let at = entry.at.to_zoned(state.zone.clone()).strftime("%H:%M:%S").to_string();
            let mut wrapped = wrap(&entry.message, columns.saturating_sub(10)).into_iter();
            let first = wrapped.next().unwrap_or_default();
            lines.push(Line::from(vec![Span::styled(format!("{at}  "), theme.quiet()), Span::raw(first)]));
            lines.extend(wrapped.map(|line| Line::raw(format!("          {line}"))));
        }
    }
    lines
}
