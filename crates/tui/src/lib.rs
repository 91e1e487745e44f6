//! The terminal application: a client of the HTTP API.
//!
//! [`run`] owns the terminal. Everything that happens is a `message::Message`; `update::update` changes the `state::State` and says which
//! `effect::Effect`s shall follow; `view::view` draws the state. Effects run on tasks of their own and come back as messages, so the thread
//! that draws never waits for anything but the terminal.

mod app;
mod bulk;
mod checks;
mod command;
mod effect;
mod effects;
mod field;
mod filter;
mod form;
mod import;
mod keys;
mod layout;
mod memory;
mod message;
mod names;
mod overview;
mod remind;
mod rule;
#[cfg(test)]
mod samples;
mod state;
mod terminal;
mod text;
mod theme;
mod toast;
mod trouble;
mod underway;
mod update;
mod view;
mod waits;
mod window;

pub use app::{Options, Remembering, run};
