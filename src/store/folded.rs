//! Words looked for in a column that holds folded text.

use serde_json::Value as Json;

use crate::domain::text::fold;

/// More words than this narrow nothing down.
const MOST_WORDS: usize = 10;

/// One pattern for each word, for `LIKE … ESCAPE '!'`.
pub fn patterns(words: &str) -> Vec<String> {
    fold(words)
        .split(' ')
        .filter(|word| !word.is_empty())
        .take(MOST_WORDS)
        .map(|word| format!("%{}%", word.replace('!', "!!").replace('%', "!%").replace('_', "!_")))
        .collect()
}

/// All texts within a value, folded; the names of its fields are not among them.
pub fn texts_of(value: &Json) -> String {
    let mut texts = Vec::new();
    gather(value, &mut texts);
    texts.join(" ")
}

fn gather(value: &Json, texts: &mut Vec<String>) {
    match value {
        Json::String(text) => texts.push(fold(text)),
        Json::Array(values) => values.iter().for_each(|value| gather(value, texts)),
        Json::Object(fields) => fields.values().for_each(|value| gather(value, texts)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn signs_with_a_meaning_are_looked_for_as_they_are() {
        assert_eq!(patterns("  50%  José_! "), ["%50!%%", "%jose!_!!%"]);
        assert_eq!(patterns(" "), Vec::<String>::new());
        assert_eq!(patterns(&"a ".repeat(30)).len(), MOST_WORDS);
    }

    #[test]
    fn texts_are_gathered_without_the_names_of_fields() {
        let value = json!({"query": {"criteria": {"keywords": "Größe", "locations": ["Ghent", "Łódź"]}}, "target": 5});
        assert_eq!(texts_of(&value), "große ghent łodz");
    }
}
