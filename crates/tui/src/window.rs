//! A list of any length of which only the visible rows and their neighbours are held.

use std::collections::BTreeMap;

use sluice_api::List;

use crate::trouble::Trouble;

/// Rows that are asked for at once.
pub const PAGE: u64 = 100;
/// Pages that are kept; those farthest from what is seen leave first.
const MOST_PAGES: usize = 8;

/// The last page that may be asked for by its offset; the server leads further down page by page only.
const LAST_BY_OFFSET: u64 = 100;

/// Which rows an answer is about. One whose question or version is older than the list's was overtaken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Grows when filter or order change.
    pub question: u64,
    /// Grows when the same rows are to be read again.
    pub version: u64,
    pub page: u64,
}

impl Ask {
    pub fn offset(&self) -> u64 {
        self.page * PAGE
    }
}

#[derive(Debug, Clone)]
pub struct Window<T> {
    question: u64,
    version: u64,
    pages: BTreeMap<u64, (u64, Vec<T>)>,
    /// Page to the version at which it was asked for and not yet answered, or answered with an error.
    asked: BTreeMap<u64, u64>,
    /// Page to the cursor at which it begins.
    cursors: BTreeMap<u64, String>,
    total: Option<u64>,
    pub is_estimate: bool,
    top: u64,
    selected: u64,
    /// The row that was chosen when the list was last to be read again: it may come with any page.
    followed: Option<T>,
    pub trouble: Option<Trouble>,
}

/// A row that can be known again after the list was read anew.
pub trait Row: Clone {
    fn is_same(&self, other: &Self) -> bool;
}

