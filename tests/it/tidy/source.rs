//! The tree's own files, and just enough of a Rust scanner to tell code from comments and strings.

use std::path::{Path, PathBuf};

/// Folders that hold what was built or downloaded, not what was written here.
const FOREIGN: &[&str] = &["target", "node_modules", ".git", ".venv"];

pub struct Source {
    /// Relative to the root of the repository, with `/`.
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    pub fn stem(&self) -> &str {
        self.name().split('.').next().unwrap_or_default()
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub fn is_under(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file of the tree, sorted by path.
pub fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root(), &mut found);
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

pub fn rust_sources() -> Vec<Source> {
    sources().into_iter().filter(Source::is_rust).collect()
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let entry = entry.expect("an entry of the tree");
        let path = entry.path();
        let kind = entry.file_type().expect("the kind of an entry");
        if kind.is_dir() {
            if !FOREIGN.contains(&entry.file_name().to_string_lossy().as_ref()) {
                collect(&path, found);
            }
        } else if kind.is_file()
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            let path = path.strip_prefix(root()).expect("a path below the root").to_string_lossy().replace('\\', "/");
            found.push(Source { path, text });
        }
    }
}

/// One piece of Rust text, with the line on which it starts.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    Code(String),
    Text(usize, String),
}

/// Splits Rust text into code and the contents of string literals; comments are dropped.
pub fn pieces(text: &str) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut code = String::new();
    let mut at = 0;
    let mut line = 1;
    while at < chars.len() {
        let started = at;
        if starts(&chars, at, "//") {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
        } else if starts(&chars, at, "/*") {
            at = end_of_comment(&chars, at);
            code.push(' ');
        } else if let Some((open, hashes)) = raw_string(&chars, at) {
            let close: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
            let mut end = open;
            while end < chars.len() && !starts(&chars, end, &close) {
                end += 1;
            }
            flush(&mut code, &mut found);
            found.push(Piece::Text(line, chars[open..end.min(chars.len())].iter().collect()));
            at = end + close.chars().count();
        } else if chars[at] == '"' {
            let mut end = at + 1;
            while end < chars.len() && chars[end] != '"' {
                end += if chars[end] == '\\' { 2 } else { 1 };
            }
            flush(&mut code, &mut found);
            found.push(Piece::Text(line, chars[at + 1..end.min(chars.len())].iter().collect()));
            at = end + 1;
        } else if let Some(end) = end_of_char(&chars, at) {
            code.push(' ');
            at = end;
        } else {
            code.push(chars[at]);
            at += 1;
        }
        line += chars[started..at.min(chars.len())].iter().filter(|c| **c == '\n').count();
    }
    flush(&mut code, &mut found);
    found
}

/// The code alone, strings and comments left out.
pub fn code(text: &str) -> String {
    let mut joined = String::new();
    for piece in pieces(text) {
        if let Piece::Code(part) = piece {
            joined.push_str(&part);
            joined.push(' ');
        }
    }
    joined
}

/// The identifiers of the code, in order.
pub fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn flush(code: &mut String, found: &mut Vec<Piece>) {
    if !code.is_empty() {
        found.push(Piece::Code(std::mem::take(code)));
    }
}

fn starts(chars: &[char], at: usize, what: &str) -> bool {
    what.chars().enumerate().all(|(offset, expected)| chars.get(at + offset) == Some(&expected))
}

fn end_of_comment(chars: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < chars.len() {
        if starts(chars, at, "/*") {
            depth += 1;
            at += 2;
        } else if starts(chars, at, "*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// For `r"…"`, `br##"…"##` and their like: where the content starts, and the number of hashes.
fn raw_string(chars: &[char], at: usize) -> Option<(usize, usize)> {
    if at > 0 && (chars[at - 1].is_alphanumeric() || chars[at - 1] == '_') {
        return None;
    }
    let prefix = if starts(chars, at, "br") || starts(chars, at, "cr") { 2 } else { usize::from(chars[at] == 'r') };
    if prefix == 0 {
        return None;
    }
    let hashes = chars[at + prefix..].iter().take_while(|c| **c == '#').count();
    (chars.get(at + prefix + hashes) == Some(&'"')).then_some((at + prefix + hashes + 1, hashes))
}

/// The end of a character literal that starts here; `None` for a lifetime.
fn end_of_char(chars: &[char], at: usize) -> Option<usize> {
    if chars[at] != '\'' {
        return None;
    }
    if chars.get(at + 1) == Some(&'\\') {
        let close = chars[at + 3..].iter().position(|c| *c == '\'')?;
        return Some(at + 3 + close + 1);
    }
    (chars.get(at + 2) == Some(&'\'')).then_some(at + 3)
}

#[test]
fn the_scanner_tells_strings_and_comments_from_code() {
    let text = "let a = \"one \\\" two\"; // \"not me\"\nlet b = r#\"raw \" text\"#; /* /* \"nor me\" */ */\nfn f<'a>(c: char) { c == '\"' }\n\"last\"";
    let texts: Vec<Piece> = pieces(text).into_iter().filter(|piece| matches!(piece, Piece::Text(..))).collect();
    assert_eq!(
        texts,
        [Piece::Text(1, "one \\\" two".to_owned()), Piece::Text(2, "raw \" text".to_owned()), Piece::Text(4, "last".to_owned())]
    );
    assert!(words(&code(text)).eq(["let", "a", "let", "b", "fn", "f", "a", "c", "char", "c"]));
}
