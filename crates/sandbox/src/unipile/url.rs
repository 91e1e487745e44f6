//! Searches pasted as LinkedIn URLs: the usual people search, Sales Navigator's, and Recruiter's.

use percent_encoding::percent_decode_str;
use serde_json::Value as Json;
use url::Url;

use super::error::Problem;
use super::saved::{SAVED_SEARCHES, SavedSearch};
use super::translate;
use crate::draws::digest;
use crate::matching::query::{Field, Query, Value};
use crate::population::identity::Api;

/// The api that a search URL belongs to, and what it looks for.
pub fn read(address: &str) -> Result<(Api, Query), Problem> {
    let refuse = || Problem::new(400, "invalid_url", "Invalid URL", "The URL is not a LinkedIn people search.");
    let url = Url::parse(address).map_err(|_| refuse())?;
    let host = url.host_str().unwrap_or_default();
    if !["http", "https"].contains(&url.scheme()) || !(host == "linkedin.com" || host.ends_with(".linkedin.com")) {
        return Err(refuse());
    }
    let path = url.path().trim_end_matches('/');
    if ["/search/results/people", "/search/results/all"].contains(&path) {
        Ok((Api::Classic, classic(&url)))
    } else if path == "/sales/search/people" {
        Ok((Api::SalesNavigator, sales(&url).ok_or_else(refuse)??))
    } else if path == "/talent/search" || (path.starts_with("/talent/hire/") && path.contains("Search")) {
        Ok((Api::Recruiter, recruiter(&url)?))
    } else {
        Err(refuse())
    }
}

fn classic(url: &Url) -> Query {
    let mut query = Query::default();
    for (name, value) in url.query_pairs() {
        let field = match name.as_ref() {
            "keywords" => Field::Keywords,
            "titleFreeText" | "title" => Field::Title,
            "firstName" => Field::FirstName,
            "lastName" => Field::LastName,
            "company" => Field::Company,
            "schoolFreetext" | "school" => Field::School,
            "geoUrn" => Field::Location,
            "currentCompany" => Field::Company,
            "pastCompany" => Field::PastCompany,
            "industry" => Field::Industry,
            "schoolFilter" => Field::School,
            "network" => Field::Distance,
            "profileLanguage" => Field::Language,
            "serviceCategory" => Field::Invented("service"),
            "connectionOf" => Field::Invented("connections_of"),
            _ => continue,
        };
        let words = matches!(field, Field::Keywords | Field::Title | Field::FirstName | Field::LastName);
        // Ids are a JSON list, and so is the network.
        let values = match serde_json::from_str::<Json>(&value) {
            Ok(Json::Array(items)) => items.iter().filter_map(Json::as_str).map(|item| entry(field, item)).collect(),
            _ if words => vec![Value::Text(value.into_owned())],
            _ => vec![entry(field, &value)],
        };
        query.require(field, values);
    }
    query
}

fn entry(field: Field, text: &str) -> Value {
    match (field, text) {
        (Field::Distance, "F") => Value::Id(1),
        (Field::Distance, "S") => Value::Id(2),
        (Field::Distance, "O") => Value::Id(3),
        _ => Value::of(text.rsplit(':').next().unwrap_or(text)),
    }
}

fn sales(url: &Url) -> Option<Result<Query, Problem>> {
    let pair = |wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
    if let Some(id) = pair("savedSearchId") {
        return Some(saved(Api::SalesNavigator, SavedSearch::find(&id)));
    }
    let Some(text) = pair("query") else {
        let mut query = Query::default();
        query.require(Field::Keywords, pair("keywords").map(Value::Text).into_iter().collect());
        return Some(Ok(query));
    };
    let mut rest = text.as_str();
    let node = Node::parse(&mut rest)?;
    if !rest.is_empty() {
        return None;
    }
    let mut query = Query::default();
    query.require(Field::Keywords, node.text("keywords").map(Value::Text).into_iter().collect());
    for filter in node.list("filters") {
        let kind = filter.text("type")?;
        for negate in [false, true] {
            let values =
                filter.list("values").iter().filter(|value| (value.text("selectionType").as_deref() == Some("EXCLUDED")) == negate);
            let values: Vec<Value> = values.filter_map(|value| filter_value(&kind, value)).collect();
            if negate { query.exclude(filter_field(&kind), values) } else { query.require(filter_field(&kind), values) }
        }
    }
    Some(Ok(query))
}

