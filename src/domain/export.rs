//! What an export takes out: whose rows, in which order, which columns, and in which format.

use serde::{Deserialize, Serialize};
use sluice_providers::NetworkDistance;

use super::review::ItemFilter;
use super::tracker::PostingFilter;
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
    /// Postings, noted as they are when the row is written.
    Postings {
        filter: PostingFilter,
        /// A word of the list's orders.
        sort: String,
        descending: bool,
    },
}

/// What the rows of a source are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportOf {
    Search,
    Review,
    Postings,
}

impl ExportOf {
    /// The name of a worksheet of them.
    pub fn title(self) -> &'static str {
        match self {
            Self::Search | Self::Review => "People",
            Self::Postings => "Postings",
        }
    }
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
    pub fn of(&self) -> ExportOf {
        match self {
            Self::Search { .. } => ExportOf::Search,
            Self::Review { .. } => ExportOf::Review,
            Self::Postings { .. } => ExportOf::Postings,
        }
    }
}

words! {
    /// What a file can say of a person or a posting.
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
        Workplace = "workplace",
        EmploymentType = "employment_type",
        Seniority = "seniority",
        Functions = "functions",
        Industries = "industries",
        SalaryText = "salary_text",
        SalaryMin = "salary_min",
        SalaryMax = "salary_max",
        SalaryCurrency = "salary_currency",
        SalaryPeriod = "salary_period",
        PostedAt = "posted_at",
        Applicants = "applicants",
        EasyApply = "easy_apply",
        ApplyUrl = "apply_url",
        Url = "url",
        ClosedAt = "closed_at",
        Status = "status",
        AppliedAt = "applied_at",
        Stars = "stars",
        StarsReason = "stars_reason",
        Notes = "notes",
        NextReminderAt = "next_reminder_at",
        Description = "description",
        Source = "source",
        CreatedAt = "created_at",
        UpdatedAt = "updated_at",
        LinkedinId = "linkedin_id",
        Id = "id",
    }
}

/// What postings say, in the order of a file when nothing else is said.
const OF_POSTINGS: [ExportColumn; 31] = [
    ExportColumn::Title,
    ExportColumn::Company,
    ExportColumn::Location,
    ExportColumn::Country,
    ExportColumn::Workplace,
    ExportColumn::EmploymentType,
    ExportColumn::Seniority,
    ExportColumn::SalaryText,
    ExportColumn::SalaryMin,
    ExportColumn::SalaryMax,
    ExportColumn::SalaryCurrency,
    ExportColumn::SalaryPeriod,
    ExportColumn::PostedAt,
    ExportColumn::ClosedAt,
    ExportColumn::Status,
    ExportColumn::AppliedAt,
    ExportColumn::Stars,
    ExportColumn::StarsReason,
    ExportColumn::Notes,
    ExportColumn::NextReminderAt,
    ExportColumn::Url,
    ExportColumn::ApplyUrl,
    ExportColumn::EasyApply,
    ExportColumn::Applicants,
    ExportColumn::Functions,
    ExportColumn::Industries,
    ExportColumn::Description,
    ExportColumn::Source,
    ExportColumn::CreatedAt,
    ExportColumn::UpdatedAt,
    ExportColumn::LinkedinId,
];

impl ExportColumn {
    /// All that such a source can say.
    pub fn all_of(of: ExportOf) -> Vec<Self> {
        if of == ExportOf::Postings {
            return OF_POSTINGS.into_iter().chain([Self::Id]).collect();
        }
        let shared = [Self::Title, Self::Company, Self::Location, Self::Country];
        let of_people = |column: &Self| shared.contains(column) || !OF_POSTINGS.contains(column);
        let decided = [Self::Decision, Self::Reason, Self::DecidedBy, Self::DecidedAt];
        Self::ALL.iter().copied().filter(of_people).filter(|column| of == ExportOf::Review || !decided.contains(column)).collect()
    }

    /// What a file has when nothing else is said.
    pub fn usual(of: ExportOf) -> Vec<Self> {
        let inner = [Self::Batch, Self::Position, Self::Id, Self::LinkedinId, Self::UpdatedAt];
        Self::all_of(of).into_iter().filter(|column| !inner.contains(column)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_has_its_own_columns_and_every_column_a_source() {
        let [search, review, postings] = [ExportOf::Search, ExportOf::Review, ExportOf::Postings].map(ExportColumn::all_of);
        assert!(search.iter().all(|column| review.contains(column)) && review.len() == search.len() + 4);
        assert!(ExportColumn::ALL.iter().all(|column| review.contains(column) || postings.contains(column)));
        assert!(!search.contains(&ExportColumn::Notes) && !postings.contains(&ExportColumn::Decision));
        let usual = ExportColumn::usual(ExportOf::Postings);
        assert_eq!((usual[0], usual.contains(&ExportColumn::Id)), (ExportColumn::Title, false));
    }
}
