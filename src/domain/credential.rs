//! What a request shows to be let in.

use super::{KeyId, SessionId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    Key(KeyId),
    /// The cookie of somebody who signed in.
    Session(SessionId),
}
