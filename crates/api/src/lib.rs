//! Wire types and typed HTTP client of Sluice: all that the command line and the terminal application may know.
