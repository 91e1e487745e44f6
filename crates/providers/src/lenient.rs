//! Reading values the way providers really send them: ints as strings, `""` for null, one object where a list belongs.

use serde_json::{Map, Value};

/// Text that says something: a non-blank string, or a number as text; the first such entry of a list.
pub fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => {
            let text = text.trim();
            if text.is_empty() { None } else { Some(text.to_owned()) }
        }
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values.iter().find_map(|value| match value {
            Value::Array(_) => None,
            value => text(Some(value)),
        }),
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    }
}

/// A whole number that is not negative, also when it comes as `"12"` or `12.0`.
pub fn count(value: Option<&Value>) -> Option<u64> {
    match value? {
        Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Yes or no, also when it comes as `"true"` or `1`.
pub fn flag(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => match number.as_u64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
        Value::String(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The objects of a list; a lone object counts as a list of one, anything else as an empty list.
pub fn objects(value: Option<&Value>) -> Vec<&Map<String, Value>> {
    match value {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(object)) => vec![object],
        _ => Vec::new(),
    }
}

/// An http or https address; LinkedIn's addresses may come without a scheme. Anything else (`javascript:` …) is absent.
pub fn web_address(value: Option<&Value>) -> Option<url::Url> {
    let text = text(value)?;
    let lower = text.to_ascii_lowercase();
    let text = if lower.starts_with("www.linkedin.com/") || lower.starts_with("linkedin.com/") { format!("https://{text}") } else { text };
    let url = url::Url::parse(&text).ok()?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() { Some(url) } else { None }
}

/// Takes NUL characters out of every text and key: no database column holds them.
pub fn without_nul(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains('\0') => Value::String(text.replace('\0', "")),
        Value::Array(values) => Value::Array(values.into_iter().map(without_nul).collect()),
        Value::Object(object) => Value::Object(
            object
                .into_iter()
                .map(|(key, value)| (if key.contains('\0') { key.replace('\0', "") } else { key }, without_nul(value)))
                .collect(),
        ),
        value => value,
    }
}

fn whole(number: f64) -> Option<u64> {
    // Beyond 2^53 a float no longer says which whole number was meant.
    if number.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&number) { Some(number as u64) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn blank_and_null_are_absent_and_numbers_are_text() {
        assert_eq!(text(Some(&json!(" x "))), Some("x".to_owned()));
        assert_eq!(text(Some(&json!(42))), Some("42".to_owned()));
        assert_eq!(text(Some(&json!(["", "b"]))), Some("b".to_owned()));
        for absent in [json!(""), json!("  "), json!(null), json!({}), json!(true), json!([])] {
            assert_eq!(text(Some(&absent)), None, "{absent}");
        }
    }

    #[test]
    fn whole_numbers_come_in_three_forms() {
        for twelve in [json!(12), json!("12"), json!(12.0)] {
            assert_eq!(count(Some(&twelve)), Some(12));
        }
        for absent in [json!(-1), json!("many"), json!(1.5), json!(1e300), json!(null), json!({})] {
            assert_eq!(count(Some(&absent)), None, "{absent}");
        }
    }

    #[test]
    fn flags_come_as_booleans_texts_and_digits() {
        assert_eq!([json!(true), json!("True"), json!(1)].iter().map(|v| flag(Some(v))).collect::<Vec<_>>(), vec![Some(true); 3]);
        assert_eq!([json!(false), json!("false"), json!(0)].iter().map(|v| flag(Some(v))).collect::<Vec<_>>(), vec![Some(false); 3]);
        assert_eq!([json!(2), json!("yes"), json!(null)].iter().map(|v| flag(Some(v))).collect::<Vec<_>>(), vec![None; 3]);
    }

    #[test]
    fn only_web_addresses_are_addresses() {
        assert_eq!(web_address(Some(&json!("linkedin.com/in/ada"))).unwrap().as_str(), "https://linkedin.com/in/ada");
        for absent in ["javascript:alert(1)", "data:text/html,x", "/in/ada", "", "mailto:a@b.example"] {
            assert_eq!(web_address(Some(&json!(absent))), None, "{absent}");
        }
    }

    #[test]
    fn nul_characters_vanish_everywhere() {
        assert_eq!(without_nul(json!({"a\0": ["b\0c", {"d": "\0"}]})), json!({"a": ["bc", {"d": ""}]}));
    }
}
