//! A page that somebody saved from a browser, as it arrives: the body itself, or the file of a form.

use axum::extract::Request;
use futures_util::StreamExt;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value as Json;

use super::problem::{Failure, Kind, refused};
use super::upload;
use crate::domain::posting::order::LARGEST_PAGE;

/// The name of the part that holds the page.
const FILE: &str = "file";

/// Whether the request brings a page rather than JSON.
pub fn is_page(request: &Request) -> bool {
    upload::is_form(request) || content_type(request.headers()).starts_with("text/html")
}

/// A body that is neither addresses nor a page.
pub fn other_type() -> Failure {
    let message =
        "Send addresses as JSON (content-type: application/json), or a saved page as text/html or as a form (multipart/form-data).";
    Failure::new(Kind::NotJson, "UNKNOWN_BODY", message)
        .with_field(refused("content-type", "unsupported", Json::Null, message))
        .suggest(message)
}

/// The bytes of the page.
pub async fn read(request: Request) -> Result<Vec<u8>, Failure> {
    let page = if upload::is_form(&request) { read_form(request).await? } else { read_body(request).await? };
    if page.is_empty() {
        let message =
            "The page is empty. Open the posting on linkedin.com, save it with Ctrl+S as “Webpage, HTML only”, and send that file.";
        return Err(Failure::invalid(vec![refused(FILE, "missing_field", Json::Null, message)]));
    }
    Ok(page)
}

fn content_type(headers: &HeaderMap) -> String {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().trim_start().to_ascii_lowercase()
}

async fn read_body(request: Request) -> Result<Vec<u8>, Failure> {
    let mut chunks = request.into_body().into_data_stream();
    let mut page = Growing::default();
    while let Some(chunk) = chunks.next().await {
        if !page.take(&chunk.map_err(|_| broke_off())?) {
            break;
        }
    }
    page.finish()
}

async fn read_form(request: Request) -> Result<Vec<u8>, Failure> {
    let boundary = multer::parse_boundary(content_type_as_sent(request.headers())).map_err(|_| {
        let message = "The form's content-type names no boundary; let your program set this header by itself.";
        Failure::new(Kind::NotJson, "NOT_A_FORM", message).with_field(refused("content-type", "unsupported", Json::Null, message))
    })?;
    let mut parts = upload::parts(request.into_body().into_data_stream(), boundary);
    let mut page: Option<Vec<u8>> = None;
    while let Some(mut part) = parts.next_field().await.map_err(|error| upload::unread(&error, broke_off()))? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != FILE {
            let message = "The form has one part, called file, with the page.";
            return Err(Failure::invalid(vec![refused(name, "unknown_field", Json::Null, message)]));
        }
        if page.is_some() {
            return Err(Failure::invalid(vec![refused(FILE, "duplicate_field", Json::Null, "Send one page at a time.")]));
        }
        let mut growing = Growing::default();
        while let Some(chunk) = part.chunk().await.map_err(|error| upload::unread(&error, broke_off()))? {
            if !growing.take(&chunk) {
                break;
            }
        }
        page = Some(growing.finish()?);
    }
    page.ok_or_else(|| Failure::invalid(vec![refused(FILE, "missing_field", Json::Null, "Send the page in a part called file.")]))
}

fn content_type_as_sent(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Bytes up to the limit, and how many more there were.
#[derive(Default)]
struct Growing {
    kept: Vec<u8>,
    length: usize,
}

impl Growing {
    /// Whether to read on.
    fn take(&mut self, bytes: &[u8]) -> bool {
        self.length += bytes.len();
        if self.length <= LARGEST_PAGE {
            self.kept.extend_from_slice(bytes);
        } else {
            self.kept = Vec::new();
        }
        self.length <= upload::READ_ON
    }

    fn finish(self) -> Result<Vec<u8>, Failure> {
        if self.length <= LARGEST_PAGE {
            return Ok(self.kept);
        }
        let message = format!("The page is larger than {} MB: save one posting, or one page of results.", LARGEST_PAGE / (1024 * 1024));
        Err(Failure::new(Kind::TooLarge, "FILE_TOO_LARGE", message.clone())
            .with_field(refused(FILE, "too_large", Json::Null, message.clone()))
            .suggest(message))
    }
}

fn broke_off() -> Failure {
    Failure::new(Kind::Malformed, "BODY_BROKE_OFF", "The page broke off before its end, or the form is no form.").suggest("Send it again.")
}
