//! All SQL, one aggregate a file.

pub mod accounts;
pub mod charges;
mod columns;
pub mod database;
pub mod due;
pub mod error;
pub mod events;
pub mod files;
mod folded;
pub mod hosts;
pub mod idempotency;
pub mod imports;
pub mod job_pages;
pub mod jobs;
pub mod keys;
pub mod lookups;
mod matches;
pub mod members;
pub mod overview;
pub mod paces;
pub mod people;
pub mod posting_pages;
pub mod postings;
pub mod prospects;
pub mod published;
pub mod reviews;
pub mod schedules;
pub mod secret_keys;
pub mod sessions;
pub mod sign_in_attempts;
pub mod sign_in_links;
pub mod timeline;
pub mod users;
pub mod workspaces;

pub use database::{Conn, Database, SchemaState, Tx};
pub use error::StoreError;
