//! Companies, and the postings of the one that is chosen.

use ratatui::layout::Rect;
use ratatui::style::Style;
use sluice_api::wording::numbers::thousands;

use super::canvas::{Canvas, row};
use super::postings::{Table, inset, whereabouts};
use crate::filter::Filter;
use crate::layout::{Hit, Panes, rows};
use crate::state::{ListOf, Pane, Place, State};

pub fn draw(state: &State, panes: Panes, canvas: &mut Canvas) {
    let is_here = state.place() == Place::Companies;
    if let Some(area) = panes.list {
        list(state, area, is_here && state.companies.pane == Pane::List, canvas);
    }
    if let Some(area) = panes.side {
        postings(state, area, is_here && state.companies.pane == Pane::Side, canvas);
    }
}

fn list(state: &State, area: Rect, is_focused: bool, canvas: &mut Canvas) {
    let companies = &state.companies.list;
    let inside = canvas.panel(area, "Companies · by name", is_focused);
    if let (Some(trouble), None) = (&companies.trouble, companies.total()) {
        super::postings::trouble(state, trouble, inside, canvas);
        return;
    }
    if companies.total() == Some(0) {
        canvas.text(inset(inside), 1, "No companies yet.", state.theme.strong());
        canvas.text(inset(inside), 3, "They come with the postings.", state.theme.quiet());
        return;
    }
    let columns = usize::from(inside.width).saturating_sub(9);
    canvas.line(inside, 0, &row(&[(" Name".to_owned(), columns, state.theme.quiet()), ("Postings".to_owned(), 8, state.theme.quiet())]));
    let rows_area = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    for offset in 0..u64::from(rows_area.height) {
        let index = companies.top() + offset;
        if companies.total().is_none_or(|total| index >= total) {
            break;
        }
        let at = u16::try_from(offset).unwrap_or(u16::MAX);
        canvas.hits.add(Rect { y: rows_area.y + at, height: 1, ..rows_area }, Hit::Row(ListOf::Companies, index));
        match companies.row(index) {
            Some(company) => {
                let number = crate::text::fit_right(&thousands(company.postings), 8);
                canvas.line(
                    rows_area,
                    at,
                    &row(&[(format!(" {}", company.name), columns, Style::new()), (number, 8, state.theme.quiet())]),
                );
            }
            None => canvas.text(rows_area, at, " ···", state.theme.quiet()),
        }
        if index == companies.selected() {
            canvas.style_row(rows_area, at, if is_focused { state.theme.selected() } else { state.theme.marked() });
        }
    }
    canvas.foot(area, &whereabouts(companies, rows(state, ListOf::Companies)));
}

fn postings(state: &State, area: Rect, is_focused: bool, canvas: &mut Canvas) {
    canvas.hits.add(area, Hit::Pane(Pane::Side));
    let Some((_, name)) = &state.companies.shown else {
        canvas.panel(area, "Its postings", is_focused);
        return;
    };
    let inside = canvas.panel(area, name, is_focused);
    let table = Table {
        list: ListOf::CompanyPostings,
        window: &state.companies.postings,
        filter: &Filter::default(),
        is_focused,
        newer_than: None,
        selected: None,
    };
    table.draw(state, inside, canvas);
    canvas.foot(area, &whereabouts(&state.companies.postings, rows(state, ListOf::CompanyPostings)));
}
