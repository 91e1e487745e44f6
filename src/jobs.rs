//! Background jobs: the engine that runs them, and the kinds that there are.

pub mod control;
pub mod engine;
pub mod export_results;
pub mod fetch_postings;
pub mod import_people;
pub mod kinds;
pub mod postings;
pub mod search_postings;
pub mod search_prospects;
pub mod send_mail;
