//! Jobs that are made by the clock: a cron line in a time zone.

use std::str::FromStr;

use croner::Cron;
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use super::columns::within;
use super::database::{Conn, Row, Tx, sql};
use super::error::StoreError;
use super::jobs::{self, NewJob};
use crate::domain::{AccountId, JobId, Micros, ScheduleId, Scope, UserId, WorkspaceId};

#[derive(Debug, Clone)]
pub struct Schedule {
    pub id: ScheduleId,
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub account_id: Option<AccountId>,
    pub name: String,
    pub kind: String,
    pub args: Json,
    pub priority: i64,
    pub deadline_us: i64,
    pub page_cap: i64,
    pub cron: String,
    pub time_zone: String,
    pub enabled: bool,
    pub next_at: Micros,
    pub last_job_id: Option<JobId>,
}

/// A schedule to be made; its times are checked by [`next_after`].
#[derive(Debug, Clone)]
pub struct NewSchedule {
    pub workspace_id: WorkspaceId,
    pub user_id: UserId,
    pub account_id: Option<AccountId>,
    pub name: String,
    pub kind: String,
    pub args: Json,
    pub priority: i64,
    pub deadline_us: i64,
    pub page_cap: i64,
    pub cron: String,
    pub time_zone: String,
}

/// A cron line or time zone that cannot be used; the text names the field and the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("cron: {0}; write five fields like 0 9 * * 1-5")]
    Cron(String),
    #[error("time_zone: {0} is not a known time zone; write one like Europe/Berlin or UTC")]
    TimeZone(String),
}

const COLUMNS: &str = "id, workspace_id, user_id, account_id, name, kind, args, priority, deadline_us, page_cap, cron, time_zone, \
     enabled, next_at, last_job_id";

/// The first time after `after` that the cron line names, on the wall clock of the time zone.
pub fn next_after(cron: &str, time_zone: &str, after: Micros) -> Result<Micros, ScheduleError> {
    let zone = TimeZone::get(time_zone).map_err(|_| ScheduleError::TimeZone(time_zone.to_owned()))?;
    let line = Cron::from_str(cron).map_err(|error| ScheduleError::Cron(error.to_string()))?;
    let next =
        line.find_next_occurrence(&after.timestamp().to_zoned(zone), false).map_err(|error| ScheduleError::Cron(error.to_string()))?;
    Ok(Micros(next.timestamp().as_microsecond()))
}

pub async fn insert(tx: &mut Tx, new: &NewSchedule, next_at: Micros) -> Result<Schedule, StoreError> {
    let row = sql(format!(
        "INSERT INTO schedules (id, workspace_id, user_id, account_id, name, kind, args, priority, deadline_us, page_cap, cron, time_zone, \
         enabled, next_at, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, TRUE, $13, {{now}}, {{now}}) RETURNING {COLUMNS}"
    ))
    .bind(ScheduleId::new())
    .bind(new.workspace_id)
    .bind(new.user_id)
    .bind(new.account_id)
    .bind(&new.name)
    .bind(&new.kind)
    .bind(new.args.to_string())
    .bind(new.priority)
    .bind(new.deadline_us)
    .bind(new.page_cap)
    .bind(&new.cron)
    .bind(&new.time_zone)
    .bind(next_at)
    .fetch_one(tx)
    .await?;
    tx.ring_jobs();
    read(&row)
}

/// Oldest first: `limit` of them after `offset`, and how many there are.
pub async fn list(conn: &mut Conn, scope: Scope, limit: u32, offset: i64) -> Result<(Vec<Schedule>, i64), StoreError> {
    let total = sql("SELECT count(*) AS total FROM schedules WHERE (workspace_id = $1 OR $1 = '*')").bind(scope).fetch_one(conn).await?;
    let rows =
        sql(format!("SELECT {COLUMNS} FROM schedules WHERE (workspace_id = $1 OR $1 = '*') ORDER BY created_at, id LIMIT $2 OFFSET $3"))
            .bind(scope)
            .bind(limit)
            .bind(offset)
            .fetch_all(conn)
            .await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total.get("total")?))
}

pub async fn find(conn: &mut Conn, scope: Scope, id: ScheduleId) -> Result<Option<Schedule>, StoreError> {
    let row = sql(format!("SELECT {COLUMNS} FROM schedules WHERE id = $1 AND (workspace_id = $2 OR $2 = '*')"))
        .bind(id)
        .bind(scope)
        .fetch_optional(conn)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Whether a schedule was there to be removed. Jobs that it made stay.
pub async fn delete(tx: &mut Tx, scope: Scope, id: ScheduleId) -> Result<bool, StoreError> {
    let gone = sql("DELETE FROM schedules WHERE id = $1 AND (workspace_id = $2 OR $2 = '*')").bind(id).bind(scope).execute(tx).await?;
    Ok(gone > 0)
}

/// What shall be different about a schedule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScheduleChange {
    pub enabled: Option<bool>,
    pub name: Option<String>,
    pub cron: Option<String>,
    pub time_zone: Option<String>,
}

