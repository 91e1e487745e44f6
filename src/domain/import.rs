//! What an import brings in: which file, which of its columns mean what, and into which review.

use serde::{Deserialize, Serialize};

use super::words::words;
use super::{FileId, ReviewId};

/// Rows of one file at most.
pub const MOST_ROWS: i64 = 50_000;
/// Bytes of one file at most.
pub const MOST_BYTES: usize = 20 * 1024 * 1024;
/// Columns of one file at most.
pub const MOST_COLUMNS: usize = 200;

words! {
    /// What a column of a file can mean.
    ImportField {
        Name = "name",
        FirstName = "first_name",
        LastName = "last_name",
        Headline = "headline",
        Title = "title",
        Company = "company",
        Industry = "industry",
        Location = "location",
        Country = "country",
        ProfileUrl = "profile_url",
        PublicIdentifier = "public_identifier",
        NetworkDistance = "network_distance",
        Summary = "summary",
    }
}

/// The arguments of an import. They never change after the job was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportArgs {
    /// What it is called in lists of jobs.
    pub title: String,
    pub file_id: FileId,
    pub file_name: String,
    pub layout: Layout,
    /// What each column means, in the order of the file; the others are kept beside.
    pub mapping: Vec<Option<ImportField>>,
    /// Rows to be read, as they were counted when the file came in.
    pub rows: i64,
    /// Nothing is added; the file is read and judged.
    pub validate_only: bool,
    /// Where people go, or for whose sake they are judged.
    pub review_id: Option<ReviewId>,
    /// How long the errors are kept with the file, in seconds.
    pub kept_s: u64,
}

/// How the text of a file is laid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    pub delimiter: char,
    /// The names of the columns, each once: a second "Company" is "Company (2)".
    pub columns: Vec<String>,
    /// The byte where the first row below the header begins.
    pub body_at: i64,
    /// Its number, as a spreadsheet counts.
    pub first_row: i64,
}

/// What an import came to so far. Every row that was read is exactly one of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    /// Added to the review; or, when only judged, fit to be.
    pub new: i64,
    /// In the review already, or more than once in the file.
    pub known: i64,
    pub refused: i64,
    /// Rows without anything in them.
    pub blank: i64,
}

impl ImportCounts {
    pub fn read(self) -> i64 {
        self.new + self.known + self.refused + self.blank
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            new: self.new + other.new,
            known: self.known + other.known,
            refused: self.refused + other.refused,
            blank: self.blank + other.blank,
        }
    }
}

/// What is wrong with one cell or row, with the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// As a spreadsheet counts: the first line of the file is row 1.
    pub row: i64,
    /// Empty when the fault lies in no single column.
    pub column: String,
    /// What stands there, shortened.
    pub value: String,
    pub message: String,
}
