//! Changes of one posting: seen at once, stored at once, and taken back when the server refuses them.

use jiff::Timestamp;
use sluice_api::wording::posting as words;
use sluice_api::{ApplicationStatus, Posting, PostingPatch, PostingsChanged, Reminder, Role};

use super::answers::heard_from;
use super::{notes, refresh};
use crate::effect::Effect;
use crate::filter::Order;
use crate::message::Answer;
use crate::state::{Pane, State, Unanswered, Undo};
use crate::toast::Draft;
use crate::window::Window;

/// So many changes can be taken back.
const MOST_UNDONE: usize = 50;

/// The posting that commands are about: the one that is read, or the highlighted row.
pub fn chosen(state: &State) -> Option<&Posting> {
    match state.postings.pane {
        Pane::List => state.postings.list.chosen(),
        Pane::Side => open(state),
    }
}

/// The posting of the detail, also while only its row is known.
pub fn open(state: &State) -> Option<&Posting> {
    let detail = &state.postings.detail;
    let id = detail.id.as_ref()?;
    let row = || state.postings.list.held().map(|(_, posting)| posting).find(|posting| posting.id == *id);
    detail.whole.as_ref().map(|whole| &whole.posting).or_else(row)
}

/// The posting as it is held now; rows may have moved since somebody began to write about it.
fn held(state: &State, id: &str) -> Option<Posting> {
    let detail = state.postings.detail.whole.as_ref().map(|whole| &whole.posting);
    let mut rows = state.postings.list.held().map(|(_, posting)| posting).chain(detail);
    rows.find(|posting| posting.id == id).cloned()
}

pub fn set_status(state: &mut State, posting: Posting, status: Option<ApplicationStatus>, effects: &mut Vec<Effect>) {
    let patch = PostingPatch { status: Some(status), ..PostingPatch::default() };
    change(state, posting, patch, &words::status(status).word, effects);
}

pub fn hide_or_show(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(before) = chosen(state).cloned() else { return };
    let said = if before.hidden { "Shown again" } else { "Hidden" };
    let patch = PostingPatch { hidden: Some(!before.hidden), ..PostingPatch::default() };
    change(state, before, patch, said, effects);
}

pub fn change_stars(state: &mut State, by: i8, effects: &mut Vec<Effect>) {
    let Some(before) = chosen(state).cloned() else { return };
    let stars = before.stars.unwrap_or(0).saturating_add_signed(by).min(5);
    let patch = PostingPatch { stars: Some((stars > 0).then_some(stars)), ..PostingPatch::default() };
    change(state, before, patch, "Rated", effects);
}

/// Changes a posting so that it can be taken back. `posting` is how it was when somebody chose it; its row may have left the list since.
pub fn change(state: &mut State, posting: Posting, patch: PostingPatch, said: &str, effects: &mut Vec<Effect>) {
    let before = held(state, &posting.id).unwrap_or(posting);
    let back = inverse(&before, &patch);
    let number = send(state, before.clone(), patch, said.to_owned(), effects);
    state.postings.undo.push(Undo { number, before: Box::new(before), back });
    if state.postings.undo.len() > MOST_UNDONE {
        state.postings.undo.remove(0);
    }
}

/// Notes that somebody has opened the posting of the detail, where that somebody may note anything.
pub fn note_as_seen(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(posting) = open(state).cloned() else { return };
    let may_write = state.me.as_ref().is_none_or(|me| me.workspace.role != Role::Viewer);
    if posting.seen_at.is_none() && may_write {
        let patch = PostingPatch { seen: Some(true), ..PostingPatch::default() };
        send(state, posting, patch, String::new(), effects);
    }
}

pub fn undo(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(Undo { before, back, .. }) = state.postings.undo.pop() else {
        state.toasts.show(Draft::info("There is nothing to take back."), state.now);
        return;
    };
    let now = held(state, &before.id).unwrap_or(*before);
    send(state, now, back, "Taken back".to_owned(), effects);
}

fn send(state: &mut State, before: Posting, patch: PostingPatch, said: String, effects: &mut Vec<Effect>) -> u64 {
    let postings = &mut state.postings;
    postings.changes += 1;
    let number = postings.changes;
    // Without changes under way, what is held is what the server told.
    postings.stored.entry(before.id.clone()).or_insert_with(|| before.clone());
    postings.unanswered.push(Unanswered { number, id: before.id.clone(), patch: patch.clone(), at: state.now });
    show(state, before.clone());
    effects.push(Effect::ChangePosting { number, before: Box::new(before), patch: Box::new(patch), said });
    number
}

