//! Postings, their companies, and what a workspace notes about them.

pub mod companies;
pub mod history;
pub mod items;
mod likeness;
pub mod save;
pub mod terms;
