//! The engine, driven by a toy kind whose provider does what the test says.

mod control;
mod faults;
mod guards;
mod runs;
mod shutdown;
mod takeover;
mod turns;
