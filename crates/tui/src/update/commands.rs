//! Carries a command out, wherever it came from: a key, a click or the palette.

use sluice_api::{ApplicationStatus, Job, JobStatus, PostingOutcome};

use super::{bulk, contacts, dialogs, import, jobs, notes, postings, push, refresh, show};
use crate::command::Command;
use crate::effect::{Effect, Steering};
use crate::field::Field;
use crate::filter::Filter;
use crate::layout::rows;
use crate::state::{Detail, Dialog, ImportTab, Left, ListOf, Pane, Place, Screen, State};
use crate::toast::Draft;

/// Lines of a text that is yet to be drawn.
const LONGEST_TEXT: u16 = 10_000;

pub fn run(state: &mut State, command: Command, effects: &mut Vec<Effect>) {
    match command {
        Command::ShowPostings => show(state, Screen::Postings),
        Command::ShowImport => show(state, Screen::Import),
        Command::ShowJobs => show(state, Screen::Jobs),
        Command::ShowCompanies => show(state, Screen::Companies),
        Command::ImportUrls => import::show_tab(state, ImportTab::Urls),
        Command::ImportSearch => import::show_tab(state, ImportTab::Search),
        Command::OtherTab => import::show_tab(state, import::other_tab(state)),
        Command::Help => push(state, Dialog::Help { scroll: 0 }),
        Command::Palette => push(state, Dialog::Palette { typed: Field::line(""), chosen: 0 }),
        Command::ToggleTray => {
            state.tray.is_open = !state.tray.is_open;
            state.tray.is_focused = state.tray.is_open;
            state.choose_in_the_tray(0);
        }
        Command::Quit => state.is_over = true,
        Command::Back => back(state),
        Command::NextPane | Command::PreviousPane => turn_to_the_other_pane(state, effects),
        Command::Down => walk(state, 1),
        Command::Up => walk(state, -1),
        Command::PageDown => walk(state, page(state)),
        Command::PageUp => walk(state, -page(state)),
        Command::First => walk(state, i64::MIN / 2),
        Command::Last => walk(state, i64::MAX / 2),
        Command::Open => open(state, effects),
        Command::Reload => reload(state),
        Command::Words => dialogs::ask_for_words(state),
        Command::Filter if state.place() == Place::Jobs => next_status(state),
        Command::Filter => dialogs::ask_for_a_filter(state),
        Command::Widen => widen(state),
        Command::NextOrder => change_filter(state, filtered(state), |filter| filter.order_by(filter.order.next())),
        Command::TurnOrder => change_filter(state, filtered(state), |filter| filter.descending = !filter.descending),
        Command::Apply => {
            if let Some(posting) = postings::chosen(state).cloned() {
                postings::set_status(state, posting, Some(ApplicationStatus::Applied), effects);
            }
        }
        Command::Status => dialogs::ask_for_a_status(state),
        Command::Note => notes::write(state),
        Command::Hide => postings::hide_or_show(state, effects),
        Command::MoreStars => postings::change_stars(state, 1, effects),
        Command::FewerStars => postings::change_stars(state, -1, effects),
        Command::Remind => dialogs::ask_for_a_reminder(state),
        Command::RemindersDone => postings::finish_reminder(state, effects),
        Command::Contacts => contacts::list(state),
        Command::Undo => postings::undo(state, effects),
        Command::Company => show_company(state),
        Command::Edit => *state.pane_mut() = Pane::Side,
        Command::Start => import::start(state, effects),
        Command::Toggle => import::toggle(state, None),
        Command::SelectAll => import::select_all(state, effects),
        Command::SelectNone => state.import.search.selected.clear(),
        Command::SelectByRule => push(state, Dialog::Rule { typed: Field::line(""), error: None }),
        Command::ImportSelected => bulk::import_selected(state, effects),
        Command::EarlierJob => import::show_other_job(state, -1),
        Command::LaterJob => import::show_other_job(state, 1),
        Command::PauseOrResume => pause_or_resume(state, effects),
        Command::Cancel => ask_before_canceling(state),
        Command::Retry => retry(state, effects),
        Command::Error => explain(state, effects),
        Command::Outcomes => next_outcome(state),
        Command::DismissToast => {
            if let Some(id) = state.toasts.newest() {
                state.toasts.dismiss(id);
            }
        }
        Command::SnoozeToast => {
            if let Some(id) = state.toasts.newest() {
                state.toasts.snooze(id, state.now);
            }
        }
        Command::OpenToast => {
            if let Some(id) = state.toasts.newest() {
                open_toast(state, id, effects);
            }
        }
    }
}

