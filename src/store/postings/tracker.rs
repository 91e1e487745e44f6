//! What people change about postings: all of those that are named or none, told in their history and to those who watch.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::history::{self, By, Line};
use super::{companies, likeness, terms};
use crate::domain::text;
use crate::domain::tracker::{ApplicationStatus, ChangeRefused, HistoryKind, LONGEST_NOTES, PostingChange};
use crate::domain::{CompanyId, Micros, PostingId, Scope, UserId, WorkspaceId};
use crate::store::database::{Row, Tx, Value, list, sql};
use crate::store::error::StoreError;
use crate::store::{events, workspaces};

/// Postings that one event names; of a larger change those who show lists ask anew.
const MOST_TOLD: usize = 20;

/// What people have noted of a posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub number: i64,
    pub id: PostingId,
    pub workspace_id: WorkspaceId,
    company_id: Option<CompanyId>,
    noted: Noted,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Noted {
    status: Option<ApplicationStatus>,
    applied_at: Option<Micros>,
    notes: Option<String>,
    stars: Option<i64>,
    stars_reason: Option<String>,
    hidden: bool,
    seen_at: Option<Micros>,
}

/// Changes the postings with these ids; how many of them are different now. When one of them refuses, nothing is changed.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    ids: &[PostingId],
    change: &PostingChange,
    user: UserId,
) -> Result<Result<u64, ChangeRefused>, StoreError> {
    if ids.len() > 1 {
        take_turn(tx, scope).await?;
    }
    let held = hold_all(tx, scope, ids).await?;
    if let Some(missing) = ids.iter().find(|id| held.iter().all(|posting| posting.id != **id)) {
        return Ok(Err(ChangeRefused::Missing(*missing)));
    }
    let now = Micros(tx.now_us().await?);
    let zone = match held.first() {
        Some(posting) => workspaces::zone(tx, posting.workspace_id).await?,
        None => TimeZone::UTC,
    };
    let (mut lines, mut alike, mut changed) = (Vec::new(), HashMap::<PostingChange, Vec<i64>>::new(), Vec::new());
    for posting in &held {
        let notes = match noted_next(posting, change) {
            Ok(notes) => notes,
            Err(refused) => return Ok(Err(refused)),
        };
        let difference = difference(&posting.noted, &PostingChange { notes, ..change.clone() }, now);
        if difference == PostingChange::default() {
            continue;
        }
        lines.extend(sentences(&posting.noted, &difference, &zone).into_iter().map(|(kind, message)| Line {
            posting: posting.number,
            kind,
            message,
        }));
        alike.entry(difference).or_default().push(posting.number);
        changed.push(posting);
    }
    for (difference, numbers) in &alike {
        write(tx, difference, numbers, now).await?;
        if difference.notes.is_some() {
            for number in numbers {
                terms::index(tx, *number).await?;
            }
        }
    }
    history::note_all(tx, By::User(user), &lines).await?;
    announce(tx, &changed).await?;
    Ok(Ok(changed.len() as u64))
}

/// The notes after the change, made of those that are held, so that none can be lost to somebody who wrote meanwhile.
fn noted_next(posting: &Held, change: &PostingChange) -> Result<Option<Option<String>>, ChangeRefused> {
    let held = posting.noted.notes.as_deref().map(text::with_plain_line_ends);
    if let Some(added) = &change.add_note {
        let next = held.map_or_else(|| added.clone(), |held| format!("{held}\n{added}"));
        return if next.chars().count() > LONGEST_NOTES { Err(ChangeRefused::NotesFull(posting.id)) } else { Ok(Some(Some(next))) };
    }
    match (&change.notes, &change.notes_were) {
        (Some(next), Some(were)) if held != *were && held != *next => {
            Err(ChangeRefused::NotesChanged { id: posting.id, notes: posting.noted.notes.clone() })
        }
        (next, _) => Ok(next.clone()),
    }
}

