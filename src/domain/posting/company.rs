//! When two names mean one company.

use crate::domain::text;

/// Legal forms and articles, which people leave out as they like.
const UNSAID: [&str; 16] =
    ["inc", "incorporated", "corp", "corporation", "ltd", "limited", "llc", "llp", "plc", "co", "company", "gmbh", "ag", "se", "sa", "the"];

/// What companies are compared by where no number says who they are: the words of the name, folded, without legal forms and articles. A name
/// of nothing else is compared as a whole.
pub fn name_key(name: &str) -> String {
    let words = text::words(&name.replace(['.', '\'', '’'], ""));
    let kept: Vec<&str> = words.iter().map(String::as_str).filter(|word| !UNSAID.contains(word)).collect();
    let words = if kept.is_empty() { words.iter().map(String::as_str).collect() } else { kept };
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_and_articles_do_not_make_another_company() {
        for name in ["Alderbank", "ALDERBANK, Inc.", "The Alderbank Co", "Alderbank GmbH", "alderbank  ltd", "Alderbank L.L.C."] {
            assert_eq!(name_key(name), "alderbank", "{name}");
        }
        assert_eq!(name_key("Müller & Söhne AG"), "muller sohne");
    }

    #[test]
    fn other_words_do() {
        assert_ne!(name_key("Alderbank Systems"), name_key("Alderbank"));
        assert_eq!((name_key("The Company"), name_key("–")), ("the company".to_owned(), String::new()));
    }
}
