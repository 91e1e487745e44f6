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

impl Named for JobId {
    const WHAT: &'static str = "job";
    const NOT_FOUND: &'static str = "JOB_NOT_FOUND";
}

impl Named for AccountId {
    const WHAT: &'static str = "account";
    const NOT_FOUND: &'static str = "ACCOUNT_NOT_FOUND";
}

impl Named for KeyId {
    const WHAT: &'static str = "key";
    const NOT_FOUND: &'static str = "KEY_NOT_FOUND";
}

impl Named for ScheduleId {
    const WHAT: &'static str = "schedule";
    const NOT_FOUND: &'static str = "SCHEDULE_NOT_FOUND";
}

impl Named for UserId {
    const WHAT: &'static str = "member";
    const NOT_FOUND: &'static str = "MEMBER_NOT_FOUND";
}

impl Named for SignInLinkId {
    const WHAT: &'static str = "invitation";
    const NOT_FOUND: &'static str = "INVITATION_NOT_FOUND";
}

impl Named for SessionId {
    const WHAT: &'static str = "session";
    const NOT_FOUND: &'static str = "SESSION_NOT_FOUND";
}

impl Named for WorkspaceId {
    const WHAT: &'static str = "workspace";
    const NOT_FOUND: &'static str = "WORKSPACE_NOT_FOUND";
}

impl Named for ReviewId {
    const WHAT: &'static str = "review";
    const NOT_FOUND: &'static str = "REVIEW_NOT_FOUND";
}

impl Named for ReviewItemId {
    const WHAT: &'static str = "item in this review";
    const NOT_FOUND: &'static str = "REVIEW_ITEM_NOT_FOUND";
}

impl Named for PostingId {
    const WHAT: &'static str = "posting";
    const NOT_FOUND: &'static str = "POSTING_NOT_FOUND";
}

impl Named for CompanyId {
    const WHAT: &'static str = "company";
    const NOT_FOUND: &'static str = "COMPANY_NOT_FOUND";
}

impl Named for ContactId {
    const WHAT: &'static str = "contact of this posting";
    const NOT_FOUND: &'static str = "CONTACT_NOT_FOUND";
}

impl Named for ReminderId {
    const WHAT: &'static str = "reminder of this posting";
    const NOT_FOUND: &'static str = "REMINDER_NOT_FOUND";
}

impl Named for UnreadPageId {
    const WHAT: &'static str = "unread page of this job";
    const NOT_FOUND: &'static str = "UNREAD_PAGE_NOT_FOUND";
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
