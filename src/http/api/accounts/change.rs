//! Changes to an account, and its end: one's own, or as an owner the shared ones of others.

use sluice_api::AccountPatch;

use super::{address, request, usable};
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
    let (api_key, session_cookie) = (patch.api_key.clone(), patch.session_cookie.clone());
    let before = account.clone();
    let changed = request::apply(app, caller, account, patch)?;
    let has_moved = changed.base_url != before.base_url;
    let sealed = if has_moved || api_key.is_some() || session_cookie.is_some() {
        let kept = held(app, &mut tx, caller, &before).await?;
        let is_left_behind = match before.provider {
            ProviderName::Linkedin => kept.session_cookie.is_some() && session_cookie.is_none(),
            ProviderName::Unipile | ProviderName::Brightdata => kept.api_key.is_some() && api_key.is_none(),
        };
        if has_moved && is_left_behind {
            return Err(new_address_needs_a_new_secret(before.provider, changed.base_url));
        }
        let address = address::of(&mut tx, caller, changed.provider, changed.base_url.as_deref()).await?;
        // What was given for another address does not go along to the new one.
        let goes_along = !has_moved && kept.given_for.as_ref().is_none_or(|given_for| *given_for == address);
        let kept = if goes_along { kept } else { Credentials::default() };
        let credentials = Credentials {
            api_key: api_key.or(kept.api_key),
            session_cookie: session_cookie.or(kept.session_cookie),
            given_for: Some(address),
        };
        Some(app.accounts.seal_credentials(before.workspace_id, before.id, &credentials))
    } else {
        None
    };
    let account = accounts::update(&mut tx, caller.scope(), &changed, sealed).await?.ok_or_else(AccountId::not_found)?;
    tx.commit().await?;
    Ok(account)
}

/// What is stored for the account; nothing where it does not open any more, which cannot be sent either.
async fn held(app: &Shared, conn: &mut Conn, caller: &Caller, account: &Account) -> Result<Credentials, Failure> {
    let sealed = accounts::sealed_credentials(conn, caller.scope(), account.id).await?.unwrap_or_default();
    Ok(app.accounts.open_credentials(account, &sealed).unwrap_or_default())
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
