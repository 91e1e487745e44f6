//! A text that somebody types: one line or several.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The most bytes that a field takes; a thousand long addresses fit.
const LONGEST: usize = 512 * 1024;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    text: String,
    /// Where the next character goes, in bytes.
    cursor: usize,
    many_lines: bool,
}

impl Field {
    pub fn line(text: impl Into<String>) -> Self {
        let text = text.into();
        Field { cursor: text.len(), text, many_lines: false }
    }

    pub fn lines(text: impl Into<String>) -> Self {
        Field { many_lines: true, ..Field::line(text) }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text without space around, when there is any.
    pub fn said(&self) -> Option<String> {
        let said = self.text.trim();
        if said.is_empty() { None } else { Some(said.to_owned()) }
    }

    /// Line and character of the cursor.
    pub fn position(&self) -> (usize, usize) {
        let before = &self.text[..self.cursor];
        let line = before.matches('\n').count();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (line, before[start..].chars().count())
    }

    /// The part of the cursor's line before the cursor.
    pub fn before_cursor(&self) -> &str {
        let before = &self.text[..self.cursor];
        &before[before.rfind('\n').map_or(0, |at| at + 1)..]
    }

    /// Takes what was pasted, or typed at once; a single line takes line breaks as spaces.
    pub fn insert(&mut self, pasted: &str) {
        let pasted = pasted.replace("\r\n", "\n").replace('\r', "\n");
        let allowed = |c: char| if c == '\n' { self.many_lines } else { !c.is_control() };
        let taken: String = pasted.chars().map(|c| if allowed(c) { c } else { ' ' }).collect();
        let taken = if self.many_lines { taken } else { taken.trim_end().to_owned() };
        self.put(&taken);
    }

    /// Keeps of each line what `keep` says, and leaves out those of which nothing is kept. The cursor stays on its line, which is empty when
    /// nothing of it is kept.
    pub fn keep_lines(&mut self, keep: impl Fn(usize, &str) -> Option<String>) {
        let (at, _) = self.position();
        let in_line = self.before_cursor().len();
        let (mut kept, mut cursor): (Vec<String>, usize) = (Vec::new(), 0);
        for (number, line) in self.text.split('\n').enumerate() {
            let stays = keep(number, line);
            if number == at {
                let before = kept.iter().map(|line| line.len() + 1).sum::<usize>();
                let whole = stays.as_deref() == Some(line);
                let stays = stays.unwrap_or_default();
                cursor = before + if whole { in_line } else { stays.len() };
                kept.push(stays);
            } else {
                kept.extend(stays);
            }
        }
        self.text = kept.join("\n");
        self.cursor = cursor;
    }

    fn put(&mut self, text: &str) {
        if self.text.len() + text.len() <= LONGEST {
            self.text.insert_str(self.cursor, text);
            self.cursor += text.len();
        }
    }

    /// Whether the key was one for typing.
    pub fn key(&mut self, key: &KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('a') if control => self.cursor = self.line_start(),
            KeyCode::Char('e') if control => self.cursor = self.line_end(),
            KeyCode::Char('u') if control => self.remove(self.line_start(), self.cursor),
            KeyCode::Char('k') if control => self.remove(self.cursor, self.line_end()),
            KeyCode::Char('w') if control => self.remove(self.word_start(), self.cursor),
            KeyCode::Char(c) if !control && !key.modifiers.contains(KeyModifiers::ALT) => self.put(c.encode_utf8(&mut [0; 4])),
            KeyCode::Enter if self.many_lines => self.put("\n"),
            KeyCode::Backspace => self.remove(self.before(), self.cursor),
            KeyCode::Delete => self.remove(self.cursor, self.after()),
            KeyCode::Left => self.cursor = self.before(),
            KeyCode::Right => self.cursor = self.after(),
            KeyCode::Home => self.cursor = self.line_start(),
            KeyCode::End => self.cursor = self.line_end(),
            KeyCode::Up if self.many_lines => self.go_to_line(self.position().0.checked_sub(1)),
            KeyCode::Down if self.many_lines => self.go_to_line(Some(self.position().0 + 1)),
            _ => return false,
        }
        true
    }

