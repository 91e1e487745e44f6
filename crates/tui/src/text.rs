//! Text as a terminal holds it: measured in columns, cut with an ellipsis, wrapped at words, and without a character that commands the terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that the text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// One line of what anybody may have written: control characters and direction marks become spaces or nothing.
pub fn clean(text: &str) -> String {
    let directs = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.chars().filter(|c| !directs(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The text in at most `columns`; what is cut ends in an ellipsis.
pub fn cut(text: &str, columns: usize) -> String {
    let text = clean(text);
    if width(&text) <= columns {
        return text;
    }
    let mut kept = String::new();
    let mut taken = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if taken + wide + 1 > columns {
            break;
        }
        kept.push(c);
        taken += wide;
    }
    if columns > 0 {
        kept.push('…');
    }
    kept
}

/// The text in exactly `columns`.
pub fn fit(text: &str, columns: usize) -> String {
    let mut text = cut(text, columns);
    let missing = columns.saturating_sub(width(&text));
    text.extend(std::iter::repeat_n(' ', missing));
    text
}

/// The same, at the right edge.
pub fn fit_right(text: &str, columns: usize) -> String {
    let text = cut(text, columns);
    let missing = columns.saturating_sub(width(&text));
    format!("{}{text}", " ".repeat(missing))
}

/// Lines of at most `columns`, broken at spaces where there are any; a line break of the text stays one.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in clean(paragraph).split_whitespace() {
            let mut word = word;
            if !line.is_empty() && width(&line) + 1 + width(word) > columns {
                lines.push(std::mem::take(&mut line));
            }
            while width(word) > columns.max(1) {
                let (head, tail) = word.split_at(fitting(word, columns.max(1)));
                lines.push(head.to_owned());
                word = tail;
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// How many bytes of the word fit; at least one character.
fn fitting(word: &str, columns: usize) -> usize {
    let mut taken = 0;
    for (index, c) in word.char_indices() {
        taken += c.width().unwrap_or(0);
        if taken > columns && index > 0 {
            return index;
        }
    }
    word.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_measured_in_columns_not_in_characters() {
        assert_eq!(cut("株式会社アルダー", 8), "株式会…");
        assert_eq!(width(&fit("株式会社", 10)), 10);
        assert_eq!(fit("abc", 5), "abc  ");
        assert_eq!(fit_right("abc", 5), "  abc");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(cut("Rust engineer", 6), "Rust …");
    }

    #[test]
    fn a_title_cannot_command_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c\nd"), "a [2Jbc d");
    }

    #[test]
    fn words_are_kept_whole_where_they_fit() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrap("a\n\nb", 4), ["a", "", "b"]);
        assert_eq!(wrap("株式会社", 3), ["株", "式", "会", "社"]);
    }
}
