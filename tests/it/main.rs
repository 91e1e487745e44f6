//! The integration tests: one binary, one file a capability.

mod pacing;
mod search_prospects;
mod store_opens;
mod support;
mod tidy;
