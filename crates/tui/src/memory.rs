//! What outlives the application, for each server and workspace: the last screen, orders, what had been seen, and what was typed. Filters do not: one
//! that is forgotten hides rows.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::checks::check;
use crate::field::Field;
use crate::filter::{Filter, Order};
use crate::form::Answered;
use crate::state::{ImportTab, Screen, SetAside, State};
use crate::update::leave;
use crate::window::Window;

const VERSION: u32 = 1;
/// Searches whose orders and marks are kept, those that were seen last.
const MOST_SEARCHES: usize = 100;
/// Whatever is larger was not written here.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The file, and whose part of it is meant.
#[derive(Debug)]
pub struct Memory {
    path: PathBuf,
    server: String,
    /// What was kept of this server, by workspace.
    kept: BTreeMap<String, Kept>,
    /// A newer version has written it, and shall find it as it was.
    is_newer: bool,
}

/// By server, then by workspace.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Whole {
    version: u32,
    servers: BTreeMap<String, BTreeMap<String, Kept>>,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    screen: Screen,
    tab: ImportTab,
    postings: View,
    /// By the job of the search.
    searches: BTreeMap<String, View>,
    addresses: String,
    search: BTreeMap<String, Answered>,
}

/// How a list stood.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct View {
    order: Option<Order>,
    descending: bool,
    seen: Option<Timestamp>,
}

impl View {
    fn of(filter: &Filter, seen: Option<Timestamp>) -> Self {
        View { order: Some(filter.order), descending: filter.descending, seen }
    }

    fn order(&self, filter: &mut Filter) {
        if let Some(order) = self.order {
            filter.order = order;
            filter.descending = self.descending;
        }
    }
}

impl Memory {
    /// What was kept, unless somebody wants to start afresh; and what is wrong with the file, if that cannot be used.
    pub fn open(path: PathBuf, server: String, is_fresh: bool) -> (Self, Option<String>) {
        let mut memory = Memory { path, server, kept: BTreeMap::new(), is_newer: false };
        if is_fresh {
            return (memory, None);
        }
        let trouble = match memory.read() {
            Ok(Some(mut whole)) => {
                memory.kept = whole.servers.remove(&memory.server).unwrap_or_default();
                None
            }
            Ok(None) if memory.is_newer => {
                Some(format!("A newer version has written {}. This one starts afresh and leaves it alone.", memory.path.display()))
            }
            Ok(None) => None,
            Err(error) => Some(format!("{}: {error}. This starts afresh.", memory.path.display())),
        };
        (memory, trouble)
    }

    pub fn take(&mut self) -> BTreeMap<String, Kept> {
        std::mem::take(&mut self.kept)
    }

    fn read(&mut self) -> io::Result<Option<Whole>> {
        let size = match fs::metadata(&self.path) {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        if size > LARGEST {
            return Err(io::Error::other("it is too large"));
        }
        let bytes = fs::read(&self.path)?;
        let Version { version } = serde_json::from_slice(&bytes)?;
        self.is_newer = version > VERSION;
        if self.is_newer {
            return Ok(None);
        }
        Ok(Some(serde_json::from_slice(&bytes)?))
    }

    /// Puts this workspace's part into the file, whole or not at all. What other windows have kept of others meanwhile stays.
    pub fn keep(&mut self, workspace_id: &str, kept: Kept) -> io::Result<()> {
        // What cannot be read has been told, and is written anew.
        let mut whole = self.read().ok().flatten().unwrap_or_default();
        if self.is_newer {
            return Ok(());
        }
        whole.version = VERSION;
        whole.servers.entry(self.server.clone()).or_default().insert(workspace_id.to_owned(), kept);
        let bytes = serde_json::to_vec(&whole)?;
        if let Some(folder) = self.path.parent() {
            private_folder().recursive(true).create(folder)?;
        }
        let draft = self.path.with_extension(format!("{}.tmp", std::process::id()));
        let written = write(&draft, &bytes).and_then(|()| fs::rename(&draft, &self.path));
        if written.is_err() {
            // The reason why it was not written matters more than a draft that is left.
            let _ = fs::remove_file(&draft);
        }
        written
    }
}

fn write(path: &std::path::Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn private_folder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// What is kept of the state when somebody quits.
pub fn kept(state: &mut State) -> Kept {
    leave(state);
    let search = &state.import.search;
    let seen = |id: &String| search.seen.get(id).copied();
    let mut searches: BTreeMap<String, View> =
        search.aside.iter().map(|(id, aside)| (id.clone(), View::of(&aside.filter, seen(id)))).collect();
    searches.extend(search.job_id.iter().map(|id| (id.clone(), View::of(&search.filter, seen(id)))));
    let mut oldest: Vec<(Option<Timestamp>, String)> = searches.iter().map(|(id, view)| (view.seen, id.clone())).collect();
    oldest.sort();
    for (_, id) in &oldest[..oldest.len().saturating_sub(MOST_SEARCHES)] {
        searches.remove(id);
    }
    // Others that were shown for a moment are gone back from.
    let postings = state.postings.left.as_ref().map_or(&state.postings.filter, |left| &left.filter);
    Kept {
        screen: state.screen,
        tab: state.import.tab,
        postings: View::of(postings, state.postings.seen),
        searches,
        addresses: state.import.urls.editor.text().to_owned(),
        search: search.form.answered(),
    }
}

/// Takes up what was kept, as far as nobody has done anything else by then.
pub fn recall(state: &mut State, kept: Kept) {
    let Kept { screen, tab, postings, searches, addresses, search: answered } = kept;
    state.postings.seen = state.postings.seen.or(postings.seen);
    postings.order(&mut state.postings.filter);
    state.postings.list.begin_anew();
    let search = &mut state.import.search;
    for (id, view) in searches {
        search.seen.extend(view.seen.map(|seen| (id.clone(), seen)));
        if search.job_id.as_ref() == Some(&id) {
            view.order(&mut search.filter);
            search.results.begin_anew();
        } else {
            let mut filter = Filter::of_job(&id);
            view.order(&mut filter);
            search.aside.entry(id).or_insert(SetAside { results: Window::default(), filter, selected: BTreeMap::new() });
        }
    }
    if !state.is_touched {
        search.form.recall(&answered);
        state.import.urls.editor = Field::lines(addresses);
        state.import.urls.checks = check(state.import.urls.editor.text());
        state.screen = screen;
        state.import.tab = tab;
    }
}

#[cfg(test)]
mod tests;
