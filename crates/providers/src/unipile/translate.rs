//! Neutral criteria as the body that Unipile wants, one shape for each api.

use serde_json::{Map, Value, json};

use super::lookup::Ids;
use super::pasted_url;
use super::refusal::{SAVED_SEARCH, is_id, lacks, refuse};
use crate::error::ProviderError;
use crate::fold::tidy;
use crate::query::{Api, Criteria, Headcount, Seniority};

/// The body and how the words were understood. `criteria` must have passed the refusals.
pub fn criteria_body(api: Api, criteria: &Criteria, ids: &Ids) -> (Value, Vec<String>) {
    let mut notes = ids.notes.clone();
    let mut body = Map::new();
    body.insert("api".to_owned(), json!(api.as_str()));
    body.insert("category".to_owned(), json!("people"));
    put_text(&mut body, "keywords", criteria.keywords.as_deref());
    match api {
        Api::Classic => put_classic(&mut body, criteria, ids),
        Api::SalesNavigator => put_sales_navigator(&mut body, criteria, ids, &mut notes),
        Api::Recruiter => put_recruiter(&mut body, criteria, ids),
    }
    put_list(&mut body, "network_distance", unique(&criteria.network_distance).map(|distance| json!(distance)));
    (Value::Object(body), notes)
}

/// The address alone; whatever else stood in the body would be overridden.
pub fn url_body(api: Api, pasted: &str) -> (Value, Vec<String>) {
    let note = format!("The search is the pasted address of a {} search.", pasted_url::product(api));
    (json!({ "url": pasted_url::complete(pasted) }), vec![note])
}

/// Sales Navigator: the id. Recruiter: `ID/PROJECT_ID`, since its saved searches live in projects.
pub fn saved_search_body(api: Api, id: &str) -> Result<(Value, Vec<String>), ProviderError> {
    let id = id.trim();
    let field = SAVED_SEARCH;
    let filter = match api {
        Api::Classic => {
            let lack = lacks(api).into_iter().find(|lack| lack.field == field);
            return Err(refuse(field, lack.map(|lack| lack.reason).unwrap_or_default()));
        }
        Api::SalesNavigator if is_id(id) => json!({ "api": "sales_navigator", "category": "people", "saved_search_id": id }),
        Api::SalesNavigator => {
            return Err(refuse(
                field,
                "A saved search of Sales Navigator has an id of digits: the number after savedSearchId= in its address.",
            ));
        }
        Api::Recruiter => match id.split_once('/') {
            Some((search, project)) if is_id(search) && is_id(project) => {
                json!({ "api": "recruiter", "category": "people", "saved_search": { "id": search, "project_id": project } })
            }
            _ => {
                return Err(refuse(
                    field,
                    "A saved search of Recruiter needs two ids of digits, written SEARCH/PROJECT, such as 4711/815.",
                ));
            }
        },
    };
    Ok((filter, vec![format!("The search is the saved {} search {id}.", pasted_url::product(api))]))
}

fn put_classic(body: &mut Map<String, Value>, criteria: &Criteria, ids: &Ids) {
    let mut advanced = Map::new();
    put_text(&mut advanced, "first_name", criteria.first_name.as_deref());
    put_text(&mut advanced, "last_name", criteria.last_name.as_deref());
    put_text(&mut advanced, "title", criteria.title.as_deref());
    if !advanced.is_empty() {
        body.insert("advanced_keywords".to_owned(), Value::Object(advanced));
    }
    for (key, ids) in [
        ("location", &ids.locations),
        ("company", &ids.companies),
        ("past_company", &ids.past_companies),
        ("industry", &ids.industries),
        ("school", &ids.schools),
    ] {
        put_list(body, key, unique(ids).map(|id| json!(id)));
    }
}

fn put_sales_navigator(body: &mut Map<String, Value>, criteria: &Criteria, ids: &Ids, notes: &mut Vec<String>) {
    put_text(body, "first_name", criteria.first_name.as_deref());
    put_text(body, "last_name", criteria.last_name.as_deref());
    let title: Vec<String> = criteria.title.as_deref().map(tidy).filter(|title| !title.is_empty()).into_iter().collect();
    let mut seniorities = Vec::new();
    for seniority in unique(&criteria.seniorities) {
        match seniority {
            Seniority::Owner | Seniority::Partner => {
                notes.push("Sales Navigator has one level for owners and partners: both are searched.".to_owned());
                seniorities.push("owner/partner".to_owned());
            }
            Seniority::Cxo => seniorities.push("cxo".to_owned()),
            Seniority::Vp => seniorities.push("vice_president".to_owned()),
            Seniority::Director => seniorities.push("director".to_owned()),
            Seniority::Manager => {
                notes.push("Sales Navigator has two levels of managers, experienced and entry level: both are searched.".to_owned());
                seniorities.extend(["experienced_manager".to_owned(), "entry_level_manager".to_owned()]);
            }
            Seniority::Senior => seniorities.push("senior".to_owned()),
            Seniority::Entry => seniorities.push("entry_level".to_owned()),
            Seniority::Training => seniorities.push("in_training".to_owned()),
        }
    }
    notes.dedup();
    for (key, values) in [
        ("location", &ids.locations),
        ("company", &ids.companies),
        ("past_company", &ids.past_companies),
        ("industry", &ids.industries),
        ("school", &ids.schools),
        ("role", &title),
        ("seniority", &seniorities),
    ] {
        put_include(body, key, values);
    }
    put_list(body, "company_headcount", unique(&criteria.headcount).filter_map(|band| headcount(*band)));
}

