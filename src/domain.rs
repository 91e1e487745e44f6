//! What Sluice is about, in plain types.

pub mod account;
pub mod credential;
pub mod export;
pub mod file;
pub mod id;
pub mod import;
pub mod job;
pub mod key;
pub mod person;
pub mod posting;
pub mod published;
pub mod review;
pub mod role;
pub mod scope;
pub mod search;
pub mod seniority;
pub mod session;
pub mod sign_in_link;
pub mod text;
pub mod time;
pub mod timetable;
pub mod tracker;
pub mod user;
mod words;
pub mod workspace;

pub use account::{Account, ProviderName};
pub use credential::Credential;
pub use id::FileId;
pub use id::{AccountId, JobId, KeyId, PersonId, ProspectId, ScheduleId, SessionId, SignInLinkId, UserId, WorkspaceId};
pub use id::{CompanyId, ContactId, HistoryEntryId, PostingId, ReminderId};
pub use id::{ReviewId, ReviewItemId, StrokeId};
pub use role::Role;
pub use scope::Scope;
pub use time::Micros;
