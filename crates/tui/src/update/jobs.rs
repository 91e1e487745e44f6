//! What is heard of jobs, and how people are told.

use std::collections::BTreeSet;

use sluice_api::wording::numbers::{clock, thousands};
use sluice_api::wording::state::long_wait;
use sluice_api::{Job, JobStatus, TimelineAdded, TimelineEntry};

use super::answers::heard_from;
use super::{import, push, refresh, show};
use crate::effect::{Effect, Steering};
use crate::message::Answer;
use crate::names::{FETCH, SEARCH, is_of_postings, is_told, name, results, statistics, summary};
use crate::overview::JobCounts;
use crate::state::{Dialog, Pane, Screen, State};
use crate::toast::{Draft, Level, Opens};

/// From so many results on an end is told larger.
const MANY: u64 = 25;
/// Jobs that a break has lost and that are asked for one by one; more of them are only forgotten.
const MOST_LOST: usize = 20;

/// The job as it is now.
pub fn hear(state: &mut State, job: Job) {
    let before = state.overview.job(&job.id).cloned();
    tell_what_changed(state, before.as_ref(), &job);
    if before.as_ref().map(|before| before.status) != Some(job.status) {
        // A list of one status gains it, and another loses it.
        refresh::mark(state, |refresh| {
            refresh.overview = true;
            refresh.jobs = true;
        });
    }
    if is_of_postings(&job) {
        hear_of_postings(state, before.as_ref(), &job);
    }
    put(state, job);
}

/// What a job of postings has brought since it was heard of last.
fn hear_of_postings(state: &mut State, before: Option<&Job>, job: &Job) {
    let new = |job: &Job| statistics(job).map_or(0, |statistics| statistics.new);
    let brought = new(job).saturating_sub(before.map_or(0, new));
    if brought > 0 {
        // Rows that somebody reads do not move under the eyes.
        if state.postings.list.total().is_some_and(|total| total > 0) {
            state.postings.news += brought;
        } else {
            refresh::mark(state, |refresh| refresh.postings = true);
        }
    }
    if before.is_none_or(|before| before.progress.current != job.progress.current) {
        refresh::of_job(state, &job.id);
    }
    if job.status.is_final() && before.is_none_or(|before| !before.status.is_final()) {
        refresh::of_job(state, &job.id);
        refresh::mark(state, |refresh| {
            // An import has saved what was only found before.
            refresh.postings |= job.kind == FETCH;
            refresh.counts = true;
            refresh.companies = true;
        });
    }
}

/// Puts the job wherever it is held.
fn put(state: &mut State, job: Job) {
    for held in state.jobs.list.held_mut().filter(|held| held.id == job.id) {
        *held = job.clone();
    }
    if let Some(detail) = state.jobs.detail.as_mut().filter(|detail| detail.id == job.id) {
        let timeline = std::mem::take(&mut detail.timeline);
        **detail = Job { timeline, ..job.clone() };
    }
    state.overview.hear(job);
}

/// Counts and jobs as they were when `since` had been heard.
pub fn learn_overview(state: &mut State, since: u64, answer: Answer<(JobCounts, Vec<Job>)>, effects: &mut Vec<Effect>) {
    heard_from(state, &answer);
    let Ok((counts, jobs)) = answer else { return };
    let is_first = state.overview.counts.is_none();
    state.overview.counts = Some(counts);
    let unfinished: BTreeSet<String> = jobs.iter().filter(|job| !job.status.is_final()).map(|job| job.id.clone()).collect();
    for job in jobs {
        // After a break, what ended meanwhile is told; at the start, it is old news.
        if !is_first && let Some(before) = state.overview.job(&job.id).cloned() {
            tell_what_changed(state, Some(&before), &job);
        }
        state.overview.learn(job, since);
    }
    if counts.queued + counts.running + counts.paused == unfinished.len() as u64 {
        ask_for_the_lost(state, &unfinished, since, effects);
    }
    let shown = state.shown_jobs();
    state.overview.forget_the_old(|id| shown.contains(id));
    if is_first {
        import::take_up_the_last(state);
    }
}

/// What was running before a break and is not any more ended meanwhile, perhaps longer ago than the last that are told.
fn ask_for_the_lost(state: &mut State, unfinished: &BTreeSet<String>, since: u64, effects: &mut Vec<Effect>) {
    for (at, id) in state.overview.lost(since, |id| unfinished.contains(id)).into_iter().enumerate() {
        if at >= MOST_LOST {
            state.overview.forget(&id);
        } else if state.overview.lost.insert(id.clone()) {
            effects.push(Effect::LoadJob { id });
        }
    }
}

