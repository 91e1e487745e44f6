//! The store, one behaviour a test, on both databases.
