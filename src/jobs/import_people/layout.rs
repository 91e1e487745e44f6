//! What kind of table a file holds: its delimiter, its header, and where the rows begin.

use super::mapping;
use super::records::{self, Record, Spot};
use crate::domain::file::Encoding;
use crate::domain::import::{Layout, MOST_COLUMNS};

/// Rows at the beginning of which one must be the header; some exports have notes above it.
const LOOKED_AT: usize = 20;
/// Bytes at the beginning that say whether this is text at all.
const HEAD: usize = 8 * 1024;
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a file cannot be imported at all. Every text says what would work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutFault {
    #[error("The file is empty. Export the table again as CSV, with a header and its rows.")]
    Empty,
    #[error("This is {what}, not CSV. Open it in its program and save it as CSV.")]
    NotText { what: &'static str },
    #[error(
        "The file has no header: its first row looks like a person. Put a row above it that names the columns, such as name, company, profile_url."
    )]
    NoHeader,
    #[error("The file has a header and no rows below it.")]
    NoRows,
    #[error("The table has {found} columns; an import takes {MOST_COLUMNS} at most. Leave out those that are not needed.")]
    TooManyColumns { found: usize },
}

/// Looks at the beginning of a file, as it is stored; `is_whole` when that is all of it.
pub fn look(head: &[u8], is_whole: bool, encoding: Encoding) -> Result<Layout, LayoutFault> {
    if let Some(what) = foreign_format(head) {
        return Err(LayoutFault::NotText { what });
    }
    let mark = if head.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let start = Spot { at: mark as i64, row: 1 };
    let text = &head[mark..];
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(LayoutFault::Empty);
    }
    let (delimiter, start, text) = match said_delimiter(text) {
        Some((delimiter, length)) => (delimiter, Spot { at: start.at + length as i64, row: 2 }, &text[length..]),
        None => (likely_delimiter(text, is_whole, encoding), start, text),
    };
    let first = records::read(text, is_whole, delimiter, encoding, start, LOOKED_AT).records;
    let header = find_header(&first)?;
    // Read once more, up to the end of the header alone.
    let above = first.iter().position(|record| record.row == header.row).map_or(1, |place| place + 1);
    let next = records::read(text, is_whole, delimiter, encoding, start, above).next;
    let below = usize::try_from(next.at - start.at).unwrap_or(0);
    if is_whole && text[below.min(text.len())..].iter().all(u8::is_ascii_whitespace) {
        return Err(LayoutFault::NoRows);
    }
    let columns = distinct(header.cells.as_deref().unwrap_or_default());
    if columns.len() > MOST_COLUMNS {
        return Err(LayoutFault::TooManyColumns { found: columns.len() });
    }
    Ok(Layout { delimiter, columns, body_at: next.at, first_row: next.row })
}

/// What a file is by its first bytes, when that is no text.
fn foreign_format(head: &[u8]) -> Option<&'static str> {
    let signs: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "an Excel workbook or another packed file"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "an image"),
        (b"\xff\xd8\xff", "an image"),
        (b"GIF8", "an image"),
        (b"\x1f\x8b", "a packed file"),
        (b"SQLite format 3", "a database"),
        (b"<!DOCTYPE", "a web page"),
        (b"<!doctype", "a web page"),
        (b"<html", "a web page"),
        (b"<?xml", "XML"),
        (b"{\\rtf", "a text document"),
    ];
    let text = head.trim_ascii_start();
    if let Some((_, what)) = signs.iter().find(|(sign, _)| text.starts_with(sign)) {
        return Some(what);
    }
    let looked_at = &head[..head.len().min(HEAD)];
    let strange = looked_at.iter().filter(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c)).count();
    (strange * 20 > looked_at.len()).then_some("a binary file")
}

/// `sep=;` in the first line, as Excel writes and reads it.
fn said_delimiter(text: &[u8]) -> Option<(char, usize)> {
    let line = text.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    match line.trim_ascii() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] if DELIMITERS.contains(&char::from(*delimiter)) => {
            let end = if text[line.len()..].starts_with(b"\r\n") { 2 } else { 1 };
            Some((char::from(*delimiter), (line.len() + end).min(text.len())))
        }
        _ => None,
    }
}

/// The delimiter that gives the first rows the most cells, in rows of one length.
fn likely_delimiter(text: &[u8], is_whole: bool, encoding: Encoding) -> char {
    let score = |delimiter: char| {
        let lengths: Vec<usize> = records::read(text, is_whole, delimiter, encoding, Spot { at: 0, row: 1 }, LOOKED_AT)
            .records
            .iter()
            .filter_map(|record| Some(record.cells.as_ref().ok()?.len()))
            .collect();
        // How many rows share a length, times that length.
        lengths
            .iter()
            .filter(|length| **length > 1)
            .map(|length| lengths.iter().filter(|other| *other == length).count() * length)
            .max()
            .unwrap_or(0)
    };
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(',')
}

