//! What the import knows and shows: the addresses that are typed, and the searches with what is chosen of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sluice_api::{Posting, PostingItem, PostingOutcome};

use crate::bulk::Bulk;
use crate::checks::Check;
use crate::field::Field;
use crate::filter::Filter;
use crate::form::Form;
use crate::state::Pane;
use crate::trouble::Trouble;
use crate::window::Window;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// What is shown of that search.
    pub results: Window<Posting>,
    pub filter: Filter,
    /// Our id to LinkedIn's.
    pub selected: BTreeMap<String, String>,
    /// Other searches as they were left.
    pub aside: BTreeMap<String, SetAside>,
    /// A rule is being carried out.
    pub is_selecting: bool,
    /// By search, the import of what was selected of it.
    pub bulks: BTreeMap<String, Bulk>,
    pub trouble: Option<Trouble>,
    /// By search, when the newest of its results was stored that was there when somebody last left them.
    pub seen: BTreeMap<String, Timestamp>,
}

/// A search that is not shown now.
#[derive(Debug, Clone, Default)]
pub struct SetAside {
    pub results: Window<Posting>,
    pub filter: Filter,
    pub selected: BTreeMap<String, String>,
}

impl SearchImport {
    /// The selection of a search, whether it is shown or not.
    pub fn selected_of(&mut self, job_id: &str) -> Option<&mut BTreeMap<String, String>> {
        if self.job_id.as_deref() == Some(job_id) {
            return Some(&mut self.selected);
        }
        self.aside.get_mut(job_id).map(|aside| &mut aside.selected)
    }

    /// The import of what was selected of the search that is shown.
    pub fn bulk(&self) -> Option<&Bulk> {
        self.bulks.get(self.job_id.as_ref()?)
    }

    pub fn is_importing(&self) -> bool {
        self.bulk().is_some_and(|bulk| bulk.unanswered > 0)
    }

    /// The search and the jobs of the import that one of them belongs to.
    pub fn bulk_of(&self, job_id: &str) -> Option<(&String, &Bulk)> {
        self.bulks.iter().find(|(_, bulk)| bulk.jobs.iter().any(|id| id == job_id))
    }
}

impl Import {
    pub fn new() -> Self {
        Import {
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
                aside: BTreeMap::new(),
                is_selecting: false,
                bulks: BTreeMap::new(),
                trouble: None,
                seen: BTreeMap::new(),
            },
        }
    }
}
