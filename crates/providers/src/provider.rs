//! What every connector can do.

use async_trait::async_trait;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::ProviderError;
use crate::page::{Cursor, Page};
use crate::query::{Api, PeopleQuery};

/// The right to act for one account: where, with which key, as whom.
#[derive(Debug, Clone)]
pub struct Login {
    /// An origin without a path; connectors append their own.
    pub base_url: url::Url,
    pub api_key: SecretString,
    /// The account's id at the provider.
    pub external_account_id: String,
}

/// What the provider says about one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountReport {
    pub name: Option<String>,
    /// The most able api that the account may use: recruiter, then sales_navigator, then classic.
    pub api: Api,
    /// `None` when the account works; else one plain sentence with the remedy.
    pub trouble: Option<String>,
}

/// An account found behind a provider key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveredAccount {
    pub external_account_id: String,
    pub report: AccountReport,
}

/// One meaning of a person's word ("Berlin"), under the provider's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub id: String,
    pub title: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LookupKind {
    Location,
    Company,
    Industry,
    SalesIndustry,
    School,
    JobTitle,
}

/// Something that an api cannot be asked for, whatever the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// The name of the criterion, or `saved_search_id`.
    pub field: &'static str,
    /// One value of it alone, as it is written; the whole field when missing.
    pub value: Option<&'static str>,
    /// Why, and what would work, as one plain sentence.
    pub reason: String,
}

/// Remembers look-ups between calls. A failing cache is an error: it is never silently skipped.
#[async_trait]
pub trait LookupCache: Send + Sync {
    async fn get(&self, kind: LookupKind, words: &str) -> Result<Option<Vec<Choice>>, anyhow::Error>;
    async fn put(&self, kind: LookupKind, words: &str, choices: &[Choice]) -> Result<(), anyhow::Error>;
}

/// A search as the provider wants it: every word looked up, every filter translated. Stored with the job, so that all pages ask the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PreparedSearch {
    pub api: Api,
    /// The request body, without cursor.
    pub body: Value,
    /// People per page; never changes during a run.
    pub limit: u32,
    /// How each word was understood ("Berlin" is "Berlin, Germany"), for people to read.
    pub notes: Vec<String>,
}

/// One connector. Every method is one polite call at most unless it says otherwise, with its own time-out; none of them retries.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Whether the account works, and what it can do.
    async fn inspect(&self, login: &Login) -> Result<AccountReport, ProviderError>;

    /// All accounts behind `login`'s key, one call for each page of them; its `external_account_id` is ignored.
    async fn discover(&self, login: &Login) -> Result<Vec<DiscoveredAccount>, ProviderError>;

    /// Refuses what `api` cannot do by name and with what would work, without any call.
    fn check(&self, api: Api, query: &PeopleQuery) -> Result<(), ProviderError>;

    /// What `api` cannot be asked for at all: `check` refuses every one of these, and beside them only what depends on the words.
    fn lacks(&self, api: Api) -> Vec<Lack>;

    /// Among what the words of a criterion are looked up; `None` when it takes them as they are.
    fn lookup_kind(&self, api: Api, field: &str) -> Option<LookupKind>;

    /// Translates `query` for `api`. Words are looked up, one call for each that is not in `cache`.
    /// A word without a match is `Refused`, naming the field.
    async fn prepare(&self, login: &Login, api: Api, query: &PeopleQuery, cache: &dyn LookupCache)
    -> Result<PreparedSearch, ProviderError>;

    /// One page. `cursor` goes out verbatim.
    async fn search_people(&self, login: &Login, search: &PreparedSearch, cursor: Option<&Cursor>) -> Result<Page, ProviderError>;

    /// What a word may mean.
    async fn look_up(&self, login: &Login, kind: LookupKind, words: &str) -> Result<Vec<Choice>, ProviderError>;

    /// The whole profile, raw; `identifier` is any of the person's ids.
    async fn fetch_profile(&self, login: &Login, identifier: &str) -> Result<Value, ProviderError>;
}
