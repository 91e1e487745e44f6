//! What the command line prints, as pure functions: no terminal is needed to know what a person sees.

pub mod bar;
pub mod ending;
pub mod lines;
pub mod spreadsheet;
pub mod state;
pub mod table;
pub mod unhad;
pub mod visible;
