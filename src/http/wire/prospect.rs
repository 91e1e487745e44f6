//! A person that a search found, as the wire has it.

use sluice_api as api;
use sluice_providers::NetworkDistance;

use super::{api_word, small};
use crate::store::prospects::Prospect;

pub fn show(prospect: Prospect) -> api::Prospect {
    let record = prospect.record;
    api::Prospect {
        id: prospect.id.to_string(),
        batch: small(prospect.batch),
        position: small(prospect.position),
        name: record.name,
        first_name: record.first_name,
        last_name: record.last_name,
        headline: record.headline,
        title: record.title,
        company: record.company,
        industry: record.industry,
        location: record.location,
        country: record.country,
        profile_url: record.profile_url,
        public_identifier: record.public_identifier,
        network_distance: record.network_distance.and_then(degree),
        shared_connections: record.shared_connections,
        premium: record.premium,
        open_to_work: record.open_to_work,
        summary: record.summary,
        source: api::ProspectSource {
            provider: api::Provider::Unipile,
            api: api_word(record.api),
            fetched_at: prospect.created_at.timestamp(),
        },
    }
}

/// 1, 2 or 3; nothing for oneself and beyond.
pub fn degree(distance: NetworkDistance) -> Option<u8> {
    match distance {
        NetworkDistance::First => Some(1),
        NetworkDistance::Second => Some(2),
        NetworkDistance::Third => Some(3),
        NetworkDistance::Own | NetworkDistance::OutOfNetwork => None,
    }
}
