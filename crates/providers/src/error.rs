//! What can go wrong at a provider, named by what the caller can do about it.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

/// Every variant is one decision of the caller. Texts never carry keys, cookies or whole answers.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The provider asks for a slower pace (429). Wait for `retry_after` if it was said, else back off; everyone on the account waits.
    #[error("the provider asked to slow down")]
    RateLimited { retry_after: Option<Duration> },
    /// The account itself is in trouble (401, 403): no retry helps until its user acts. `detail` is one plain sentence with the remedy.
    #[error("{detail}")]
    AccountTrouble { status: u16, error_type: String, detail: String },
    /// The provider refuses to serve this client at all (999, authwall): stop and say so, never go around it.
    #[error("{detail}")]
    Blocked { detail: String },
    /// The request cannot work as asked (400, 404, 422, or refused before sending); `field` names the criterion. Retrying is useless.
    #[error("{detail}")]
    Refused { field: Option<String>, detail: String },
    /// The answer does not look like anything known; `excerpt` is a short, harmless part of it, and `page` the whole of it where it is a page that
    /// somebody may want to look at.
    #[error("the provider's answer could not be read: {detail}")]
    LayoutChanged { detail: String, excerpt: String, page: Option<Box<UnreadPage>> },
    /// Transient (5xx, time-out, cut connection): the same request may succeed later.
    #[error("{detail}")]
    Unreachable { status: Option<u16>, detail: String },
}

/// A page that no parser knows.
#[derive(Clone, PartialEq, Eq)]
pub struct UnreadPage {
    pub url: String,
    pub bytes: Bytes,
}

impl fmt::Debug for UnreadPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of {}", self.bytes.len(), self.url)
    }
}

impl ProviderError {
    /// With the page, when it is one that could not be read.
    #[must_use]
    pub fn with_page(self, url: &str, bytes: &Bytes) -> Self {
        match self {
            Self::LayoutChanged { detail, excerpt, page: _ } => {
                let page = UnreadPage { url: url.to_owned(), bytes: bytes.clone() };
                Self::LayoutChanged { detail, excerpt, page: Some(Box::new(page)) }
            }
            other => other,
        }
    }
}
