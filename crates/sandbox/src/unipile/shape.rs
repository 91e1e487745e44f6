//! The kinds of values that the vendor's schema knows, and checking one against its kind.

use serde_json::{Map, Value};

pub enum Shape {
    Text,
    NonEmptyText,
    /// Two letters.
    Language,
    /// Digits; the vendor's own examples write them as integers too.
    Id,
    /// Digits or `ALL`.
    IdOrAll,
    Number,
    Bool,
    OneOf(&'static [&'static str]),
    Among(&'static [f64]),
    /// A list of at least so many.
    List(&'static Shape, usize),
    Object(&'static [Member]),
    Either(&'static [Shape]),
}

/// Name, whether it is required, and its shape.
pub type Member = (&'static str, bool, Shape);

impl Shape {
    /// Says what is wrong, with the path of the value that is.
    pub fn check(&self, value: &Value, path: &str) -> Result<(), String> {
        match self {
            Shape::Text => expect(value.is_string(), path, "must be string"),
            Shape::NonEmptyText => {
                expect(value.as_str().is_some_and(|text| !text.is_empty()), path, "must be a string of 1 or more characters")
            }
            Shape::Language => {
                expect(value.as_str().is_some_and(|text| text.chars().count() == 2), path, "must be a string of 2 characters")
            }
            Shape::Id => expect(is_id(value), path, "must match pattern \"^\\d+$\""),
            Shape::IdOrAll => expect(is_id(value) || value == "ALL", path, "must match pattern \"^(\\d+|ALL)$\""),
            Shape::Number => expect(value.is_number(), path, "must be number"),
            Shape::Bool => expect(value.is_boolean(), path, "must be boolean"),
            Shape::OneOf(words) => expect(
                value.as_str().is_some_and(|word| words.contains(&word)),
                path,
                &format!("must be equal to one of the allowed values: {}", words.join(", ")),
            ),
            Shape::Among(numbers) => expect(
                value.as_f64().is_some_and(|number| numbers.contains(&number)),
                path,
                &format!("must be equal to one of the allowed values: {numbers:?}"),
            ),
            Shape::List(item, least) => {
                let Some(items) = value.as_array() else { return Err(format!("{path} must be array")) };
                expect(items.len() >= *least, path, &format!("must NOT have fewer than {least} items"))?;
                items.iter().enumerate().try_for_each(|(place, value)| item.check(value, &format!("{path}/{place}")))
            }
            Shape::Object(members) => check_members(members, value, path),
            Shape::Either(shapes) => {
                let mut reasons = Vec::new();
                for shape in *shapes {
                    match shape.check(value, path) {
                        Ok(()) => return Ok(()),
                        Err(reason) => reasons.push(reason),
                    }
                }
                Err(reasons.join(" or "))
            }
        }
    }
}

impl Shape {
    /// Writes ids as the schema has them, as strings.
    pub fn settle(&self, value: &mut Value) {
        match (self, value) {
            (Shape::Id | Shape::IdOrAll, id @ Value::Number(_)) => *id = Value::String(id.to_string()),
            (Shape::List(item, _), Value::Array(items)) => items.iter_mut().for_each(|value| item.settle(value)),
            (Shape::Object(members), Value::Object(object)) => settle_members(members, object),
            (Shape::Either(shapes), value) => {
                if let Some(shape) = shapes.iter().find(|shape| shape.check(value, "").is_ok()) {
                    shape.settle(value);
                }
            }
            _ => {}
        }
    }
}

pub fn settle_members(members: &[Member], object: &mut Map<String, Value>) {
    for (name, value) in object {
        if let Some((.., shape)) = members.iter().find(|(known, ..)| known == name) {
            shape.settle(value);
        }
    }
}

pub fn check_members(members: &[Member], value: &Value, path: &str) -> Result<(), String> {
    let Some(object) = value.as_object() else { return Err(format!("{path} must be object")) };
    for (name, required, _) in members {
        expect(!required || object.contains_key(*name), path, &format!("must have required property '{name}'"))?;
    }
    for (name, value) in object {
        let Some((.., shape)) = members.iter().find(|(known, ..)| known == name) else {
            return Err(format!("{path} must NOT have additional properties: '{name}'"));
        };
        shape.check(value, &format!("{path}/{name}"))?;
    }
    Ok(())
}

fn is_id(value: &Value) -> bool {
    value.is_u64() || value.as_str().is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn expect(holds: bool, path: &str, reason: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("{path} {reason}")) }
}
