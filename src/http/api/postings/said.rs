//! What people say about postings, checked: changes, contacts and reminders.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value as Json;
use sluice_api::{ContactRequest, PostingPatch, ReminderPatch, ReminderRequest, ValidationError};
use url::Url;

use crate::domain::Micros;
use crate::domain::text::with_plain_line_ends;
use crate::domain::tracker::{ApplicationStatus, LONGEST_NAME, LONGEST_NOTES, LONGEST_REMARK, PostingChange};
use crate::domain::user::folded_email;
use crate::http::problem::{Failure, refused};
use crate::http::wire;
use crate::store::postings::contacts::ContactSaid;
use crate::store::postings::reminders::ReminderChange;

/// A day begins somewhere on earth before it does in UTC.
const AHEAD: Duration = Duration::from_secs(24 * 3600);

/// A change that can be carried out. `place` is where the patch stands in what was sent; `now_us` the database's time.
pub fn checked_patch(patch: &PostingPatch, place: &str, now_us: i64) -> Result<PostingChange, Failure> {
    let mut checked = Checked { place, wrong: Vec::new() };
    if *patch == PostingPatch::default() {
        let message = "Say what shall be different: status, applied_at, notes, add_note, stars, stars_reason, hidden or seen.";
        return Err(Failure::invalid(vec![refused(format!("{place}status"), "missing_field", Json::Null, message)]));
    }
    if let Some(Some(stars)) = patch.stars
        && !(1..=5).contains(&stars)
    {
        checked.refuse("stars", "out_of_range", stars, "This must be from 1 to 5, or null for none.");
    }
    if let Some(Some(at)) = patch.applied_at {
        if at.as_microsecond() > Micros(now_us).plus(AHEAD).0 {
            checked.refuse("applied_at", "out_of_range", at.to_string(), "This lies ahead; one has applied at a time that is past.");
        }
        if let Some(status) = patch.status
            && !status.map(wire::application_status_from).is_some_and(ApplicationStatus::is_applied)
        {
            let message = "With this status one has not applied; use applied or a later one, or leave applied_at out.";
            checked.refuse("applied_at", "conflicting_fields", at.to_string(), message);
        }
    }
    if let (Some(None), Some(Some(reason))) = (patch.stars, &patch.stars_reason) {
        let message = "Without stars there is nothing to give reasons for; leave this out.";
        checked.refuse("stars_reason", "conflicting_fields", reason.chars().take(100).collect::<String>(), message);
    }
    if patch.notes_were.is_some() && patch.notes.is_none() {
        let message = "This says what `notes` take the place of; send notes with it, or leave this out.";
        checked.refuse("notes_were", "conflicting_fields", Json::Null, message);
    }
    let add_note = patch.add_note.as_ref().and_then(|added| checked.text("add_note", Some(added), LONGEST_NOTES));
    if patch.add_note.is_some() && add_note.is_none() {
        let message = format!("This must have 1 to {LONGEST_NOTES} characters; to take the notes away, send notes as null.");
        checked.refuse("add_note", "out_of_range", Json::Null, message);
    }
    if patch.add_note.is_some() && patch.notes.is_some() {
        let message = "Notes are written anew or added to, not both; leave one of notes and add_note out.";
        checked.refuse("add_note", "conflicting_fields", Json::Null, message);
    }
    let change = PostingChange {
        status: patch.status.map(|status| status.map(wire::application_status_from)),
        applied_at: patch.applied_at.map(|at| at.map(micros)),
        notes: patch.notes.as_ref().map(|notes| checked.text("notes", notes.as_deref(), LONGEST_NOTES)),
        // A text to compare with is taken as it comes, but for the blanks that no stored text has around it.
        notes_were: patch.notes_were.as_ref().map(|notes| {
            let notes = notes.as_deref().map(str::trim).filter(|notes| !notes.is_empty());
            notes.map(with_plain_line_ends)
        }),
        add_note,
        stars: patch.stars.map(|stars| stars.map(i64::from)),
        stars_reason: patch.stars_reason.as_ref().map(|reason| checked.text("stars_reason", reason.as_deref(), LONGEST_REMARK)),
        hidden: patch.hidden,
        seen: patch.seen,
    };
    checked.done(change)
}

