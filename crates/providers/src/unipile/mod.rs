//! Unipile: people search and profiles through the user's own connected LinkedIn account.

mod accounts;
mod endpoints;
mod failure;
mod identity;
mod lookup;
mod parse;
mod pasted_url;
mod refusal;
mod translate;

use async_trait::async_trait;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::error::ProviderError;
use crate::fetch::{Fetch, Request};
use crate::page::{Cursor, Page};
use crate::provider::{AccountReport, Choice, DiscoveredAccount, Lack, Login, LookupCache, LookupKind, PreparedSearch, Provider};
use crate::query::{Api, PeopleQuery};
use failure::Subject;
pub use parse::parse_page;
pub use pasted_url::api_of_search_url;

/// A cursor longer than this travels in the body, alone, as the vendor advises: address lines have their limits.
const LONGEST_CURSOR_IN_URL: usize = 1_500;

/// `discover` reads at most this many pages of accounts, 250 each.
const MOST_ACCOUNT_PAGES: usize = 20;

/// The connector. Cheap to clone; it holds no account, no key and no state.
#[derive(Debug, Clone)]
pub struct Unipile {
    fetch: Fetch,
}

impl Unipile {
    pub fn new(fetch: Fetch) -> Self {
        Self { fetch }
    }

    /// One call, read by `read`; anything but a 2xx answer becomes the error that says what the caller can do.
    async fn call<T>(
        &self,
        login: &Login,
        subject: Subject,
        (method, url, body): (Method, url::Url, Option<Value>),
        read: impl FnOnce(&[u8]) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let key = login.api_key.expose_secret();
        let mut headers = HeaderMap::new();
        let mut key_header = HeaderValue::from_str(key).map_err(|_| ProviderError::Refused {
            field: Some("api_key".to_owned()),
            detail: "The API key holds characters that cannot be sent: copy it again from the Unipile dashboard.".to_owned(),
        })?;
        key_header.set_sensitive(true);
        headers.insert("x-api-key", key_header);
        headers.insert("accept", HeaderValue::from_static("application/json"));
        let answer = self.fetch.send(Request { method, url, headers, body }).await?;
        if !(200..300).contains(&answer.status) {
            return Err(failure::explain(&answer, subject, key));
        }
        read(&answer.body).map_err(|error| failure::without_key(error, key))
    }

    async fn get<T>(
        &self,
        login: &Login,
        subject: Subject,
        url: url::Url,
        read: impl FnOnce(&[u8]) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        self.call(login, subject, (Method::GET, url, None), read).await
    }
}

#[async_trait]
impl Provider for Unipile {
    async fn inspect(&self, login: &Login) -> Result<AccountReport, ProviderError> {
        let url = endpoints::account(login)?;
        self.get(login, Subject::Account, url, |body| accounts::parse_account(body, &login.external_account_id)).await
    }

    async fn discover(&self, login: &Login) -> Result<Vec<DiscoveredAccount>, ProviderError> {
        let mut found = Vec::new();
        let mut cursor: Option<String> = None;
        for _ in 0..MOST_ACCOUNT_PAGES {
            let url = endpoints::accounts(login, cursor.as_deref())?;
            let (page, next) = self.get(login, Subject::Key, url, accounts::parse_accounts).await?;
            found.extend(page);
            if next.is_none() || next == cursor {
                break;
            }
            cursor = next;
        }
        Ok(found)
    }

    fn check(&self, api: Api, query: &PeopleQuery) -> Result<(), ProviderError> {
        refusal::check(api, query)
    }

    fn lacks(&self, api: Api) -> Vec<Lack> {
        refusal::lacks(api)
    }

    fn lookup_kind(&self, api: Api, field: &str) -> Option<LookupKind> {
        lookup::kind(api, field)
    }

    async fn prepare(
        &self,
        login: &Login,
        api: Api,
        query: &PeopleQuery,
        cache: &dyn LookupCache,
    ) -> Result<PreparedSearch, ProviderError> {
        refusal::check(api, query)?;
        let (body, notes) = match query {
            PeopleQuery::Criteria(criteria) => {
                let ids = lookup::resolve(self, login, api, criteria, cache).await?;
                translate::criteria_body(api, criteria, &ids)
            }
            PeopleQuery::Url(url) => translate::url_body(api, url),
            PeopleQuery::SavedSearch(id) => translate::saved_search_body(api, id)?,
        };
        Ok(PreparedSearch { api, body, limit: api.page_size(), notes })
    }

    async fn search_people(&self, login: &Login, search: &PreparedSearch, cursor: Option<&Cursor>) -> Result<Page, ProviderError> {
        let limit = search.limit.clamp(1, search.api.page_size());
        let cursor = cursor.map(|Cursor(text)| text.as_str());
        let (in_url, body) = match cursor {
            Some(long) if long.len() > LONGEST_CURSOR_IN_URL => (None, json!({ "cursor": long })),
            cursor => (cursor, search.body.clone()),
        };
        let url = endpoints::search(login, limit, in_url)?;
        self.call(login, Subject::Search, (Method::POST, url, Some(body)), |body| parse_page(search.api, body)).await
    }

    async fn look_up(&self, login: &Login, kind: LookupKind, words: &str) -> Result<Vec<Choice>, ProviderError> {
        let url = endpoints::parameters(login, kind, words)?;
        self.get(login, Subject::Lookup, url, lookup::parse_choices).await
    }

    async fn fetch_profile(&self, login: &Login, identifier: &str) -> Result<Value, ProviderError> {
        let url = endpoints::profile(login, identifier)?;
        self.get(login, Subject::Profile, url, parse::parse_profile).await
    }
}

#[cfg(test)]
mod tests;

/// Tests speak plain HTTP on loopback, yet a client cannot be built without a crypto provider.
#[cfg(test)]
pub(crate) fn install_crypto() {
    // Another test of this process may have been first.
    let _already = rustls::crypto::ring::default_provider().install_default();
}
