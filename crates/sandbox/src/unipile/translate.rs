//! A checked body of any api as a neutral query.

use serde_json::Value as Json;

use super::error::Problem;
use super::saved::SavedSearch;
use crate::matching::query::{Field, Query, Value};
use crate::population::identity::Api;

pub fn query(api: Api, body: &Json) -> Result<Query, Problem> {
    if let Some(id) = saved_search_id(body) {
        let saved = SavedSearch::find(&id).ok_or_else(|| Problem::not_found(format!("There is no saved search {id}.")))?;
        return query(api, &saved.body(api));
    }
    let mut query = Query::default();
    for (name, value) in body.as_object().into_iter().flatten() {
        match name.as_str() {
            "api" | "category" => {}
            "keywords" => query.require(Field::Keywords, texts(value)),
            "advanced_keywords" => advanced_keywords(&mut query, value),
            _ => match api {
                Api::Classic => query.require(classic_field(name), values(value)),
                Api::SalesNavigator => sales(&mut query, name, value),
                Api::Recruiter => recruiter(&mut query, name, value),
            },
        }
    }
    Ok(query)
}

/// Saved and recent searches override everything else in the body.
fn saved_search_id(body: &Json) -> Option<String> {
    let id = body.get("saved_search_id").or_else(|| body.get("recent_search_id")).or_else(|| body.get("saved_search")?.get("id"))?;
    Some(text(id))
}

fn advanced_keywords(query: &mut Query, value: &Json) {
    let fields = [
        ("first_name", Field::FirstName),
        ("last_name", Field::LastName),
        ("title", Field::Title),
        ("company", Field::Company),
        ("school", Field::School),
    ];
    for (name, field) in fields {
        query.require(field, value.get(name).map(texts).unwrap_or_default());
    }
}

fn classic_field(name: &str) -> Field {
    match name {
        "industry" => Field::Industry,
        "location" => Field::Location,
        "profile_language" => Field::Language,
        "network_distance" => Field::Distance,
        "company" => Field::Company,
        "past_company" => Field::PastCompany,
        "school" => Field::School,
        "service" => Field::Invented("service"),
        "connections_of" => Field::Invented("connections_of"),
        "followers_of" => Field::Invented("followers_of"),
        _ => Field::Invented("open_to"),
    }
}

fn sales(query: &mut Query, name: &str, value: &Json) {
    let field = match name {
        "location" | "location_by_postal_code" => Field::Location,
        "industry" => Field::Industry,
        "first_name" => Field::FirstName,
        "last_name" => Field::LastName,
        "tenure" => Field::Experience,
        "school" => Field::School,
        "profile_language" => Field::Language,
        "company" => Field::Company,
        "company_headcount" => Field::Headcount,
        "company_location" => Field::CompanyLocation,
        "tenure_at_company" => Field::TenureAtCompany,
        "past_company" => Field::PastCompany,
        "function" => Field::Function,
        "role" => Field::Title,
        "tenure_at_role" => Field::TenureAtRole,
        "seniority" => Field::Seniority,
        "past_role" => Field::PastTitle,
        "network_distance" => Field::Distance,
        "groups" => Field::Invented("groups"),
        "company_type" => Field::Invented("company_type"),
        "connections_of" => Field::Invented("connections_of"),
        "persona" => Field::Invented("persona"),
        "account_lists" => Field::Invented("account_lists"),
        "lead_lists" => Field::Invented("lead_lists"),
        "changed_jobs" => Field::Invented("changed_jobs"),
        "posted_on_linkedin" => Field::Invented("posted_on_linkedin"),
        "past_colleague" => Field::Invented("past_colleague"),
        "shared_experiences" => Field::Invented("shared_experiences"),
        "following_your_company" => Field::Invented("following_your_company"),
        "viewed_your_profile_recently" => Field::Invented("viewed_your_profile_recently"),
        "mentionned_in_news" => Field::Invented("mentionned_in_news"),
        // Leads that were saved, viewed or written to are included unless someone excludes them, and last_viewed_at needs a saved search.
        _ => return,
    };
    if value == &Json::Bool(false) {
        return;
    }
    include_exclude(query, field, value);
}

