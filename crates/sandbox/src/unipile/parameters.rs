//! `GET /linkedin/search/parameters`: the ids behind a person's words.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use serde_json::{Value, json};

use super::accounts::Account;
use super::error::Problem;
use super::saved::{SAVED_SEARCHES, SavedSearch};
use super::validate;
use crate::matching::query::{Field, Query, Value as Wanted};
use crate::matching::words::fold;
use crate::population::Population;
use crate::population::identity::Api;
use crate::world::World;

const EVERYONE: [&str; 11] = [
    "LOCATION",
    "PEOPLE",
    "CONNECTIONS",
    "COMPANY",
    "SCHOOL",
    "INDUSTRY",
    "SERVICE",
    "JOB_FUNCTION",
    "JOB_TITLE",
    "EMPLOYMENT_TYPE",
    "SKILL",
];
const SALES_NAVIGATOR: [&str; 11] = [
    "GROUPS",
    "SALES_INDUSTRY",
    "DEPARTMENT",
    "PERSONA",
    "ACCOUNT_LISTS",
    "LEAD_LISTS",
    "TECHNOLOGIES",
    "SAVED_ACCOUNTS",
    "SAVED_SEARCHES",
    "RECENT_SEARCHES",
    "POSTAL_CODE",
];
const RECRUITER: [&str; 5] = ["GROUPS", "DEPARTMENT", "HIRING_PROJECTS", "SAVED_SEARCHES", "SAVED_FILTERS"];

pub async fn list(State(world): State<Arc<World>>, RawQuery(query): RawQuery) -> Result<Json<Value>, Problem> {
    let query = validate::query(query.as_deref(), &["account_id", "type", "keywords", "limit", "service"])?;
    let kind = query.required("type")?;
    let limit = validate::limit(&query, 1, 100, 10)?;
    let known: Vec<&str> = EVERYONE.into_iter().chain(SALES_NAVIGATOR).chain(RECRUITER).collect();
    if !known.contains(&kind) {
        return Err(Problem::invalid(format!("querystring/type must be equal to one of the allowed values: {}", known.join(", "))));
    }
    let account = Account::in_use(query.required("account_id")?)?;
    let allowed = EVERYONE.contains(&kind)
        || (SALES_NAVIGATOR.contains(&kind) && account.api == Api::SalesNavigator)
        || (RECRUITER.contains(&kind) && account.api == Api::Recruiter);
    if !allowed {
        return Err(Problem::not_subscribed(format!("Parameters of type {kind} need another LinkedIn subscription.")));
    }
    let keywords = query.one("keywords").unwrap_or_default();
    let choices = match kind {
        "PEOPLE" | "CONNECTIONS" => people(&world, keywords, limit),
        _ => best(choices(&world.population, kind), keywords, limit),
    };
    let items = choices.into_iter().map(|(id, title)| {
        let mut item = json!({ "object": "LinkedinSearchParameter", "id": id, "title": title });
        // Recruiter keeps its searches in projects and wants both ids back.
        if kind == "SAVED_SEARCHES" && account.api == Api::Recruiter {
            item["additional_data"] = json!({ "project_id": SavedSearch::find(&id).map(|search| search.project_id.to_string()) });
        }
        item
    });
    let items: Vec<Value> = items.collect();
    Ok(Json(json!({ "object": "LinkedinSearchParametersList", "paging": { "page_count": items.len() }, "items": items })))
}

/// Everything of a kind that has an id.
fn choices(population: &Population, kind: &str) -> Vec<(String, String)> {
    let owned = |id: u64, title: &str| (id.to_string(), title.to_owned());
    match kind {
        "LOCATION" => population.places.choices.iter().map(|(id, title)| owned(*id, title)).collect(),
        "COMPANY" | "SAVED_ACCOUNTS" => population.companies.all.iter().map(|company| owned(company.id, &company.name)).collect(),
        "INDUSTRY" | "SALES_INDUSTRY" => {
            population.companies.industries.iter().map(|industry| owned(industry.id, industry.title)).collect()
        }
        "SCHOOL" => population.studies.schools.iter().map(|school| owned(school.id, &school.name)).collect(),
        "JOB_TITLE" => population.titles.titles.iter().map(|title| owned(title.id, title.text)).collect(),
        "DEPARTMENT" => population.titles.ladders.iter().map(|ladder| owned(ladder.function_id, ladder.function)).collect(),
        "JOB_FUNCTION" => {
            // Here the ids are letters.
            population
                .titles
                .ladders
                .iter()
                .map(|ladder| {
                    (ladder.function.to_lowercase().chars().filter(char::is_ascii_alphabetic).take(4).collect(), ladder.function.to_owned())
                })
                .collect()
        }
        "EMPLOYMENT_TYPE" => ["Full-time", "Part-time", "Contract", "Internship"]
            .iter()
            .enumerate()
            .map(|(place, title)| owned(place as u64 + 1, title))
            .collect(),
        "SKILL" => {
            let mut skills: Vec<&str> = population.titles.ladders.iter().flat_map(|ladder| ladder.skills.iter().copied()).collect();
            skills.sort_unstable();
            skills.dedup();
            skills.into_iter().enumerate().map(|(place, skill)| owned(30_001 + place as u64, skill)).collect()
        }
        "SAVED_SEARCHES" | "RECENT_SEARCHES" => SAVED_SEARCHES.iter().map(|search| owned(search.id, search.title)).collect(),
        "HIRING_PROJECTS" => vec![owned(700_001, "Platform team"), owned(700_002, "London office")],
        _ => Vec::new(),
    }
}

/// Equal titles first, then those that begin so, then those that hold all the words; otherwise in the order given.
fn best(choices: Vec<(String, String)>, keywords: &str, limit: usize) -> Vec<(String, String)> {
    let wanted = fold(keywords);
    let wanted = wanted.trim_end();
    let rank = |title: &str| {
        let title = fold(title);
        if wanted.is_empty() || title.trim_end() == wanted {
            Some(0)
        } else if title.starts_with(wanted) {
            Some(1)
        } else {
            wanted.split_whitespace().all(|word| title.contains(&format!(" {word}"))).then_some(2)
        }
    };
    let mut ranked: Vec<_> = choices.into_iter().filter_map(|choice| rank(&choice.1).map(|rank| (rank, choice))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(limit).map(|(_, choice)| choice).collect()
}

fn people(world: &World, keywords: &str, limit: usize) -> Vec<(String, String)> {
    let mut query = Query::default();
    for word in keywords.split_whitespace() {
        query.require(Field::Keywords, vec![Wanted::Text(word.to_owned())]);
    }
    let found = world.results(&query);
    let population = &world.population;
    found
        .iter()
        .take(limit)
        .map(|index| (population.provider_id(*index, Api::Classic), population.full_name(population.person(*index))))
        .collect()
}
