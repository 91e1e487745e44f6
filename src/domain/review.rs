//! Reviews: people go through results and approve or reject them.

use serde::{Deserialize, Serialize};

use super::text::{fold, words as words_of};
use super::words::words;

words! {
    /// What a review says about one item.
    Decision {
        Pending = "pending",
        Approved = "approved",
        Rejected = "rejected",
    }
}

words! {
    ReviewState {
        /// Takes people in and decisions.
        Open = "open",
        /// Nothing is pending, and nothing changes until it is reopened.
        Completed = "completed",
    }
}

words! {
    /// What was known of a person when the review took them in.
    Mark {
        /// Nothing.
        New = "new",
        /// Another search or review had them.
        Duplicate = "duplicate",
        /// Another review had approved or rejected them.
        Reviewed = "reviewed",
    }
}

/// Offered when people reject; any other text will do as well.
pub const REJECTION_REASONS: &[&str] = &[
    "Wrong role",
    "Wrong company",
    "Wrong place",
    "Too junior",
    "Too senior",
    "Already a customer",
    "Already contacted",
    "Not a real profile",
];

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;

/// The most items of one review; its items are numbered within 24 bits.
pub const MOST_ITEMS: i64 = (1 << 24) - 1;

/// What lists show, sort, filter and search.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ItemFields {
    pub name: Option<String>,
    pub headline: Option<String>,
    pub title: Option<String>,
    pub company: Option<String>,
    pub location: Option<String>,
    pub industry: Option<String>,
    /// As the providers' [`NetworkDistance`](sluice_providers::NetworkDistance) is written.
    pub network_distance: Option<String>,
    pub profile_url: Option<String>,
}

/// What must hold of an item to be listed, decided or exported.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemFilter {
    pub decision: Option<Decision>,
    pub mark: Option<Mark>,
    /// Words that must all occur in name, headline, title, company, place or industry; the last may be the beginning of one.
    pub words: String,
    /// Words that must all occur in this field; the last may be the beginning of one.
    pub title: String,
    pub company: String,
    pub location: String,
    pub network_distance: Option<String>,
}

/// One term of the search index: a word behind a letter that says where it occurs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    pub text: String,
    /// Whether longer terms that begin so will do.
    pub begins: bool,
}

const ANYWHERE: char = 'w';
const TITLE: char = 't';
const COMPANY: char = 'c';
const LOCATION: char = 'l';
const DISTANCE: char = 'd';
const MARK: char = 'm';

/// Words of one item that can be found; a headline is 220 characters at most.
const MOST_WORDS: usize = 120;
/// Of a word; longer ones are found by their beginning.
const LONGEST_WORD: usize = 40;
/// Words of one question.
const MOST_ASKED: usize = 12;
/// Fewer letters than this are looked for as a whole word.
const SHORTEST_BEGINNING: usize = 2;
/// Of a sort key, in characters.
const LONGEST_KEY: usize = 60;

/// The terms of an item, each once.
pub fn terms(fields: &ItemFields, mark: Mark) -> Vec<String> {
    let mut terms = Vec::new();
    let mut add = |kind: char, text: &Option<String>| {
        for word in words_of(text.as_deref().unwrap_or_default()).into_iter().take(MOST_WORDS) {
            terms.push(term(kind, &word));
        }
    };
    for text in [&fields.name, &fields.headline, &fields.title, &fields.company, &fields.location, &fields.industry] {
        add(ANYWHERE, text);
    }
    add(TITLE, &fields.title);
    add(COMPANY, &fields.company);
    add(LOCATION, &fields.location);
    if let Some(distance) = &fields.network_distance {
        terms.push(distance_term(distance));
    }
    terms.push(mark_term(mark));
    if mark == Mark::Reviewed {
        // Whoever was reviewed elsewhere was also found elsewhere.
        terms.push(mark_term(Mark::Duplicate));
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

impl ItemFilter {
    /// The terms that an item must have; all that the filter says but for the decision.
    pub fn terms(&self) -> Vec<Term> {
        let mut asked = Vec::new();
        for (kind, text) in [(ANYWHERE, &self.words), (TITLE, &self.title), (COMPANY, &self.company), (LOCATION, &self.location)] {
            let mut words = words_of(text);
            words.truncate(MOST_ASKED);
            let last = words.len().saturating_sub(1);
            // A space behind the last word says that it is whole.
            let typed_on = !text.ends_with(char::is_whitespace);
            asked.extend(words.iter().enumerate().map(|(n, word)| Term {
                text: term(kind, word),
                begins: n == last && typed_on && word.chars().count() >= SHORTEST_BEGINNING,
            }));
        }
        let whole = |text: String| Term { text, begins: false };
        asked.extend(self.network_distance.as_deref().map(|distance| whole(distance_term(distance))));
        asked.extend(self.mark.map(|mark| whole(mark_term(mark))));
        asked.sort_unstable();
        asked.dedup();
        asked
    }
}

/// By what a field is sorted: folded, and cut.
pub fn sort_key(field: &Option<String>) -> Option<String> {
    let folded = fold(field.as_deref()?);
    (!folded.is_empty()).then(|| folded.chars().take(LONGEST_KEY).collect())
}

fn term(kind: char, word: &str) -> String {
    std::iter::once(kind).chain(word.chars().take(LONGEST_WORD)).collect()
}

fn mark_term(mark: Mark) -> String {
    term(MARK, mark.as_str())
}

fn distance_term(distance: &str) -> String {
    term(DISTANCE, &distance.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(filter: &ItemFilter, fields: &ItemFields) -> bool {
        let has = terms(fields, Mark::New);
        filter
            .terms()
            .iter()
            .all(|asked| has.iter().any(|term| if asked.begins { term.starts_with(&asked.text) } else { *term == asked.text }))
    }

    fn named(name: &str, company: &str) -> ItemFields {
        ItemFields { name: Some(name.into()), company: Some(company.into()), ..ItemFields::default() }
    }

    #[test]
    fn the_last_word_may_be_half_typed() {
        let garcia = named("José García-Núñez", "Acme GmbH");
        for (words, expected) in [
            ("garc", true),
            ("jos garcia", false),
            ("jose gar", true),
            ("GARCÍA acm", true),
            ("gar ", false),
            ("nunez acme", true),
            ("g", false),
            ("", true),
        ] {
            assert_eq!(found(&ItemFilter { words: words.into(), ..ItemFilter::default() }, &garcia), expected, "{words:?}");
        }
    }

    #[test]
    fn a_field_is_searched_alone() {
        let acme = named("Bo Acme", "Umbrella");
        assert!(!found(&ItemFilter { company: "acme".into(), ..ItemFilter::default() }, &acme));
        assert!(found(&ItemFilter { company: "umb".into(), words: "acme".into(), ..ItemFilter::default() }, &acme));
    }

    #[test]
    fn a_key_is_folded_and_nothing_has_none() {
        assert_eq!(sort_key(&Some("  Åsa  Öberg ".into())), Some("asa oberg".into()));
        assert_eq!((sort_key(&None), sort_key(&Some(" ".into()))), (None, None));
    }
}
