//! How far a collection is: our own cursor, and what Bright Data says of its snapshots.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::ProviderError;
use crate::fetch::excerpt;
use crate::lenient::{objects, text};
use crate::page::Cursor;

/// Where a collection stands; its JSON is the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "place", rename_all = "snake_case", deny_unknown_fields)]
pub enum Place {
    /// About to ask. Snapshots other than `known` are answers that got lost.
    Asking { known: Vec<String>, failures: u32 },
    /// Asked; `found` when the snapshot was found in the list rather than given to us.
    Waiting { snapshot: String, known: Vec<String>, found: bool, failures: u32 },
}

impl Place {
    pub fn cursor(&self) -> Cursor {
        Cursor(serde_json::json!(self).to_string())
    }

    pub fn read(cursor: &Cursor) -> Result<Self, ProviderError> {
        serde_json::from_str(&cursor.0).map_err(|_| ProviderError::Refused {
            field: Some("cursor".to_owned()),
            detail: "The cursor is not one of Bright Data's: start the search anew.".to_owned(),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    Working,
    Ready,
    Failed(String),
}

pub fn read_status(body: &[u8]) -> Result<Status, ProviderError> {
    let said = read_json(body)?;
    match text(said.get("status")).as_deref() {
        Some("ready" | "done") => Ok(Status::Ready),
        Some("failed" | "canceled" | "cancelled") => {
            let reason = ["error", "error_message", "message", "failure_reason"].iter().find_map(|name| text(said.get(*name)));
            let reason: String =
                reason.unwrap_or_else(|| "no reason given".to_owned()).chars().filter(|c| !c.is_control()).take(200).collect();
            Ok(Status::Failed(reason))
        }
        // "starting", "running", "building" and words to come: all but the ones above mean that there is nothing yet.
        Some(_) => Ok(Status::Working),
        None => Err(unreadable("a snapshot without a status", body)),
    }
}

pub fn read_snapshot_id(body: &[u8]) -> Result<String, ProviderError> {
    text(read_json(body)?.get("snapshot_id")).ok_or_else(|| unreadable("no snapshot_id", body))
}

/// The ids of all snapshots, newest or oldest first as they come.
pub fn read_snapshots(body: &[u8]) -> Result<Vec<String>, ProviderError> {
    let said = read_json(body)?;
    let list = match &said {
        Value::Object(object) => ["snapshots", "data", "items"].iter().find_map(|name| object.get(*name)),
        value => Some(value),
    };
    if !list.is_some_and(Value::is_array) {
        return Err(unreadable("no list of snapshots", body));
    }
    Ok(objects(list).into_iter().filter_map(|snapshot| text(snapshot.get("id").or_else(|| snapshot.get("snapshot_id")))).collect())
}

fn read_json(body: &[u8]) -> Result<Value, ProviderError> {
    serde_json::from_slice(body).map_err(|_| unreadable("no JSON", body))
}

fn unreadable(what: &str, body: &[u8]) -> ProviderError {
    ProviderError::LayoutChanged { page: None, detail: format!("Bright Data answered with {what}"), excerpt: excerpt(body) }
}
