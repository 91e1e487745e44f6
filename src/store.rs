//! All SQL, one aggregate a file.

mod columns;
pub mod database;
pub mod error;

pub use database::{Conn, Database, SchemaState, Tx};
pub use error::StoreError;
