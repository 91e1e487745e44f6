//! Small tables of general facts from which the population is drawn. Rows are text, one thing a line, cells parted by `|`.

pub mod industries;
pub mod names_latin;
pub mod names_scripts;
pub mod places;
pub mod postings;
pub mod titles;
pub mod wording;

/// The cells of every row of a table, trimmed.
pub fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    lines(table).map(|line| line.split('|').map(str::trim).collect())
}

/// The lines of a table whose rows have one cell.
pub fn lines(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().map(str::trim).filter(|line| !line.is_empty())
}
