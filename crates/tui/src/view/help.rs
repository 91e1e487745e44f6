//! Every key, by where it works.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::command::{Entry, TABLE, Where};
use crate::keys::shown;
use crate::state::{Place, State};
use crate::text::fit;

const KEYS: usize = 16;

pub fn lines(state: &State) -> Vec<Line<'static>> {
    let mut sections = [
        ("Import by address", Where::In(Place::ImportUrls)),
        ("Import by search", Where::In(Place::ImportSearch)),
        ("Postings", Where::In(Place::Postings)),
        ("Jobs", Where::In(Place::Jobs)),
        ("Lists of postings", Where::OfPostings),
        ("Where a job is in front: import, jobs, tasks", Where::OfJob),
        ("In lists", Where::Lists),
        ("Everywhere", Where::Everywhere),
    ];
    // What works where somebody is comes first.
    sections.sort_by_key(|(_, place)| !place.holds(state.place()));
    let mut lines = Vec::new();
    for (heading, place) in sections {
        lines.push(Line::styled(heading.to_owned(), state.theme.accent()));
        for entry in TABLE.iter().filter(|entry| entry.place == place) {
            lines.push(line(state, entry));
        }
        lines.push(Line::default());
    }
    let signs = [
        "•  nobody has opened it yet   !  a reminder is due",
        "·  found   ◇  saved   ▸  applied   ◆  interviewing",
        "★  offer   ×  rejected   –  withdrawn",
        "○  queued   ◐  running   ◷  waiting   ‖  paused",
        "●  done   ◒  stopped early   ×  failed   –  canceled",
    ];
    lines.push(Line::styled("Signs", state.theme.accent()));
    lines.extend(signs.iter().map(|sign| Line::raw(format!("  {sign}"))));
    lines
}

fn line(state: &State, entry: &Entry) -> Line<'static> {
    let keys: Vec<String> = entry.keys.iter().map(|key| shown(key)).collect();
    Line::from(vec![
        Span::styled(format!("  {}", fit(&keys.join("  "), KEYS)), state.theme.strong()),
        Span::styled(entry.words, Style::new()),
    ])
}
