//! The sandbox from outside, over HTTP.

mod accounts;
mod control;
mod faults;
mod filters;
mod paging;
mod profiles;
mod requests;
mod support;
mod urls;
