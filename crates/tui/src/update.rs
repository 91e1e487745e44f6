//! What a message does to the state, and what shall follow. Nothing here waits, reads a clock or draws.

mod answers;
mod bulk;
mod commands;
mod contacts;
mod dialogs;
mod import;
mod jobs;
mod keys;
mod mouse;
mod notes;
mod postings;
mod refresh;

use jiff::{SignedDuration, Timestamp};
use sluice_api::{Posting, Told};

use crate::effect::Effect;
use crate::filter::Filter;
use crate::layout::rows;
use crate::memory;
use crate::message::Message;
use crate::state::{Dialog, ImportTab, Link, ListOf, Screen, State};
use crate::window::Window;

pub use contacts::of as contacts;
pub use import::search_form;
pub use notes::is_unsaved;
pub use refresh::next_wake;

/// How long a choice rests before what stands beside it is asked for.
const REST: SignedDuration = SignedDuration::from_millis(150);

/// What a fresh application asks for first.
pub fn begin(state: &mut State) -> Vec<Effect> {
    let mut effects = vec![Effect::LoadMe, Effect::LoadOverview { since: state.overview.heard }, Effect::LoadCounts];
    refresh::settle(state, &mut effects);
    effects
}

pub fn update(state: &mut State, now: Timestamp, message: Message) -> Vec<Effect> {
    state.now = now;
    let mut effects = Vec::new();
    state.is_touched |= matches!(message, Message::Key(_) | Message::Mouse(_) | Message::Paste(_));
    match message {
        Message::Key(key) => keys::press(state, &key, &mut effects),
        Message::Mouse(mouse) => mouse::point(state, &mouse, &mut effects),
        Message::Paste(text) => keys::paste(state, &text, &mut effects),
        Message::Resize(width, height) => resize(state, width, height),
        Message::Tick => refresh::tick(state, &mut effects),
        Message::Told(told) => hear(state, *told),
        Message::Lost { why, again_in } => {
            let wait = SignedDuration::try_from(again_in).unwrap_or_default();
            state.link = Link::Lost { why: why.what, again_at: later(now, wait) };
        }
        Message::Me(answer) => {
            if let Ok(me) = answer {
                set_zone(state, &me.workspace.time_zone);
                if let Some(kept) = state.kept.remove(&me.workspace.id) {
                    memory::recall(state, kept);
                }
                state.me = Some(*me);
            }
        }
        Message::Overview { since, answer } => jobs::learn_overview(state, since, answer, &mut effects),
        Message::Counts(answer) => {
            if let Ok(counts) = answer {
                state.postings.counts = Some(counts);
            }
        }
        Message::Postings { list, ask, answer } => answers::postings(state, list, ask, answer),
        Message::Posting { id, answer } => answers::posting(state, &id, answer, &mut effects),
        Message::Changed { number, before, said, answer } => postings::changed(state, number, *before, said, answer, &mut effects),
        Message::Reminded { posting_id, said, answer } => postings::reminded(state, &posting_id, said, answer, &mut effects),
        Message::ContactStored { posting_id, said, answer } => contacts::stored(state, &posting_id, &said, answer, &mut effects),
        Message::Jobs { ask, answer } => answers::jobs(state, ask, answer),
        Message::Job { id, answer } => jobs::learn(state, &id, answer, &mut effects),
        Message::Steered { id, answer } => jobs::steered(state, &id, answer),
        Message::Items { job_id, ask, answer } => answers::items(state, &job_id, ask, answer),
        Message::Companies { ask, answer } => answers::companies(state, ask, answer),
        Message::Started { what, sent, answer } => import::started(state, what, &sent, answer),
        Message::Collected { job_id, selects, answer } => import::collected(state, &job_id, selects, answer),
    }
    refresh::settle(state, &mut effects);
    effects
}

fn resize(state: &mut State, width: u16, height: u16) {
    state.size = ratatui::layout::Size { width, height };
    for list in [ListOf::Postings, ListOf::Results, ListOf::Items, ListOf::Jobs, ListOf::Companies, ListOf::CompanyPostings] {
        let height = rows(state, list);
        match list {
            ListOf::Postings => state.postings.list.show_selected(height),
            ListOf::Results => state.import.search.results.show_selected(height),
            ListOf::Items => state.import.urls.items.show_selected(height),
            ListOf::Jobs => state.jobs.list.show_selected(height),
            ListOf::Companies => state.companies.list.show_selected(height),
            ListOf::CompanyPostings => state.companies.postings.show_selected(height),
        }
    }
}

/// Times are shown in the workspace's zone; one that is not known here leaves the machine's.
fn set_zone(state: &mut State, name: &str) {
    if let Ok(zone) = jiff::tz::TimeZone::get(name) {
        state.zone = zone;
    }
}

/// After an answer or an event from a server that had been away: whatever was read before may be old.
fn connected(state: &mut State) {
    if state.link == Link::Up {
        return;
    }
    state.link = Link::Up;
    refresh::all(state);
}

fn hear(state: &mut State, told: Told) {
    connected(state);
    match told {
        Told::Job(job) => jobs::hear(state, *job),
        Told::Page(page) => {
            let brings_postings = state.overview.job(&page.job_id).is_none_or(crate::names::is_of_postings);
            if !brings_postings {
                return;
            }
            refresh::of_job(state, &page.job_id);
            refresh::mark(state, |refresh| refresh.counts = true);
        }
        Told::Timeline(added) => jobs::tell(state, added),
        Told::Postings(changed) => postings::hear(state, &changed),
        Told::Review(_) => {}
    }
}

/// Goes to a screen, and remembers of the one that is left what had been seen on it.
fn show(state: &mut State, screen: Screen) {
    if state.screen == screen {
        return;
    }
    leave(state);
    state.screen = screen;
    state.tray.is_focused = false;
}

/// Remembers what had been seen on the screen in front.
pub fn leave(state: &mut State) {
    match (state.screen, state.import.tab) {
        (Screen::Postings, _) => {
            if let Some(newest) = newest_seen(&state.postings.list, &state.postings.filter) {
                state.postings.seen = state.postings.seen.max(Some(newest));
            }
        }
        (Screen::Import, ImportTab::Search) => import::leave_results(state),
        (Screen::Import, ImportTab::Urls) | (Screen::Jobs | Screen::Companies, _) => {}
    }
}

/// When the newest row was stored that somebody could see. Under a filter that says nothing; and where nothing was listed, whatever comes is new.
fn newest_seen(list: &Window<Posting>, filter: &Filter) -> Option<Timestamp> {
    if filter.is_narrow() {
        return None;
    }
    let newest = list.held().map(|(_, posting)| posting.created_at).max();
    newest.or_else(|| (list.total() == Some(0)).then_some(Timestamp::UNIX_EPOCH))
}

fn push(state: &mut State, dialog: Dialog) {
    state.dialogs.push(dialog);
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
pub(crate) mod tests;
