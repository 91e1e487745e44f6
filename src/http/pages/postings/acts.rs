//! What the forms do to postings: where the application stands, stars, notes, hiding, and the same for several at once.

use std::str::FromStr;

use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value as Json;
use sluice_api::wording::day;
use sluice_api::wording::numbers::count;
use sluice_api::wording::posting as wording;
use sluice_api::{ApplicationStatus, PostingPatch};

use super::line::{STATUSES, word};
use super::one::{self, Answered, Place};
use super::question::PATH;
use crate::domain::PostingId;
use crate::http::api::postings as api;
use crate::http::form::{Form, Wrong};
use crate::http::pages::moment::Clock;
use crate::http::pages::visit::{Visit, go_to_saying};
use crate::http::path::{Id, Named};
use crate::http::problem::{Failure, Kind, refused};
use crate::store::{postings, workspaces};

/// The status that a form's word names; `none` for no status.
fn status_of(text: &str) -> Result<Option<ApplicationStatus>, Failure> {
    STATUSES
        .into_iter()
        .find(|status| word(*status) == text)
        .ok_or_else(|| Failure::invalid(vec![refused("status", "unknown_value", Json::Null, "Choose one of the list.")]))
}

/// The page of postings that the form was on, else `otherwise`. It is one of ours whatever was sent.
fn back(form: &Form, otherwise: String) -> String {
    let back = form.text("back");
    let path = back.split('?').next().unwrap_or_default();
    let is_ours = path == PATH || path.strip_prefix(PATH).is_some_and(|rest| rest.starts_with('/'));
    if is_ours && back.bytes().all(|byte| byte.is_ascii_graphic()) { back.to_owned() } else { otherwise }
}

fn address(id: PostingId) -> String {
    format!("{PATH}/{id}")
}

/// Where the application stands, and since when.
pub async fn status(visit: Visit, Id(id): Id<PostingId>, form: Form) -> Result<Response, Failure> {
    let patch = match asked_status(&visit, &form).await {
        Ok(patch) => patch,
        Err(failure) => return refuse(&visit, id, Place::Status, form, failure).await,
    };
    let stands = patch.status.flatten();
    match change(&visit, &[id], &patch).await {
        Ok(_) => {
            let words = match stands {
                Some(status) => format!("It is {} now.", wording::status(Some(status)).word.to_lowercase()),
                None => "It has no status any more.".to_owned(),
            };
            Ok(go_to_saying(&back(&form, address(id)), &words))
        }
        Err(failure) => refuse(&visit, id, Place::Status, form, failure).await,
    }
}

async fn asked_status(visit: &Visit, form: &Form) -> Result<PostingPatch, Failure> {
    let status = status_of(form.text("status"))?;
    let applied_at = match form.said("applied_at") {
        Some(day) if status.is_some_and(|status| status != ApplicationStatus::Saved) => Some(Some(moment_of(visit, &day).await?)),
        _ => None,
    };
    Ok(PostingPatch { status: Some(status), applied_at, ..PostingPatch::default() })
}

/// Only the day is known.
async fn moment_of(visit: &Visit, day: &str) -> Result<Timestamp, Failure> {
    let wrong = || Failure::invalid(vec![refused("applied_at", "invalid_value", Json::Null, "This must be a day, such as 2026-03-02.")]);
    let clock = clock(visit).await?;
    let date = Date::from_str(day).map_err(|_| wrong())?;
    day::moment_of(date, clock.now, &clock.zone).ok_or_else(wrong)
}

/// The time, and the workspace's zone.
pub async fn clock(visit: &Visit) -> Result<Clock, Failure> {
    let mut conn = visit.app.database.read().await?;
    let now = crate::domain::Micros(conn.now_us().await?).timestamp();
    let workspace = workspaces::find(&mut conn, visit.caller.scope(), visit.caller.workspace_id).await?;
    Ok(Clock::new(now, workspace.as_ref().map_or("UTC", |workspace| &workspace.time_zone)))
}

/// One to five stars, with reasons; none takes both away.
pub async fn stars(visit: Visit, Id(id): Id<PostingId>, form: Form) -> Result<Response, Failure> {
    let mut wrong = Vec::new();
    let stars: Option<u8> = form.parse("stars", &mut wrong, "Choose from 1 to 5 stars, or none.");
    let patch = PostingPatch { stars: Some(stars), stars_reason: Some(form.said("stars_reason")), ..PostingPatch::default() };
    let done = if wrong.is_empty() { change(&visit, &[id], &patch).await } else { Err(Failure::invalid(wrong)) };
    match done {
        Ok(_) => Ok(go_to_saying(&address(id), "The stars are kept.")),
        Err(failure) => refuse(&visit, id, Place::Stars, form, failure).await,
    }
}

