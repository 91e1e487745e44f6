//! The store, one behaviour a test, on both databases.

mod charges;
mod claims;
mod clock;
mod control;
mod events;
mod fences;
mod job_pages;
mod listing;
mod paces;
mod people;
mod prospects;
mod reviews;
mod schedules;
mod schema;
mod scopes;
