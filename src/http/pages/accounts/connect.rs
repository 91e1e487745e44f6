//! `/accounts/new`: a key, then the accounts behind it, then one of them with its settings. It is tested before it is kept.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use serde_json::Value as Json;
use sluice_api::{AccountRequest, Api, DiscoverRequest, Provider};

use super::draft::Draft;
use super::settings::{self, Day};
use crate::domain::account::AccountState;
use crate::domain::{Micros, ProviderName};
use crate::http::api::accounts as api;
use crate::http::api::accounts::connect::Ask;
use crate::http::form::{Form, Wrong};
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::problem::{Failure, refused};
use crate::http::wire;
use crate::store::accounts;

/// Own accounts that are compared with those behind a key.
const OWN: u32 = 200;

#[derive(Template)]
#[template(path = "accounts/new.html")]
struct ConnectPage {
    frame: Frame,
    providers: Vec<Choice>,
    /// The workspace's address, which is used where none is given.
    inherited: Option<String>,
    form: Form,
    wrong: Wrong,
    whole: Vec<String>,
    /// The second step, once there are accounts to choose from.
    second: Option<Second>,
    name_hint: &'static str,
    apis: &'static [Api],
    days: Vec<Day>,
    api_is_asked: bool,
}

/// A provider to choose.
struct Choice {
    word: &'static str,
    title: &'static str,
    hint: &'static str,
    chosen: bool,
    /// Whether this server has a connector for it.
    possible: bool,
}

/// The accounts behind the key, and what the page carries of the first step.
struct Second {
    found: Vec<Found>,
    draft: String,
    provider: &'static str,
}

struct Found {
    id: String,
    name: String,
    api: &'static str,
    trouble: Option<String>,
    /// The name under which the reader has connected it before.
    connected_as: Option<String>,
    chosen: bool,
}

pub async fn show(visit: Visit) -> Result<Response, Failure> {
    page(&visit, StatusCode::OK, Form::default(), Wrong::default(), None).await
}

/// Looks which accounts are behind the key.
pub async fn discover(visit: Visit, form: Form) -> Result<Response, Failure> {
    let draft = match look(&visit, &form).await {
        Ok(draft) => draft,
        Err(failure) => return page(&visit, StatusCode::UNPROCESSABLE_ENTITY, form, Wrong::of(failure)?, None).await,
    };
    if draft.found.is_empty() {
        let words = "There is no LinkedIn account behind this key. Connect one in the provider's dashboard first, then come back.";
        return page(&visit, StatusCode::UNPROCESSABLE_ENTITY, form, Wrong::whole(words), None).await;
    }
    let begin = Form::filled(settings::usual_hours());
    page(&visit, StatusCode::OK, begin, Wrong::default(), Some(&draft)).await
}

async fn look(visit: &Visit, form: &Form) -> Result<Draft, Failure> {
    let missing = |field: &str, words: &str| Failure::invalid(vec![refused(field, "missing_field", Json::Null, words)]);
    let provider = PROVIDERS.into_iter().find(|provider| provider.as_str() == form.text("provider"));
    let provider = provider.ok_or_else(|| missing("provider", "Choose where the account is."))?;
    let api_key = form.secret("api_key").ok_or_else(|| missing("api_key", "Enter the key that the provider's dashboard shows."))?;
    let base_url = form.said("base_url");
    let request = DiscoverRequest { provider, base_url: base_url.clone(), api_key: api_key.clone() };
    let found = api::behind(&visit.app, &visit.caller, request).await?;
    Ok(Draft { provider, base_url, api_key, found })
}

/// Tests the chosen account and keeps it.
pub async fn connect(visit: Visit, form: Form) -> Result<Response, Failure> {
    let now = Micros(visit.app.database.now_us().await?);
    let Some(draft) = Draft::open(&visit.app, &visit.caller, now, form.text("draft")) else {
        let words = "The key was entered too long ago. Enter it again.";
        return page(&visit, StatusCode::UNPROCESSABLE_ENTITY, form, Wrong::whole(words), None).await;
    };
    match keep(&visit, &form, &draft).await {
        Ok(kept) => {
            let with = kept.api.map(|api| format!(" with {}", wire::api_word(api).title())).unwrap_or_default();
            let words = match (kept.state, &kept.state_message) {
                (AccountState::Trouble, Some(_)) => format!("{} is kept, but the provider does not let it work yet.", kept.name),
                _ => format!("{} is connected{with}.", kept.name),
            };
            Ok(go_to_saying(&format!("/accounts/{}", kept.id), &words))
        }
        Err(failure) => page(&visit, StatusCode::UNPROCESSABLE_ENTITY, form, Wrong::of(failure)?, Some(&draft)).await,
    }
}

