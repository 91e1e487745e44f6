//! Cells of tab-separated tables.

use sluice_api::spreadsheet::neutral;

use super::visible::visible;

/// One cell: nothing in it runs in a spreadsheet, and what would break the line or the column becomes a space.
pub fn one_line(cell: &str) -> String {
    visible(&neutral(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_stays_in_its_line_and_column() {
        assert_eq!(one_line("Head\tof\r\nGrowth\u{1b}[31m"), "Head of  Growth [31m");
    }

    #[test]
    fn immunity_36_a_line_of_a_table_cannot_run_in_a_spreadsheet() {
        assert_eq!([one_line("=1"), one_line("\t=1")], ["'=1", "' =1"]);
    }
}