fn put_recruiter(body: &mut Map<String, Value>, criteria: &Criteria, ids: &Ids) {
    put_list(
        body,
        "first_name",
        criteria.first_name.as_deref().map(tidy).filter(|name| !name.is_empty()).map(|name| json!(name)).into_iter(),
    );
    put_list(
        body,
        "last_name",
        criteria.last_name.as_deref().map(tidy).filter(|name| !name.is_empty()).map(|name| json!(name)).into_iter(),
    );
    if let Some(title) = criteria.title.as_deref().map(tidy).filter(|title| !title.is_empty()) {
        body.insert("role".to_owned(), json!([{ "keywords": title, "priority": "MUST_HAVE", "scope": "CURRENT" }]));
    }
    let must = priority(&ids.locations);
    put_list(body, "location", unique(&ids.locations).map(|id| json!({ "id": id, "priority": must, "scope": "CURRENT" })));
    for (key, ids) in [("current_company", &ids.companies), ("past_company", &ids.past_companies), ("school", &ids.schools)] {
        let must = priority(ids);
        put_list(body, key, unique(ids).map(|id| json!({ "id": id, "priority": must })));
    }
    put_include(body, "industry", &ids.industries);
    let seniorities: Vec<String> = criteria.seniorities.iter().map(|level| recruiter_seniority(*level).to_owned()).collect();
    put_include(body, "seniority", &seniorities);
    put_list(body, "company_headcount", unique(&criteria.headcount).filter_map(|band| headcount(*band)));
}

/// MUST_HAVE values hold all at once, CAN_HAVE values are alternatives: what one list means here.
fn priority(ids: &[String]) -> &'static str {
    if unique(ids).count() > 1 { "CAN_HAVE" } else { "MUST_HAVE" }
}

fn recruiter_seniority(level: Seniority) -> &'static str {
    match level {
        Seniority::Owner => "owner",
        Seniority::Partner => "partner",
        Seniority::Cxo => "cxo",
        Seniority::Vp => "vp",
        Seniority::Director => "director",
        Seniority::Manager => "manager",
        Seniority::Senior => "senior",
        Seniority::Entry => "entry",
        Seniority::Training => "training",
    }
}

/// The bands that Unipile knows; the refusals keep the self-employed away.
fn headcount(band: Headcount) -> Option<Value> {
    let (min, max) = match band {
        Headcount::SelfEmployed => return None,
        Headcount::UpTo10 => (1, 10),
        Headcount::UpTo50 => (11, 50),
        Headcount::UpTo200 => (51, 200),
        Headcount::UpTo500 => (201, 500),
        Headcount::UpTo1000 => (501, 1_000),
        Headcount::UpTo5000 => (1_001, 5_000),
        Headcount::UpTo10000 => (5_001, 10_000),
        Headcount::Over10000 => return Some(json!({ "min": 10_001 })),
    };
    Some(json!({ "min": min, "max": max }))
}

fn put_text(body: &mut Map<String, Value>, key: &str, text: Option<&str>) {
    let text = text.map(tidy).unwrap_or_default();
    if !text.is_empty() {
        body.insert(key.to_owned(), json!(text));
    }
}

/// An empty list is a filter that matches nobody, or a violation: it is left out.
fn put_list(body: &mut Map<String, Value>, key: &str, values: impl Iterator<Item = Value>) {
    let values: Vec<Value> = values.collect();
    if !values.is_empty() {
        body.insert(key.to_owned(), Value::Array(values));
    }
}

fn put_include(body: &mut Map<String, Value>, key: &str, values: &[String]) {
    let values: Vec<&String> = unique(values).collect();
    if !values.is_empty() {
        body.insert(key.to_owned(), json!({ "include": values }));
    }
}

/// The values in their order, each once.
fn unique<T: PartialEq>(values: &[T]) -> impl Iterator<Item = &T> {
    values.iter().enumerate().filter(|(place, value)| !values[..*place].contains(value)).map(|(_, value)| value)
}

#[cfg(test)]
#[path = "translate_tests.rs"]
mod tests;
