//! What time brings, and what the screens lack: asked for together, seldom, and only for what can be seen.

use jiff::{SignedDuration, Timestamp};
use sluice_api::PostingsQuery;

use super::{REST, commands, dialogs, later};
use crate::effect::Effect;
use crate::filter::Filter;
use crate::layout::{is_wide, rows};
use crate::state::{Detail, Dialog, ImportTab, Link, ListOf, Pane, Refresh, Screen, State};

/// Changes that come within this time are read together.
const TOGETHER: SignedDuration = SignedDuration::from_millis(250);
const TURN: SignedDuration = SignedDuration::from_millis(120);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// From here on a wait is told in seconds.
const WATCHED: SignedDuration = SignedDuration::from_secs(60);

/// Notes what has to be read again.
pub fn mark(state: &mut State, note: impl FnOnce(&mut Refresh)) {
    note(&mut state.refresh);
    let due = later(state.now, TOGETHER);
    state.refresh.due_at.get_or_insert(due);
}

pub fn of_job(state: &mut State, job_id: &str) {
    mark(state, |refresh| {
        refresh.of_jobs.insert(job_id.to_owned());
    });
}

pub fn all(state: &mut State) {
    let shown = state.import.search.job_id.iter().chain(&state.import.urls.job_id).cloned().collect::<Vec<_>>();
    mark(state, |refresh| {
        refresh.overview = true;
        refresh.postings = true;
        refresh.companies = true;
        refresh.jobs = true;
        refresh.of_jobs.extend(shown);
    });
}

/// When the state changes by itself; once a minute while nothing moves, so that an idle application sleeps.
pub fn next_wake(state: &State) -> Option<Timestamp> {
    let mut times: Vec<Timestamp> = Vec::new();
    times.extend(state.refresh.due_at);
    times.extend(state.toasts.next_change());
    times.extend(state.postings.detail.due_at);
    times.extend(state.jobs.due_at);
    times.extend(state.companies.due_at);
    if let Some(Dialog::Words { due_at, .. }) = state.dialogs.last() {
        times.extend(*due_at);
    }
    if state.overview.is_moving(state.now) {
        times.push(later(state.spun_at, TURN));
    }
    if let Some((_, until)) = state.overview.waiting(state.now) {
        // In the last minute seconds are told.
        let left = until.duration_since(state.now);
        times.push(if left > WATCHED { later(until, -WATCHED) } else { later(state.now, SECOND.min(left).max(TOGETHER)) });
    }
    if let Link::Lost { again_at, .. } = state.link {
        times.push(later(again_at, TOGETHER).max(later(state.now, TOGETHER)));
    }
    // Ages grow.
    times.push(later(state.now, MINUTE));
    times.into_iter().min()
}

pub fn tick(state: &mut State, effects: &mut Vec<Effect>) {
    let now = state.now;
    state.toasts.pass(now);
    if state.overview.is_moving(now) {
        if later(state.spun_at, TURN) <= now {
            state.spinner = state.spinner.wrapping_add(1);
            state.spun_at = now;
        }
    } else {
        state.spun_at = now;
    }
    if let Link::Lost { again_at, .. } = &mut state.link
        && *again_at <= now
    {
        // The stream says by itself when it is lost again; an answer says that the server is back.
        *again_at = later(now, SignedDuration::from_secs(5));
        effects.push(Effect::LoadOverview { since: state.overview.heard });
    }
    if state.refresh.due_at.is_some_and(|at| at <= now) {
        carry_out(state, effects);
    }
    if state.postings.detail.due_at.is_some_and(|at| at <= now) {
        state.postings.detail.due_at = None;
        effects.extend(state.postings.detail.id.clone().map(|id| Effect::LoadPosting { id }));
    }
    if state.jobs.due_at.is_some_and(|at| at <= now) {
        state.jobs.due_at = None;
        effects.extend(state.jobs.detail_id.clone().map(|id| Effect::LoadJob { id }));
    }
    if state.companies.due_at.is_some_and(|at| at <= now) {
        state.companies.due_at = None;
        state.companies.shown = state.companies.list.chosen().map(|company| (company.id.clone(), company.name.clone()));
        state.companies.postings.begin_anew();
    }
    dialogs::apply_due_words(state);
}

fn carry_out(state: &mut State, effects: &mut Vec<Effect>) {
    let refresh = std::mem::take(&mut state.refresh);
    if refresh.overview {
        effects.push(Effect::LoadOverview { since: state.overview.heard });
    }
    if refresh.postings {
        state.postings.list.refresh();
        state.companies.postings.refresh();
        state.postings.news = 0;
    }
    if refresh.postings || refresh.detail {
        effects.extend(state.postings.detail.id.clone().map(|id| Effect::LoadPosting { id }));
    }
    if refresh.postings || refresh.counts {
        effects.push(Effect::LoadCounts);
    }
    if refresh.companies {
        state.companies.list.refresh();
    }
    if refresh.jobs {
        state.jobs.list.refresh();
    }
    if state.import.search.job_id.as_ref().is_some_and(|id| refresh.of_jobs.contains(id)) {
        state.import.search.results.refresh();
    }
    if state.import.urls.job_id.as_ref().is_some_and(|id| refresh.of_jobs.contains(id)) {
        state.import.urls.items.refresh();
    }
}

