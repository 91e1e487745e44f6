//! Follow-ups: what to come back to. A posting knows the earliest one that is not done.

use jiff::tz::TimeZone;

use super::contacts::Missing;
use super::history::{self, By};
use super::tracker::{Held, announce, hold};
use crate::domain::tracker::HistoryKind;
use crate::domain::{Micros, PostingId, ReminderId, Scope, UserId};
use crate::store::database::{Conn, Row, Tx, sql};
use crate::store::error::StoreError;
use crate::store::workspaces;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    pub id: ReminderId,
    pub due_at: Micros,
    pub note: Option<String>,
    pub done_at: Option<Micros>,
    pub created_at: Micros,
}

/// What shall be different about a reminder; what is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReminderChange {
    pub due_at: Option<Micros>,
    pub note: Option<Option<String>>,
    pub done: Option<bool>,
}

const COLUMNS: &str = "id, due_at, note, done_at, created_at";

/// Of a posting that the caller has found in its scope: open ones first, earliest first; then the done ones, latest first.
pub async fn of_posting(conn: &mut Conn, posting: i64) -> Result<Vec<Reminder>, StoreError> {
    sql(format!(
        "SELECT {COLUMNS} FROM posting_reminders WHERE posting_number = $1 \
         ORDER BY done_at IS NOT NULL, CASE WHEN done_at IS NULL THEN due_at END, done_at DESC, id"
    ))
    .bind(posting)
    .fetch_all(conn)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// `None` when there is no such posting.
pub async fn add(
    tx: &mut Tx,
    scope: Scope,
    posting: PostingId,
    due_at: Micros,
    note: Option<&str>,
    user: UserId,
) -> Result<Option<Reminder>, StoreError> {
    let Some(posting) = hold(tx, scope, posting).await? else { return Ok(None) };
    let row = sql(format!(
        "INSERT INTO posting_reminders (id, posting_number, due_at, note, created_at) VALUES ($1, $2, $3, $4, {{now}}) RETURNING {COLUMNS}"
    ))
    .bind(ReminderId::new())
    .bind(posting.number)
    .bind(due_at)
    .bind(note.map(str::to_owned))
    .fetch_one(tx)
    .await?;
    let zone = workspaces::zone(tx, posting.workspace_id).await?;
    told(tx, &posting, user, format!("A reminder was set for {}{}", moment(due_at, &zone), about(note))).await?;
    read(&row).map(Some)
}

pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    posting: PostingId,
    id: ReminderId,
    change: &ReminderChange,
    user: UserId,
) -> Result<Result<Reminder, Missing>, StoreError> {
    let Some(posting) = hold(tx, scope, posting).await? else { return Ok(Err(Missing::Posting)) };
    let row = sql(format!("SELECT {COLUMNS} FROM posting_reminders WHERE id = $1 AND posting_number = $2"))
        .bind(id)
        .bind(posting.number)
        .fetch_optional(tx)
        .await?;
    let Some(row) = row else { return Ok(Err(Missing::Part)) };
    let before = read(&row)?;
    let now = Micros(tx.now_us().await?);
    let done_at = match change.done {
        Some(true) => before.done_at.or(Some(now)),
        Some(false) => None,
        None => before.done_at,
    };
    let after = Reminder {
        due_at: change.due_at.unwrap_or(before.due_at),
        note: change.note.clone().unwrap_or_else(|| before.note.clone()),
        done_at,
        ..before.clone()
    };
    if after == before {
        return Ok(Ok(after));
    }
    sql("UPDATE posting_reminders SET due_at = $2, note = $3, done_at = $4 WHERE id = $1")
        .bind(id)
        .bind(after.due_at)
        .bind(after.note.clone())
        .bind(after.done_at)
        .execute(tx)
        .await?;
    let zone = workspaces::zone(tx, posting.workspace_id).await?;
    told(tx, &posting, user, difference(&before, &after, &zone)).await?;
    Ok(Ok(after))
}

