//! Jobs that bring postings in, as the wire has them.

use sluice_api as api;
use sluice_providers::linkedin::search_url::read_search_url;
use sluice_providers::{PostingQuery, ProviderError};

use super::{employment_type_from, posting_seniority_from, workplace_from};
use crate::domain::posting::Outcome;
use crate::store::postings::items::Item;

/// Seconds of an hour.
const HOUR_S: u64 = 3_600;

pub fn outcome(outcome: Outcome) -> api::PostingOutcome {
    match outcome {
        Outcome::Pending => api::PostingOutcome::Pending,
        Outcome::New => api::PostingOutcome::New,
        Outcome::Updated => api::PostingOutcome::Updated,
        Outcome::Duplicate => api::PostingOutcome::Duplicate,
        Outcome::Fresh => api::PostingOutcome::Fresh,
        Outcome::Filtered => api::PostingOutcome::Filtered,
        Outcome::Failed => api::PostingOutcome::Failed,
    }
}

pub fn outcome_from(outcome: api::PostingOutcome) -> Outcome {
    match outcome {
        api::PostingOutcome::Pending => Outcome::Pending,
        api::PostingOutcome::New => Outcome::New,
        api::PostingOutcome::Updated => Outcome::Updated,
        api::PostingOutcome::Duplicate => Outcome::Duplicate,
        api::PostingOutcome::Fresh => Outcome::Fresh,
        api::PostingOutcome::Filtered => Outcome::Filtered,
        api::PostingOutcome::Failed => Outcome::Failed,
    }
}

pub fn item(item: Item) -> api::PostingItem {
    api::PostingItem {
        position: super::count(item.position),
        input: item.input,
        linkedin_id: item.linkedin_id,
        posting_id: item.posting_id.map(|id| id.to_string()),
        title: item.title,
        company_name: item.company_name,
        outcome: outcome(item.outcome),
        reason: item.reason,
        at: item.at.timestamp(),
    }
}

/// A query, with the filters of a pasted address that cannot be asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadQuery {
    pub query: PostingQuery,
    pub left_out: Vec<String>,
}

/// Why a query cannot be read: its field, and what would work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFault {
    pub field: &'static str,
    pub message: String,
}

/// The query that is meant, by its criteria or by a pasted address.
pub fn query_from(asked: api::PostingQuery) -> Result<ReadQuery, QueryFault> {
    let Some(url) = asked.url else {
        if let Some(distance) = asked.distance_mi
            && distance > LARGEST_DISTANCE_MI
        {
            return Err(QueryFault { field: "distance_mi", message: format!("This must be from 0 to {LARGEST_DISTANCE_MI} miles.") });
        }
        if asked.max_age_h == Some(0) {
            return Err(QueryFault {
                field: "max_age_h",
                message: "This must be 1 hour or more; leave it out for postings of any age.".into(),
            });
        }
        let query = PostingQuery {
            keywords: said(asked.keywords),
            location: said(asked.location),
            geo_id: said(asked.geo_id),
            distance_miles: asked.distance_mi,
            sort: None,
            max_age_seconds: asked.max_age_h.map(|hours| u64::from(hours) * HOUR_S),
            employment_types: asked.types.into_iter().map(employment_type_from).collect(),
            seniorities: asked.levels.into_iter().map(posting_seniority_from).collect(),
            workplaces: asked.workplaces.into_iter().map(workplace_from).collect(),
            company_ids: asked.companies,
            easy_apply: asked.easy_apply.unwrap_or(false),
            min_yearly_pay: None,
            accept_unrelated: asked.accept_unrelated.unwrap_or(false),
            most_records: None,
        };
        return Ok(ReadQuery { query, left_out: Vec::new() });
    };
    let accept_unrelated = asked.accept_unrelated.unwrap_or(false);
    let others = api::PostingQuery { url: None, accept_unrelated: None, ..asked };
    if others != api::PostingQuery::default() {
        let message = "Give url alone: the address says what is looked for. Other criteria go into a query of their own.".into();
        return Err(QueryFault { field: "url", message });
    }
    match read_search_url(&url) {
        Ok(pasted) => Ok(ReadQuery { query: PostingQuery { accept_unrelated, ..pasted.query }, left_out: pasted.left_out }),
        Err(ProviderError::Refused { detail, .. }) => Err(QueryFault { field: "url", message: detail }),
        Err(error) => Err(QueryFault { field: "url", message: error.to_string() }),
    }
}

/// LinkedIn's largest.
const LARGEST_DISTANCE_MI: u32 = 100;

fn said(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
