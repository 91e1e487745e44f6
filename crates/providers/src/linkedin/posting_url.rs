//! Which posting a pasted address means, with the connectors' own error.

pub(super) use sluice_addresses::{id_of_path, linkedin_address as parse};

use crate::error::ProviderError;

/// The id of the posting that `pasted` means: an address of any form that LinkedIn's own pages use, a URN, or the id itself.
pub fn id_of_posting(pasted: &str) -> Result<String, ProviderError> {
    sluice_addresses::id_of_posting(pasted)
        .map_err(|refused| ProviderError::Refused { field: Some("url".to_owned()), detail: refused.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_something_else_is_refused_by_its_field() {
        match id_of_posting("https://www.linkedin.com/in/ada-invented") {
            Err(ProviderError::Refused { field: Some(field), detail }) => {
                assert_eq!(field, "url");
                assert!(detail.starts_with("This is a person's profile. Paste the address of one job posting"), "{detail}");
            }
            other => panic!("{other:?}"),
        }
    }
}
