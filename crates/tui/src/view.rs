//! Draws the state. Pure: the same state gives the same cells.

mod canvas;
mod companies;
mod detail;
mod dialogs;
mod form;
mod help;
mod jobs;
mod postings;
mod search;
mod toasts;
mod tray;
mod urls;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use sluice_api::wording::numbers::{between, countdown, thousands};
use sluice_api::wording::state::Hue;
use sluice_api::{Job, JobStatus};

use crate::command::{Entry, at};
use crate::keys::shown;
use crate::layout::{Areas, Hit, Hits, areas, panes};
use crate::names::name;
use crate::state::{Dialog, ImportTab, Link, Pane, Place, Screen, State};
use crate::text::width;
use crate::waits;
use canvas::Canvas;

const SPINNER: [char; 8] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧'];

/// Draws, and says what a click would hit.
pub fn view(state: &State, frame: &mut Frame) -> Hits {
    let area = frame.area();
    let mut canvas = Canvas { buffer: frame.buffer_mut(), theme: state.theme, hits: Hits::default(), cursor: None };
    // After the terminal's size has changed the message of it is under way, and the next frame is drawn with it.
    if area.as_size() == state.size {
        match areas(state) {
            Some(areas) => whole(state, &areas, &mut canvas),
            None => canvas.text(area, 0, "The terminal is too small: 40 columns and 10 lines are needed.", Style::new()),
        }
    }
    let Canvas { hits, cursor, .. } = canvas;
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
    hits
}

fn whole(state: &State, areas: &Areas, canvas: &mut Canvas) {
    title(state, areas.title, canvas);
    if let Some(area) = areas.notice {
        notice(state, area, canvas);
    }
    let panes = panes(state, areas.main);
    if let Some(area) = panes.tabs {
        tabs(state, area, canvas);
    }
    match (state.screen, state.import.tab) {
        (Screen::Postings, _) => postings::draw(state, panes, canvas),
        (Screen::Import, ImportTab::Urls) => urls::draw(state, panes, canvas),
        (Screen::Import, ImportTab::Search) => search::draw(state, panes, canvas),
        (Screen::Jobs, _) => jobs::draw(state, panes, canvas),
        (Screen::Companies, _) => companies::draw(state, panes, canvas),
    }
    if let Some(area) = areas.tray {
        tray::draw(state, area, canvas);
    }
    status(state, areas.status, canvas);
    keys(state, areas.keys, canvas);
    for dialog in &state.dialogs {
        dialogs::draw(state, dialog, areas, canvas);
    }
    toasts::draw(state, areas.main, canvas);
}

/// The workspace and the screens.
fn title(state: &State, area: Rect, canvas: &mut Canvas) {
    let theme = state.theme;
    let mut x = canvas.button(area, 0, area.x, " Sluice ", theme.strong(), Hit::Screen(Screen::Postings));
    for (index, screen) in Screen::ALL.into_iter().enumerate() {
        let style = if screen == state.screen { theme.selected() } else { Style::new() };
        x = canvas.button(area, 0, x, &format!(" {} {} ", index + 1, screen.word()), style, Hit::Screen(screen));
    }
    let Some(me) = &state.me else { return };
    let inside = if state.inside { " · server inside" } else { "" };
    let name = format!("{}{inside} ", me.workspace.name);
    let room = usize::from(area.right().saturating_sub(x + 2));
    let name = crate::text::fit_right(&name, room);
    canvas.buffer.set_string(x + 2, area.y, name, theme.quiet());
}

/// Until when a provider lets us wait, or that the server is away.
fn notice(state: &State, area: Rect, canvas: &mut Canvas) {
    let (text, style) = if let Link::Lost { why, again_at } = &state.link {
        let left = between(state.now, *again_at);
        let when = if left.is_zero() { "now".to_owned() } else { format!("in {}", countdown(left)) };
        (format!(" × {why} It is tried again {when}; what is shown may be old."), state.theme.hue(Hue::Red))
    } else if let Some((job, until)) = state.overview.waiting(state.now) {
        let why = job.waiting_reason.as_deref().unwrap_or("It goes on by itself.");
        (format!(" ◷ Waiting {}: {}. {why}", waits::said(until, state), name(job)), state.theme.hue(Hue::Blue))
    } else {
        return;
    };
    canvas.text(area, 0, &text, style);
}

fn tabs(state: &State, area: Rect, canvas: &mut Canvas) {
    let mut x = area.x + 1;
    for (tab, word) in [(ImportTab::Urls, " By address "), (ImportTab::Search, " By search ")] {
        let style = if state.import.tab == tab { state.theme.accent().add_modifier(Modifier::UNDERLINED) } else { state.theme.quiet() };
        x = canvas.button(area, 0, x, word, style, Hit::Tab(tab)) + 1;
    }
    canvas.buffer.set_stringn(x, area.y, "w other tab", usize::from(area.right().saturating_sub(x)), state.theme.quiet());
}

