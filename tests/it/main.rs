//! The integration tests: one binary, one file a capability.

mod accounts;
mod auth;
mod bad_input;
mod command_line;
mod command_line_alone;
mod compat_prospect_search;
mod docs;
mod engine;
mod exports;
mod idempotency;
mod isolation;
mod pacing;
mod pages;
mod process;
mod schedules;
mod search_prospects;
mod searches;
mod secrets;
mod server;
mod sessions;
mod sse;
mod state_machine;
mod store;
mod store_opens;
mod support;
mod tidy;
