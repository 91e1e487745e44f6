//! `Idempotency-Key`: a creating request that is sent again is answered as before and does nothing more.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::Shared;
use super::body;
use super::caller::Caller;
use super::problem::{Failure, Kind, refused};
use crate::sealing::Belongs;
use crate::store::idempotency::{self, Asked, KeptAnswer, Known};
use crate::store::{Conn, Tx};

const KEY_HEADER: &str = "idempotency-key";
const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The body of a request that creates something, and its idempotency key if it has one.
pub struct Creation<T> {
    pub value: T,
    pub once: Once,
}

/// Makes a creation happen once.
pub struct Once {
    asked: Option<Asked>,
}

/// An answer that can be kept and given again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    status: StatusCode,
    location: Option<String>,
    body: String,
}

impl Answer {
    pub fn new(status: StatusCode, location: Option<String>, body: &impl Serialize) -> Result<Self, Failure> {
        Ok(Self { status, location, body: serde_json::to_string(body).map_err(Failure::internal)? })
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(Ok(location)) = self.location.as_deref().map(HeaderValue::from_str) {
            headers.insert(LOCATION, location);
        }
        (self.status, headers, self.body).into_response()
    }
}

impl<T: DeserializeOwned> FromRequest<Shared> for Creation<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Failure> {
        let (mut parts, rest) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, app).await?;
        let key = idempotency_key(&parts.headers)?;
        let (method, path) = (parts.method.clone(), parts.uri.path().to_owned());
        let bytes = body::read(Request::from_parts(parts, rest), app).await?;
        let asked = key.map(|key| {
            let mut digest = Sha256::new();
            digest.update(method.as_str());
            digest.update(b"\n");
            digest.update(&path);
            digest.update(b"\n");
            digest.update(&bytes);
            Asked { workspace_id: caller.workspace_id, user_id: caller.user_id, key, request_digest: hex::encode(digest.finalize()) }
        });
        Ok(Self { value: body::parse(&bytes)?, once: Once { asked } })
    }
}

impl Once {
    /// The key of a request whose body is read elsewhere.
    pub fn key_of(headers: &HeaderMap) -> Result<Option<String>, Failure> {
        idempotency_key(headers)
    }

    /// For a request whose body was read elsewhere: `route` is its method and path, `content` tells its body from any other.
    pub fn of(caller: &Caller, key: Option<String>, route: &str, content: &[u8]) -> Self {
        let asked = key.map(|key| {
            let mut digest = Sha256::new();
            digest.update(route);
            digest.update(b"\n");
            digest.update(content);
            Asked { workspace_id: caller.workspace_id, user_id: caller.user_id, key, request_digest: hex::encode(digest.finalize()) }
        });
        Self { asked }
    }

    /// The answer of an earlier request, looked up before work that leaves this process.
    pub async fn earlier(&self, app: &Shared, conn: &mut Conn) -> Result<Option<Response>, Failure> {
        let Some(asked) = &self.asked else { return Ok(None) };
        replay(app, asked, idempotency::find(conn, asked).await?)
    }

    /// Claims the key for `tx`; waits for another request with the same key and returns its answer.
    pub async fn claim(&self, app: &Shared, tx: &mut Tx) -> Result<Option<Response>, Failure> {
        let Some(asked) = &self.asked else { return Ok(None) };
        replay(app, asked, idempotency::claim(tx, asked).await?)
    }

    /// Keeps the answer with the rows that `tx` stores.
    pub async fn keep(&self, app: &Shared, tx: &mut Tx, answer: &Answer) -> Result<(), Failure> {
        let Some(asked) = &self.asked else { return Ok(()) };
        let workspace_id = asked.workspace_id.to_string();
        let sealed = app.sealer.seal(answer.body.as_bytes(), Belongs { workspace_id: &workspace_id, row_id: &asked.key });
        let kept = KeptAnswer {
            status: i64::from(answer.status.as_u16()),
            headers: serde_json::json!({ "location": answer.location }).to_string(),
            body: STANDARD.encode(sealed),
        };
        Ok(idempotency::keep(tx, asked, &kept).await?)
    }
}

fn replay(app: &Shared, asked: &Asked, known: Known) -> Result<Option<Response>, Failure> {
    let kept = match known {
        Known::New => return Ok(None),
        Known::Other => {
            let message = "This key belongs to another request; use a new one for each thing that is to be created.";
            let failure = Failure::new(Kind::Conflict, "IDEMPOTENCY_KEY_REUSED", message);
            return Err(failure.with_field(refused("Idempotency-Key", "reused", asked.key.as_str(), message)).suggest(message));
        }
        Known::Answered(kept) => kept,
    };
    let unreadable = || Failure::internal(anyhow::anyhow!("a kept answer cannot be read"));
    let sealed = STANDARD.decode(&kept.body).map_err(|_| unreadable())?;
    let workspace_id = asked.workspace_id.to_string();
    let plain = app.sealer.open(&sealed, Belongs { workspace_id: &workspace_id, row_id: &asked.key }).map_err(Failure::internal)?;
    let headers: Json = serde_json::from_str(&kept.headers).map_err(|_| unreadable())?;
    let status = u16::try_from(kept.status).ok().and_then(|status| StatusCode::from_u16(status).ok()).ok_or_else(unreadable)?;
    let answer = Answer {
        status,
        location: headers["location"].as_str().map(str::to_owned),
        body: String::from_utf8(plain.to_vec()).map_err(|_| unreadable())?,
    };
    let mut response = answer.into_response();
    response.headers_mut().insert(REPLAYED_HEADER, HeaderValue::from_static("true"));
    Ok(Some(response))
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let Some(value) = headers.get(KEY_HEADER) else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=255).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => {
            let message = "This must be 1 to 255 characters of ASCII, for example a UUID.";
            Err(Failure::invalid(vec![refused("Idempotency-Key", "invalid_value", Json::Null, message)]))
        }
    }
}
