//! Workspaces, and what somebody may do there.

use super::{Micros, Role, WorkspaceId};

/// Every row belongs to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
    /// An IANA time zone, in which working hours and schedules are meant.
    pub time_zone: String,
    pub created_at: Micros,
}

/// A workspace as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub workspace: Workspace,
    pub role: Role,
}
