//! What the application knows and shows. Screens keep their own part, so that coming back finds them as they were left.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::layout::Size;
use sluice_api::wording::state::long_wait;
use sluice_api::{Company, Job, JobStatus, Me, Posting, PostingItem, PostingOutcome};

use crate::checks::Check;
use crate::field::Field;
use crate::filter::Filter;
use crate::form::Form;
use crate::layout::Hits;
use crate::theme::Theme;
use crate::toast::Toasts;
use crate::trouble::Trouble;
use crate::window::Window;

mod postings;

pub use postings::{Detail, Left, NoteDraft, Postings, Unanswered, Undo};

/// How many ended jobs the tray tells.
pub const LAST_RESULTS: usize = 10;

#[derive(Debug, Clone)]
pub struct State {
    pub size: Size,
    pub now: Timestamp,
    pub zone: TimeZone,
    pub theme: Theme,
    /// The server runs within this process and ends with it.
    pub inside: bool,
    pub me: Option<Me>,
    pub link: Link,
    pub screen: Screen,
    pub overview: Overview,
    pub postings: Postings,
    pub import: Import,
    pub jobs: Jobs,
    pub companies: Companies,
    /// The last one is in front and gets the keys.
    pub dialogs: Vec<Dialog>,
    pub toasts: Toasts,
    pub tray: Tray,
    pub refresh: Refresh,
    /// Turns while something runs.
    pub spinner: usize,
    pub spun_at: Timestamp,
    pub hits: Hits,
    pub is_over: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    Postings,
    Import,
    Jobs,
    Companies,
}

impl Screen {
    pub const ALL: [Screen; 4] = [Screen::Postings, Screen::Import, Screen::Jobs, Screen::Companies];

    pub fn word(self) -> &'static str {
        match self {
            Screen::Postings => "Postings",
            Screen::Import => "Import",
            Screen::Jobs => "Jobs",
            Screen::Companies => "Companies",
        }
    }
}

/// Where keys go, for the table of commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Postings,
    ImportUrls,
    ImportSearch,
    Jobs,
    Companies,
    Tray,
}

impl Place {
    #[cfg(test)]
    pub const ALL: [Place; 6] = [Place::Postings, Place::ImportUrls, Place::ImportSearch, Place::Jobs, Place::Companies, Place::Tray];
}

/// The list of a screen, or what stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    #[default]
    List,
    /// A detail, a form, or what is typed.
    Side,
}

impl Pane {
    pub fn other(self) -> Pane {
        match self {
            Pane::List => Pane::Side,
            Pane::Side => Pane::List,
        }
    }
}

/// Lists whose rows come from the server page by page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ListOf {
    Postings,
    Results,
    Items,
    Jobs,
    Companies,
    CompanyPostings,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    Up,
    Lost { why: String, again_at: Timestamp },
}

/// All jobs, in numbers and as far as they matter now.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    pub counts: Option<JobCounts>,
    known: BTreeMap<String, (u64, Job)>,
    /// Grows with every job that is heard of, so that an answer asked for earlier does not set it back.
    pub heard: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JobCounts {
    pub queued: u64,
    pub running: u64,
    pub paused: u64,
    pub done: u64,
    pub failed: u64,
    pub canceled: u64,
}

impl Overview {
    pub fn job(&self, id: &str) -> Option<&Job> {
        self.known.get(id).map(|(_, job)| job)
    }

    pub fn hear(&mut self, job: Job) {
        self.heard += 1;
        self.known.insert(job.id.clone(), (self.heard, job));
    }

    /// Takes an answer that was asked for when `since` had been heard.
    pub fn learn(&mut self, job: Job, since: u64) {
        if self.known.get(&job.id).is_none_or(|(heard, _)| *heard <= since) {
            self.known.insert(job.id.clone(), (since, job));
        }
    }

    /// Not ended, newest first.
    pub fn active(&self) -> Vec<&Job> {
        let mut jobs: Vec<&Job> = self.jobs().filter(|job| !job.status.is_final()).collect();
        jobs.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        jobs
    }

