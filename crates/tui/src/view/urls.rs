//! The import by address: what is typed with what each line means, and what became of the last import.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use sluice_api::wording::numbers::count;
use sluice_api::wording::posting as words;
use sluice_api::wording::state::Hue;
use sluice_api::{PostingItem, PostingOutcome};

use super::canvas::{Canvas, row};
use super::jobs::job_line;
use super::postings::{inset, whereabouts};
use crate::checks::{Check, Meaning};
use crate::command::Command;
use crate::layout::{Hit, Panes, rows};
use crate::state::{ListOf, Pane, Place, State};
use crate::text::{cut, fit, wrap};

pub fn draw(state: &State, panes: Panes, canvas: &mut Canvas) {
    let is_here = state.place() == Place::ImportUrls;
    if let Some(area) = panes.side {
        editor(state, area, is_here && state.import.urls.pane == Pane::Side, canvas);
    }
    if let Some(area) = panes.list {
        items(state, area, is_here && state.import.urls.pane == Pane::List, canvas);
    }
}

fn editor(state: &State, area: Rect, is_focused: bool, canvas: &mut Canvas) {
    let urls = &state.import.urls;
    canvas.hits.add(area, Hit::Pane(Pane::Side));
    let inside = canvas.panel(area, "Addresses of postings, one a line", is_focused);
    let (good, bad) = tally(&urls.checks);
    let text_rows = inside.height.saturating_sub(2);
    let text_area = Rect { height: text_rows, ..inside };
    if urls.editor.text().is_empty() && !is_focused {
        let hint = "Paste addresses of LinkedIn postings, or press i to write. Numbers of postings work too.";
        for (at, line) in wrap(hint, usize::from(inset(text_area).width)).iter().enumerate() {
            canvas.text(inset(text_area), u16::try_from(at).unwrap_or(u16::MAX), line, state.theme.quiet());
        }
    } else {
        typed(state, text_area, is_focused, canvas);
    }
    // Below what is typed stands what the line at the cursor means, in full.
    let told = Rect { y: inside.y + text_rows, height: inside.height.saturating_sub(text_rows), ..inside };
    let (line, _) = urls.editor.position();
    let (said, style) = if let Some(trouble) = &urls.trouble {
        (trouble.lines().join(" "), state.theme.hue(Hue::Red))
    } else {
        match urls.checks.iter().find(|check| check.line == line) {
            Some(check) => meaning(state, check),
            None => (String::new(), Style::new()),
        }
    };
    canvas.text(inset(told), 0, &said, style);
    let x = told.x + 1;
    let word = if urls.is_sending { " Importing… ".to_owned() } else { format!(" Import {} ", count(good, "posting", "postings")) };
    let style = if good > 0 && !urls.is_sending { state.theme.selected() } else { state.theme.quiet() };
    let next = canvas.button(told, 1, x, &word, style, Hit::Command(Command::Start));
    let mut beside = "  Ctrl-S".to_owned();
    if bad > 0 {
        beside.push_str(&format!("  {} left here to be corrected", count(bad, "line is", "lines are")));
    }
    canvas.buffer.set_stringn(
        next,
        told.y + 1,
        cut(&beside, usize::from(told.right().saturating_sub(next))),
        told.width.into(),
        state.theme.quiet(),
    );
}

fn tally(checks: &[Check]) -> (u64, u64) {
    let good = checks.iter().filter(|check| matches!(check.meaning, Meaning::Posting(_))).count();
    let bad = checks.iter().filter(|check| matches!(check.meaning, Meaning::Refused(_))).count();
    (good as u64, bad as u64)
}

fn meaning(state: &State, check: &Check) -> (String, Style) {
    match &check.meaning {
        Meaning::Posting(id) => (format!("● posting {id}"), state.theme.hue(Hue::Green)),
        Meaning::Repeats(line) => (format!("– the same as line {line}"), state.theme.quiet()),
        Meaning::Refused(reason) => (format!("× {reason}"), state.theme.hue(Hue::Red)),
    }
}

