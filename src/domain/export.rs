//! What an export takes out: whose rows, in which order, which columns, and in which format.

use serde::{Deserialize, Serialize};
use sluice_providers::NetworkDistance;

use super::review::ItemFilter;
use super::words::words;
use super::{FileId, JobId, ReviewId};

words! {
    ExportFormat {
        /// Comma-separated, safe to open in a spreadsheet.
        Csv = "csv",
        /// One JSON object a line.
        Jsonl = "jsonl",
        /// A workbook for Excel and LibreOffice.
        Xlsx = "xlsx",
    }
}

impl ExportFormat {
    /// As people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Jsonl => "JSON lines",
            Self::Xlsx => "an Excel workbook",
        }
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/jsonl",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// The arguments of an export. They never change after the job was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportArgs {
    /// What it is called in lists of jobs.
    pub title: String,
    pub source: ExportSource,
    pub format: ExportFormat,
    /// In the order of the file.
    pub columns: Vec<ExportColumn>,
    /// Whether a CSV file begins with the mark by which Excel knows UTF-8.
    pub byte_order_mark: bool,
    pub file_id: FileId,
    /// Where the rows of a workbook are collected first.
    pub parts_id: Option<FileId>,
    /// How long the file is kept once it is whole, in seconds.
    pub kept_s: u64,
}

/// Whose rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum ExportSource {
    /// What a search has found.
    Search {
        search_id: JobId,
        filter: SearchFilter,
        /// A word of the list's orders.
        sort: String,
        descending: bool,
    },
    /// What a review holds, decided as it is when the row is written.
    Review {
        review_id: ReviewId,
        filter: ItemFilter,
        /// A word of the list's orders.
        sort: String,
        descending: bool,
    },
}

/// As the list of a search's results is filtered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchFilter {
    pub words: Option<String>,
    pub title: Option<String>,
    pub company: Option<String>,
    pub location: Option<String>,
    pub network_distance: Option<NetworkDistance>,
}

impl ExportSource {
    pub fn is_of_a_review(&self) -> bool {
        match self {
            Self::Search { .. } => false,
            Self::Review { .. } => true,
        }
    }
}

words! {
    /// What a file can say of a person.
    ExportColumn {
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
        SharedConnections = "shared_connections",
        Premium = "premium",
        OpenToWork = "open_to_work",
        Summary = "summary",
        Decision = "decision",
        Reason = "reason",
        DecidedBy = "decided_by",
        DecidedAt = "decided_at",
        Provider = "provider",
        Api = "api",
        FetchedAt = "fetched_at",
        Batch = "batch",
        Position = "position",
        Id = "id",
    }
}

impl ExportColumn {
    /// Whether only a review can fill it.
    pub fn is_of_a_review(self) -> bool {
        matches!(self, Self::Decision | Self::Reason | Self::DecidedBy | Self::DecidedAt)
    }

    /// What a file has when nothing else is said.
    pub fn usual(of_a_review: bool) -> Vec<Self> {
        let inner = [Self::Batch, Self::Position, Self::Id];
        Self::ALL.iter().copied().filter(|column| !inner.contains(column) && (of_a_review || !column.is_of_a_review())).collect()
    }
}
