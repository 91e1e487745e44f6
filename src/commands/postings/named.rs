//! The postings that a person means, by number, address or id.

use anyhow::Result;
use sluice_api::{Client, Posting, PostingsQuery};
use sluice_providers::linkedin::posting_url::id_of_posting;

use crate::commands::failure::Failure;

/// Our id is 36 characters; all else is LinkedIn's.
const ID_LENGTH: usize = 36;

/// The ids of all that are named, in their order.
pub async fn ids(client: &Client, words: &[String]) -> Result<Vec<String>> {
    let mut ids = Vec::with_capacity(words.len());
    for word in words {
        ids.push(id(client, word).await?);
    }
    Ok(ids)
}

/// The id of the posting that is named.
pub async fn id(client: &Client, word: &str) -> Result<String> {
    if is_id(word) {
        return Ok(word.to_owned());
    }
    let number = id_of_posting(word).map_err(|error| {
        Failure::usage(format!("{word} names no posting"))
            .because(error.to_string())
            .remedy("Give its number or address at LinkedIn, or its id: `sluice postings list` shows them.")
    })?;
    match by_number(client, &number).await? {
        Some(posting) => Ok(posting.id),
        None => Err(Failure::new(format!("There is no posting {number} here"))
            .remedy(format!("Import it: `sluice import urls {number} --wait`"))
            .into()),
    }
}

/// Hidden ones are asked for by themselves.
async fn by_number(client: &Client, number: &str) -> Result<Option<Posting>> {
    for hidden in [false, true] {
        let query = PostingsQuery {
            linkedin_id: Some(number.to_owned()),
            hidden: Some(hidden),
            fields: Some("summary".into()),
            ..PostingsQuery::default()
        };
        if let Some(posting) = client.postings(&query).await?.data.pop() {
            return Ok(Some(posting));
        }
    }
    Ok(None)
}

fn is_id(word: &str) -> bool {
    word.len() == ID_LENGTH && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_ours_is_told_from_numbers_and_addresses() {
        assert!(is_id("0199c0de-0000-7000-8000-00000000000a"));
        assert!(!is_id("4012345678") && !is_id("https://linkedin.com/jobs/view/40123"));
    }
}
