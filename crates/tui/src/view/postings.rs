//! Lists of postings, and the one that is chosen.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use sluice_api::Posting;
use sluice_api::wording::day;
use sluice_api::wording::numbers::{count, thousands};
use sluice_api::wording::posting as words;

use super::canvas::{Canvas, row};
use super::detail;
use crate::filter::{Filter, Order};
use crate::layout::{Hit, Panes, rows};
use crate::state::{ListOf, Pane, Place, State};
use crate::trouble::Trouble;
use crate::window::{COUNTED, Window};

/// From this width on there is room for status and stars in words.
const ROOMY: u16 = 92;

pub fn draw(state: &State, panes: Panes, canvas: &mut Canvas) {
    let is_focused = state.place() == Place::Postings;
    if let Some(area) = panes.list {
        let title = headline(&whose(state), &state.postings.filter);
        let inside = canvas.panel(area, &title, is_focused && state.postings.pane == Pane::List);
        let table = Table {
            list: ListOf::Postings,
            window: &state.postings.list,
            filter: &state.postings.filter,
            is_focused: is_focused && state.postings.pane == Pane::List,
            newer_than: state.postings.seen,
            selected: None,
        };
        table.draw(state, inside, canvas);
        if state.postings.list.total() == Some(0) {
            empty(state, inside, canvas);
        }
        let mut foot = whereabouts(&state.postings.list, rows(state, ListOf::Postings));
        if state.postings.news > 0 {
            foot = format!("{} more, u shows them · {foot}", thousands(state.postings.news));
        }
        if state.postings.left.is_some() {
            foot = format!("{foot} · Esc goes back");
        }
        canvas.foot(area, &foot);
    }
    if let Some(area) = panes.side {
        detail::draw(state, area, is_focused && state.postings.pane == Pane::Side, canvas);
    }
}

/// "Postings · saved · remote · by posted ↓"
pub fn headline(word: &str, filter: &Filter) -> String {
    let mut parts = vec![word.to_owned()];
    parts.extend(filter.said());
    parts.push(filter.order_said());
    parts.join(" · ")
}

/// "Postings", or also whose: "Postings · Search rust, Berlin".
fn whose(state: &State) -> String {
    match &state.postings.filter.job_id {
        Some(id) => format!("Postings · {}", state.overview.job(id).map_or_else(|| "one job".to_owned(), crate::names::name)),
        None => "Postings".to_owned(),
    }
}

/// "21–40 of 1,240"
pub fn whereabouts<T>(window: &Window<T>, height: u64) -> String {
    match window.total() {
        None if window.trouble.is_some() => String::new(),
        None => "loading".to_owned(),
        Some(0) => "0".to_owned(),
        Some(total) => {
            let last = (window.top() + height).min(total);
            let of = match window.is_estimate {
                true if total <= COUNTED => "more than ",
                true => "about ",
                false => "",
            };
            let at = format!("{}–{} of {of}{}", thousands(window.top() + 1), thousands(last), thousands(total));
            match &window.trouble {
                Some(trouble) => format!("{} u tries again · {at}", trouble.what),
                None if window.is_going_to_the_end() => format!("{at} · going to the end"),
                None => at,
            }
        }
    }
}

fn empty(state: &State, area: Rect, canvas: &mut Canvas) {
    let filter = &state.postings.filter;
    let lines: &[&str] = if filter.is_narrow() || filter.job_id.is_some() {
        &["No posting is like this.", "", "F takes the filter off."]
    } else {
        &[
            "No postings yet.",
            "",
            "Paste addresses of LinkedIn postings here, or press 2 to import by address",
            "and P to search. What you import or find stands here.",
        ]
    };
    for (index, line) in lines.iter().enumerate() {
        let row = 2 + u16::try_from(index).unwrap_or(0);
        canvas.text(inset(area), row, line, if index == 0 { state.theme.strong() } else { state.theme.quiet() });
    }
}

pub fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

/// Why a list is not there, instead of its rows.
pub fn trouble(state: &State, trouble: &Trouble, area: Rect, canvas: &mut Canvas) {
    let mut row = 1;
    for (index, said) in trouble.lines().iter().enumerate() {
        let style = if index == 0 { state.theme.hue(sluice_api::wording::state::Hue::Red) } else { state.theme.quiet() };
        for line in crate::text::wrap(said, usize::from(inset(area).width)) {
            canvas.text(inset(area), row, &line, style);
            row += 1;
        }
    }
    canvas.text(inset(area), row + 1, "u tries again.", state.theme.quiet());
}

/// A list of postings as a table.
pub struct Table<'a> {
    pub list: ListOf,
    pub window: &'a Window<Posting>,
    pub filter: &'a Filter,
    pub is_focused: bool,
    /// Rows that were stored after this are new since somebody last looked.
    pub newer_than: Option<jiff::Timestamp>,
    /// What is selected, where rows can be.
    pub selected: Option<&'a std::collections::BTreeMap<String, String>>,
}

struct Columns {
    mark: usize,
    title: usize,
    company: usize,
    place: usize,
    status: usize,
    stars: usize,
}

const AGE: usize = 4;
const SIGNS: usize = 3;

