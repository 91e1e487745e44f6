//! From a request to an account: the provider is asked whether it works, and it is kept with its credentials sealed.

use secrecy::SecretString;
use serde_json::Value as Json;
use sluice_providers::Login;

use super::address;
use crate::domain::ProviderName;
use crate::domain::account::{Account, AccountState, Budgets, Credentials};
use crate::http::caller::Caller;
use crate::http::problem::{Failure, refused};
use crate::http::{Shared, wire};
use crate::store::{Tx, accounts};

/// Whether the provider is asked before the account is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Only for what nobody said: a program that names the api may connect an account while its provider is away.
    WhenNothingSaysWhatItCanDo,
    /// Somebody waits in front of a form and wants to know.
    Always,
}

/// The account with what its provider says about it, and its credentials bound to where that was asked; refused where the provider refuses the key or the account.
pub async fn reach(
    app: &Shared,
    caller: &Caller,
    mut account: Account,
    credentials: &mut Credentials,
    ask: Ask,
) -> Result<Account, Failure> {
    let mut conn = app.database.read().await?;
    let address = address::of(&mut conn, caller, account.provider, account.base_url.as_deref()).await?;
    // No connection is held while the provider is asked.
    drop(conn);
    credentials.given_for = Some(address.clone());
    if account.provider == ProviderName::Unipile && (ask == Ask::Always || !account.api_given) {
        inspect(app, &mut account, &address, credentials).await?;
    }
    if account.name.is_empty() {
        account.name = account.external_account_id.clone().unwrap_or_else(|| wire::provider(account.provider).title().to_owned());
    }
    Ok(account)
}

/// Stores the account, its credentials sealed.
pub async fn keep(app: &Shared, tx: &mut Tx, account: &Account, credentials: &Credentials) -> Result<Account, Failure> {
    let sealed = app.accounts.seal_credentials(account.workspace_id, account.id, credentials);
    Ok(accounts::insert(tx, account, sealed).await?)
}

async fn inspect(app: &Shared, account: &mut Account, address: &str, credentials: &Credentials) -> Result<(), Failure> {
    let Some(connector) = app.accounts.connector(account.provider) else { return Ok(()) };
    let login = login(address, credentials.api_key.clone(), account.external_account_id.clone())?;
    let report = connector.inspect(&login).await.map_err(|error| address::provider_failure(error, true))?;
    if !account.api_given {
        account.api = Some(report.api);
    }
    account.budgets = fill(account.budgets, Budgets::usual(account.api));
    if account.name.is_empty() {
        account.name = report.name.unwrap_or_default();
    }
    if let Some(trouble) = report.trouble {
        account.state = AccountState::Trouble;
        account.state_message = Some(trouble);
    }
    Ok(())
}

/// Zero marks what was not said.
fn fill(given: Budgets, usual: Budgets) -> Budgets {
    let or = |given: i64, usual: i64| if given > 0 { given } else { usual };
    Budgets {
        search_rows_per_day: or(given.search_rows_per_day, usual.search_rows_per_day),
        profiles_per_day: or(given.profiles_per_day, usual.profiles_per_day),
    }
}

/// What a connector needs to ask in the account's name.
pub fn login(address: &str, api_key: Option<SecretString>, external_account_id: Option<String>) -> Result<Login, Failure> {
    let missing = |field: &str| Failure::invalid(vec![refused(field, "missing_field", Json::Null, "This field is required.")]);
    Ok(Login {
        base_url: address.parse().map_err(|_| missing("base_url"))?,
        api_key: api_key.ok_or_else(|| missing("api_key"))?,
        external_account_id: external_account_id.ok_or_else(|| missing("external_account_id"))?,
    })
}
