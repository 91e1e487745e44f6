//! The import by search: the form, and what was found as it comes.

use ratatui::layout::Rect;
use sluice_api::Job;
use sluice_api::wording::numbers::{count, thousands};
use sluice_api::wording::state::Hue;

use super::canvas::Canvas;
use super::form;
use super::jobs::job_line;
use super::postings::{Table, headline, inset, whereabouts};
use crate::bulk::as_one;
use crate::command::Command;
use crate::layout::{Hit, Panes, lines_of_jobs, rows};
use crate::state::{ListOf, Pane, Place, State};
use crate::text::wrap;

pub fn draw(state: &State, panes: Panes, canvas: &mut Canvas) {
    let is_here = state.place() == Place::ImportSearch;
    if let Some(area) = panes.side {
        search_form(state, area, is_here && state.import.search.pane == Pane::Side, canvas);
    }
    if let Some(area) = panes.list {
        results(state, area, is_here && state.import.search.pane == Pane::List, canvas);
    }
}

fn search_form(state: &State, area: Rect, is_focused: bool, canvas: &mut Canvas) {
    let search = &state.import.search;
    canvas.hits.add(area, Hit::Pane(Pane::Side));
    let inside = inset(canvas.panel(area, "Search postings", is_focused));
    let below = Rect { y: inside.bottom().saturating_sub(2), height: inside.height.min(2), ..inside };
    let fields = Rect { height: inside.height.saturating_sub(2), ..inside };
    let unseen = form::draw(state, &search.form, fields, Hit::Input, is_focused && state.dialogs.is_empty(), canvas);
    if let Some(trouble) = &search.trouble {
        let said = trouble.lines().join(" ");
        let first = wrap(&said, usize::from(below.width)).into_iter().next().unwrap_or_default();
        canvas.text(below, 0, &first, state.theme.hue(Hue::Red));
    } else if unseen > 0 {
        canvas.text(below, 0, &format!("↓ {} below", count(unseen, "more field", "more fields")), state.theme.quiet());
    }
    let word = if search.is_sending { " Starting… " } else { " Start the search " };
    let style = if search.is_sending { state.theme.quiet() } else { state.theme.selected() };
    let next = canvas.button(below, 1, below.x, word, style, Hit::Command(Command::Start));
    canvas.buffer.set_stringn(next + 1, below.y + 1, "Enter", usize::from(below.right().saturating_sub(next + 1)), state.theme.quiet());
}

/// One of the two jobs of this screen; the sign says which of them the keys steer.
fn progress(state: &State, job: Option<&Job>, in_front: bool, area: Rect, canvas: &mut Canvas) {
    canvas.text(area, 0, if in_front { "▸" } else { " " }, state.theme.accent());
    let rest = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    job_line(state, job, rest, canvas);
}

fn results(state: &State, area: Rect, is_focused: bool, canvas: &mut Canvas) {
    let search = &state.import.search;
    canvas.hits.add(area, Hit::Pane(Pane::List));
    let inside = canvas.panel(area, &headline("Found", &search.filter), is_focused);
    let Some(job_id) = &search.job_id else {
        canvas.text(inset(inside), 1, "No search yet.", state.theme.strong());
        canvas.text(inset(inside), 3, "i opens the form: say what to look for and where, and press Enter.", state.theme.quiet());
        canvas.text(inset(inside), 4, "What is found comes in here while you do something else.", state.theme.quiet());
        return;
    };
    let lines = lines_of_jobs(state, ListOf::Results);
    let below = Rect { y: inside.y + lines, height: inside.height.saturating_sub(lines), ..inside };
    if search.bulk().is_some() {
        let in_front = state.is_bulk_in_front();
        let jobs = state.bulk_jobs();
        let first = Rect { height: 1, ..inside };
        progress(state, state.overview.job(job_id), !in_front, first, canvas);
        progress(state, as_one(&jobs).as_ref(), in_front, Rect { y: inside.y + 1, ..first }, canvas);
    } else {
        job_line(state, state.overview.job(job_id), Rect { height: 1, ..inside }, canvas);
    }
    let table = Table {
        list: ListOf::Results,
        window: &search.results,
        filter: &search.filter,
        is_focused,
        newer_than: search.seen.get(job_id).copied(),
        selected: Some(&search.selected),
    };
    table.draw(state, below, canvas);
    if search.results.total() == Some(0) {
        let is_over = state.overview.job(job_id).is_some_and(|job| job.status.is_final());
        let said = match (search.filter.is_narrow(), is_over) {
            (true, _) => "No result is like this. F takes the filter off.",
            (false, true) => "Nothing was found. i changes the search.",
            (false, false) => "Nothing has been found yet.",
        };
        canvas.text(inset(below), 2, said, state.theme.quiet());
    }
    let mut foot = whereabouts(&search.results, rows(state, ListOf::Results));
    if search.is_selecting {
        foot = format!("selecting… · {foot}");
    } else if !search.selected.is_empty() {
        foot = format!("{} selected · {foot}", thousands(search.selected.len() as u64));
    }
    canvas.foot(area, &foot);
    if !search.selected.is_empty() {
        let word = if search.is_importing() {
            " Importing… ".to_owned()
        } else {
            format!(" I Import {} ", count(search.selected.len() as u64, "posting", "postings"))
        };
        canvas.button(
            area,
            area.height.saturating_sub(1),
            area.x + 2,
            &word,
            state.theme.selected(),
            Hit::Command(Command::ImportSelected),
        );
    }
}
