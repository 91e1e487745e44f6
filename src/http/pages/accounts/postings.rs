//! `/accounts/new/postings`: switching on a source of postings, after saying what there is to know about it.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value as Json;
use sluice_api::wording::numbers::duration;
use sluice_api::{AccountRequest, Api, Provider};

use super::settings::{self, Day};
use crate::domain::account::Account;
use crate::http::api::accounts as api;
use crate::http::api::accounts::connect::Ask;
use crate::http::form::{Form, Wrong};
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::problem::{Failure, refused};
use crate::http::query::Query;
use crate::http::wire;

const SOURCES: [Provider; 2] = [Provider::Linkedin, Provider::Brightdata];

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    provider: Option<Provider>,
}

#[derive(Template)]
#[template(path = "accounts/postings.html")]
struct SourcesPage {
    frame: Frame,
    sources: Vec<Source>,
    /// The one whose form is shown.
    chosen: Option<Source>,
    form: Form,
    wrong: Wrong,
    whole: Vec<String>,
    name_hint: &'static str,
    apis: &'static [Api],
    days: Vec<Day>,
    api_is_asked: bool,
}

/// A source of postings, before it is switched on.
struct Source {
    word: &'static str,
    title: &'static str,
    what: &'static str,
    /// What there is to know beforehand, as its connector says it.
    notice: &'static str,
    pace: String,
    is_linkedin: bool,
}

impl Source {
    /// None where this server has no connector for it.
    fn of(visit: &Visit, provider: Provider) -> Option<Self> {
        let manners = visit.app.accounts.posting_manners(wire::provider_from(provider))?;
        let is_linkedin = provider == Provider::Linkedin;
        Some(Self {
            word: provider.as_str(),
            title: if is_linkedin { "LinkedIn's public pages" } else { provider.title() },
            what: if is_linkedin {
                "Reads the pages of postings that LinkedIn shows to everybody, one after the other. Free, and slow on purpose."
            } else {
                "Collects postings for you and hands them over some minutes later. It needs a key of your own."
            },
            notice: manners.notice,
            pace: duration(manners.pace),
            is_linkedin,
        })
    }
}

pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let form = Form::filled(settings::usual_hours());
    page(&visit, StatusCode::OK, asked.provider, form, Wrong::default()).await
}

/// Keeps the source once its notice was read.
pub async fn connect(visit: Visit, form: Form) -> Result<Response, Failure> {
    let provider = SOURCES.into_iter().find(|provider| provider.as_str() == form.text("provider"));
    let kept = match provider {
        Some(provider) => keep(&visit, &form, provider).await,
        None => Err(Failure::invalid(vec![refused("provider", "unknown_value", Json::Null, "Choose one of the sources.")])),
    };
    match kept {
        Ok(kept) => Ok(go_to_saying(&format!("/accounts/{}", kept.id), &format!("{} is switched on.", kept.name))),
        Err(failure) => page(&visit, StatusCode::UNPROCESSABLE_ENTITY, provider, form, Wrong::of(failure)?).await,
    }
}

async fn keep(visit: &Visit, form: &Form, provider: Provider) -> Result<Account, Failure> {
    let mut wrong = Vec::new();
    let said = settings::read(form, &mut wrong);
    if !form.has("read", "yes") {
        wrong.push(refused("read", "missing_field", Json::Null, "Say that you have read it; it is your decision."));
    }
    if provider == Provider::Brightdata && form.text("api_key").is_empty() {
        wrong.push(refused("api_key", "missing_field", Json::Null, "Enter the key that the provider's dashboard shows."));
    }
    if !wrong.is_empty() {
        return Err(Failure::invalid(wrong));
    }
    let is_linkedin = provider == Provider::Linkedin;
    let request = AccountRequest {
        name: said.name,
        base_url: form.said("base_url"),
        api_key: form.secret("api_key").filter(|_| !is_linkedin),
        session_cookie: form.secret("session_cookie").filter(|_| is_linkedin),
        pace: said.pace,
        budgets: Some(said.budgets),
        working_hours: said.working_hours,
        shared: said.shared,
        ..AccountRequest::new(provider)
    };
    let (app, caller) = (&visit.app, &visit.caller);
    let (account, mut credentials) = api::request::read(app, caller, request)?;
    let account = api::connect::reach(app, caller, account, &mut credentials, Ask::Always).await?;
    let mut tx = app.database.begin().await?;
    let account = api::connect::keep(app, &mut tx, &account, &credentials).await?;
    tx.commit().await?;
    Ok(account)
}

async fn page(visit: &Visit, status: StatusCode, provider: Option<Provider>, form: Form, wrong: Wrong) -> Result<Response, Failure> {
    let mut conn = visit.app.database.read().await?;
    let frame = visit.frame(&mut conn, "Sources of postings", Section::Accounts).await?;
    let shown = [settings::FIELDS, &["provider", "base_url", "api_key", "session_cookie", "read"]].concat();
    let page = SourcesPage {
        sources: SOURCES.into_iter().filter_map(|provider| Source::of(visit, provider)).collect(),
        chosen: provider.filter(|provider| SOURCES.contains(provider)).and_then(|provider| Source::of(visit, provider)),
        whole: wrong.beside(&shown),
        wrong,
        form,
        name_hint: "What people here call it; left empty, what the provider is called.",
        apis: &[],
        days: settings::days(),
        api_is_asked: false,
        frame,
    };
    visit.page_with(status, &page)
}
