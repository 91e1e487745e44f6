//! Pages of lists: what may be asked, and where a page stands.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sluice_api::{List, PageQuery, Pagination};

use super::problem::{Failure, refused};

const LARGEST_PAGE: u32 = 100;
const USUAL_PAGE: u32 = 50;
/// Totals are exact up to here.
pub const COUNTED: i64 = 10_000;
/// On pages further down they are exact up to here, where a list can be had so far.
pub const COUNTED_DEEP: i64 = 1_000_000;

/// A page that was asked for, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub limit: u32,
    pub from: From,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// Rows to pass over.
    Offset(i64),
    /// The place where the page before ended, in the list's own words.
    Place(String),
}

impl Page {
    pub fn new(limit: Option<u32>, offset: Option<u64>, cursor: Option<&str>) -> Result<Self, Failure> {
        let limit = limit.unwrap_or(USUAL_PAGE);
        if limit == 0 || limit > LARGEST_PAGE {
            let message = format!("This must be from 1 to {LARGEST_PAGE}.");
            return Err(Failure::invalid(vec![refused("limit", "out_of_range", limit, message)]));
        }
        let from = match (offset, cursor) {
            (Some(_), Some(cursor)) => {
                return Err(Failure::invalid(vec![refused("cursor", "invalid_value", cursor, "Use either cursor or offset.")]));
            }
            (None, Some(cursor)) => read_cursor(cursor)?,
            (offset, None) => match i64::try_from(offset.unwrap_or(0)) {
                Ok(offset) => From::Offset(offset),
                Err(_) => {
                    return Err(Failure::invalid(vec![refused("offset", "out_of_range", offset, "This is past the end of any list.")]));
                }
            },
        };
        Ok(Self { limit, from })
    }

    pub fn of(query: &PageQuery) -> Result<Self, Failure> {
        Self::new(query.limit, query.offset, query.cursor.as_deref())
    }

    /// Rows to pass over, for lists that are paged by number alone.
    pub fn offset(&self) -> Result<i64, Failure> {
        match &self.from {
            From::Offset(offset) => Ok(*offset),
            From::Place(_) => Err(foreign_cursor()),
        }
    }

    /// How far the total of this page is exact: whoever jumps beyond what is counted for every page wants to know where the end is.
    pub fn counted(&self) -> i64 {
        if matches!(self.from, From::Offset(offset) if offset > COUNTED) { COUNTED_DEEP } else { COUNTED }
    }

    /// The list at this page, paged by number; `total` is that of the filtered list.
    pub fn by_number<T>(&self, offset: i64, data: Vec<T>, total: i64) -> List<T> {
        let end = offset + data.len() as i64;
        let has_more = !data.is_empty() && end < total;
        self.list(data, total, offset, has_more.then(|| format!("n{end}")))
    }

    /// The list after a place; `next` is where it goes on.
    pub fn after_place<T>(&self, data: Vec<T>, total: i64, next: Option<String>) -> List<T> {
        self.list(data, total, 0, next.map(|place| format!("p{place}")))
    }

    /// The list that began at an offset and goes on by place.
    pub fn list<T>(&self, data: Vec<T>, total: i64, offset: i64, next: Option<String>) -> List<T> {
        self.list_counted(COUNTED, data, total, offset, next)
    }

    /// The same with a total that is exact up to `counted`.
    pub fn list_counted<T>(&self, counted: i64, data: Vec<T>, total: i64, offset: i64, next: Option<String>) -> List<T> {
        List {
            pagination: Pagination {
                limit: self.limit,
                offset: u64::try_from(offset).unwrap_or(0),
                total: u64::try_from(total.min(counted)).unwrap_or(0),
                total_is_estimate: total > counted,
                has_more: next.is_some(),
                next_cursor: next.map(|next| URL_SAFE_NO_PAD.encode(next)),
            },
            data,
        }
    }
}

fn read_cursor(cursor: &str) -> Result<From, Failure> {
    let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(foreign_cursor)?;
    match text.split_at_checked(1) {
        Some(("n", number)) => number.parse().ok().filter(|offset| *offset >= 0).map(From::Offset).ok_or_else(foreign_cursor),
        Some(("p", place)) => Ok(From::Place(place.to_owned())),
        _ => Err(foreign_cursor()),
    }
}

/// A cursor that this list did not hand out.
pub fn foreign_cursor() -> Failure {
    let message = "This is no cursor of this list; pass the next_cursor of the page before, or leave it out to begin.";
    Failure::invalid(vec![refused("cursor", "invalid_value", serde_json::Value::Null, message)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_next_cursor_leads_to_the_rows_that_follow() {
        let first = Page::new(Some(2), None, None).expect("a page");
        let list = first.by_number(0, vec!['a', 'b'], 3);
        assert_eq!((list.pagination.has_more, list.pagination.total), (true, 3));
        let next = Page::new(Some(2), None, list.pagination.next_cursor.as_deref()).expect("a page");
        assert_eq!(next.from, From::Offset(2));
        let last = next.by_number(2, vec!['c'], 3);
        assert_eq!((last.pagination.has_more, last.pagination.next_cursor), (false, None));
    }

    #[test]
    fn a_page_far_down_tells_the_total_that_others_only_estimate() {
        let told = |offset| {
            let page = Page::new(Some(2), Some(offset), None).expect("a page");
            let pagination = page.list_counted(page.counted(), Vec::<char>::new(), 100_003, 0, None).pagination;
            (pagination.total, pagination.total_is_estimate)
        };
        assert_eq!((told(10_000), told(10_001)), ((10_000, true), (100_003, false)));
    }

    #[test]
    fn pages_out_of_range_and_foreign_cursors_are_refused() {
        assert!(Page::new(Some(0), None, None).is_err() && Page::new(Some(101), None, None).is_err());
        assert!(Page::new(None, None, Some("???")).is_err() && Page::new(None, Some(1), Some("bjE")).is_err());
        assert!(Page::new(None, Some(u64::MAX), None).is_err());
    }
}
