//! What every connector to postings can do.

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::error::{ProviderError, UnreadPage};
use crate::page::Cursor;
use crate::posting::query::FilterName;
use crate::posting::{PostingPage, PostingQuery, PostingRecord};

/// Where to ask, and with whose right.
#[derive(Debug, Clone)]
pub struct PostingLogin {
    /// An origin without a path; connectors append their own.
    pub base_url: url::Url,
    /// What the provider lets its user in with: an API key, or the session cookie of the user's own browser. LinkedIn's guest pages need none.
    pub secret: Option<SecretString>,
}

/// How a provider wants to be called. The connector does not wait by itself: whoever calls it keeps this pace, over all jobs and workers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manners {
    /// The least time between two calls to `host`.
    pub pace: Duration,
    /// One circuit breaker belongs to each host: `Blocked` opens it, and nothing is asked until a person retries; `RateLimited` closes the host to
    /// everybody for the time that was asked for, or else for `cool_down`.
    pub host: String,
    pub cool_down: Duration,
    /// The most postings that one query hands out.
    pub cap: u32,
    /// What is told to the user before it is switched on.
    pub notice: &'static str,
}

/// A search as it will be asked, and what the provider will not do of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPlan {
    /// Filters that the provider takes and may ignore: apply `PostingQuery::failed_filter` to what comes, and tell how many that removed.
    pub check_locally: Vec<FilterName>,
    /// Those of `check_locally` of which a record of the search itself says too little: without the posting's own page they are unproven.
    pub check_on_pages: Vec<FilterName>,
    /// Filters that the provider may ignore and no record can prove: tell the user that results may lie outside.
    pub unproven: Vec<FilterName>,
}

/// What became of a posting that was asked for by its id. All of these concern that posting alone: others may be had.
#[derive(Debug, Clone, PartialEq)]
pub enum PostingAnswer {
    Found(Box<PostingRecord>),
    /// It does not exist any more, or never did.
    Gone,
    /// The provider answered with another posting, which is not what was asked for and is not to be stored as such.
    Another {
        posting_id: String,
    },
    /// The provider would not show it. It may well be there, so nothing of it is closed. `detail` is one plain sentence.
    Refused {
        detail: String,
    },
    /// A page came that no parser knows; one such page says little, several in a row say that all look so by now.
    Unreadable {
        detail: String,
        excerpt: String,
        page: Box<UnreadPage>,
    },
}

/// A source of postings that can be searched. Every method is one polite call at most unless it says otherwise, with its own time-out; none retries.
#[async_trait]
pub trait PostingProvider: Send + Sync {
    fn manners(&self, login: &PostingLogin) -> Manners;

    /// Refuses what this provider cannot search for, by name and with what would work, without any call.
    fn plan(&self, query: &PostingQuery) -> Result<SearchPlan, ProviderError>;

    /// One page. `cursor` goes back verbatim; query and login stay the same during a run. A page may be empty and yet have a next one, after `wait`.
    async fn search_postings(
        &self,
        login: &PostingLogin,
        query: &PostingQuery,
        cursor: Option<&Cursor>,
    ) -> Result<PostingPage, ProviderError>;
}

/// A source that shows one posting at a time.
#[async_trait]
pub trait PostingFetcher: PostingProvider {
    /// The whole posting. `posting_id` is LinkedIn's number. An error concerns more than this posting: the account, the host, or the connection.
    async fn fetch_posting(&self, login: &PostingLogin, posting_id: &str) -> Result<PostingAnswer, ProviderError>;
}

/// A source that collects many postings in one go, over several calls.
#[async_trait]
pub trait PostingCollector: PostingProvider {
    /// Whether the login is accepted, by a call that costs nothing.
    async fn check(&self, login: &PostingLogin) -> Result<(), ProviderError>;

    /// The next step towards the postings `posting_ids` (LinkedIn's numbers), in the manner of `search_postings`. What could not be had is rejected
    /// with the reason, and with the provider's row, which names the address that was asked for.
    async fn collect_postings(
        &self,
        login: &PostingLogin,
        posting_ids: &[String],
        cursor: Option<&Cursor>,
    ) -> Result<PostingPage, ProviderError>;
}
