//! The sandbox from outside, over HTTP.

mod accounts;
mod brightdata;
mod control;
mod faults;
mod filters;
mod paging;
mod postings;
mod profiles;
mod requests;
mod support;
mod urls;
