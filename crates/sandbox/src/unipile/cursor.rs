//! Where the next page starts, as opaque text that carries the whole search, so that it alone is enough and survives a restart. As with the
//! vendor it is plain base64, whose `+`, `/` and `=` need escaping in a query string.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::Problem;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    pub account: String,
    pub limit: usize,
    pub offset: usize,
    /// Tells cursors of one offset apart.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub nonce: u32,
    pub params: Value,
}

impl Cursor {
    pub fn encode(&self) -> String {
        STANDARD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    pub fn decode(text: &str) -> Result<Cursor, Problem> {
        STANDARD
            .decode(text)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| Problem::invalid("querystring/cursor is not a cursor of this route"))
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
