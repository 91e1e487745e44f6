//! The integration tests: one binary, one file a capability.

mod pacing;
mod engine;
mod search_prospects;
mod store;
mod store_opens;
mod support;
mod tidy;
