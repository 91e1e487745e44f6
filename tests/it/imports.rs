//! Imports: good rows land, each person once, and what is wrong is told by row.

mod files;
mod over_http;
mod takeover;