/// What of the change makes a posting different. Saying when one applied means that one has applied; a status before that takes the date away.
fn difference(noted: &Noted, change: &PostingChange, now: Micros) -> PostingChange {
    let mut status = change.status;
    let mut applied_at = change.applied_at;
    match (status, applied_at) {
        (None, Some(Some(_))) if !noted.status.is_some_and(ApplicationStatus::is_applied) => {
            status = Some(Some(ApplicationStatus::Applied))
        }
        (Some(Some(ApplicationStatus::Applied)), None) if noted.applied_at.is_none() => applied_at = Some(Some(now)),
        (Some(Some(later)), None) if later.is_applied() => {}
        (Some(_), None) => applied_at = Some(None),
        _ => {}
    }
    // Without stars there is nothing to give reasons for.
    let stars_reason = if change.stars == Some(None) { Some(None) } else { change.stars_reason.clone() };
    PostingChange {
        status: status.filter(|status| *status != noted.status),
        applied_at: applied_at.filter(|at| *at != noted.applied_at),
        notes: change.notes.clone().filter(|notes| *notes != noted.notes),
        notes_were: None,
        add_note: None,
        stars: change.stars.filter(|stars| *stars != noted.stars),
        stars_reason: stars_reason.filter(|reason| *reason != noted.stars_reason),
        hidden: change.hidden.filter(|hidden| *hidden != noted.hidden),
        seen: change.seen.filter(|seen| *seen != noted.seen_at.is_some()),
    }
}

/// The difference in words, with days by the workspace's calendar; opening a posting is not told.
fn sentences(noted: &Noted, difference: &PostingChange, zone: &TimeZone) -> Vec<(HistoryKind, String)> {
    let mut told = Vec::new();
    let day = |at: Micros| at.timestamp().to_zoned(zone.clone()).date().to_string();
    match difference.status {
        None => match difference.applied_at {
            None => {}
            Some(Some(at)) => told.push((HistoryKind::Status, format!("The day of the application is {} now.", day(at)))),
            Some(None) => told.push((HistoryKind::Status, "The day of the application was removed.".to_owned())),
        },
        Some(status) => {
            let mut message = match (noted.status, status) {
                (None, Some(ApplicationStatus::Saved)) => "Saved.".to_owned(),
                (None, Some(status)) => format!("The status is {} now.", status.as_str()),
                (Some(before), Some(status)) => format!("The status changed from {} to {}.", before.as_str(), status.as_str()),
                (Some(before), None) => format!("Taken off the tracker; the status was {}.", before.as_str()),
                (None, None) => String::new(),
            };
            if let Some(Some(at)) = difference.applied_at {
                message.push_str(&format!(" Applied on {}.", day(at)));
            }
            told.push((HistoryKind::Status, message));
        }
    }
    let stars = difference.stars.unwrap_or(noted.stars);
    let reason = difference.stars_reason.clone().unwrap_or_else(|| noted.stars_reason.clone());
    if difference.stars.is_some() || difference.stars_reason.is_some() {
        let because = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        told.push((
            HistoryKind::Stars,
            match stars {
                Some(1) => format!("1 star{because}"),
                Some(stars) => format!("{stars} stars{because}"),
                None if because.is_empty() => "The stars were removed.".to_owned(),
                None => format!("A reason was given without stars{because}"),
            },
        ));
    }
    if let Some(notes) = &difference.notes {
        // What would be gone otherwise is kept here.
        let message = match (&noted.notes, notes) {
            (None, _) => "Notes were written.".to_owned(),
            (Some(before), Some(notes)) if notes.starts_with(before.as_str()) => "The notes were added to.".to_owned(),
            (Some(before), Some(_)) => format!("The notes were changed; before: {before}"),
            (Some(before), None) => format!("The notes were removed: {before}"),
        };
        told.push((HistoryKind::Notes, message));
    }
    match difference.hidden {
        Some(true) => told.push((HistoryKind::Hidden, "Hidden.".to_owned())),
        Some(false) => told.push((HistoryKind::Shown, "Shown again.".to_owned())),
        None => {}
    }
    told
}

/// Writes the same difference to all of these rows, which this transaction holds.
async fn write(tx: &mut Tx, difference: &PostingChange, numbers: &[i64], now: Micros) -> Result<(), StoreError> {
    let mut values = Vec::new();
    let mut columns = Vec::new();
    let mut set = |column: &str, value: Value| {
        values.push(value);
        columns.push(format!("{column} = ${}", values.len()));
    };
    if let Some(status) = difference.status {
        set("status", status.into());
        set("status_at", status.map(|_| now).into());
    }
    if let Some(at) = difference.applied_at {
        set("applied_at", at.into());
    }
    if let Some(notes) = &difference.notes {
        set("notes", notes.clone().into());
    }
    if let Some(stars) = difference.stars {
        set("stars", stars.into());
    }
    if let Some(reason) = &difference.stars_reason {
        set("stars_reason", reason.clone().into());
    }
    if let Some(hidden) = difference.hidden {
        set("hidden", hidden.into());
    }
    if let Some(seen) = difference.seen {
        set("seen_at", seen.then_some(now).into());
    }
    // Whoever only looks changes nothing.
    if *difference != (PostingChange { seen: difference.seen, ..PostingChange::default() }) {
        set("updated_at", now.into());
    }
    let next = values.len() + 1;
    let mut statement = sql(format!("UPDATE postings SET {} WHERE number IN ({})", columns.join(", "), list(next, numbers.len())));
    for value in values {
        statement = statement.bind(value);
    }
    for number in numbers {
        statement = statement.bind(*number);
    }
    expect(statement.execute(tx).await?, numbers.len())
}

