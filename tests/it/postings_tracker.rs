//! The tracker: what postings there are, and what people note of them.

mod bad_input;
mod changes;
mod command_line;
mod exports;
mod listing;
mod notes;
mod over_http;