/// The changed schedule; `None` when it is not there. Times that passed while it was off are not made up for: whatever its times are
/// from now on begins with the next one.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: ScheduleId,
    change: &ScheduleChange,
) -> Result<Option<Result<Schedule, ScheduleError>>, StoreError> {
    let row = sql(format!("SELECT {COLUMNS}, {{now}} AS now FROM schedules WHERE id = $1 AND {} {{for_update}}", within(scope, 2)))
        .bind(id)
        .bind(scope)
        .fetch_optional(tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let before = read(&row)?;
    let cron = change.cron.as_ref().unwrap_or(&before.cron);
    let time_zone = change.time_zone.as_ref().unwrap_or(&before.time_zone);
    let enabled = change.enabled.unwrap_or(before.enabled);
    let begins = enabled && !before.enabled;
    let next_at = if begins || *cron != before.cron || *time_zone != before.time_zone {
        match next_after(cron, time_zone, row.get("now")?) {
            Ok(next_at) => next_at,
            Err(error) => return Ok(Some(Err(error))),
        }
    } else {
        before.next_at
    };
    let row = sql(format!(
        "UPDATE schedules SET name = $2, cron = $3, time_zone = $4, enabled = $5, next_at = $6, updated_at = {{now}} WHERE id = $1 \
         RETURNING {COLUMNS}"
    ))
    .bind(id)
    .bind(change.name.as_ref().unwrap_or(&before.name))
    .bind(cron)
    .bind(time_zone)
    .bind(enabled)
    .bind(next_at)
    .fetch_one(tx)
    .await?;
    tx.ring_jobs();
    Ok(Some(Ok(read(&row)?)))
}

/// Makes the job of every due schedule, each page of which is tried `max_attempts` times, and moves each schedule to its next time, all
/// in one transaction: no time is fired twice, and times missed while nobody worked are fired once.
pub async fn fire_due(tx: &mut Tx, max_attempts: u32) -> Result<Vec<JobId>, StoreError> {
    let rows = sql(format!(
        "SELECT {COLUMNS}, {{now}} AS now FROM schedules WHERE enabled AND next_at <= {{now}} ORDER BY next_at, id LIMIT 20 {{skip_locked}}"
    ))
    .fetch_all(tx)
    .await?;
    let mut made = Vec::with_capacity(rows.len());
    for row in &rows {
        let schedule = read(row)?;
        let now: Micros = row.get("now")?;
        let job = jobs::insert(tx, &job_of(&schedule, max_attempts)).await?;
        let next = next_after(&schedule.cron, &schedule.time_zone, now);
        if let Err(error) = &next {
            tracing::error!(schedule = %schedule.id, %error, "a schedule has no further time and was switched off");
        }
        sql("UPDATE schedules SET next_at = $2, enabled = $3, last_job_id = $4, updated_at = {now} WHERE id = $1")
            .bind(schedule.id)
            .bind(next.as_ref().copied().unwrap_or(schedule.next_at))
            .bind(next.is_ok())
            .bind(job.id)
            .execute(tx)
            .await?;
        made.push(job.id);
    }
    Ok(made)
}

fn job_of(schedule: &Schedule, max_attempts: u32) -> NewJob {
    NewJob {
        workspace_id: schedule.workspace_id,
        user_id: schedule.user_id,
        account_id: schedule.account_id,
        schedule_id: Some(schedule.id),
        kind: schedule.kind.clone(),
        args: schedule.args.clone(),
        priority: schedule.priority,
        max_attempts: i64::from(max_attempts),
        page_cap: schedule.page_cap,
        deadline_us: schedule.deadline_us,
        progress_total: schedule.args.get("target").and_then(Json::as_i64).unwrap_or(0),
        message: format!("started by the schedule {}", schedule.name),
    }
}

fn read(row: &Row) -> Result<Schedule, StoreError> {
    Ok(Schedule {
        id: row.get("id")?,
        workspace_id: row.get("workspace_id")?,
        user_id: row.get("user_id")?,
        account_id: row.get("account_id")?,
        name: row.get("name")?,
        kind: row.get("kind")?,
        args: row.json("args")?,
        priority: row.get("priority")?,
        deadline_us: row.get("deadline_us")?,
        page_cap: row.get("page_cap")?,
        cron: row.get("cron")?,
        time_zone: row.get("time_zone")?,
        enabled: row.get("enabled")?,
        next_at: row.get("next_at")?,
        last_job_id: row.get("last_job_id")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Micros {
        Micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
    }

    #[test]
    fn nine_in_berlin_follows_summer_time() {
        let winter = next_after("0 9 * * *", "Europe/Berlin", at("2026-03-28T09:00:00Z")).unwrap();
        assert_eq!(winter, at("2026-03-29T07:00:00Z"));
        let before = next_after("0 9 * * *", "Europe/Berlin", at("2026-03-27T09:00:00Z")).unwrap();
        assert_eq!(before, at("2026-03-28T08:00:00Z"));
    }

    #[test]
    fn bad_times_are_refused_by_name() {
        assert!(matches!(next_after("every day", "UTC", Micros(0)), Err(ScheduleError::Cron(_))));
        assert!(matches!(next_after("0 9 * * *", "Mars/Olympus", Micros(0)), Err(ScheduleError::TimeZone(_))));
    }
}
