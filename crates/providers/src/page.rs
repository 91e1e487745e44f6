//! One provider answer, read into plain types.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::query::Api;

/// Where the next page starts: the provider's own text, kept verbatim and never looked into.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub String);

/// One page of a people search.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub records: Vec<PersonRecord>,
    /// Rows that could not be read; counted, kept with their error and shown, never in the way of good rows.
    pub rejected: Vec<RejectedRecord>,
    /// `None` on the last page.
    pub next: Option<Cursor>,
    /// The provider's own count of all matches; often far more than it will hand out.
    pub total: Option<u64>,
}

/// A row that could not be read, with its raw text (cut to 4 KiB).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RejectedRecord {
    /// Zero-based place in the page.
    pub position: usize,
    pub error: String,
    pub raw: Value,
}

/// What a provider said about one person in a search. Strict behind the door: absent is `None`, never `""`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PersonRecord {
    /// Zero-based place in the page as received.
    pub position: usize,
    pub api: Api,
    /// The id of the person in this api (`ACoAA…` classic, `ACwAA…` Sales Navigator, `AEMAA…` recruiter).
    pub provider_id: String,
    /// The same person's id over all apis, digits only.
    pub member_urn: Option<String>,
    /// The vanity name of the profile URL, decoded, without query string.
    pub public_identifier: Option<String>,
    pub name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub headline: Option<String>,
    pub title: Option<String>,
    pub company: Option<String>,
    pub company_id: Option<String>,
    pub industry: Option<String>,
    pub location: Option<String>,
    /// The last part of the location when it names a country.
    pub country: Option<String>,
    pub summary: Option<String>,
    pub profile_url: Option<String>,
    pub picture_url: Option<String>,
    pub network_distance: Option<NetworkDistance>,
    pub shared_connections: Option<u32>,
    pub premium: Option<bool>,
    pub open_profile: Option<bool>,
    pub open_to_work: Option<bool>,
    /// The record as the provider sent it.
    pub raw: Value,
}

/// How far a person is from the account's owner, over the vendors' two spellings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkDistance {
    Own,
    First,
    Second,
    Third,
    OutOfNetwork,
}

impl NetworkDistance {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::First => "first",
            Self::Second => "second",
            Self::Third => "third",
            Self::OutOfNetwork => "out_of_network",
        }
    }

    /// 1, 2 or 3 as the distance that it is.
    pub fn of_degree(degree: u8) -> Option<Self> {
        match degree {
            1 => Some(Self::First),
            2 => Some(Self::Second),
            3 => Some(Self::Third),
            _ => None,
        }
    }
}
