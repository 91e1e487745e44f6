//! A job as pages show it: every word ready to be written.

use sluice_api::wording::numbers::{self, thousands};
use sluice_api::wording::state::{Hue, long_wait, state};
use sluice_api::{Job as WireJob, JobStatus, PostingStatistics, wording};

use super::moment::{Clock, Moment};
use crate::domain::job::{Job, JobState};
use crate::http::wire::job as wire;
use crate::jobs::{fetch_postings, search_postings, search_prospects};
use crate::store::{Conn, StoreError};

/// A bar is cut at the bounds of its pages up to this many; finer cuts would be a grey smear.
const MOST_CUTS: u32 = 60;

#[derive(Debug, Clone)]
pub struct JobView {
    pub id: String,
    pub href: String,
    pub title: String,
    /// "Search", "Export" …
    pub kind: &'static str,
    pub sign: char,
    pub word: String,
    pub hue: &'static str,
    pub moving: bool,
    pub bar: Bar,
    pub current: String,
    pub total: String,
    pub percentage: u8,
    /// What goes on now, or why it stopped.
    pub message: String,
    pub rate: Option<String>,
    pub left: Option<String>,
    pub page: Option<String>,
    pub waiting_until: Option<Moment>,
    pub waiting_reason: Option<String>,
    /// The start of the next page, when it is near.
    pub next_page: Option<Moment>,
    pub created: Moment,
    pub ended: Option<Moment>,
    pub took: Option<String>,
    pub can_pause: bool,
    pub can_resume: bool,
    pub can_cancel: bool,
    pub can_retry: bool,
    pub is_final: bool,
}

/// A bar of 1,000 units.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    pub fill: f64,
    pub cuts: Vec<f64>,
    pub hatched: bool,
}

impl JobView {
    pub async fn load(conn: &mut Conn, job: &Job, clock: &Clock) -> Result<Self, StoreError> {
        Ok(Self::new(job, &wire::brief(conn, job).await?, clock))
    }

    pub async fn load_all(conn: &mut Conn, jobs: &[Job], clock: &Clock) -> Result<Vec<Self>, StoreError> {
        let mut views = Vec::with_capacity(jobs.len());
        for job in jobs {
            views.push(Self::load(conn, job, clock).await?);
        }
        Ok(views)
    }

    pub fn new(job: &Job, shown: &WireJob, clock: &Clock) -> Self {
        let state_shown = state(shown, clock.now, &clock.zone);
        let waits = long_wait(shown, clock.now);
        let progress = &shown.progress;
        let is_final = shown.status.is_final();
        let message = match &shown.stop_message {
            Some(stopped) if is_final => came_of(shown, stopped),
            _ => progress.message.clone(),
        };
        Self {
            id: shown.id.clone(),
            href: href(job),
            title: title(job),
            kind: kind(&job.kind),
            sign: state_shown.sign,
            word: state_shown.word,
            hue: hue(state_shown.hue),
            moving: job.state == JobState::Running || (job.state == JobState::Waiting && waits.is_none()),
            bar: Bar::of(shown, waits.is_some()),
            current: thousands(progress.current),
            total: thousands(progress.total),
            percentage: progress.percentage,
            message,
            rate: progress.rate_per_minute.map(|rate| format!("{} a minute", thousands(rate.round().max(0.0) as u64))),
            left: progress
                .eta_s
                .filter(|_| !is_final)
                .map(|left| format!("{} left", numbers::duration(std::time::Duration::from_secs(left)))),
            page: progress.pages.filter(|_| progress.page > 0).map(|pages| format!("page {} of {pages}", progress.page)),
            waiting_until: waits.map(|at| clock.moment(at)),
            waiting_reason: shown.waiting_reason.clone().filter(|_| waits.is_some()),
            next_page: shown.waiting_until.filter(|_| waits.is_none() && !is_final).map(|at| clock.moment(at)),
            created: clock.moment(shown.created_at),
            ended: shown.completed_at.map(|at| clock.moment(at)),
            took: shown.started_at.zip(shown.completed_at).map(|(from, to)| numbers::duration(numbers::between(from, to))),
            can_pause: matches!(job.state, JobState::Queued | JobState::Waiting | JobState::Running) && job.wanted.is_none(),
            can_resume: job.state == JobState::Paused,
            can_cancel: !is_final && job.wanted.is_none(),
            can_retry: job.state == JobState::Failed,
            is_final,
        }
    }
}

/// Why it ended, after how many postings it stored: the bar beside it counts those that were gone through.
fn came_of(job: &WireJob, stopped: &str) -> String {
    match PostingStatistics::of(job) {
        Some(told) if job.status == JobStatus::Completed => {
            let words = wording::posting::came_of(&told);
            let (first, rest) = words.split_at(1);
            format!("{}{rest}. {stopped}", first.to_uppercase())
        }
        _ => stopped.to_owned(),
    }
}

impl Bar {
    fn of(job: &WireJob, hatched: bool) -> Self {
        let progress = &job.progress;
        let share = if progress.total == 0 {
            if job.status.is_final() { 1.0 } else { 0.0 }
        } else {
            (progress.current as f64 / progress.total as f64).min(1.0)
        };
        let pages = progress.pages.unwrap_or(0);
        let cuts = if (2..=MOST_CUTS).contains(&pages) {
            (1..pages).map(|page| f64::from(page) * 1000.0 / f64::from(pages)).collect()
        } else {
            Vec::new()
        };
        Self { fill: share * 1000.0, cuts, hatched }
    }
}

pub fn hue(hue: Hue) -> &'static str {
    match hue {
        Hue::Amber => "amber",
        Hue::Blue => "blue",
        Hue::Violet => "violet",
        Hue::Green => "green",
        Hue::Orange => "orange",
        Hue::Red => "red",
        Hue::Grey => "grey",
    }
}

/// What sort of work it is, in one word.
pub fn kind(kind: &str) -> &'static str {
    match kind {
        search_prospects::KIND => "Search",
        "export_results" => "Export",
        "import_people" => "Import",
        search_postings::KIND => "Posting search",
        fetch_postings::KIND => "Posting import",
        "send_mail" => "Mail",
        _ => "Job",
    }
}

/// Where a job is shown: a search has a page of its own.
pub fn href(job: &Job) -> String {
    match job.kind.as_str() {
        search_prospects::KIND => format!("/searches/{}", job.id),
        "export_results" => format!("/exports/{}", job.id),
        "import_people" => format!("/imports/{}", job.id),
        search_postings::KIND | fetch_postings::KIND => format!("/postings/jobs/{}", job.id),
        _ => format!("/jobs/{}", job.id),
    }
}

/// What a job is about.
pub fn title(job: &Job) -> String {
    match job.kind.as_str() {
        search_prospects::KIND => super::criteria::summary(&job.args),
        other => match job.args.get("title").and_then(serde_json::Value::as_str) {
            Some(title) => title.to_owned(),
            None => other.replace('_', " "),
        },
    }
}
