//! A stored file as the body of an answer: in pieces, so that memory stays small, and in part when a part is asked for.

use std::ops::Range;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH,
    IF_RANGE, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::problem::Failure;
use crate::domain::FileId;
use crate::domain::file::StoredFile;
use crate::store::{Database, StoreError, files};

/// What an answer comes to; whether the first bytes are among it.
pub struct Download {
    pub response: Response,
    pub is_beginning: bool,
}

/// The content of a whole file, which the caller has found in its scope.
pub fn serve(database: &Database, file: &StoredFile, asked: &HeaderMap) -> Download {
    let etag = format!("\"{}\"", file.id);
    let text = |name: http::HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
    let is_same = |tags: &str| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag);
    let mut headers = HeaderMap::new();
    // The content of a file never changes once it is whole, so its id says which content it is.
    for (name, value) in [
        (ETAG, etag.clone()),
        (CACHE_CONTROL, "private, no-cache".to_owned()),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CONTENT_TYPE, file.media_type.clone()),
        (CONTENT_DISPOSITION, disposition(&file.name)),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    if text(IF_NONE_MATCH).is_some_and(is_same) {
        return Download { response: (StatusCode::NOT_MODIFIED, headers).into_response(), is_beginning: false };
    }
    let whole = 0..file.size;
    let part = match text(RANGE) {
        // A part of another content than the one that was begun would be of no use.
        Some(range) if text(IF_RANGE).is_none_or(|tag| tag == etag) => part_of(range, file.size),
        _ => Asked::Whole,
    };
    let (status, range) = match part {
        Asked::Whole => (StatusCode::OK, whole),
        Asked::Part(part) => {
            headers.insert(CONTENT_RANGE, range_header(&format!("{}-{}", part.start, part.end - 1), file.size));
            (StatusCode::PARTIAL_CONTENT, part)
        }
        Asked::Beyond => {
            headers.insert(CONTENT_RANGE, range_header("*", file.size));
            headers.remove(CONTENT_DISPOSITION);
            return Download { response: (StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response(), is_beginning: false };
        }
    };
    headers.insert(CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    let is_beginning = range.start == 0;
    let body = Body::from_stream(pieces(database.clone(), file.id, range));
    Download { response: (status, headers, body).into_response(), is_beginning }
}

/// Why a file cannot be downloaded.
pub fn not_ready(progress: &str) -> Failure {
    Failure::conflict("FILE_NOT_READY", format!("The file is not ready yet. {progress}"))
        .suggest("Follow the job at /api/v1/jobs/{id}/events, or ask again in a moment.")
}

/// One connection a piece, held no longer than it takes to read it.
fn pieces(database: Database, id: FileId, range: Range<i64>) -> impl stream::Stream<Item = Result<Bytes, StoreError>> {
    stream::try_unfold(range, move |left| {
        let database = database.clone();
        async move {
            if left.is_empty() {
                return Ok(None);
            }
            let chunk = files::chunk_at(&mut database.read().await?, id, left.start).await?.ok_or_else(|| {
                // The answer breaks off before its length, so that nobody takes it for whole.
                StoreError::Refused("a file was removed while it was being downloaded".into())
            })?;
            let end = chunk.end().min(left.end);
            let within = |offset: i64| usize::try_from(offset - chunk.starts_at).unwrap_or(0);
            let piece = Bytes::from(chunk.content.clone()).slice(within(left.start)..within(end));
            Ok(Some((piece, end..left.end)))
        }
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(Range<i64>),
    Beyond,
}

/// One range of bytes; several at once, or what is no range, ask for the whole, as the standard allows.
fn part_of(header: &str, size: i64) -> Asked {
    let Some((first, last)) = header.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-')) else { return Asked::Whole };
    let (first, last) = (first.trim(), last.trim());
    if last.contains(',') {
        return Asked::Whole;
    }
    let range = match (whole_number(first), whole_number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.is_empty() => first..size,
        (None, Some(suffix)) if first.is_empty() => size.saturating_sub(suffix).max(0)..size,
        _ => return Asked::Whole,
    };
    if range.is_empty() { Asked::Beyond } else { Asked::Part(range) }
}

/// Digits alone: what Rust reads as a number besides is none here.
fn whole_number(text: &str) -> Option<i64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn range_header(part: &str, size: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("bytes {part}/{size}")).unwrap_or(HeaderValue::from_static("bytes */*"))
}

/// What RFC 8187 lets stand as it is.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A name that cannot leave its header or the folder that it is saved to, and the same in full for those who read UTF-8.
pub fn disposition(name: &str) -> String {
    let name: String = name.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c }).collect();
    let name = name.trim_start_matches('.');
    let plain: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, KEPT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_one_range_within_the_file() {
        for (header, expected) in [
            ("bytes=0-9", Asked::Part(0..10)),
            ("bytes=90-", Asked::Part(90..100)),
            ("bytes=90-1000", Asked::Part(90..100)),
            ("bytes=-10", Asked::Part(90..100)),
            ("bytes=-1000", Asked::Part(0..100)),
            ("bytes=100-", Asked::Beyond),
            ("bytes=-0", Asked::Beyond),
            ("bytes=9-0", Asked::Whole),
            ("bytes=0-1,5-6", Asked::Whole),
            ("rows=0-1", Asked::Whole),
            ("bytes=--1", Asked::Whole),
        ] {
            assert_eq!(part_of(header, 100), expected, "{header}");
        }
    }

    #[test]
    fn a_file_name_stays_in_its_header_and_folder() {
        assert_eq!(disposition("ceo-köln.csv"), "attachment; filename=\"ceo-k_ln.csv\"; filename*=UTF-8''ceo-k%C3%B6ln.csv");
        assert_eq!(
            disposition("..\\../a\"\r\nx-evil: 1"),
            "attachment; filename=\"_.._a___x-evil_ 1\"; filename*=UTF-8''_.._a___x-evil_%201"
        );
    }
}
