//! Accounts: whose they are, what they may do, and their sealed credentials.

pub mod work;

use std::collections::HashMap;
use std::time::Duration;

use sluice_providers::Api;

use super::columns::within;
use super::database::{Row, sql};
use super::{Conn, StoreError, Tx};
use crate::domain::account::{Account, AccountState, Budgets, Pace};
use crate::domain::{AccountId, Micros, ProviderName, Scope, UserId, WorkspaceId};

const COLUMNS: &str = "id, workspace_id, user_id, provider, name, base_url, external_account_id, api, api_given, shared, state, state_message, \
                       pace_delay_ms, pace_jitter_pct, search_rows_per_day, profiles_per_day, working_hours, created_at, updated_at";

/// Inserts the account and its pace. Its own times are ignored: the database's clock gives them.
pub async fn insert(tx: &mut Tx, account: &Account, sealed_credentials: Vec<u8>) -> Result<Account, StoreError> {
    let row = sql(format!(
        "INSERT INTO accounts ({COLUMNS}, credentials)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, {{now}}, {{now}}, $18)
         RETURNING {COLUMNS}"
    ))
    .bind(account.id)
    .bind(account.workspace_id)
    .bind(account.user_id)
    .bind(account.provider)
    .bind(&account.name)
    .bind(account.base_url.as_ref())
    .bind(account.external_account_id.as_ref())
    .bind(account.api.map(Api::as_str))
    .bind(account.api_given)
    .bind(account.shared)
    .bind(account.state)
    .bind(account.state_message.as_ref())
    .bind(delay_ms(account.pace))
    .bind(account.pace.jitter_pct)
    .bind(account.budgets.search_rows_per_day)
    .bind(account.budgets.profiles_per_day)
    .bind(hours(account)?)
    .bind(sealed_credentials)
    .fetch_one(tx)
    .await?;
    read(&row)
}

pub async fn find(conn: &mut Conn, scope: Scope, id: AccountId) -> Result<Option<Account>, StoreError> {
    sql(format!("SELECT {COLUMNS} FROM accounts WHERE id = $1 AND (workspace_id = $2 OR $2 = '*')"))
        .bind(id)
        .bind(scope)
        .fetch_optional(conn)
        .await?
        .map(|row| read(&row))
        .transpose()
}

/// What the accounts of the scope are called, whoever may use them.
pub async fn names(conn: &mut Conn, scope: Scope) -> Result<HashMap<AccountId, String>, StoreError> {
    let rows = sql(format!("SELECT id, name FROM accounts WHERE {} ORDER BY created_at, id LIMIT 1000", within(scope, 1)))
        .bind(scope)
        .fetch_all(conn)
        .await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("name")?))).collect()
}

/// What `user_id` may use, their own before the shared ones of others, then by age: `limit` of them after `offset`, and how many there are.
pub async fn usable_by(conn: &mut Conn, scope: Scope, user_id: UserId, limit: u32, offset: i64) -> Result<(Vec<Account>, i64), StoreError> {
    let total = sql("SELECT count(*) AS total FROM accounts WHERE (workspace_id = $1 OR $1 = '*') AND (user_id = $2 OR shared)")
        .bind(scope)
        .bind(user_id)
        .fetch_one(conn)
        .await?;
    let rows = sql(format!(
        "SELECT {COLUMNS} FROM accounts WHERE (workspace_id = $1 OR $1 = '*') AND (user_id = $2 OR shared)
         ORDER BY CASE WHEN user_id = $2 THEN 0 ELSE 1 END, created_at, id LIMIT $3 OFFSET $4"
    ))
    .bind(scope)
    .bind(user_id)
    .bind(limit)
    .bind(offset)
    .fetch_all(conn)
    .await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total.get("total")?))
}

/// Stores what may be changed, and new credentials if there are any. `None` when there is no such account.
pub async fn update(
    tx: &mut Tx,
    scope: Scope,
    account: &Account,
    sealed_credentials: Option<Vec<u8>>,
) -> Result<Option<Account>, StoreError> {
    let row = sql(format!(
        "UPDATE accounts SET name = $3, base_url = $4, api = $5, api_given = $6, shared = $7, state = $8, state_message = $9,
             pace_delay_ms = $10, pace_jitter_pct = $11, search_rows_per_day = $12, profiles_per_day = $13, working_hours = $14,
             credentials = COALESCE($15, credentials), updated_at = {{now}}
         WHERE id = $1 AND (workspace_id = $2 OR $2 = '*') RETURNING {COLUMNS}"
    ))
    .bind(account.id)
    .bind(scope)
    .bind(&account.name)
    .bind(account.base_url.as_ref())
    .bind(account.api.map(Api::as_str))
    .bind(account.api_given)
    .bind(account.shared)
    .bind(account.state)
    .bind(account.state_message.as_ref())
    .bind(delay_ms(account.pace))
    .bind(account.pace.jitter_pct)
    .bind(account.budgets.search_rows_per_day)
    .bind(account.budgets.profiles_per_day)
    .bind(hours(account)?)
    .bind(sealed_credentials)
    .fetch_optional(tx)
    .await?;
    row.map(|row| read(&row)).transpose()
}

