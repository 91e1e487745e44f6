//! `/api/v1/lookups`: what a person's words may mean at LinkedIn.

use axum::Json;
use axum::extract::State;
use sluice_api::{Choice, Lookup, LookupField, LookupQuery, Problem};

use super::searches;
use crate::http::Shared;
use crate::http::caller::Caller;
use crate::http::problem::{Failure, refused};
use crate::http::query::Query;
use crate::jobs::search_prospects::start;
use crate::lookups::{FEWEST_LETTERS, Lookups, Question};

/// More than anything is called.
const LONGEST: usize = 100;

/// What words may mean, under the provider's ids. The provider is asked only when nothing is remembered and the account's pace allows a
/// call now; otherwise this is what is remembered, and `note` says why.
#[utoipa::path(
    get, path = "/api/v1/lookups", tag = "Searches", params(LookupQuery),
    responses((status = 200, body = Lookup), (status = 409, body = Problem), (status = 422, body = Problem)),
)]
pub async fn find(State(app): State<Shared>, caller: Caller, Query(query): Query<LookupQuery>) -> Result<Json<Lookup>, Failure> {
    let words = query.q.trim();
    let letters = words.chars().count();
    if !(FEWEST_LETTERS..=LONGEST).contains(&letters) || words.contains(char::is_control) {
        let message = format!("Write {FEWEST_LETTERS} to {LONGEST} letters.");
        return Err(Failure::invalid(vec![refused("q", "out_of_range", query.q.chars().take(LONGEST).collect::<String>(), message)]));
    }
    let named = query.account_id.as_deref().map(searches::account_id).transpose()?;
    let mut conn = app.database.read().await?;
    let account = start::choose(&mut conn, caller.workspace_id, caller.user_id, named).await.map_err(searches::refusal)?;
    drop(conn);
    let api = account.api.unwrap_or(sluice_providers::Api::Classic);
    let kind = app.accounts.connector(account.provider).and_then(|connector| connector.lookup_kind(api, criterion(query.kind)));
    let Some(kind) = kind else {
        let message = "This account takes the words as they are; nothing is looked up.";
        return Err(Failure::invalid(vec![refused("kind", "not_possible", serde_json::Value::Null, message)]));
    };
    let lookups = Lookups { database: app.database.clone(), accounts: app.accounts.clone(), randomness: app.randomness.clone() };
    let question = Question { workspace_id: caller.workspace_id, user_id: caller.user_id, account: &account, kind, words };
    let answered = lookups.look_up(&question).await?;
    Ok(Json(Lookup {
        choices: answered.choices.into_iter().map(|choice| Choice { id: choice.id, title: choice.title }).collect(),
        note: answered.note,
        retry_after_ms: answered.wait.map(|wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1)),
    }))
}

/// The criterion whose words they are.
fn criterion(field: LookupField) -> &'static str {
    match field {
        LookupField::Location => "locations",
        LookupField::Company => "companies",
        LookupField::Industry => "industries",
        LookupField::School => "schools",
    }
}
