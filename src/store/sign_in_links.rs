//! Links that work once, by the hash of their token.

use super::database::{Row, sql};
use super::{Conn, StoreError, Tx};
use crate::domain::sign_in_link::{LinkKind, SignInLink};
use crate::domain::time::micros;
use crate::domain::{Micros, Role, Scope, SignInLinkId, UserId, WorkspaceId};

/// A link to be stored; how long it lasts follows from its kind.
#[derive(Debug, Clone)]
pub struct NewLink {
    pub kind: LinkKind,
    pub workspace_id: Option<WorkspaceId>,
    pub user_id: Option<UserId>,
    pub role: Option<Role>,
    pub email: Option<String>,
    pub made_by: Option<UserId>,
    /// By `sealing::KeyHasher`.
    pub hash: String,
}

const COLUMNS: &str = "id, kind, workspace_id, user_id, role, email, made_by, created_at, expires_at, used_at, used_by, revoked_at";
const OPEN: &str = "used_at IS NULL AND revoked_at IS NULL AND expires_at > {now}";

pub async fn insert(tx: &mut Tx, new: &NewLink) -> Result<SignInLink, StoreError> {
    let row = sql(format!(
        "INSERT INTO sign_in_links (id, kind, workspace_id, user_id, role, email, hash, made_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, {{now}}, {{now}} + $9) RETURNING {COLUMNS}"
    ))
    .bind(SignInLinkId::new())
    .bind(new.kind)
    .bind(new.workspace_id)
    .bind(new.user_id)
    .bind(new.role)
    .bind(new.email.clone())
    .bind(&new.hash)
    .bind(new.made_by)
    .bind(micros(new.kind.lasts()))
    .fetch_one(tx)
    .await?;
    read(&row)
}

pub async fn find(conn: &mut Conn, id: SignInLinkId) -> Result<Option<SignInLink>, StoreError> {
    let row = sql(format!("SELECT {COLUMNS} FROM sign_in_links WHERE id = $1")).bind(id).fetch_optional(conn).await?;
    row.map(|row| read(&row)).transpose()
}

/// The link, if it can still be used. Looking does not use it up: programs that scan mail open every link in it.
pub async fn find_open(conn: &mut Conn, kind: LinkKind, hash: &str) -> Result<Option<SignInLink>, StoreError> {
    let row = sql(format!("SELECT {COLUMNS} FROM sign_in_links WHERE hash = $1 AND kind = $2 AND {OPEN}"))
        .bind(hash)
        .bind(kind)
        .fetch_optional(conn)
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// Uses the link up, in one statement: of several who come at once, one gets it.
pub async fn use_up(tx: &mut Tx, kind: LinkKind, hash: &str) -> Result<Option<SignInLink>, StoreError> {
    let row = sql(format!("UPDATE sign_in_links SET used_at = {{now}} WHERE hash = $1 AND kind = $2 AND {OPEN} RETURNING {COLUMNS}"))
        .bind(hash)
        .bind(kind)
        .fetch_optional(tx)
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// Writes down who has used it.
pub async fn credit(tx: &mut Tx, id: SignInLinkId, user_id: UserId) -> Result<(), StoreError> {
    sql("UPDATE sign_in_links SET used_by = $2 WHERE id = $1").bind(id).bind(user_id).execute(tx).await?;
    Ok(())
}

/// The invitations of a workspace, newest first, also those that are over.
pub async fn invitations(conn: &mut Conn, scope: Scope, limit: u32, offset: i64) -> Result<(Vec<SignInLink>, i64), StoreError> {
    let total = sql("SELECT count(*) AS total FROM sign_in_links WHERE (workspace_id = $1 OR $1 = '*') AND kind = $2")
        .bind(scope)
        .bind(LinkKind::Invitation)
        .fetch_one(conn)
        .await?;
    let rows = sql(format!(
        "SELECT {COLUMNS} FROM sign_in_links WHERE (workspace_id = $1 OR $1 = '*') AND kind = $2
         ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4"
    ))
    .bind(scope)
    .bind(LinkKind::Invitation)
    .bind(limit)
    .bind(offset)
    .fetch_all(conn)
    .await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total.get("total")?))
}

/// The invitation brings nobody in any more; one that was used, or revoked before, stays as it is. `None` when there is none.
pub async fn revoke_invitation(tx: &mut Tx, scope: Scope, id: SignInLinkId) -> Result<Option<SignInLink>, StoreError> {
    let row = sql(format!(
        "UPDATE sign_in_links SET revoked_at = CASE WHEN used_at IS NULL THEN COALESCE(revoked_at, {{now}}) ELSE revoked_at END
         WHERE id = $1 AND (workspace_id = $2 OR $2 = '*') AND kind = $3 RETURNING {COLUMNS}"
    ))
    .bind(id)
    .bind(scope)
    .bind(LinkKind::Invitation)
    .fetch_optional(tx)
    .await?;
    row.map(|row| read(&row)).transpose()
}

/// Takes back what can still sign the user in: a newer link, or a new password, has taken its place.
pub async fn revoke_those_of(tx: &mut Tx, user_id: UserId) -> Result<u64, StoreError> {
    sql(format!("UPDATE sign_in_links SET revoked_at = {{now}} WHERE user_id = $1 AND {OPEN}")).bind(user_id).execute(tx).await
}

/// Drops up to 500 links that were over before `before`; returns how many went.
pub async fn prune(tx: &mut Tx, before: Micros) -> Result<u64, StoreError> {
    sql("DELETE FROM sign_in_links WHERE id IN (SELECT id FROM sign_in_links WHERE expires_at < $1 LIMIT 500)")
        .bind(before)
        .execute(tx)
        .await
}

fn read(row: &Row) -> Result<SignInLink, StoreError> {
    Ok(SignInLink {
        id: row.get("id")?,
        kind: row.get("kind")?,
        workspace_id: row.get("workspace_id")?,
        user_id: row.get("user_id")?,
        role: row.get("role")?,
        email: row.get("email")?,
        made_by: row.get("made_by")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        used_at: row.get("used_at")?,
        used_by: row.get("used_by")?,
        revoked_at: row.get("revoked_at")?,
    })
}
