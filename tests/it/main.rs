//! The integration tests: one binary, one file a capability.

mod store_opens;
mod support;
mod tidy;
