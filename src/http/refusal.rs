//! What serde refuses, told by the field, what came in, and what would be accepted.

use serde_json::Value as Json;
use serde_path_to_error::Path;
use sluice_api::ValidationError;

use super::problem::refused;

/// Longer values are not repeated whole.
const LONGEST_ECHO: usize = 200;

/// The refused field, from serde's path and words. `input` is what was read, for the value.
pub fn explain(path: &Path, said: &str, input: &Json) -> ValidationError {
    let parent = field_of(path);
    if let Some(name) = quoted_after(said, "missing field ") {
        return refused(join(&parent, name), "missing_field", Json::Null, "This field is required.");
    }
    if let Some(name) = quoted_after(said, "duplicate field ") {
        return refused(join(&parent, name), "duplicate_field", Json::Null, "This field is there twice; send it once.");
    }
    let field = if parent.is_empty() { "body".to_owned() } else { parent };
    let value = echo(&field, input);
    if said.starts_with("unknown field ") {
        let message = match expected(said) {
            Some(known) => format!("There is no such field; there are {}.", known.trim_start_matches("one of ")),
            None => "There is no such field, and none is taken here.".to_owned(),
        };
        return refused(field, "unknown_field", value, message);
    }
    if said.starts_with("unknown variant ") {
        let message = expected(said).map_or_else(|| "This value is not known.".to_owned(), |known| format!("Use {known}."));
        return refused(field, "unknown_value", value, message);
    }
    let error_type = if said.starts_with("invalid type") { "wrong_type" } else { "invalid_value" };
    let message = match expected(said) {
        Some(wanted) => format!("This must be {}.", in_words(wanted)),
        None => capitalised(without_place(said)),
    };
    refused(field, error_type, value, message)
}

/// The path as far as it is known; empty at the top.
pub fn field_of(path: &Path) -> String {
    path.to_string().trim_end_matches(['.', '?']).to_owned()
}

/// What came in at a path such as `criteria.headcount[0]`; nothing of a secret, and not all of something long.
pub fn echo(field: &str, input: &Json) -> Json {
    if is_secret(field) {
        return Json::Null;
    }
    let mut value = input;
    for part in field.split(['.', '[']).filter(|part| !part.is_empty()) {
        let next = match part.strip_suffix(']') {
            Some(index) => index.parse::<usize>().ok().and_then(|index| value.get(index)),
            None => value.get(part),
        };
        match next {
            Some(inner) => value = inner,
            None => return Json::Null,
        }
    }
    let text = value.to_string();
    if text.len() <= LONGEST_ECHO {
        return value.clone();
    }
    let start: String = text.chars().take(LONGEST_ECHO).collect();
    Json::from(format!("{start}…"))
}

/// Whether a field may hold what must not be repeated, not even to its sender, since answers are logged on the way.
fn is_secret(field: &str) -> bool {
    let name = field.rsplit('.').next().unwrap_or(field);
    field == "body" || ["key", "cookie", "secret", "password", "token"].iter().any(|word| name.contains(word))
}

fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") }
}

fn quoted_after<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    text.strip_prefix(start)?.strip_prefix('`')?.split('`').next()
}

/// The part of serde's text that says what it wanted.
fn expected(said: &str) -> Option<&str> {
    let said = without_place(said);
    said.rsplit_once("expected ").map(|(_, wanted)| wanted.trim_end_matches('.'))
}

fn without_place(said: &str) -> &str {
    said.split(" at line ").next().unwrap_or(said)
}

fn in_words(wanted: &str) -> String {
    match wanted {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more".into(),
        "i8" | "i16" | "i32" | "i64" => "a whole number".into(),
        "f32" | "f64" => "a number".into(),
        "a string" => "a text".into(),
        "a boolean" => "true or false".into(),
        "a sequence" => "a list".into(),
        other if other.starts_with("struct ") => "an object".into(),
        other => other.to_owned(),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    let end = if text.ends_with('.') { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), chars.as_str())
}
