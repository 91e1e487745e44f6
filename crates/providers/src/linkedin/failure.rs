//! LinkedIn's answers that are no page, by what the caller can do about them.

use crate::error::ProviderError;
use crate::fetch::{Answer, excerpt};

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Search,
    Posting,
}

const WHAT_TO_DO: &str = "What was found is kept. Wait some hours and choose Retry, which goes on from here; save pages from a browser and import the files; or use a \
                          licensed source such as Bright Data.";

/// Turns an answer that is not 2xx into an error. A missing posting is the caller's to notice before.
pub fn explain(answer: &Answer, subject: Subject) -> ProviderError {
    let status = answer.status;
    match status {
        429 => ProviderError::RateLimited { retry_after: answer.retry_after },
        999 => blocked("LinkedIn refused the request (status 999)."),
        401 | 403 | 407 | 451 => blocked(&format!("LinkedIn refused the request (status {status}).")),
        300..=399 => match answer.redirect.as_deref() {
            Some(target) if is_wall(target) => blocked("LinkedIn asks to sign in (a redirect to its authwall)."),
            Some(target) => ProviderError::LayoutChanged {
                page: None,
                detail: format!("LinkedIn redirects the request (status {status})"),
                excerpt: target.chars().take(200).collect(),
            },
            None => ProviderError::LayoutChanged {
                page: None,
                detail: format!("LinkedIn redirects the request nowhere (status {status})"),
                excerpt: String::new(),
            },
        },
        408 | 425 => ProviderError::Unreachable { status: Some(status), detail: format!("LinkedIn gave up on the call (status {status})") },
        500..=599 => ProviderError::Unreachable { status: Some(status), detail: format!("LinkedIn is in trouble (status {status})") },
        400..=499 => {
            let what = if subject == Subject::Search { "the search" } else { "the posting" };
            ProviderError::Refused {
                field: None,
                detail: format!("LinkedIn refused {what} (status {status}): change its criteria, or try fewer of them."),
            }
        }
        _ => ProviderError::LayoutChanged { page: None, detail: format!("unknown status {status}"), excerpt: excerpt(&answer.body) },
    }
}

pub fn blocked(what: &str) -> ProviderError {
    ProviderError::Blocked { detail: format!("{what} {WHAT_TO_DO}") }
}

/// Whether a redirect leads to where LinkedIn asks guests to sign in, or to prove that they are people.
fn is_wall(target: &str) -> bool {
    ["authwall", "/login", "/uas/", "/checkpoint", "/signup"].iter().any(|mark| target.contains(mark))
}