    fn go_to_line(&mut self, line: Option<usize>) {
        let Some(line) = line else { return };
        let column = self.position().1;
        let Some(start) = self.text.split('\n').take(line).map(|before| before.len() + 1).reduce(|a, b| a + b).or(Some(0)) else { return };
        if start > self.text.len() {
            return;
        }
        let rest = &self.text[start..];
        let rest = &rest[..rest.find('\n').unwrap_or(rest.len())];
        self.cursor = start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at);
    }

    fn remove(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = from;
    }

    fn before(&self) -> usize {
        self.text[..self.cursor].chars().next_back().map_or(self.cursor, |c| self.cursor - c.len_utf8())
    }

    fn after(&self) -> usize {
        self.text[self.cursor..].chars().next().map_or(self.cursor, |c| self.cursor + c.len_utf8())
    }

    fn line_start(&self) -> usize {
        self.text[..self.cursor].rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.cursor..].find('\n').map_or(self.text.len(), |at| self.cursor + at)
    }

    fn word_start(&self) -> usize {
        let before = self.text[self.line_start()..self.cursor].trim_end();
        self.line_start() + before.rfind(char::is_whitespace).map_or(0, |at| at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(mut field: Field, keys: &[(KeyCode, KeyModifiers)]) -> Field {
        for (code, modifiers) in keys {
            assert!(field.key(&KeyEvent::new(*code, *modifiers)));
        }
        field
    }

    const PLAIN: KeyModifiers = KeyModifiers::NONE;
    const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

    #[test]
    fn characters_are_removed_whole() {
        let field = typed(Field::line("añ株"), &[(KeyCode::Backspace, PLAIN), (KeyCode::Left, PLAIN), (KeyCode::Delete, PLAIN)]);
        assert_eq!(field.text(), "a");
        let field = typed(Field::line("rust engineer "), &[(KeyCode::Char('w'), CONTROL), (KeyCode::Char('x'), PLAIN)]);
        assert_eq!(field.text(), "rust x");
    }

    #[test]
    fn lines_are_taken_out_under_the_cursor() {
        let keep = |_: usize, line: &str| if line.starts_with('x') { None } else { Some(line.to_owned()) };
        let mut field = Field::lines("");
        field.insert("x1\nab\nx2\ncd");
        let field_at = |mut field: Field, left: usize| {
            for _ in 0..left {
                field.key(&KeyEvent::new(KeyCode::Left, PLAIN));
            }
            field.keep_lines(keep);
            field.insert("|");
            field.text().to_owned()
        };
        assert_eq!(field_at(field.clone(), 0), "ab\ncd|");
        assert_eq!(field_at(field.clone(), 1), "ab\nc|d");
        assert_eq!(field_at(field.clone(), 4), "ab\n|\ncd", "the line of the cursor stays, though nothing is left of it");
        assert_eq!(field_at(field, 7), "a|b\ncd");
    }

    #[test]
    fn one_line_takes_a_paste_without_its_breaks() {
        let mut field = Field::line("");
        field.insert("rust\r\nberlin\n");
        assert_eq!(field.text(), "rust berlin");
        assert!(!field.key(&KeyEvent::new(KeyCode::Enter, PLAIN)));
    }

    #[test]
    fn the_cursor_walks_over_lines_of_different_length() {
        let mut field = Field::lines("");
        field.insert("abcd\nx\nefgh");
        let field = typed(field, &[(KeyCode::Up, PLAIN)]);
        assert_eq!(field.position(), (1, 1));
        let field = typed(field, &[(KeyCode::Up, PLAIN), (KeyCode::End, PLAIN), (KeyCode::Down, PLAIN), (KeyCode::Down, PLAIN)]);
        assert_eq!(field.position(), (2, 1));
        let field = typed(field, &[(KeyCode::Down, PLAIN), (KeyCode::Char('u'), CONTROL)]);
        assert_eq!(field.text(), "abcd\nx\nfgh");
    }
}
