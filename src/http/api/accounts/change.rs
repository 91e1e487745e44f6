//! Changes to an account, and its end: one's own, or as an owner the shared ones of others.

use sluice_api::AccountPatch;

use super::{request, usable};
use crate::domain::account::{Account, Credentials};
use crate::domain::{AccountId, ProviderName, Role};
use crate::http::Shared;
use crate::http::caller::Caller;
use crate::http::path::Named;
use crate::http::problem::{Failure, Kind, refused};
use crate::store::{Conn, accounts};

/// Stores what the patch says; jobs that run go on under it.
pub async fn apply(app: &Shared, caller: &Caller, id: AccountId, patch: AccountPatch) -> Result<Account, Failure> {
    let mut tx = app.database.begin().await?;
    let account = changeable(&mut tx, caller, id).await?;
    let sealed = match (&patch.api_key, &patch.session_cookie) {
        (None, None) => None,
        (api_key, session_cookie) => {
            let kept = accounts::sealed_credentials(&mut tx, caller.scope(), id).await?.unwrap_or_default();
            // Credentials that do not open any more are replaced by the new ones.
            let kept = app.accounts.open_credentials(&account, &kept).unwrap_or_default();
            let credentials =
                Credentials { api_key: api_key.clone().or(kept.api_key), session_cookie: session_cookie.clone().or(kept.session_cookie) };
            Some(app.accounts.seal_credentials(account.workspace_id, account.id, &credentials))
        }
    };
    let before = account.clone();
    let renewed = patch.api_key.is_some() || patch.session_cookie.is_some();
    let changed = request::apply(app, caller, account, patch)?;
    if changed.base_url != before.base_url && !renewed && holds_a_secret(app, &mut tx, caller, &before).await? {
        return Err(new_address_needs_a_new_secret(before.provider, changed.base_url));
    }
    let account = accounts::update(&mut tx, caller.scope(), &changed, sealed).await?.ok_or_else(AccountId::not_found)?;
    tx.commit().await?;
    Ok(account)
}

/// Whether anything is stored for the account that would travel to a provider.
async fn holds_a_secret(app: &Shared, conn: &mut Conn, caller: &Caller, account: &Account) -> Result<bool, Failure> {
    let Some(sealed) = accounts::sealed_credentials(conn, caller.scope(), account.id).await? else { return Ok(false) };
    // What does not open cannot be sent either.
    let held = app.accounts.open_credentials(account, &sealed).unwrap_or_default();
    Ok(held.api_key.is_some() || held.session_cookie.is_some())
}

/// An owner may change the address of somebody else's account, and must not learn that person's key by naming a server of his own.
fn new_address_needs_a_new_secret(provider: ProviderName, base_url: Option<String>) -> Failure {
    let (field, what) = match provider {
        ProviderName::Linkedin => ("session_cookie", "session cookie"),
        ProviderName::Unipile | ProviderName::Brightdata => ("api_key", "API key"),
    };
    let message = format!(
        "A new base_url ({}) needs a new {what} in the same request: the stored one is only ever sent to the address that it was given for.",
        base_url.unwrap_or_else(|| "the workspace's".into())
    );
    Failure::invalid(vec![refused(field, "missing_field", serde_json::Value::Null, message)])
}

/// Removes the account and its credentials. Its jobs and what they found stay.
pub async fn remove(app: &Shared, caller: &Caller, id: AccountId) -> Result<(), Failure> {
    let mut tx = app.database.begin().await?;
    changeable(&mut tx, caller, id).await?;
    accounts::delete(&mut tx, caller.scope(), id).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether the caller may do more than use it.
pub fn may_change(caller: &Caller, account: &Account) -> bool {
    account.user_id == caller.user_id || caller.role == Role::Owner
}

async fn changeable(conn: &mut Conn, caller: &Caller, id: AccountId) -> Result<Account, Failure> {
    // What a worker finds out about the account meanwhile must not be overwritten by what was read before.
    accounts::hold(conn, caller.scope(), id).await?;
    let account = usable(conn, caller, id).await?;
    if may_change(caller, &account) {
        return Ok(account);
    }
    Err(Failure::new(Kind::Forbidden, "FORBIDDEN", "This account is somebody else's; it is shared for use, not for changes.")
        .suggest("Ask its user, or an owner of the workspace."))
}
