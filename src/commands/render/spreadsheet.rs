//! Text that a spreadsheet may open without running it.

use std::borrow::Cow;

/// A leading `=`, `+`, `-`, `@`, tab or carriage return would make a formula of the cell: an apostrophe before it makes it text.
pub fn neutral(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The same for one line of tab-separated values: what would break the line or the column becomes a space.
pub fn one_line(cell: &str) -> String {
    neutral(cell).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn immunity_36_a_cell_cannot_run_in_a_spreadsheet() {
        for formula in ["=HYPERLINK(\"http://x\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(neutral(formula), format!("'{formula}"));
            assert!(one_line(formula).starts_with('\''));
        }
        for harmless in ["", "Ada King", "a=b", "'quoted", "https://example.com/?a=b", "12"] {
            assert_eq!(neutral(harmless), harmless);
        }
    }

    #[test]
    fn a_cell_stays_in_its_line_and_column() {
        assert_eq!(one_line("Head\tof\r\nGrowth\u{1b}[31m"), "Head of  Growth [31m");
    }
}
