//! Invented postings and jobs, and a server's answers to effects, for tests of this crate.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sluice_api::{
    ApplicationStatus, Company, EmploymentType, HistoryEntry, Job, JobError, JobStatus, List, Me, Pagination, PayPeriod, Posting,
    PostingItem, PostingOutcome, PostingSeniority, PostingSource, PostingWhole, Progress, Reminder, Role, Salary, TimelineEntry, Workplace,
    Workspace,
};

use crate::app::Options;
use crate::effect::Effect;
use crate::message::Message;
use crate::overview::JobCounts;
use crate::state::State;
use crate::trouble::Trouble;
use crate::update::{begin, update};
use crate::window::PAGE;

pub fn noon() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

pub fn ago_minutes(minutes: i64) -> Timestamp {
    noon().checked_sub(SignedDuration::from_mins(minutes)).unwrap()
}

const TITLES: [&str; 6] = [
    "Senior Rust Engineer",
    "Backend Developer",
    "Data Engineer (m/f/d)",
    "Systems Programmer",
    "株式会社アルダー ソフトウェア",
    "Platform Engineer, Storage",
];
const COMPANIES: [&str; 4] = ["Alderbank", "Brightwater Robotics", "Quietfield", "Nordlicht Software GmbH"];
const PLACES: [&str; 4] = ["Berlin, Germany", "Remote", "Lyon, Auvergne-Rhône-Alpes, France", "Lisbon, Portugal"];

/// The same posting for the same number.
pub fn posting(number: u64) -> Posting {
    let pick = |list: &[&str]| list[number as usize % list.len()].to_owned();
    let statuses = [None, Some(ApplicationStatus::Saved), Some(ApplicationStatus::Applied), None, Some(ApplicationStatus::Interviewing)];
    let status = statuses[number as usize % statuses.len()];
    Posting {
        id: format!("p{number}"),
        linkedin_id: format!("{}", 3_900_000_000 + number),
        title: Some(pick(&TITLES)),
        company_name: Some(pick(&COMPANIES)),
        company_id: Some(format!("c{}", number % 4)),
        location: Some(pick(&PLACES)),
        country: None,
        workplace: if number.is_multiple_of(3) { Some(Workplace::Hybrid) } else { None },
        employment_type: Some(EmploymentType::FullTime),
        employment_type_text: Some("Full-time".into()),
        seniority: Some(PostingSeniority::MidSenior),
        seniority_text: Some("Mid-Senior level".into()),
        functions: vec!["Engineering".into()],
        industries: vec!["Software Development".into()],
        salary: number.is_multiple_of(2).then(|| Salary {
            text: Some("€65,000/yr - €80,000/yr".into()),
            min: Some(65_000.0),
            max: Some(80_000.0),
            currency: Some("EUR".into()),
            period: Some(PayPeriod::Year),
        }),
        description_text: None,
        description_html: None,
        description_markdown: None,
        posted_at: Some(ago_minutes(60 * 24 * (1 + number as i64 % 9))),
        applicants: Some(37),
        apply_url: None,
        easy_apply: Some(number.is_multiple_of(2)),
        closed_at: (number % 7 == 5).then(|| ago_minutes(60)),
        repost_of: None,
        url: format!("https://www.linkedin.com/jobs/view/{}", 3_900_000_000 + number),
        source: PostingSource::Linkedin,
        detailed_at: Some(ago_minutes(30)),
        status,
        status_at: status.map(|_| ago_minutes(120)),
        applied_at: None,
        notes: None,
        stars: (number % 5 == 2).then_some(4),
        stars_reason: None,
        hidden: false,
        next_reminder_at: (number == 2).then(|| ago_minutes(5)),
        seen_at: (number > 3).then(|| ago_minutes(10)),
        created_at: ago_minutes(number as i64),
        updated_at: ago_minutes(number as i64),
    }
}

pub fn whole(number: u64) -> PostingWhole {
    let posting = Posting {
        description_text: Some(
            "We build storage that forgets nothing.\nYou write Rust, measure before you believe, and enjoy a quiet review.".into(),
        ),
        notes: Some("Ada knows somebody there.".into()),
        ..posting(number)
    };
    PostingWhole {
        company: Some(company(number % 4)),
        contacts: Vec::new(),
        reminders: vec![Reminder {
            id: "r1".into(),
            due_at: noon().checked_add(SignedDuration::from_hours(45)).unwrap(),
            note: Some("Ask for an answer".into()),
            done_at: None,
            created_at: ago_minutes(60),
        }],
        history: vec![HistoryEntry {
            id: "h1".into(),
            at: ago_minutes(120),
            kind: "found".into(),
            message: "Found by the search “rust, Berlin”.".into(),
            user_id: None,
            job_id: None,
        }],
        reposts: Vec::new(),
        posting,
    }
}

