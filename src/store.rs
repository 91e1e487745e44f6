//! All SQL, one aggregate a file.

pub mod charges;
mod columns;
pub mod database;
pub mod error;
pub mod events;
pub mod job_pages;
pub mod jobs;
pub mod lookups;
pub mod paces;
pub mod people;
pub mod prospects;
pub mod schedules;
pub mod timeline;

pub use database::{Conn, Database, SchemaState, Tx};
pub use error::StoreError;
