//! Where the words go: what kind of reader there is, and how to write for it.

use std::io::{self, IsTerminal, Write};

use console::Term;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::render::table::Table;

/// Columns that are assumed when nobody says how wide the terminal is.
const USUAL_WIDTH: usize = 100;

/// The reader of this command's output.
#[derive(Debug, Clone)]
pub struct Terminal {
    /// One JSON document instead of words.
    pub json: bool,
    /// Standard output is a terminal.
    pub interactive: bool,
    pub colour: bool,
    pub zone: TimeZone,
}

impl Terminal {
    pub fn detect(json: bool, no_colour: bool) -> Self {
        let interactive = io::stdout().is_terminal();
        Terminal { json, interactive, colour: interactive && !no_colour, zone: TimeZone::system() }
    }

    /// Columns, as the terminal is just now.
    pub fn width(&self) -> usize {
        Term::stdout().size_checked().map_or(USUAL_WIDTH, |(_rows, columns)| columns.into())
    }

    /// The time that a person's clock shows.
    #[expect(clippy::disallowed_methods, reason = "ages and countdowns are shown against the reader's own clock; nothing is decided by it")]
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// One line of the answer.
    pub fn say(&self, line: impl AsRef<str>) -> io::Result<()> {
        writeln!(io::stdout().lock(), "{}", line.as_ref())
    }

    /// One line beside the answer, which a pipe does not carry on.
    pub fn note(&self, line: impl AsRef<str>) -> io::Result<()> {
        writeln!(io::stderr().lock(), "{}", line.as_ref())
    }

    /// The answer as data.
    pub fn data(&self, data: &impl Serialize) -> io::Result<()> {
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, data)?;
        writeln!(out)
    }

    /// The answer as a table; `empty` is what to say to a person instead of a table without rows.
    pub fn table(&self, table: &Table, empty: &str) -> io::Result<()> {
        let text = if !self.interactive {
            table.tab_separated()
        } else if table.rows.is_empty() {
            format!("{empty}\n")
        } else {
            table.drawn(self.width(), self.colour)
        };
        io::stdout().lock().write_all(text.as_bytes())
    }
}
