//! Unipile's error answers, by what the caller can do about them.

use serde_json::Value;

use crate::error::ProviderError;
use crate::fetch::{Answer, excerpt};
use crate::lenient::text;

/// What was asked for, so that a 404 can say what is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Key,
    Account,
    Search,
    Lookup,
    Profile,
}

/// Turns an answer that is not 2xx into an error. `key` is cut out of whatever the provider says.
pub fn explain(answer: &Answer, subject: Subject, key: &str) -> ProviderError {
    let said: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let error_type = text(said.get("type")).map(|name| redact(name.trim_start_matches("errors/"), key)).unwrap_or_default();
    let words = redact(&vendors_words(&said), key);
    let status = answer.status;
    if status == 429 || error_type == "too_many_requests" {
        return ProviderError::RateLimited { retry_after: answer.retry_after };
    }
    match status {
        401..=403 => ProviderError::AccountTrouble { status, detail: remedy(status, &error_type, &words), error_type },
        // The calls that a later repetition may heal, although they look like the caller's fault.
        408 | 425 => ProviderError::Unreachable { status: Some(status), detail: format!("Unipile gave up on the call (status {status})") },
        404 => ProviderError::Refused { field: missing_field(subject), detail: missing(subject).to_owned() },
        999 => ProviderError::Blocked { detail: "LinkedIn refused the request (status 999).".to_owned() },
        300..=399 => ProviderError::Refused {
            field: Some("base_url".to_owned()),
            detail: format!(
                "The address answers with a redirect (status {status}): use the address that the Unipile dashboard shows as DSN."
            ),
        },
        400..=499 => ProviderError::Refused {
            field: refused_field(&error_type),
            detail: format!("Unipile refused the request (status {status}): {}", or_else(&words, "it gave no reason.")),
        },
        500..=599 => {
            let reason = if error_type.is_empty() { String::new() } else { format!(", {error_type}") };
            ProviderError::Unreachable { status: Some(status), detail: format!("Unipile is in trouble (status {status}{reason})") }
        }
        _ => ProviderError::LayoutChanged {
            page: None,
            detail: format!("unknown status {status}"),
            excerpt: redact(&excerpt(&answer.body), key),
        },
    }
}

/// Cuts `key` out of an error's texts: an answer that nobody could read may echo what was sent.
pub fn without_key(error: ProviderError, key: &str) -> ProviderError {
    match error {
        ProviderError::LayoutChanged { detail, excerpt, page: _ } => {
            ProviderError::LayoutChanged { page: None, detail: redact(&detail, key), excerpt: redact(&excerpt, key) }
        }
        ProviderError::Refused { field, detail } => ProviderError::Refused { field, detail: redact(&detail, key) },
        error => error,
    }
}

/// One plain sentence with what the account's user can do.
fn remedy(status: u16, error_type: &str, words: &str) -> String {
    let sentence = match error_type {
        "missing_credentials" | "invalid_credentials" | "insufficient_privileges" => {
            "Unipile did not accept the credentials: check the API key in the Unipile dashboard, and that the LinkedIn account is still logged in there."
        }
        "expired_credentials" | "disconnected_account" | "session_mismatch" | "multiple_sessions" => {
            "The LinkedIn account is no longer connected to Unipile: reconnect it in the Unipile dashboard, then retry."
        }
        "checkpoint_error"
        | "invalid_checkpoint_solution"
        | "captcha_not_supported"
        | "action_required"
        | "unknown_authentication_context" => {
            "LinkedIn asks for a security check: log in to LinkedIn in a browser, pass the check, reconnect the account in the Unipile dashboard, then retry."
        }
        "account_restricted" => {
            "LinkedIn has restricted the account: log in to LinkedIn in a browser and follow what it says; until then use another account."
        }
        "feature_not_subscribed" | "subscription_required" | "disconnected_feature" => {
            "The LinkedIn account has no working subscription for this: use an account with Sales Navigator or Recruiter, or search without it."
        }
        "insufficient_permissions" | "resource_access_restricted" => {
            "The API key or the account may not do this: give the key full access in the Unipile dashboard, or use another account."
        }
        "account_mismatch" | "wrong_account" => "This cannot be done with this account: choose the account that the search belongs to.",
        "expired_link" => "The link that connects the account has expired: make a new one in the Unipile dashboard.",
        _ if status == 401 => {
            return format!(
                "Unipile did not let us in ({}): check the API key and the account in the Unipile dashboard.",
                or_else(words, "no reason given")
            );
        }
        _ if status == 402 => {
            return format!(
                "Unipile asks for payment ({}): check the subscription in the Unipile dashboard.",
                or_else(words, "no reason given")
            );
        }
        _ => return format!("Unipile forbids this ({}): check the account in the Unipile dashboard.", or_else(words, "no reason given")),
    };
    sentence.to_owned()
}

fn missing(subject: Subject) -> &'static str {
    match subject {
        Subject::Key => "There is no Unipile at this address: check the address that the Unipile dashboard shows as DSN.",
        Subject::Account => {
            "Unipile does not know this account: check its id in the Unipile dashboard, and that the key belongs to the same workspace."
        }
        Subject::Search | Subject::Lookup => {
            "Unipile does not know the account, or what the search refers to: check the account's id, and any saved search or id in the criteria."
        }
        Subject::Profile => "LinkedIn shows no such profile to this account.",
    }
}

fn missing_field(subject: Subject) -> Option<String> {
    let field = match subject {
        Subject::Key => "base_url",
        Subject::Account => "external_account_id",
        Subject::Profile => "identifier",
        Subject::Search | Subject::Lookup => return None,
    };
    Some(field.to_owned())
}

