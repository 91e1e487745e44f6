//! Reviews: people go through results and approve or reject them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// A session in which people approve or reject results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Review {
    pub id: String,
    pub name: String,
    pub state: ReviewState,
    pub counts: ReviewCounts,
    /// The searches that it takes people from, also while they run.
    pub searches: Vec<String>,
    pub created_by: Option<Person>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub completed_at: Option<Timestamp>,
    pub completed_by: Option<Person>,
}

/// A user, as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Person {
    pub id: String,
    /// Null when the user is gone.
    pub name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Takes people in and decisions.
    Open,
    /// Nothing is pending, and nothing changes until it is reopened.
    Completed,
}

/// Always exact: changed in the transaction that changes the items.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewCounts {
    pub total: u64,
    pub pending: u64,
    pub approved: u64,
    pub rejected: u64,
    /// Known from another search or review when they were added.
    pub duplicates: u64,
    /// Those of them that another review had decided.
    pub reviewed: u64,
}

/// What a `review` event tells: the counts after a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewChanged {
    pub review_id: String,
    pub state: ReviewState,
    #[serde(flatten)]
    pub counts: ReviewCounts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Pending,
    Approved,
    Rejected,
}

/// What was known of a person when the review took them in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    New,
    /// Another search or review had them.
    Duplicate,
    /// Another review had approved or rejected them.
    Reviewed,
}

/// A review to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewRequest {
    /// 1 to 255 characters; said by the searches when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Searches, also running ones, whose people it takes in; 20 at most. None for an import.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub searches: Vec<String>,
}

/// A page of the reviews, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReviewsQuery {
    /// Only reviews in this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub state: Option<ReviewState>,
    /// Rows, 1 to 100; 50 when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// Rows to pass over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The `next_cursor` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A page of the items of a review.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReviewItemsQuery {
    /// Only items with this decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub decision: Option<Decision>,
    /// Only people of whom this was known; `duplicate` includes those reviewed elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub mark: Option<Mark>,
    /// Words that must all occur in name, headline, title, company, location or industry; the last may be the beginning of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Words of the title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Words of the company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Words of the location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Degree of connection, 1 to 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 3)]
    pub network_distance: Option<u8>,
    /// `position` (as added, the default), `name`, `title`, `company` or `location`; a leading `-` turns it round. What is missing comes last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Rows, 1 to 100; 50 when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// Rows to pass over, 10,000 at most; the cursor goes further.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(maximum = 10_000)]
    pub offset: Option<u64>,
    /// The `next_cursor` of the page before; works at any depth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A person in a review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReviewItem {
    pub id: String,
    /// Their place in the review, from 1; it never changes.
    pub position: u64,
    /// The same for the same human being everywhere in the workspace; null where nothing identifies them.
    pub person_id: Option<String>,
    /// The search that brought them.
    pub job_id: Option<String>,
    pub name: Option<String>,
    pub headline: Option<String>,
    pub title: Option<String>,
    pub company: Option<String>,
    pub location: Option<String>,
    /// Degree of connection, 1 to 3; null beyond.
    pub network_distance: Option<u8>,
    pub profile_url: Option<String>,
    pub mark: Mark,
    pub elsewhere: Elsewhere,
    pub decision: Decision,
    pub reason: Option<String>,
    pub decided_at: Option<Timestamp>,
    pub decided_by: Option<Person>,
    pub added_at: Timestamp,
}

/// How often the person is seen elsewhere in the workspace now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Elsewhere {
    /// Searches but the one that brought them here.
    pub searches: u64,
    /// Other reviews.
    pub reviews: u64,
    /// Those of the reviews that approved.
    pub approvals: u64,
    /// Those of the reviews that rejected.
    pub rejections: u64,
}

/// A person in a review, with all that is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReviewItemWhole {
    #[serde(flatten)]
    pub item: ReviewItem,
    /// What is known, in groups of fields, each with who said it and when.
    pub groups: Vec<FieldGroup>,
    pub also_in_searches: Vec<AlsoInSearch>,
    pub also_in_reviews: Vec<AlsoInReview>,
}

/// Fields that one source said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FieldGroup {
    /// `identity`, `work`, `place`, `about`, `connection`, or `more` for what an import brought beside.
    pub name: String,
    /// Those that are known.
    #[schema(value_type = Object)]
    pub fields: serde_json::Map<String, Value>,
    pub said_by: Provenance,
}

/// Who said it, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Provenance {
    /// `search` or `import`.
    pub kind: String,
    /// The search or import.
    #[serde(default)]
    pub job_id: Option<String>,
    #[serde(default)]
    pub account_id: Option<String>,
    /// Such as `unipile`.
    #[serde(default)]
    pub provider: Option<String>,
    /// Such as `sales_navigator`.
    #[serde(default)]
    pub api: Option<String>,
    #[serde(default)]
    pub fetched_at: Option<Timestamp>,
    /// The name of the imported file.
    #[serde(default)]
    pub file: Option<String>,
    /// The line of the imported file.
    #[serde(default)]
    pub row: Option<u64>,
}

/// Another search that has found the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlsoInSearch {
    pub job_id: String,
    /// What the search looks for, in words.
    pub name: String,
    pub found_at: Timestamp,
}

/// Another review that has the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlsoInReview {
    pub review_id: String,
    pub item_id: String,
    pub name: String,
    pub decision: Decision,
    pub reason: Option<String>,
    pub decided_at: Option<Timestamp>,
    pub decided_by: Option<Person>,
}

/// Decides the named items, or all that match a filter: exactly one of `items` and `filter`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// `pending` takes a decision back to none.
    pub decision: Decision,
    /// Why; with `rejected` alone, 500 characters at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Items by id, 1 to 2,500.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<ReviewFilter>,
    /// With `filter`: how many items the person saw match, 10,000 at most. When it is another number by now, nothing is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
}

/// As in the list of items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReviewFilter {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 3)]
    pub network_distance: Option<u8>,
}

/// What a stroke came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decided {
    /// Null when every item was decided so already.
    pub stroke_id: Option<String>,
    /// Items that were named or matched.
    pub matched: u64,
    /// Those of them whose decision changed.
    pub changed: u64,
    /// The review's counts afterwards.
    pub counts: ReviewCounts,
}

/// What taking back came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Undone {
    pub stroke_id: String,
    /// What the stroke had said.
    pub decision: Decision,
    /// Items that are again as they were before.
    pub restored: u64,
    /// Items that stay, since they have been decided anew.
    pub left: u64,
    /// The same as one plain sentence.
    pub message: String,
    /// The review's counts afterwards.
    pub counts: ReviewCounts,
}

/// Completes a review.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CompleteRequest {
    /// Rejects all that is pending; without it, a review with pending items is not completed.
    pub reject_rest: bool,
    /// Why the rest is rejected, 500 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}
