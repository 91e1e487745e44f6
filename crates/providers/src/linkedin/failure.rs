//! LinkedIn's answers that are no page, by what the caller can do about them.

use url::Url;

use super::wall;
use crate::error::ProviderError;
use crate::fetch::{Answer, excerpt};

/// What was asked for, and how.
#[derive(Debug)]
pub struct Asked<'a> {
    pub subject: Subject,
    pub url: &'a Url,
    /// Whether somebody's session went along. What is refused then is that session and nobody else's access.
    pub signed_in: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Search,
    Posting,
}

const WHAT_TO_DO: &str = "What was found is kept. Wait some hours and choose Retry, which goes on from here; save pages from a browser and import the files; or use a \
                          licensed source such as Bright Data.";

/// Turns an answer that is not 2xx into an error. A missing posting is the caller's to notice before.
pub fn explain(answer: &Answer, asked: &Asked<'_>) -> ProviderError {
    let status = answer.status;
    match status {
        429 => ProviderError::RateLimited { retry_after: answer.retry_after },
        999 => blocked("LinkedIn refused the request (status 999)."),
        401 if asked.signed_in => session_refused(status),
        401 | 403 | 407 | 451 => blocked(&format!("LinkedIn refused the request (status {status}).")),
        300..=399 => match &answer.redirect {
            Some(target) if target.resolved(asked.url).is_some_and(|target| wall::is_address(&target)) => {
                walled(asked, status, "a redirect to its authwall")
            }
            Some(target) => ProviderError::LayoutChanged {
                page: None,
                detail: format!("LinkedIn redirects the request (status {status})"),
                excerpt: target.shown(),
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
            let detail = match asked.subject {
                Subject::Search => format!("LinkedIn refused the search (status {status}): change its criteria, or try fewer of them."),
                Subject::Posting => format!("LinkedIn refused to show the posting (status {status})."),
            };
            ProviderError::Refused { field: None, detail }
        }
        _ => ProviderError::LayoutChanged { page: None, detail: format!("unknown status {status}"), excerpt: excerpt(&answer.body) },
    }
}

pub fn blocked(what: &str) -> ProviderError {
    ProviderError::Blocked { detail: format!("{what} {WHAT_TO_DO}") }
}

/// LinkedIn asks to sign in, or to prove something. Who did sign in has a session that it no longer takes; a guest is not wanted at all.
pub fn walled(asked: &Asked<'_>, status: u16, how: &str) -> ProviderError {
    if asked.signed_in { session_refused(status) } else { blocked(&format!("LinkedIn asks to sign in ({how}).")) }
}

/// The session is of no use any more, which is its user's to mend.
pub fn session_refused(status: u16) -> ProviderError {
    ProviderError::AccountTrouble {
        status,
        error_type: "session_refused".to_owned(),
        detail: "LinkedIn no longer takes the session of this account. Sign in to LinkedIn in a browser, copy the cookie li_at anew into the account \
                 under Accounts, and choose Retry, which goes on from here."
            .to_owned(),
    }
}
