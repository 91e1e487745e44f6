//! Connectors to the data providers: how to ask, and what the answers mean. No SQL, no web framework.

pub mod address;
pub mod brightdata;
mod country;
pub mod error;
pub mod fetch;
mod fold;
mod lenient;
pub mod linkedin;
mod markup;
pub mod page;
pub mod posting;
pub mod posting_provider;
pub mod profile_address;
pub mod provider;
pub mod query;
pub mod unipile;

pub use brightdata::BrightData;
pub use error::{ProviderError, UnreadPage};
pub use fetch::{Fetch, FetchConfig};
pub use linkedin::LinkedIn;
pub use page::{Cursor, NetworkDistance, Page, PersonRecord, RejectedRecord};
pub use posting::{PostingPage, PostingQuery, PostingRecord};
pub use posting_provider::{PostingAnswer, PostingCollector, PostingFetcher, PostingLogin, PostingProvider};
pub use profile_address::ProfileAddress;
pub use provider::{AccountReport, Choice, DiscoveredAccount, Lack, Login, LookupCache, LookupKind, PreparedSearch, Provider};
pub use query::{Api, Criteria, Headcount, PeopleQuery, Seniority};
pub use unipile::Unipile;
