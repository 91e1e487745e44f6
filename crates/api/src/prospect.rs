//! A person that a search found.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::account::Provider;
use crate::search::Api;

/// A person that a search found, as the provider described them. What the provider did not say is null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Prospect {
    pub id: String,
    /// The page that brought them, from 1.
    pub batch: u32,
    /// Their place on that page, from 0.
    pub position: u32,
    pub name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub headline: Option<String>,
    /// The current job title.
    pub title: Option<String>,
    /// The current company.
    pub company: Option<String>,
    pub industry: Option<String>,
    pub location: Option<String>,
    pub country: Option<String>,
    pub profile_url: Option<String>,
    /// The last part of their public LinkedIn address.
    pub public_identifier: Option<String>,
    /// Degree of connection, 1 to 3; null beyond.
    pub network_distance: Option<u8>,
    /// Connections in common.
    pub shared_connections: Option<u32>,
    pub premium: Option<bool>,
    pub open_to_work: Option<bool>,
    pub summary: Option<String>,
    pub source: ProspectSource,
}

/// Who said so, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProspectSource {
    pub provider: Provider,
    pub api: Api,
    pub fetched_at: Timestamp,
}
