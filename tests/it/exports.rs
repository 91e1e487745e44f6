//! Exports: every row once and in order, in every format, whatever happens meanwhile.

mod command_line;
mod over_http;
mod rows;
mod takeover;
