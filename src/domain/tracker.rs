//! What a workspace notes about its postings: where each application stands, and which postings a list shows.

use serde::{Deserialize, Serialize};
use sluice_providers::posting::{EmploymentType, PostingSeniority, Workplace};

use super::words::words;
use super::{CompanyId, JobId, Micros, PostingId};

words! {
    /// Where one's own application stands, in the order in which applications usually go.
    ApplicationStatus {
        Saved = "saved",
        Applied = "applied",
        Interviewing = "interviewing",
        Offer = "offer",
        Rejected = "rejected",
        Withdrawn = "withdrawn",
    }
}

impl ApplicationStatus {
    /// Whether one has applied by then.
    pub fn is_applied(self) -> bool {
        self != Self::Saved
    }
}

words! {
    /// What a line of a posting's history tells.
    HistoryKind {
        Found = "found",
        Imported = "imported",
        Updated = "updated",
        Closed = "closed",
        Reopened = "reopened",
        Status = "status",
        Stars = "stars",
        Notes = "notes",
        Hidden = "hidden",
        Shown = "shown",
        Contact = "contact",
        Reminder = "reminder",
    }
}

/// The longest texts that are noted, in characters.
pub const LONGEST_NOTES: usize = 20_000;
pub const LONGEST_REMARK: usize = 2_000;
pub const LONGEST_NAME: usize = 255;

/// Postings that one change may name.
pub const MOST_CHANGED: usize = 1_000;

/// What must hold of a posting to be listed or exported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostingFilter {
    /// Hidden ones alone, or the others alone.
    pub hidden: bool,
    /// Found or imported by this job.
    pub job_id: Option<JobId>,
    /// The one with this number at LinkedIn.
    pub linkedin_id: Option<String>,
    /// One of these; `None` among them is a posting without a status. Whatever it is when empty.
    pub statuses: Vec<Option<ApplicationStatus>>,
    /// Words that must all occur in title, company, location, notes or description; the last may be the beginning of one.
    pub words: String,
    /// The same of the location alone.
    pub location: String,
    pub company_id: Option<CompanyId>,
    pub workplace: Option<Workplace>,
    pub employment_type: Option<EmploymentType>,
    pub seniority: Option<PostingSeniority>,
    pub easy_apply: Option<bool>,
    /// At least so many.
    pub stars: Option<i64>,
    pub closed: Option<bool>,
    /// Whether nobody has opened it.
    pub new: Option<bool>,
    /// A follow-up is due until then.
    pub reminder_before: Option<Micros>,
    /// Posted then or later.
    pub posted_after: Option<Micros>,
}

/// Why a change of postings was refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeRefused {
    /// This posting is not there.
    Missing(PostingId),
    /// Its notes are no longer those that the change began from.
    NotesChanged { id: PostingId, notes: Option<String> },
    /// With what was to be added, its notes would be longer than notes can be.
    NotesFull(PostingId),
}

/// What shall be different about postings; what is `None` stays as it is, and an inner `None` empties it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PostingChange {
    pub status: Option<Option<ApplicationStatus>>,
    pub applied_at: Option<Option<Micros>>,
    pub notes: Option<Option<String>>,
    /// What the notes must have been for `notes` to take their place.
    pub notes_were: Option<Option<String>>,
    /// Joins the notes that are there.
    pub add_note: Option<String>,
    pub stars: Option<Option<i64>>,
    pub stars_reason: Option<Option<String>>,
    pub hidden: Option<bool>,
    pub seen: Option<bool>,
}
