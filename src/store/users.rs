//! People who may sign in or hold keys.

use std::collections::HashMap;

use super::database::{Row, list, sql};
use super::{Conn, StoreError, Tx};
use crate::domain::user::User;
use crate::domain::{Role, UserId, WorkspaceId};

const COLUMNS: &str =
    "u.id, u.name, u.email, CASE WHEN u.password IS NULL THEN FALSE ELSE TRUE END AS has_password, u.notified, u.created_at";

/// `Taken` when the address is another user's.
pub async fn insert(tx: &mut Tx, id: UserId, name: &str, email: Option<&str>) -> Result<(), StoreError> {
    sql("INSERT INTO users (id, name, email, created_at) VALUES ($1, $2, $3, {now})").bind(id).bind(name).bind(email).execute(tx).await?;
    Ok(())
}

/// What a user is called.
pub async fn name(conn: &mut Conn, id: UserId) -> Result<Option<String>, StoreError> {
    sql("SELECT name FROM users WHERE id = $1").bind(id).fetch_optional(conn).await?.map(|row| row.get("name")).transpose()
}

pub async fn find(conn: &mut Conn, id: UserId) -> Result<Option<User>, StoreError> {
    let row = sql(format!("SELECT {COLUMNS} FROM users u WHERE u.id = $1")).bind(id).fetch_optional(conn).await?;
    row.map(|row| read(&row)).transpose()
}

/// By a folded address.
pub async fn find_by_email(conn: &mut Conn, email: &str) -> Result<Option<User>, StoreError> {
    let row = sql(format!("SELECT {COLUMNS} FROM users u WHERE u.email = $1")).bind(email).fetch_optional(conn).await?;
    row.map(|row| read(&row)).transpose()
}

/// The hash of the user's password, if they have one.
pub async fn password_of(conn: &mut Conn, id: UserId) -> Result<Option<String>, StoreError> {
    match sql("SELECT password FROM users WHERE id = $1").bind(id).fetch_optional(conn).await? {
        Some(row) => row.get("password"),
        None => Ok(None),
    }
}

pub async fn set_name(tx: &mut Tx, id: UserId, name: &str) -> Result<bool, StoreError> {
    Ok(sql("UPDATE users SET name = $2 WHERE id = $1").bind(id).bind(name).execute(tx).await? == 1)
}

/// `Taken` when the address is another user's.
pub async fn set_email(tx: &mut Tx, id: UserId, email: &str) -> Result<bool, StoreError> {
    Ok(sql("UPDATE users SET email = $2 WHERE id = $1").bind(id).bind(email).execute(tx).await? == 1)
}

/// `hash` is a PHC text.
pub async fn set_password(tx: &mut Tx, id: UserId, hash: &str) -> Result<bool, StoreError> {
    Ok(sql("UPDATE users SET password = $2 WHERE id = $1").bind(id).bind(hash).execute(tx).await? == 1)
}

pub async fn set_notified(tx: &mut Tx, id: UserId, notified: bool) -> Result<bool, StoreError> {
    Ok(sql("UPDATE users SET notified = $2 WHERE id = $1").bind(id).bind(notified).execute(tx).await? == 1)
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

/// Where a user who signs in begins: the workspace that they were in last, else the one they have belonged to longest. `None` when they
/// belong to none.
pub async fn place_to_begin(conn: &mut Conn, id: UserId) -> Result<Option<WorkspaceId>, StoreError> {
    let row = sql("SELECT m.workspace_id FROM members m
         LEFT JOIN sessions s ON s.user_id = m.user_id AND s.workspace_id = m.workspace_id
         WHERE m.user_id = $1 ORDER BY s.last_used_at DESC NULLS LAST, m.created_at, m.workspace_id LIMIT 1")
    .bind(id)
    .fetch_optional(conn)
    .await?;
    row.map(|row| row.get("workspace_id")).transpose()
}

/// The names of these users; those who are gone are missing.
pub async fn names(conn: &mut Conn, users: &[UserId]) -> Result<HashMap<UserId, String>, StoreError> {
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let mut statement = sql(format!("SELECT id, name FROM users WHERE id IN ({})", list(1, users.len())));
    for user in users {
        statement = statement.bind(*user);
    }
    statement.fetch_all(conn).await?.iter().map(|row| Ok((row.get("id")?, row.get("name")?))).collect()
}

fn read(row: &Row) -> Result<User, StoreError> {
    Ok(User {
        id: row.get("id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        has_password: row.get("has_password")?,
        notified: row.get("notified")?,
        created_at: row.get("created_at")?,
    })
}
