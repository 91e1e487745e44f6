//! Postings, their companies, and what a workspace notes about them.

pub mod history;
