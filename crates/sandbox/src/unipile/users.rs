//! `GET /users/{identifier}`: one profile.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::accounts::Account;
use super::error::Problem;
use super::profile::{SECTIONS, THROTTLED, basics, section};
use super::validate;
use crate::faults::Effects;
use crate::population::identity::Api;
use crate::world::World;

pub async fn show(
    State(world): State<Arc<World>>,
    Extension(effects): Extension<Arc<Effects>>,
    Path(identifier): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let query = validate::query(query.as_deref(), &["account_id", "linkedin_sections", "linkedin_sections[]", "linkedin_api", "notify"])?;
    let sections = sections(&query)?;
    if query.one("notify").is_some_and(|notify| !["true", "false"].contains(&notify)) {
        return Err(Problem::invalid("querystring/notify must be boolean"));
    }
    let api = match query.one("linkedin_api") {
        None => Api::Classic,
        Some("sales_navigator") => Api::SalesNavigator,
        Some("recruiter") => Api::Recruiter,
        Some(_) => {
            return Err(Problem::invalid(
                "querystring/linkedin_api must be equal to one of the allowed values: recruiter, sales_navigator",
            ));
        }
    };
    let account = Account::in_use(query.required("account_id")?)?;
    account.may_use(api)?;
    let population = &world.population;
    let index = population.find(&identifier).ok_or_else(|| Problem::not_found("User not found."))?;
    let mut profile = basics(population, index, api);
    let mut throttled = Vec::new();
    for name in sections {
        if name.starts_with("recommendations_") {
            // Nobody of this population has written about another.
            profile["recommendations"][name.trim_start_matches("recommendations_")] = json!([]);
            continue;
        }
        let (member, content) = section(population, index, name);
        let strikes = effects.throttled_sections && THROTTLED.contains(&name);
        profile[member] = if strikes { json!([]) } else { content };
        if strikes {
            throttled.push(name);
        }
    }
    if !throttled.is_empty() {
        profile["throttled_sections"] = throttled.into();
    }
    Ok(Json(profile))
}

/// The sections asked for, each once; a `*` asks for all.
fn sections(query: &validate::Query) -> Result<Vec<&'static str>, Problem> {
    let mut sections = Vec::new();
    // The schema has an array, repeated in the query; the vendor's own client joins the names with commas.
    let given = query.all("linkedin_sections").chain(query.all("linkedin_sections[]"));
    for name in given.flat_map(|names| names.split(',')) {
        if name == "*" {
            return Ok(SECTIONS.to_vec());
        }
        let known = SECTIONS.into_iter().find(|known| *known == name);
        let known = known.ok_or_else(|| {
            Problem::invalid(format!(
                "querystring/linkedin_sections must be equal to one of the allowed values: *, {}",
                SECTIONS.join(", ")
            ))
        })?;
        if !sections.contains(&known) {
            sections.push(known);
        }
    }
    Ok(sections)
}
