//! API keys: what lets a program in.

use super::{KeyId, Micros, Role, UserId, WorkspaceId};

/// Begins a key that must stay secret.
pub const SECRET_PREFIX: &str = "sk_";
/// Begins a key that may be seen in a browser: read-only.
pub const PUBLISHABLE_PREFIX: &str = "pk_";

/// A key as it is kept: its text only as a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: KeyId,
    /// Where it acts unless another workspace is named.
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub name: String,
    pub role: Role,
    /// Read-only and meant for browsers.
    pub publishable: bool,
    /// Serves its home workspace alone.
    pub confined: bool,
    /// The first characters, to recognise it by.
    pub prefix: String,
    pub created_at: Micros,
    pub expires_at: Option<Micros>,
    pub revoked_at: Option<Micros>,
    pub last_used_at: Option<Micros>,
}

impl ApiKey {
    pub fn is_valid_at(&self, now: Micros) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}
