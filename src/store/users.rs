//! People who may sign in or hold keys.

use super::database::sql;
use super::{Conn, StoreError, Tx};
use crate::domain::{Role, UserId, WorkspaceId};

/// `Taken` when the address is another user's.
pub async fn insert(tx: &mut Tx, id: UserId, name: &str, email: Option<&str>) -> Result<(), StoreError> {
    sql("INSERT INTO users (id, name, email, created_at) VALUES ($1, $2, $3, {now})").bind(id).bind(name).bind(email).execute(tx).await?;
    Ok(())
}

/// What a user is called.
pub async fn name(conn: &mut Conn, id: UserId) -> Result<Option<String>, StoreError> {
    sql("SELECT name FROM users WHERE id = $1").bind(id).fetch_optional(conn).await?.map(|row| row.get("name")).transpose()
}

/// The first owner of the oldest workspace, for whom the command line of the server's own machine acts.
pub async fn first_owner(conn: &mut Conn) -> Result<Option<(WorkspaceId, UserId)>, StoreError> {
    let row = sql("SELECT w.id AS workspace_id, m.user_id
         FROM workspaces w JOIN members m ON m.workspace_id = w.id
         WHERE m.role = $1
         ORDER BY w.created_at, w.id, m.created_at, m.user_id LIMIT 1")
    .bind(Role::Owner)
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok((row.get("workspace_id")?, row.get("user_id")?))).transpose()
}
