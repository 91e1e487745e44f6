//! The server's HTTP side: `router` has every route, `problem` every status of an error.

pub mod api;
pub mod assets;
pub mod body;
pub mod caller;
pub mod compat;
pub mod cors;
pub mod download;
pub mod form;
pub mod guard;
pub mod idempotency;
pub mod listing;
pub mod origin;
pub mod pages;
pub mod path;
pub mod posting_page;
pub mod problem;
pub mod query;
pub mod realtime;
pub mod refusal;
pub mod rest;
pub mod router;
pub mod routes;
pub mod session_cookie;
pub mod team;
pub mod upload;
pub mod wire;

use std::sync::Arc;

use crate::app::App;

/// What every handler can ask for.
pub type Shared = Arc<App>;
