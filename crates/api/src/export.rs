//! Files that people take out: what is asked for, and how far it is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::job::{JobError, JobStatus, Progress, StopReason};
use crate::posting::PostingsQuery;
use crate::review::ReviewFilter;

/// An export: exactly one of `search_id`, `review_id` and `postings` says whose rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest {
    /// What this search has found when the export begins; those who are found later are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_id: Option<String>,
    /// What this review holds when the export begins, with its decisions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_id: Option<String>,
    /// The postings of this list, all of its pages. Of its orders those will do that stay while people work: not `updated_at`, `status` and `stars`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postings: Option<PostingsQuery>,
    pub format: ExportFormat,
    /// In the order of the file; the usual ones when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<ExportColumn>>,
    /// Of people, as in the list; `decision` and `mark` belong to reviews.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filters: Option<ReviewFilter>,
    /// Of people, as in the list of results: `position` (the default), `name`, `company`, `title` or `location`; a leading `-` turns it round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Whether a CSV file begins with the mark by which Excel knows UTF-8; true when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byte_order_mark: Option<bool>,
}

/// What `GET /api/v1/searches/{id}/export` takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SearchExportQuery {
    /// `csv` when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub format: Option<ExportFormat>,
    /// Names of columns with commas between; the usual ones when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<String>,
    /// Words that must all occur in name, headline, title, company, location or industry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Words of the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Words of the company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Words of the location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Degree of connection, 1 to 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 3)]
    pub network_distance: Option<u8>,
    /// `position` (the default), `name`, `company`, `title` or `location`; a leading `-` turns it round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Comma-separated, safe to open in a spreadsheet.
    #[default]
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// A workbook for Excel and LibreOffice.
    Xlsx,
}

impl ExportFormat {
    pub const ALL: [ExportFormat; 3] = [ExportFormat::Csv, ExportFormat::Jsonl, ExportFormat::Xlsx];

    pub fn as_str(self) -> &'static str {
        match self {
            ExportFormat::Csv => "csv",
            ExportFormat::Jsonl => "jsonl",
            ExportFormat::Xlsx => "xlsx",
        }
    }
}

/// What a file can say of a person or a posting. The four about decisions belong to reviews; those from `workplace` on, but for `id`, to postings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportColumn {
    Name,
    FirstName,
    LastName,
    Headline,
    Title,
    Company,
    Industry,
    Location,
    Country,
    ProfileUrl,
    PublicIdentifier,
    NetworkDistance,
    SharedConnections,
    Premium,
    OpenToWork,
    Summary,
    Decision,
    Reason,
    DecidedBy,
    DecidedAt,
    Provider,
    Api,
    FetchedAt,
    Batch,
    Position,
    Workplace,
    EmploymentType,
    Seniority,
    Functions,
    Industries,
    SalaryText,
    SalaryMin,
    SalaryMax,
    SalaryCurrency,
    SalaryPeriod,
    PostedAt,
    Applicants,
    EasyApply,
    ApplyUrl,
    Url,
    ClosedAt,
    Status,
    AppliedAt,
    Stars,
    StarsReason,
    Notes,
    NextReminderAt,
    Description,
    Source,
    CreatedAt,
    UpdatedAt,
    LinkedinId,
    Id,
}

/// An export and its file. It is a job with the same id, so `/api/v1/jobs/{id}` pauses, cancels, retries and streams it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Export {
    pub id: String,
    pub search_id: Option<String>,
    pub review_id: Option<String>,
    /// The list of postings, if it is of postings.
    pub postings: Option<PostingsQuery>,
    pub format: ExportFormat,
    pub columns: Vec<ExportColumn>,
    pub filters: ReviewFilter,
    pub sort: String,
    pub status: JobStatus,
    /// Rows written, of those that there were when it began.
    pub progress: Progress,
    pub stop_reason: Option<StopReason>,
    pub stop_message: Option<String>,
    pub error: Option<JobError>,
    pub file: ExportFile,
    pub created_at: Timestamp,
    pub completed_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExportFile {
    pub state: FileState,
    #[schema(example = "ceo-berlin-2026-03-02.csv")]
    pub name: String,
    pub media_type: String,
    /// Null until it is ready.
    pub size_bytes: Option<u64>,
    /// Rows below the header; null until it is ready.
    pub rows: Option<u64>,
    /// Where to download it.
    pub url: String,
    /// When it goes; an unfinished file goes later than this, once its job has ended.
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// Still being written.
    Writing,
    /// Whole, and unchanging.
    Ready,
    /// Removed after its time.
    Expired,
}