    /// The last that ended, newest first.
    pub fn ended(&self) -> Vec<&Job> {
        let mut jobs: Vec<&Job> = self.jobs().filter(|job| job.status.is_final()).collect();
        jobs.sort_by(|a, b| (b.completed_at, &b.id).cmp(&(a.completed_at, &a.id)));
        jobs.truncate(LAST_RESULTS);
        jobs
    }

    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.known.values().map(|(_, job)| job)
    }

    /// Jobs of a kind that brings postings, oldest first.
    pub fn of_kind(&self, kind: &str) -> Vec<&Job> {
        let mut jobs: Vec<&Job> = self.jobs().filter(|job| job.kind == kind).collect();
        jobs.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        jobs
    }

    /// Whether something moves: a worker has it, and it does not wait for long.
    pub fn is_moving(&self, now: Timestamp) -> bool {
        self.jobs().any(|job| job.status == JobStatus::Processing && long_wait(job, now).is_none())
    }

    /// The job whose wait for its provider ends first.
    pub fn waiting(&self, now: Timestamp) -> Option<(&Job, Timestamp)> {
        self.jobs().filter_map(|job| long_wait(job, now).map(|until| (job, until))).min_by_key(|(_, until)| *until)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImportTab {
    #[default]
    Urls,
    Search,
}

#[derive(Debug, Clone)]
pub struct Import {
    pub tab: ImportTab,
    pub urls: UrlImport,
    pub search: SearchImport,
}

#[derive(Debug, Clone)]
pub struct UrlImport {
    pub pane: Pane,
    pub editor: Field,
    pub checks: Vec<Check>,
    /// A request is under way.
    pub is_sending: bool,
    /// The import that is shown.
    pub job_id: Option<String>,
    pub items: Window<PostingItem>,
    pub outcome: Option<PostingOutcome>,
    pub trouble: Option<Trouble>,
}

#[derive(Debug, Clone)]
pub struct SearchImport {
    pub pane: Pane,
    pub form: Form,
    pub is_sending: bool,
    pub job_id: Option<String>,
    pub results: Window<Posting>,
    pub filter: Filter,
    /// Our id to LinkedIn's.
    pub selected: BTreeMap<String, String>,
    /// A rule is being carried out.
    pub is_selecting: bool,
    /// The import of what was selected.
    pub imports: Vec<String>,
    pub trouble: Option<Trouble>,
    /// By search, when the newest of its results was stored that was there when somebody last left them.
    pub seen: BTreeMap<String, Timestamp>,
}

#[derive(Debug, Clone, Default)]
pub struct Jobs {
    pub list: Window<Job>,
    pub status: Option<JobStatus>,
    pub pane: Pane,
    /// The chosen job with its timeline.
    pub detail: Option<Box<Job>>,
    pub detail_id: Option<String>,
    pub due_at: Option<Timestamp>,
    pub scroll: u16,
}

#[derive(Debug, Clone, Default)]
pub struct Companies {
    pub list: Window<Company>,
    pub pane: Pane,
    pub postings: Window<Posting>,
    /// Whose postings are listed.
    pub shown: Option<(String, String)>,
    pub due_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Default)]
pub struct Tray {
    pub is_open: bool,
    pub is_focused: bool,
    pub chosen: usize,
}

/// What has changed at the server since it was read; read again together and not more often than four times a second.
#[derive(Debug, Clone, Default)]
pub struct Refresh {
    pub due_at: Option<Timestamp>,
    pub overview: bool,
    /// The rows of the postings themselves; new ones alone do not move what somebody reads.
    pub postings: bool,
    /// The posting that is open.
    pub detail: bool,
    pub counts: bool,
    pub companies: bool,
    pub jobs: bool,
    /// Jobs whose results or items are different.
    pub of_jobs: BTreeSet<String>,
}

#[derive(Debug, Clone)]
pub enum Dialog {
    Help {
        scroll: u16,
    },
    Palette {
        typed: Field,
        chosen: usize,
    },
    /// Words of a list, applied while they are typed.
    Words {
        list: ListOf,
        typed: Field,
        before: String,
        due_at: Option<Timestamp>,
    },
    Filter {
        form: Form,
        list: ListOf,
    },
    Status {
        /// Its row may leave the list while somebody decides.
        posting: Box<Posting>,
        chosen: usize,
    },
    Note {
        posting: Box<Posting>,
        /// The notes that it was begun from.
        began: Option<String>,
        typed: Field,
    },
    Remind {
        id: String,
        title: String,
        form: Form,
    },
    /// Of the posting that is open.
    Contacts {
        posting_id: String,
        title: String,
        chosen: usize,
        /// The same key once more deletes the chosen one.
        is_deleting: bool,
    },
    Contact {
        posting_id: String,
        title: String,
        /// None for a new one.
        id: Option<String>,
        form: Form,
        is_sending: bool,
    },
    Rule {
        typed: Field,
        error: Option<String>,
    },
    /// Why a job stopped, in full.
    Failure {
        job_id: String,
        whole: Option<Box<Job>>,
        scroll: u16,
    },
    Cancel {
        job_id: String,
    },
    Trouble(Trouble),
}

impl Dialog {
    /// Whether somebody has typed what closing would throw away.
    pub fn holds_text(&self) -> bool {
        match self {
            Dialog::Note { began, typed, .. } => crate::update::is_unsaved(began.as_ref(), typed),
            Dialog::Remind { form, .. } | Dialog::Contact { form, .. } => form.is_changed(),
            Dialog::Rule { typed, .. } => typed.said().is_some(),
            _ => false,
        }
    }
}

