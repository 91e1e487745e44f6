//! A list of any length of which only the visible rows and their neighbours are held.

use std::collections::BTreeMap;

use sluice_api::List;

use crate::trouble::Trouble;

/// Rows that are asked for at once.
pub const PAGE: u64 = 100;
/// Pages that are kept; those farthest from what is seen leave first.
const MOST_PAGES: usize = 8;

/// The server counts so many rows for every page, and more when a page further down is asked for by its offset.
pub const COUNTED: u64 = 10_000;
/// The last page that is no dearer by its offset than by the cursor of the page before.
const LAST_BY_OFFSET: u64 = COUNTED / PAGE;
/// No offset may be greater. Whoever goes so far wants the end, and the answer for that place says where it is.
const DEEPEST: u64 = 1_000_000;
const END: u64 = DEEPEST / PAGE;

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
    /// Somebody goes to the end, which is yet to be found, in a window of so many rows.
    to_the_end: Option<u64>,
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
            to_the_end: None,
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
                self.to_the_end = None;
                self.trouble = Some(trouble);
                return true;
            }
        };
        if self.asked.get(&ask.page) == Some(&ask.version) {
            self.asked.remove(&ask.page);
        }
        self.count(ask, &list);
        if let Some(cursor) = list.pagination.next_cursor {
            self.cursors.insert(ask.page + 1, cursor);
        }
        self.trouble = None;
        if ask.page == END && list.data.is_empty() {
            self.arrive_at_the_end();
            return true;
        }
        let chosen = self.followed.clone().or_else(|| self.chosen().cloned());
        self.pages.insert(ask.page, (ask.version, list.data));
        if let Some(chosen) = chosen {
            self.follow(&chosen);
        }
        self.forget_the_farthest();
        self.clamp();
        true
    }

    /// How many rows there are. Where the list ends is exact when its end has been seen, whatever an estimate says; and an estimate takes nothing
    /// back that was counted or seen.
    fn count(&mut self, ask: Ask, list: &List<T>) {
        let pagination = &list.pagination;
        let end = ask.offset() + list.data.len() as u64;
        let (total, is_estimate) = if list.data.is_empty() {
            (pagination.total.min(end), pagination.total_is_estimate)
        } else if !pagination.has_more {
            (end, false)
        } else if pagination.total_is_estimate {
            let known = self.total.unwrap_or(0);
            let is_counted = !self.is_estimate && known > end;
            (pagination.total.max(known).max(end + 1), !is_counted)
        } else {
            (pagination.total.max(end + 1), false)
        };
        self.total = Some(total);
        self.is_estimate = is_estimate;
    }

    fn arrive_at_the_end(&mut self) {
        if let Some(height) = self.to_the_end.take() {
            self.followed = None;
            self.selected = self.total.unwrap_or(0).saturating_sub(1);
            self.show_selected(height);
        }
        self.clamp();
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
        // What was counted once may have changed as well.
        self.is_estimate |= self.total.is_some_and(|total| total > COUNTED);
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
        let mut pages: Vec<u64> = (first..=last).filter(|page| self.total.is_none_or(|total| *page == 0 || page * PAGE < total)).collect();
        // The page that is seen goes first.
        let seen = self.top / PAGE;
        pages.sort_by_key(|page| page.abs_diff(seen));
        if self.total.is_none() {
            pages.truncate(1);
        }
        if self.to_the_end.is_some() {
            pages.insert(0, END);
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

    /// What a page is asked for with where the page before has been read: far down that is quicker than its offset.
    pub fn cursor(&self, page: u64) -> Option<String> {
        if page > LAST_BY_OFFSET { self.cursors.get(&page).cloned() } else { None }
    }

    /// Whether the end is being looked for.
    pub fn is_going_to_the_end(&self) -> bool {
        self.to_the_end.is_some()
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

    /// Whether nothing of what is to be read again has been asked for yet.
    pub fn is_unread(&self) -> bool {
        !self.asked.values().chain(self.pages.values().map(|(version, _)| version)).any(|version| *version == self.version)
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
        self.to_the_end = None;
        if index >= DEEPEST && (self.is_estimate || self.total.is_none()) {
            if self.total.is_some() {
                self.to_the_end = Some(height);
                self.asked.remove(&END);
            }
            return;
        }
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
        let has_more = !data.is_empty() && ask.offset() + (data.len() as u64) < total;
        let next_cursor = has_more.then(|| format!("after {}", ask.page));
        let pagination = Pagination { limit: 100, offset: ask.offset(), total, total_is_estimate: false, has_more, next_cursor };
        Ok(List { data, pagination })
    }

    /// As a server answers that counts no further than it has to.
    fn uncounted(ask: Ask, total: u64) -> Result<List<u64>, Trouble> {
        let Ok(mut list) = answer(ask, total) else { panic!() };
        if ask.offset() <= COUNTED && total > COUNTED {
            (list.pagination.total, list.pagination.total_is_estimate) = (COUNTED, true);
        }
        Ok(list)
    }

    fn fill(window: &mut Window<u64>, height: u64, total: u64) -> Vec<u64> {
        fill_by(window, height, |ask| answer(ask, total))
    }

    fn fill_by(window: &mut Window<u64>, height: u64, answer: impl Fn(Ask) -> Result<List<u64>, Trouble>) -> Vec<u64> {
        let mut asked = Vec::new();
        loop {
            let asks = window.wanted(height);
            if asks.is_empty() {
                return asked;
            }
            for ask in asks {
                asked.push(ask.page);
                if let Some(cursor) = window.cursor(ask.page) {
                    assert_eq!((cursor, ask.page > LAST_BY_OFFSET), (format!("after {}", ask.page - 1), true));
                }
                assert!(window.accept(ask, answer(ask)));
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
    fn a_jump_reads_what_is_seen_there_and_nothing_on_the_way() {
        let mut window = Window::default();
        fill(&mut window, 20, 100_000);
        window.select(50_000, 20);
        assert_eq!(fill(&mut window, 20, 100_000), [499, 500]);
        assert_eq!((window.top(), window.chosen()), (49_981, Some(&50_000)));
        // Whoever goes on from there is led by the cursors.
        window.select(50_095, 20);
        assert_eq!(window.cursor(501).as_deref(), Some("after 500"));
        assert_eq!(fill(&mut window, 20, 100_000), [501]);
        window.select(u64::MAX, 20);
        assert_eq!(fill(&mut window, 20, 100_000), [999]);
        assert_eq!(window.chosen(), Some(&99_999));
        assert!(window.held().count() <= MOST_PAGES * 100);
    }

    #[test]
    fn the_end_of_a_list_that_nobody_has_counted_is_found_with_two_questions() {
        let told = |ask| uncounted(ask, 100_003);
        let mut window = Window::default();
        fill_by(&mut window, 20, told);
        assert_eq!((window.total(), window.is_estimate), (Some(COUNTED), true));
        window.select(u64::MAX, 20);
        assert_eq!((window.is_going_to_the_end(), window.selected()), (true, 0), "what is seen stays until the end is found");
        assert_eq!(fill_by(&mut window, 20, told), [END, 999, 1_000]);
        assert_eq!((window.top(), window.chosen(), window.is_going_to_the_end()), (99_983, Some(&100_002), false));
        assert_eq!((window.total(), window.is_estimate), (Some(100_003), false));
        // The way back up, and to the first row: what was counted stays counted.
        window.move_by(-250, 20);
        assert_eq!(fill_by(&mut window, 20, told), [997]);
        window.select(0, 20);
        window.refresh();
        assert_eq!((window.total(), window.is_estimate), (Some(100_003), true), "until it is read again");
        assert_eq!(fill_by(&mut window, 20, told), [0]);
        assert_eq!((window.total(), window.is_estimate), (Some(100_003), true));
    }

    #[test]
    fn whoever_turns_round_on_the_way_to_the_end_is_not_taken_there() {
        let mut window = Window::default();
        fill_by(&mut window, 20, |ask| uncounted(ask, 100_003));
        window.select(u64::MAX, 20);
        let ask = window.wanted(20)[0];
        assert_eq!(ask.page, END);
        window.move_by(1, 20);
        assert!(window.accept(ask, uncounted(ask, 100_003)));
        assert_eq!((window.selected(), window.total()), (1, Some(100_003)));
        // One that is refused does not keep anybody waiting, and can be asked for again.
        window.refresh();
        fill_by(&mut window, 20, |ask| uncounted(ask, 100_003));
        for _ in 0..2 {
            window.select(u64::MAX, 20);
            let ask = window.wanted(20)[0];
            assert_eq!(ask.page, END);
            window.accept(ask, Err(Trouble::new("No answer")));
            assert!(!window.is_going_to_the_end() && window.trouble.is_some());
        }
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
