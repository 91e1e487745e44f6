//! Workspaces and who belongs to them.

use jiff::tz::TimeZone;

use super::database::{Row, sql};
use super::{Conn, StoreError, Tx};
use crate::domain::workspace::{Membership, Workspace};
use crate::domain::{Role, Scope, UserId, WorkspaceId};

pub async fn insert(tx: &mut Tx, id: WorkspaceId, name: &str, time_zone: &str) -> Result<Workspace, StoreError> {
    let row = sql("INSERT INTO workspaces (id, name, time_zone, created_at) VALUES ($1, $2, $3, {now})
         RETURNING id, name, time_zone, created_at")
    .bind(id)
    .bind(name)
    .bind(time_zone)
    .fetch_one(tx)
    .await?;
    read(&row)
}

pub async fn add_member(tx: &mut Tx, workspace_id: WorkspaceId, user_id: UserId, role: Role) -> Result<(), StoreError> {
    sql("INSERT INTO members (workspace_id, user_id, role, created_at) VALUES ($1, $2, $3, {now})")
        .bind(workspace_id)
        .bind(user_id)
        .bind(role)
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn find(conn: &mut Conn, scope: Scope, id: WorkspaceId) -> Result<Option<Workspace>, StoreError> {
    sql("SELECT id, name, time_zone, created_at FROM workspaces WHERE id = $1 AND (id = $2 OR $2 = '*')")
        .bind(id)
        .bind(scope)
        .fetch_optional(conn)
        .await?
        .map(|row| read(&row))
        .transpose()
}

/// The zone of its clocks and calendars; UTC when the one that is stored is known no more.
pub async fn zone(conn: &mut Conn, id: WorkspaceId) -> Result<TimeZone, StoreError> {
    let row = sql("SELECT time_zone FROM workspaces WHERE id = $1").bind(id).fetch_one(conn).await?;
    Ok(TimeZone::get(&row.get::<String>("time_zone")?).unwrap_or(TimeZone::UTC))
}

/// Gives the workspace another name or time zone; what is missing stays. `None` when there is none in the scope.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: WorkspaceId,
    name: Option<&str>,
    time_zone: Option<&str>,
) -> Result<Option<Workspace>, StoreError> {
    let row = sql("UPDATE workspaces SET name = COALESCE($3, name), time_zone = COALESCE($4, time_zone)
         WHERE id = $1 AND (id = $2 OR $2 = '*') RETURNING id, name, time_zone, created_at")
    .bind(id)
    .bind(scope)
    .bind(name)
    .bind(time_zone)
    .fetch_optional(tx)
    .await?;
    row.map(|row| read(&row)).transpose()
}

/// What a user may do in a workspace; `None` when they do not belong to it, or when it is not there.
pub async fn role_of(conn: &mut Conn, workspace_id: WorkspaceId, user_id: UserId) -> Result<Option<Role>, StoreError> {
    sql("SELECT role FROM members WHERE workspace_id = $1 AND user_id = $2")
        .bind(workspace_id)
        .bind(user_id)
        .fetch_optional(conn)
        .await?
        .map(|row| row.get("role"))
        .transpose()
}

/// The workspaces of a user, oldest first: `limit` of them after `offset`, and how many there are.
pub async fn of_user(
    conn: &mut Conn,
    user_id: UserId,
    only: Option<WorkspaceId>,
    limit: u32,
    offset: i64,
) -> Result<(Vec<Membership>, i64), StoreError> {
    let rows = sql("SELECT w.id, w.name, w.time_zone, w.created_at, m.role, count(*) OVER () AS total
         FROM members m JOIN workspaces w ON w.id = m.workspace_id
         WHERE m.user_id = $1 AND (w.id = $2 OR $2 = '*')
         ORDER BY w.created_at, w.id LIMIT $3 OFFSET $4")
    .bind(user_id)
    .bind(only.map_or(Scope::System, Scope::Workspace))
    .bind(limit)
    .bind(offset)
    .fetch_all(conn)
    .await?;
    let total = match rows.first() {
        Some(row) => row.get("total")?,
        None => count_of_user(conn, user_id, only).await?,
    };
    let members =
        rows.iter().map(|row| Ok(Membership { workspace: read(row)?, role: row.get("role")? })).collect::<Result<_, StoreError>>()?;
    Ok((members, total))
}

async fn count_of_user(conn: &mut Conn, user_id: UserId, only: Option<WorkspaceId>) -> Result<i64, StoreError> {
    sql("SELECT count(*) AS total FROM members WHERE user_id = $1 AND (workspace_id = $2 OR $2 = '*')")
        .bind(user_id)
        .bind(only.map_or(Scope::System, Scope::Workspace))
        .fetch_one(conn)
        .await?
        .get("total")
}

/// Whether this database has had its first start.
pub async fn any(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(sql("SELECT id FROM workspaces LIMIT 1").fetch_optional(conn).await?.is_some())
}

fn read(row: &Row) -> Result<Workspace, StoreError> {
    Ok(Workspace { id: row.get("id")?, name: row.get("name")?, time_zone: row.get("time_zone")?, created_at: row.get("created_at")? })
}