fn recruiter(query: &mut Query, name: &str, value: &Json) {
    let plain = match name {
        "location"
        | "role"
        | "skills"
        | "company"
        | "current_company"
        | "past_company"
        | "school"
        | "spoken_languages"
        | "recruiting_activity" => {
            return prioritised(query, name, value);
        }
        "industry" => Field::Industry,
        "company_headcount" => Field::Headcount,
        "tenure" => Field::Experience,
        "seniority" => Field::Seniority,
        "function" => Field::Function,
        "network_distance" => Field::Distance,
        "profile_language" => Field::Language,
        "first_name" => Field::FirstName,
        "last_name" => Field::LastName,
        "groups" => Field::Invented("groups"),
        "spotlights" => Field::Invented("spotlights"),
        "hiring_projects" => Field::Invented("hiring_projects"),
        "notes" => Field::Invented("notes"),
        "recently_joined" => Field::Invented("recently_joined"),
        "saved_filter" => Field::Invented("saved_filter"),
        "has_military_background" => Field::Invented("has_military_background"),
        "past_applicants" => Field::Invented("past_applicants"),
        "graduation_year" => Field::Invented("graduation_year"),
        _ => return,
    };
    if value == &Json::Bool(false) {
        return;
    }
    include_exclude(query, plain, value);
}

/// Every MUST_HAVE must hold and no DOESNT_HAVE may; CAN_HAVE are alternatives, and without any MUST_HAVE one of them must hold.
fn prioritised(query: &mut Query, name: &str, value: &Json) {
    let mut required = false;
    let mut alternatives = Vec::new();
    for entry in value.as_array().into_iter().flatten() {
        let wanted = entry.get("id").or_else(|| entry.get("keywords")).or_else(|| entry.get("language"));
        let Some(wanted) =
            wanted.map(|wanted| if entry.get("keywords").is_some() { Value::Text(text(wanted)) } else { Value::of(&text(wanted)) })
        else {
            continue;
        };
        let scope = entry.get("scope").and_then(Json::as_str).unwrap_or_default();
        let field = match (name, scope) {
            ("location", _) => Field::Location,
            ("role", "PAST" | "PAST_NOT_CURRENT") => Field::PastTitle,
            ("role", "CURRENT_OR_PAST") => Field::AnyTitle,
            ("role", _) => Field::Title,
            ("skills", _) => Field::Skill,
            ("company", "PAST" | "PAST_NOT_CURRENT") | ("past_company", _) => Field::PastCompany,
            ("company", "CURRENT_OR_PAST") => Field::AnyCompany,
            ("company" | "current_company", _) => Field::Company,
            ("school", _) => Field::School,
            ("spoken_languages", _) => Field::Invented("spoken_languages"),
            _ => Field::Invented("recruiting_activity"),
        };
        match entry.get("priority").and_then(Json::as_str) {
            Some("MUST_HAVE") => {
                required = true;
                query.require(field, vec![wanted]);
            }
            Some("DOESNT_HAVE") => query.exclude(field, vec![wanted]),
            _ => alternatives.push((field, wanted)),
        }
    }
    if !required && let Some((field, _)) = alternatives.first() {
        let field = *field;
        query.require(field, alternatives.into_iter().map(|(_, wanted)| wanted).collect());
    }
}

fn include_exclude(query: &mut Query, field: Field, value: &Json) {
    let parts = (value.get("include"), value.get("exclude"));
    if parts == (None, None) {
        query.require(field, values(value));
    }
    query.require(field, parts.0.map(values).unwrap_or_default());
    query.exclude(field, parts.1.map(values).unwrap_or_default());
}

/// One value or a list of them: ids, texts, or ranges.
fn values(value: &Json) -> Vec<Value> {
    match value {
        Json::Array(items) => items.iter().flat_map(values).collect(),
        Json::Object(range) => {
            let end = |name, default| range.get(name).and_then(Json::as_f64).unwrap_or(default);
            vec![Value::Range(end("min", 0.0), end("max", f64::INFINITY))]
        }
        Json::Null => Vec::new(),
        other => vec![Value::of(&text(other))],
    }
}

/// As `values`, but digits are words as well.
fn texts(value: &Json) -> Vec<Value> {
    let text = text(value);
    if text.trim().is_empty() { Vec::new() } else { vec![Value::Text(text)] }
}

fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
