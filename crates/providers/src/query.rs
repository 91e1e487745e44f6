//! What a user asks for, in neutral words; each connector translates them for its api.

use serde::{Deserialize, Serialize};

/// The three search products of one LinkedIn login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Api {
    Classic,
    SalesNavigator,
    Recruiter,
}

impl Api {
    /// The most people that one query hands out.
    pub fn cap(self) -> u32 {
        match self {
            Api::Classic => 1_000,
            Api::SalesNavigator | Api::Recruiter => 2_500,
        }
    }

    /// The largest page, in people.
    pub fn page_size(self) -> u32 {
        match self {
            Api::Classic => 50,
            Api::SalesNavigator | Api::Recruiter => 100,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Api::Classic => "classic",
            Api::SalesNavigator => "sales_navigator",
            Api::Recruiter => "recruiter",
        }
    }
}

/// One people search: by criteria, by a pasted LinkedIn search URL, or by a saved search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleQuery {
    Criteria(Box<Criteria>),
    Url(String),
    /// The saved search's id; in Recruiter `SEARCH/PROJECT`, since its saved searches live in projects.
    SavedSearch(String),
}

impl From<Criteria> for PeopleQuery {
    fn from(criteria: Criteria) -> Self {
        Self::Criteria(Box::new(criteria))
    }
}

/// All that apply must hold; the values of one list are alternatives. A value of digits is a provider id and goes out verbatim; words are looked up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Criteria {
    pub keywords: Option<String>,
    pub title: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub locations: Vec<String>,
    pub companies: Vec<String>,
    pub past_companies: Vec<String>,
    pub industries: Vec<String>,
    pub schools: Vec<String>,
    pub seniorities: Vec<Seniority>,
    pub headcount: Vec<Headcount>,
    /// 1, 2 or 3.
    pub network_distance: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

/// Employees of the current company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
