//! `POST /api/v1/accounts/{id}/test`: what the provider says about the account just now.

use axum::Json;
use axum::extract::State;
use sluice_api::{AccountTest, Problem};
use sluice_providers::ProviderError;

use crate::accounts::postings::PostingConnector;
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
    if let Some(PostingConnector::Collection(collector)) = app.accounts.posting_connector(account.provider) {
        let login = app.accounts.posting_login(&mut conn, &account).await?;
        drop(conn);
        let said = match login {
            Ok(login) => collector.check(&login).await.map(|()| Said::default()),
            Err(why) => Ok(Said { trouble: Some(why), ..Said::default() }),
        };
        return told(app, caller, account, said).await;
    }
    let Some(connector) = app.accounts.connector(account.provider) else {
        drop(conn);
        let why = "These pages are not asked for a test alone. Start a job, or retry one that the account has stopped: its first answer shows \
                   whether the account works.";
        return answer(app, account, Some(why.into()), None).await;
    };
    let login = app.accounts.login(&mut conn, &account).await?;
    drop(conn);
    let said = match login {
        Ok(login) => {
            let report = connector.inspect(&login).await;
            report.map(|report| Said { trouble: report.trouble, api: Some(report.api), name: report.name })
        }
        Err(why) => Ok(Said { trouble: Some(why), ..Said::default() }),
    };
    told(app, caller, account, said).await
}

/// What is known of an account that was tested.
#[derive(Default)]
struct Said {
    trouble: Option<String>,
    api: Option<sluice_providers::Api>,
    name: Option<String>,
}

async fn told(app: &Shared, caller: &Caller, account: Account, said: Result<Said, ProviderError>) -> Result<AccountTest, Failure> {
    match said {
        Ok(Said { trouble, api, name }) => keep(app, caller, account, trouble, api, name).await,
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
