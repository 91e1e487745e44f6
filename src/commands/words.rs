//! Words of the contract on the command line, read as the wire reads them.

use serde::de::DeserializeOwned;

/// For clap: the word's value, or what would have done.
pub fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    use serde::de::value::{Error, StrDeserializer};
    T::deserialize(StrDeserializer::<Error>::new(text.trim())).map_err(|error| error.to_string().replace('`', ""))
}
