//! Whose rows a store call may see.

use super::WorkspaceId;
/// Every store call takes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Workspace(WorkspaceId),
    /// The engine and maintenance, never a request.
    System,
}