impl State {
    pub fn place(&self) -> Place {
        if self.tray.is_open && self.tray.is_focused {
            return Place::Tray;
        }
        match (self.screen, self.import.tab) {
            (Screen::Postings, _) => Place::Postings,
            (Screen::Import, ImportTab::Urls) => Place::ImportUrls,
            (Screen::Import, ImportTab::Search) => Place::ImportSearch,
            (Screen::Jobs, _) => Place::Jobs,
            (Screen::Companies, _) => Place::Companies,
        }
    }

    pub fn pane(&self) -> Pane {
        match (self.screen, self.import.tab) {
            (Screen::Postings, _) => self.postings.pane,
            (Screen::Import, ImportTab::Urls) => self.import.urls.pane,
            (Screen::Import, ImportTab::Search) => self.import.search.pane,
            (Screen::Jobs, _) => self.jobs.pane,
            (Screen::Companies, _) => self.companies.pane,
        }
    }

    pub fn pane_mut(&mut self) -> &mut Pane {
        match (self.screen, self.import.tab) {
            (Screen::Postings, _) => &mut self.postings.pane,
            (Screen::Import, ImportTab::Urls) => &mut self.import.urls.pane,
            (Screen::Import, ImportTab::Search) => &mut self.import.search.pane,
            (Screen::Jobs, _) => &mut self.jobs.pane,
            (Screen::Companies, _) => &mut self.companies.pane,
        }
    }

    /// Notes that were written and not stored, in full, for when the application ends.
    pub fn unsaved_notes(&self) -> Vec<String> {
        let open = self.dialogs.iter().filter(|dialog| dialog.holds_text()).filter_map(|dialog| match dialog {
            Dialog::Note { posting, typed, .. } => Some((sluice_api::wording::posting::title(posting), typed.text().to_owned())),
            _ => None,
        });
        let left = self.postings.drafts.values().map(|draft| (draft.title.clone(), draft.text.clone()));
        left.chain(open).map(|(title, text)| format!("A note on {title}:\n{text}")).collect()
    }

    /// The job in front of somebody.
    pub fn job(&self) -> Option<&Job> {
        match self.place() {
            Place::ImportUrls => self.overview.job(self.import.urls.job_id.as_deref()?),
            Place::ImportSearch => {
                // The import of the selected is what one steers while it runs.
                let importing = self.import.search.imports.iter().filter_map(|id| self.overview.job(id)).find(|job| !job.status.is_final());
                importing.or_else(|| self.overview.job(self.import.search.job_id.as_deref()?))
            }
            Place::Jobs => self.jobs.list.chosen(),
            Place::Tray => self.tray_jobs().into_iter().nth(self.tray.chosen),
            Place::Postings | Place::Companies => None,
        }
    }

    /// The jobs of the tray in its order: what runs, then what ended.
    pub fn tray_jobs(&self) -> Vec<&Job> {
        let mut jobs: Vec<&Job> = self.overview.active().into_iter().filter(|job| crate::names::is_told(job)).collect();
        jobs.extend(self.overview.ended().into_iter().filter(|job| crate::names::is_told(job)));
        jobs
    }

    /// The list that keys walk through.
    pub fn list(&self) -> ListOf {
        match (self.screen, self.import.tab, self.companies.pane) {
            (Screen::Postings, ..) => ListOf::Postings,
            (Screen::Import, ImportTab::Urls, _) => ListOf::Items,
            (Screen::Import, ImportTab::Search, _) => ListOf::Results,
            (Screen::Jobs, ..) => ListOf::Jobs,
            (Screen::Companies, _, Pane::List) => ListOf::Companies,
            (Screen::Companies, _, Pane::Side) => ListOf::CompanyPostings,
        }
    }
}

impl State {
    pub fn new((width, height): (u16, u16), now: Timestamp, options: crate::app::Options) -> Self {
        State {
            size: Size { width, height },
            now,
            zone: options.zone,
            theme: Theme { colour: options.colour },
            inside: options.inside,
            me: None,
            link: Link::Up,
            screen: Screen::Postings,
            overview: Overview::default(),
            postings: Postings::default(),
            import: Import {
                tab: ImportTab::Urls,
                urls: UrlImport {
                    pane: Pane::List,
                    editor: Field::lines(""),
                    checks: Vec::new(),
                    is_sending: false,
                    job_id: None,
                    items: Window::default(),
                    outcome: None,
                    trouble: None,
                },
                search: SearchImport {
                    pane: Pane::Side,
                    form: crate::update::search_form(),
                    is_sending: false,
                    job_id: None,
                    results: Window::default(),
                    filter: Filter::default(),
                    selected: BTreeMap::new(),
                    is_selecting: false,
                    imports: Vec::new(),
                    trouble: None,
                    seen: BTreeMap::new(),
                },
            },
            jobs: Jobs::default(),
            companies: Companies::default(),
            dialogs: Vec::new(),
            toasts: Toasts::default(),
            tray: Tray::default(),
            refresh: Refresh::default(),
            spinner: 0,
            spun_at: now,
            hits: Hits::default(),
            is_over: false,
        }
    }
}
