//! The older names of a search's criteria, read leniently in what is there and strictly in what it means.

use serde_json::{Map, Value};
use sluice_api::ValidationError;
use sluice_providers::{Criteria, Headcount, PeopleQuery};

use crate::domain::AccountId;
use crate::domain::search::{DEFAULT_TARGET, MAX_TARGET};
use crate::http::caller::Caller;
use crate::http::problem::{Failure, refused};
use crate::http::refusal::echo;
use crate::jobs::search_prospects::start::SearchOrder;

pub struct Asked {
    pub order: SearchOrder,
    pub warnings: Vec<String>,
}

/// LinkedIn's letters for bands of employees.
const LETTERS: [(&str, Headcount); 9] = [
    ("A", Headcount::SelfEmployed),
    ("B", Headcount::UpTo10),
    ("C", Headcount::UpTo50),
    ("D", Headcount::UpTo200),
    ("E", Headcount::UpTo500),
    ("F", Headcount::UpTo1000),
    ("G", Headcount::UpTo5000),
    ("H", Headcount::UpTo10000),
    ("I", Headcount::Over10000),
];

/// Every documented criterion; any other is passed over with a warning.
const KNOWN: &[&str] = &[
    "category",
    "keywords",
    "title",
    "first_name",
    "last_name",
    "location",
    "company",
    "past_company",
    "industry",
    "school",
    "company_headcount",
    "network_distance",
    "connection_degree",
    "url",
    "saved_search_id",
];
const KNOWN_OUTSIDE: &[&str] = &["search_criteria", "search_type", "target_count", "account_id"];

pub fn read(caller: &Caller, body: &Value) -> Result<Asked, Failure> {
    let mut reader = Reader { wrong: Vec::new(), warnings: Vec::new() };
    let none = Map::new();
    let Some(outside) = body.as_object() else {
        return Err(Failure::invalid(vec![refused("body", "wrong_type", Value::Null, "This must be an object.")]));
    };
    let criteria = match outside.get("search_criteria") {
        Some(Value::Object(criteria)) => criteria,
        Some(other) => {
            reader.refuse("search_criteria", "wrong_type", other, "This must be an object.");
            &none
        }
        None => {
            reader.refuse("search_criteria", "missing_field", &Value::Null, "This field is required.");
            &none
        }
    };
    reader.warn_of_unknown("", outside, KNOWN_OUTSIDE);
    reader.warn_of_unknown("search_criteria.", criteria, KNOWN);
    reader.require_word("search_type", outside.get("search_type"), "linkedin");
    reader.require_word("search_criteria.category", criteria.get("category"), "people");
    let target = reader.target(outside.get("target_count"));
    let account_id = reader.account(outside.get("account_id"));
    let query = reader.query(criteria);
    if !reader.wrong.is_empty() {
        return Err(Failure::invalid(reader.wrong));
    }
    let order = SearchOrder {
        workspace_id: caller.workspace_id,
        user_id: caller.user_id,
        query,
        names: Default::default(),
        target,
        account_id,
        priority: 0,
        deadline: None,
    };
    Ok(Asked { order, warnings: reader.warnings })
}

