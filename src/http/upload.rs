//! Forms with a file: the file goes into the store as it arrives, the other parts are small texts.

use std::collections::BTreeMap;

use axum::extract::Request;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::header::CONTENT_TYPE;
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::Shared;
use super::caller::Caller;
use super::problem::{Failure, Kind, refused};
use crate::domain::FileId;
use crate::jobs::import_people::{Upload, UploadError, discard};

/// The name of the part that holds the file.
const FILE: &str = "file";
/// Bytes of any other part.
const LARGEST_TEXT: usize = 64 * 1024;
/// Parts of one form.
const MOST_PARTS: usize = 50;
/// A file that is too large is read on up to here and thrown away: most clients read the answer only when they have sent everything.
pub const READ_ON: usize = 64 * 1024 * 1024;

/// A form, taken in whole.
pub struct Form {
    /// The stored file; `None` when the form has none, or an empty one without a name, as browsers send it.
    pub file: Option<FileId>,
    pub file_name: String,
    pub texts: BTreeMap<String, String>,
    /// Of all that came in.
    pub digest: Vec<u8>,
}

pub fn is_form(request: &Request) -> bool {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

/// The parts of a form that is read no further than any form has to be. What precedes the first part, and the head of each, is held until it
/// ends, and a body may be made so that it never does.
pub fn parts<S, E>(body: S, boundary: String) -> Multipart<'static>
where
    S: Stream<Item = Result<Bytes, E>> + Send + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    let most = (READ_ON + MOST_PARTS * LARGEST_TEXT) as u64;
    Multipart::with_constraints(body, boundary, Constraints::new().size_limit(SizeLimit::new().whole_stream(most)))
}

/// What went wrong with a part that did not come whole; `broke_off` is what to say when it only ended too early.
pub fn unread(error: &multer::Error, broke_off: Failure) -> Failure {
    if !matches!(error, multer::Error::StreamSizeExceeded { .. }) {
        return broke_off;
    }
    let message = format!("The form is larger than {} MB.", READ_ON / (1024 * 1024));
    Failure::new(Kind::TooLarge, "FILE_TOO_LARGE", message.clone())
        .with_field(refused("body", "too_large", Json::Null, message))
        .suggest("Send a smaller file, as one part of a form whose boundary is the one that its content-type names.")
}

/// Reads a form. Whatever goes wrong, nothing of it stays stored.
pub async fn read(app: &Shared, caller: &Caller, request: Request) -> Result<Form, Failure> {
    let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let boundary = multer::parse_boundary(given).map_err(|_| {
        let message = "The form's content-type names no boundary; let your program set this header by itself.";
        Failure::new(Kind::NotJson, "NOT_A_FORM", message).with_field(refused("content-type", "unsupported", given, message))
    })?;
    let mut parts = parts(request.into_body().into_data_stream(), boundary);
    let mut form = Form { file: None, file_name: String::new(), texts: BTreeMap::new(), digest: Vec::new() };
    let read = fill(app, caller, &mut parts, &mut form).await;
    if read.is_err()
        && let Some(id) = form.file
    {
        discard(&app.database, id).await?;
    }
    read.map(|()| form)
}

async fn fill(app: &Shared, caller: &Caller, parts: &mut Multipart<'_>, form: &mut Form) -> Result<(), Failure> {
    let mut digest = Sha256::new();
    for _ in 0..MOST_PARTS {
        let Some(part) = parts.next_field().await.map_err(|error| unread(&error, broke_off()))? else {
            form.digest = digest.finalize().to_vec();
            return Ok(());
        };
        let name = part.name().unwrap_or_default().to_owned();
        digest.update(&name);
        digest.update(b"\n");
        if name == FILE {
            if form.file.is_some() {
                return Err(Failure::invalid(vec![refused(FILE, "duplicate_field", Json::Null, "Send one file at a time.")]));
            }
            keep_file(app, caller, part, form, &mut digest).await?;
        } else {
            let text = read_text(&name, part).await?;
            digest.update(&text);
            if form.texts.insert(name.clone(), text).is_some() {
                return Err(Failure::invalid(vec![refused(name, "duplicate_field", Json::Null, "Send this part once.")]));
            }
        }
    }
    let message = format!("The form has more than {MOST_PARTS} parts.");
    Err(Failure::invalid(vec![refused("body", "too_large", Json::Null, message)]))
}

