//! Text that a spreadsheet may open without running it.

use std::borrow::Cow;

/// What begins a formula, in either width. A tab or a line break before it is cut off by some programs.
const BEGINS_A_FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that would be taken for a formula gets an apostrophe in front, which makes it text; any other stays as it is. Blanks before the
/// sign do not hide it.
pub fn neutral(cell: &str) -> Cow<'_, str> {
    let shown =
        cell.trim_start_matches(|c: char| c == '\u{feff}' || c == '\u{200b}' || (c.is_whitespace() && !BEGINS_A_FORMULA.contains(&c)));
    if shown.starts_with(BEGINS_A_FORMULA) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn immunity_36_a_cell_cannot_run_in_a_spreadsheet() {
        for formula in [
            "=HYPERLINK(\"http://x\")",
            "+1+1",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\u{a0}=1",
            "\u{feff}=1",
            "\u{200b}@x",
            "＝1+1",
            "＋1",
            "－1",
            "＠SUM(A1)",
        ] {
            assert_eq!(neutral(formula), format!("'{formula}"));
        }
        for harmless in ["", " ", "Ada King", "a=b", "'quoted", "https://example.com/?a=b", "12", " 12"] {
            assert_eq!(neutral(harmless), harmless);
        }
    }
}
