//! Sessions: what lets a browser in after its user has signed in.

use std::time::Duration;

use super::{Micros, SessionId, UserId, WorkspaceId};

/// How long a session lasts without being used.
pub const LASTS: Duration = Duration::from_secs(30 * 24 * 3600);

/// A session as it is kept: its cookie only as a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    /// Where it acts unless a request names another workspace.
    pub workspace_id: WorkspaceId,
    /// The browser and the system, in words.
    pub device: String,
    pub created_at: Micros,
    pub last_used_at: Micros,
    pub expires_at: Micros,
}

impl Session {
    pub fn is_valid_at(&self, now: Micros) -> bool {
        now < self.expires_at
    }
}
