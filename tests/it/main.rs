//! The integration tests: one binary, one file a capability.

mod accounts;
mod auth;
mod command_line;
mod command_line_alone;
mod compat_prospect_search;
mod engine;
mod idempotency;
mod pacing;
mod search_prospects;
mod server;
mod sse;
mod state_machine;
mod store;
mod store_opens;
mod support;
mod tidy;
