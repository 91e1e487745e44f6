//! API keys, by their hash.

use super::database::{Row, list as placeholders, sql};
use super::{Conn, StoreError, Tx, events};
use crate::domain::key::ApiKey;
use crate::domain::{KeyId, Micros, Role, Scope, UserId, WorkspaceId};

/// A key to be stored.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub id: KeyId,
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub name: String,
    pub role: Role,
    pub publishable: bool,
    pub confined: bool,
    /// By `sealing::KeyHasher`.
    pub hash: String,
    /// What may be shown of it.
    pub prefix: String,
    pub expires_at: Option<Micros>,
}

/// A key that was presented, with what its user may do in its home workspace now.
#[derive(Debug, Clone)]
pub struct Presented {
    pub key: ApiKey,
    /// `None` once the user has left the workspace.
    pub member_role: Option<Role>,
    pub now: Micros,
}

const COLUMNS: &str = "k.id, k.workspace_id, k.user_id, k.name, k.role, k.publishable, k.confined, k.prefix, k.created_at, k.expires_at, \
                       k.revoked_at, k.last_used_at";

/// `Taken` when the same key is stored already.
pub async fn insert(tx: &mut Tx, key: &NewKey) -> Result<ApiKey, StoreError> {
    let row = sql("INSERT INTO api_keys
             (id, workspace_id, user_id, name, role, publishable, confined, hash, prefix, created_at, expires_at, revoked_at, last_used_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, {now}, $10, NULL, NULL)
         RETURNING id, workspace_id, user_id, name, role, publishable, confined, prefix, created_at, expires_at, revoked_at, last_used_at")
    .bind(key.id)
    .bind(key.workspace_id)
    .bind(key.user_id)
    .bind(&key.name)
    .bind(key.role)
    .bind(key.publishable)
    .bind(key.confined)
    .bind(&key.hash)
    .bind(&key.prefix)
    .bind(key.expires_at)
    .fetch_one(tx)
    .await?;
    read(&row)
}

/// The key that was presented, of whatever workspace: this is how a request gets its scope.
pub async fn find_by_hash(conn: &mut Conn, hash: &str) -> Result<Option<Presented>, StoreError> {
    let row = sql(format!(
        "SELECT {COLUMNS}, m.role AS member_role, {{now}} AS now
         FROM api_keys k LEFT JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.user_id
         WHERE k.hash = $1"
    ))
    .bind(hash)
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok(Presented { key: read(&row)?, member_role: row.get("member_role")?, now: row.get("now")? })).transpose()
}

/// Newest first: `limit` of them after `offset`, and how many there are. Revoked ones stay listed.
pub async fn list(conn: &mut Conn, scope: Scope, limit: u32, offset: i64) -> Result<(Vec<ApiKey>, i64), StoreError> {
    let total = sql("SELECT count(*) AS total FROM api_keys WHERE workspace_id = $1 OR $1 = '*'").bind(scope).fetch_one(conn).await?;
    let rows = sql(format!(
        "SELECT {COLUMNS} FROM api_keys k WHERE (k.workspace_id = $1 OR $1 = '*')
         ORDER BY k.created_at DESC, k.id DESC LIMIT $2 OFFSET $3"
    ))
    .bind(scope)
    .bind(limit)
    .bind(offset)
    .fetch_all(conn)
    .await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total.get("total")?))
}

/// The key works no longer, and what it has open ends at once; a second call changes nothing. `None` when there is none.
pub async fn revoke(tx: &mut Tx, scope: Scope, id: KeyId) -> Result<Option<ApiKey>, StoreError> {
    let row = sql("UPDATE api_keys SET revoked_at = COALESCE(revoked_at, {now}) WHERE id = $1 AND (workspace_id = $2 OR $2 = '*')
         RETURNING id, workspace_id, user_id, name, role, publishable, confined, prefix, created_at, expires_at, revoked_at, last_used_at")
    .bind(id)
    .bind(scope)
    .fetch_optional(tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let key = read(&row)?;
    events::access_changed(tx, key.workspace_id, key.user_id, Some(key.id)).await?;
    Ok(Some(key))
}

/// Revokes all keys of a user whose home is this workspace.
pub async fn revoke_all_of(tx: &mut Tx, workspace_id: WorkspaceId, user_id: UserId) -> Result<u64, StoreError> {
    sql("UPDATE api_keys SET revoked_at = {now} WHERE workspace_id = $1 AND user_id = $2 AND revoked_at IS NULL")
        .bind(workspace_id)
        .bind(user_id)
        .execute(tx)
        .await
}

/// Notes that these keys were used just now.
pub async fn touch(tx: &mut Tx, ids: &[KeyId]) -> Result<(), StoreError> {
    let text = format!("UPDATE api_keys SET last_used_at = {{now}} WHERE id IN ({})", placeholders(1, ids.len()));
    let mut statement = sql(text);
    for id in ids {
        statement = statement.bind(*id);
    }
    statement.execute(tx).await?;
    Ok(())
}

fn read(row: &Row) -> Result<ApiKey, StoreError> {
    Ok(ApiKey {
        id: row.get("id")?,
        workspace_id: row.get("workspace_id")?,
        user_id: row.get("user_id")?,
        name: row.get("name")?,
        role: row.get("role")?,
        publishable: row.get("publishable")?,
        confined: row.get("confined")?,
        prefix: row.get("prefix")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        revoked_at: row.get("revoked_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}
