//! What is heard of jobs, and how people are told.

use sluice_api::wording::numbers::{clock, thousands};
use sluice_api::wording::state::long_wait;
use sluice_api::{Job, JobStatus, TimelineAdded, TimelineEntry};

use super::answers::heard_from;
use super::{import, push, refresh, show};
use crate::effect::{Effect, Steering};
use crate::message::Answer;
use crate::names::{FETCH, SEARCH, is_of_postings, is_told, name, results, statistics, summary};
use crate::state::{Dialog, JobCounts, Pane, Screen, State};
use crate::toast::{Draft, Opens};

/// From so many results on an end is told larger.
const MANY: u64 = 25;

/// The job as it is now.
pub fn hear(state: &mut State, job: Job) {
    let before = state.overview.job(&job.id).cloned();
    tell_what_changed(state, before.as_ref(), &job);
    if before.as_ref().map(|before| before.status) != Some(job.status) {
        refresh::mark(state, |refresh| refresh.overview = true);
    }
    if before.is_none() {
        refresh::mark(state, |refresh| refresh.jobs = true);
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
pub fn learn_overview(state: &mut State, since: u64, answer: Answer<(JobCounts, Vec<Job>)>) {
    heard_from(state, &answer);
    let Ok((counts, jobs)) = answer else { return };
    let is_first = state.overview.counts.is_none();
    state.overview.counts = Some(counts);
    for job in jobs {
        // After a break, what ended meanwhile is told; at the start, it is old news.
        if !is_first && let Some(before) = state.overview.job(&job.id).cloned() {
            tell_what_changed(state, Some(&before), &job);
        }
        state.overview.learn(job, since);
    }
    if is_first {
        import::take_up_the_last(state);
    }
}

fn tell_what_changed(state: &mut State, before: Option<&Job>, job: &Job) {
    if !is_told(job) {
        return;
    }
    let was = before.map(|before| before.status);
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
    state.toasts.show(draft, state.now);
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

pub fn steer(state: &mut State, steering: Steering, effects: &mut Vec<Effect>) {
    if let Some(id) = state.job().map(|job| job.id.clone()) {
        effects.push(Effect::Steer { id, steering });
    }
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

/// Shows what a message is about.
pub fn open(state: &mut State, opens: Opens, effects: &mut Vec<Effect>) {
    match opens {
        Opens::Nothing => {}
        Opens::Results(job_id) => import::show_results(state, job_id),
        Opens::Items(job_id) => import::show_items(state, job_id),
        Opens::Job(job_id) => open_job(state, &job_id, effects),
    }
}

/// A job that failed opens with why; another with its story, if the list has it, else with its own view.
pub fn open_job(state: &mut State, job_id: &str, effects: &mut Vec<Effect>) {
    let Some(job) = state.overview.job(job_id).cloned() else { return };
    if job.status == JobStatus::Failed {
        explain(state, job_id, effects);
        return;
    }
    match leads_to(&job) {
        Opens::Job(_) => {
            show(state, Screen::Jobs);
            let found = state.jobs.list.held().find(|(_, held)| held.id == job_id).map(|(index, _)| index);
            let height = crate::layout::rows(state, crate::state::ListOf::Jobs);
            state.jobs.list.select(found.unwrap_or(0), height);
            state.jobs.pane = Pane::Side;
        }
        opens => open(state, opens, effects),
    }
}

/// The detailed view of why a job stopped.
pub fn explain(state: &mut State, job_id: &str, effects: &mut Vec<Effect>) {
    push(state, Dialog::Failure { job_id: job_id.to_owned(), whole: None, scroll: 0 });
    effects.push(Effect::LoadJob { id: job_id.to_owned() });
}
