//! What is told after a change has committed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A committed change.
///
/// On a stream (`text/event-stream`) it is one frame: `id` is the frame's `id:`, `type` its `event:`, and `data` its `data:`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Opaque; send it back as `Last-Event-ID` to go on after it.
    pub id: String,
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// Null when the change is of no job.
    pub job_id: Option<String>,
    pub workspace_id: String,
    pub at: Timestamp,
    /// A `Job`, a `PageStored`, a `TimelineAdded`, a `ReviewChanged` or a `PostingsChanged`, by `type`.
    #[schema(value_type = Object)]
    pub data: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventType {
    /// The job as it is now.
    Job,
    /// A page of rows was stored.
    Page,
    /// Something happened that the timeline tells.
    Timeline,
    /// The counts of a review changed.
    Review,
    /// People changed postings.
    Posting,
}

impl EventType {
    pub fn as_str(self) -> &'static str {
        match self {
            EventType::Job => "job",
            EventType::Page => "page",
            EventType::Timeline => "timeline",
            EventType::Review => "review",
            EventType::Posting => "posting",
        }
    }
}

/// A page of rows was stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PageStored {
    pub job_id: String,
    /// The page's number, from 1.
    pub batch: u32,
    /// Rows that are new to this job.
    pub stored: u32,
    /// Rows that this job had already.
    pub known: u32,
    /// Rows of this job after the page.
    pub total_stored: u64,
    /// What the page brought, in words, where rows come to more than new and known: "3 new, 7 updated".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brought: Option<String>,
}

/// A new line of a job's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineAdded {
    pub job_id: String,
    pub at: Timestamp,
    /// A stable code for programs, such as `page_stored` or `taken_over`.
    pub kind: String,
    /// One plain sentence.
    pub message: String,
}
