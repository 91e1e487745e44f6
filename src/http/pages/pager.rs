//! "1–50 of 2,500", and the ways to the pages before and after.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sluice_api::wording::numbers::thousands;

use crate::http::listing::COUNTED;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    /// "1–50 of 2,500"; "of more than 10,000" beyond what is counted.
    pub words: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Pager {
    /// Page `number` (from 1) of `size` rows, of which `shown` are there; `total` counts the filtered rows. `address` has its query begun.
    pub fn new(number: i64, size: i64, shown: i64, total: i64, address: &str) -> Self {
        let begin = (number - 1) * size;
        let end = begin + shown;
        let of = if total > COUNTED { format!("more than {}", thousands(COUNTED as u64)) } else { thousands(total.max(0) as u64) };
        let words = match (shown, total) {
            (_, 0) => "0 of 0".to_owned(),
            (0, _) => format!("Nothing on this page, {of} in all"),
            _ => format!("{}–{} of {of}", thousands(begin as u64 + 1), thousands(end as u64)),
        };
        let to = |number: i64| format!("{address}{}page={number}", if address.contains('?') { '&' } else { '?' });
        Self { words, before: (number > 1).then(|| to(number - 1)), after: (end < total && shown > 0).then(|| to(number + 1)) }
    }
}

/// A value for a query string.
pub fn encode(value: &str) -> String {
    utf8_percent_encode(value, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_says_where_one_is_and_leads_on() {
        let first = Pager::new(1, 50, 50, 2_500, "/jobs?kind=");
        assert_eq!((first.words.as_str(), first.before, first.after.as_deref()), ("1–50 of 2,500", None, Some("/jobs?kind=&page=2")));
        let last = Pager::new(50, 50, 50, 2_500, "/jobs");
        assert_eq!((last.words.as_str(), last.before.as_deref(), last.after), ("2,451–2,500 of 2,500", Some("/jobs?page=49"), None));
        assert_eq!(Pager::new(1, 50, 50, 10_001, "/jobs").words, "1–50 of more than 10,000");
        assert_eq!(Pager::new(1, 50, 0, 0, "/jobs").words, "0 of 0");
    }
}
