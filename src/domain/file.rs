//! Files that people take out or bring in.

use super::words::words;
use super::{FileId, JobId, Micros, UserId, WorkspaceId};

words! {
    FilePurpose {
        /// What an export writes, for people to download.
        Export = "export",
        /// Rows that an export has collected and will still put into a workbook.
        Parts = "parts",
        /// What somebody brought to be imported.
        Upload = "upload",
    }
}

words! {
    FileState {
        /// Grows still.
        Writing = "writing",
        /// Whole; never changes any more.
        Ready = "ready",
        /// Past its time; its content goes a little at a time.
        Removing = "removing",
        /// Past its time, without content.
        Expired = "expired",
    }
}

impl FileState {
    /// Whether the content is no longer to be had.
    pub fn is_gone(self) -> bool {
        matches!(self, Self::Removing | Self::Expired)
    }
}

words! {
    /// How the text of an upload is stored. What came as UTF-16 is stored as UTF-8.
    Encoding {
        Utf8 = "utf-8",
        Windows1252 = "windows-1252",
    }
}

/// A file, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    pub id: FileId,
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    /// The job that wrote it, or the last one that read it.
    pub job_id: Option<JobId>,
    pub purpose: FilePurpose,
    pub state: FileState,
    /// With its ending, such as `.csv`.
    pub name: String,
    pub media_type: String,
    pub encoding: Option<Encoding>,
    /// Bytes; 0 until it is ready.
    pub size: i64,
    /// Rows of people, without the header; 0 until it is ready.
    pub rows: i64,
    pub created_at: Micros,
    pub expires_at: Micros,
}