fn typed(state: &State, area: Rect, is_focused: bool, canvas: &mut Canvas) {
    let urls = &state.import.urls;
    let (cursor_line, _) = urls.editor.position();
    let height = usize::from(area.height).max(1);
    let first = cursor_line.saturating_sub(height - 1);
    // An address on the left, what it means on the right.
    let meaning_columns = usize::from(area.width) * 4 / 10;
    let text_columns = usize::from(area.width).saturating_sub(meaning_columns + 2);
    let lines: Vec<&str> = urls.editor.text().split('\n').collect();
    for (at, (number, text)) in lines.iter().enumerate().skip(first).take(height).enumerate() {
        let mut spans = vec![Span::raw(format!(" {} ", fit(&tail(text, text_columns), text_columns)))];
        if let Some(check) = urls.checks.iter().find(|check| check.line == number) {
            let several = urls.checks.iter().filter(|check| check.line == number).count();
            let (said, style) =
                if several > 1 { (format!("● {several} postings"), state.theme.hue(Hue::Green)) } else { meaning(state, check) };
            spans.push(Span::styled(cut(&said, meaning_columns), style));
        }
        canvas.line(area, u16::try_from(at).unwrap_or(u16::MAX), &Line::from(spans));
    }
    if is_focused && state.dialogs.is_empty() {
        let before = crate::text::width(urls.editor.before_cursor()).min(text_columns);
        let x = area.x + 1 + u16::try_from(before).unwrap_or(0);
        let y = area.y + u16::try_from(cursor_line - first).unwrap_or(0);
        canvas.cursor = Some(Position::new(x.min(area.right().saturating_sub(1)), y));
    }
}

/// The end of an address says more than its beginning.
fn tail(text: &str, columns: usize) -> String {
    let all = crate::text::width(text);
    if all <= columns {
        return text.to_owned();
    }
    let mut kept: Vec<char> = Vec::new();
    let mut taken = 1;
    for c in text.chars().rev() {
        taken += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if taken > columns {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept.iter().rev().collect()
}

fn items(state: &State, area: Rect, is_focused: bool, canvas: &mut Canvas) {
    let urls = &state.import.urls;
    let title = match urls.outcome {
        Some(outcome) => format!("What became of them · {}", words::outcome(outcome).word.to_lowercase()),
        None => "What became of them".to_owned(),
    };
    canvas.hits.add(area, Hit::Pane(Pane::List));
    let inside = canvas.panel(area, &title, is_focused);
    let Some(job_id) = &urls.job_id else {
        canvas.text(inset(inside), 0, "Nothing has been imported by address yet.", state.theme.quiet());
        return;
    };
    job_line(state, state.overview.job(job_id), Rect { height: 1, ..inside }, canvas);
    let table = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    if let (Some(trouble), None) = (&urls.items.trouble, urls.items.total()) {
        super::postings::trouble(state, trouble, table, canvas);
        return;
    }
    let columns = Columns::of(table.width);
    let style = state.theme.quiet();
    canvas.line(
        table,
        0,
        &row(&[
            (" Outcome".to_owned(), columns.outcome, style),
            ("Posting".to_owned(), columns.title, style),
            ("Company".to_owned(), columns.company, style),
            ("Why".to_owned(), columns.reason, style),
        ]),
    );
    let rows_area = Rect { y: table.y + 1, height: table.height.saturating_sub(1), ..table };
    for offset in 0..u64::from(rows_area.height) {
        let index = urls.items.top() + offset;
        if urls.items.total().is_none_or(|total| index >= total) {
            break;
        }
        let at = u16::try_from(offset).unwrap_or(u16::MAX);
        canvas.hits.add(Rect { y: rows_area.y + at, height: 1, ..rows_area }, Hit::Row(ListOf::Items, index));
        match urls.items.row(index) {
            Some(item) => item_row(state, item, &columns, rows_area, at, canvas),
            None => canvas.text(rows_area, at, " ···", state.theme.quiet()),
        }
        if index == urls.items.selected() {
            canvas.style_row(rows_area, at, if is_focused { state.theme.selected() } else { state.theme.marked() });
        }
    }
    canvas.foot(area, &whereabouts(&urls.items, rows(state, ListOf::Items)));
}

struct Columns {
    outcome: usize,
    title: usize,
    company: usize,
    reason: usize,
}

impl Columns {
    fn of(width: u16) -> Self {
        let outcome = 15;
        let free = usize::from(width).saturating_sub(outcome + 4);
        let (title, company) = (free * 40 / 100, free * 20 / 100);
        Columns { outcome, title, company, reason: free - title - company }
    }
}

fn item_row(state: &State, item: &PostingItem, columns: &Columns, area: Rect, at: u16, canvas: &mut Canvas) {
    let outcome = words::outcome(item.outcome);
    let style = if item.outcome == PostingOutcome::Failed { state.theme.hue(Hue::Red) } else { Style::new() };
    let title = item.title.clone().unwrap_or_else(|| tail(&item.input, columns.title));
    let cells = [
        (format!(" {} {}", outcome.sign, outcome.word), columns.outcome, state.theme.hue(outcome.hue)),
        (title, columns.title, style),
        (item.company_name.clone().unwrap_or_default(), columns.company, style),
        (item.reason.clone().unwrap_or_default(), columns.reason, style),
    ];
    canvas.line(area, at, &row(&cells));
}
