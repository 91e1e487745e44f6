//! Links that work once: they make somebody's first password, bring somebody into a workspace, or replace a password.

use std::time::Duration;

use super::words::words;
use super::{Micros, Role, SignInLinkId, UserId, WorkspaceId};

words! {
    LinkKind {
        /// For the owner whom the first start made, and for one who is locked out.
        Welcome = "welcome",
        Invitation = "invitation",
        Reset = "reset",
    }
}

impl LinkKind {
    /// How long a link of this kind can be used.
    pub fn lasts(self) -> Duration {
        const HOUR: u64 = 3600;
        match self {
            Self::Welcome => Duration::from_secs(24 * HOUR),
            Self::Invitation => Duration::from_secs(7 * 24 * HOUR),
            Self::Reset => Duration::from_secs(HOUR),
        }
    }

    /// The page that it opens, with the token in the place of `{token}`.
    pub fn route(self) -> &'static str {
        match self {
            Self::Welcome => "/welcome/{token}",
            Self::Invitation => "/join/{token}",
            Self::Reset => "/reset/{token}",
        }
    }
}

/// A link as it is kept: its token only as a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInLink {
    pub id: SignInLinkId,
    pub kind: LinkKind,
    /// Missing for a reset that the user asked for.
    pub workspace_id: Option<WorkspaceId>,
    /// Whom it signs in; missing for an invitation.
    pub user_id: Option<UserId>,
    /// What an invitation makes of who takes it up.
    pub role: Option<Role>,
    /// Whom an invitation is meant for, as its maker wrote it.
    pub email: Option<String>,
    pub made_by: Option<UserId>,
    pub created_at: Micros,
    pub expires_at: Micros,
    pub used_at: Option<Micros>,
    pub used_by: Option<UserId>,
    pub revoked_at: Option<Micros>,
}

impl SignInLink {
    pub fn is_open_at(&self, now: Micros) -> bool {
        self.used_at.is_none() && self.revoked_at.is_none() && now < self.expires_at
    }
}
