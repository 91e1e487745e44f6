//! Changes to an account, and its end: one's own, or as an owner the shared ones of others.

use sluice_api::AccountPatch;

use super::{request, usable};
use crate::domain::account::{Account, Credentials};
use crate::domain::{AccountId, Role};
use crate::http::Shared;
use crate::http::caller::Caller;
use crate::http::path::Named;
use crate::http::problem::{Failure, Kind};
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
    let changed = request::apply(app, caller, account, patch)?;
    let account = accounts::update(&mut tx, caller.scope(), &changed, sealed).await?.ok_or_else(AccountId::not_found)?;
    tx.commit().await?;
    Ok(account)
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