fn expect(touched: u64, rows: usize) -> Result<(), StoreError> {
    if touched == rows as u64 {
        return Ok(());
    }
    Err(StoreError::Refused(format!("a change of {rows} postings touched {touched}")))
}

/// The posting, held until the transaction ends.
pub(super) async fn hold(tx: &mut Tx, scope: Scope, id: PostingId) -> Result<Option<Held>, StoreError> {
    Ok(hold_all(tx, scope, &[id]).await?.pop())
}

/// Waits for imports that write postings of the same workspace, and lets none begin before the transaction ends: they hold several postings
/// and companies in an order of their own.
async fn take_turn(tx: &mut Tx, scope: Scope) -> Result<(), StoreError> {
    sql("SELECT number FROM workspace_numbers WHERE workspace_id = $1 OR $1 = '*' ORDER BY number {for_update}")
        .bind(scope)
        .fetch_all(tx)
        .await?;
    Ok(())
}

async fn hold_all(tx: &mut Tx, scope: Scope, ids: &[PostingId]) -> Result<Vec<Held>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = sql(format!(
        "SELECT number, id, workspace_id, company_id, status, applied_at, notes, stars, stars_reason, hidden, seen_at FROM postings \
         WHERE (workspace_id = $1 OR $1 = '*') AND id IN ({}) ORDER BY number {{for_update}}",
        list(2, ids.len())
    ))
    .bind(scope);
    for id in ids {
        statement = statement.bind(*id);
    }
    statement.fetch_all(tx).await?.iter().map(read).collect()
}

/// Erases a posting with all that was noted of it; whether there was one. Its reposts stay together, and its company goes with its last posting.
pub async fn delete(tx: &mut Tx, scope: Scope, id: PostingId) -> Result<bool, StoreError> {
    take_turn(tx, scope).await?;
    let Some(posting) = hold(tx, scope, id).await? else { return Ok(false) };
    likeness::leave(tx, posting.number).await?;
    expect(sql("DELETE FROM postings WHERE number = $1").bind(posting.number).execute(tx).await?, 1)?;
    if let Some(company) = posting.company_id {
        companies::delete_if_empty(tx, company).await?;
    }
    tell(tx, posting.workspace_id, &json!({ "changed": 1, "deleted": true, "postings": [{ "id": id, "hidden": posting.noted.hidden }] }))
        .await?;
    Ok(true)
}

/// Tells of postings that this transaction has changed, as they are now.
pub(super) async fn announce(tx: &mut Tx, changed: &[&Held]) -> Result<(), StoreError> {
    let Some(first) = changed.first() else { return Ok(()) };
    let named = &changed[..changed.len().min(MOST_TOLD)];
    let mut statement = sql(format!(
        "SELECT id, status, stars, hidden, next_reminder_at, seen_at FROM postings WHERE number IN ({})",
        list(1, named.len())
    ));
    for posting in named {
        statement = statement.bind(posting.number);
    }
    let mut postings = Vec::with_capacity(named.len());
    for row in statement.fetch_all(tx).await? {
        let time =
            |column: &str| -> Result<Option<Timestamp>, StoreError> { Ok(row.get::<Option<Micros>>(column)?.map(Micros::timestamp)) };
        postings.push(json!({
            "id": row.get::<PostingId>("id")?,
            "status": row.get::<Option<ApplicationStatus>>("status")?,
            "stars": row.get::<Option<i64>>("stars")?,
            "hidden": row.get::<bool>("hidden")?,
            "next_reminder_at": time("next_reminder_at")?,
            "seen_at": time("seen_at")?,
        }));
    }
    tell(tx, first.workspace_id, &json!({ "changed": changed.len(), "deleted": false, "postings": postings })).await
}

async fn tell(tx: &mut Tx, workspace: WorkspaceId, told: &serde_json::Value) -> Result<(), StoreError> {
    events::append(tx, workspace, None, events::POSTING, told).await
}

