//! Ids that cannot be mixed up: UUIDv7, so that they sort by the time they were made.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// A text that is not an id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an id: ids look like 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, later than all before.
            #[expect(clippy::new_without_default, reason = "every call gives another value")]
            pub fn new() -> Self {
                Self(next())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                // Only the hyphenated form, so that one row has one URL.
                match Uuid::try_parse(text) {
                    Ok(id) if text.len() == 36 => Ok(Self(id)),
                    _ => Err(NotAnId),
                }
            }
        }
    )*};
}

ids! {
    WorkspaceId,
    UserId,
    KeyId,
    AccountId,
    JobId,
    PersonId,
    ProspectId,
    ScheduleId,
    ReviewId,
    /// A person in a review.
    ReviewItemId,
    /// What one person decided in one go.
    StrokeId,
    /// What people take out or bring in.
    FileId,
    /// A budget charge.
    ChargeId,
    TimelineEntryId,
    SessionId,
    /// A one-time link: welcome, invitation or password reset.
    SignInLinkId,
    /// A provider's page that could not be read.
    UnreadPageId,
    PostingId,
    CompanyId,
    /// Somebody one deals with about a posting.
    ContactId,
    ReminderId,
    HistoryEntryId,
}

#[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
fn next() -> Uuid {
    Uuid::now_v7()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_in_one_form_only() {
        let id = JobId::new();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().replace('-', "").parse::<JobId>(), Err(NotAnId));
        assert_eq!("x".parse::<JobId>(), Err(NotAnId));
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let ids: Vec<JobId> = (0..1000).map(|_| JobId::new()).collect();
        assert!(ids.windows(2).all(|pair| pair[0].to_string() < pair[1].to_string()));
    }
}
