//! Bright Data's error answers, by what the caller can do about them. Some are JSON and some plain text.

use secrecy::ExposeSecret;
use serde_json::Value;

use crate::error::ProviderError;
use crate::fetch::{Answer, excerpt};
use crate::lenient::text;
use crate::posting_provider::PostingLogin;

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Asking,
    Snapshots,
    Snapshot,
}

pub fn check(answer: &Answer, subject: Subject, login: &PostingLogin) -> Result<(), ProviderError> {
    if (200..300).contains(&answer.status) { Ok(()) } else { Err(explain(answer, subject, login)) }
}

fn explain(answer: &Answer, subject: Subject, login: &PostingLogin) -> ProviderError {
    let key = login.secret.as_ref().map(|key| key.expose_secret().trim()).unwrap_or_default();
    let words = vendors_words(&answer.body);
    let words = if key.is_empty() { words } else { words.replace(key, "…") };
    let status = answer.status;
    let trouble = |error_type: &str, detail: String| ProviderError::AccountTrouble { status, error_type: error_type.to_owned(), detail };
    match status {
        401 => trouble("invalid_credentials", "Bright Data did not accept the API key: copy it again from its dashboard.".to_owned()),
        402 => trouble("insufficient_balance", "The balance at Bright Data is used up: top it up in its dashboard, then retry.".to_owned()),
        403 => {
            trouble("forbidden", "The API key may not use the data set of job postings: allow it in Bright Data's dashboard.".to_owned())
        }
        429 => ProviderError::RateLimited { retry_after: answer.retry_after },
        404 if subject == Subject::Snapshot => ProviderError::Refused {
            field: Some("cursor".to_owned()),
            detail: "Bright Data no longer has what it collected for this search: start the search anew.".to_owned(),
        },
        408 | 425 => {
            ProviderError::Unreachable { status: Some(status), detail: format!("Bright Data gave up on the call (status {status})") }
        }
        500..=599 => ProviderError::Unreachable { status: Some(status), detail: format!("Bright Data is in trouble (status {status})") },
        300..=499 => ProviderError::Refused { field: None, detail: format!("Bright Data refused the request (status {status}): {words}") },
        _ => ProviderError::LayoutChanged {
            page: None,
            detail: format!("unknown status {status}"),
            excerpt: excerpt(&answer.body).replace(if key.is_empty() { "\0" } else { key }, "…"),
        },
    }
}

/// `validation_errors`, `error` or `message` of a JSON answer, else the text itself; at most 300 characters.
fn vendors_words(body: &[u8]) -> String {
    let said = match serde_json::from_slice::<Value>(body) {
        Ok(said) => match said.get("validation_errors").and_then(Value::as_array) {
            Some(errors) => {
                Some(errors.iter().map(|error| text(Some(error)).unwrap_or_else(|| error.to_string())).collect::<Vec<_>>().join("; "))
            }
            None => ["error", "message"].iter().find_map(|name| text(said.get(*name))),
        },
        Err(_) => Some(String::from_utf8_lossy(&body[..body.len().min(1_200)]).trim().to_owned()).filter(|words| !words.is_empty()),
    };
    let said = said.unwrap_or_else(|| "it gave no reason.".to_owned());
    said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}
