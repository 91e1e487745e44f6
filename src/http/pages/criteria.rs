//! What a search looks for, in words.

use serde_json::Value as Json;
use sluice_providers::{Criteria, Headcount, PeopleQuery, Seniority};

use crate::domain::search::{Names, SearchArgs};

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
        PeopleQuery::Criteria(criteria) => of(&criteria, &args.names),
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

fn of(criteria: &Criteria, names: &Names) -> Vec<Chip> {
    let named = |field: &str, values: &[String]| -> Vec<String> {
        let name = |value: &String| names.get(field).and_then(|names| names.get(value)).unwrap_or(value).clone();
        values.iter().map(name).collect()
    };
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
    many("Place", named("locations", &criteria.locations));
    many("Company", named("companies", &criteria.companies));
    many("Past company", named("past_companies", &criteria.past_companies));
    many("Industry", named("industries", &criteria.industries));
    many("School", named("schools", &criteria.schools));
    many("Seniority", criteria.seniorities.iter().map(|level| seniority_name(*level).to_owned()).collect());
    many("Employees", criteria.headcount.iter().map(|band| headcount_name(*band).to_owned()).collect());
    many("Degree", criteria.network_distance.iter().map(|degree| ordinal(*degree)).collect());
    chips
}

/// Every level, the highest first.
pub const SENIORITIES: &[Seniority] = &[
    Seniority::Owner,
    Seniority::Partner,
    Seniority::Cxo,
    Seniority::Vp,
    Seniority::Director,
    Seniority::Manager,
    Seniority::Senior,
    Seniority::Entry,
    Seniority::Training,
];

/// Every band, the smallest first.
pub const HEADCOUNTS: &[Headcount] = &[
    Headcount::SelfEmployed,
    Headcount::UpTo10,
    Headcount::UpTo50,
    Headcount::UpTo200,
    Headcount::UpTo500,
    Headcount::UpTo1000,
    Headcount::UpTo5000,
    Headcount::UpTo10000,
    Headcount::Over10000,
];

/// A level as forms and the wire spell it.
pub fn seniority_word(level: Seniority) -> &'static str {
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

/// A level as people write it.
pub fn seniority_name(level: Seniority) -> &'static str {
    match level {
        Seniority::Owner => "Owner",
        Seniority::Partner => "Partner",
        Seniority::Cxo => "CXO",
        Seniority::Vp => "VP",
        Seniority::Director => "Director",
        Seniority::Manager => "Manager",
        Seniority::Senior => "Senior",
        Seniority::Entry => "Entry",
        Seniority::Training => "Training",
    }
}

/// A band of employees as it is written everywhere.
pub fn headcount_name(band: Headcount) -> &'static str {
    match band {
        Headcount::SelfEmployed => "1",
        Headcount::UpTo10 => "1-10",
        Headcount::UpTo50 => "11-50",
        Headcount::UpTo200 => "51-200",
        Headcount::UpTo500 => "201-500",
        Headcount::UpTo1000 => "501-1000",
        Headcount::UpTo5000 => "1001-5000",
        Headcount::UpTo10000 => "5001-10000",
        Headcount::Over10000 => "10001+",
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

    #[test]
    fn an_id_reads_as_what_was_chosen_for_it() {
        let mut args = args(json!({"criteria": {"locations": ["103644278", "Ghent"], "companies": ["103644278"]}}));
        args["names"] = json!({"locations": {"103644278": "United States"}});
        assert_eq!(summary(&args), "United States or Ghent · 103644278");
    }
}
