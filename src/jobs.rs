//! Background jobs: the engine that runs them, and the kinds that there are.

pub mod engine;