pub async fn delete(
    tx: &mut Tx,
    scope: Scope,
    posting: PostingId,
    id: ReminderId,
    user: UserId,
) -> Result<Result<(), Missing>, StoreError> {
    let Some(posting) = hold(tx, scope, posting).await? else { return Ok(Err(Missing::Posting)) };
    let row = sql(format!("DELETE FROM posting_reminders WHERE id = $1 AND posting_number = $2 RETURNING {COLUMNS}"))
        .bind(id)
        .bind(posting.number)
        .fetch_optional(tx)
        .await?;
    let Some(row) = row else { return Ok(Err(Missing::Part)) };
    let gone = read(&row)?;
    let zone = workspaces::zone(tx, posting.workspace_id).await?;
    told(tx, &posting, user, format!("The reminder for {} was removed{}", moment(gone.due_at, &zone), about(gone.note.as_deref()))).await?;
    Ok(Ok(()))
}

/// What became different, in words.
fn difference(before: &Reminder, after: &Reminder, zone: &TimeZone) -> String {
    let about = about(after.note.as_deref());
    match (before.done_at, after.done_at) {
        (None, Some(_)) => format!("The reminder for {} is done{about}", moment(after.due_at, zone)),
        (Some(_), None) => format!("The reminder for {} is open again{about}", moment(after.due_at, zone)),
        _ if before.due_at != after.due_at => {
            format!("A reminder was moved from {} to {}{about}", moment(before.due_at, zone), moment(after.due_at, zone))
        }
        _ => format!("The reminder for {} was noted anew{about}", moment(after.due_at, zone)),
    }
}

/// By the workspace's clock.
fn moment(at: Micros, zone: &TimeZone) -> String {
    at.timestamp().to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

fn about(note: Option<&str>) -> String {
    note.map_or_else(|| ".".to_owned(), |note| format!(": {note}"))
}

/// The posting's earliest open reminder changes in the transaction that changes its reminders, and while the posting is held.
async fn told(tx: &mut Tx, posting: &Held, user: UserId, message: String) -> Result<(), StoreError> {
    sql("UPDATE postings SET updated_at = {now}, \
         next_reminder_at = (SELECT MIN(due_at) FROM posting_reminders WHERE posting_number = $1 AND done_at IS NULL) WHERE number = $1")
    .bind(posting.number)
    .execute(tx)
    .await?;
    history::note(tx, By::User(user), posting.number, HistoryKind::Reminder, message).await?;
    announce(tx, &[posting]).await
}

fn read(row: &Row) -> Result<Reminder, StoreError> {
    Ok(Reminder {
        id: row.get("id")?,
        due_at: row.get("due_at")?,
        note: row.get("note")?,
        done_at: row.get("done_at")?,
        created_at: row.get("created_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_reminder_is_told_in_a_sentence() {
        let noon = Micros(1_772_452_800_000_000);
        let open = Reminder { id: ReminderId::new(), due_at: noon, note: Some("call Ada".into()), done_at: None, created_at: noon };
        let done = Reminder { done_at: Some(noon), ..open.clone() };
        let later = Reminder { due_at: Micros(noon.0 + 3_600_000_000), note: None, ..open.clone() };
        let noted = Reminder { note: Some("write to Ada".into()), ..open.clone() };
        assert_eq!(
            [
                difference(&open, &done, &TimeZone::UTC),
                difference(&done, &open, &TimeZone::UTC),
                difference(&open, &later, &TimeZone::UTC),
                difference(&open, &noted, &TimeZone::UTC)
            ],
            [
                "The reminder for 2026-03-02 12:00 UTC is done: call Ada",
                "The reminder for 2026-03-02 12:00 UTC is open again: call Ada",
                "A reminder was moved from 2026-03-02 12:00 UTC to 2026-03-02 13:00 UTC.",
                "The reminder for 2026-03-02 12:00 UTC was noted anew: write to Ada",
            ]
        );
    }
}