async fn keep_file(app: &Shared, caller: &Caller, mut part: Field<'_>, form: &mut Form, digest: &mut Sha256) -> Result<(), Failure> {
    let name = shown_name(part.file_name().unwrap_or_default());
    let first = part.chunk().await.map_err(|error| unread(&error, broke_off()))?;
    // A form whose file was not chosen has an empty part without a name.
    if first.is_none() && name.is_empty() {
        return Ok(());
    }
    let name = if name.is_empty() { "people.csv".to_owned() } else { name };
    let mut upload = Upload::begin(&app.database, caller.workspace_id, caller.user_id, &name, app.config.files.kept).await?;
    form.file = Some(upload.id());
    form.file_name = name;
    let mut next = first;
    while let Some(bytes) = next {
        digest.update(&bytes);
        if let Err(error) = upload.take(&bytes).await {
            read_on(part, bytes.len()).await;
            return Err(refusal(error));
        }
        next = part.chunk().await.map_err(|error| unread(&error, broke_off()))?;
    }
    upload.finish().await.map_err(refusal)?;
    Ok(())
}

async fn read_on(mut part: Field<'_>, already: usize) {
    let mut read = already;
    // A sender that breaks off has no use for the answer either.
    while let Ok(Some(bytes)) = part.chunk().await {
        read += bytes.len();
        if read > READ_ON {
            return;
        }
    }
}

async fn read_text(name: &str, part: Field<'_>) -> Result<String, Failure> {
    let mut text: Vec<u8> = Vec::new();
    let mut part = part;
    while let Some(bytes) = part.next().await {
        let bytes: Bytes = bytes.map_err(|error| unread(&error, broke_off()))?;
        text.extend_from_slice(&bytes);
        if text.len() > LARGEST_TEXT {
            let message = format!("This part is larger than {LARGEST_TEXT} bytes; the file goes into the part called {FILE}.");
            return Err(Failure::invalid(vec![refused(name, "too_large", Json::Null, message)]));
        }
    }
    String::from_utf8(text).map_err(|_| Failure::invalid(vec![refused(name, "malformed", Json::Null, "This part is not UTF-8.")]))
}

/// The last part of a name as browsers give it, without what no name needs.
fn shown_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(200).collect::<String>().trim().to_owned()
}

fn broke_off() -> Failure {
    Failure::new(Kind::Malformed, "BODY_BROKE_OFF", "The form broke off before its end, or is no form.").suggest("Send it again.")
}

/// Why a file is not kept, for its sender.
pub fn refusal(error: UploadError) -> Failure {
    match error {
        UploadError::Refused(fault) => {
            let message = fault.to_string();
            Failure::new(Kind::TooLarge, "FILE_TOO_LARGE", message.clone())
                .with_field(refused(FILE, "too_large", Json::Null, message.clone()))
                .suggest(message)
        }
        UploadError::Store(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_body_that_never_comes_to_its_boundary_is_not_read_for_ever() {
        let sent = Arc::new(AtomicUsize::new(0));
        let megabyte = Bytes::from(vec![b'x'; 1024 * 1024]);
        let body = futures_util::stream::iter(0..200).map({
            let sent = Arc::clone(&sent);
            move |_| {
                sent.fetch_add(megabyte.len(), Ordering::Relaxed);
                Ok::<_, std::io::Error>(megabyte.clone())
            }
        });
        let Err(error) = parts(body, "never".to_owned()).next_field().await else { panic!("it is refused") };
        assert_eq!(unread(&error, broke_off()).kind(), Kind::TooLarge);
        let most = READ_ON + MOST_PARTS * LARGEST_TEXT + 1024 * 1024;
        assert!(sent.load(Ordering::Relaxed) <= most, "{sent:?}");
    }

    #[test]
    fn a_file_is_called_by_the_last_part_of_its_name() {
        for (given, shown) in
            [("people.csv", "people.csv"), ("C:\\fakepath\\people.csv", "people.csv"), ("../../x\n.csv", "x.csv"), ("", ""), ("a/", "")]
        {
            assert_eq!(shown_name(given), shown, "{given:?}");
        }
    }
}
