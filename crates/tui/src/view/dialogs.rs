//! What is in front of the screen until it is answered.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Widget};
use sluice_api::wording::numbers::{count, thousands};
use sluice_api::wording::posting as words;
use sluice_api::wording::state::Hue;

use super::canvas::Canvas;
use super::jobs::story;
use super::postings::inset;
use super::{form, help};
use crate::bulk::as_one;
use crate::checks::MOST;
use crate::command::find;
use crate::field::Field;
use crate::filter::STATUSES;
use crate::form::Form;
use crate::keys::shown;
use crate::layout::{Areas, Hit};
use crate::names::name;
use crate::rule;
use crate::state::{Dialog, State};
use crate::text::{cut, fit, width, wrap};

pub fn draw(state: &State, dialog: &Dialog, areas: &Areas, canvas: &mut Canvas) {
    let main = areas.main;
    match dialog {
        Dialog::Help { scroll } => {
            let area = middle(main, 78, main.height);
            let inside = canvas.on_top(area, "Help");
            let lines = help::lines(state);
            scrolled(&lines, *scroll, area, inset(inside), canvas);
        }
        Dialog::Palette { typed, chosen } => palette(state, typed, *chosen, main, canvas),
        Dialog::Words { typed, .. } => words_line(state, typed, areas, canvas),
        Dialog::Filter { form, .. } => form_dialog(state, "Filter", form, main, canvas),
        Dialog::Remind { title, form, .. } => form_dialog(state, &format!("Reminder: {title}"), form, main, canvas),
        Dialog::Status { posting, chosen } => statuses(state, &words::title(posting), *chosen, main, canvas),
        Dialog::Note { posting, typed, .. } => note(state, &words::title(posting), typed, main, canvas),
        Dialog::Contacts { title, chosen, is_deleting, .. } => contacts(state, title, *chosen, *is_deleting, main, canvas),
        Dialog::Contact { title, form, .. } => form_dialog(state, &format!("Contact: {title}"), form, main, canvas),
        Dialog::Rule { typed, error } => rule_dialog(state, typed, error.as_deref(), main, canvas),
        Dialog::Failure { job_id, whole, scroll } => {
            let Some(job) = whole.as_deref().or_else(|| state.overview.job(job_id)) else { return };
            let area = middle(main, 90, main.height);
            let inside = inset(canvas.on_top(area, &name(job)));
            let lines = story(state, job, inside.width.into());
            scrolled(&lines, *scroll, area, inside, canvas);
        }
        Dialog::Bulk { postings, parts } => {
            let title = format!("Import {}?", count(*postings, "posting", "postings"));
            let text = [format!(
                "One import takes {}. They are sent as {parts} imports, which are told, paused and canceled as one.",
                thousands(MOST as u64)
            )];
            say(state, &title, &text, Style::new(), main, canvas);
        }
        Dialog::Cancel { job_ids } => {
            let jobs: Vec<_> = job_ids.iter().filter_map(|id| state.overview.job(id)).collect();
            let called = as_one(&jobs).as_ref().map(name).unwrap_or_default();
            let text = ["Its results stay. It cannot be taken up again; Pause stops it for now.".to_owned()];
            say(state, &format!("Cancel {called}?"), &text, Style::new(), main, canvas);
        }
        Dialog::Trouble(trouble) => say(state, "That did not work", &trouble.lines(), state.theme.hue(Hue::Red), main, canvas),
    }
}

/// A text of any length; its lower border says that there is more, and how far one is.
fn scrolled(lines: &[Line], scroll: u16, area: Rect, inside: Rect, canvas: &mut Canvas) {
    let most = canvas.lines(inside, lines, scroll);
    canvas.hits.ends.dialog = Some(most);
    if most > 0 {
        canvas.foot(area, &format!("{}%", u32::from(scroll.min(most)) * 100 / u32::from(most)));
    }
}

/// A box of at most so many columns and lines in the middle.
fn middle(main: Rect, columns: u16, lines: u16) -> Rect {
    let width = columns.min(main.width.saturating_sub(2));
    let height = lines.min(main.height);
    Rect { x: main.x + (main.width - width) / 2, y: main.y + (main.height - height) / 2, width, height }
}

fn say(state: &State, title: &str, text: &[String], style: Style, main: Rect, canvas: &mut Canvas) {
    let columns = usize::from(main.width.saturating_sub(6)).min(66);
    let mut lines: Vec<Line> = Vec::new();
    for (index, said) in text.iter().enumerate() {
        let style = if index == 0 { style } else { state.theme.quiet() };
        lines.extend(wrap(said, columns).into_iter().map(|line| Line::styled(line, style)));
    }
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let inside = inset(canvas.on_top(middle(main, 70, height), title));
    canvas.lines(inside, &lines, 0);
}

/// A line that is typed, with the cursor in it.
fn typed_line(field: &Field, area: Rect, row: u16, before: &str, canvas: &mut Canvas) {
    let columns = usize::from(area.width).saturating_sub(width(before));
    let at = width(field.before_cursor());
    let skip = at.saturating_sub(columns.saturating_sub(1));
    let shown: String = field.text().chars().skip(skip).collect();
    canvas.text(area, row, &format!("{before}{}", cut(&shown, columns)), Style::new());
    let x = area.x + u16::try_from(width(before) + at - skip).unwrap_or(0);
    canvas.cursor = Some(Position::new(x.min(area.right().saturating_sub(1)), area.y + row));
}