/// Marks what a look at the provider, or a job, found out. `api` changes only where no person said which. `None` when there is no such account.
pub async fn set_state(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    state: AccountState,
    message: Option<&str>,
    api: Option<Api>,
) -> Result<Option<Account>, StoreError> {
    let row = sql(format!(
        "UPDATE accounts SET state = CASE WHEN state = 'off' AND $3 = 'trouble' THEN state ELSE $3 END, state_message = $4, api = CASE WHEN api_given THEN api ELSE COALESCE($5, api) END,
             updated_at = {{now}}
         WHERE id = $1 AND (workspace_id = $2 OR $2 = '*') RETURNING {COLUMNS}"
    ))
    .bind(id)
    .bind(scope)
    .bind(state)
    .bind(message)
    .bind(api.map(Api::as_str))
    .fetch_optional(tx)
    .await?;
    row.map(|row| read(&row)).transpose()
}

/// The provider has answered an account that it had refused. One that was switched off meanwhile stays so.
pub async fn end_trouble(tx: &mut Tx, id: AccountId) -> Result<(), StoreError> {
    let text = "UPDATE accounts SET state = 'connected', state_message = NULL, updated_at = {now} WHERE id = $1 AND state = 'trouble'";
    sql(text).bind(id).execute(tx).await?;
    Ok(())
}

/// Whether there was one to delete. Jobs that used it stay, without it.
pub async fn delete(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<bool, StoreError> {
    let deleted = sql("DELETE FROM accounts WHERE id = $1 AND (workspace_id = $2 OR $2 = '*')").bind(id).bind(scope).execute(tx).await?;
    Ok(deleted > 0)
}

/// Keeps the row from being changed by others until the transaction ends.
pub async fn hold(conn: &mut Conn, scope: Scope, id: AccountId) -> Result<(), StoreError> {
    sql("SELECT id FROM accounts WHERE id = $1 AND (workspace_id = $2 OR $2 = '*') {for_update}")
        .bind(id)
        .bind(scope)
        .execute(conn)
        .await?;
    Ok(())
}

/// As `sealing::Sealer` sealed them for this row.
pub async fn sealed_credentials(conn: &mut Conn, scope: Scope, id: AccountId) -> Result<Option<Vec<u8>>, StoreError> {
    sql("SELECT credentials FROM accounts WHERE id = $1 AND (workspace_id = $2 OR $2 = '*')")
        .bind(id)
        .bind(scope)
        .fetch_optional(conn)
        .await?
        .map(|row| row.get("credentials"))
        .transpose()
}

/// The workspace's address of a provider: that of its oldest shared account with one. Only owners set addresses.
pub async fn workspace_address(conn: &mut Conn, workspace_id: WorkspaceId, provider: ProviderName) -> Result<Option<String>, StoreError> {
    sql("SELECT base_url FROM accounts WHERE workspace_id = $1 AND provider = $2 AND shared AND base_url IS NOT NULL
         ORDER BY created_at, id LIMIT 1")
    .bind(workspace_id)
    .bind(provider)
    .fetch_optional(conn)
    .await?
    .map(|row| row.get("base_url"))
    .transpose()
}

/// The name of the user whose account it is.
pub async fn user_name(conn: &mut Conn, scope: Scope, id: AccountId) -> Result<Option<String>, StoreError> {
    sql("SELECT u.name FROM users u JOIN accounts a ON a.user_id = u.id WHERE a.id = $1 AND (a.workspace_id = $2 OR $2 = '*')")
        .bind(id)
        .bind(scope)
        .fetch_optional(conn)
        .await?
        .map(|row| row.get("name"))
        .transpose()
}

/// The earliest time of the account's next call, by its pace and by what the provider asked for; in the past when it may go now.
pub async fn next_call_at(conn: &mut Conn, id: AccountId) -> Result<Option<Micros>, StoreError> {
    sql("SELECT CASE WHEN blocked_until > next_at THEN blocked_until ELSE next_at END AS next_call_at
         FROM account_paces WHERE account_id = $1")
    .bind(id)
    .fetch_optional(conn)
    .await?
    .map(|row| row.get("next_call_at"))
    .transpose()
}

fn delay_ms(pace: Pace) -> i64 {
    i64::try_from(pace.delay.as_millis()).unwrap_or(i64::MAX)
}

fn hours(account: &Account) -> Result<Option<String>, StoreError> {
    let Some(hours) = &account.working_hours else { return Ok(None) };
    serde_json::to_string(hours).map(Some).map_err(|error| StoreError::Refused(format!("working hours cannot be stored: {error}")))
}

fn read(row: &Row) -> Result<Account, StoreError> {
    let api = match row.get::<Option<String>>("api")? {
        Some(word) => {
            let known = [Api::Classic, Api::SalesNavigator, Api::Recruiter].into_iter().find(|api| api.as_str() == word);
            Some(known.ok_or_else(|| row.unreadable("api", "an api"))?)
        }
        None => None,
    };
    let delay_ms: i64 = row.get("pace_delay_ms")?;
    Ok(Account {
        id: row.get("id")?,
        workspace_id: row.get("workspace_id")?,
        user_id: row.get("user_id")?,
        provider: row.get("provider")?,
        name: row.get("name")?,
        base_url: row.get("base_url")?,
        external_account_id: row.get("external_account_id")?,
        api,
        api_given: row.get("api_given")?,
        shared: row.get("shared")?,
        state: row.get("state")?,
        state_message: row.get("state_message")?,
        pace: Pace { delay: Duration::from_millis(u64::try_from(delay_ms).unwrap_or(0)), jitter_pct: row.get("pace_jitter_pct")? },
        budgets: Budgets { search_rows_per_day: row.get("search_rows_per_day")?, profiles_per_day: row.get("profiles_per_day")? },
        working_hours: row.optional_json("working_hours")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}
