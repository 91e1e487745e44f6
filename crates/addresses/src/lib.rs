//! Which posting a pasted address means. Pure reading: no network, no types of a connector or of the wire.

mod posting;

pub use posting::{Refused, id_of_path, id_of_posting, id_of_urn, linkedin_address, posting_id};
