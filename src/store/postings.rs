//! Postings, their companies, and what a workspace notes about them.

pub mod companies;
pub mod contacts;
mod counts;
pub mod exporting;
pub mod history;
pub mod items;
mod likeness;
pub mod listed_companies;
mod listing;
mod matching;
mod posting;
pub mod reminders;
pub mod save;
pub mod terms;
mod tracker;

pub use counts::{PostingCounts, counts};
pub use listing::{Asked, At, Place, PostingPage, PostingSort, SortKey, count, page, page_within};
pub use matching::Bounds;
pub use posting::{Pay, Posting, PostingName, Texts, find, reposts};
pub use tracker::{change, delete};
