//! The collections that are being read, in memory: they are stored in parts, and need not be downloaded again for each of them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use secrecy::ExposeSecret;

use super::endpoints::ROWS_OF_PART;
use super::parse::Rows;
use crate::posting_provider::PostingLogin;

/// Collections at once, each out of at most `MOST_BYTES` of answers.
const MOST_COLLECTIONS: usize = 3;
/// A download that was not gone on with for so long is somebody's who has stopped or crashed, or waits for the account.
const LEFT_ALONE: Duration = Duration::from_secs(60);

/// A few collections, of which the one that was asked for longest ago gives way to another. One that is being downloaded does not: else two
/// would take each other's place after every part, and neither would ever be whole.
#[derive(Debug, Clone, Default)]
pub struct Collections(Arc<Mutex<Vec<Held>>>);

#[derive(Debug)]
struct Held {
    kept: Kept,
    is_whole: bool,
    asked_for: Instant,
}

/// As much of a collection as has been downloaded.
#[derive(Debug, Clone)]
pub struct Kept {
    login: PostingLogin,
    snapshot: String,
    pub rows: Arc<Rows>,
    pub parts: u32,
    pub bytes: usize,
    /// There are no more parts.
    has_ended: bool,
}

impl Kept {
    pub fn nothing(login: &PostingLogin, snapshot: &str) -> Self {
        Self { login: login.clone(), snapshot: snapshot.to_owned(), rows: Arc::default(), parts: 0, bytes: 0, has_ended: false }
    }

    /// Whether it is all that there is, or all that is wanted of it.
    pub fn is_whole(&self, most: Option<usize>) -> bool {
        self.has_ended || most.is_some_and(|most| self.rows.received() >= most)
    }

    /// With the next part behind what is there. It is the last one when it is short, or when it brings what came before.
    pub fn add(&mut self, part: Rows, bytes: usize) {
        let before = self.rows.received();
        let known: HashSet<&str> = self.rows.records.iter().map(|record| record.posting_id.as_str()).collect();
        let goes_round = !part.records.is_empty() && part.records.iter().all(|record| known.contains(record.posting_id.as_str()));
        self.has_ended = goes_round || part.received() < ROWS_OF_PART;
        let rows = Arc::make_mut(&mut self.rows);
        rows.asked.add(part.asked);
        rows.records.extend(part.records.into_iter().map(|mut record| {
            record.position += before;
            record
        }));
        rows.rejected.extend(part.rejected.into_iter().map(|mut row| {
            row.position += before;
            row
        }));
        self.parts += 1;
        self.bytes += bytes;
    }

    /// Another customer of the same vendor is shown nothing, whatever its snapshot is called.
    fn is_of(&self, login: &PostingLogin, snapshot: &str) -> bool {
        self.snapshot == snapshot && self.login.base_url == login.base_url && key_of(&self.login) == key_of(login)
    }
}

fn key_of(login: &PostingLogin) -> Option<&str> {
    login.secret.as_ref().map(|key| key.expose_secret())
}

impl Collections {
    /// What there is of the collection, which counts as asked for.
    pub fn of(&self, login: &PostingLogin, snapshot: &str, now: Instant) -> Option<Kept> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = held.iter_mut().find(|held| held.kept.is_of(login, snapshot))?;
        held.asked_for = now;
        Some(held.kept.clone())
    }

    /// A place to keep a collection in, of which there is nothing yet. `None` while others are being downloaded into all of them.
    pub fn begin(&self, login: &PostingLogin, snapshot: &str, now: Instant) -> Option<Kept> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST_COLLECTIONS {
            let gives_way = |held: &Held| held.is_whole || now.duration_since(held.asked_for) > LEFT_ALONE;
            let oldest = (0..held.len()).filter(|at| gives_way(&held[*at])).min_by_key(|at| held[*at].asked_for)?;
            held.swap_remove(oldest);
        }
        let kept = Kept::nothing(login, snapshot);
        held.push(Held { kept: kept.clone(), is_whole: false, asked_for: now });
        Some(kept)
    }

    /// Keeps what has come, if it still has its place.
    pub fn keep(&self, collection: &Kept, is_whole: bool, now: Instant) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = held.iter_mut().find(|held| held.kept.is_of(&collection.login, &collection.snapshot)) {
            *held = Held { kept: collection.clone(), is_whole, asked_for: now };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login() -> PostingLogin {
        PostingLogin { base_url: "http://127.0.0.1:9".parse().unwrap(), secret: Some("a-key".into()) }
    }

    #[test]
    fn collections_that_are_downloaded_at_once_leave_each_other_their_places() {
        let (collections, login, start) = (Collections::default(), login(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        for (snapshot, second) in [("a", 0), ("b", 1), ("c", 2)] {
            assert!(collections.begin(&login, snapshot, at(second)).is_some());
        }
        assert!(collections.begin(&login, "d", at(60)).is_none(), "all three are being downloaded");
        let b = collections.of(&login, "b", at(3)).unwrap();
        collections.keep(&b, true, at(3));
        assert!(collections.begin(&login, "d", at(4)).is_some(), "the one that is whole gives way");
        let there = |at| ["a", "b", "c", "d"].map(|snapshot| collections.of(&login, snapshot, at).is_some());
        assert_eq!(there(at(5)), [true, false, true, true]);
        assert!(collections.begin(&login, "b", at(65)).is_none());
        collections.of(&login, "a", at(65));
        assert!(collections.begin(&login, "b", at(66)).is_some(), "nobody has gone on with it for a minute");
        assert_eq!(there(at(66)).iter().filter(|there| **there).count(), 3);
        assert!(there(at(66))[0], "this one was asked for of late");
    }
}