pub async fn notes(visit: Visit, Id(id): Id<PostingId>, form: Form) -> Result<Response, Failure> {
    // Whoever sends no field of what the notes were has not begun from a page of ours.
    let notes_were = form.knows("notes_were").then(|| form.said("notes_were"));
    let patch = PostingPatch { notes: Some(form.said("notes")), notes_were, ..PostingPatch::default() };
    match change(&visit, &[id], &patch).await {
        Ok(_) => Ok(go_to_saying(&address(id), "The notes are kept.")),
        Err(failure) if failure.kind() == Kind::Conflict => {
            let message = "Somebody has changed the notes since you began. Yours are here, not kept yet; those that are kept stand below.";
            let wrong = Failure::invalid(vec![refused("notes", "notes_changed", Json::Null, message)]);
            refuse(&visit, id, Place::NotesChanged, form, wrong).await
        }
        Err(failure) => refuse(&visit, id, Place::Notes, form, failure).await,
    }
}

/// Hides it, or shows it again.
pub async fn hide(visit: Visit, Id(id): Id<PostingId>, form: Form) -> Result<Response, Failure> {
    let hidden = form.text("hidden") == "true";
    let patch = PostingPatch { hidden: Some(hidden), ..PostingPatch::default() };
    change(&visit, &[id], &patch).await?;
    let words = if hidden { "It is hidden, also when a search finds it again." } else { "It shows again." };
    Ok(go_to_saying(&back(&form, address(id)), words))
}

/// Erases it with all that was noted of it, once that was said in so many words.
pub async fn delete(visit: Visit, Id(id): Id<PostingId>, form: Form) -> Result<Response, Failure> {
    if form.text("confirm") != "delete" {
        let message = "Type delete to erase it; to be rid of it for good, hide it.";
        let unsaid = Failure::invalid(vec![refused("confirm", "invalid_value", Json::Null, message)]);
        return refuse(&visit, id, Place::Delete, form, unsaid).await;
    }
    let mut tx = visit.app.database.begin().await?;
    if !postings::delete(&mut tx, visit.caller.scope(), id).await? {
        return Err(PostingId::not_found());
    }
    tx.commit().await?;
    tracing::info!(posting = %id, user = %visit.caller.user_id, "a posting was erased");
    Ok(go_to_saying(PATH, "It was erased, with its notes, contacts, reminders and history."))
}

/// The same change of all that were chosen in the list.
pub async fn change_chosen(visit: Visit, form: Form) -> Result<Response, Failure> {
    let back = back(&form, PATH.to_owned());
    let chosen: Vec<String> = form.all("posting").map(str::to_owned).collect();
    if chosen.is_empty() {
        return Ok(go_to_saying(&back, "Nothing was chosen, so nothing was changed."));
    }
    let ids = api::checked_ids(&chosen)?;
    let hidden = |hidden| PostingPatch { hidden: Some(hidden), ..PostingPatch::default() };
    let patch = match form.text("do") {
        "hide" => hidden(true),
        "show" => hidden(false),
        "seen" => PostingPatch { seen: Some(true), ..PostingPatch::default() },
        _ => match form.text("status") {
            "" => return Ok(go_to_saying(&back, "Choose a status first; nothing was changed.")),
            status => PostingPatch { status: Some(status_of(status)?), ..PostingPatch::default() },
        },
    };
    let changed = change(&visit, &ids, &patch).await?;
    let postings = count(changed, "posting", "postings");
    let words = match (changed, form.text("do"), patch.status) {
        (0, ..) => "All of them were like that already.".to_owned(),
        (_, "hide", _) => format!("Hid {postings}."),
        (_, "show", _) => format!("{postings} shown again."),
        (_, "seen", _) => format!("{postings} no longer marked as new."),
        (_, _, Some(Some(status))) => format!("{postings} set to {}.", wording::status(Some(status)).word.to_lowercase()),
        _ => format!("{postings} without a status now."),
    };
    Ok(go_to_saying(&back, &words))
}

/// Changes postings by the rules of the API; how many are different now.
async fn change(visit: &Visit, ids: &[PostingId], patch: &PostingPatch) -> Result<u64, Failure> {
    let mut tx = visit.app.database.begin().await?;
    let change = api::checked_patch(patch, "", tx.now_us().await?)?;
    let changed = api::apply(&mut tx, &visit.caller, ids, &change).await?;
    tx.commit().await?;
    Ok(changed)
}

/// The posting's page with the words of a failure beside what they are about.
pub async fn refuse(visit: &Visit, id: PostingId, place: Place, form: Form, failure: Failure) -> Result<Response, Failure> {
    one::page(visit, id, Answered { place, form, wrong: Wrong::of(failure)? }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_our_own_pages_alone() {
        let led = |back_to: &str| back(&Form::filled([("back", back_to.to_owned())]), "/postings/1".to_owned());
        for ours in ["/postings", "/postings?status=saved&page=2", "/postings/board"] {
            assert_eq!(led(ours), ours);
        }
        for other in ["", "/settings", "https://example.org/postings", "//example.org", "/postingsx", "/postings?q=\u{e9}", "/postings\nx"]
        {
            assert_eq!(led(other), "/postings/1", "{other:?}");
        }
    }
}
