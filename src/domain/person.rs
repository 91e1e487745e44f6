//! Who is who: one person has many ids.

use sluice_providers::PersonRecord;

/// An id of a person and the scheme it belongs to: `member`, `public`, or the name of an api.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonKey {
    pub scheme: &'static str,
    pub value: String,
}

/// All ids that a record gives, the strongest first: the member id holds over all apis, the public identifier may change hands, an
/// api's own id says nothing about the other apis.
pub fn keys(record: &PersonRecord) -> Vec<PersonKey> {
    let mut keys = Vec::with_capacity(3);
    if let Some(member) = &record.member_urn {
        keys.push(PersonKey { scheme: MEMBER, value: member.clone() });
    }
    if let Some(public) = &record.public_identifier {
        keys.push(PersonKey { scheme: PUBLIC, value: public.to_lowercase() });
    }
    keys.push(PersonKey { scheme: record.api.as_str(), value: record.provider_id.clone() });
    keys
}

/// All that says who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub member_urn: Option<String>,
    /// The strongest first.
    pub keys: Vec<PersonKey>,
    pub name: Option<String>,
}

impl Identity {
    pub fn of(record: &PersonRecord) -> Self {
        Self { member_urn: record.member_urn.clone(), keys: keys(record), name: record.name.clone() }
    }

    /// Of somebody of whom only the public address is known.
    pub fn public(public_identifier: &str, name: Option<String>) -> Self {
        let key = PersonKey { scheme: PUBLIC, value: public_identifier.to_lowercase() };
        Self { member_urn: None, keys: vec![key], name }
    }
}

pub const MEMBER: &str = "member";
pub const PUBLIC: &str = "public";
