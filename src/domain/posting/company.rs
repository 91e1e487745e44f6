//! When two names mean one company.

use crate::domain::text;

/// Legal forms, which people leave out at the end of a name as they like. In front they are part of it: "AG Insurance" is not "Insurance".
const FORMS: [&str; 15] =
    ["inc", "incorporated", "corp", "corporation", "ltd", "limited", "llc", "llp", "plc", "co", "company", "gmbh", "ag", "se", "sa"];
const ARTICLE: &str = "the";

/// What companies are compared by where no number says who they are: the words of the name, folded, without the article in front and the legal
/// forms at the end. A name of nothing else is compared as a whole.
pub fn name_key(name: &str) -> String {
    let words = text::words(&name.replace(['.', '\'', '’'], ""));
    let mut kept = words.as_slice();
    if let [first, rest @ ..] = kept
        && first == ARTICLE
    {
        kept = rest;
    }
    while let [rest @ .., last] = kept
        && FORMS.contains(&last.as_str())
    {
        kept = rest;
    }
    if kept.is_empty() { words.join(" ") } else { kept.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_and_articles_do_not_make_another_company() {
        for name in [
            "Alderbank",
            "ALDERBANK, Inc.",
            "The Alderbank Co",
            "Alderbank GmbH",
            "alderbank  ltd",
            "Alderbank L.L.C.",
            "Alderbank Co., Ltd.",
        ] {
            assert_eq!(name_key(name), "alderbank", "{name}");
        }
        assert_eq!(name_key("Müller & Söhne AG"), "muller sohne");
    }

    #[test]
    fn other_words_do() {
        for (one, other) in [
            ("Alderbank Systems", "Alderbank"),
            ("AG Insurance", "Insurance"),
            ("SE Ranking", "Ranking"),
            ("Co Alder", "Alder"),
            ("Company of Alder", "Alder of"),
        ] {
            assert_ne!(name_key(one), name_key(other), "{one}");
        }
        assert_eq!((name_key("The Company"), name_key("–")), ("the company".to_owned(), String::new()));
    }
}
