//! What the rules of a team refuse, as problems.

use super::caller::Caller;
use super::path::Named;
use super::problem::{Failure, refused};
use crate::domain::{SignInLinkId, UserId};
use crate::team::{Owner, TeamError};

impl From<&Caller> for Owner {
    fn from(caller: &Caller) -> Self {
        Self { workspace_id: caller.workspace_id, user_id: caller.user_id }
    }
}

impl From<TeamError> for Failure {
    fn from(error: TeamError) -> Self {
        let words = error.to_string();
        match error {
            TeamError::NoMember => UserId::not_found(),
            TeamError::NoInvitation => SignInLinkId::not_found(),
            TeamError::LastOwner => {
                Self::conflict("LAST_OWNER", words).suggest("PATCH /api/v1/members/{id} with the role owner makes another.")
            }
            TeamError::Used => Self::conflict("ALREADY_USED", words),
            TeamError::Address => Self::invalid(vec![refused("email", "invalid_value", serde_json::Value::Null, words)]),
            TeamError::BelongsElsewhere => Self::conflict("BELONGS_ELSEWHERE", words)
                .suggest("Where mail is set up, they can reset it themselves with \"Forgot password\" on the page that signs in."),
            TeamError::Store(error) => error.into(),
        }
    }
}
