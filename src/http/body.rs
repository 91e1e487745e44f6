//! JSON request bodies: read within the limit, and refused by the name of the field.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use futures_util::StreamExt;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use serde_json::error::Category;

use super::Shared;
use super::problem::{Failure, Kind, refused};
use super::refusal;

/// A JSON body as `T`.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Shared> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        read(request, app).await.and_then(|bytes| parse(&bytes)).map(Body)
    }
}

/// A JSON body as `T`, or what `T` is without one.
pub struct MaybeBody<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest<Shared> for MaybeBody<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        // Without a type there is nothing to read.
        if !request.headers().contains_key(CONTENT_TYPE) {
            return Ok(Self(T::default()));
        }
        read(request, app).await.and_then(|bytes| parse(&bytes)).map(Self)
    }
}

/// A body that is too large is read on up to so many times the limit and thrown away: most clients read the answer only when they have
/// sent everything, and would see a broken connection instead of the reason.
const READ_ON: usize = 16;

/// The bytes of a JSON body, within the limit.
pub async fn read(request: Request, app: &Shared) -> Result<Bytes, Failure> {
    check_type(request.headers())?;
    collect(request, app).await
}

/// The bytes of any body, within the limit.
pub async fn collect(request: Request, app: &Shared) -> Result<Bytes, Failure> {
    let limit = app.config.http.body_limit;
    let mut chunks = request.into_body().into_data_stream();
    let mut body = Vec::new();
    let mut length = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| {
            Failure::new(Kind::Malformed, "BODY_BROKE_OFF", "The request body broke off before its end.").suggest("Send it again.")
        })?;
        length += chunk.len();
        if length <= limit {
            body.extend_from_slice(&chunk);
        } else if length > limit.saturating_mul(READ_ON) {
            break;
        }
    }
    if length > limit { Err(too_large(limit)) } else { Ok(Bytes::from(body)) }
}

/// Reads `bytes` as `T`, or says which field is wrong.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(malformed("body", "The request has no body; send a JSON object.".into()));
    }
    // Serde would read a list as an object's fields in order.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Failure::invalid(vec![refused("body", "wrong_type", Json::Null, "This must be an object, not a list.")]));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
        Ok(value) => match deserializer.end() {
            Ok(()) => Ok(value),
            Err(error) => {
                Err(malformed("body", format!("Something follows the JSON value, at line {} column {}.", error.line(), error.column())))
            }
        },
        Err(error) => Err(refuse(bytes, &error)),
    }
}

fn refuse(bytes: &[u8], error: &serde_path_to_error::Error<serde_json::Error>) -> Failure {
    let inner = error.inner();
    match inner.classify() {
        Category::Data => {
            // Bytes that are no UTF-8 elsewhere in the body must not hide the value.
            let input = serde_json::from_slice::<Json>(bytes).unwrap_or_default();
            Failure::invalid(vec![refusal::explain(error.path(), &inner.to_string(), &input)])
        }
        Category::Syntax | Category::Eof | Category::Io => {
            let place = format!("line {} column {}", inner.line(), inner.column());
            let path = refusal::field_of(error.path());
            let field = if path.is_empty() { "body".to_owned() } else { path };
            match std::str::from_utf8(bytes) {
                Err(not_text) => {
                    let message =
                        format!("The body is not UTF-8: byte {} belongs to no character. Encode it as UTF-8.", not_text.valid_up_to());
                    malformed(&field, message)
                }
                Ok(_) => malformed(&field, format!("The body is not JSON, at {place}. Check quotes, commas and brackets there.")),
            }
        }
    }
}

fn malformed(field: &str, message: String) -> Failure {
    Failure::new(Kind::Malformed, "MALFORMED_JSON", message.clone())
        .with_field(refused(field, "malformed", Json::Null, message))
        .suggest("Send one JSON object, encoded as UTF-8, with the header content-type: application/json.")
}

