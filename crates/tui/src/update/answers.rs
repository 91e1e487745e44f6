//! What the server answered to a question about rows.

use sluice_api::{Company, Job, List, Posting, PostingItem, PostingWhole};

use super::connected;
use crate::effect::Effect;
use crate::layout::rows;
use crate::message::Answer;
use crate::state::{ListOf, Pane, Screen, State};
use crate::window::Ask;

pub fn postings(state: &mut State, list: ListOf, ask: Ask, answer: Answer<List<Posting>>) {
    heard_from(state, &answer);
    let window = match list {
        ListOf::Results => &mut state.import.search.results,
        ListOf::CompanyPostings => &mut state.companies.postings,
        _ => &mut state.postings.list,
    };
    let told = answer.as_ref().map(|list| list.data.clone()).unwrap_or_default();
    if window.accept(ask, answer) {
        super::postings::show_unanswered(state, &told);
    }
    if list == ListOf::Postings && state.postings.detail.is_pinned {
        choose_the_pinned(state);
    }
}

/// The posting that was opened from elsewhere becomes the list's choice, once the list holds it.
fn choose_the_pinned(state: &mut State) {
    let pinned = state.postings.detail.id.clone();
    let found = state.postings.list.held().find(|(_, posting)| Some(&posting.id) == pinned.as_ref()).map(|(index, _)| index);
    if let Some(index) = found {
        let height = rows(state, ListOf::Postings);
        state.postings.list.select(index, height);
        state.postings.detail.is_pinned = false;
    }
}

pub fn posting(state: &mut State, id: &str, answer: Answer<Box<PostingWhole>>, effects: &mut Vec<Effect>) {
    heard_from(state, &answer);
    let is_open = state.postings.detail.id.as_deref() == Some(id);
    match answer {
        Ok(mut whole) => {
            // The note that it was seen may still be on its way.
            let held = state.postings.list.held().find(|(_, posting)| posting.id == id);
            whole.posting.seen_at = whole.posting.seen_at.or(held.and_then(|(_, posting)| posting.seen_at));
            let told = whole.posting.clone();
            if is_open {
                state.postings.detail.whole = Some(whole);
                state.postings.detail.trouble = None;
            }
            super::postings::replace(state, &told);
            // One that was opened from elsewhere is in no list that is held.
            if is_open && state.screen == Screen::Postings && state.postings.pane == Pane::Side {
                super::postings::note_as_seen(state, effects);
            }
        }
        Err(trouble) if is_open => state.postings.detail.trouble = Some(trouble),
        Err(_) => {}
    }
}

pub fn jobs(state: &mut State, ask: Ask, answer: Answer<List<Job>>) {
    heard_from(state, &answer);
    state.jobs.list.accept(ask, answer);
    super::jobs::choose_the_pinned(state);
}

pub fn items(state: &mut State, job_id: &str, ask: Ask, answer: Answer<List<PostingItem>>) {
    heard_from(state, &answer);
    if state.import.urls.job_id.as_deref() == Some(job_id) {
        state.import.urls.items.accept(ask, answer);
    }
}

pub fn companies(state: &mut State, ask: Ask, answer: Answer<List<Company>>) {
    heard_from(state, &answer);
    state.companies.list.accept(ask, answer);
}

/// An answer proves that the server is there.
pub fn heard_from<T>(state: &mut State, answer: &Answer<T>) {
    if answer.as_ref().err().is_none_or(|trouble| !trouble.is_unreachable) {
        connected(state);
    }
}
