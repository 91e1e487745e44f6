//! An HTTP server that speaks the providers' protocols over an invented population, with faults on demand.