fn palette(state: &State, typed: &Field, chosen: usize, main: Rect, canvas: &mut Canvas) {
    let inside = inset(canvas.on_top(middle(main, 60, 16), "Commands"));
    typed_line(typed, inside, 0, ": ", canvas);
    let found = find(typed.text(), state.place());
    if found.is_empty() {
        canvas.text(inside, 2, "No command has these words.", state.theme.quiet());
    }
    let rows = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    let first = chosen.saturating_sub(usize::from(rows.height).saturating_sub(1));
    for (at, (index, entry)) in found.iter().enumerate().skip(first).take(rows.height.into()).enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        let keys = entry.keys.first().map(|key| shown(key)).unwrap_or_default();
        let columns = usize::from(rows.width).saturating_sub(12);
        let line = Line::from(vec![Span::raw(fit(entry.words, columns)), Span::styled(format!(" {keys}"), state.theme.quiet())]);
        canvas.line(rows, at, &line);
        canvas.hits.add(Rect { y: rows.y + at, height: 1, ..rows }, Hit::Choice(index));
        if index == chosen {
            canvas.style_row(rows, at, state.theme.selected());
        }
    }
}

/// Words are typed where the keys stand, so that the list stays in sight.
fn words_line(state: &State, typed: &Field, areas: &Areas, canvas: &mut Canvas) {
    Clear.render(areas.status, canvas.buffer);
    canvas.hits.add(areas.status, Hit::Dialog);
    canvas.style_row(areas.status, 0, state.theme.strong());
    typed_line(typed, areas.status, 0, "/", canvas);
}

fn form_dialog(state: &State, title: &str, form_of: &Form, main: Rect, canvas: &mut Canvas) {
    let height = u16::try_from(form_of.inputs.len()).unwrap_or(u16::MAX) + 3;
    let inside = inset(canvas.on_top(middle(main, 72, height), title));
    // The inputs of a dialog are its own, not those of the search form below it.
    form::draw(state, form_of, inside, Hit::Choice, true, canvas);
}

fn statuses(state: &State, title: &str, chosen: usize, main: Rect, canvas: &mut Canvas) {
    let inside = inset(canvas.on_top(middle(main, 40, 9), title));
    let options = std::iter::once(None).chain(STATUSES.into_iter().map(Some));
    for (index, status) in options.enumerate() {
        let said = words::status(status);
        let row = u16::try_from(index).unwrap_or(u16::MAX);
        canvas.text(inside, row, &format!("{} {}", said.sign, said.word), state.theme.hue(said.hue));
        canvas.hits.add(Rect { y: inside.y + row, height: 1, ..inside }, Hit::Choice(index));
        if index == chosen {
            canvas.style_row(inside, row, state.theme.selected());
        }
    }
}

fn contacts(state: &State, title: &str, chosen: usize, is_deleting: bool, main: Rect, canvas: &mut Canvas) {
    let people = crate::update::contacts(state);
    let height = u16::try_from(people.len() + 3).unwrap_or(u16::MAX);
    let inside = inset(canvas.on_top(middle(main, 60, height), &format!("Contacts: {title}")));
    let mut lines: Vec<String> = people
        .iter()
        .map(|contact| [Some(contact.name.clone()), contact.role.clone()].into_iter().flatten().collect::<Vec<_>>().join(" · "))
        .collect();
    lines.push("Add a contact".to_owned());
    let first = (chosen + 1).saturating_sub(inside.height.into());
    for (at, (index, line)) in lines.iter().enumerate().skip(first).take(inside.height.into()).enumerate() {
        let row = u16::try_from(at).unwrap_or(u16::MAX);
        let line = if is_deleting && index == chosen { format!("x again deletes {line}") } else { line.clone() };
        canvas.text(inside, row, &line, Style::new());
        canvas.hits.add(Rect { y: inside.y + row, height: 1, ..inside }, Hit::Choice(index));
        if index == chosen {
            canvas.style_row(inside, row, state.theme.selected());
        }
    }
}

fn note(state: &State, title: &str, typed: &Field, main: Rect, canvas: &mut Canvas) {
    let inside = inset(canvas.on_top(middle(main, 72, 14), &format!("Note: {title}")));
    let (cursor_line, _) = typed.position();
    let height = usize::from(inside.height).max(1);
    let first = cursor_line.saturating_sub(height - 1);
    let columns = usize::from(inside.width);
    let skip = width(typed.before_cursor()).saturating_sub(columns.saturating_sub(1));
    for (at, (number, text)) in typed.text().split('\n').enumerate().skip(first).take(height).enumerate() {
        let shown: String = if number == cursor_line { text.chars().skip(skip).collect() } else { text.to_owned() };
        canvas.text(inside, u16::try_from(at).unwrap_or(u16::MAX), &shown, Style::new());
    }
    if typed.text().is_empty() {
        canvas.text(inside, 0, "What you want to remember of it. Ctrl-S keeps it.", state.theme.quiet());
    }
    let x = inside.x + u16::try_from(width(typed.before_cursor()) - skip).unwrap_or(0);
    canvas.cursor = Some(Position::new(x, inside.y + u16::try_from(cursor_line - first).unwrap_or(0)));
}

fn rule_dialog(state: &State, typed: &Field, error: Option<&str>, main: Rect, canvas: &mut Canvas) {
    let inside = inset(canvas.on_top(middle(main, 72, 6), "Select by a rule"));
    typed_line(typed, inside, 0, "> ", canvas);
    for (at, line) in wrap(rule::HELP, usize::from(inside.width)).iter().enumerate() {
        canvas.text(inside, 1 + u16::try_from(at).unwrap_or(0), line, state.theme.quiet());
    }
    if let Some(error) = error {
        canvas.text(inside, inside.height.saturating_sub(1), error, state.theme.hue(Hue::Red));
    }
}
