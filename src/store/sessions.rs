//! Sessions of browsers, by the hash of their cookie. They belong to their user, whatever the workspace they act in.

use super::database::{Row, list as placeholders, sql};
use super::{Conn, StoreError, Tx, events};
use crate::domain::session::{LASTS, Session};
use crate::domain::time::micros;
use crate::domain::{Micros, Role, SessionId, UserId, WorkspaceId};

/// A session to be stored.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub id: SessionId,
    pub user_id: UserId,
    pub workspace_id: WorkspaceId,
    /// By `sealing::KeyHasher`.
    pub hash: String,
    pub device: String,
}

/// A session whose cookie was presented, with what its user may do in its workspace now.
#[derive(Debug, Clone)]
pub struct Presented {
    pub session: Session,
    /// `None` once the user has left the workspace.
    pub member_role: Option<Role>,
    pub now: Micros,
}

const COLUMNS: &str = "s.id, s.user_id, s.workspace_id, s.device, s.created_at, s.last_used_at, s.expires_at";

pub async fn insert(tx: &mut Tx, new: &NewSession) -> Result<(), StoreError> {
    sql("INSERT INTO sessions (id, user_id, workspace_id, hash, device, created_at, last_used_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, {now}, {now}, {now} + $6)")
    .bind(new.id)
    .bind(new.user_id)
    .bind(new.workspace_id)
    .bind(&new.hash)
    .bind(&new.device)
    .bind(micros(LASTS))
    .execute(tx)
    .await?;
    Ok(())
}

/// The session that was presented: this is how a request gets its scope.
pub async fn find_by_hash(conn: &mut Conn, hash: &str) -> Result<Option<Presented>, StoreError> {
    let row = sql(format!(
        "SELECT {COLUMNS}, m.role AS member_role, {{now}} AS now
         FROM sessions s LEFT JOIN members m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id
         WHERE s.hash = $1"
    ))
    .bind(hash)
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok(Presented { session: read(&row)?, member_role: row.get("member_role")?, now: row.get("now")? })).transpose()
}

/// Those of a user that have not expired, the one used last first.
pub async fn of_user(conn: &mut Conn, user_id: UserId) -> Result<Vec<Session>, StoreError> {
    sql(format!("SELECT {COLUMNS} FROM sessions s WHERE s.user_id = $1 AND s.expires_at > {{now}} ORDER BY s.last_used_at DESC, s.id DESC"))
        .bind(user_id)
        .fetch_all(conn)
        .await?
        .iter()
        .map(read)
        .collect()
}

/// The session acts in another workspace from now on, and what it has open ends. `false` when it is gone.
pub async fn act_in(tx: &mut Tx, user_id: UserId, id: SessionId, workspace_id: WorkspaceId) -> Result<bool, StoreError> {
    let moved = sql("UPDATE sessions SET workspace_id = $3 WHERE id = $1 AND user_id = $2")
        .bind(id)
        .bind(user_id)
        .bind(workspace_id)
        .execute(tx)
        .await?;
    events::access_changed(tx, workspace_id, user_id, None).await?;
    Ok(moved == 1)
}

/// The session opens nothing any more, and what it has open ends at once. `false` when its user has none with this id.
pub async fn end(tx: &mut Tx, user_id: UserId, id: SessionId) -> Result<bool, StoreError> {
    let ended =
        sql("DELETE FROM sessions WHERE id = $1 AND user_id = $2 RETURNING workspace_id").bind(id).bind(user_id).fetch_all(tx).await?;
    tell(tx, user_id, &ended).await?;
    Ok(!ended.is_empty())
}

/// Ends all sessions of a user but `kept`; returns how many those were.
pub async fn end_all(tx: &mut Tx, user_id: UserId, kept: Option<SessionId>) -> Result<usize, StoreError> {
    let ended = sql("DELETE FROM sessions WHERE user_id = $1 AND id <> COALESCE($2, '') RETURNING workspace_id")
        .bind(user_id)
        .bind(kept)
        .fetch_all(tx)
        .await?;
    tell(tx, user_id, &ended).await?;
    Ok(ended.len())
}

async fn tell(tx: &mut Tx, user_id: UserId, ended: &[Row]) -> Result<(), StoreError> {
    // One event is enough: it reaches all streams of the user.
    match ended.first() {
        Some(row) => events::access_changed(tx, row.get("workspace_id")?, user_id, None).await,
        None => Ok(()),
    }
}

/// After a user has left a workspace: their sessions there act in their oldest other one, or end when there is none.
pub async fn leave(tx: &mut Tx, user_id: UserId, left: WorkspaceId) -> Result<(), StoreError> {
    sql("UPDATE sessions SET workspace_id = (
             SELECT m.workspace_id FROM members m WHERE m.user_id = $1 ORDER BY m.created_at, m.workspace_id LIMIT 1)
         WHERE user_id = $1 AND workspace_id = $2 AND EXISTS (SELECT 1 FROM members m WHERE m.user_id = $1)")
    .bind(user_id)
    .bind(left)
    .execute(tx)
    .await?;
    sql("DELETE FROM sessions WHERE user_id = $1 AND workspace_id = $2").bind(user_id).bind(left).execute(tx).await?;
    events::access_changed(tx, left, user_id, None).await
}

/// Notes that these sessions were used just now, which lets them last on.
pub async fn touch(tx: &mut Tx, ids: &[SessionId]) -> Result<(), StoreError> {
    let text = format!(
        "UPDATE sessions SET last_used_at = {{now}}, expires_at = {{now}} + $1 WHERE expires_at > {{now}} AND id IN ({})",
        placeholders(2, ids.len())
    );
    let mut statement = sql(text).bind(micros(LASTS));
    for id in ids {
        statement = statement.bind(*id);
    }
    statement.execute(tx).await?;
    Ok(())
}

/// Drops up to 500 sessions that have expired; returns how many went.
pub async fn prune(tx: &mut Tx) -> Result<u64, StoreError> {
    sql("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= {now} LIMIT 500)").execute(tx).await
}

fn read(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.get("id")?,
        user_id: row.get("user_id")?,
        workspace_id: row.get("workspace_id")?,
        device: row.get("device")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
        expires_at: row.get("expires_at")?,
    })
}
