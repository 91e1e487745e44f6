//! What a search looks for, in words.

use serde_json::Value as Json;
use sluice_providers::{Criteria, PeopleQuery};

use crate::domain::search::SearchArgs;

/// One criterion: what it is about, and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    pub what: &'static str,
    pub value: String,
}

/// The criteria of a stored search, one chip each; empty for arguments of another kind.
pub fn chips(args: &Json) -> Vec<Chip> {
    let Ok(args) = serde_json::from_value::<SearchArgs>(args.clone()) else { return Vec::new() };
    match args.query {
        PeopleQuery::Url(url) => vec![Chip { what: "LinkedIn search", value: shortened(&url) }],
        PeopleQuery::SavedSearch(id) => vec![Chip { what: "Saved search", value: id }],
        PeopleQuery::Criteria(criteria) => of(&criteria),
    }
}

/// One line for lists: the words that tell one search from another.
pub fn summary(args: &Json) -> String {
    let chips = chips(args);
    if chips.is_empty() {
        return "Everybody".to_owned();
    }
    chips.into_iter().map(|chip| chip.value).collect::<Vec<_>>().join(" · ")
}

fn of(criteria: &Criteria) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut one = |what: &'static str, value: &Option<String>| {
        if let Some(value) = value {
            chips.push(Chip { what, value: value.clone() });
        }
    };
    one("Keywords", &criteria.keywords);
    one("Title", &criteria.title);
    one("First name", &criteria.first_name);
    one("Last name", &criteria.last_name);
    let mut many = |what: &'static str, values: Vec<String>| {
        if !values.is_empty() {
            chips.push(Chip { what, value: values.join(" or ") });
        }
    };
    many("Place", criteria.locations.clone());
    many("Company", criteria.companies.clone());
    many("Past company", criteria.past_companies.clone());
    many("Industry", criteria.industries.clone());
    many("School", criteria.schools.clone());
    many("Seniority", criteria.seniorities.iter().map(|word| spelled(word)).collect());
    many("Employees", criteria.headcount.iter().map(|word| spelled(word)).collect());
    many("Degree", criteria.network_distance.iter().map(|degree| ordinal(*degree)).collect());
    chips
}

/// The word on the wire, as a person writes it.
fn spelled(word: &impl serde::Serialize) -> String {
    match serde_json::to_value(word) {
        Ok(Json::String(word)) => match word.as_str() {
            "cxo" => "CXO".to_owned(),
            "vp" => "VP".to_owned(),
            other => other.to_owned(),
        },
        _ => String::new(),
    }
}

fn ordinal(degree: u8) -> String {
    match degree {
        1 => "1st".to_owned(),
        2 => "2nd".to_owned(),
        3 => "3rd".to_owned(),
        other => format!("{other}th"),
    }
}

/// Addresses of searches are long; their words say what they look for.
fn shortened(url: &str) -> String {
    const MOST: usize = 80;
    let words = url::Url::parse(url)
        .ok()
        .and_then(|url| url.query_pairs().find(|(name, _)| name == "keywords").map(|(_, value)| value.into_owned()));
    let text = words.filter(|words| !words.is_empty()).unwrap_or_else(|| url.trim_start_matches("https://").to_owned());
    match text.char_indices().nth(MOST) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn args(query: Json) -> Json {
        json!({"query": query, "api": "classic", "target": 5, "asked": 5, "limit": 5})
    }

    #[test]
    fn a_search_is_named_after_what_it_looks_for() {
        let criteria = json!({"criteria": {"keywords": "ceo", "locations": ["Berlin", "Ghent"], "headcount": ["11-50"], "seniorities": ["cxo"], "network_distance": [2]}});
        assert_eq!(summary(&args(criteria)), "ceo · Berlin or Ghent · CXO · 11-50 · 2nd");
        let url = json!({"url": "https://www.linkedin.com/search/results/people/?keywords=water%20engineer&origin=x"});
        assert_eq!(summary(&args(url)), "water engineer");
        assert_eq!(summary(&args(json!({"criteria": {}}))), "Everybody");
        assert_eq!(summary(&json!({"something": "else"})), "Everybody");
    }
}
