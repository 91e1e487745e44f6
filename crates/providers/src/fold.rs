//! Comparing words as people do: without case, accents and doubled spaces.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// "  Île-de-France " and "ile-de-france" fold to the same text.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return tidy(&text.to_ascii_lowercase());
    }
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    tidy(&plain)
}

/// One space between words, none around.
pub fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.trim().len());
    for word in text.split_whitespace() {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_spaces_do_not_count() {
        assert_eq!(fold("  ÎLE-de-France "), "ile-de-france");
        assert_eq!(fold("São  Paulo"), fold("sao paulo"));
        assert_ne!(fold("Bern"), fold("Berlin"));
    }
}