fn filter_field(kind: &str) -> Field {
    match kind {
        "CURRENT_TITLE" => Field::Title,
        "PAST_TITLE" => Field::PastTitle,
        "CURRENT_COMPANY" => Field::Company,
        "PAST_COMPANY" => Field::PastCompany,
        "COMPANY_HEADCOUNT" => Field::Headcount,
        "COMPANY_HEADQUARTERS" => Field::CompanyLocation,
        "REGION" => Field::Location,
        "INDUSTRY" => Field::Industry,
        "SCHOOL" => Field::School,
        "SENIORITY_LEVEL" => Field::Seniority,
        "FUNCTION" => Field::Function,
        "RELATIONSHIP" => Field::Distance,
        "FIRST_NAME" => Field::FirstName,
        "LAST_NAME" => Field::LastName,
        "PROFILE_LANGUAGE" => Field::Language,
        "YEARS_OF_EXPERIENCE" => Field::Experience,
        "YEARS_AT_CURRENT_COMPANY" => Field::TenureAtCompany,
        "YEARS_IN_CURRENT_POSITION" => Field::TenureAtRole,
        _ => Field::Invented("url"),
    }
}

fn filter_value(kind: &str, value: &Node) -> Option<Value> {
    let id = value.text("id").map(|id| id.rsplit(':').next().unwrap_or(&id).to_owned());
    let text = value.text("text");
    match kind {
        "COMPANY_HEADCOUNT" => {
            let (min, max) = match id?.as_str() {
                "A" => (0.0, 1.0),
                "B" => (1.0, 10.0),
                "C" => (11.0, 50.0),
                "D" => (51.0, 200.0),
                "E" => (201.0, 500.0),
                "F" => (501.0, 1_000.0),
                "G" => (1_001.0, 5_000.0),
                "H" => (5_001.0, 10_000.0),
                _ => (10_001.0, f64::INFINITY),
            };
            Some(Value::Range(min, max))
        }
        "SENIORITY_LEVEL" => {
            let word = match id?.as_str() {
                "100" => "in_training",
                "110" => "entry_level",
                "120" => "senior",
                "130" => "strategic",
                "200" => "entry_level_manager",
                "210" => "experienced_manager",
                "220" => "director",
                "300" => "vice_president",
                "310" => "cxo",
                _ => "owner/partner",
            };
            Some(Value::Text(word.to_owned()))
        }
        "YEARS_OF_EXPERIENCE" | "YEARS_AT_CURRENT_COMPANY" | "YEARS_IN_CURRENT_POSITION" => {
            let (min, max) = match id?.as_str() {
                "1" => (0.0, 1.0),
                "2" => (1.0, 2.0),
                "3" => (3.0, 5.0),
                "4" => (6.0, 10.0),
                _ => (10.0, f64::INFINITY),
            };
            Some(Value::Range(min, max))
        }
        "RELATIONSHIP" => Some(entry(Field::Distance, &id?)),
        "FIRST_NAME" | "LAST_NAME" => text.map(Value::Text),
        _ => id.filter(|id| !id.is_empty()).map(|id| Value::of(&id)).or(text.map(Value::Text)),
    }
}

/// A Recruiter URL names a search that LinkedIn keeps; here every name leads to one of the saved searches, always the same one.
fn recruiter(url: &Url) -> Result<Query, Problem> {
    let kept = SAVED_SEARCHES.len() as u64;
    saved(Api::Recruiter, SAVED_SEARCHES.get((digest(url.query().unwrap_or_default()) % kept) as usize))
}

fn saved(api: Api, search: Option<&SavedSearch>) -> Result<Query, Problem> {
    let search = search.ok_or_else(|| Problem::not_found("The saved search does not exist."))?;
    translate::query(api, &search.body(api))
}

/// A value of LinkedIn's URL notation: `(name:value,…)`, `List(value,…)` or text.
#[derive(Debug, PartialEq)]
enum Node {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    fn parse(rest: &mut &str) -> Option<Node> {
        if let Some(inner) = rest.strip_prefix("List(") {
            *rest = inner;
            let mut items = Vec::new();
            while !eat(rest, ')') {
                items.push(Node::parse(rest)?);
                eat(rest, ',');
            }
            return Some(Node::List(items));
        }
        if eat(rest, '(') {
            let mut members = Vec::new();
            while !eat(rest, ')') {
                let (name, after) = rest.split_once(':')?;
                *rest = after;
                members.push((name.to_owned(), Node::parse(rest)?));
                eat(rest, ',');
            }
            return Some(Node::Map(members));
        }
        if rest.is_empty() {
            return None;
        }
        let end = rest.find([',', ')', '(']).unwrap_or(rest.len());
        let text = percent_decode_str(&rest[..end]).decode_utf8_lossy().into_owned();
        *rest = &rest[end..];
        Some(Node::Text(text))
    }

    fn get(&self, name: &str) -> Option<&Node> {
        let Node::Map(members) = self else { return None };
        members.iter().find(|(known, _)| known == name).map(|(_, node)| node)
    }

    fn text(&self, name: &str) -> Option<String> {
        if let Node::Text(text) = self.get(name)? { Some(text.clone()) } else { None }
    }

    fn list(&self, name: &str) -> &[Node] {
        if let Some(Node::List(items)) = self.get(name) { items } else { &[] }
    }
}

fn eat(rest: &mut &str, letter: char) -> bool {
    let after = rest.strip_prefix(letter);
    if let Some(after) = after {
        *rest = after;
    }
    after.is_some()
}
