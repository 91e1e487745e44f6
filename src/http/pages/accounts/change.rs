//! What the forms of an account's page do, by the rules of the API.

use axum::response::Response;
use serde_json::Value as Json;
use sluice_api::{AccountPatch, AccountState};

use super::settings;
use super::show::{self, Answered, Place};
use crate::domain::AccountId;
use crate::http::api::accounts as api;
use crate::http::form::{Form, Wrong};
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::path::Id;
use crate::http::problem::{Failure, refused};

/// Asks the provider whether the account works.
pub async fn test(visit: Visit, Id(id): Id<AccountId>) -> Result<Response, Failure> {
    let tested = match api::ask(&visit.app, &visit.caller, id).await {
        Ok(tested) => tested,
        Err(failure) => return answer(&visit, id, Place::Test, None, failure).await,
    };
    match tested.trouble {
        None => {
            let with = tested.api.map(|api| format!(" with {}", api.title())).unwrap_or_default();
            Ok(go_to_saying(&path(id), &format!("Tested just now: it works{with}.")))
        }
        Some(trouble) => {
            let answered = Answered { place: Place::Test, wrong: Wrong::whole(trouble), ..Answered::default() };
            show::page(&visit, id, answered).await
        }
    }
}

/// Name, api, pace, budgets, hours, sharing.
pub async fn settings(visit: Visit, Id(id): Id<AccountId>, form: Form) -> Result<Response, Failure> {
    let mut wrong = Vec::new();
    let said = settings::read(&form, &mut wrong);
    if !wrong.is_empty() {
        return answer(&visit, id, Place::Settings, Some(form), Failure::invalid(wrong)).await;
    }
    let patch = AccountPatch {
        name: said.name,
        api: said.api,
        pace: said.pace,
        budgets: Some(said.budgets),
        working_hours: Some(said.working_hours),
        shared: Some(said.shared),
        ..AccountPatch::default()
    };
    match api::change::apply(&visit.app, &visit.caller, id, patch).await {
        Ok(_) => Ok(go_to_saying(&path(id), "Saved. Jobs that run go on under it.")),
        Err(failure) => answer(&visit, id, Place::Settings, Some(form), failure).await,
    }
}

/// On or off.
pub async fn state(visit: Visit, Id(id): Id<AccountId>, form: Form) -> Result<Response, Failure> {
    let (state, words) = match form.text("state") {
        "off" => (Some(AccountState::Off), "It is off: no job uses it until somebody switches it on."),
        "connected" => (Some(AccountState::Connected), "It is on again."),
        _ => (None, "Nothing was changed."),
    };
    let patch = AccountPatch { state, ..AccountPatch::default() };
    api::change::apply(&visit.app, &visit.caller, id, patch).await?;
    Ok(go_to_saying(&path(id), words))
}

/// A session of the user's own, with which public pages are read as they see them.
pub async fn session(visit: Visit, Id(id): Id<AccountId>, form: Form) -> Result<Response, Failure> {
    let Some(session_cookie) = form.secret("session_cookie") else {
        let missing = refused("session_cookie", "missing_field", Json::Null, "Enter the value of li_at, as your browser has it.");
        return answer(&visit, id, Place::Key, None, Failure::invalid(vec![missing])).await;
    };
    let patch = AccountPatch { session_cookie: Some(session_cookie), ..AccountPatch::default() };
    match api::change::apply(&visit.app, &visit.caller, id, patch).await {
        Ok(_) => Ok(go_to_saying(&path(id), "The session is kept. The next page is read with it.")),
        Err(failure) => answer(&visit, id, Place::Key, None, failure).await,
    }
}

/// A new provider key, and the address that goes with it.
pub async fn key(visit: Visit, Id(id): Id<AccountId>, form: Form) -> Result<Response, Failure> {
    let Some(api_key) = form.secret("api_key") else {
        let missing = refused("api_key", "missing_field", Json::Null, "Enter the key that the provider's dashboard shows.");
        return answer(&visit, id, Place::Key, Some(form), Failure::invalid(vec![missing])).await;
    };
    let patch = AccountPatch { api_key: Some(api_key), base_url: form.said("base_url"), ..AccountPatch::default() };
    if let Err(failure) = api::change::apply(&visit.app, &visit.caller, id, patch).await {
        return answer(&visit, id, Place::Key, Some(form), failure).await;
    }
    // Whether it is the right one is what its sender wants to know, where that can be asked.
    let mut conn = visit.app.database.read().await?;
    if api::usable(&mut conn, &visit.caller, id).await?.provider.has_postings() {
        return Ok(go_to_saying(&path(id), "The key is kept. The next job shows whether it is the right one."));
    }
    drop(conn);
    test(visit, Id(id)).await
}

/// Removes the account once its name was typed.
pub async fn delete(visit: Visit, Id(id): Id<AccountId>, form: Form) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let account = api::usable(&mut conn, &visit.caller, id).await?;
    drop(conn);
    if form.text("confirm") != account.name.trim() {
        let message = format!("Type the name of the account, {}, to delete it.", account.name);
        let unconfirmed = refused("confirm", "invalid_value", Json::Null, message);
        return answer(&visit, id, Place::Delete, None, Failure::invalid(vec![unconfirmed])).await;
    }
    api::change::remove(&visit.app, &visit.caller, id).await?;
    Ok(go_to_saying("/accounts", &format!("{} was deleted with its key. What it found stays.", account.name)))
}

/// The page with the words of a failure beside what they are about.
async fn answer(visit: &Visit, id: AccountId, place: Place, form: Option<Form>, failure: Failure) -> Result<Response, Failure> {
    // Only the fields of the settings are filled in again; the others are secrets or confirmations.
    let form = form.filter(|_| place == Place::Settings);
    show::page(visit, id, Answered { place, form, wrong: Wrong::of(failure)? }).await
}

fn path(id: AccountId) -> String {
    format!("/accounts/{id}")
}