async fn keep(visit: &Visit, form: &Form, draft: &Draft) -> Result<crate::domain::account::Account, Failure> {
    let mut wrong = Vec::new();
    let said = settings::read(form, &mut wrong);
    if form.text("external_account_id").is_empty() {
        wrong.push(refused("external_account_id", "missing_field", Json::Null, "Choose one of the accounts."));
    }
    if !wrong.is_empty() {
        return Err(Failure::invalid(wrong));
    }
    let request = AccountRequest {
        name: said.name,
        base_url: draft.base_url.clone(),
        api_key: Some(draft.api_key.clone()),
        external_account_id: form.said("external_account_id"),
        api: said.api,
        pace: said.pace,
        budgets: Some(said.budgets),
        working_hours: said.working_hours,
        shared: said.shared,
        ..AccountRequest::new(draft.provider)
    };
    let (app, caller) = (&visit.app, &visit.caller);
    let (account, mut credentials) = api::request::read(app, caller, request)?;
    let account = api::connect::reach(app, caller, account, &mut credentials, Ask::Always).await?;
    let mut tx = app.database.begin().await?;
    let account = api::connect::keep(app, &mut tx, &account, &credentials).await?;
    tx.commit().await?;
    Ok(account)
}

async fn page(visit: &Visit, status: StatusCode, form: Form, wrong: Wrong, draft: Option<&Draft>) -> Result<Response, Failure> {
    let caller = &visit.caller;
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Connect an account", Section::Accounts).await?;
    let inherited = accounts::workspace_address(&mut conn, caller.workspace_id, ProviderName::Unipile).await?;
    let second = match draft {
        Some(draft) => {
            let (own, _) = accounts::usable_by(&mut conn, caller.scope(), caller.user_id, OWN, 0).await?;
            Some(second(visit, &form, draft, &own, Micros(conn.now_us().await?)))
        }
        None => None,
    };
    let shown = [settings::FIELDS, &["provider", "base_url", "api_key", "external_account_id"]].concat();
    let page = ConnectPage {
        providers: providers(visit, form.text("provider")),
        inherited,
        whole: wrong.beside(&shown),
        wrong,
        second,
        name_hint: "What people here call it; left empty, what the provider calls it.",
        apis: &settings::APIS,
        days: settings::days(),
        api_is_asked: true,
        form,
        frame,
    };
    visit.page_with(status, &page)
}

fn second(visit: &Visit, form: &Form, draft: &Draft, own: &[crate::domain::account::Account], now: Micros) -> Second {
    let only = draft.found.len() == 1;
    let found = draft.found.iter().map(|found| {
        let known = own.iter().find(|account| account.external_account_id.as_deref() == Some(&found.external_account_id));
        Found {
            name: found.name.clone().unwrap_or_else(|| found.external_account_id.clone()),
            api: found.api.map_or("", Api::title),
            trouble: found.trouble.clone(),
            connected_as: known.map(|account| account.name.clone()),
            chosen: only || form.text("external_account_id") == found.external_account_id,
            id: found.external_account_id.clone(),
        }
    });
    Second { found: found.collect(), draft: draft.seal(&visit.app, &visit.caller, now), provider: draft.provider.title() }
}

/// Sources of postings are switched on elsewhere.
const PROVIDERS: [Provider; 1] = [Provider::Unipile];

fn providers(visit: &Visit, chosen: &str) -> Vec<Choice> {
    let choices = PROVIDERS.into_iter().map(|provider| {
        let possible = visit.app.accounts.connector(wire::provider_from(provider)).is_some();
        let hint = match (provider, possible) {
            (Provider::Unipile, _) => "Searches LinkedIn, Sales Navigator or Recruiter through an account that you have connected there.",
            (_, true) => "",
            (_, false) => "This version of Sluice has no connector for it yet.",
        };
        let is_chosen = if chosen.is_empty() { provider == Provider::Unipile } else { provider.as_str() == chosen };
        Choice { word: provider.as_str(), title: provider.title(), hint, chosen: possible && is_chosen, possible }
    });
    choices.collect()
}