impl Row for sluice_api::Posting {
    fn is_same(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Row for sluice_api::Job {
    fn is_same(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Row for sluice_api::PostingItem {
    fn is_same(&self, other: &Self) -> bool {
        self.position == other.position
    }
}

impl Row for sluice_api::Company {
    fn is_same(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<T> Default for Window<T> {
    fn default() -> Self {
        Window {
            question: 0,
            version: 0,
            pages: BTreeMap::new(),
            asked: BTreeMap::new(),
            cursors: BTreeMap::new(),
            total: None,
            is_estimate: false,
            top: 0,
            selected: 0,
            followed: None,
            trouble: None,
        }
    }
}

impl<T: Row> Window<T> {
    /// Takes an answer; false when it was overtaken by another one. The choice stays with its row, wherever that is now.
    pub fn accept(&mut self, ask: Ask, answer: Result<List<T>, Trouble>) -> bool {
        let is_older = self.pages.get(&ask.page).is_some_and(|(version, _)| *version > ask.version);
        if ask.question != self.question || is_older {
            return false;
        }
        let list = match answer {
            Ok(list) => list,
            // The same rows were asked for again since.
            Err(_) if ask.version < self.version => return false,
            Err(trouble) => {
                self.trouble = Some(trouble);
                return true;
            }
        };
        if self.asked.get(&ask.page) == Some(&ask.version) {
            self.asked.remove(&ask.page);
        }
        if let Some(cursor) = list.pagination.next_cursor {
            self.cursors.insert(ask.page + 1, cursor);
        }
        let end = ask.offset() + list.data.len() as u64;
        // Where the list ends is exact when its end has been seen, whatever the estimate says.
        // An estimate may be less than what has been seen further down.
        let seen = self.pages.last_key_value().map_or(0, |(page, (_, rows))| page * PAGE + rows.len() as u64);
        let least = if list.pagination.total_is_estimate { seen.max(end + 1) } else { end + 1 };
        self.total = Some(if list.pagination.has_more { list.pagination.total.max(least) } else { end });
        self.is_estimate = list.pagination.total_is_estimate && list.pagination.has_more;
        self.trouble = None;
        let chosen = self.followed.clone().or_else(|| self.chosen().cloned());
        self.pages.insert(ask.page, (ask.version, list.data));
        if let Some(chosen) = chosen {
            self.follow(&chosen);
        }
        self.forget_the_farthest();
        self.clamp();
        true
    }

    /// Takes the place of another list. What that one asked for is overtaken, and the rows held here are read again.
    pub fn instead_of(mut self, other: &Window<T>) -> Self {
        self.question = self.question.max(other.question) + 1;
        self.refresh();
        self
    }

    /// The same rows are to be read again; until they come, the old ones stay.
    pub fn refresh(&mut self) {
        if self.asked.is_empty() || self.followed.is_none() {
            self.followed = self.chosen().cloned();
        }
        self.version += 1;
        self.asked.clear();
        self.trouble = None;
    }

    /// Moves the choice, and what is seen along with it, to where its row is now; a list that is seen from its start stays there.
    fn follow(&mut self, chosen: &T) {
        if self.chosen().is_some_and(|row| row.is_same(chosen)) {
            return;
        }
        // Pages that are yet to be read again may still show it where it was.
        let at = |page: &u64| self.pages.get(page).map(|(version, _)| *version);
        let found = self.held().filter(|(_, row)| row.is_same(chosen)).max_by_key(|(index, _)| at(&(index / PAGE)));
        let Some(now) = found.map(|(index, _)| index) else { return };
        if self.top > 0 {
            self.top = (self.top + now).saturating_sub(self.selected);
        }
        self.selected = now;
    }
}

impl<T> Window<T> {
    /// Other rows are wanted, from the first one on.
    pub fn begin_anew(&mut self) {
        *self = Window { question: self.question + 1, version: self.version, ..Window::default() };
    }

    /// What has to be asked for so that `height` rows from the top on and those around them can be drawn.
    pub fn wanted(&mut self, height: u64) -> Vec<Ask> {
        let first = self.top.saturating_sub(height) / PAGE;
        let last = (self.top + height.max(1) * 2 - 1) / PAGE;
        let mut pages: Vec<u64> = (first..=last)
            .filter(|page| self.total.is_none_or(|total| *page == 0 || page * PAGE < total))
            .map(|page| self.reachable(page))
            .collect();
        pages.dedup();
        // The page that is seen goes first.
        let seen = self.top / PAGE;
        pages.sort_by_key(|page| page.abs_diff(seen));
        if self.total.is_none() {
            pages.truncate(1);
        }
        let mut asks = Vec::new();
        for page in pages {
            let held = self.pages.get(&page).is_some_and(|(version, _)| *version == self.version);
            let asked = self.asked.get(&page) == Some(&self.version);
            if !held && !asked {
                self.asked.insert(page, self.version);
                asks.push(Ask { question: self.question, version: self.version, page });
            }
        }
        asks
    }

    /// The page, or the nearest one before it from which the list can be read on.
    fn reachable(&self, page: u64) -> u64 {
        if page <= LAST_BY_OFFSET {
            return page;
        }
        self.cursors.range(LAST_BY_OFFSET + 1..=page).next_back().map_or(LAST_BY_OFFSET, |(page, _)| *page)
    }

    /// What a page is asked for with, where its offset will not do.
    pub fn cursor(&self, page: u64) -> Option<String> {
        if page > LAST_BY_OFFSET { self.cursors.get(&page).cloned() } else { None }
    }

    /// The row up to which the list has been read on the way to the one that is chosen.
    pub fn reads_on(&self) -> Option<u64> {
        let page = self.selected / PAGE;
        let reachable = self.reachable(page);
        (reachable < page && !self.pages.contains_key(&page)).then_some(reachable * PAGE)
    }

    fn forget_the_farthest(&mut self) {
        let seen = self.top / PAGE;
        while self.pages.len() > MOST_PAGES {
            let Some(farthest) = self.pages.keys().copied().max_by_key(|page| page.abs_diff(seen)) else { return };
            self.pages.remove(&farthest);
        }
    }

    pub fn row(&self, index: u64) -> Option<&T> {
        self.pages.get(&(index / PAGE))?.1.get(usize::try_from(index % PAGE).ok()?)
    }

    pub fn chosen(&self) -> Option<&T> {
        self.row(self.selected)
    }

    /// Every row that is held, to be changed in place.
    pub fn held_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.pages.values_mut().flat_map(|(_, rows)| rows.iter_mut())
    }

    /// Whether answers are on their way that may not know of what has changed meanwhile.
    pub fn is_asking(&self) -> bool {
        !self.asked.is_empty()
    }

    pub fn held(&self) -> impl Iterator<Item = (u64, &T)> {
        self.pages.iter().flat_map(|(page, (_, rows))| rows.iter().enumerate().map(move |(index, row)| (page * PAGE + index as u64, row)))
    }

    /// Rows of the whole list; `None` until the first answer.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    pub fn top(&self) -> u64 {
        self.top
    }

    pub fn selected(&self) -> u64 {
        self.selected
    }

    pub fn select(&mut self, index: u64, height: u64) {
        self.followed = None;
        self.selected = index;
        self.clamp();
        self.show_selected(height);
    }

    pub fn move_by(&mut self, rows: i64, height: u64) {
        self.select(self.selected.saturating_add_signed(rows), height);
    }

    /// Moves what is seen and takes the choice along only where it would leave the window.
    pub fn scroll_by(&mut self, rows: i64, height: u64) {
        self.followed = None;
        let last_top = self.total.unwrap_or(0).saturating_sub(height);
        self.top = self.top.saturating_add_signed(rows).min(last_top);
        let last = (self.top + height).saturating_sub(1);
        self.selected = self.selected.clamp(self.top, last.max(self.top));
        self.clamp();
    }

    /// After the terminal's size has changed.
    pub fn show_selected(&mut self, height: u64) {
        let height = height.max(1);
        if let Some(total) = self.total {
            self.top = self.top.min(total.saturating_sub(height));
        }
        if self.selected < self.top {
            self.top = self.selected;
        } else if self.selected >= self.top + height {
            self.top = self.selected + 1 - height;
        }
    }

    fn clamp(&mut self) {
        if let Some(total) = self.total {
            self.selected = self.selected.min(total.saturating_sub(1));
            self.top = self.top.min(self.selected);
        }
    }
}

#[cfg(test)]
mod tests {
    use sluice_api::Pagination;

    use super::*;

    impl Row for u64 {
        fn is_same(&self, other: &Self) -> bool {
            self == other
        }
    }

    fn answer(ask: Ask, total: u64) -> Result<List<u64>, Trouble> {
        let data: Vec<u64> = (ask.offset()..(ask.offset() + PAGE).min(total)).collect();
        let has_more = ask.offset() + (data.len() as u64) < total;
        let next_cursor = has_more.then(|| format!("after {}", ask.page));
        let pagination = Pagination { limit: 100, offset: ask.offset(), total, total_is_estimate: false, has_more, next_cursor };
        Ok(List { data, pagination })
    }

    fn fill(window: &mut Window<u64>, height: u64, total: u64) -> Vec<u64> {
        let mut asked = Vec::new();
        loop {
            let asks = window.wanted(height);
            if asks.is_empty() {
                return asked;
            }
            for ask in asks {
                asked.push(ask.page);
                let cursor = (ask.page > 100).then(|| format!("after {}", ask.page - 1));
                assert_eq!(window.cursor(ask.page), cursor);
                assert!(window.accept(ask, answer(ask, total)));
            }
        }
    }

    #[test]
    fn only_what_is_seen_and_its_neighbours_is_asked_for() {
        let mut window = Window::default();
        assert_eq!(fill(&mut window, 20, 100_000), [0]);
        window.select(5_000, 20);
        assert_eq!(fill(&mut window, 20, 100_000), [49, 50]);
        assert_eq!((window.top(), window.chosen()), (4_981, Some(&5_000)));
        window.select(9_999, 20);
        assert_eq!(fill(&mut window, 20, 100_000), [99, 100]);
    }

    #[test]
    fn below_what_offsets_reach_a_list_is_read_on_page_by_page() {
        let mut window = Window::default();
        fill(&mut window, 20, 100_000);
        window.select(50_000, 20);
        assert_eq!(window.reads_on(), Some(10_000));
        assert_eq!(fill(&mut window, 20, 100_000), (100..=500).collect::<Vec<_>>());
        assert_eq!((window.top(), window.chosen(), window.reads_on()), (49_981, Some(&50_000), None));
        // What was read on the way is not read again for the way back.
        window.select(30_000, 20);
        assert_eq!(fill(&mut window, 20, 100_000), [300, 299]);
        window.refresh();
        assert_eq!(fill(&mut window, 20, 100_000), [300, 299]);
        assert_eq!(window.chosen(), Some(&30_000));
        window.select(u64::MAX, 20);
        assert_eq!(fill(&mut window, 20, 100_000), (501..=999).collect::<Vec<_>>());
        assert_eq!(window.chosen(), Some(&99_999));
        assert!(window.held().count() <= MOST_PAGES * 100);
    }

    #[test]
    fn an_estimate_does_not_take_back_what_was_seen_further_down() {
        let mut window = Window::default();
        fill(&mut window, 20, 30_000);
        window.select(25_000, 20);
        fill(&mut window, 20, 30_000);
        let ask = Ask { question: 0, version: 0, page: 249 };
        let Ok(mut list) = answer(ask, 30_000) else { panic!() };
        list.pagination = Pagination { total: 10_001, total_is_estimate: true, ..list.pagination };
        assert!(window.accept(ask, Ok(list)));
        assert_eq!(window.chosen(), Some(&25_000));
    }

    #[test]
    fn a_walk_through_a_hundred_thousand_rows_holds_few_of_them() {
        let mut window = Window::default();
        fill(&mut window, 40, 100_000);
        for _ in 0..2_500 {
            window.move_by(40, 40);
            fill(&mut window, 40, 100_000);
            assert_eq!(window.chosen(), Some(&window.selected()));
            assert!(window.held().count() <= MOST_PAGES * 100);
        }
        assert_eq!(window.selected(), 99_999);
    }

    #[test]
    fn an_answer_to_an_older_question_is_dropped() {
        let mut window = Window::default();
        let late = window.wanted(20)[0];
        window.begin_anew();
        let ask = window.wanted(20)[0];
        assert!(!window.accept(late, answer(late, 3)));
        assert_eq!(window.total(), None);
        assert!(window.accept(ask, answer(ask, 5)));
        assert_eq!(window.total(), Some(5));
    }

    #[test]
    fn reading_again_keeps_the_rows_until_the_new_ones_come() {
        let mut window = Window::default();
        fill(&mut window, 20, 50);
        window.select(49, 20);
        window.refresh();
        assert_eq!(window.chosen(), Some(&49));
        assert_eq!(fill(&mut window, 20, 30), [0]);
        assert_eq!((window.selected(), window.chosen()), (29, Some(&29)));
    }

    #[test]
    fn the_choice_stays_with_its_row_when_others_come_before_it() {
        let shifted = |ask: Ask, by: u64| {
            let data: Vec<u64> = (0..50).map(|row: u64| row.wrapping_sub(by)).collect();
            let pagination = Pagination { limit: 100, offset: ask.offset(), total: 50, ..Pagination::default() };
            Ok(List { data, pagination })
        };
        for (chosen, top, top_afterwards) in [(5, 0, 0), (30, 21, 25)] {
            let mut window = Window::default();
            let ask = window.wanted(10)[0];
            window.accept(ask, shifted(ask, 0));
            window.select(chosen, 10);
            assert_eq!(window.top(), top);
            window.refresh();
            let ask = window.wanted(10)[0];
            window.accept(ask, shifted(ask, 4));
            assert_eq!((window.chosen(), window.selected(), window.top()), (Some(&chosen), chosen + 4, top_afterwards));
        }
    }

    #[test]
    fn an_error_is_kept_and_not_asked_for_again_by_itself() {
        let mut window: Window<u64> = Window::default();
        let ask = window.wanted(20)[0];
        window.accept(ask, Err(Trouble::new("No answer")));
        assert_eq!(window.wanted(20), []);
        assert!(window.trouble.is_some());
        window.refresh();
        assert_eq!(window.wanted(20).len(), 1);
    }

    #[test]
    fn the_wheel_takes_the_choice_along_only_at_the_edge() {
        let mut window = Window::default();
        fill(&mut window, 10, 100);
        window.select(5, 10);
        window.scroll_by(3, 10);
        assert_eq!((window.top(), window.selected()), (3, 5));
        window.scroll_by(3, 10);
        assert_eq!((window.top(), window.selected()), (6, 6));
        window.scroll_by(1_000, 10);
        assert_eq!((window.top(), window.selected()), (90, 90));
    }
}