/// What was opened needs its message no longer; one that leads nowhere yet stays until it does.
pub fn open_toast(state: &mut State, id: u64, effects: &mut Vec<Effect>) {
    // What they ask is about the screen that is left.
    while !state.dialogs.is_empty() {
        dialogs::close(state);
    }
    let Some(opens) = state.toasts.find(id).map(|toast| toast.opens.clone()) else { return };
    if jobs::open(state, opens, effects) {
        state.toasts.dismiss(id);
    }
}

/// From the nearest thing to the farthest: the tray, the other pane, the filter.
fn back(state: &mut State) {
    if state.tray.is_open && state.tray.is_focused {
        state.tray.is_open = false;
        state.tray.is_focused = false;
    } else if state.pane() == Pane::Side {
        focus(state, Pane::List);
    } else if state.screen == Screen::Postings {
        match state.postings.left.take() {
            Some(left) => take_up(state, *left),
            None => change_filter(state, ListOf::Postings, |filter| *filter = filter.of_everything()),
        }
    }
}

/// Turns to a pane. Back in the list of postings, the detail follows the highlighted row again.
pub fn focus(state: &mut State, pane: Pane) {
    *state.pane_mut() = pane;
    if state.screen == Screen::Postings && pane == Pane::List {
        state.postings.detail.is_pinned = false;
    }
}

/// Shows the postings again as they were before others were shown.
fn take_up(state: &mut State, left: Left) {
    state.postings.filter = left.filter;
    state.postings.list = left.list;
    state.postings.list.refresh();
    let height = rows(state, ListOf::Postings);
    state.postings.list.show_selected(height);
}

fn widen(state: &mut State) {
    let list = filtered(state);
    if list == ListOf::Results {
        change_filter(state, list, |filter| *filter = filter.widest());
    } else {
        state.postings.left = None;
        change_filter(state, list, |filter| *filter = filter.of_everything());
    }
}

/// The list that words, filter and order are about.
pub fn filtered(state: &State) -> ListOf {
    if state.place() == Place::ImportSearch { ListOf::Results } else { ListOf::Postings }
}

fn turn_to_the_other_pane(state: &mut State, effects: &mut Vec<Effect>) {
    if state.tray.is_open {
        if state.tray.is_focused {
            state.tray.is_focused = false;
            return;
        }
        if state.pane() == Pane::Side {
            state.tray.is_focused = true;
            focus(state, Pane::List);
            return;
        }
    }
    let other = state.pane().other();
    if state.screen == Screen::Postings && other == Pane::Side {
        open_posting(state, effects);
    } else {
        focus(state, other);
    }
}

fn page(state: &State) -> i64 {
    let rows = match (state.place(), state.pane()) {
        (Place::Postings | Place::Jobs, Pane::Side) => u64::from(state.size.height / 2),
        _ => rows(state, state.list()),
    };
    i64::try_from(rows.saturating_sub(1).max(1)).unwrap_or(1)
}

/// Walks through whatever is focused: a list, the tray, or a text that is longer than its pane.
fn walk(state: &mut State, by: i64) {
    match (state.place(), state.pane()) {
        (Place::Tray, _) => {
            let last = state.tray_jobs().len().saturating_sub(1);
            let place = stepped(state.tray_place() as u64, by).min(last as u64);
            state.choose_in_the_tray(usize::try_from(place).unwrap_or(last));
        }
        (Place::Postings, Pane::Side) => {
            state.postings.detail.scroll = scrolled(state.postings.detail.scroll, by, state.hits.ends.side);
        }
        (Place::Jobs, Pane::Side) => state.jobs.scroll = scrolled(state.jobs.scroll, by, state.hits.ends.side),
        _ => walk_list(state, state.list(), by),
    }
}

