//! The routes that existing clients already call, as views over the same resources.

pub mod prospect_search;
pub mod published;
