//! Who belongs to a workspace, and as what. A workspace always has an owner.

use super::database::{Row, sql};
use super::{Conn, StoreError, Tx, events, keys, sessions};
use crate::domain::user::Member;
use crate::domain::{Role, Scope, UserId, WorkspaceId};

/// How a change of a member went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Done,
    /// There is no such member.
    NotThere,
    /// It would leave the workspace without an owner; nothing was changed.
    LastOwner,
}

const COLUMNS: &str = "m.user_id, u.name, u.email, m.role, m.created_at";

/// Those of the workspace, longest first: `limit` of them after `offset`, and how many there are.
pub async fn list(conn: &mut Conn, scope: Scope, limit: u32, offset: i64) -> Result<(Vec<Member>, i64), StoreError> {
    let total = sql("SELECT count(*) AS total FROM members WHERE workspace_id = $1 OR $1 = '*'").bind(scope).fetch_one(conn).await?;
    let rows = sql(format!(
        "SELECT {COLUMNS} FROM members m JOIN users u ON u.id = m.user_id WHERE (m.workspace_id = $1 OR $1 = '*')
         ORDER BY m.created_at, m.user_id LIMIT $2 OFFSET $3"
    ))
    .bind(scope)
    .bind(limit)
    .bind(offset)
    .fetch_all(conn)
    .await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total.get("total")?))
}

pub async fn find(conn: &mut Conn, workspace_id: WorkspaceId, user_id: UserId) -> Result<Option<Member>, StoreError> {
    let row = sql(format!("SELECT {COLUMNS} FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.user_id = $2"))
        .bind(workspace_id)
        .bind(user_id)
        .fetch_optional(conn)
        .await?;
    row.map(|row| read(&row)).transpose()
}

/// Gives a member another role; their streams ask anew at once.
pub async fn set_role(tx: &mut Tx, workspace_id: WorkspaceId, user_id: UserId, role: Role) -> Result<Change, StoreError> {
    if role != Role::Owner && is_last_owner(tx, workspace_id, user_id).await? {
        return Ok(Change::LastOwner);
    }
    let changed = sql("UPDATE members SET role = $3 WHERE workspace_id = $1 AND user_id = $2")
        .bind(workspace_id)
        .bind(user_id)
        .bind(role)
        .execute(tx)
        .await?;
    if changed == 0 {
        return Ok(Change::NotThere);
    }
    events::access_changed(tx, workspace_id, user_id, None).await?;
    Ok(Change::Done)
}

/// Takes a member out: their keys of this workspace are revoked, their sessions go elsewhere or end, their streams end at once. What they
/// made stays.
pub async fn remove(tx: &mut Tx, workspace_id: WorkspaceId, user_id: UserId) -> Result<Change, StoreError> {
    if is_last_owner(tx, workspace_id, user_id).await? {
        return Ok(Change::LastOwner);
    }
    let gone = sql("DELETE FROM members WHERE workspace_id = $1 AND user_id = $2").bind(workspace_id).bind(user_id).execute(tx).await?;
    if gone == 0 {
        return Ok(Change::NotThere);
    }
    keys::revoke_all_of(tx, workspace_id, user_id).await?;
    sessions::leave(tx, user_id, workspace_id).await?;
    Ok(Change::Done)
}

/// Whether `owner` may act for `user` wherever `user` belongs: who replaces somebody's password can enter all of their workspaces.
pub async fn owns_all_of(conn: &mut Conn, owner: UserId, user: UserId) -> Result<bool, StoreError> {
    let row = sql("SELECT count(*) AS others FROM members m WHERE m.user_id = $1 AND NOT EXISTS (
             SELECT 1 FROM members o WHERE o.workspace_id = m.workspace_id AND o.user_id = $2 AND o.role = $3)")
    .bind(user)
    .bind(owner)
    .bind(Role::Owner)
    .fetch_one(conn)
    .await?;
    Ok(row.get::<i64>("others")? == 0)
}

/// The workspace's row is locked first, so that two owners cannot each take the other for the one who stays.
async fn is_last_owner(tx: &mut Tx, workspace_id: WorkspaceId, user_id: UserId) -> Result<bool, StoreError> {
    sql("SELECT id FROM workspaces WHERE id = $1 {for_update}").bind(workspace_id).fetch_all(tx).await?;
    let row = sql("SELECT count(*) AS owners, COALESCE(SUM(CASE WHEN user_id = $2 THEN 1 ELSE 0 END), 0) AS them
         FROM members WHERE workspace_id = $1 AND role = $3")
    .bind(workspace_id)
    .bind(user_id)
    .bind(Role::Owner)
    .fetch_one(tx)
    .await?;
    Ok(row.get::<i64>("owners")? == 1 && row.get::<i64>("them")? == 1)
}

fn read(row: &Row) -> Result<Member, StoreError> {
    Ok(Member {
        user_id: row.get("user_id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        role: row.get("role")?,
        joined_at: row.get("created_at")?,
    })
}
