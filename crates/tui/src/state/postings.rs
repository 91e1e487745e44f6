//! The screen of the postings: its list, the one that is open, and what was changed of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sluice_api::{Posting, PostingCounts, PostingPatch, PostingWhole};

use super::Pane;
use crate::filter::Filter;
use crate::trouble::Trouble;
use crate::window::Window;

#[derive(Debug, Clone, Default)]
pub struct Postings {
    pub list: Window<Posting>,
    pub filter: Filter,
    pub pane: Pane,
    pub detail: Detail,
    /// Stored since the list was read, while somebody reads further down.
    pub news: u64,
    pub counts: Option<PostingCounts>,
    /// When the newest posting was stored that was there when somebody last left the screen.
    pub seen: Option<Timestamp>,
    /// How the last changes are taken back, newest last.
    pub undo: Vec<Undo>,
    /// Changes that the server has not answered yet, oldest first: what it tells meanwhile does not know of them.
    pub unanswered: Vec<Unanswered>,
    /// Of each posting with such changes, what the server told last.
    pub stored: BTreeMap<String, Posting>,
    /// Every change has a number of its own.
    pub changes: u64,
    /// Notes that were begun and left, by the id of their posting.
    pub drafts: BTreeMap<String, NoteDraft>,
    /// The list as its reader left it for another one, such as what a job found.
    pub left: Option<Box<Left>>,
}

/// A change that shows already.
#[derive(Debug, Clone)]
pub struct Unanswered {
    pub number: u64,
    pub id: String,
    pub patch: PostingPatch,
    pub at: Timestamp,
}

/// What takes a change back.
#[derive(Debug, Clone)]
pub struct Undo {
    /// Of the change.
    pub number: u64,
    pub before: Box<Posting>,
    pub back: PostingPatch,
}

/// Notes that are not stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteDraft {
    /// Of the posting.
    pub title: String,
    /// The stored notes that they were begun from.
    pub began: Option<String>,
    pub text: String,
}

/// A list of postings with what was asked of it.
#[derive(Debug, Clone)]
pub struct Left {
    pub filter: Filter,
    pub list: Window<Posting>,
}

/// The posting beside the list.
#[derive(Debug, Clone, Default)]
pub struct Detail {
    pub id: Option<String>,
    pub whole: Option<Box<PostingWhole>>,
    pub trouble: Option<Trouble>,
    pub scroll: u16,
    /// Asked for once the choice has rested until then.
    pub due_at: Option<Timestamp>,
    /// It was opened from elsewhere, and the list has not been seen to hold it: it stays until somebody goes back to the list.
    pub is_pinned: bool,
}