/// Asks for whatever the screen in front lacks.
pub fn settle(state: &mut State, effects: &mut Vec<Effect>) {
    if state.is_over {
        return;
    }
    match (state.screen, state.import.tab) {
        (Screen::Postings, _) => {
            let query = state.postings.filter.query(state.now);
            let height = rows(state, ListOf::Postings);
            let is_unread = state.postings.list.is_unread();
            let asks = state.postings.list.wanted(height);
            if is_unread && !asks.is_empty() {
                // Whatever has come until now will be among them.
                state.postings.news = 0;
            }
            for ask in asks {
                let query = PostingsQuery { cursor: state.postings.list.cursor(ask.page), ..query.clone() };
                effects.push(Effect::LoadPostings { list: ListOf::Postings, ask, query: Box::new(query) });
            }
            follow_with_the_detail(state, effects);
        }
        (Screen::Import, ImportTab::Search) => {
            if state.import.search.job_id.is_some() {
                let query = state.import.search.filter.query(state.now);
                let height = rows(state, ListOf::Results);
                for ask in state.import.search.results.wanted(height) {
                    let query = PostingsQuery { cursor: state.import.search.results.cursor(ask.page), ..query.clone() };
                    effects.push(Effect::LoadPostings { list: ListOf::Results, ask, query: Box::new(query) });
                }
            }
        }
        (Screen::Import, ImportTab::Urls) => {
            if let Some(job_id) = state.import.urls.job_id.clone() {
                let outcome = state.import.urls.outcome;
                let height = rows(state, ListOf::Items);
                for ask in state.import.urls.items.wanted(height) {
                    let query = sluice_api::PostingItemsQuery { outcome, ..Default::default() };
                    effects.push(Effect::LoadItems { job_id: job_id.clone(), ask, query });
                }
            }
        }
        (Screen::Jobs, _) => {
            let status = state.jobs.status;
            let height = rows(state, ListOf::Jobs);
            effects.extend(state.jobs.list.wanted(height).into_iter().map(|ask| Effect::LoadJobs { ask, status }));
            follow_with_the_job(state);
        }
        (Screen::Companies, _) => {
            let height = rows(state, ListOf::Companies);
            for ask in state.companies.list.wanted(height) {
                effects.push(Effect::LoadCompanies { ask, cursor: state.companies.list.cursor(ask.page) });
            }
            follow_with_the_company(state, effects);
        }
    }
}

/// The detail follows the choice where it is seen, once the choice rests.
fn follow_with_the_detail(state: &mut State, effects: &mut Vec<Effect>) {
    if !is_wide(state) && state.postings.pane == Pane::List {
        return;
    }
    // Whoever reads a posting keeps it, whatever becomes of the list.
    if state.postings.detail.is_pinned || (state.postings.pane == Pane::Side && state.postings.detail.id.is_some()) {
        return;
    }
    let chosen = state.postings.list.chosen().map(|posting| posting.id.clone());
    // A list that is read anew has no choice for a moment; what is read stays until it has.
    if chosen.is_none() && state.postings.list.total() != Some(0) {
        return;
    }
    if chosen != state.postings.detail.id {
        let due_at = chosen.as_ref().map(|_| later(state.now, REST));
        state.postings.detail = Detail { id: chosen.clone(), due_at, ..Detail::default() };
        if state.postings.pane == Pane::Side {
            commands::open_posting(state, effects);
        }
    }
}

fn follow_with_the_job(state: &mut State) {
    // Whoever goes back to the list looks at its choice again.
    state.jobs.is_pinned &= state.jobs.pane == Pane::Side;
    if state.jobs.is_pinned {
        return;
    }
    if !is_wide(state) && state.jobs.pane == Pane::List {
        return;
    }
    let Some(job) = state.jobs.list.chosen() else { return };
    if state.jobs.detail_id.as_ref() != Some(&job.id) {
        let id = job.id.clone();
        state.jobs.detail_id = Some(id);
        state.jobs.detail = None;
        state.jobs.scroll = 0;
        state.jobs.due_at = Some(if state.jobs.pane == Pane::Side { state.now } else { later(state.now, REST) });
    }
}

fn follow_with_the_company(state: &mut State, effects: &mut Vec<Effect>) {
    let chosen = state.companies.list.chosen().map(|company| company.id.clone());
    let shown = state.companies.shown.as_ref().map(|(id, _)| id.clone());
    if state.companies.pane == Pane::List && chosen.is_some() && chosen != shown && state.companies.due_at.is_none() {
        state.companies.due_at = Some(later(state.now, REST));
    }
    if let Some(company) = state.companies.shown.clone() {
        let query = Filter { company: Some(company), ..Filter::default() }.query(state.now);
        let height = rows(state, ListOf::CompanyPostings);
        for ask in state.companies.postings.wanted(height) {
            let query = PostingsQuery { cursor: state.companies.postings.cursor(ask.page), ..query.clone() };
            effects.push(Effect::LoadPostings { list: ListOf::CompanyPostings, ask, query: Box::new(query) });
        }
    }
}
