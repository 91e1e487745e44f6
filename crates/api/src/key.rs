//! API keys.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::workspace::Role;

/// A key, by which programs act in a workspace. Its text is stored only as a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Key {
    pub id: String,
    pub name: String,
    pub role: Role,
    /// Read-only and meant for browsers.
    pub publishable: bool,
    /// Serves its workspace alone.
    pub confined: bool,
    /// The first characters, to recognise it by.
    pub prefix: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// What it is for.
    #[schema(min_length = 1, max_length = 255)]
    pub name: String,
    /// At most the caller's own.
    pub role: Role,
    /// Read-only and meant for browsers.
    #[serde(default)]
    pub publishable: bool,
    /// Serves this workspace alone, even if its user belongs to others. A publishable key always does.
    #[serde(default)]
    pub confined: bool,
    /// Never when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// The one answer that shows the key itself.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct KeyCreated {
    /// Shown once: keep it now.
    #[serde(with = "crate::secret")]
    #[schema(value_type = String)]
    pub key: SecretString,
    #[serde(flatten)]
    pub about: Key,
}
