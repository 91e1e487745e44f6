//! The forms of a posting's contacts and reminders.

use std::str::FromStr;

use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::Value as Json;
use sluice_api::{ContactRequest, ReminderPatch, ReminderRequest};

use super::acts::{clock, refuse};
use super::one::Place;
use super::question::PATH;
use crate::domain::{ContactId, PostingId, ReminderId};
use crate::http::api::postings as api;
use crate::http::form::Form;
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::path::{Id, Named, Within};
use crate::http::problem::{Failure, refused};
use crate::store::postings::contacts::{self, Missing};
use crate::store::postings::reminders;

fn back(id: PostingId, words: &str) -> Response {
    go_to_saying(&format!("{PATH}/{id}"), words)
}

fn contact_of(form: &Form) -> ContactRequest {
    ContactRequest {
        name: form.text("name").to_owned(),
        role: form.said("role"),
        email: form.said("email"),
        phone: form.said("phone"),
        url: form.said("url"),
        notes: form.said("notes"),
    }
}

pub async fn add_contact(visit: Visit, Id(posting): Id<PostingId>, form: Form) -> Result<Response, Failure> {
    let said = match api::checked_contact(&contact_of(&form)) {
        Ok(said) => said,
        Err(failure) => return refuse(&visit, posting, Place::NewContact, form, failure).await,
    };
    let mut tx = visit.app.database.begin().await?;
    let made = contacts::add(&mut tx, visit.caller.scope(), posting, &said, visit.caller.user_id).await?;
    let made = made.ok_or_else(PostingId::not_found)?;
    tx.commit().await?;
    Ok(back(posting, &format!("{} is among the contacts.", made.said.name)))
}

pub async fn change_contact(visit: Visit, Within(posting, id): Within<PostingId, ContactId>, form: Form) -> Result<Response, Failure> {
    let said = match api::checked_contact(&contact_of(&form)) {
        Ok(said) => said,
        Err(failure) => return refuse(&visit, posting, Place::Contact(id), form, failure).await,
    };
    let mut tx = visit.app.database.begin().await?;
    let changed = contacts::replace(&mut tx, visit.caller.scope(), posting, id, &said, visit.caller.user_id).await?;
    let changed = changed.map_err(not_found::<ContactId>)?;
    tx.commit().await?;
    Ok(back(posting, &format!("{} is noted anew.", changed.said.name)))
}

pub async fn delete_contact(visit: Visit, Within(posting, id): Within<PostingId, ContactId>) -> Result<Response, Failure> {
    let mut tx = visit.app.database.begin().await?;
    let gone = contacts::delete(&mut tx, visit.caller.scope(), posting, id, visit.caller.user_id).await?;
    gone.map_err(not_found::<ContactId>)?;
    tx.commit().await?;
    Ok(back(posting, "The contact was removed."))
}

pub async fn add_reminder(visit: Visit, Id(posting): Id<PostingId>, form: Form) -> Result<Response, Failure> {
    let (due_at, note) = match asked_reminder(&visit, &form).await {
        Ok(asked) => asked,
        Err(failure) => return refuse(&visit, posting, Place::NewReminder, form, failure).await,
    };
    let mut tx = visit.app.database.begin().await?;
    let made = reminders::add(&mut tx, visit.caller.scope(), posting, due_at, note.as_deref(), visit.caller.user_id).await?;
    made.ok_or_else(PostingId::not_found)?;
    tx.commit().await?;
    Ok(back(posting, "The reminder is set. It shows on Home when it is due."))
}

async fn asked_reminder(visit: &Visit, form: &Form) -> Result<(crate::domain::Micros, Option<String>), Failure> {
    let due_at = due_at(visit, form).await?;
    api::checked_reminder(&ReminderRequest { due_at, note: form.said("note") })
}

/// As the browser's field writes it, in the workspace's zone.
async fn due_at(visit: &Visit, form: &Form) -> Result<Timestamp, Failure> {
    let wrong = || Failure::invalid(vec![refused("due_at", "invalid_value", Json::Null, "Say when, such as 2026-03-02T09:00.")]);
    let written = DateTime::from_str(form.text("due_at")).map_err(|_| wrong())?;
    written.to_zoned(clock(visit).await?.zone).map(|at| at.timestamp()).map_err(|_| wrong())
}

/// Moves it or notes it anew; with `done` says only that it is done, or open again.
pub async fn change_reminder(visit: Visit, Within(posting, id): Within<PostingId, ReminderId>, form: Form) -> Result<Response, Failure> {
    let (patch, words) = match form.text("done") {
        "true" => (ReminderPatch { done: Some(true), ..ReminderPatch::default() }, "The reminder is done."),
        "false" => (ReminderPatch { done: Some(false), ..ReminderPatch::default() }, "The reminder is open again."),
        _ => match due_at(&visit, &form).await {
            Ok(due_at) => {
                let patch = ReminderPatch { due_at: Some(due_at), note: Some(form.said("note")), ..ReminderPatch::default() };
                (patch, "The reminder is noted anew.")
            }
            Err(failure) => return refuse(&visit, posting, Place::Reminder(id), form, failure).await,
        },
    };
    let change = match api::checked_reminder_patch(&patch) {
        Ok(change) => change,
        Err(failure) => return refuse(&visit, posting, Place::Reminder(id), form, failure).await,
    };
    let mut tx = visit.app.database.begin().await?;
    let changed = reminders::change(&mut tx, visit.caller.scope(), posting, id, &change, visit.caller.user_id).await?;
    changed.map_err(not_found::<ReminderId>)?;
    tx.commit().await?;
    Ok(back(posting, words))
}

pub async fn delete_reminder(visit: Visit, Within(posting, id): Within<PostingId, ReminderId>) -> Result<Response, Failure> {
    let mut tx = visit.app.database.begin().await?;
    let gone = reminders::delete(&mut tx, visit.caller.scope(), posting, id, visit.caller.user_id).await?;
    gone.map_err(not_found::<ReminderId>)?;
    tx.commit().await?;
    Ok(back(posting, "The reminder was removed."))
}

fn not_found<T: Named>(missing: Missing) -> Failure {
    match missing {
        Missing::Posting => PostingId::not_found(),
        Missing::Part => T::not_found(),
    }
}