/// What the server will make of the patch, as far as it shows.
fn apply(posting: &mut Posting, patch: &PostingPatch, now: Timestamp) {
    if let Some(status) = patch.status {
        posting.status = status;
        posting.status_at = status.map(|_| now);
        if status == Some(ApplicationStatus::Applied) && posting.applied_at.is_none() {
            posting.applied_at = Some(now);
        }
    }
    if let Some(applied_at) = patch.applied_at {
        posting.applied_at = applied_at;
    }
    if let Some(notes) = &patch.notes {
        posting.notes.clone_from(notes);
    }
    if let Some(stars) = patch.stars {
        posting.stars = stars;
        if stars.is_none() {
            posting.stars_reason = None;
        }
    }
    if let Some(reason) = &patch.stars_reason {
        posting.stars_reason.clone_from(reason);
    }
    if let Some(hidden) = patch.hidden {
        posting.hidden = hidden;
    }
    if patch.seen == Some(true) && posting.seen_at.is_none() {
        posting.seen_at = Some(now);
    }
}

/// What sets back all that the patch changes.
fn inverse(before: &Posting, patch: &PostingPatch) -> PostingPatch {
    PostingPatch {
        status: patch.status.map(|_| before.status),
        applied_at: patch.status.map(|_| before.applied_at),
        notes: patch.notes.as_ref().map(|_| before.notes.clone()),
        // Whoever has written since keeps it.
        notes_were: patch.notes.clone(),
        stars: patch.stars.map(|_| before.stars),
        // Without stars there is no reason for them.
        stars_reason: (patch.stars == Some(None) && before.stars_reason.is_some()).then(|| before.stars_reason.clone()),
        hidden: patch.hidden.map(|_| before.hidden),
        ..PostingPatch::default()
    }
}

/// Puts a posting as the server told it wherever it is held.
pub fn replace(state: &mut State, posting: &Posting) {
    if let Some(stored) = state.postings.stored.get_mut(&posting.id) {
        stored.clone_from(posting);
    }
    show(state, posting.clone());
}

/// Shows the posting with the changes that the server has yet to answer; the descriptions of one that is open stay.
fn show(state: &mut State, mut posting: Posting) {
    let id = posting.id.clone();
    for change in state.postings.unanswered.iter().filter(|change| change.id == id) {
        apply(&mut posting, &change.patch, change.at);
    }
    // Lists hold no descriptions.
    let summary = Posting { description_text: None, description_html: None, description_markdown: None, ..posting.clone() };
    let held = state.postings.list.held_mut();
    for row in held.chain(state.import.search.results.held_mut()).chain(state.companies.postings.held_mut()) {
        if row.id == posting.id {
            row.clone_from(&summary);
        }
    }
    if let Some(whole) = state.postings.detail.whole.as_mut().filter(|whole| whole.posting.id == posting.id) {
        let before = std::mem::replace(&mut whole.posting, posting);
        let now = &mut whole.posting;
        now.description_text = now.description_text.take().or(before.description_text);
        now.description_html = now.description_html.take().or(before.description_html);
        now.description_markdown = now.description_markdown.take().or(before.description_markdown);
    }
}

/// After rows have come that were read before the server had all changes.
pub fn show_unanswered(state: &mut State, told: &[Posting]) {
    for posting in told.iter().filter(|posting| state.postings.stored.contains_key(&posting.id)).cloned().collect::<Vec<_>>() {
        replace(state, &posting);
    }
}

/// Whether a change takes a posting out of the list or to another place in it, so that the list has to be read again.
fn may_leave(state: &State, before: &Posting, after: &Posting) -> bool {
    let noted = before.status != after.status || before.stars != after.stars || before.notes != after.notes;
    let filter = &state.postings.filter;
    before.hidden != after.hidden || (noted && (filter.is_narrow() || matches!(filter.order, Order::Status | Order::Stars)))
}