pub fn company(number: u64) -> Company {
    Company {
        id: format!("c{number}"),
        linkedin_id: Some(format!("{}", 1_000 + number)),
        name: COMPANIES[number as usize % 4].into(),
        url: Some(format!("https://www.linkedin.com/company/{}", 1_000 + number)),
        postings: 12 - number % 4,
    }
}

pub fn job(id: &str, kind: &str, status: JobStatus) -> Job {
    let is_final = status.is_final();
    Job {
        id: id.into(),
        kind: kind.into(),
        status,
        args: if kind == crate::names::SEARCH { json!({"title": "rust, Berlin"}) } else { json!({"title": "12 postings"}) },
        account_id: None,
        priority: 0,
        progress: Progress {
            current: 240,
            total: 1_000,
            percentage: 24,
            message: "Searching".into(),
            rate_per_minute: Some(120.0),
            eta_s: Some(380),
            page: 24,
            pages: Some(100),
            retries: 2,
        },
        waiting_until: None,
        waiting_reason: None,
        stop_reason: None,
        stop_message: None,
        partial: false,
        rows_kept: 240,
        attempt: 1,
        result: Some(json!({"found": 260, "new": 230, "updated": 10, "duplicates": 12, "filtered": 5, "failed": 3,
            "reasons": [{"reason": "filter_workplaces", "count": 5}, {"reason": "another_posting", "count": 3}],
            "applied_locally": [{"reason": "posted_within_h", "count": 4}]})),
        error: None,
        created_at: ago_minutes(4),
        started_at: Some(ago_minutes(3)),
        completed_at: is_final.then(|| ago_minutes(1)),
        timeline: vec![
            TimelineEntry { at: ago_minutes(4), kind: "queued".into(), message: "queued".into() },
            TimelineEntry { at: ago_minutes(3), kind: "page_stored".into(), message: "page 1 stored: 10 postings, 2 known already".into() },
        ],
    }
}

pub fn failed(id: &str) -> Job {
    Job {
        stop_reason: Some(sluice_api::StopReason::Blocked),
        stop_message: Some("LinkedIn refuses to serve us (999). Wait some hours, then Retry.".into()),
        error: Some(JobError { code: "BLOCKED".into(), message: "The provider answered 999.".into(), retryable: true }),
        partial: true,
        ..job(id, crate::names::SEARCH, JobStatus::Failed)
    }
}

pub fn item(number: u64) -> PostingItem {
    let outcomes = [PostingOutcome::New, PostingOutcome::Failed, PostingOutcome::Fresh, PostingOutcome::Pending];
    let outcome = outcomes[number as usize % 4];
    let is_read = matches!(outcome, PostingOutcome::New | PostingOutcome::Fresh);
    PostingItem {
        position: number,
        input: format!("https://www.linkedin.com/jobs/view/{}", 3_900_000_000 + number),
        linkedin_id: Some(format!("{}", 3_900_000_000 + number)),
        posting_id: is_read.then(|| format!("p{number}")),
        title: is_read.then(|| TITLES[number as usize % 6].into()),
        company_name: is_read.then(|| COMPANIES[number as usize % 4].into()),
        outcome,
        reason: (outcome == PostingOutcome::Failed).then(|| "The posting is gone.".into()),
        at: noon(),
    }
}

pub fn list<T>(rows: Vec<T>, offset: u64, total: u64) -> List<T> {
    let has_more = offset + (rows.len() as u64) < total;
    List { data: rows, pagination: Pagination { limit: 100, offset, total, total_is_estimate: false, has_more, next_cursor: None } }
}

pub fn page<T>(offset: u64, total: u64, row: impl Fn(u64) -> T) -> List<T> {
    list((offset..(offset + PAGE).min(total)).map(row).collect(), offset, total)
}

/// A server of so many postings, which answers effects at once.
pub struct Played {
    pub state: State,
    pub postings: u64,
    pub jobs: Vec<Job>,
    /// Effects in the order in which they came.
    pub asked: Vec<Effect>,
}

impl Played {
    pub fn at(width: u16, height: u16) -> Self {
        let options = Options { colour: true, zone: TimeZone::UTC, inside: false };
        Played { state: State::new((width, height), noon(), options), postings: 1_240, jobs: Vec::new(), asked: Vec::new() }
    }

