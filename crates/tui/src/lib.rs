//! The terminal application: a client of the HTTP API.
