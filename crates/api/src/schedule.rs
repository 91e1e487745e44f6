//! What the clock starts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// When something starts by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Timetable {
    /// Five fields: minute, hour, day of month, month, day of week.
    #[schema(example = "0 7 * * MON-FRI")]
    pub cron: String,
    /// An IANA time zone.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    /// What people call it; the times when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 255)]
    pub name: Option<String>,
}

/// What shall be different about a schedule; what is missing stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchedulePatch {
    /// False pauses it; times that pass meanwhile are not made up for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 255)]
    pub name: Option<String>,
    /// Five fields: minute, hour, day of month, month, day of week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cron: Option<String>,
    /// An IANA time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// Makes a job at each of its times, until it is deleted. Times that were missed while no server ran are made up for by one job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Schedule {
    pub id: String,
    pub name: String,
    /// Of the jobs that it makes.
    #[schema(example = "search_prospects")]
    pub kind: String,
    /// What its jobs are asked for, as the kind stores it.
    #[schema(value_type = Object)]
    pub args: Value,
    /// The account that its jobs work with.
    pub account_id: Option<String>,
    /// Higher goes first, within the workspace.
    pub priority: i32,
    pub cron: String,
    pub time_zone: String,
    /// False while it is paused, and once its cron line names no further time.
    pub enabled: bool,
    pub next_at: Timestamp,
    /// The job that it made last.
    pub last_job_id: Option<String>,
    /// What to know about what it asks for, as plain sentences: told once, when it is made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}
