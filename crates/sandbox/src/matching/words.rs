//! Folding of words, so that `Müller`, `MULLER` and `muller` are one; and boolean keyword expressions as LinkedIn reads them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a keyword field asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// A word or a quoted phrase, folded.
    Phrase(String),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
}

/// Lower case without marks, words parted by one blank, a blank at both ends, a plural `s` taken off.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 2);
    folded.push(' ');
    let mut add = |letter: char| {
        if letter.is_alphanumeric() || matches!(letter, '+' | '#') {
            folded.push(letter);
        } else {
            end_word(&mut folded);
        }
    };
    // Most texts are plain: they need no normalisation.
    if text.is_ascii() {
        text.bytes().for_each(|byte| add(byte.to_ascii_lowercase().into()));
    } else {
        letters(text).for_each(&mut add);
    }
    end_word(&mut folded);
    folded
}

/// Latin letters and digits, words parted by hyphens: the form of a vanity name.
pub fn romanise(name: &str) -> String {
    parted(letters(name).filter(|letter| *letter != '’' && *letter != '\''), char::is_ascii_alphanumeric)
}

/// As `romanise`, in the name's own script.
pub fn slug(name: &str) -> String {
    parted(name.chars().flat_map(char::to_lowercase).filter(|letter| *letter != '’'), |letter| {
        letter.is_alphanumeric() || is_combining_mark(*letter)
    })
}

/// Whether a folded text holds a folded phrase: whole words, or any part in scripts that do not part words.
pub fn holds(text: &str, phrase: &str) -> bool {
    let bare = phrase.trim();
    !bare.is_empty()
        && (text.contains(phrase) || (bare.chars().any(|letter| ('\u{2E80}'..='\u{FFEF}').contains(&letter)) && text.contains(bare)))
}

impl Expression {
    /// Words are joined by AND unless OR, NOT, quotes or brackets say otherwise. Unbalanced marks are taken as blanks.
    pub fn parse(text: &str) -> Expression {
        let tokens = tokens(text);
        let mut at = 0;
        let mut parts = Vec::new();
        while at < tokens.len() {
            parts.push(any(&tokens, &mut at));
            // A closing bracket without an opening one ends nothing.
            at += 1;
        }
        all_of(parts)
    }

    /// Asks `holds` for every phrase and joins the answers.
    pub fn holds(&self, holds: &impl Fn(&str) -> bool) -> bool {
        match self {
            Expression::Phrase(phrase) => holds(phrase),
            Expression::All(parts) => parts.iter().all(|part| part.holds(holds)),
            Expression::Any(parts) => parts.iter().any(|part| part.holds(holds)),
            Expression::Not(part) => !part.holds(holds),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Phrase(String),
    And,
    Or,
    Not,
    Open,
    Close,
}

fn tokens(text: &str) -> Vec<Token> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ").replace(['“', '”'], "\"");
    let mut tokens = Vec::new();
    for (place, part) in spaced.split('"').enumerate() {
        if place % 2 == 1 {
            push_phrase(&mut tokens, part);
            continue;
        }
        for word in part.split_whitespace() {
            match word {
                "AND" => tokens.push(Token::And),
                "OR" => tokens.push(Token::Or),
                "NOT" => tokens.push(Token::Not),
                "(" => tokens.push(Token::Open),
                ")" => tokens.push(Token::Close),
                word => push_phrase(&mut tokens, word),
            }
        }
    }
    tokens
}

fn push_phrase(tokens: &mut Vec<Token>, text: &str) {
    let folded = fold(text);
    if !folded.trim().is_empty() {
        tokens.push(Token::Phrase(folded));
    }
}

fn any(tokens: &[Token], at: &mut usize) -> Expression {
    let mut parts = vec![all(tokens, at)];
    while tokens.get(*at) == Some(&Token::Or) {
        *at += 1;
        parts.push(all(tokens, at));
    }
    if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) }
}

fn all(tokens: &[Token], at: &mut usize) -> Expression {
    let mut parts = Vec::new();
    let mut negate = false;
    while let Some(token) = tokens.get(*at) {
        let part = match token {
            Token::Or | Token::Close => break,
            Token::And => {
                *at += 1;
                continue;
            }
            Token::Not => {
                negate = !negate;
                *at += 1;
                continue;
            }
            Token::Open => {
                *at += 1;
                let inner = any(tokens, at);
                *at += usize::from(tokens.get(*at) == Some(&Token::Close));
                inner
            }
            Token::Phrase(phrase) => {
                *at += 1;
                Expression::Phrase(phrase.clone())
            }
        };
        parts.push(if std::mem::take(&mut negate) { Expression::Not(Box::new(part)) } else { part });
    }
    all_of(parts)
}

fn all_of(mut parts: Vec<Expression>) -> Expression {
    if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) }
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).flat_map(|letter| {
        let spelled: &[char] = match letter {
            'ß' => &['s', 's'],
            'ø' => &['o'],
            'ł' => &['l'],
            'đ' | 'ð' => &['d'],
            'ı' => &['i'],
            'æ' => &['a', 'e'],
            'œ' => &['o', 'e'],
            _ => return [Some(letter), None].into_iter().flatten(),
        };
        [spelled.first().copied(), spelled.get(1).copied()].into_iter().flatten()
    })
}

fn end_word(folded: &mut String) {
    if folded.ends_with(' ') {
        return;
    }
    let word = &folded[folded.rfind(' ').map_or(0, |blank| blank + 1)..];
    if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
        folded.pop();
    }
    folded.push(' ');
}

fn parted(letters: impl Iterator<Item = char>, keep: impl Fn(&char) -> bool) -> String {
    let mut slug = String::new();
    for letter in letters {
        if keep(&letter) {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(query: &str, text: &str) -> bool {
        let text = fold(text);
        Expression::parse(query).holds(&|phrase| holds(&text, phrase))
    }

    #[test]
    fn marks_case_and_plurals_do_not_matter() {
        assert_eq!(fold("Müller, JÜRGEN"), " muller jurgen ");
        assert_eq!(fold("Søren Łukasz Groß"), " soren lukasz gross ");
        assert!(finds("engineers", "Software Engineer"));
        assert!(finds("c++", "C++ developer"));
        assert_eq!(romanise("O’Brien de Jong"), "obrien-de-jong");
    }

    #[test]
    fn words_are_whole_and_joined_by_and() {
        assert!(finds("tech startup", "a tech startup"));
        assert!(!finds("tech startup", "a tech company"));
        assert!(!finds("eng", "Engineer"));
        assert!(finds("王", "王伟"), "a script without blanks is searched by its parts");
    }

    #[test]
    fn and_or_not_quotes_and_brackets_are_understood() {
        assert!(finds("developers AND \"product owner\" NOT manager", "Product Owner of developers"));
        assert!(!finds("developers AND \"product owner\" NOT manager", "Product Owner, manager of developers"));
        assert!(finds("(rust OR go) engineer", "Go engineer"));
        assert!(!finds("(rust OR go) engineer", "Java engineer"));
        assert!(finds("ceo)", "CEO"), "an unbalanced bracket is a blank");
        assert!(finds("ceo) startup", "startup of a CEO"));
        assert!(!finds("ceo) startup", "CEO"));
    }
}