/// What was asked for, in the names in which these clients ask.
pub fn show(query: &PeopleQuery) -> Value {
    let mut shown = Map::new();
    shown.insert("category".into(), "people".into());
    let criteria = match query {
        PeopleQuery::Url(url) => {
            shown.insert("url".into(), url.as_str().into());
            return Value::Object(shown);
        }
        PeopleQuery::SavedSearch(id) => {
            shown.insert("saved_search_id".into(), id.as_str().into());
            return Value::Object(shown);
        }
        PeopleQuery::Criteria(criteria) => criteria,
    };
    let texts = [("keywords", &criteria.keywords), ("title", &criteria.title)];
    let names = [("first_name", &criteria.first_name), ("last_name", &criteria.last_name)];
    for (name, text) in texts.into_iter().chain(names) {
        if let Some(text) = text {
            shown.insert(name.into(), text.as_str().into());
        }
    }
    let letter = |band: &Headcount| LETTERS.iter().find(|(_, known)| known == band).map(|(letter, _)| Value::from(*letter));
    let lists = [
        ("location", criteria.locations.iter().map(|text| Value::from(text.as_str())).collect::<Vec<_>>()),
        ("company", criteria.companies.iter().map(|text| Value::from(text.as_str())).collect()),
        ("past_company", criteria.past_companies.iter().map(|text| Value::from(text.as_str())).collect()),
        ("industry", criteria.industries.iter().map(|text| Value::from(text.as_str())).collect()),
        ("school", criteria.schools.iter().map(|text| Value::from(text.as_str())).collect()),
        ("company_headcount", criteria.headcount.iter().filter_map(letter).collect()),
        ("network_distance", criteria.network_distance.iter().map(|degree| Value::from(*degree)).collect()),
    ];
    for (name, values) in lists {
        if !values.is_empty() {
            shown.insert(name.into(), values.into());
        }
    }
    Value::Object(shown)
}

/// A criterion of ours by the name that these clients know.
pub fn field_name(ours: &str) -> String {
    match ours {
        "target" => "target_count".into(),
        "account_id" => ours.into(),
        "criteria" => "search_criteria".into(),
        "locations" => "search_criteria.location".into(),
        "companies" => "search_criteria.company".into(),
        "past_companies" => "search_criteria.past_company".into(),
        "industries" => "search_criteria.industry".into(),
        "schools" => "search_criteria.school".into(),
        "headcount" => "search_criteria.company_headcount".into(),
        other => format!("search_criteria.{other}"),
    }
}

struct Reader {
    wrong: Vec<ValidationError>,
    warnings: Vec<String>,
}

impl Reader {
    fn refuse(&mut self, field: &str, error_type: &str, value: &Value, message: impl Into<String>) {
        // The value stands alone here, so its path within itself is empty.
        self.wrong.push(refused(field, error_type, echo("", value), message));
    }

    fn warn_of_unknown(&mut self, prefix: &str, fields: &Map<String, Value>, known: &[&str]) {
        for name in fields.keys().filter(|name| !known.contains(&name.as_str())) {
            self.warnings.push(format!("{prefix}{name} is not a documented field and was passed over."));
        }
    }

    fn require_word(&mut self, field: &str, value: Option<&Value>, word: &str) {
        match value {
            None | Some(Value::Null) => {}
            Some(Value::String(given)) if given.eq_ignore_ascii_case(word) => {}
            Some(other) => self.refuse(field, "unknown_value", other, format!("This must be \"{word}\".")),
        }
    }

    fn target(&mut self, value: Option<&Value>) -> u32 {
        let number = match value {
            None | Some(Value::Null) => return DEFAULT_TARGET,
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        let in_range = number.and_then(|number| u32::try_from(number).ok()).filter(|number| (1..=MAX_TARGET).contains(number));
        in_range.unwrap_or_else(|| {
            let error_type = if number.is_some() { "out_of_range" } else { "wrong_type" };
            let message = format!("This must be a whole number from 1 to {MAX_TARGET}.");
            self.refuse("target_count", error_type, value.unwrap_or(&Value::Null), message);
            DEFAULT_TARGET
        })
    }

    fn account(&mut self, value: Option<&Value>) -> Option<AccountId> {
        match value {
            None | Some(Value::Null) => None,
            Some(value) => {
                let id = value.as_str().and_then(|text| text.parse().ok());
                if id.is_none() {
                    let message = "This is no account id; GET /api/v1/accounts lists those that you may use.";
                    self.refuse("account_id", "unknown_account", value, message);
                }
                id
            }
        }
    }

    fn query(&mut self, criteria: &Map<String, Value>) -> PeopleQuery {
        if let Some(url) = self.text(criteria, "url") {
            return PeopleQuery::Url(url);
        }
        if let Some(id) = self.text(criteria, "saved_search_id") {
            return PeopleQuery::SavedSearch(id);
        }
        PeopleQuery::Criteria(Box::new(Criteria {
            keywords: self.text(criteria, "keywords"),
            title: self.text(criteria, "title"),
            first_name: self.text(criteria, "first_name"),
            last_name: self.text(criteria, "last_name"),
            locations: self.list(criteria, "location"),
            companies: self.list(criteria, "company"),
            past_companies: self.list(criteria, "past_company"),
            industries: self.list(criteria, "industry"),
            schools: self.list(criteria, "school"),
            seniorities: Vec::new(),
            headcount: self.headcount(criteria),
            network_distance: self.degrees(criteria),
        }))
    }

    fn text(&mut self, criteria: &Map<String, Value>, name: &str) -> Option<String> {
        match criteria.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            // Ids come as numbers, too.
            Some(Value::Number(number)) if name == "saved_search_id" => Some(number.to_string()),
            Some(other) => {
                self.refuse(&format!("search_criteria.{name}"), "wrong_type", other, "This must be a text.");
                None
            }
        }
    }

