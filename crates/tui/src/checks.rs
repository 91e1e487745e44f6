//! What each pasted line means, told while it is typed.

use std::collections::BTreeMap;

/// The most postings that one import takes, as the server has it.
pub const MOST: usize = 1_000;

/// One line that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Zero-based line of the text.
    pub line: usize,
    pub text: String,
    pub meaning: Meaning,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    Posting(String),
    /// The same posting as an earlier line, by its number from one.
    Repeats(usize),
    /// Not a posting, and what it is instead.
    Refused(String),
}

/// Reads a text line by line; several addresses on one line are told apart by spaces or commas.
pub fn check(text: &str) -> Vec<Check> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut checks = Vec::new();
    for (line, content) in text.lines().enumerate() {
        for part in parts(content) {
            let meaning = match sluice_addresses::id_of_posting(part) {
                Ok(id) => match seen.get(&id) {
                    Some(first) => Meaning::Repeats(*first + 1),
                    None => {
                        seen.insert(id.clone(), line);
                        Meaning::Posting(id)
                    }
                },
                Err(refused) => Meaning::Refused(refused.reason),
            };
            checks.push(Check { line, text: part.to_owned(), meaning });
        }
    }
    checks
}

/// A line of several addresses is taken apart; one with other words stays whole, so that the reason names it.
fn parts(line: &str) -> Vec<&str> {
    let line = line.trim();
    let apart: Vec<&str> = line.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|part| !part.is_empty()).collect();
    let is_address = |part: &&str| part.contains("linkedin.com/") || part.starts_with("urn:") || part.bytes().all(|c| c.is_ascii_digit());
    if line.is_empty() {
        Vec::new()
    } else if apart.len() > 1 && apart.iter().all(is_address) {
        apart
    } else {
        vec![line]
    }
}

/// The postings to import, in their order.
pub fn accepted(checks: &[Check]) -> Vec<String> {
    let posting = |check: &Check| if let Meaning::Posting(_) = check.meaning { Some(check.text.clone()) } else { None };
    checks.iter().filter_map(posting).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_says_what_it_means() {
        let text = "https://www.linkedin.com/jobs/view/3912345678\n\n  3912345679 \nhttps://de.linkedin.com/jobs/view/x-3912345678\nhttps://www.linkedin.com/in/ada\nrust jobs\n";
        let checks = check(text);
        let meanings: Vec<(usize, Meaning)> = checks.iter().map(|check| (check.line, check.meaning.clone())).collect();
        assert_eq!(
            meanings,
            [
                (0, Meaning::Posting("3912345678".into())),
                (2, Meaning::Posting("3912345679".into())),
                (3, Meaning::Repeats(1)),
                (4, Meaning::Refused("This is a person's profile.".into())),
                (5, Meaning::Refused("This holds spaces or line breaks: paste one address a line.".into())),
            ]
        );
        assert_eq!(accepted(&checks), ["https://www.linkedin.com/jobs/view/3912345678", "3912345679"]);
    }

    #[test]
    fn several_addresses_on_a_line_are_told_apart() {
        let checks = check("3912345678, 3912345679 https://www.linkedin.com/jobs/view/3912345680");
        assert_eq!(accepted(&checks).len(), 3);
    }
}
