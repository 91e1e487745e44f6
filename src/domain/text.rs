//! Text folded for comparing and searching, the same way on every database.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case without accents, with single spaces: "  José  GARCÍA " is "jose garcia".
pub fn fold(text: &str) -> String {
    let bare: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_spaces_fold_away() {
        assert_eq!(fold("  José  GARCÍA "), "jose garcia");
        assert_eq!(fold("Zoë ÅNGSTRÖM"), "zoe angstrom");
    }
}