pub fn walk_list(state: &mut State, list: ListOf, by: i64) {
    let height = rows(state, list);
    match list {
        ListOf::Postings => state.postings.list.move_by(by, height),
        ListOf::Results => state.import.search.results.move_by(by, height),
        ListOf::Items => state.import.urls.items.move_by(by, height),
        ListOf::Jobs => state.jobs.list.move_by(by, height),
        ListOf::Companies => state.companies.list.move_by(by, height),
        ListOf::CompanyPostings => state.companies.postings.move_by(by, height),
    }
}

fn stepped(from: u64, by: i64) -> u64 {
    from.saturating_add_signed(by)
}

/// Where a text is scrolled to; `end` is as far as its lines go, as they were drawn last.
pub fn scrolled(from: u16, by: i64, end: Option<u16>) -> u16 {
    let end = i64::from(end.unwrap_or(LONGEST_TEXT));
    let to = i64::from(from).min(end).saturating_add(by).clamp(0, end);
    u16::try_from(to).unwrap_or(0)
}

fn open(state: &mut State, effects: &mut Vec<Effect>) {
    match (state.place(), state.pane()) {
        (Place::Tray, _) => {
            if let Some(id) = state.job().map(|job| job.id.clone()) {
                state.tray.is_focused = false;
                jobs::open_job(state, &id, effects);
            }
        }
        (Place::Postings, Pane::List) => open_posting(state, effects),
        (Place::Jobs, Pane::List) => state.jobs.pane = Pane::Side,
        (Place::Jobs, Pane::Side) => {
            if let Some(job) = state.job().cloned() {
                let id = job.id.clone();
                // The list reaches further back than what is known of the last jobs.
                state.overview.learn(job, state.overview.heard);
                jobs::open_job(state, &id, effects);
            }
        }
        (Place::ImportSearch, Pane::List) => import::open_result(state, effects),
        (Place::ImportUrls, Pane::List) if state.import.urls.job_id.is_none() => state.import.urls.pane = Pane::Side,
        (Place::ImportUrls, Pane::List) => import::open_item(state, effects),
        (Place::Companies, Pane::List) => state.companies.pane = Pane::Side,
        (Place::Companies, Pane::Side) => {
            let Some(posting) = state.companies.postings.chosen().cloned() else { return };
            let company = state.companies.shown.clone();
            show_in_postings(state, Filter { company, ..Filter::default() }, Some(posting.id), effects);
        }
        (Place::Postings | Place::ImportUrls | Place::ImportSearch, Pane::Side) => {}
    }
}

/// Turns to the highlighted posting, reads it whole at once, and notes that somebody has opened it.
pub fn open_posting(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(posting) = state.postings.list.chosen().cloned() else { return };
    state.postings.pane = Pane::Side;
    if state.postings.detail.id.as_ref() != Some(&posting.id) {
        state.postings.detail = Detail { id: Some(posting.id.clone()), ..Detail::default() };
    }
    if state.postings.detail.whole.is_none() {
        state.postings.detail.due_at = None;
        effects.push(Effect::LoadPosting { id: posting.id.clone() });
    }
    postings::note_as_seen(state, effects);
}

/// Goes to the postings with a filter, and keeps the reader's own list for the way back; `posting_id` is opened.
pub fn show_in_postings(state: &mut State, filter: Filter, posting_id: Option<String>, effects: &mut Vec<Effect>) {
    show(state, Screen::Postings);
    if state.postings.filter != filter {
        let left = Left { filter: std::mem::replace(&mut state.postings.filter, filter), list: state.postings.list.clone() };
        state.postings.left.get_or_insert(Box::new(left));
        state.postings.list.begin_anew();
        state.postings.news = 0;
    }
    let Some(id) = posting_id else { return };
    let held = state.postings.list.held().find(|(_, posting)| posting.id == id).map(|(index, _)| index);
    if let Some(index) = held {
        let height = rows(state, ListOf::Postings);
        state.postings.list.select(index, height);
    }
    state.postings.pane = Pane::Side;
    let is_pinned = state.postings.list.chosen().is_none_or(|posting| posting.id != id);
    state.postings.detail = Detail { id: Some(id.clone()), is_pinned, ..Detail::default() };
    effects.push(Effect::LoadPosting { id });
}

