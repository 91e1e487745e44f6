//! The postings that a person means, by number, address or id.

use anyhow::Result;
use sluice_api::{Client, Posting, PostingsQuery};

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
    let Some(number) = number(word) else {
        return Err(Failure::usage(format!("{word} names no posting"))
            .remedy("Give its number or address at LinkedIn, or its id: `sluice postings list` shows them.")
            .into());
    };
    match by_number(client, number).await? {
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

/// LinkedIn's number of a posting: given as such, or the last run of digits in an address of it.
fn number(word: &str) -> Option<&str> {
    let is_number = |text: &str| (6..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number(word) {
        return Some(word);
    }
    if !word.contains("linkedin.") {
        return None;
    }
    // Slugs stand before the number, and the query of a search behind the posting's own.
    let asked = word.split_once("currentJobId=").map(|(_, rest)| rest);
    let path = word.split(['?', '#']).next().unwrap_or_default();
    asked.into_iter().chain([path]).find_map(|text| {
        let mut runs = text.split(|c: char| !c.is_ascii_digit());
        if asked.is_some_and(|asked| asked == text) { runs.next().filter(|run| is_number(run)) } else { runs.rfind(|run| is_number(run)) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_posting_is_named_in_many_ways() {
        for (word, expected) in [
            ("4012345678", Some("4012345678")),
            ("https://www.linkedin.com/jobs/view/4012345678/", Some("4012345678")),
            ("https://de.linkedin.com/jobs/view/rust-engineer-2026-at-acme-4012345678?refId=99999999", Some("4012345678")),
            ("linkedin.com/jobs/search/?keywords=12345678&currentJobId=4012345678&x=1", Some("4012345678")),
            ("https://example.com/jobs/view/4012345678", None),
            ("rust engineer", None),
            ("12", None),
            ("https://www.linkedin.com/jobs/", None),
        ] {
            assert_eq!(number(word), expected, "{word}");
        }
        assert!(is_id("0199c0de-0000-7000-8000-00000000000a") && !is_id("4012345678"));
    }
}
