//! Rows as the bytes of a file: CSV, JSON lines, or the parts of a workbook.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};
use sluice_api::spreadsheet::neutral;

use super::columns::{Cell, ExportRow, cell};
use crate::domain::export::{ExportArgs, ExportColumn, ExportFormat};

/// The mark by which Excel takes a CSV file for UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The longest text of a cell of Excel, in UTF-16 units.
const LONGEST_TEXT: usize = 32_767;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub content: Vec<u8>,
    /// Texts that a workbook cannot hold whole.
    pub cut: i64,
}

/// Writes `rows`; the first ones have a header in front, where the format has one.
pub fn write(args: &ExportArgs, rows: &[ExportRow], is_first: bool) -> Result<Written, anyhow::Error> {
    match args.format {
        ExportFormat::Csv => csv(args, rows, is_first),
        ExportFormat::Jsonl => json_lines(rows, |row| {
            let fields: Map<String, Json> =
                args.columns.iter().map(|column| (column.as_str().to_owned(), cell(row, *column).json())).collect();
            (Json::Object(fields), 0)
        }),
        ExportFormat::Xlsx => json_lines(rows, |row| part(row, &args.columns)),
    }
}

fn csv(args: &ExportArgs, rows: &[ExportRow], is_first: bool) -> Result<Written, anyhow::Error> {
    let mut content = Vec::new();
    if is_first && args.byte_order_mark {
        content.extend_from_slice(BYTE_ORDER_MARK);
    }
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(content);
    if is_first {
        writer.write_record(args.columns.iter().map(|column| column.as_str()))?;
    }
    for row in rows {
        for column in &args.columns {
            let value = cell(row, *column);
            // A number cannot be a formula, and a minus before it belongs to it.
            let guarded = !matches!(value, Cell::Number(_) | Cell::Amount(_));
            let plain = value.plain();
            writer.write_field(if guarded { neutral(&plain) } else { Cow::Borrowed(plain.as_str()) }.as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(Written { content: writer.into_inner().map_err(|error| anyhow::anyhow!("{error}"))?, cut: 0 })
}

fn json_lines(rows: &[ExportRow], line: impl Fn(&ExportRow) -> (Json, i64)) -> Result<Written, anyhow::Error> {
    let mut written = Written::default();
    for row in rows {
        let (value, cut) = line(row);
        serde_json::to_writer(&mut written.content, &value)?;
        written.content.push(b'\n');
        written.cut += cut;
    }
    Ok(written)
}

/// A row as a list of its cells, each as the workbook shall have it.
fn part(row: &ExportRow, columns: &[ExportColumn]) -> (Json, i64) {
    let mut cut = 0;
    let cells = columns.iter().map(|column| match cell(row, *column) {
        Cell::Text(text) => {
            let text = neutral(&text).into_owned();
            let short = shorten(&text);
            cut += i64::from(matches!(short, Cow::Owned(_)));
            short.into()
        }
        other => other.json(),
    });
    let cells: Vec<Json> = cells.collect();
    (Json::Array(cells), cut)
}

/// The text, cut to what a cell holds and ending in … when it was longer.
fn shorten(text: &str) -> Cow<'_, str> {
    // A byte is at least as long as a UTF-16 unit.
    if text.len() <= LONGEST_TEXT || text.encode_utf16().count() <= LONGEST_TEXT {
        return Cow::Borrowed(text);
    }
    let mut units = 0;
    let kept = text.chars().take_while(|c| {
        units += c.len_utf16();
        units < LONGEST_TEXT
    });
    let mut short: String = kept.collect();
    short.push('…');
    Cow::Owned(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_to_what_a_cell_holds() {
        for (text, units) in
            [("x".repeat(32_767), 32_767), ("x".repeat(32_768), 32_767), ("é".repeat(32_767), 32_767), ("😀".repeat(20_000), 32_767)]
        {
            let short = shorten(&text);
            assert_eq!(short.encode_utf16().count(), units);
            assert_eq!(matches!(short, Cow::Owned(_)), text.encode_utf16().count() > units);
        }
    }
}
