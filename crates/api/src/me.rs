//! The caller, and where they are signed in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::workspace::Workspace;

/// Who asks, and where that acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// The user's.
    pub id: String,
    pub name: String,
    pub email: Option<String>,
    pub has_password: bool,
    /// Whether a mail tells the user that a long job has ended or needs somebody.
    pub notified: bool,
    /// Where this request acts, with the user's role there.
    pub workspace: Workspace,
    pub created_at: Timestamp,
}

/// What is missing stays as it is. Address and password are changed on the page alone, with the password that holds now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MePatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 255)]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notified: Option<bool>,
}

/// A browser that is signed in as the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    pub id: String,
    /// The browser and the system, such as "Firefox on Linux".
    pub device: String,
    /// Whether this request came with it.
    pub current: bool,
    pub created_at: Timestamp,
    /// Written down once a minute.
    pub last_used_at: Timestamp,
    /// Thirty days after it was used last.
    pub expires_at: Timestamp,
}
