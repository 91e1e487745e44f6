//! Where things stand, for those who draw and for those who count rows or read clicks.

use ratatui::layout::{Constraint, Layout, Position, Rect, Size};

use crate::command::Command;
use crate::state::{ImportTab, ListOf, Pane, Screen, State};

/// From this width on a list has its detail beside it.
const WIDE: u16 = 100;
const SMALLEST: Size = Size { width: 40, height: 10 };
/// Border above and below, and the names of the columns.
const AROUND_A_LIST: u16 = 3;

pub struct Areas {
    pub title: Rect,
    pub notice: Option<Rect>,
    pub main: Rect,
    pub tray: Option<Rect>,
    pub status: Rect,
    pub keys: Rect,
}

/// `None` when the terminal is too small to show anything.
pub fn areas(state: &State) -> Option<Areas> {
    if state.size.width < SMALLEST.width || state.size.height < SMALLEST.height {
        return None;
    }
    let whole = Rect::new(0, 0, state.size.width, state.size.height);
    let notice = u16::from(has_notice(state));
    let tray = if state.tray.is_open { tray_height(state) } else { 0 };
    let [title, notice_area, main, tray_area, status, keys] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(notice),
        Constraint::Min(0),
        Constraint::Length(tray),
        Constraint::Length(1),
        Constraint::Length(1),
    ])
    .areas(whole);
    Some(Areas { title, notice: (notice > 0).then_some(notice_area), main, tray: (tray > 0).then_some(tray_area), status, keys })
}

pub fn has_notice(state: &State) -> bool {
    state.overview.waiting(state.now).is_some() || state.link != crate::state::Link::Up
}

fn tray_height(state: &State) -> u16 {
    // Border, jobs and the totals; never more than half of the terminal.
    let rows = u16::try_from(state.tray_jobs().len()).unwrap_or(u16::MAX).clamp(1, 12);
    (rows + 3).min(state.size.height / 2)
}

/// The two panes of the screen; one that has no room now is not drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panes {
    pub tabs: Option<Rect>,
    pub list: Option<Rect>,
    pub side: Option<Rect>,
}

pub fn panes(state: &State, main: Rect) -> Panes {
    match state.screen {
        Screen::Postings | Screen::Jobs => beside(main, state.pane(), 56),
        Screen::Companies => {
            let [list, side] = Layout::horizontal([Constraint::Percentage(42), Constraint::Min(0)]).areas(main);
            Panes { tabs: None, list: Some(list), side: Some(side) }
        }
        Screen::Import => {
            let [tabs, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(main);
            let panes = match state.import.tab {
                ImportTab::Urls => {
                    let [side, list] = Layout::vertical([Constraint::Percentage(45), Constraint::Min(0)]).areas(rest);
                    Panes { tabs: None, list: Some(list), side: Some(side) }
                }
                ImportTab::Search if rest.width >= WIDE => {
                    let [side, list] = Layout::horizontal([Constraint::Length(44), Constraint::Min(0)]).areas(rest);
                    Panes { tabs: None, list: Some(list), side: Some(side) }
                }
                ImportTab::Search => one(rest, state.pane()),
            };
            Panes { tabs: Some(tabs), ..panes }
        }
    }
}

fn beside(main: Rect, pane: Pane, share: u16) -> Panes {
    if main.width < WIDE {
        return one(main, pane);
    }
    let [list, side] = Layout::horizontal([Constraint::Percentage(share), Constraint::Min(0)]).areas(main);
    Panes { tabs: None, list: Some(list), side: Some(side) }
}

fn one(main: Rect, pane: Pane) -> Panes {
    match pane {
        Pane::List => Panes { tabs: None, list: Some(main), side: None },
        Pane::Side => Panes { tabs: None, list: None, side: Some(main) },
    }
}

/// How many rows of a list can be seen now; at least one, so that its first page is asked for.
pub fn rows(state: &State, list: ListOf) -> u64 {
    let Some(areas) = areas(state) else { return 1 };
    let panes = panes(state, areas.main);
    let area = match list {
        ListOf::CompanyPostings => panes.side,
        _ => panes.list,
    };
    u64::from(area.map_or(1, |area| area.height.saturating_sub(AROUND_A_LIST + lines_of_jobs(state, list)))).max(1)
}

/// Lines above a list that say how far its jobs are.
pub fn lines_of_jobs(state: &State, list: ListOf) -> u16 {
    match list {
        ListOf::Results => 1 + u16::from(state.import.search.bulk().is_some()),
        ListOf::Items => 1,
        ListOf::Postings | ListOf::Jobs | ListOf::Companies | ListOf::CompanyPostings => 0,
    }
}

/// Whether the detail stands beside the list, and follows it.
pub fn is_wide(state: &State) -> bool {
    state.size.width >= WIDE
}

/// What a click at some place means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hit {
    Screen(Screen),
    Tab(ImportTab),
    Pane(Pane),
    Row(ListOf, u64),
    /// The sign before a row that says whether it is selected.
    Mark(u64),
    Command(Command),
    Input(usize),
    Toast(u64),
    ToastClose(u64),
    /// The counts in the status bar.
    Counts,
    Tray,
    TrayJob(usize),
    /// A row of a dialog.
    Choice(usize),
    /// A dialog's own area, where a click does nothing.
    Dialog,
}

/// What was drawn where; what was drawn last lies on top.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    areas: Vec<(Rect, Hit)>,
    pub ends: Ends,
}

/// How far the texts that were drawn can be scrolled, so that keys past the end are not counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ends {
    pub side: Option<u16>,
    pub dialog: Option<u16>,
}

impl Hits {
    pub fn add(&mut self, area: Rect, hit: Hit) {
        self.areas.push((area, hit));
    }

    pub fn at(&self, column: u16, row: u16) -> Option<&Hit> {
        self.areas.iter().rev().find(|(area, _)| area.contains(Position::new(column, row))).map(|(_, hit)| hit)
    }

    /// The list under the pointer, for its wheel.
    pub fn list_at(&self, column: u16, row: u16) -> Option<ListOf> {
        self.areas.iter().rev().filter(|(area, _)| area.contains(Position::new(column, row))).find_map(|(_, hit)| match hit {
            Hit::Row(list, _) => Some(*list),
            _ => None,
        })
    }
}
