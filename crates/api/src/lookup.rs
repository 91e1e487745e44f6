//! What a person's words may mean at LinkedIn.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Words to look up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LookupQuery {
    /// Among what.
    #[param(inline)]
    pub kind: LookupField,
    /// The words, or the beginning of them; 2 to 100 letters.
    #[param(min_length = 2, max_length = 100)]
    pub q: String,
    /// The account to ask with; the caller's own one that can do most when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LookupField {
    Location,
    Company,
    Industry,
    School,
}

/// What the words may mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Lookup {
    /// The best first, 20 at most.
    pub choices: Vec<Choice>,
    /// Why these are only those that are remembered, as one plain sentence; null when the provider has answered.
    pub note: Option<String>,
    /// When it is worth asking again, in milliseconds; null when it is not.
    pub retry_after_ms: Option<u64>,
}

/// One meaning, under the provider's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Choice {
    pub id: String,
    pub title: String,
}
