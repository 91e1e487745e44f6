//! `/api/v1` and what surrounds it: one resource a file.

pub mod accounts;
pub mod companies;
pub mod docs;
pub mod events;
pub mod exports;
pub mod health;
pub mod imports;
pub mod invitations;
pub mod jobs;
pub mod keys;
pub mod lookups;
pub mod me;
pub mod members;
pub mod metrics;
pub mod openapi;
pub mod posting_jobs;
pub mod postings;
pub mod reviews;
pub mod schedules;
pub mod searches;
pub mod unread_pages;
pub mod workspaces;
