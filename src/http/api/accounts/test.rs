//! `POST /api/v1/accounts/{id}/test`: what the provider says about the account just now.

use axum::Json;
use axum::extract::State;
use sluice_api::{AccountTest, Problem};
use sluice_providers::ProviderError;

use crate::domain::account::{Account, AccountState};
use crate::domain::{AccountId, Micros};
use crate::http::caller::Caller;
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::http::{Shared, wire};
use crate::store::accounts;

/// Asks the provider whether the account works, and keeps the answer. An account that is switched off stays so.
#[utoipa::path(
    post, path = "/api/v1/accounts/{id}/test", tag = "Accounts", params(("id" = String, Path)),
    responses((status = 200, body = AccountTest), (status = 404, body = Problem)),
)]
pub async fn test(State(app): State<Shared>, caller: Caller, Id(id): Id<AccountId>) -> Result<Json<AccountTest>, Failure> {
    ask(&app, &caller, id).await.map(Json)
}

/// The provider's answer, which has been kept with the account.
pub async fn ask(app: &Shared, caller: &Caller, id: AccountId) -> Result<AccountTest, Failure> {
    let mut conn = app.database.read().await?;
    let account = super::usable(&mut conn, caller, id).await?;
    let login = app.accounts.login(&mut conn, &account).await?;
    drop(conn);
    let Some(connector) = app.accounts.connector(account.provider) else {
        let why = "This server cannot test accounts of this provider; a job will show whether it works.";
        return answer(app, account, Some(why.into()), None).await;
    };
    let login = match login {
        Ok(login) => login,
        Err(why) => return keep(app, caller, account, Some(why), None, None).await,
    };
    match connector.inspect(&login).await {
        Ok(report) => keep(app, caller, account, report.trouble, Some(report.api), report.name).await,
        Err(ProviderError::AccountTrouble { detail, .. } | ProviderError::Blocked { detail } | ProviderError::Refused { detail, .. }) => {
            keep(app, caller, account, Some(detail), None, None).await
        }
        // Nothing was learnt about the account itself.
        Err(error) => answer(app, account, Some(super::address::provider_failure(error, false).detail().to_owned()), None).await,
    }
}

async fn keep(
    app: &Shared,
    caller: &Caller,
    account: Account,
    trouble: Option<String>,
    api: Option<sluice_providers::Api>,
    name: Option<String>,
) -> Result<AccountTest, Failure> {
    let state = match (account.state, &trouble) {
        (AccountState::Off, _) => AccountState::Off,
        (_, Some(_)) => AccountState::Trouble,
        (_, None) => AccountState::Connected,
    };
    let mut tx = app.database.begin().await?;
    let kept = accounts::set_state(&mut tx, caller.scope(), account.id, state, trouble.as_deref(), api).await?;
    let kept = kept.ok_or_else(AccountId::not_found)?;
    tx.commit().await?;
    answer(app, kept, trouble, name).await
}

async fn answer(app: &Shared, account: Account, trouble: Option<String>, name: Option<String>) -> Result<AccountTest, Failure> {
    Ok(AccountTest {
        ok: trouble.is_none(),
        state: wire::account_state(account.state),
        api: account.api.map(wire::api_word),
        name,
        trouble,
        checked_at: Micros(app.database.now_us().await?).timestamp(),
    })
}
