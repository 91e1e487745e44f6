//! `/api/v1/accounts`: logins at providers. Their secrets come in and never go out.

pub mod address;
pub mod change;
pub mod connect;
mod discover;
pub mod request;
mod test;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use sluice_api::{Account as WireAccount, AccountPatch, AccountRequest, List, PageQuery, Problem};

use crate::domain::account::Account;
use crate::domain::{AccountId, Micros, ProviderName};
use crate::http::body::Body;
use crate::http::caller::Caller;
use crate::http::idempotency::{Answer, Creation};
use crate::http::listing::Page;
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::http::{Shared, wire};
use crate::store::charges::{self, Action};
use crate::store::{Conn, accounts};

pub use discover::__path_discover;
pub use discover::{behind, discover};
pub use test::__path_test;
pub use test::{ask, test};

/// The accounts that the caller may use: their own, then the shared ones of others.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "Accounts", params(PageQuery), responses((status = 200, body = List<WireAccount>)))]
pub async fn list(State(app): State<Shared>, caller: Caller, Query(query): Query<PageQuery>) -> Result<Json<List<WireAccount>>, Failure> {
    let page = Page::of(&query)?;
    let offset = page.offset()?;
    let mut conn = app.database.read().await?;
    let (found, total) = accounts::usable_by(&mut conn, caller.scope(), caller.user_id, page.limit, offset).await?;
    let now = Micros(conn.now_us().await?);
    let mut data = Vec::with_capacity(found.len());
    for account in found {
        data.push(show(&mut conn, &caller, account, now).await?);
    }
    Ok(Json(page.by_number(offset, data, total)))
}

/// Connects an account. Without `api`, the provider is asked once whether the account works and what it can do.
#[utoipa::path(
    post, path = "/api/v1/accounts", tag = "Accounts", request_body = AccountRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again, the request is answered as before and creates nothing more")),
    responses((status = 201, body = WireAccount), (status = 422, body = Problem), (status = 502, body = Problem)),
)]
pub async fn create(State(app): State<Shared>, caller: Caller, creation: Creation<AccountRequest>) -> Result<Response, Failure> {
    let request = creation.value;
    let mut conn = app.database.read().await?;
    if let Some(earlier) = creation.once.earlier(&app, &mut conn).await? {
        return Ok(earlier);
    }
    // No connection is held while the provider is asked.
    drop(conn);
    let (account, mut credentials) = request::read(&app, &caller, request)?;
    let account = connect::reach(&app, &caller, account, &mut credentials, connect::Ask::WhenNothingSaysWhatItCanDo).await?;
    let mut tx = app.database.begin().await?;
    if let Some(earlier) = creation.once.claim(&app, &mut tx).await? {
        return Ok(earlier);
    }
    let account = connect::keep(&app, &mut tx, &account, &credentials).await?;
    let now = Micros(tx.now_us().await?);
    let location = format!("/api/v1/accounts/{}", account.id);
    let answer = Answer::new(StatusCode::CREATED, Some(location), &show(&mut tx, &caller, account, now).await?)?;
    creation.once.keep(&app, &mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// One account that the caller may use.
#[utoipa::path(
    get, path = "/api/v1/accounts/{id}", tag = "Accounts", params(("id" = String, Path)),
    responses((status = 200, body = WireAccount), (status = 404, body = Problem)),
)]
pub async fn find(State(app): State<Shared>, caller: Caller, Id(id): Id<AccountId>) -> Result<Json<WireAccount>, Failure> {
    let mut conn = app.database.read().await?;
    let account = usable(&mut conn, &caller, id).await?;
    let now = Micros(conn.now_us().await?);
    Ok(Json(show(&mut conn, &caller, account, now).await?))
}

/// Changes an account; what is missing stays as it is. Jobs that run go on under the new pace and budgets.
#[utoipa::path(
    patch, path = "/api/v1/accounts/{id}", tag = "Accounts", params(("id" = String, Path)), request_body = AccountPatch,
    responses((status = 200, body = WireAccount), (status = 404, body = Problem), (status = 422, body = Problem)),
)]
pub async fn change(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<AccountId>,
    Body(patch): Body<AccountPatch>,
) -> Result<Json<WireAccount>, Failure> {
    let account = change::apply(&app, &caller, id, patch).await?;
    let mut conn = app.database.read().await?;
    let now = Micros(conn.now_us().await?);
    Ok(Json(show(&mut conn, &caller, account, now).await?))
}

/// Removes an account and its credentials. Its jobs and what they found stay.
#[utoipa::path(
    delete, path = "/api/v1/accounts/{id}", tag = "Accounts", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)),
)]
pub async fn delete(State(app): State<Shared>, caller: Caller, Id(id): Id<AccountId>) -> Result<StatusCode, Failure> {
    change::remove(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Own or shared; any other is not there.
pub async fn usable(conn: &mut Conn, caller: &Caller, id: AccountId) -> Result<Account, Failure> {
    let account = accounts::find(conn, caller.scope(), id).await?.ok_or_else(AccountId::not_found)?;
    if account.user_id == caller.user_id || account.shared { Ok(account) } else { Err(AccountId::not_found()) }
}

/// The account as its caller sees it.
pub async fn show(conn: &mut Conn, caller: &Caller, account: Account, now: Micros) -> Result<WireAccount, Failure> {
    let search_rows_used = charges::used(conn, account.id, Action::SearchRows).await?;
    let profiles_used = charges::used(conn, account.id, Action::Profiles).await?;
    let next_call_at = crate::accounts::next_call_at(conn, &account).await?.filter(|at| *at > now);
    Ok(WireAccount {
        id: account.id.to_string(),
        provider: wire::provider(account.provider),
        name: account.name,
        base_url: account.base_url,
        external_account_id: account.external_account_id,
        api: account.api.map(wire::api_word),
        state: wire::account_state(account.state),
        trouble: account.state_message,
        notice: notice(account.provider).map(str::to_owned),
        pace: sluice_api::Pace {
            delay_ms: u64::try_from(account.pace.delay.as_millis()).unwrap_or(u64::MAX),
            jitter_pct: u8::try_from(account.pace.jitter_pct).unwrap_or(100),
        },
        budgets: sluice_api::Budgets {
            search_rows_per_day: wire::small(account.budgets.search_rows_per_day),
            search_rows_used: wire::small(search_rows_used),
            profiles_per_day: wire::small(account.budgets.profiles_per_day),
            profiles_used: wire::small(profiles_used),
        },
        working_hours: account.working_hours.map(|hours| sluice_api::WorkingHours {
            days: hours.days.into_iter().map(wire::day).collect(),
            from: hours.from,
            to: hours.to,
        }),
        next_call_at: next_call_at.map(|at| at.timestamp()),
        shared: account.shared,
        own: account.user_id == caller.user_id,
        created_at: account.created_at.timestamp(),
        updated_at: account.updated_at.timestamp(),
    })
}

/// What a provider wants to be known before it is used.
fn notice(provider: ProviderName) -> Option<&'static str> {
    match provider {
        ProviderName::Linkedin => Some(sluice_providers::linkedin::NOTICE),
        ProviderName::Brightdata => Some(sluice_providers::brightdata::NOTICE),
        ProviderName::Unipile => None,
    }
}