/// How many jobs there are, what runs, and the tray's handle.
fn status(state: &State, area: Rect, canvas: &mut Canvas) {
    let theme = state.theme;
    let counts = state.overview.counts.unwrap_or_default();
    let numbers = [
        ('○', counts.queued, Hue::Amber),
        ('◐', counts.running, Hue::Blue),
        ('●', counts.done, Hue::Green),
        ('×', counts.failed, Hue::Red),
    ];
    let mut x = area.x + 1;
    for (sign, number, hue) in numbers {
        let style = if number > 0 { theme.hue(hue) } else { theme.quiet() };
        x = canvas.button(area, 0, x, &format!("{sign}{}", thousands(number)), style, Hit::Counts) + 1;
    }
    if counts.paused > 0 {
        x = canvas.button(area, 0, x, &format!("‖{}", thousands(counts.paused)), theme.hue(Hue::Violet), Hit::Counts) + 1;
    }
    let handle = if state.tray.is_open { "t close " } else { "t tasks " };
    let handle_x = area.right().saturating_sub(u16::try_from(width(handle)).unwrap_or(0));
    let room = usize::from(handle_x.saturating_sub(x + 2));
    let running = crate::text::cut(&running(state), room);
    canvas.button(area, 0, x + 1, &running, theme.hue(Hue::Blue), Hit::Counts);
    canvas.button(area, 0, handle_x, handle, theme.quiet(), Hit::Tray);
}

fn running(state: &State) -> String {
    let now = state.now;
    if !state.overview.is_moving(now) {
        return state.overview.waiting(now).map(|(_, until)| format!("◷ waiting {}", waits::said(until, state))).unwrap_or_default();
    }
    let moves = |job: &&Job| job.status == JobStatus::Processing && waits::held_up(job, now).is_none();
    let moving: Vec<&Job> = state.overview.active().into_iter().filter(moves).collect();
    let spinner = SPINNER[state.spinner % SPINNER.len()];
    let next = state.overview.next_page(now).map(|at| format!(" · next page in {}", countdown(between(now, at)))).unwrap_or_default();
    match moving.as_slice() {
        [] => String::new(),
        [job] => format!("{spinner} {} {}%{next}", name(job), job.progress.percentage),
        more => format!("{spinner} {} jobs run{next}", more.len()),
    }
}

/// What keys do here, nearest first, as many as fit.
fn keys(state: &State, area: Rect, canvas: &mut Canvas) {
    let theme = state.theme;
    let typing = match (state.place(), state.pane()) {
        (Place::ImportUrls, Pane::Side) => Some("Ctrl-S import  Enter new line  Esc done  Ctrl-K commands"),
        (Place::ImportSearch, Pane::Side) => Some("Enter start  ↓ ↑ fields  ← → choose  Space tick  Esc results"),
        _ => None,
    };
    let typing = match state.dialogs.last() {
        Some(dialog) => Some(keys_of(dialog)),
        None => typing,
    };
    if let Some(typing) = typing {
        canvas.text(area, 0, &format!(" {typing}"), theme.quiet());
        return;
    }
    let mut spans = vec![Span::raw(" ")];
    let mut taken = 1;
    for entry in at(state.place()).into_iter().filter(|entry| !entry.short.is_empty()) {
        let key = key_of(entry);
        let wide = width(&key) + 1 + width(entry.short) + 2;
        if taken + wide > usize::from(area.width) {
            break;
        }
        taken += wide;
        spans.push(Span::styled(key, theme.strong()));
        spans.push(Span::styled(format!(" {}  ", entry.short), theme.quiet()));
    }
    canvas.line(area, 0, &Line::from(spans));
}

fn key_of(entry: &Entry) -> String {
    shown(entry.keys.first().copied().unwrap_or_default())
}

fn keys_of(dialog: &Dialog) -> &'static str {
    match dialog {
        Dialog::Help { .. } => "↓ ↑ scroll  Esc close",
        Dialog::Palette { .. } => "↓ ↑ choose  Enter do it  Esc close",
        Dialog::Words { .. } => "Enter keep  Esc as before",
        Dialog::Filter { .. } => "Enter show  ↓ ↑ fields  ← → choose  Space tick  Esc close",
        Dialog::Status { .. } => "↓ ↑ choose  Enter set  Esc close",
        Dialog::Note { .. } => "Ctrl-S keep  Enter new line  Esc leave as a draft",
        Dialog::Remind { .. } => "Enter set  ↓ ↑ fields  Esc close",
        Dialog::Contacts { .. } => "↓ ↑ choose  Enter change  x delete  Esc close",
        Dialog::Contact { is_sending: true, .. } => "sending",
        Dialog::Contact { .. } => "Enter store  ↓ ↑ fields  Esc close",
        Dialog::Rule { .. } => "Enter select  Esc close",
        Dialog::Failure { .. } => "↓ ↑ scroll  r retry  Esc close",
        Dialog::Bulk { .. } => "Enter import them  Esc leave it",
        Dialog::Cancel { .. } => "Enter cancel the job  Esc leave it",
        Dialog::Trouble(_) => "Enter close",
    }
}

#[cfg(test)]
mod tests;