fn tell_what_changed(state: &mut State, before: Option<&Job>, job: &Job) {
    if !is_told(job) {
        return;
    }
    let was = before.map(|before| before.status);
    if job.status.is_final()
        && was.is_some_and(|was| !was.is_final())
        && let Some(whole) = parts_with(state, job)
    {
        tell_of_the_parts(state, &whole, job);
        return;
    }
    let draft = match job.status {
        JobStatus::Queued if was.is_none_or(JobStatus::is_final) => Draft::info(format!("Queued: {}", name(job))),
        JobStatus::Completed if was.is_some_and(|was| !was.is_final()) => done(job),
        JobStatus::Failed if was.is_some_and(|was| !was.is_final()) => failed(job),
        JobStatus::Canceled if was.is_some_and(|was| !was.is_final()) => {
            Draft::info(format!("Canceled: {}", name(job))).saying("Its results stay.")
        }
        JobStatus::Processing => match (before.and_then(|before| long_wait(before, state.now)), long_wait(job, state.now)) {
            (None, Some(until)) => {
                let until = clock(until, state.now, &state.zone);
                Draft::warning(format!("Waiting until {until}: {}", name(job))).saying(job.waiting_reason.clone().unwrap_or_default())
            }
            _ => return,
        },
        _ => return,
    };
    let draft = if draft.opens == Opens::Nothing { draft.opening(leads_to(job)) } else { draft };
    state.toasts.show(draft.about(&job.id), state.now);
}

/// The parts of the import to which the job belongs, with the job as it is now; `None` when it is no part.
fn parts_with(state: &State, job: &Job) -> Option<Vec<Job>> {
    let (_, bulk) = state.import.search.bulk_of(&job.id).filter(|(_, bulk)| bulk.jobs.len() > 1)?;
    let part = |id: &String| if *id == job.id { Some(job.clone()) } else { state.overview.job(id).cloned() };
    Some(bulk.jobs.iter().filter_map(part).collect())
}

/// The end of an import in parts is told once, in one sum; a part that failed is told at once, since somebody has to do something.
fn tell_of_the_parts(state: &mut State, parts: &[Job], job: &Job) {
    let has_ended = parts.iter().all(|part| part.status.is_final());
    if job.status == JobStatus::Failed {
        state.toasts.show(failed(job).about(&job.id), state.now);
    }
    let Some(whole) = crate::bulk::as_one(&parts.iter().collect::<Vec<_>>()).filter(|_| has_ended) else { return };
    let search = state.import.search.bulk_of(&job.id).map(|(search, _)| search.clone());
    let draft = match parts.iter().filter(|part| part.status != JobStatus::Completed).count() {
        0 => done(&whole),
        others => {
            Draft { level: Level::Warning, title: format!("{others} of {} parts not done: {}", parts.len(), name(&whole)), ..done(&whole) }
        }
    };
    state.toasts.show(draft.opening(search.map_or(Opens::Nothing, Opens::Results)), state.now);
}

fn done(job: &Job) -> Draft {
    let brought = results(job);
    let text = match statistics(job) {
        Some(statistics) => format!("{}.", summary(&statistics)),
        None => job.stop_message.clone().unwrap_or_default(),
    };
    Draft::info(format!("Done: {}", name(job))).saying(text).large(is_of_postings(job) && brought >= MANY)
}

fn failed(job: &Job) -> Draft {
    let word = if job.partial { format!("Stopped early, {} kept", thousands(job.rows_kept)) } else { "Failed".to_owned() };
    let why = job.stop_message.clone().or_else(|| job.error.as_ref().map(|error| error.message.clone())).unwrap_or_default();
    Draft::error(format!("{word}: {}", name(job))).saying(why).opening(Opens::Job(job.id.clone()))
}

fn leads_to(job: &Job) -> Opens {
    match job.kind.as_str() {
        SEARCH => Opens::Results(job.id.clone()),
        FETCH => Opens::Items(job.id.clone()),
        _ => Opens::Job(job.id.clone()),
    }
}

/// A new line of a timeline that is open.
pub fn tell(state: &mut State, added: TimelineAdded) {
    let entry = TimelineEntry { at: added.at, kind: added.kind, message: added.message };
    let Some(detail) = state.jobs.detail.as_mut().filter(|detail| detail.id == added.job_id) else { return };
    if !detail.timeline.contains(&entry) {
        detail.timeline.push(entry);
    }
}

pub fn steer(ids: Vec<String>, steering: Steering, effects: &mut Vec<Effect>) {
    effects.extend(ids.into_iter().map(|id| Effect::Steer { id, steering }));
}

