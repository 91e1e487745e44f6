//! `LIKE` patterns: `%` for anything, `_` for one character, `\` before either for itself.

/// A pattern, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
    ignore_case: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Exactly(char),
    One,
    Any,
}

impl Pattern {
    /// `None` when the last character is a `\` with nothing behind it.
    pub fn parse(text: &str, ignore_case: bool) -> Option<Self> {
        let mut parts = Vec::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            parts.push(match c {
                '%' => Part::Any,
                '_' => Part::One,
                '\\' => Part::Exactly(chars.next()?),
                other => Part::Exactly(other),
            });
        }
        if ignore_case {
            parts = parts.into_iter().flat_map(folded).collect();
        }
        Some(Self { parts, ignore_case })
    }

    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = if self.ignore_case { text.chars().flat_map(char::to_lowercase).collect() } else { text.chars().collect() };
        let (mut at, mut part) = (0, 0);
        // Where to go back to: the last `%`, and the first character that it does not yet cover.
        let mut retry: Option<(usize, usize)> = None;
        while at < text.len() {
            match self.parts.get(part) {
                Some(Part::Any) => {
                    retry = Some((part, at));
                    part += 1;
                    continue;
                }
                Some(Part::One) => {
                    (at, part) = (at + 1, part + 1);
                    continue;
                }
                Some(Part::Exactly(c)) if *c == text[at] => {
                    (at, part) = (at + 1, part + 1);
                    continue;
                }
                _ => {}
            }
            let Some((any, covered)) = retry else { return false };
            retry = Some((any, covered + 1));
            (at, part) = (covered + 1, any + 1);
        }
        self.parts[part.min(self.parts.len())..].iter().all(|part| *part == Part::Any)
    }
}

fn folded(part: Part) -> Vec<Part> {
    match part {
        Part::Exactly(c) => c.to_lowercase().map(Part::Exactly).collect(),
        other => vec![other],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_sql() {
        let cases = [
            ("", "", true),
            ("", "a", false),
            ("%", "", true),
            ("%", "anything", true),
            ("a%c", "abbbc", true),
            ("a%c", "abbb", false),
            ("a_c", "abc", true),
            ("a_c", "ac", false),
            ("%ab%ab%", "xxabyyabzz", true),
            ("%ab%ab%", "xxab", false),
            (r"50\%", "50%", true),
            (r"50\%", "501", false),
            ("A%", "abc", false),
            ("ä_", "äß", true),
            ("%%%x", "aaax", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(Pattern::parse(pattern, false).expect("a pattern").matches(text), expected, "{pattern:?} {text:?}");
        }
        assert!(Pattern::parse("ÄB%", true).expect("a pattern").matches("äbc"));
        assert_eq!(Pattern::parse("a\\", false), None);
    }

    #[test]
    fn a_pattern_made_to_be_slow_is_not() {
        let pattern = Pattern::parse(&"%a".repeat(200), false).expect("a pattern");
        assert!(!pattern.matches(&"a".repeat(199)));
        assert!(pattern.matches(&"ab".repeat(200).replace("bb", "b").repeat(2).replace('b', "ba")));
    }
}
