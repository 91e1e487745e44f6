//! Tables: aligned and cut to the width on a terminal, tab-separated in a pipe.

use comfy_table::{Cell as TableCell, CellAlignment, ContentArrangement, Table as Drawing, presets};
use console::{measure_text_width, truncate_str};

use super::spreadsheet::one_line;
use super::state::{Coloured, Hue};
use super::visible::visible;

/// Columns between two columns.
const GAP: usize = 2;
/// Less of a text than this says nothing.
const SHORTEST_CUT: usize = 10;

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    pub title: &'static str,
    pub fit: Fit,
}

/// How a column meets a narrow terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Its text is cut.
    Cut,
    /// It keeps its width: an id that is cut is of no use.
    Keep,
    /// It keeps its width, and its numbers stand below each other.
    Number,
    /// It keeps its width, and is the first to be left out.
    Spare,
}

/// One cell: what a person sees, and what a program reads.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    pub shown: String,
    pub plain: String,
    pub hue: Option<Hue>,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        let plain = text.into();
        Cell { shown: plain.clone(), plain, hue: None }
    }

    pub fn maybe(text: Option<&str>) -> Self {
        Cell::text(text.unwrap_or_default())
    }

    /// `shown` on a terminal, `plain` in a pipe.
    pub fn both(shown: impl Into<String>, plain: impl ToString) -> Self {
        Cell { shown: shown.into(), plain: plain.to_string(), hue: None }
    }

    pub fn coloured(mut self, hue: Hue) -> Self {
        self.hue = Some(hue);
        self
    }
}

#[derive(Debug, Clone)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    pub fn new(columns: &[(&'static str, Fit)]) -> Self {
        Table { columns: columns.iter().map(|&(title, fit)| Column { title, fit }).collect(), rows: Vec::new() }
    }

    /// For a terminal of `width` columns: one line a row, cut where it does not fit. Ends with a line break.
    pub fn drawn(&self, width: usize, colour: bool) -> String {
        let widths = self.widths(width);
        let seen: Vec<usize> = (0..self.columns.len()).filter(|index| widths[*index] > 0).collect();
        let mut drawing = Drawing::new();
        drawing.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        if colour {
            drawing.enforce_styling();
        } else {
            drawing.force_no_tty();
        }
        drawing.set_header(seen.iter().map(|&index| {
            let title = TableCell::new(cut(&self.columns[index].title.to_uppercase(), widths[index]));
            if colour { title.add_attribute(comfy_table::Attribute::Dim) } else { title }
        }));
        for row in &self.rows {
            drawing.add_row(seen.iter().map(|&index| {
                let cell = TableCell::new(cut(&visible(&row[index].shown), widths[index]));
                match row[index].hue {
                    Some(hue) if colour => cell.fg(hue.table_colour()),
                    _ => cell,
                }
            }));
        }
        for (drawn, index) in drawing.column_iter_mut().zip(&seen) {
            let is_last = Some(index) == seen.last();
            drawn.set_padding((0, if is_last { 0 } else { GAP as u16 }));
            if self.columns[*index].fit == Fit::Number {
                drawn.set_cell_alignment(CellAlignment::Right);
            }
        }
        drawing.lines().map(|line| format!("{}\n", truncate_str(line.trim_end(), width, "…"))).collect()
    }

    /// The width of each column; 0 for one that is left out.
    fn widths(&self, width: usize) -> Vec<usize> {
        let widest = |index: usize| {
            let cells = self.rows.iter().map(|row| measure_text_width(&visible(&row[index].shown)));
            cells.max().unwrap_or_default().max(measure_text_width(self.columns[index].title))
        };
        let mut widths: Vec<usize> = (0..self.columns.len()).map(widest).collect();
        loop {
            let taken: usize = widths.iter().filter(|width| **width > 0).map(|width| width + GAP).sum::<usize>().saturating_sub(GAP);
            if taken <= width {
                return widths;
            }
            let can_be_cut = |index: &usize| self.columns[*index].fit == Fit::Cut && widths[*index] > SHORTEST_CUT;
            let excess = taken - width;
            let room: usize = (0..widths.len()).filter(can_be_cut).map(|index| widths[index] - SHORTEST_CUT).sum();
            if room >= excess {
                // One column after the other, always from the widest: short texts stay whole.
                let widest = (0..widths.len()).filter(can_be_cut).max_by_key(|index| widths[*index]);
                widest.into_iter().for_each(|index| widths[index] -= 1);
                continue;
            }
            let last = |fit: Fit| (0..widths.len()).rev().find(|index| self.columns[*index].fit == fit && widths[*index] > 0);
            match last(Fit::Spare).or_else(|| last(Fit::Cut)) {
                Some(index) => widths[index] = 0,
                None => return widths,
            }
        }
    }

    /// For a pipe: a line of titles, then one line a row, tabs between the cells. Ends with a line break.
    pub fn tab_separated(&self) -> String {
        let titles: Vec<String> = self.columns.iter().map(|column| column.title.replace(' ', "_")).collect();
        let mut text = titles.join("\t");
        text.push('\n');
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|cell| one_line(&cell.plain)).collect();
            text.push_str(&cells.join("\t"));
            text.push('\n');
        }
        text
    }
}

fn cut(text: &str, width: usize) -> String {
    truncate_str(text, width, "…").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Table {
        let mut table =
            Table::new(&[("name", Fit::Cut), ("job title", Fit::Cut), ("shared", Fit::Number), ("id", Fit::Keep), ("kind", Fit::Spare)]);
        let rows = [
            ("Amara Okonkwo", "Chief executive officer and co-founder of a very small company", 1_240),
            ("李小龙一", "工程师", 7),
            ("=cmd|' /C calc'!A0", "Head\tof\nGrowth \u{1b}[31m", 0),
        ];
        for (index, (name, title, shared)) in rows.into_iter().enumerate() {
            table.rows.push(vec![
                Cell::text(name).coloured(Hue::Green),
                Cell::text(title),
                Cell::both(sluice_api::wording::numbers::thousands(shared), shared),
                Cell::text(format!("0199c0de-{index}")),
                Cell::text("person"),
            ]);
        }
        table
    }

    #[test]
    fn a_table_is_cut_to_the_width() {
        let shown: Vec<String> = [120, 80, 50, 20].into_iter().map(|width| people().drawn(width, false)).collect();
        for (text, width) in shown.iter().zip([120, 80, 50, 20]) {
            assert!(text.lines().all(|line| console::measure_text_width(line) <= width), "{text}");
            assert_eq!(text.lines().count(), 4);
            assert!(!text.contains('\u{1b}'));
        }
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn a_pipe_gets_plain_tabs() {
        insta::assert_snapshot!(people().tab_separated().replace('\t', "→"));
    }

    #[test]
    fn colour_does_not_move_a_column() {
        let coloured = people().drawn(80, true);
        assert!(coloured.contains('\u{1b}'));
        let stripped: Vec<String> = coloured.lines().map(|line| console::strip_ansi_codes(line).trim_end().to_owned()).collect();
        let plain: Vec<String> = people().drawn(80, false).lines().map(str::to_owned).collect();
        assert_eq!(stripped, plain);
    }
}
