//! Who belongs to a workspace, and who is invited into it.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::workspace::Role;

/// A user in the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Member {
    /// The user's.
    pub id: String,
    pub name: String,
    /// Null for somebody who comes in by key alone.
    pub email: Option<String>,
    pub role: Role,
    /// Whether this is the caller.
    pub own: bool,
    pub joined_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberPatch {
    pub role: Role,
}

/// Whether an invitation still brings somebody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    Open,
    Used,
    Revoked,
    Expired,
}

/// A link into the workspace that works once. Its address is stored only as a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    pub id: String,
    pub role: Role,
    /// Whom it is meant for, if that was said.
    pub email: Option<String>,
    pub state: InvitationState,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationRequest {
    /// What it makes of who takes it up.
    pub role: Role,
    /// Whom it is meant for. Where mail is set up, the link goes there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254)]
    pub email: Option<String>,
}

/// The one answer that shows the link.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct InvitationCreated {
    /// Shown once: whoever opens it first can join, within seven days.
    #[serde(with = "crate::secret")]
    #[schema(value_type = String)]
    pub link: SecretString,
    /// Whether it was also sent to its address by mail.
    pub mailed: bool,
    #[serde(flatten)]
    pub about: Invitation,
}

/// A link that signs somebody in once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SignInLink {
    /// Shown once.
    #[serde(with = "crate::secret")]
    #[schema(value_type = String)]
    pub link: SecretString,
    pub expires_at: Timestamp,
}