    pub fn with_jobs(mut self, jobs: Vec<Job>) -> Self {
        self.jobs = jobs;
        self
    }

    pub fn begin(mut self) -> Self {
        let effects = begin(&mut self.state);
        self.perform(effects);
        self
    }

    pub fn tell(&mut self, message: Message) {
        let now = self.state.now;
        let effects = update(&mut self.state, now, message);
        self.perform(effects);
    }

    /// Lets time pass up to a moment.
    pub fn wait(&mut self, milliseconds: i64) {
        let now = self.state.now.checked_add(SignedDuration::from_millis(milliseconds)).unwrap();
        let effects = update(&mut self.state, now, Message::Tick);
        self.perform(effects);
    }

    /// Keys by their names, a space between them.
    pub fn press(&mut self, keys: &str) {
        for name in keys.split(' ').filter(|name| !name.is_empty()) {
            self.tell(Message::Key(key(name)));
        }
    }

    pub fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.tell(Message::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.asked.push(effect.clone());
            if let Some(message) = self.answer(effect) {
                self.tell(message);
            }
        }
    }

    fn answer(&self, effect: Effect) -> Option<Message> {
        Some(match effect {
            Effect::LoadMe => Message::Me(Ok(Box::new(me()))),
            Effect::LoadOverview { since } => Message::Overview { since, answer: Ok((self.counts(), self.jobs.clone())) },
            Effect::LoadCounts => Message::Counts(Ok(sluice_api::PostingCounts { new: 4, saved: 12, ..Default::default() })),
            Effect::LoadPostings { list, ask, .. } => {
                Message::Postings { list, ask, answer: Ok(page(ask.offset(), self.postings, posting)) }
            }
            Effect::LoadPosting { id } => {
                let number = id.trim_start_matches('p').parse().ok()?;
                Message::Posting { id, answer: Ok(Box::new(whole(number))) }
            }
            Effect::LoadJobs { ask, status } => {
                let jobs: Vec<Job> = self.jobs.iter().filter(|job| status.is_none_or(|status| job.status == status)).cloned().collect();
                let total = jobs.len() as u64;
                Message::Jobs { ask, answer: Ok(list(jobs, 0, total)) }
            }
            Effect::LoadJob { id } => {
                let job = self.jobs.iter().find(|job| job.id == id).cloned();
                Message::Job { id, answer: job.map(Box::new).ok_or_else(|| Trouble::new("There is no such job.")) }
            }
            Effect::LoadItems { job_id, ask, .. } => Message::Items { job_id, ask, answer: Ok(page(ask.offset(), 12, item)) },
            Effect::LoadCompanies { ask, .. } => Message::Companies { ask, answer: Ok(page(ask.offset(), 4, company)) },
            _ => return None,
        })
    }

    fn counts(&self) -> JobCounts {
        let of = |status: JobStatus| self.jobs.iter().filter(|job| job.status == status).count() as u64;
        JobCounts {
            queued: of(JobStatus::Queued),
            running: of(JobStatus::Processing),
            paused: of(JobStatus::Paused),
            done: of(JobStatus::Completed),
            failed: of(JobStatus::Failed),
            canceled: of(JobStatus::Canceled),
        }
    }
}

pub fn me() -> Me {
    Me {
        id: "u1".into(),
        name: "Ada Invented".into(),
        email: None,
        has_password: false,
        notified: false,
        workspace: Workspace { id: "w1".into(), name: "Atlas".into(), time_zone: "UTC".into(), role: Role::Owner, created_at: noon() },
        created_at: noon(),
    }
}

pub fn key(name: &str) -> KeyEvent {
    let plain = |code| KeyEvent::new(code, KeyModifiers::NONE);
    match name {
        "enter" => plain(KeyCode::Enter),
        "esc" => plain(KeyCode::Esc),
        "tab" => plain(KeyCode::Tab),
        "space" => plain(KeyCode::Char(' ')),
        "down" => plain(KeyCode::Down),
        "up" => plain(KeyCode::Up),
        "right" => plain(KeyCode::Right),
        "backspace" => plain(KeyCode::Backspace),
        other => match other.split_once('-') {
            Some(("ctrl", letter)) => KeyEvent::new(KeyCode::Char(letter.chars().next().unwrap()), KeyModifiers::CONTROL),
            Some(("alt", letter)) => KeyEvent::new(KeyCode::Char(letter.chars().next().unwrap()), KeyModifiers::ALT),
            _ => plain(KeyCode::Char(other.chars().next().unwrap())),
        },
    }
}
