//! Everything that can be commanded: one table for keys, help, the line of keys and the palette.

use crate::state::Place;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    ShowPostings,
    ShowImport,
    ShowJobs,
    ShowCompanies,
    ImportUrls,
    ImportSearch,
    OtherTab,
    Help,
    Palette,
    ToggleTray,
    Quit,
    Back,
    NextPane,
    PreviousPane,
    Down,
    Up,
    PageDown,
    PageUp,
    First,
    Last,
    Open,
    Reload,
    Words,
    Filter,
    Widen,
    NextOrder,
    TurnOrder,
    Apply,
    Status,
    Note,
    Hide,
    MoreStars,
    FewerStars,
    Remind,
    RemindersDone,
    Contacts,
    Undo,
    Company,
    Edit,
    Start,
    Toggle,
    SelectAll,
    SelectNone,
    SelectByRule,
    ImportSelected,
    EarlierJob,
    LaterJob,
    PauseOrResume,
    Cancel,
    Retry,
    Error,
    Outcomes,
    DismissToast,
    SnoozeToast,
    OpenToast,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub command: Command,
    /// The keys by the names of `keys::name`.
    pub keys: &'static [&'static str],
    /// What it does, as a plain verb.
    pub words: &'static str,
    /// Where it works.
    pub place: Where,
    /// The word in the line of keys; empty ones are told by the help alone.
    pub short: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    Everywhere,
    Lists,
    /// Lists of postings.
    OfPostings,
    In(Place),
    /// Wherever one job is in front of somebody.
    OfJob,
}

const fn entry(command: Command, keys: &'static [&'static str], words: &'static str, place: Where, short: &'static str) -> Entry {
    Entry { command, keys, words, place, short }
}

use Command as C;
use Where::{Everywhere, In, Lists, OfJob, OfPostings};

pub const TABLE: &[Entry] = &[
    entry(C::Open, &["enter"], "Open", Lists, "open"),
    entry(C::Down, &["j", "down"], "Down", Lists, ""),
    entry(C::Up, &["k", "up"], "Up", Lists, ""),
    entry(C::PageDown, &["ctrl-d", "pgdn"], "A page down", Lists, ""),
    entry(C::PageUp, &["ctrl-u", "pgup"], "A page up", Lists, ""),
    entry(C::First, &["g", "home"], "To the first", Lists, ""),
    entry(C::Last, &["G", "end"], "To the last", Lists, ""),
    entry(C::Reload, &["u", "f5"], "Show what is new", Lists, ""),
    entry(C::Words, &["/"], "Find words", OfPostings, "find"),
    entry(C::Filter, &["f"], "Filter", OfPostings, "filter"),
    entry(C::Widen, &["F"], "Take the filter off", OfPostings, ""),
    entry(C::NextOrder, &["s"], "Sort by the next column", OfPostings, "sort"),
    entry(C::TurnOrder, &["S"], "Turn the order round", OfPostings, ""),
    entry(C::Apply, &["a"], "Mark as applied", In(Place::Postings), "applied"),
    entry(C::Status, &["m"], "Choose the status", In(Place::Postings), "status"),
    entry(C::Note, &["n"], "Write a note", In(Place::Postings), "note"),
    entry(C::Hide, &["x"], "Hide, or show again", In(Place::Postings), "hide"),
    entry(C::MoreStars, &["+", "="], "One star more", In(Place::Postings), "stars"),
    entry(C::FewerStars, &["-"], "One star fewer", In(Place::Postings), ""),
    entry(C::Remind, &["r"], "Set a reminder", In(Place::Postings), "remind"),
    entry(C::RemindersDone, &["R"], "Tick the next reminder off", In(Place::Postings), ""),
    entry(C::Contacts, &["C"], "Contacts", In(Place::Postings), ""),
    entry(C::Undo, &["z"], "Take the last change back", In(Place::Postings), ""),
    entry(C::Company, &["c"], "Postings of this company", In(Place::Postings), "company"),
    entry(C::Edit, &["i", "e"], "Write addresses", In(Place::ImportUrls), "write"),
    entry(C::Start, &["ctrl-s"], "Import the postings", In(Place::ImportUrls), "import"),
    entry(C::Outcomes, &["f"], "Show other outcomes", In(Place::ImportUrls), "outcomes"),
    entry(C::Edit, &["i", "e"], "Change the search", In(Place::ImportSearch), "form"),
    entry(C::Start, &["ctrl-s"], "Start the search", In(Place::ImportSearch), ""),
    entry(C::Toggle, &["space"], "Select, or take off", In(Place::ImportSearch), "select"),
    entry(C::SelectAll, &["A"], "Select all that are listed", In(Place::ImportSearch), "all"),
    entry(C::SelectNone, &["N"], "Select none", In(Place::ImportSearch), "none"),
    entry(C::SelectByRule, &["v"], "Select by a rule", In(Place::ImportSearch), "rule"),
    entry(C::ImportSelected, &["I"], "Import the selected", In(Place::ImportSearch), "import"),
    entry(C::PauseOrResume, &["p"], "Pause, or resume", OfJob, "pause"),
    entry(C::Cancel, &["X"], "Cancel the job", OfJob, "cancel"),
    entry(C::Retry, &["r"], "Retry the job", OfJob, "retry"),
    entry(C::Error, &["E"], "Show why it stopped", OfJob, "error"),
    entry(C::EarlierJob, &["["], "The import or search before", OfJob, ""),
    entry(C::LaterJob, &["]"], "The import or search after", OfJob, ""),
    entry(C::Filter, &["f"], "Show other states", In(Place::Jobs), "filter"),
    entry(C::NextPane, &["tab", "l", "right"], "To the next pane", Everywhere, ""),
    entry(C::PreviousPane, &["backtab", "h", "left"], "To the pane before", Everywhere, ""),
    entry(C::OtherTab, &["w"], "The other tab of the import", Everywhere, ""),
    entry(C::Back, &["esc"], "Back", Everywhere, ""),
    entry(C::ShowPostings, &["1"], "Go to the postings", Everywhere, ""),
    entry(C::ShowImport, &["2"], "Go to the import", Everywhere, ""),
    entry(C::ShowJobs, &["3"], "Go to the jobs", Everywhere, ""),
    entry(C::ShowCompanies, &["4"], "Go to the companies", Everywhere, ""),
    entry(C::ImportUrls, &["U"], "Import by address", Everywhere, ""),
    entry(C::ImportSearch, &["P"], "Import by search", Everywhere, ""),
    entry(C::ToggleTray, &["t"], "Open or close the tasks", Everywhere, "tasks"),
    entry(C::DismissToast, &["D", "alt-d"], "Dismiss the newest message", Everywhere, ""),
    entry(C::SnoozeToast, &["Z", "alt-z"], "Show the newest message again later", Everywhere, ""),
    entry(C::OpenToast, &["O", "alt-o"], "Open what the newest message is about", Everywhere, ""),
    entry(C::Palette, &[":", "ctrl-k"], "Command palette", Everywhere, "commands"),
    entry(C::Help, &["?"], "Help", Everywhere, "help"),
    entry(C::Quit, &["q", "ctrl-c"], "Quit", Everywhere, "quit"),
];

