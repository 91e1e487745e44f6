//! Query strings, refused by the name of the parameter.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value as Json};

use super::problem::Failure;
use super::refusal;

/// The query string as `T`.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parse(parts.uri.query().unwrap_or_default()).map(Query)
    }
}

pub fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Failure> {
    let pairs: Vec<(String, Parameter)> =
        url::form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), Parameter(value.into_owned()))).collect();
    let input: Map<String, Json> = pairs.iter().map(|(name, value)| (name.clone(), Json::from(value.0.as_str()))).collect();
    serde_path_to_error::deserialize(MapDeserializer::<_, de::value::Error>::new(pairs.into_iter()))
        .map_err(|error| Failure::invalid(vec![refusal::explain(error.path(), &error.inner().to_string(), &Json::Object(input))]))
}

/// A value that is text on the wire and whatever the field wants.
struct Parameter(String);

impl<'de> IntoDeserializer<'de, de::value::Error> for Parameter {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
            match self.0.parse::<$type>() {
                Ok(number) => visitor.$visit(number),
                Err(_) => Err(de::Error::invalid_type(de::Unexpected::Str(&self.0), &stringify!($type))),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Parameter {
    type Error = de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_string(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        // `?status=` asks for nothing in particular.
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self.0.as_str() {
            "true" | "1" => visitor.visit_bool(true),
            "false" | "0" => visitor.visit_bool(false),
            other => Err(de::Error::invalid_type(de::Unexpected::Str(other), &"a boolean")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &str, _: &[&str], visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    numbers! {
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64,
        deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64, deserialize_f64 visit_f64 f64
    }

    forward_to_deserialize_any! {
        i8 i16 f32 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use sluice_api::{JobStatus, JobsQuery};

    use super::*;

    #[test]
    fn a_query_is_read_into_its_types() {
        let query: JobsQuery = parse("status=processing&limit=20&kind=search%20x&offset=").expect("a valid query");
        assert_eq!(query.status, Some(JobStatus::Processing));
        assert_eq!((query.limit, query.kind.as_deref(), query.offset), (Some(20), Some("search x"), None));
    }

    #[test]
    fn a_wrong_parameter_is_named() {
        for (query, field) in [("limit=many", "limit"), ("limit=-1", "limit"), ("state=queued", "state"), ("status=done", "status")] {
            let failure = parse::<JobsQuery>(query).expect_err("it should be refused");
            assert!(failure.has_field(field), "{query}: {failure:?}");
        }
    }
}
