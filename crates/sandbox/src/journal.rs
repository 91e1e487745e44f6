//! What came in, for tests and for people who wonder.

use serde::Serialize;

/// One request. Times are microseconds since the Unix epoch.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    pub number: u64,
    pub method: String,
    pub path: String,
    /// The query string without keys.
    pub query: String,
    pub account: Option<String>,
    pub at_us: i64,
    pub answered_us: Option<i64>,
    /// `None` while the answer is held, and for ever when there was none.
    pub status: Option<u16>,
    pub fault: Option<String>,
    /// Where in the result the page began.
    pub cursor_offset: Option<u64>,
}

/// Older entries make room for new ones past this number.
const MOST: usize = 200_000;

#[derive(Debug, Default)]
pub struct Journal {
    entries: std::collections::VecDeque<Entry>,
    next: u64,
}

impl Journal {
    /// Writes an entry down and gives its number.
    pub fn begin(&mut self, entry: Entry) -> u64 {
        if self.entries.len() == MOST {
            self.entries.pop_front();
        }
        let number = self.next;
        self.next += 1;
        self.entries.push_back(Entry { number, ..entry });
        number
    }

    /// Completes an entry; one that was cleared meanwhile stays away.
    pub fn change(&mut self, number: u64, change: impl FnOnce(&mut Entry)) {
        let Some(first) = self.entries.front().map(|entry| entry.number) else { return };
        if let Some(entry) = number.checked_sub(first).and_then(|place| self.entries.get_mut(place as usize)) {
            change(entry);
        }
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.entries.iter().cloned().collect()
    }

    pub fn clear(&mut self) {
        self.entries.clear();
    }
}

/// The only clock of this crate.
pub fn now_us() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// A query string whose keys and tokens are struck out.
pub fn without_secrets(query: &str) -> String {
    let kept = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if ["key", "token", "secret", "password"].iter().any(|word| name.to_lowercase().contains(word)) => {
            format!("{name}=…")
        }
        _ => pair.to_owned(),
    });
    kept.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_a_query_string_are_struck_out() {
        assert_eq!(without_secrets("account_id=a&api_key=s3cret&limit=5"), "account_id=a&api_key=…&limit=5");
    }

    #[test]
    fn a_cleared_entry_is_not_changed_later() {
        let entry = || Entry {
            number: 0,
            method: "GET".into(),
            path: "/".into(),
            query: String::new(),
            account: None,
            at_us: 0,
            answered_us: None,
            status: None,
            fault: None,
            cursor_offset: None,
        };
        let mut journal = Journal::default();
        let old = journal.begin(entry());
        journal.clear();
        let new = journal.begin(entry());
        journal.change(old, |entry| entry.status = Some(500));
        journal.change(new, |entry| entry.status = Some(200));
        assert_eq!(journal.entries().iter().map(|entry| (entry.number, entry.status)).collect::<Vec<_>>(), [(1, Some(200))]);
    }
}