/// A contact that can be noted.
pub fn checked_contact(request: &ContactRequest) -> Result<ContactSaid, Failure> {
    let mut checked = Checked { place: "", wrong: Vec::new() };
    let name = checked.text("name", Some(&request.name), LONGEST_NAME);
    if name.is_none() {
        checked.refuse("name", "out_of_range", Json::Null, "Say whom: this must have 1 to 255 characters.");
    }
    let said = ContactSaid {
        name: name.unwrap_or_default(),
        role: checked.text("role", request.role.as_deref(), LONGEST_NAME),
        email: checked.text("email", request.email.as_deref(), LONGEST_NAME),
        phone: checked.text("phone", request.phone.as_deref(), LONGEST_NAME),
        url: checked.text("url", request.url.as_deref(), LONGEST_REMARK),
        notes: checked.text("notes", request.notes.as_deref(), LONGEST_REMARK),
    };
    if let Some(email) = said.email.as_deref().filter(|email| folded_email(email).is_none()) {
        checked.refuse("email", "invalid_value", email, "This must be an address such as ada@example.org.");
    }
    // It becomes a link, and a link of another kind could run something.
    if let Some(url) = said.url.as_deref().filter(|url| !is_web(url)) {
        checked.refuse("url", "invalid_value", url.chars().take(100).collect::<String>(), "This must begin with https:// or http://.");
    }
    checked.done(said)
}

fn is_web(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// When to be reminded, and of what.
pub fn checked_reminder(request: &ReminderRequest) -> Result<(Micros, Option<String>), Failure> {
    let mut checked = Checked { place: "", wrong: Vec::new() };
    let note = checked.text("note", request.note.as_deref(), LONGEST_REMARK);
    checked.done((micros(request.due_at), note))
}

pub fn checked_reminder_patch(patch: &ReminderPatch) -> Result<ReminderChange, Failure> {
    let mut checked = Checked { place: "", wrong: Vec::new() };
    if *patch == ReminderPatch::default() {
        checked.refuse("done", "missing_field", Json::Null, "Say what shall be different: due_at, note or done.");
    }
    let change = ReminderChange {
        due_at: patch.due_at.map(micros),
        note: patch.note.as_ref().map(|note| checked.text("note", note.as_deref(), LONGEST_REMARK)),
        done: patch.done,
    };
    checked.done(change)
}

fn micros(at: Timestamp) -> Micros {
    Micros(at.as_microsecond())
}

/// Gathers all that is wrong, so that it is told at once.
struct Checked<'a> {
    place: &'a str,
    wrong: Vec<ValidationError>,
}

impl Checked<'_> {
    fn refuse(&mut self, field: &str, error_type: &str, value: impl Into<Json>, message: impl Into<String>) {
        self.wrong.push(refused(format!("{}{field}", self.place), error_type, value, message));
    }

    /// A text without blanks around it; nothing when that is all there is.
    fn text(&mut self, field: &str, given: Option<&str>, longest: usize) -> Option<String> {
        let text = given.map(str::trim).filter(|text| !text.is_empty())?;
        if text.chars().count() > longest {
            self.refuse(field, "too_long", Json::Null, format!("This must be {longest} characters at most."));
        } else if text.contains('\0') {
            self.refuse(field, "invalid_value", Json::Null, "This holds a character that no text has (U+0000); leave it out.");
        }
        Some(with_plain_line_ends(text))
    }

    fn done<T>(self, checked: T) -> Result<T, Failure> {
        if self.wrong.is_empty() { Ok(checked) } else { Err(Failure::invalid(self.wrong)) }
    }
}
