//! What Sluice is about, in plain types.

pub mod id;
pub mod job;
pub mod person;
pub mod scope;
pub mod text;
pub mod time;

pub use id::{AccountId, JobId, KeyId, PersonId, ProspectId, ScheduleId, UserId, WorkspaceId};
pub use scope::Scope;
pub use time::Micros;
