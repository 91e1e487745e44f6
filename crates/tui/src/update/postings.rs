//! Changes of one posting: seen at once, stored at once, and taken back when the server refuses them.

use jiff::Timestamp;
use sluice_api::wording::posting as words;
use sluice_api::{ApplicationStatus, Posting, PostingPatch, PostingsChanged, Reminder};

use super::answers::heard_from;
use super::refresh;
use crate::effect::Effect;
use crate::filter::Order;
use crate::message::Answer;
use crate::state::{State, Unanswered};
use crate::toast::Draft;

/// So many changes can be taken back.
const MOST_UNDONE: usize = 50;

/// The posting that commands are about.
pub fn chosen(state: &State) -> Option<&Posting> {
    let detail = &state.postings.detail;
    if detail.is_pinned { detail.whole.as_ref().map(|whole| &whole.posting) } else { state.postings.list.chosen() }
}

/// The posting as it is held now; rows may have moved since somebody began to write about it.
fn held(state: &State, id: &str) -> Option<Posting> {
    let detail = state.postings.detail.whole.as_ref().map(|whole| &whole.posting);
    let mut rows = state.postings.list.held().map(|(_, posting)| posting).chain(detail);
    rows.find(|posting| posting.id == id).cloned()
}

pub fn set_status(state: &mut State, id: &str, status: Option<ApplicationStatus>, effects: &mut Vec<Effect>) {
    let patch = PostingPatch { status: Some(status), ..PostingPatch::default() };
    change(state, held(state, id), patch, &words::status(status).word, effects);
}

pub fn set_notes(state: &mut State, id: &str, notes: Option<String>, effects: &mut Vec<Effect>) {
    let patch = PostingPatch { notes: Some(notes), ..PostingPatch::default() };
    change(state, held(state, id), patch, "Noted", effects);
}

pub fn hide_or_show(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(before) = chosen(state).cloned() else { return };
    let said = if before.hidden { "Shown again" } else { "Hidden" };
    let patch = PostingPatch { hidden: Some(!before.hidden), ..PostingPatch::default() };
    change(state, Some(before), patch, said, effects);
}

pub fn change_stars(state: &mut State, by: i8, effects: &mut Vec<Effect>) {
    let Some(before) = chosen(state).cloned() else { return };
    let stars = before.stars.unwrap_or(0).saturating_add_signed(by).min(5);
    let patch = PostingPatch { stars: Some((stars > 0).then_some(stars)), ..PostingPatch::default() };
    change(state, Some(before), patch, "Rated", effects);
}

/// Changes a posting so that it can be taken back.
fn change(state: &mut State, before: Option<Posting>, patch: PostingPatch, said: &str, effects: &mut Vec<Effect>) {
    let Some(before) = before else { return };
    let back = inverse(&before, &patch);
    state.postings.undo.push((Box::new(before.clone()), back));
    if state.postings.undo.len() > MOST_UNDONE {
        state.postings.undo.remove(0);
    }
    send(state, before, patch, said.to_owned(), effects);
}

/// Changes a posting without a word, such as that it was seen.
pub fn change_quietly(state: &mut State, before: Posting, patch: PostingPatch, effects: &mut Vec<Effect>) {
    send(state, before, patch, String::new(), effects);
}

pub fn undo(state: &mut State, effects: &mut Vec<Effect>) {
    let Some((before, back)) = state.postings.undo.pop() else {
        state.toasts.show(Draft::info("There is nothing to take back."), state.now);
        return;
    };
    let now = held(state, &before.id).unwrap_or(*before);
    send(state, now, back, "Taken back".to_owned(), effects);
}

fn send(state: &mut State, before: Posting, patch: PostingPatch, said: String, effects: &mut Vec<Effect>) {
    state.postings.unanswered.push(Unanswered { id: before.id.clone(), patch: patch.clone(), at: state.now });
    replace(state, &before);
    effects.push(Effect::ChangePosting { before: Box::new(before), patch: Box::new(patch), said });
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
        stars: patch.stars.map(|_| before.stars),
        hidden: patch.hidden.map(|_| before.hidden),
        ..PostingPatch::default()
    }
}

/// Puts the posting wherever it is held, with the changes that the server has yet to answer; descriptions that lists leave out stay.
pub fn replace(state: &mut State, posting: &Posting) {
    let mut now = posting.clone();
    for change in state.postings.unanswered.iter().filter(|change| change.id == posting.id) {
        apply(&mut now, &change.patch, change.at);
    }
    let posting = &now;
    let held = state.postings.list.held_mut();
    for row in held.chain(state.import.search.results.held_mut()).chain(state.companies.postings.held_mut()) {
        if row.id == posting.id {
            *row = posting.clone();
        }
    }
    if let Some(whole) = state.postings.detail.whole.as_mut().filter(|whole| whole.posting.id == posting.id) {
        let before = std::mem::replace(&mut whole.posting, posting.clone());
        let now = &mut whole.posting;
        now.description_text = now.description_text.take().or(before.description_text);
        now.description_html = now.description_html.take().or(before.description_html);
        now.description_markdown = now.description_markdown.take().or(before.description_markdown);
    }
}

/// Whether a change takes a posting out of the list or to another place in it, so that the list has to be read again.
fn may_leave(state: &State, before: &Posting, after: &Posting) -> bool {
    let noted = before.status != after.status || before.stars != after.stars || before.notes != after.notes;
    let filter = &state.postings.filter;
    before.hidden != after.hidden || (noted && (filter.is_narrow() || matches!(filter.order, Order::Status | Order::Stars)))
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
        let held =
            state.postings.list.held().map(|(_, posting)| posting).chain(state.import.search.results.held().map(|(_, posting)| posting));
        let Some(before) =
            held.chain(state.companies.postings.held().map(|(_, posting)| posting)).find(|posting| posting.id == now.id).cloned()
        else {
            continue;
        };
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

pub fn changed(state: &mut State, before: Posting, said: String, answer: Answer<Box<Posting>>) {
    heard_from(state, &answer);
    // Changes are stored one after the other, so the oldest one is answered first.
    if let Some(answered) = state.postings.unanswered.iter().position(|change| change.id == before.id) {
        state.postings.unanswered.remove(answered);
    }
    match answer {
        Ok(posting) => {
            if may_leave(state, &before, &posting) {
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
            replace(state, &before);
            state.postings.undo.retain(|(undone, _)| undone.id != before.id);
            let text = trouble.lines()[1..].join(" ");
            state.toasts.show(Draft::error(format!("Not stored: {}", trouble.what)).saying(text), state.now);
        }
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
