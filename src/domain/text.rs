//! Text folded for comparing and searching, the same way on every database.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case without accents, with single spaces: "  José  GARCÍA " is "jose garcia".
pub fn fold(text: &str) -> String {
    let bare: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a text, folded, without what stands between them: "García, Ph.D." has garcia, ph and d. Scripts that write no spaces give a
/// word for each character.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in fold(text).chars() {
        let alone = is_ideograph(c);
        if (alone || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if alone {
            words.push(c.to_string());
        } else if c.is_alphanumeric() {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// With \n alone at the ends of lines, which browsers send as \r\n.
pub fn with_plain_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// Han, Hiragana and Katakana.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Letters and digits of any script in lower case with single hyphens between, for names of files: "C++ & Rust, Köln" is "c-rust-koln". At
/// most `longest` characters.
pub fn slug(text: &str, longest: usize) -> String {
    let mut slug = String::new();
    for word in fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    slug.chars().take(longest).collect::<String>().trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_spaces_fold_away() {
        assert_eq!(fold("  José  GARCÍA "), "jose garcia");
        assert_eq!(fold("Zoë ÅNGSTRÖM"), "zoe angstrom");
    }

    #[test]
    fn words_are_what_stands_between_the_marks() {
        assert_eq!(words("García-Núñez, Ph.D. (C++)"), ["garcia", "nunez", "ph", "d", "c"]);
        assert_eq!(words("王小明 CTO"), ["王", "小", "明", "cto"]);
        assert_eq!(words(" – "), Vec::<String>::new());
    }

    #[test]
    fn a_slug_is_fit_for_a_file_name() {
        assert_eq!(slug("C++ & Rust, Köln", 40), "c-rust-koln");
        assert_eq!(slug("../../etc/passwd", 40), "etc-passwd");
        assert_eq!((slug("one two", 4), slug(" / ", 9)), ("one".into(), String::new()));
    }
}
