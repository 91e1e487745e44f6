//! Postings: offers of employment.

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
