//! A page that somebody saved from a browser: whichever of LinkedIn's job pages it is.

use super::origin::Foreign;
use super::{posting_page, search_page, wall};
use crate::error::ProviderError;
use crate::page::RejectedRecord;
use crate::posting::{PostingRecord, Salary};

/// What a saved page holds.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedPage {
    pub kind: SavedKind,
    pub records: Vec<PostingRecord>,
    pub rejected: Vec<RejectedRecord>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SavedKind {
    /// One posting, with its description.
    Posting,
    /// Several postings out of a member's page.
    Postings,
    /// The cards of a search: without descriptions.
    Search,
}

const HOW_TO_SAVE: &str =
    "Open the posting or the job search on linkedin.com, save it with Ctrl+S as “Webpage, HTML only”, and import that file.";

/// Reads a saved file. What is not a page with postings is refused with how to save one.
pub fn read_saved_page(file: &[u8]) -> Result<SavedPage, ProviderError> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let start = &file[..file.len().min(1_024)];
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        return Err(refused("The file is written in UTF-16."));
    }
    if start.starts_with(b"%PDF") {
        return Err(refused("The file is a PDF."));
    }
    if start.starts_with(b"PK") || start.starts_with(b"bplist") {
        return Err(refused("The file is an archive, not a page."));
    }
    if start.starts_with(b"From: <Saved by") || start.starts_with(b"MIME-Version:") {
        return Err(refused("The file is a single-file web archive (.mhtml)."));
    }
    let mut postings = posting_page::parse_saved(file)
        .map_err(|Foreign { host }| refused(&format!("The file is a page of {host} and holds no LinkedIn posting.")))?;
    if !postings.is_empty() {
        postings.iter_mut().for_each(unassume_currency);
        let kind = if postings.len() == 1 { SavedKind::Posting } else { SavedKind::Postings };
        return Ok(SavedPage { kind, records: postings, rejected: Vec::new() });
    }
    let mut cards = search_page::parse(file)?;
    cards.records.iter_mut().for_each(unassume_currency);
    if cards.records.is_empty() {
        let reason =
            if wall::is_page(file, None) { "The file is LinkedIn's page for signing in." } else { "The file holds no LinkedIn posting." };
        return Err(refused(reason));
    }
    Ok(SavedPage { kind: SavedKind::Search, records: cards.records, rejected: cards.rejected })
}

/// A browser shows pages as its own reader wants them, so that "$" may be any country's. What the page's data states as a currency stays.
fn unassume_currency(record: &mut PostingRecord) {
    if let Some(text) = record.salary_text.as_deref()
        && record.raw.get("salaryInsights").is_none()
        && record.salary == Salary::read(text)
    {
        record.salary = Salary::read_of_any_reader(text, record.location.as_deref());
    }
}

fn refused(reason: &str) -> ProviderError {
    ProviderError::Refused { field: Some("file".to_owned()), detail: format!("{reason} {HOW_TO_SAVE}") }
}
