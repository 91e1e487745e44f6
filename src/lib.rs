//! Sluice runs long, rate-limited work around LinkedIn data as durable background jobs.

pub mod domain;
pub mod jobs;
pub mod store;
