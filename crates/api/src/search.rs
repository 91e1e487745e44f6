//! Asking for prospects.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::schedule::Timetable;

/// The three search products of one LinkedIn login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Api {
    Classic,
    SalesNavigator,
    Recruiter,
}

impl Api {
    pub fn as_str(self) -> &'static str {
        match self {
            Api::Classic => "classic",
            Api::SalesNavigator => "sales_navigator",
            Api::Recruiter => "recruiter",
        }
    }

    /// The name as people write it.
    pub fn title(self) -> &'static str {
        match self {
            Api::Classic => "LinkedIn",
            Api::SalesNavigator => "Sales Navigator",
            Api::Recruiter => "Recruiter",
        }
    }
}

/// A people search: exactly one of `criteria`, `url` and `saved_search_id`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub criteria: Option<SearchCriteria>,
    /// The address of a LinkedIn people search, as copied from the browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// A search that is saved at LinkedIn, by its id there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_search_id: Option<String>,
    /// How many prospects, 1 to 2,500; 1,000 when missing. Clamped to what the account's api hands out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 2500)]
    pub target: Option<u32>,
    /// The account to search with; the caller's own one that can do most when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Higher goes first, within the workspace; 0 when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    /// Working time in seconds after which the search stops with what it has; time spent waiting does not count. 900 when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    pub deadline_s: Option<u32>,
    /// Start again and again at these times, instead of once and now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Timetable>,
}

/// Whom to look for. All that is given must hold; the values of one list are alternatives.
/// A value of digits is an id of the provider and goes out as it is; words are looked up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SearchCriteria {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keywords: Option<String>,
    /// The current job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<String>,
    /// Current companies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub companies: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub past_companies: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub industries: Vec<String>,
    /// Not on a classic account.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub seniorities: Vec<Seniority>,
    /// Employees of the current company; not on a classic account.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headcount: Vec<Headcount>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schools: Vec<String>,
    /// Degrees of connection: 1, 2 or 3.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network_distance: Vec<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seniority {
    Owner,
    Partner,
    Cxo,
    Vp,
    Director,
    Manager,
    Senior,
    Entry,
    Training,
}

/// A band of employees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum Headcount {
    #[serde(rename = "1")]
    SelfEmployed,
    #[serde(rename = "1-10")]
    UpTo10,
    #[serde(rename = "11-50")]
    UpTo50,
    #[serde(rename = "51-200")]
    UpTo200,
    #[serde(rename = "201-500")]
    UpTo500,
    #[serde(rename = "501-1000")]
    UpTo1000,
    #[serde(rename = "1001-5000")]
    UpTo5000,
    #[serde(rename = "5001-10000")]
    UpTo10000,
    #[serde(rename = "10001+")]
    Over10000,
}

/// The search is stored and will run: its job, and what to expect of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchAccepted {
    pub job_id: String,
    pub status: crate::job::JobStatus,
    /// What the account searches with.
    pub api: Api,
    /// How many prospects the search will stop at.
    pub target: u32,
    /// What was asked for, when the account cannot hand out as many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_clamped_from: Option<u32>,
    /// A rough guess from the account's pace, in seconds.
    pub estimated_time_seconds: u64,
    pub account_id: String,
    /// What the caller should know, as plain sentences.
    #[serde(default)]
    pub warnings: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_criterion_is_refused_by_name() {
        let refused = serde_json::from_str::<SearchRequest>(r#"{"criteria":{"tittle":"CEO"},"target":50}"#).unwrap_err();
        assert!(refused.to_string().contains("unknown field `tittle`"), "{refused}");
    }

    #[test]
    fn only_what_was_asked_goes_out() {
        let request = SearchRequest {
            criteria: Some(SearchCriteria {
                title: Some("CEO".into()),
                headcount: vec![Headcount::UpTo50, Headcount::Over10000],
                seniorities: vec![Seniority::Cxo],
                ..SearchCriteria::default()
            }),
            target: Some(50),
            ..SearchRequest::default()
        };
        assert_eq!(
            serde_json::to_string(&request).unwrap(),
            r#"{"criteria":{"title":"CEO","seniorities":["cxo"],"headcount":["11-50","10001+"]},"target":50}"#
        );
    }
}