fn check_type(headers: &HeaderMap) -> Result<(), Failure> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json")) {
        return Ok(());
    }
    let message = "The body must be JSON, with the header content-type: application/json.";
    Err(Failure::new(Kind::NotJson, "NOT_JSON", message)
        .with_field(refused("content-type", "unsupported", given, message))
        .suggest(message))
}

fn too_large(limit: usize) -> Failure {
    let message = format!("The body is larger than {limit} bytes.");
    Failure::new(Kind::TooLarge, "BODY_TOO_LARGE", message.clone())
        .with_field(refused("body", "too_large", Json::Null, message))
        .suggest("Send less at once, or let whoever runs this server raise SLUICE_BODY_LIMIT.")
}

#[cfg(test)]
mod tests {
    use sluice_api::{AccountRequest, SearchRequest};

    use super::*;

    fn refusal<T: DeserializeOwned>(body: &[u8]) -> (u16, Json) {
        let Err(failure) = parse::<T>(body) else { panic!("it should be refused") };
        let response = super::super::problem::write_out(
            axum::response::IntoResponse::into_response(failure),
            "id",
            super::super::problem::Voice::Data,
            &http::Method::POST,
            &http::Uri::from_static("/api/v1/searches"),
        );
        let status = response.status().as_u16();
        let bytes = futures_util::FutureExt::now_or_never(axum::body::to_bytes(response.into_body(), 100_000))
            .expect("it is ready")
            .expect("a body");
        (status, serde_json::from_slice::<Json>(&bytes).expect("a problem")["validation_errors"][0].clone())
    }

    #[test]
    fn every_refusal_names_its_field_and_what_would_do() {
        let cases: &[(&[u8], u16, &str, &str)] = &[
            (br#"{"criteria":{"tittle":"CEO"}}"#, 422, "criteria.tittle", "unknown_field"),
            (br#"{"criteria":{"headcount":["11-50","12"]}}"#, 422, "criteria.headcount[1]", "unknown_value"),
            (br#"{"target":"many"}"#, 422, "target", "wrong_type"),
            (br#"{"target":-1}"#, 422, "target", "invalid_value"),
            (br#"{"target":1.5}"#, 422, "target", "wrong_type"),
            (br#"{"target":50,"target":51}"#, 422, "target", "duplicate_field"),
            (br#"{"schedule":{"cron":"* * * * *"}}"#, 422, "schedule.time_zone", "missing_field"),
            (br#"[1]"#, 422, "body", "wrong_type"),
            (b"{\"criteria\":{\"title\":\"C\xff\"}}", 400, "criteria.title", "malformed"),
            (br#"{"target":50"#, 400, "body", "malformed"),
            (br#"{"target":50} x"#, 400, "body", "malformed"),
            (b"", 400, "body", "malformed"),
        ];
        for (body, status, field, error_type) in cases {
            let (found, error) = refusal::<SearchRequest>(body);
            let shown = String::from_utf8_lossy(body);
            assert_eq!(
                (found, error["field"].as_str(), error["error_type"].as_str()),
                (*status, Some(*field), Some(*error_type)),
                "{shown}"
            );
            assert!(error["message"].as_str().is_some_and(|message| message.ends_with('.')), "{shown}: {error}");
        }
    }

    #[test]
    fn immunity_24_a_refused_key_is_not_repeated() {
        let (_, error) = refusal::<AccountRequest>(br#"{"provider":"unipile","api_key":1234567890}"#);
        assert_eq!((&error["field"], &error["invalid_value"]), (&Json::from("api_key"), &Json::Null));
        assert!(!error.to_string().contains("1234567890"), "{error}");
    }

    #[test]
    fn a_long_value_is_not_repeated_whole() {
        let body = format!(r#"{{"target":"{}"}}"#, "x".repeat(5_000));
        let (_, error) = refusal::<SearchRequest>(body.as_bytes());
        assert!(error.to_string().len() < 1_000);
    }
}