/// The row that names the columns: the one with the most names that we know, or else the first with as many cells as the table is wide.
fn find_header(first: &[Record]) -> Result<&Record, LayoutFault> {
    let cells = |record: &Record| record.cells.clone().unwrap_or_default();
    let known = |record: &Record| mapping::guess(&cells(record)).iter().flatten().count();
    // A header is above its rows, so of two equally good rows it is the first.
    let best = first.iter().rev().max_by_key(|record| known(record)).filter(|record| known(record) > 0);
    if let Some(best) = best {
        return Ok(best);
    }
    let filled = |record: &Record| cells(record).iter().filter(|cell| !cell.trim().is_empty()).count();
    let widest = first.iter().map(filled).max().unwrap_or(0);
    let header = first.iter().find(|record| filled(record) == widest && widest > 0).ok_or(LayoutFault::Empty)?;
    if cells(header).iter().any(|cell| looks_like_data(cell)) { Err(LayoutFault::NoHeader) } else { Ok(header) }
}

/// An address, a number or a mail address names no column.
fn looks_like_data(cell: &str) -> bool {
    let cell = cell.trim();
    let is_number = !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || ".,-+/: ".contains(c));
    is_number || cell.contains("://") || cell.contains("linkedin.com/") || (cell.contains('@') && cell.contains('.'))
}

/// The names of the columns, each once and none empty.
fn distinct(header: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(header.len());
    for (place, cell) in header.iter().enumerate() {
        let plain: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let plain: String = plain.trim().chars().take(100).collect();
        let name = if plain.is_empty() { format!("Column {}", place + 1) } else { plain };
        let mut distinct = name.clone();
        let mut times = 1;
        while names.contains(&distinct) {
            times += 1;
            distinct = format!("{name} ({times})");
        }
        names.push(distinct);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(text: &str) -> Result<(char, Vec<String>, i64, i64), LayoutFault> {
        look(text.as_bytes(), true, Encoding::Utf8).map(|layout| (layout.delimiter, layout.columns, layout.body_at, layout.first_row))
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn tables_are_recognised() {
        let usual = names(&["Name", "Company"]);
        assert_eq!(layout("Name,Company\nAda,Acme\n"), Ok((',', usual.clone(), 13, 2)));
        assert_eq!(layout("\u{feff}Name;Company\r\nAda;\"Acme, Inc\"\r\n"), Ok((';', usual.clone(), 17, 2)));
        assert_eq!(layout("Name\tCompany\nAda\tAcme, Inc; Ltd\n"), Ok(('\t', usual.clone(), 13, 2)));
        assert_eq!(layout("sep=;\r\nName;Company\r\nAda;x\r\n"), Ok((';', usual, 21, 3)));
        assert_eq!(layout("profile_url\nlinkedin.com/in/ada\n"), Ok((',', names(&["profile_url"]), 12, 2)));
    }

    #[test]
    fn the_header_of_linkedins_own_export_is_below_its_notes() {
        let text = "Notes:\n\"When exporting your connection data, you may notice, that some are missing.\"\n\n\
                    First Name,Last Name,URL,Email Address,Company,Position,Connected On\nAda,Invented,https://www.linkedin.com/in/ada,,Acme,CTO,01 Feb 2026\n";
        let (delimiter, columns, _, first_row) = layout(text).unwrap();
        assert_eq!((delimiter, first_row), (',', 5));
        assert_eq!(columns, names(&["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]));
    }

    #[test]
    fn columns_of_one_name_are_told_apart() {
        let (_, columns, ..) = layout("Company,,Company,Company (2),Name\na,b,c,d,e\n").unwrap();
        assert_eq!(columns, names(&["Company", "Column 2", "Company (2)", "Company (2) (2)", "Name"]));
    }

    #[test]
    fn what_is_no_table_is_refused_in_words() {
        assert_eq!(layout(""), Err(LayoutFault::Empty));
        assert_eq!(layout("\u{feff} \r\n\r\n"), Err(LayoutFault::Empty));
        assert_eq!(layout("Name,Company\r\n\r\n"), Err(LayoutFault::NoRows));
        assert_eq!(layout("https://www.linkedin.com/in/ada\nhttps://www.linkedin.com/in/bo\n"), Err(LayoutFault::NoHeader));
        assert_eq!(layout("Ada,ada@example.com,Acme\nBo,bo@example.com,Acme\n"), Err(LayoutFault::NoHeader));
        assert_eq!(layout("PK\u{3}\u{4}\u{0}\u{0}"), Err(LayoutFault::NotText { what: "an Excel workbook or another packed file" }));
        assert_eq!(layout("<html><body>"), Err(LayoutFault::NotText { what: "a web page" }));
        assert_eq!(layout(&"a\u{1}\u{0}b".repeat(9)), Err(LayoutFault::NotText { what: "a binary file" }));
        let wide = format!("{}\n{}\n", "Name,".repeat(250), "x,".repeat(250));
        assert_eq!(layout(&wide), Err(LayoutFault::TooManyColumns { found: 251 }));
    }
}