impl Table<'_> {
    pub fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) {
        if let (Some(trouble_of_the_list), None) = (&self.window.trouble, self.window.total()) {
            trouble(state, trouble_of_the_list, area, canvas);
            return;
        }
        let columns = self.columns(area.width);
        self.header(state, area, &columns, canvas);
        let rows_area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        for offset in 0..u64::from(rows_area.height) {
            let index = self.window.top() + offset;
            if self.window.total().is_none_or(|total| index >= total) {
                break;
            }
            let at = u16::try_from(offset).unwrap_or(u16::MAX);
            canvas.hits.add(Rect { y: rows_area.y + at, height: 1, ..rows_area }, Hit::Row(self.list, index));
            match self.window.row(index) {
                Some(posting) => self.posting(state, rows_area, at, index, posting, &columns, canvas),
                None => canvas.text(rows_area, at, "   ···", state.theme.quiet()),
            }
            if index == self.window.selected() {
                canvas.style_row(rows_area, at, if self.is_focused { state.theme.selected() } else { state.theme.marked() });
            }
        }
    }

    fn columns(&self, width: u16) -> Columns {
        let mark = if self.selected.is_some() { 3 } else { 0 };
        let roomy = width >= ROOMY;
        let (status, stars) = if roomy { (12, 5) } else { (0, 0) };
        let fixed = [mark, SIGNS, AGE, status, stars].iter().filter(|columns| **columns > 0).map(|columns| columns + 1).sum::<usize>() + 3;
        let free = usize::from(width).saturating_sub(fixed);
        let title = free * 48 / 100;
        let company = free * 28 / 100;
        Columns { mark, title, company, place: free - title - company, status, stars }
    }

    fn header(&self, state: &State, area: Rect, columns: &Columns, canvas: &mut Canvas) {
        let named = |order: Order, word: &str| {
            let arrow = if self.filter.descending { '↓' } else { '↑' };
            if self.filter.order == order { format!("{word} {arrow}") } else { word.to_owned() }
        };
        let style = state.theme.quiet();
        let cells = [
            (String::new(), columns.mark, style),
            (String::new(), SIGNS, style),
            (named(Order::Title, "Title"), columns.title, style),
            (named(Order::Company, "Company"), columns.company, style),
            (named(Order::Place, "Place"), columns.place, style),
            (named(Order::Status, "Status"), columns.status, style),
            (named(Order::Stars, "Stars"), columns.stars, style),
            ("Age".to_owned(), AGE, style),
        ];
        canvas.line(area, 0, &row(&cells));
    }

    #[expect(clippy::too_many_arguments, reason = "where, what and how of one row; a struct for one call would only name them again")]
    fn posting(&self, state: &State, area: Rect, at: u16, index: u64, posting: &Posting, columns: &Columns, canvas: &mut Canvas) {
        let theme = state.theme;
        let status = words::status(posting.status);
        let is_new = self.newer_than.is_some_and(|seen| posting.created_at > seen);
        let gone = posting.closed_at.is_some() || posting.hidden;
        let base = if gone { theme.quiet() } else { Style::new() };
        let title = if is_new {
            theme.accent()
        } else if posting.seen_at.is_none() {
            base.add_modifier(Modifier::BOLD)
        } else {
            base
        };
        let unseen = if posting.seen_at.is_none() { '•' } else { ' ' };
        let due = if posting.next_reminder_at.is_some_and(|at| at <= state.now) { '!' } else { ' ' };
        let mark = match self.selected {
            Some(selected) if selected.contains_key(&posting.id) => "[x]",
            Some(_) => "[ ]",
            None => "",
        };
        let stars = "★".repeat(posting.stars.unwrap_or(0).into());
        let title_text = if posting.closed_at.is_some() { format!("{} (closed)", words::title(posting)) } else { words::title(posting) };
        let cells = [
            (mark.to_owned(), columns.mark, base),
            (format!("{unseen}{}{due}", status.sign), SIGNS, theme.hue(status.hue)),
            (title_text, columns.title, title),
            (posting.company_name.clone().unwrap_or_default(), columns.company, base),
            (place(posting), columns.place, base),
            (status.word, columns.status, theme.hue(status.hue)),
            (stars, columns.stars, theme.hue(sluice_api::wording::state::Hue::Amber)),
            (age(posting, state.now, &state.zone), AGE, theme.quiet()),
        ];
        canvas.line(area, at, &row(&cells));
        if self.selected.is_some() {
            canvas.hits.add(Rect { x: area.x, y: area.y + at, width: 3, height: 1 }, Hit::Mark(index));
        }
    }
}

fn place(posting: &Posting) -> String {
    let location = posting.location.clone().unwrap_or_default();
    match posting.workplace {
        Some(workplace) if location.is_empty() => words::workplace(workplace).to_owned(),
        Some(sluice_api::Workplace::Remote) if !location.to_lowercase().contains("remote") => format!("{location}, remote"),
        _ => location,
    }
}

/// How long it has been posted, else how long it has been known: "now", "3h", "12d".
fn age(posting: &Posting, now: jiff::Timestamp, zone: &jiff::tz::TimeZone) -> String {
    let said = day::ago(posting.posted_at.unwrap_or(posting.created_at), now, zone);
    match said.strip_suffix(" ago") {
        Some(short) => short.to_owned(),
        None if said == "today" => "<1d".to_owned(),
        None => "now".to_owned(),
    }
}

/// "3 new, 12 saved", for those who want to know at one glance.
pub fn counted(state: &State) -> Option<String> {
    let counts = state.postings.counts?;
    let parts = [(counts.new, "new"), (counts.saved, "saved"), (counts.applied, "applied"), (counts.interviewing, "interviewing")];
    let mut said: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{} {word}", thousands(*number))).collect();
    if counts.reminders_due > 0 {
        said.push(format!("{} due", count(counts.reminders_due, "reminder", "reminders")));
    }
    if said.is_empty() { None } else { Some(said.join(", ")) }
}