    /// A list of texts or of numbers; one alone counts as a list.
    fn list(&mut self, criteria: &Map<String, Value>, name: &str) -> Vec<String> {
        let single;
        let items = match criteria.get(name) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(other) => {
                single = vec![other.clone()];
                &single
            }
        };
        let mut texts = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            match item {
                Value::String(text) if text.trim().is_empty() => {}
                Value::String(text) => texts.push(text.trim().to_owned()),
                Value::Number(number) => texts.push(number.to_string()),
                other => self.refuse(&format!("search_criteria.{name}[{at}]"), "wrong_type", other, "This must be a text."),
            }
        }
        texts
    }

    fn headcount(&mut self, criteria: &Map<String, Value>) -> Vec<Headcount> {
        let mut bands = Vec::new();
        for (at, letter) in self.list(criteria, "company_headcount").into_iter().enumerate() {
            match LETTERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(&letter)) {
                Some((_, band)) => bands.push(*band),
                None => {
                    let message = "Use LinkedIn's letters: A self-employed, B 1-10, C 11-50, D 51-200, E 201-500, F 501-1,000, G 1,001-5,000, \
                                   H 5,001-10,000, I 10,001 and more.";
                    self.refuse(&format!("search_criteria.company_headcount[{at}]"), "unknown_value", &Value::from(letter), message);
                }
            }
        }
        bands
    }

    fn degrees(&mut self, criteria: &Map<String, Value>) -> Vec<u8> {
        let name = if criteria.contains_key("network_distance") { "network_distance" } else { "connection_degree" };
        let mut degrees = Vec::new();
        for (at, text) in self.list(criteria, name).into_iter().enumerate() {
            // LinkedIn's own pages say F, S and O.
            match text.to_ascii_uppercase().as_str() {
                "1" | "F" => degrees.push(1),
                "2" | "S" => degrees.push(2),
                "3" | "O" => degrees.push(3),
                _ => self.refuse(&format!("search_criteria.{name}[{at}]"), "unknown_value", &Value::from(text), "Use 1, 2 or 3."),
            }
        }
        degrees
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_shown_is_what_was_asked() {
        for asked in [
            json!({
                "category": "people", "keywords": "CEO", "title": "CEO", "first_name": "Ada", "last_name": "King", "location": ["103644278"],
                "company": ["Sluice"], "past_company": ["Locks"], "industry": ["96"], "school": ["1"], "company_headcount": ["B", "I"],
                "network_distance": [1, 3],
            }),
            json!({"category": "people", "url": "https://www.linkedin.com/search/results/people/?keywords=CEO"}),
            json!({"category": "people", "saved_search_id": "7"}),
        ] {
            let mut reader = Reader { wrong: Vec::new(), warnings: Vec::new() };
            let query = reader.query(asked.as_object().expect("an object"));
            assert_eq!((show(&query), reader.wrong.len()), (asked, 0));
        }
    }
}