pub fn steered(state: &mut State, _id: &str, answer: Answer<Box<Job>>) {
    heard_from(state, &answer);
    match answer {
        Ok(job) => hear(state, Job { timeline: Vec::new(), ..*job }),
        Err(trouble) => {
            state.toasts.show(Draft::error(trouble.what.clone()).saying(trouble.remedy.clone().unwrap_or_default()), state.now);
        }
    }
}

/// Shows what a message is about; false when that is not known yet and is asked for.
pub fn open(state: &mut State, opens: Opens, effects: &mut Vec<Effect>) -> bool {
    match opens {
        Opens::Nothing => {}
        Opens::Results(job_id) => import::show_results(state, job_id),
        Opens::Items(job_id) => import::show_items(state, job_id),
        Opens::Job(job_id) => return open_job(state, &job_id, effects),
    }
    true
}

/// A job that failed opens with why; another with what it brought, or with its own view. One that is not known is asked for first.
pub fn open_job(state: &mut State, job_id: &str, effects: &mut Vec<Effect>) -> bool {
    let Some(job) = state.overview.job(job_id).cloned() else {
        state.jobs.wanted = Some(job_id.to_owned());
        effects.push(Effect::LoadJob { id: job_id.to_owned() });
        return false;
    };
    if job.status == JobStatus::Failed {
        explain(state, job_id, effects);
        return true;
    }
    match leads_to(&job) {
        Opens::Job(_) => {
            show_job(state, job_id, effects);
            true
        }
        opens => open(state, opens, effects),
    }
}

/// The job's own view, whether or not the list holds it.
fn show_job(state: &mut State, job_id: &str, effects: &mut Vec<Effect>) {
    show(state, Screen::Jobs);
    let jobs = &mut state.jobs;
    if jobs.detail_id.as_deref() != Some(job_id) {
        jobs.detail = None;
        jobs.scroll = 0;
    }
    jobs.pane = Pane::Side;
    jobs.detail_id = Some(job_id.to_owned());
    jobs.due_at = None;
    jobs.is_pinned = true;
    effects.push(Effect::LoadJob { id: job_id.to_owned() });
    choose_the_pinned(state);
}

/// The job that was opened from elsewhere becomes the list's choice, once the list holds it.
pub fn choose_the_pinned(state: &mut State) {
    if !state.jobs.is_pinned {
        return;
    }
    let pinned = state.jobs.detail_id.clone();
    let found = state.jobs.list.held().find(|(_, job)| Some(&job.id) == pinned.as_ref()).map(|(index, _)| index);
    if let Some(index) = found {
        let height = crate::layout::rows(state, crate::state::ListOf::Jobs);
        state.jobs.list.select(index, height);
        state.jobs.is_pinned = false;
    }
}

/// What is known of a job that was asked for.
pub fn learn(state: &mut State, id: &str, answer: Answer<Box<Job>>, effects: &mut Vec<Effect>) {
    heard_from(state, &answer);
    let is_wanted = state.jobs.wanted.as_deref() == Some(id);
    if is_wanted {
        state.jobs.wanted = None;
    }
    let is_lost = state.overview.lost.remove(id);
    let job = match answer {
        Ok(job) => job,
        Err(trouble) => {
            if is_lost {
                state.overview.forget(id);
            }
            if is_wanted || state.jobs.detail_id.as_deref() == Some(id) {
                state.toasts.show(Draft::error("This job cannot be shown").saying(trouble.what), state.now);
            }
            return;
        }
    };
    if is_lost {
        hear(state, Job { timeline: Vec::new(), ..(*job).clone() });
    } else if state.overview.job(id).is_none() {
        state.overview.learn(Job { timeline: Vec::new(), ..(*job).clone() }, 0);
    }
    if let Some(Dialog::Failure { job_id, whole, .. }) = state.dialogs.last_mut()
        && job_id == id
    {
        *whole = Some(job.clone());
    }
    if state.jobs.detail_id.as_deref() == Some(id) {
        state.jobs.detail = Some(job);
    }
    if is_wanted && open_job(state, id, effects) {
        state.toasts.dismiss_what_opens(&Opens::Job(id.to_owned()));
    }
}

/// The detailed view of why a job stopped.
pub fn explain(state: &mut State, job_id: &str, effects: &mut Vec<Effect>) {
    push(state, Dialog::Failure { job_id: job_id.to_owned(), whole: None, scroll: 0 });
    effects.push(Effect::LoadJob { id: job_id.to_owned() });
}

#[cfg(test)]
mod tests;