fn refused_field(error_type: &str) -> Option<String> {
    if error_type == "invalid_url" { Some("url".to_owned()) } else { None }
}

/// `title: detail`, or whichever is there, at most 300 characters.
fn vendors_words(said: &Value) -> String {
    let words = match (text(said.get("title")), text(said.get("detail"))) {
        (Some(title), Some(detail)) => format!("{title}: {detail}"),
        (title, detail) => title.or(detail).unwrap_or_default(),
    };
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}

fn or_else<'a>(words: &'a str, otherwise: &'a str) -> &'a str {
    if words.is_empty() { otherwise } else { words }
}

fn redact(words: &str, key: &str) -> String {
    if key.is_empty() { words.to_owned() } else { words.replace(key, "…") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use std::time::Duration;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, retry_after: None, redirect: None, body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    fn error(status: u16, error_type: &str) -> ProviderError {
        let body = format!(r#"{{"title":"T","detail":"D","type":"errors/{error_type}","status":{status}}}"#);
        explain(&answer(status, &body), Subject::Search, "secret-key")
    }

    fn decision(error: &ProviderError) -> &'static str {
        match error {
            ProviderError::RateLimited { .. } => "slow down",
            ProviderError::AccountTrouble { .. } => "account",
            ProviderError::Blocked { .. } => "blocked",
            ProviderError::Refused { .. } => "refused",
            ProviderError::LayoutChanged { .. } => "layout",
            ProviderError::Unreachable { .. } => "transient",
        }
    }

    #[test]
    fn every_status_becomes_one_decision() {
        let cases = [
            (400, "invalid_parameters", "refused"),
            (400, "malformed_request", "refused"),
            (400, "invalid_url", "refused"),
            (401, "missing_credentials", "account"),
            (401, "disconnected_account", "account"),
            (401, "checkpoint_error", "account"),
            (402, "", "account"),
            (403, "account_restricted", "account"),
            (403, "feature_not_subscribed", "account"),
            (403, "subscription_required", "account"),
            (403, "insufficient_permissions", "account"),
            (404, "resource_not_found", "refused"),
            (408, "", "transient"),
            (413, "content_too_large", "refused"),
            (422, "invalid_recipient", "refused"),
            (429, "too_many_requests", "slow down"),
            (500, "unexpected_error", "transient"),
            (500, "provider_error", "transient"),
            (500, "too_many_requests", "slow down"),
            (501, "missing_feature", "transient"),
            (503, "no_client_session", "transient"),
            (503, "network_down", "transient"),
            (504, "request_timeout", "transient"),
            (301, "", "refused"),
            (999, "", "blocked"),
            (199, "", "layout"),
        ];
        for (status, error_type, expected) in cases {
            assert_eq!(decision(&error(status, error_type)), expected, "{status} {error_type}");
        }
    }

    #[test]
    fn an_answer_that_is_not_json_is_judged_by_its_status_alone() {
        for (status, expected) in [(401, "account"), (403, "account"), (429, "slow down"), (502, "transient"), (400, "refused")] {
            let error = explain(&answer(status, "<html>Bad day</html>"), Subject::Search, "k");
            assert_eq!(decision(&error), expected, "{status}");
        }
    }

    #[test]
    fn the_wait_that_was_asked_for_is_told() {
        let mut slow = answer(429, "{}");
        slow.retry_after = Some(Duration::from_secs(30));
        assert!(
            matches!(explain(&slow, Subject::Search, "k"), ProviderError::RateLimited { retry_after: Some(wait) } if wait.as_secs() == 30)
        );
    }

    #[test]
    fn every_account_trouble_says_what_to_do() {
        let cases = [
            (401, "disconnected_account", "reconnect it in the Unipile dashboard"),
            (401, "expired_credentials", "reconnect it in the Unipile dashboard"),
            (401, "checkpoint_error", "pass the check"),
            (401, "missing_credentials", "check the API key"),
            (401, "something_new", "did not let us in (T: D)"),
            (403, "account_restricted", "follow what it says"),
            (403, "feature_not_subscribed", "use an account with Sales Navigator or Recruiter"),
            (403, "insufficient_permissions", "give the key full access"),
            (403, "something_new", "forbids this (T: D)"),
        ];
        for (status, error_type, expected) in cases {
            match error(status, error_type) {
                ProviderError::AccountTrouble { status: told, error_type: kind, detail } => {
                    assert_eq!((told, kind.as_str()), (status, error_type));
                    assert!(detail.contains(expected) && detail.ends_with('.'), "{detail}");
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn immunity_24_a_key_echoed_by_the_provider_is_cut_out() {
        for status in [400, 401, 403, 404, 422, 429, 500, 599, 700] {
            let body = r#"{"title":"bad key secret-key","detail":"secret-key is wrong","type":"errors/secret-key"}"#;
            let error = explain(&answer(status, body), Subject::Search, "secret-key");
            assert!(!format!("{error} {error:?}").contains("secret-key"), "{status}");
        }
    }

    #[test]
    fn an_address_that_the_provider_cannot_use_is_named() {
        assert!(
            matches!(error(400, "invalid_url"), ProviderError::Refused { field: Some(field), detail } if field == "url" && detail.contains("T: D"))
        );
        assert!(matches!(error(400, "invalid_parameters"), ProviderError::Refused { field: None, .. }));
    }

    #[test]
    fn a_missing_thing_is_named_by_what_was_asked_for() {
        for (subject, field) in
            [(Subject::Account, Some("external_account_id")), (Subject::Profile, Some("identifier")), (Subject::Search, None)]
        {
            let error = explain(&answer(404, "{}"), subject, "k");
            assert!(matches!(&error, ProviderError::Refused { field: told, .. } if told.as_deref() == field), "{error:?}");
        }
    }
}
