//! Clicks and the wheel, by what was drawn where.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::{commands, import, jobs, show};
use crate::effect::Effect;
use crate::layout::{Hit, rows};
use crate::state::{Dialog, ListOf, Pane, Screen, State};

const WHEEL: i64 = 3;

pub fn point(state: &mut State, mouse: &MouseEvent, effects: &mut Vec<Effect>) {
    match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => {
            if let Some(hit) = state.hits.at(mouse.column, mouse.row).cloned() {
                click(state, hit, effects);
            }
        }
        MouseEventKind::ScrollDown => wheel(state, mouse, WHEEL),
        MouseEventKind::ScrollUp => wheel(state, mouse, -WHEEL),
        _ => {}
    }
}

fn click(state: &mut State, hit: Hit, effects: &mut Vec<Effect>) {
    if !state.dialogs.is_empty() {
        match hit {
            Hit::Choice(index) => super::dialogs::choose(state, index, effects),
            Hit::Toast(_) | Hit::ToastClose(_) => {}
            Hit::Dialog => return,
            // Beside a dialog a click closes it, as Esc does, unless that would throw away what was typed.
            _ => {
                if !state.dialogs.last().is_some_and(Dialog::holds_text) {
                    super::dialogs::close(state);
                }
                return;
            }
        }
    }
    match hit {
        Hit::Screen(screen) => show(state, screen),
        Hit::Tab(tab) => import::show_tab(state, tab),
        Hit::Pane(pane) => {
            state.tray.is_focused = false;
            if state.screen == Screen::Postings && state.pane() == Pane::List && pane == Pane::Side {
                commands::open_posting(state, effects);
            } else {
                commands::focus(state, pane);
            }
        }
        Hit::Row(list, index) => choose_row(state, list, index, effects),
        Hit::Mark(index) => import::toggle(state, Some(index)),
        Hit::Command(command) => commands::run(state, command, effects),
        Hit::Input(index) => {
            state.import.search.pane = Pane::Side;
            state.import.search.form.focus = index;
        }
        Hit::Toast(id) => commands::open_toast(state, id, effects),
        Hit::ToastClose(id) => {
            state.toasts.dismiss(id);
        }
        Hit::Counts => show(state, Screen::Import),
        Hit::Tray => commands::run(state, crate::command::Command::ToggleTray, effects),
        Hit::TrayJob(index) => {
            state.tray.is_focused = true;
            let again = state.tray_place() == index;
            state.choose_in_the_tray(index);
            if again && let Some(id) = state.job().map(|job| job.id.clone()) {
                jobs::open_job(state, &id, effects);
            }
        }
        Hit::Choice(_) | Hit::Dialog => {}
    }
}

/// The first click on a row chooses it, the second opens it.
fn choose_row(state: &mut State, list: ListOf, index: u64, effects: &mut Vec<Effect>) {
    state.tray.is_focused = false;
    commands::focus(state, if list == ListOf::CompanyPostings { Pane::Side } else { Pane::List });
    let height = rows(state, list);
    let window_selected = match list {
        ListOf::Postings => choose(&mut state.postings.list, index, height),
        ListOf::Results => choose(&mut state.import.search.results, index, height),
        ListOf::Items => choose(&mut state.import.urls.items, index, height),
        ListOf::Jobs => choose(&mut state.jobs.list, index, height),
        ListOf::Companies => choose(&mut state.companies.list, index, height),
        ListOf::CompanyPostings => choose(&mut state.companies.postings, index, height),
    };
    if window_selected == index {
        commands::run(state, crate::command::Command::Open, effects);
    }
}

/// Chooses a row, and says which one was chosen before.
fn choose<T>(window: &mut crate::window::Window<T>, index: u64, height: u64) -> u64 {
    let before = window.selected();
    window.select(index, height);
    before
}

fn wheel(state: &mut State, mouse: &MouseEvent, by: i64) {
    let ends = state.hits.ends;
    match state.dialogs.last_mut() {
        Some(Dialog::Help { scroll } | Dialog::Failure { scroll, .. }) => {
            *scroll = commands::scrolled(*scroll, by, ends.dialog);
            return;
        }
        Some(_) => return,
        None => {}
    }
    if let Some(list) = state.hits.list_at(mouse.column, mouse.row) {
        let height = rows(state, list);
        match list {
            ListOf::Postings => state.postings.list.scroll_by(by, height),
            ListOf::Results => state.import.search.results.scroll_by(by, height),
            ListOf::Items => state.import.urls.items.scroll_by(by, height),
            ListOf::Jobs => state.jobs.list.scroll_by(by, height),
            ListOf::Companies => state.companies.list.scroll_by(by, height),
            ListOf::CompanyPostings => state.companies.postings.scroll_by(by, height),
        }
        return;
    }
    if state.hits.at(mouse.column, mouse.row) == Some(&Hit::Pane(Pane::Side)) {
        match state.screen {
            Screen::Postings => {
                state.postings.detail.scroll = commands::scrolled(state.postings.detail.scroll, by, ends.side);
            }
            Screen::Jobs => state.jobs.scroll = commands::scrolled(state.jobs.scroll, by, ends.side),
            Screen::Import | Screen::Companies => {}
        }
    }
}
