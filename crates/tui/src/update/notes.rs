//! Notes of a posting while they are written: what is left is a draft, and two who write at the same time both keep their words.

use sluice_api::wording::posting as words;
use sluice_api::{Posting, PostingPatch};

use super::{postings, push};
use crate::effect::Effect;
use crate::field::Field;
use crate::state::{Dialog, NoteDraft, State};
use crate::toast::Draft;
use crate::trouble::NotesNow;

/// Goes on with the draft where there is one.
pub fn write(state: &mut State) {
    let Some(posting) = postings::chosen(state).cloned() else { return };
    let draft = state.postings.drafts.get(&posting.id);
    let began = draft.map_or_else(|| posting.notes.clone(), |draft| draft.began.clone());
    let typed = Field::lines(draft.map_or_else(|| posting.notes.clone().unwrap_or_default(), |draft| draft.text.clone()));
    push(state, Dialog::Note { posting: Box::new(posting), began, typed });
}

/// Whether leaving the note now would lose something.
pub fn is_unsaved(began: Option<&String>, typed: &Field) -> bool {
    typed.said().as_deref() != began.map(|notes| notes.trim())
}

pub fn store(state: &mut State, posting: Posting, began: Option<String>, typed: &Field, effects: &mut Vec<Effect>) {
    state.postings.drafts.remove(&posting.id);
    if !is_unsaved(began.as_ref(), typed) {
        return;
    }
    let patch = PostingPatch { notes: Some(typed.said()), notes_were: Some(began), ..PostingPatch::default() };
    postings::change(state, posting, patch, "Noted", effects);
}

/// The dialog was left without storing.
pub fn leave(state: &mut State, posting: Posting, began: Option<String>, typed: &Field) {
    if is_unsaved(began.as_ref(), typed) {
        keep(state, &posting, began, typed.text().to_owned());
        state.toasts.show(Draft::info("Kept as a draft, n goes on.").saying(words::title(&posting)), state.now);
    } else {
        state.postings.drafts.remove(&posting.id);
    }
}

/// Notes that the server did not take are a draft again, together with what somebody else has written meanwhile. Says what became of them.
pub fn refused(state: &mut State, posting: &Posting, ours: &PostingPatch, now: Option<&NotesNow>) -> Option<String> {
    let written = ours.notes.clone()?.unwrap_or_default();
    let Some(NotesNow(now)) = now else {
        keep(state, posting, ours.notes_were.clone().unwrap_or_default(), written);
        return Some("What you wrote is kept as a draft, n goes on.".to_owned());
    };
    keep(state, posting, now.clone(), join(now.as_deref().unwrap_or_default(), &written));
    Some("n shows both texts.".to_owned())
}

fn keep(state: &mut State, posting: &Posting, began: Option<String>, text: String) {
    let title = words::title(posting);
    state.postings.drafts.insert(posting.id.clone(), NoteDraft { title, began, text });
}

/// Both texts, once where one has all of the other.
fn join(theirs: &str, ours: &str) -> String {
    if ours.contains(theirs) {
        ours.to_owned()
    } else if theirs.contains(ours) {
        theirs.to_owned()
    } else {
        format!("{theirs}\n\n{ours}")
    }
}