impl Where {
    pub fn holds(self, place: Place) -> bool {
        match self {
            Everywhere => true,
            Lists => true,
            OfPostings => matches!(place, Place::Postings | Place::ImportSearch),
            In(only) => only == place,
            OfJob => matches!(place, Place::ImportUrls | Place::ImportSearch | Place::Jobs | Place::Tray),
        }
    }

    /// Nearer places win a key.
    fn nearness(self) -> u8 {
        match self {
            In(_) => 0,
            OfJob | OfPostings => 1,
            Lists => 2,
            Everywhere => 3,
        }
    }
}

/// What a key means at a place.
pub fn meant(key: &str, place: Place) -> Option<Command> {
    let entries = TABLE.iter().filter(|entry| entry.place.holds(place) && entry.keys.contains(&key));
    entries.min_by_key(|entry| entry.place.nearness()).map(|entry| entry.command)
}

/// What works at a place, nearest first, as the table has it.
pub fn at(place: Place) -> Vec<&'static Entry> {
    let mut entries: Vec<&Entry> = TABLE.iter().filter(|entry| entry.place.holds(place)).collect();
    entries.retain(|entry| entry.keys.iter().any(|key| meant(key, place) == Some(entry.command)));
    entries.sort_by_key(|entry| entry.place.nearness());
    entries
}

/// Commands whose words hold all that was typed, those that begin with it first.
pub fn find(typed: &str, place: Place) -> Vec<&'static Entry> {
    let typed = typed.trim().to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    let walks =
        |entry: &Entry| matches!(entry.command, C::Down | C::Up | C::PageDown | C::PageUp | C::NextPane | C::PreviousPane | C::Palette);
    let mut found: Vec<&Entry> = at(place)
        .into_iter()
        .filter(|entry| !walks(entry))
        .filter(|entry| words.iter().all(|word| entry.words.to_lowercase().contains(word)))
        .collect();
    found.sort_by_key(|entry| !entry.words.to_lowercase().starts_with(&typed));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things_at_one_place() {
        for place in Place::ALL {
            let mut keys: Vec<(&str, u8, Command)> = Vec::new();
            for entry in TABLE.iter().filter(|entry| entry.place.holds(place)) {
                for key in entry.keys {
                    let nearness = entry.place.nearness();
                    let clash = keys.iter().find(|(other, near, command)| other == key && *near == nearness && *command != entry.command);
                    assert_eq!(clash, None, "{key} at {place:?}");
                    keys.push((key, nearness, entry.command));
                }
            }
        }
    }

    #[test]
    fn the_nearest_meaning_of_a_key_wins() {
        assert_eq!(meant("r", Place::Postings), Some(Command::Remind));
        assert_eq!(meant("r", Place::Jobs), Some(Command::Retry));
        assert_eq!(meant("f", Place::Jobs), Some(Command::Filter));
        assert_eq!(meant("f", Place::ImportUrls), Some(Command::Outcomes));
        assert_eq!(meant("f", Place::Companies), None);
        assert_eq!(meant("q", Place::Companies), Some(Command::Quit));
    }

    #[test]
    fn the_palette_finds_commands_by_their_words() {
        let found: Vec<Command> = find("sea", Place::ImportSearch).iter().map(|entry| entry.command).collect();
        assert_eq!(found, [Command::Edit, Command::Start, Command::EarlierJob, Command::LaterJob, Command::ImportSearch]);
        assert_eq!(find("quit", Place::Postings).len(), 1);
        assert_eq!(find("no such thing", Place::Postings).len(), 0);
    }
}
