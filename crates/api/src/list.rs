//! Lists and what one may ask of them.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::job::JobStatus;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct List<T> {
    pub data: Vec<T>,
    pub pagination: Pagination,
}

/// Where this page stands in the whole list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Pagination {
    /// The most rows that this page may have.
    pub limit: u32,
    /// Rows before this page; 0 when the page was asked for by cursor.
    pub offset: u64,
    /// Rows of the filtered list.
    pub total: u64,
    /// Whether `total` is an estimate: it is exact up to 10,000.
    pub total_is_estimate: bool,
    pub has_more: bool,
    /// Pass it as `cursor` to get the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// A page of any list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// Rows, 1 to 100; 50 when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// Rows to pass over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The `next_cursor` of the page before; works at any depth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A page of the jobs, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct JobsQuery {
    /// Only jobs of this kind, such as `search_prospects`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// No jobs of this kind, such as `send_mail`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub except_kind: Option<String>,
    /// Only jobs in this status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub status: Option<JobStatus>,
    /// Rows, 1 to 100; 50 when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// Rows to pass over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The `next_cursor` of the page before; works at any depth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A page of the prospects that a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ResultsQuery {
    /// Words that must occur in name, headline, title, company or location.
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
    /// `position` (as found, the default), `name`, `company`, `title` or `location`; a leading `-` turns it round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Rows, 1 to 100; 50 when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// Rows to pass over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The `next_cursor` of the page before; works at any depth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}
