//! How people read it: numbers, times and states, in the same words on every surface.

pub mod day;
pub mod numbers;
pub mod posting;
pub mod state;