fn held_anywhere(state: &State, id: &str) -> Option<Posting> {
    let rows = |window: &Window<Posting>| window.held().map(|(_, posting)| posting).find(|posting| posting.id == id).cloned();
    held(state, id).or_else(|| rows(&state.import.search.results)).or_else(|| rows(&state.companies.postings))
}

/// What people changed, here or anywhere else.
pub fn hear(state: &mut State, changed: &PostingsChanged) {
    refresh::mark(state, |refresh| refresh.counts = true);
    if changed.deleted || changed.changed > changed.postings.len() as u64 {
        let shown = state.import.search.job_id.clone();
        refresh::mark(state, |refresh| {
            refresh.postings = true;
            refresh.companies = true;
            refresh.of_jobs.extend(shown);
        });
        return;
    }
    for now in &changed.postings {
        if state.postings.detail.id.as_ref() == Some(&now.id) {
            refresh::mark(state, |refresh| refresh.detail = true);
        }
        let Some(before) = state.postings.stored.get(&now.id).cloned().or_else(|| held_anywhere(state, &now.id)) else { continue };
        let after = Posting {
            status: now.status,
            stars: now.stars,
            hidden: now.hidden,
            next_reminder_at: now.next_reminder_at,
            seen_at: now.seen_at,
            ..before.clone()
        };
        if may_leave(state, &before, &after) {
            refresh::mark(state, |refresh| refresh.postings = true);
        }
        replace(state, &after);
    }
}

pub fn changed(state: &mut State, number: u64, before: Posting, said: String, answer: Answer<Box<Posting>>, effects: &mut Vec<Effect>) {
    heard_from(state, &answer);
    let at = state.postings.unanswered.iter().position(|change| change.number == number);
    let patch = at.map(|at| state.postings.unanswered.remove(at).patch).unwrap_or_default();
    match answer {
        Ok(posting) => {
            // A list that was read before the change may still be on its way.
            if may_leave(state, &before, &posting) || state.postings.list.is_asking() {
                refresh::mark(state, |refresh| refresh.postings = true);
            }
            replace(state, &posting);
            refresh::mark(state, |refresh| refresh.counts = true);
            if !said.is_empty() {
                let title = words::title(&posting);
                state.toasts.show(Draft::info(format!("{said}: {title}")), state.now);
            }
        }
        Err(trouble) => {
            let stored = state.postings.stored.get(&before.id).cloned().unwrap_or_else(|| before.clone());
            show(state, stored);
            let was_new = state.postings.undo.iter().any(|undo| undo.number == number);
            state.postings.undo.retain(|undo| undo.number != number);
            effects.push(Effect::LoadPosting { id: before.id.clone() });
            let kept = if was_new { notes::refused(state, &before, &patch, trouble.notes.as_deref()) } else { None };
            let text = kept.unwrap_or_else(|| trouble.lines()[1..].join(" "));
            state.toasts.show(Draft::error(format!("Not stored: {}", trouble.what)).saying(text), state.now);
        }
    }
    if !state.postings.unanswered.iter().any(|change| change.id == before.id) {
        state.postings.stored.remove(&before.id);
    }
}

pub fn finish_reminder(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(id) = chosen(state).map(|posting| posting.id.clone()) else { return };
    let whole = state.postings.detail.whole.as_ref().filter(|whole| whole.posting.id == id);
    match whole.and_then(|whole| whole.reminders.iter().find(|reminder| reminder.done_at.is_none())) {
        Some(reminder) => effects.push(Effect::FinishReminder { posting_id: id, id: reminder.id.clone() }),
        None => state.toasts.show(Draft::info("Open the posting first: it shows its reminders."), state.now),
    }
}

pub fn reminded(state: &mut State, posting_id: &str, said: String, answer: Answer<Reminder>, effects: &mut Vec<Effect>) {
    heard_from(state, &answer);
    match answer {
        Ok(_) => {
            state.toasts.show(Draft::info(said), state.now);
            refresh::mark(state, |refresh| refresh.counts = true);
            if state.postings.detail.id.as_deref() == Some(posting_id) {
                effects.push(Effect::LoadPosting { id: posting_id.to_owned() });
            }
        }
        Err(trouble) => {
            let text = trouble.lines()[1..].join(" ");
            state.toasts.show(Draft::error(format!("Not stored: {}", trouble.what)).saying(text), state.now);
        }
    }
}
