//! The words by which a posting is found.

use std::collections::HashSet;

use crate::domain::text;

/// Where words are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Title, company, location, notes and description.
    Anywhere,
    Location,
}

impl Field {
    fn letter(self) -> char {
        match self {
            Self::Anywhere => 'w',
            Self::Location => 'l',
        }
    }
}

/// What of a posting can be found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Searchable {
    pub title: Option<String>,
    pub company: Option<String>,
    pub location: Option<String>,
    pub notes: Option<String>,
    pub description: Option<String>,
}

/// Words of one posting, each counted once. A description of LinkedIn's longest has about 2,500, of which fewer than half are different.
const MOST_WORDS: usize = 2_000;
/// Of a word; longer ones are found by their beginning.
const LONGEST_WORD: usize = 40;
/// Words of one question.
const MOST_ASKED: usize = 12;
/// Fewer letters than this are looked for as a whole word.
const SHORTEST_BEGINNING: usize = 2;
/// Fewer letters than this begin so many words of descriptions that these are not looked for.
const SHORTEST_IN_DESCRIPTIONS: usize = 4;
/// Before the words of all fields but the description.
const BRIEF: char = 't';

/// The terms of a posting, each once, without its workspace's number. Those of the description come last, since they are left out first.
pub fn terms(posting: &Searchable) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut terms = Vec::new();
    let mut add = |letter: char, text: &Option<String>| {
        for word in text::words(text.as_deref().unwrap_or_default()) {
            let term = term(letter, &word);
            if terms.len() < MOST_WORDS && seen.insert(term.clone()) {
                terms.push(term);
            }
        }
    };
    add(Field::Location.letter(), &posting.location);
    for text in [&posting.title, &posting.company, &posting.location, &posting.notes] {
        add(BRIEF, text);
    }
    for text in [&posting.title, &posting.company, &posting.location, &posting.notes, &posting.description] {
        add(Field::Anywhere.letter(), text);
    }
    terms
}

/// The terms of which a posting of the workspace must have one of each list to match the words, each with whether longer terms that begin so
/// will do: so it is with the last word, unless a space behind it says that it is whole. Of a few letters only, it is a whole word anywhere or
/// the beginning of one outside the description.
pub fn question(workspace_number: i64, field: Field, words: &str) -> Vec<Vec<(String, bool)>> {
    let typed_on = !words.ends_with(char::is_whitespace);
    let mut words = text::words(words);
    words.truncate(MOST_ASKED);
    let last = words.len().saturating_sub(1);
    let asked = |letter: char, word: &str, begins: bool| (format!("{workspace_number}{}", term(letter, word)), begins);
    let one_of = |(n, word): (usize, &String)| {
        let letters = word.chars().count();
        let begins = n == last && typed_on && letters >= SHORTEST_BEGINNING;
        if begins && field == Field::Anywhere && letters < SHORTEST_IN_DESCRIPTIONS {
            vec![asked(field.letter(), word, false), asked(BRIEF, word, true)]
        } else {
            vec![asked(field.letter(), word, begins)]
        }
    };
    words.iter().enumerate().map(one_of).collect()
}

fn term(letter: char, word: &str) -> String {
    std::iter::once(letter).chain(word.chars().take(LONGEST_WORD)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_posting_is_found_by_words_of_any_field_and_places_by_themselves() {
        let posting = Searchable {
            title: Some("Senior Rust Engineer".into()),
            location: Some("Orléans, France".into()),
            notes: Some("ask about rust".into()),
            ..Searchable::default()
        };
        assert_eq!(
            terms(&posting),
            [
                "lorleans",
                "lfrance",
                "tsenior",
                "trust",
                "tengineer",
                "torleans",
                "tfrance",
                "task",
                "tabout",
                "wsenior",
                "wrust",
                "wengineer",
                "worleans",
                "wfrance",
                "wask",
                "wabout"
            ]
            .map(str::to_owned)
        );
        let whole = |text: &str| (text.to_owned(), false);
        let begins = |text: &str| (text.to_owned(), true);
        assert_eq!(question(7, Field::Anywhere, "rust engi"), [[whole("7wrust")], [begins("7wengi")]]);
        assert_eq!(question(7, Field::Anywhere, "go"), [[whole("7wgo"), begins("7tgo")]]);
        assert_eq!(question(7, Field::Location, "or"), [[begins("7lor")]]);
        assert_eq!(question(7, Field::Location, "ORLÉANS "), [[whole("7lorleans")]]);
        assert_eq!(question(7, Field::Anywhere, " – "), Vec::<Vec<(String, bool)>>::new());
    }

    #[test]
    fn the_terms_of_a_posting_are_bounded_and_its_title_is_not_what_is_left_out() {
        let many: Vec<String> = (0..10_000).map(|n| format!("word{n}")).collect();
        let posting = Searchable { title: Some("Archivist".into()), description: Some(many.join(" ")), ..Searchable::default() };
        let terms = terms(&posting);
        assert_eq!((terms.len(), terms[0].as_str(), terms[1].as_str()), (MOST_WORDS, "tarchivist", "warchivist"));
    }
}
