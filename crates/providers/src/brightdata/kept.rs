//! The collection that is being read, in memory: it is stored in parts, and need not be downloaded again for each of them.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::ExposeSecret;

use super::endpoints::ROWS_OF_PART;
use super::parse::Rows;
use crate::posting_provider::PostingLogin;

/// One collection at most, out of at most `MOST_BYTES` of answers. Another one takes its place, and what was lost is downloaded again.
#[derive(Debug, Clone, Default)]
pub struct LastCollection(Arc<Mutex<Option<Kept>>>);

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

impl LastCollection {
    pub fn of(&self, login: &PostingLogin, snapshot: &str) -> Option<Kept> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|kept| kept.is_of(login, snapshot)).cloned()
    }

    pub fn keep(&self, collection: Kept) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(collection);
    }
}
