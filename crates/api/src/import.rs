//! Files that people bring in: what is asked for, how far it is, and what was wrong with which row.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::export::FileState;
use crate::job::{JobError, JobStatus, Progress, StopReason};

/// An import. As JSON, exactly one of `file_id` and `csv` says what is imported; in a form, the part `file` does, and this is the part
/// `options`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// A file that an earlier import has brought in, such as one that only validated it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_id: Option<String>,
    /// The text of the file, when it is small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csv: Option<String>,
    /// What the text is to be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The open review that takes the people in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_id: Option<String>,
    /// A new review that takes them in; called after the file when neither this nor `review_id` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_name: Option<String>,
    /// Which columns are read; guessed by their names when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<ImportMapping>,
    /// Reads and judges every row, and adds nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validate_only: Option<bool>,
}

/// For each field the name of its column, as the header has it. Columns that are not named here are kept beside, as the file has them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportMapping {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Any form of a LinkedIn profile's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_url: Option<String>,
    /// The last part of such an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_identifier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network_distance: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// What a column can be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportField {
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
    Summary,
}

/// An import. It is a job with the same id, so `/api/v1/jobs/{id}` pauses, cancels, retries and streams it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Import {
    pub id: String,
    pub file: ImportFile,
    /// Where people go; null when the file is only judged, for nobody's sake.
    pub review_id: Option<String>,
    pub validate_only: bool,
    /// In the order of the file.
    pub columns: Vec<ImportColumn>,
    pub counts: ImportCounts,
    pub status: JobStatus,
    /// Rows read, of those that were counted when the file came in.
    pub progress: Progress,
    pub stop_reason: Option<StopReason>,
    pub stop_message: Option<String>,
    pub error: Option<JobError>,
    /// Where the refused rows can be downloaded as CSV.
    pub errors_url: String,
    /// What its sender should know about an import that starts all the same.
    pub warnings: Vec<String>,
    pub created_at: Timestamp,
    pub completed_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportFile {
    /// For another import of the same file.
    pub id: String,
    pub name: String,
    pub state: FileState,
    pub size_bytes: u64,
    /// As it was understood.
    #[schema(example = "utf-8")]
    pub encoding: String,
    #[schema(example = ",")]
    pub delimiter: String,
    /// When it goes, and the refused rows with it.
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportColumn {
    pub name: String,
    /// What it is read as; null when it is kept beside.
    pub field: Option<ImportField>,
}

/// Every row that was read is exactly one of these.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportCounts {
    /// Added to the review; or, when only judged, fit to be.
    pub new: u64,
    /// In the review already, or more than once in the file.
    pub known: u64,
    /// Rows with something wrong.
    pub refused: u64,
    /// Rows without anything in them.
    pub blank: u64,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowError {
    /// As a spreadsheet counts: the first line of the file is row 1.
    pub row: u64,
    /// Empty when the fault lies in no single column.
    pub column: String,
    /// What stands there, shortened.
    pub value: String,
    /// What is wrong and what would do, as plain sentences.
    pub message: String,
}
