//! What the application knows and shows. Screens keep their own part, so that coming back finds them as they were left.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::layout::Size;
use serde::{Deserialize, Serialize};
use sluice_api::{Company, Job, JobStatus, Me, Posting};

use crate::field::Field;
use crate::form::Form;
pub use crate::import::{Import, ImportTab, SetAside};
use crate::layout::Hits;
use crate::memory::Kept;
use crate::overview::Overview;
use crate::theme::Theme;
use crate::toast::Toasts;
use crate::trouble::Trouble;
use crate::window::Window;

mod postings;

pub use postings::{Detail, Left, NoteDraft, Postings, Unanswered, Undo};

#[derive(Debug, Clone)]
pub struct State {
    pub size: Size,
    pub now: Timestamp,
    pub zone: TimeZone,
    pub theme: Theme,
    /// The server runs within this process and ends with it.
    pub inside: bool,
    pub me: Option<Me>,
    /// What was kept of this server when somebody last quit, by workspace.
    pub kept: BTreeMap<String, Kept>,
    /// Somebody has pressed or clicked something.
    pub is_touched: bool,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Screen {
    #[default]
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
    /// It was opened from elsewhere, and the list has not been seen to hold it: it stays until somebody goes back to the list.
    pub is_pinned: bool,
    /// A job that a message leads to and of which nothing is known yet.
    pub wanted: Option<String>,
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
    /// The job that was chosen; the first one until then.
    pub chosen: Option<String>,
    /// Where the choice stood, for when its job has left the tray.
    pub place: usize,
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
        job_ids: Vec<String>,
    },
    /// More is selected than one import takes.
    Bulk {
        postings: u64,
        parts: u64,
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

    /// Letters are text now, or answers to a dialog, and no commands.
    pub fn is_typing(&self) -> bool {
        !self.dialogs.is_empty() || (self.pane() == Pane::Side && matches!(self.place(), Place::ImportUrls | Place::ImportSearch))
    }

    /// The jobs in front of somebody, which keys steer: one, or the parts of one import.
    pub fn steered(&self) -> Vec<&Job> {
        if self.place() == Place::ImportSearch && self.is_bulk_in_front() { self.bulk_jobs() } else { self.job().into_iter().collect() }
    }

    /// The parts of the import of what was selected, as far as they are known.
    pub fn bulk_jobs(&self) -> Vec<&Job> {
        let ids = self.import.search.bulk().map(|bulk| bulk.jobs.as_slice()).unwrap_or_default();
        ids.iter().filter_map(|id| self.overview.job(id)).collect()
    }

    /// The import of what was selected is what one steers while it runs, and after it has failed once the search has ended.
    pub fn is_bulk_in_front(&self) -> bool {
        let jobs = self.bulk_jobs();
        let search = self.import.search.job_id.as_deref().and_then(|id| self.overview.job(id));
        let is_searching = search.is_some_and(|job| !job.status.is_final());
        jobs.iter().any(|job| !job.status.is_final()) || (!is_searching && jobs.iter().any(|job| job.status == JobStatus::Failed))
    }

    /// The job in front of somebody; of an import in parts the one that needs somebody first.
    pub fn job(&self) -> Option<&Job> {
        match self.place() {
            Place::ImportUrls => self.overview.job(self.import.urls.job_id.as_deref()?),
            Place::ImportSearch => {
                if self.is_bulk_in_front() {
                    let jobs = self.bulk_jobs();
                    let needy = |wanted: fn(&Job) -> bool| jobs.iter().find(|job| wanted(job)).copied();
                    return needy(|job| job.status == JobStatus::Failed).or_else(|| needy(|job| !job.status.is_final()));
                }
                self.overview.job(self.import.search.job_id.as_deref()?)
            }
            Place::Jobs => self.shown_job(),
            Place::Tray => self.tray_jobs().into_iter().nth(self.tray_place()),
            Place::Postings | Place::Companies => None,
        }
    }

    /// The job of the jobs screen: the one that was opened from elsewhere, else the list's choice.
    pub fn shown_job(&self) -> Option<&Job> {
        let jobs = &self.jobs;
        if !jobs.is_pinned {
            return jobs.list.chosen();
        }
        let id = jobs.detail_id.as_deref()?;
        jobs.detail.as_deref().filter(|job| job.id == id).or_else(|| self.overview.job(id))
    }

    /// Jobs that a screen shows, and that are held for as long as it does.
    pub fn shown_jobs(&self) -> BTreeSet<String> {
        let import = &self.import;
        let shown = [&import.search.job_id, &import.urls.job_id, &self.jobs.detail_id, &self.tray.chosen];
        shown.into_iter().flatten().chain(import.search.bulks.values().flat_map(|bulk| &bulk.jobs)).cloned().collect()
    }

    /// The jobs of the tray in its order: what runs, then what ended.
    pub fn tray_jobs(&self) -> Vec<&Job> {
        let mut jobs = self.overview.active();
        jobs.extend(self.overview.ended());
        jobs
    }

    /// Where the tray's choice stands now.
    pub fn tray_place(&self) -> usize {
        let jobs = self.tray_jobs();
        let found = self.tray.chosen.as_ref().and_then(|id| jobs.iter().position(|job| job.id == *id));
        found.unwrap_or_else(|| self.tray.place.min(jobs.len().saturating_sub(1)))
    }

    pub fn choose_in_the_tray(&mut self, place: usize) {
        let chosen = self.tray_jobs().get(place).map(|job| job.id.clone());
        self.tray.chosen = chosen;
        self.tray.place = place;
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
            kept: BTreeMap::new(),
            is_touched: false,
            link: Link::Up,
            screen: Screen::Postings,
            overview: Overview::default(),
            postings: Postings::default(),
            import: Import::new(),
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
