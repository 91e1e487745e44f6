//! Search and profile answers, from bytes to plain types. Pure: no call, no clock.

use serde_json::{Map, Value};

use super::identity;
use crate::country::country_of;
use crate::error::ProviderError;
use crate::fetch::excerpt;
use crate::lenient::{count, flag, objects, text, web_address, without_nul};
use crate::page::{Cursor, NetworkDistance, Page, PersonRecord, RejectedRecord};
use crate::query::Api;

/// A rejected row keeps at most this much of its raw text.
const MOST_RAW_BYTES: usize = 4_096;

/// Reads one search answer. `records.len() + rejected.len()` is always the number of rows received.
pub fn parse_page(api: Api, body: &[u8]) -> Result<Page, ProviderError> {
    let mut root = read_object(body)?;
    let unknown = |detail: &str| ProviderError::LayoutChanged { page: None, detail: detail.to_owned(), excerpt: excerpt(body) };
    let next = next_cursor(&root).map_err(unknown)?;
    let total = root.get("paging").and_then(|paging| count(paging.get("total_count")));
    let is_search = text(root.get("object")).as_deref() == Some("LinkedinSearch");
    let items = match root.remove("items") {
        Some(Value::Array(items)) => items,
        Some(Value::Object(item)) if item.contains_key("id") => vec![Value::Object(item)],
        Some(Value::Null) if is_search => Vec::new(),
        _ => return Err(unknown("a search answer without a list of items")),
    };
    let mut page = Page { records: Vec::with_capacity(items.len()), rejected: Vec::new(), next, total };
    for (position, item) in items.into_iter().enumerate() {
        match parse_person(api, position, without_nul(item)) {
            Ok(record) => page.records.push(record),
            Err(rejected) => page.rejected.push(rejected),
        }
    }
    Ok(page)
}

/// Reads a profile answer; it stays raw, but it must be a person's.
pub fn parse_profile(body: &[u8]) -> Result<Value, ProviderError> {
    let profile = read_object(body)?;
    if text(profile.get("provider_id")).is_none() {
        return Err(ProviderError::LayoutChanged {
            page: None,
            detail: "a profile without provider_id".to_owned(),
            excerpt: excerpt(body),
        });
    }
    Ok(without_nul(Value::Object(profile)))
}

/// Reads a JSON object. A text that ends too early was cut on its way, so the same call may succeed later.
pub fn read_object(body: &[u8]) -> Result<Map<String, Value>, ProviderError> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(ProviderError::LayoutChanged { page: None, detail: "not a JSON object".to_owned(), excerpt: excerpt(body) }),
        Err(error) if error.is_eof() => {
            Err(ProviderError::Unreachable { status: Some(200), detail: "the provider's answer broke off".to_owned() })
        }
        Err(error) => {
            let detail = format!("not JSON (line {}, column {})", error.line(), error.column());
            Err(ProviderError::LayoutChanged { page: None, detail, excerpt: excerpt(body) })
        }
    }
}

/// The cursor stands at the root, in older answers under `paging`. One that is neither text nor number must not end the search in silence.
fn next_cursor(root: &Map<String, Value>) -> Result<Option<Cursor>, &'static str> {
    for place in [root.get("cursor"), root.get("paging").and_then(|paging| paging.get("cursor"))] {
        match place {
            None | Some(Value::Null) => {}
            Some(Value::Bool(false)) => {}
            Some(Value::String(cursor)) if cursor.is_empty() => {}
            Some(Value::Array(cursor)) if cursor.is_empty() => {}
            Some(Value::Object(cursor)) if cursor.is_empty() => {}
            Some(Value::String(cursor)) => return Ok(Some(Cursor(cursor.clone()))),
            Some(Value::Number(cursor)) => return Ok(Some(Cursor(cursor.to_string()))),
            Some(_) => return Err("a cursor that is not text"),
        }
    }
    Ok(None)
}

fn parse_person(api: Api, position: usize, raw: Value) -> Result<PersonRecord, RejectedRecord> {
    let reject = |error: String, raw: Value| RejectedRecord { position, error, raw: shorten(raw) };
    let Value::Object(item) = &raw else {
        return Err(reject("not a record".to_owned(), raw));
    };
    if let Some(kind) = text(item.get("type"))
        && kind != "PEOPLE"
    {
        return Err(reject(format!("not a person but {kind}"), raw));
    }
    let Some(provider_id) = text(item.get("id")) else {
        return Err(reject("no id".to_owned(), raw));
    };
    let (first_name, last_name) = (text(item.get("first_name")), text(item.get("last_name")));
    let name = text(item.get("name")).or_else(|| match (&first_name, &last_name) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (one, other) => one.as_ref().or(other.as_ref()).cloned(),
    });
    let positions = objects(item.get("current_positions"));
    let current = positions.into_iter().find(|entry| text(entry.get("role")).is_some() || text(entry.get("company")).is_some());
    let location = text(item.get("location"));
    Ok(PersonRecord {
        position,
        api,
        provider_id,
        member_urn: identity::member_urn(item.get("member_urn")),
        public_identifier: identity::public_identifier(item),
        name,
        first_name,
        last_name,
        headline: text(item.get("headline")),
        title: current.and_then(|entry| text(entry.get("role"))),
        company: current.and_then(|entry| text(entry.get("company"))),
        company_id: current.and_then(|entry| text(entry.get("company_id"))),
        industry: text(item.get("industry")),
        country: location.as_deref().and_then(country_of).map(str::to_owned),
        location,
        summary: text(item.get("summary")),
        profile_url: identity::profile_url(item),
        picture_url: web_address(item.get("profile_picture_url")).map(String::from),
        network_distance: network_distance(item.get("network_distance")),
        shared_connections: count(item.get("shared_connections_count")).and_then(|count| u32::try_from(count).ok()),
        premium: flag(item.get("premium")),
        open_profile: flag(item.get("open_profile")),
        open_to_work: flag(item.get("open_to_work")),
        raw,
    })
}

/// Searches say DISTANCE_1, profiles FIRST_DEGREE.
fn network_distance(value: Option<&Value>) -> Option<NetworkDistance> {
    match text(value)?.to_ascii_uppercase().as_str() {
        "SELF" => Some(NetworkDistance::Own),
        "DISTANCE_1" | "FIRST_DEGREE" | "1" => Some(NetworkDistance::First),
        "DISTANCE_2" | "SECOND_DEGREE" | "2" => Some(NetworkDistance::Second),
        "DISTANCE_3" | "THIRD_DEGREE" | "3" => Some(NetworkDistance::Third),
        "OUT_OF_NETWORK" => Some(NetworkDistance::OutOfNetwork),
        _ => None,
    }
}

fn shorten(raw: Value) -> Value {
    let text = raw.to_string();
    if text.len() <= MOST_RAW_BYTES {
        return raw;
    }
    Value::String(text[..text.floor_char_boundary(MOST_RAW_BYTES)].to_owned())
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
