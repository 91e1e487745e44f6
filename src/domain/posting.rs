//! Postings: offers of employment, what is known of them, and the jobs that bring them in.

pub mod company;
pub mod filter;
pub mod likeness;
pub mod offer;
pub mod order;
pub mod outcome;
pub mod terms;

pub use offer::Offer;
pub use order::{FetchArgs, FetchSource, SearchArgs};
pub use outcome::{Outcome, Reason, Statistics};

use super::words::words;

words! {
    /// Where the newest of what is known of a posting comes from.
    PostingSource {
        /// LinkedIn's public pages.
        Linkedin = "linkedin",
        Brightdata = "brightdata",
        /// A page that somebody saved from a browser.
        File = "file",
    }
}
