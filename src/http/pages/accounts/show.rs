//! `/accounts/{id}`: one account, what it does, and the forms that change it.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use sluice_api::Api;

use super::settings::{self, Day};
use super::spending;
use super::view::{AccountView, MishapView};
use crate::domain::AccountId;
use crate::http::api::accounts as api;
use crate::http::form::{Form, Wrong};
use crate::http::pages::charts::ColumnChart;
use crate::http::pages::frame::{Frame, Section};
use crate::http::pages::job_view::JobView;
use crate::http::pages::visit::Visit;
use crate::http::path::Id;
use crate::http::problem::Failure;
use crate::store::accounts::work;

const MISHAPS: i64 = 10;
const JOBS: i64 = 20;

/// A form of the page that comes back with what was wrong.
#[derive(Debug, Default)]
pub struct Answered {
    pub place: Place,
    /// As it was sent; of the account when missing.
    pub form: Option<Form>,
    pub wrong: Wrong,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    #[default]
    Nowhere,
    Test,
    Settings,
    Key,
    Delete,
}

#[derive(Template)]
#[template(path = "accounts/show.html")]
struct AccountPage {
    frame: Frame,
    account: AccountView,
    place: Place,
    form: Form,
    wrong: Wrong,
    /// Words that belong to no field of the form.
    whole: Vec<String>,
    spent: ColumnChart,
    mishaps: Vec<MishapView>,
    jobs: Vec<JobView>,
    name_hint: &'static str,
    apis: &'static [Api],
    days: Vec<Day>,
    /// Whether no person said which api, so that the provider decides.
    api_is_asked: bool,
}

pub async fn show(visit: Visit, Id(id): Id<AccountId>) -> Result<Response, Failure> {
    page(&visit, id, Answered::default()).await
}

/// The page, as it is or with a form that was refused.
pub async fn page(visit: &Visit, id: AccountId, answered: Answered) -> Result<Response, Failure> {
    let caller = &visit.caller;
    let mut conn = visit.app.database.read().await?;
    let account = api::usable(&mut conn, caller, id).await?;
    let frame = visit.frame(&mut conn, account.name.clone(), Section::Accounts).await?;
    let api_is_asked = !account.api_given;
    let account_has_postings = account.provider.has_postings();
    let form = answered.form.unwrap_or_else(|| settings::of(&account));
    let scope = caller.scope();
    let spent = spending::chart(&mut conn, &account, &frame.clock).await?;
    let mishaps = work::mishaps(&mut conn, scope, id, MISHAPS).await?;
    let jobs = work::active(&mut conn, scope, id, JOBS).await?;
    let page = AccountPage {
        jobs: JobView::load_all(&mut conn, &jobs, &frame.clock).await?,
        account: AccountView::load(&mut conn, caller, account, &frame.clock).await?,
        mishaps: mishaps.into_iter().map(|mishap| MishapView::new(mishap, &frame.clock)).collect(),
        whole: answered.wrong.beside(&[settings::FIELDS, &["api_key", "session_cookie", "base_url", "confirm"]].concat()),
        wrong: answered.wrong,
        place: answered.place,
        form,
        spent,
        name_hint: "What people here call it.",
        apis: if account_has_postings { &[] } else { &settings::APIS },
        days: settings::days(),
        api_is_asked,
        frame,
    };
    let status = if page.place == Place::Nowhere { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    visit.page_with(status, &page)
}
