//! Ids in paths. What is no id at all names nothing, so it is 404 like an unknown one.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use super::Shared;
use super::problem::Failure;
use crate::domain::id::UnreadPageId;
use crate::domain::{AccountId, JobId, KeyId, ScheduleId, SessionId, SignInLinkId, UserId, WorkspaceId};
use crate::domain::{CompanyId, ContactId, PostingId, ReminderId};
use crate::domain::{ReviewId, ReviewItemId};

/// A kind of thing that has an id in a path.
pub trait Named: FromStr + Send {
    const WHAT: &'static str;
    const NOT_FOUND: &'static str;

    fn not_found() -> Failure {
        Failure::not_found(Self::WHAT, Self::NOT_FOUND)
    }
}

macro_rules! named {
    ($($id:ty => $what:literal, $not_found:literal;)*) => {$(
        impl Named for $id {
            const WHAT: &'static str = $what;
            const NOT_FOUND: &'static str = $not_found;
        }
    )*};
}

named! {
    JobId => "job", "JOB_NOT_FOUND";
    AccountId => "account", "ACCOUNT_NOT_FOUND";
    KeyId => "key", "KEY_NOT_FOUND";
    ScheduleId => "schedule", "SCHEDULE_NOT_FOUND";
    UserId => "member", "MEMBER_NOT_FOUND";
    SignInLinkId => "invitation", "INVITATION_NOT_FOUND";
    SessionId => "session", "SESSION_NOT_FOUND";
    WorkspaceId => "workspace", "WORKSPACE_NOT_FOUND";
    ReviewId => "review", "REVIEW_NOT_FOUND";
    ReviewItemId => "item in this review", "REVIEW_ITEM_NOT_FOUND";
    PostingId => "posting", "POSTING_NOT_FOUND";
    CompanyId => "company", "COMPANY_NOT_FOUND";
    ContactId => "contact of this posting", "CONTACT_NOT_FOUND";
    ReminderId => "reminder of this posting", "REMINDER_NOT_FOUND";
    UnreadPageId => "unread page of this job", "UNREAD_PAGE_NOT_FOUND";
}

/// The path's first parameter.
pub struct Id<T>(pub T);

/// The path's two parameters: something, and something within it.
pub struct Within<T, U>(pub T, pub U);

impl<T: Named, U: Named> FromRequestParts<Shared> for Within<T, U> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let parameters = RawPathParams::from_request_parts(parts, app).await.map_err(|_| T::not_found())?;
        let mut parameters = parameters.iter();
        let (_, outer) = parameters.next().ok_or_else(T::not_found)?;
        let (_, inner) = parameters.next().ok_or_else(U::not_found)?;
        Ok(Self(outer.parse().map_err(|_| T::not_found())?, inner.parse().map_err(|_| U::not_found())?))
    }
}

impl<T: Named> FromRequestParts<Shared> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Failure> {
        let parameters = RawPathParams::from_request_parts(parts, app).await.map_err(|_| T::not_found())?;
        let (_, text) = parameters.iter().next().ok_or_else(T::not_found)?;
        text.parse().map(Id).map_err(|_| T::not_found())
    }
}