fn show_company(state: &mut State) {
    let Some(posting) = postings::chosen(state) else { return };
    let Some(id) = posting.company_id.clone() else {
        state.toasts.show(Draft::info("This posting names no company."), state.now);
        return;
    };
    let name = posting.company_name.clone().unwrap_or_default();
    change_filter(state, ListOf::Postings, |filter| filter.company = Some((id, name)));
    focus(state, Pane::List);
}

/// Changes what a list shows; it starts from its first row.
pub fn change_filter(state: &mut State, list: ListOf, change: impl FnOnce(&mut Filter)) {
    let filter = dialogs::filter(state, list);
    let before = filter.clone();
    change(filter);
    if *filter == before {
        return;
    }
    match list {
        ListOf::Results => state.import.search.results.begin_anew(),
        _ => {
            state.postings.list.begin_anew();
            state.postings.news = 0;
        }
    }
}

fn reload(state: &mut State) {
    match state.place() {
        Place::Postings => {
            let height = rows(state, ListOf::Postings);
            state.postings.list.select(0, height);
            state.postings.news = 0;
        }
        Place::ImportUrls => state.import.urls.items.refresh(),
        Place::ImportSearch => state.import.search.results.refresh(),
        Place::Jobs | Place::Companies | Place::Tray => {}
    }
    refresh::all(state);
    state.refresh.due_at = Some(state.now);
}

fn next_status(state: &mut State) {
    let at = state.jobs.status.and_then(|status| JobStatus::ALL.iter().position(|other| *other == status));
    state.jobs.status = JobStatus::ALL.get(at.map_or(0, |at| at + 1)).copied();
    state.jobs.list.begin_anew();
}

fn next_outcome(state: &mut State) {
    const OUTCOMES: [PostingOutcome; 7] = [
        PostingOutcome::Failed,
        PostingOutcome::Pending,
        PostingOutcome::New,
        PostingOutcome::Updated,
        PostingOutcome::Fresh,
        PostingOutcome::Duplicate,
        PostingOutcome::Filtered,
    ];
    let urls = &mut state.import.urls;
    let at = urls.outcome.and_then(|outcome| OUTCOMES.iter().position(|other| *other == outcome));
    urls.outcome = OUTCOMES.get(at.map_or(0, |at| at + 1)).copied();
    urls.items.begin_anew();
}

/// Whatever goes on is paused; when nothing does, what is paused goes on.
fn pause_or_resume(state: &mut State, effects: &mut Vec<Effect>) {
    let ids_in = |statuses: &[JobStatus]| -> Vec<String> {
        state.steered().into_iter().filter(|job| statuses.contains(&job.status)).map(|job| job.id.clone()).collect()
    };
    let going = ids_in(&[JobStatus::Queued, JobStatus::Processing]);
    let (ids, steering) = if going.is_empty() { (ids_in(&[JobStatus::Paused]), Steering::Resume) } else { (going, Steering::Pause) };
    jobs::steer(ids, steering, effects);
}

fn ask_before_canceling(state: &mut State) {
    let job_ids: Vec<String> = state.steered().into_iter().filter(|job| !job.status.is_final()).map(|job| job.id.clone()).collect();
    if !job_ids.is_empty() {
        push(state, Dialog::Cancel { job_ids });
    }
}

/// Of an import in parts those that failed are tried again; one job alone is left to the server, which says why it cannot be.
fn retry(state: &mut State, effects: &mut Vec<Effect>) {
    let steered = state.steered();
    let is_meant = |job: &Job| steered.len() == 1 || job.status == JobStatus::Failed;
    let ids = steered.iter().filter(|job| is_meant(job)).map(|job| job.id.clone()).collect();
    jobs::steer(ids, Steering::Retry, effects);
}

fn explain(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(job) = state.job() else { return };
    if job.error.is_none() && job.stop_message.is_none() {
        state.toasts.show(Draft::info("Nothing has gone wrong with this job."), state.now);
        return;
    }
    let id = job.id.clone();
    jobs::explain(state, &id, effects);
}