fn read(row: &Row) -> Result<Held, StoreError> {
    Ok(Held {
        number: row.get("number")?,
        id: row.get("id")?,
        workspace_id: row.get("workspace_id")?,
        company_id: row.get("company_id")?,
        noted: Noted {
            status: row.get("status")?,
            applied_at: row.get("applied_at")?,
            notes: row.get("notes")?,
            stars: row.get("stars")?,
            stars_reason: row.get("stars_reason")?,
            hidden: row.get("hidden")?,
            seen_at: row.get("seen_at")?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ApplicationStatus::{Applied, Interviewing, Saved};

    const NOON: Micros = Micros(1_772_452_800_000_000);
    const BEFORE: Micros = Micros(1_772_366_400_000_000);

    fn noted(status: Option<ApplicationStatus>, applied_at: Option<Micros>) -> Noted {
        Noted { status, applied_at, ..Noted::default() }
    }

    #[test]
    fn a_status_and_the_day_of_the_application_go_together() {
        let status = |status| PostingChange { status: Some(status), ..PostingChange::default() };
        let applied = |at| PostingChange { applied_at: Some(at), ..PostingChange::default() };
        let both = |to, at| PostingChange { status: Some(to), applied_at: Some(at), ..PostingChange::default() };
        let cases = [
            // What was noted, what is said, what is different, and how it is told.
            (noted(None, None), status(Some(Saved)), status(Some(Saved)), "Saved."),
            (noted(Some(Saved), None), status(Some(Saved)), PostingChange::default(), ""),
            (
                noted(Some(Saved), None),
                status(Some(Applied)),
                both(Some(Applied), Some(NOON)),
                "The status changed from saved to applied. Applied on 2026-03-02.",
            ),
            (
                noted(None, None),
                both(Some(Applied), Some(BEFORE)),
                both(Some(Applied), Some(BEFORE)),
                "The status is applied now. Applied on 2026-03-01.",
            ),
            (
                noted(Some(Applied), Some(BEFORE)),
                status(Some(Interviewing)),
                status(Some(Interviewing)),
                "The status changed from applied to interviewing.",
            ),
            (
                noted(Some(Interviewing), Some(BEFORE)),
                status(Some(Applied)),
                status(Some(Applied)),
                "The status changed from interviewing to applied.",
            ),
            (noted(Some(Applied), Some(BEFORE)), status(None), both(None, None), "Taken off the tracker; the status was applied."),
            (noted(Some(Applied), Some(BEFORE)), status(Some(Saved)), both(Some(Saved), None), "The status changed from applied to saved."),
            (
                noted(None, None),
                applied(Some(BEFORE)),
                both(Some(Applied), Some(BEFORE)),
                "The status is applied now. Applied on 2026-03-01.",
            ),
            (
                noted(Some(Interviewing), None),
                applied(Some(BEFORE)),
                applied(Some(BEFORE)),
                "The day of the application is 2026-03-01 now.",
            ),
            (noted(Some(Applied), Some(BEFORE)), applied(None), applied(None), "The day of the application was removed."),
        ];
        for (before, said, expected, told) in cases {
            let found = difference(&before, &said, NOON);
            assert_eq!(found, expected, "{before:?} {said:?}");
            let sentences: Vec<String> = sentences(&before, &found, &TimeZone::UTC).into_iter().map(|(_, message)| message).collect();
            assert_eq!(sentences.join("|"), told, "{before:?} {said:?}");
        }
    }

    #[test]
    fn stars_notes_and_hiding_are_told_in_sentences() {
        let before = Noted { stars: Some(2), stars_reason: Some("far away".into()), notes: Some("x".into()), ..Noted::default() };
        let change = PostingChange {
            stars: Some(Some(4)),
            stars_reason: Some(Some("near the sea".into())),
            notes: Some(None),
            hidden: Some(true),
            seen: Some(true),
            ..PostingChange::default()
        };
        let found = difference(&before, &change, NOON);
        assert_eq!(found, change);
        let told: Vec<String> = sentences(&before, &found, &TimeZone::UTC).into_iter().map(|(_, message)| message).collect();
        assert_eq!(told, ["4 stars: near the sea", "The notes were removed: x", "Hidden."]);
        let removed = difference(&before, &PostingChange { stars: Some(None), ..PostingChange::default() }, NOON);
        assert_eq!(removed.stars_reason, Some(None));
        assert_eq!(sentences(&before, &removed, &TimeZone::UTC), [(HistoryKind::Stars, "The stars were removed.".to_owned())]);
    }
}
