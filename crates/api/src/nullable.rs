//! Telling "not said" from "null" in what comes in.

use serde::{Deserialize, Deserializer};

/// For a field with `default`: absent is `None`, null is `Some(None)`.
pub(crate) fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
