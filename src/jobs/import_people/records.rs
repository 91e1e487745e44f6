//! Rows of a CSV text, read from any place where one begins, each with the place where the next one does.

use encoding_rs::WINDOWS_1252;

use crate::domain::file::Encoding;

/// The longest row; a quote that is never closed would make one of the rest of the file.
pub const LONGEST_ROW: usize = 256 * 1024;

/// Where reading goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Byte in the file.
    pub at: i64,
    /// The number of the row that begins there, as a spreadsheet counts.
    pub row: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub row: i64,
    pub cells: Result<Vec<String>, Unreadable>,
}

/// Why a row is no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It goes on and on, or to the end of the file, since a quote is not closed.
    OpenQuote,
}

/// Some rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    pub records: Vec<Record>,
    /// Where the next one begins.
    pub next: Spot,
}

/// Reads up to `most` whole rows of `window`, which begins at `from`; unless the window reaches the end of the file, its last row may be cut
/// off and is left for the next window. A window holds more than the longest row.
pub fn read(window: &[u8], is_end: bool, delimiter: char, encoding: Encoding, from: Spot, most: usize) -> Records {
    let mut found = Records { records: Vec::new(), next: from };
    let mut at = 0;
    while found.records.len() < most {
        let blank = blank_lines(&window[at..]);
        at += blank.bytes;
        found.next = Spot { at: from.at + at as i64, row: found.next.row + blank.lines };
        if at == window.len() {
            break;
        }
        let rest = &window[at..];
        let (cells, length) = match one(rest, is_end, delimiter, encoding) {
            One::Row(cells, length) => (Ok(cells), length),
            One::CutOff => break,
            // What follows the line on which the quote opens may well be in order.
            One::Endless => (Err(Unreadable::OpenQuote), first_line(rest)),
        };
        found.records.push(Record { row: found.next.row, cells });
        at += length;
        found.next = Spot { at: from.at + at as i64, row: found.next.row + 1 };
    }
    found
}

enum One {
    Row(Vec<String>, usize),
    CutOff,
    Endless,
}

fn one(rest: &[u8], is_end: bool, delimiter: char, encoding: Encoding) -> One {
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    let looked_at = &rest[..rest.len().min(LONGEST_ROW + 1)];
    let sees_end = is_end && looked_at.len() == rest.len();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(4096).from_reader(looked_at);
    let mut record = csv::ByteRecord::new();
    // Reading from memory does not fail, and rows of any length are taken.
    let is_read = matches!(reader.read_byte_record(&mut record), Ok(true));
    let mut length = usize::try_from(reader.position().byte()).unwrap_or(looked_at.len()).min(looked_at.len());
    let reaches_end = !is_read || length == looked_at.len();
    if reaches_end && !sees_end {
        return if looked_at.len() > LONGEST_ROW { One::Endless } else { One::CutOff };
    }
    let quotes = looked_at[..length].iter().filter(|byte| **byte == b'"').count();
    if reaches_end && quotes % 2 == 1 && starts_quoted(&record, &looked_at[..length]) {
        return One::Endless;
    }
    // Of a line break of two bytes the reader has seen one.
    if looked_at[..length].ends_with(b"\r") && looked_at.get(length) == Some(&b'\n') {
        length += 1;
    }
    One::Row(record.iter().map(|cell| decode(cell, encoding)).collect(), length)
}

/// Whether the last row runs over several lines, as it does when a quote swallows what follows.
fn starts_quoted(record: &csv::ByteRecord, raw: &[u8]) -> bool {
    let breaks = raw.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
    breaks > 0 && record.iter().any(|cell| cell.iter().any(|byte| matches!(byte, b'\r' | b'\n')))
}

fn decode(cell: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(cell).into_owned(),
        Encoding::Windows1252 => WINDOWS_1252.decode_without_bom_handling(cell).0.into_owned(),
    }
}

struct Blank {
    bytes: usize,
    lines: i64,
}

/// Line breaks at the beginning of a row: lines with nothing in them.
fn blank_lines(text: &[u8]) -> Blank {
    let mut blank = Blank { bytes: 0, lines: 0 };
    loop {
        match &text[blank.bytes..] {
            [b'\r', b'\n', ..] => blank.bytes += 2,
            [b'\r' | b'\n', ..] => blank.bytes += 1,
            _ => return blank,
        }
        blank.lines += 1;
    }
}

/// The length of the first line with its end.
fn first_line(text: &[u8]) -> usize {
    match text.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
        Some(end) if text[end..].starts_with(b"\r\n") => end + 2,
        Some(end) => end + 1,
        None => text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Spot = Spot { at: 0, row: 1 };

    fn rows(text: &str) -> Vec<(i64, Result<Vec<String>, Unreadable>)> {
        read(text.as_bytes(), true, ',', Encoding::Utf8, START, 1_000)
            .records
            .into_iter()
            .map(|record| (record.row, record.cells))
            .collect()
    }

    fn row(number: i64, cells: &[&str]) -> (i64, Result<Vec<String>, Unreadable>) {
        (number, Ok(cells.iter().map(|cell| (*cell).to_owned()).collect()))
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        let text = "a,b\r\n\r\n\"two\nlines\",\"x \"\"y\"\"\"\n\nc,d";
        assert_eq!(rows(text), [row(1, &["a", "b"]), row(3, &["two\nlines", "x \"y\""]), row(5, &["c", "d"])]);
        assert_eq!(rows("a\rb\r\rc"), [row(1, &["a"]), row(2, &["b"]), row(4, &["c"])]);
        assert_eq!(rows(""), []);
    }

    #[test]
    fn reading_goes_on_at_any_row() {
        let text = "a,b\r\n\"x\r\ny\",z\r\n\r\nc;d,é\r\n,\r\nlast,\"row\"";
        let whole = rows(text);
        for most in 1..5 {
            let (mut spot, mut found) = (START, Vec::new());
            loop {
                let some = read(&text.as_bytes()[usize::try_from(spot.at).unwrap()..], true, ',', Encoding::Utf8, spot, most);
                if some.records.is_empty() {
                    break;
                }
                found.extend(some.records.into_iter().map(|record| (record.row, record.cells)));
                spot = some.next;
            }
            assert_eq!(found, whole, "{most} rows at a time");
        }
    }

    #[test]
    fn a_row_that_is_cut_off_is_left_for_the_next_window() {
        let text = "a,b\nc,d\n\"e\nf\",g\n";
        for cut in 0..text.len() {
            let some = read(&text.as_bytes()[..cut], false, ',', Encoding::Utf8, START, 10);
            let next = usize::try_from(some.next.at).unwrap();
            assert!(next <= cut);
            let rest = read(&text.as_bytes()[next..], true, ',', Encoding::Utf8, some.next, 10);
            assert_eq!(some.records.len() + rest.records.len(), 3, "cut at {cut}");
        }
    }

    #[test]
    fn immunity_15_a_quote_that_is_never_closed_costs_one_row() {
        let text = "a,b\nc,\"d\ne,f\ng,h\n";
        assert_eq!(rows(text), [row(1, &["a", "b"]), (2, Err(Unreadable::OpenQuote)), row(3, &["e", "f"]), row(4, &["g", "h"])]);
        let long = format!("a,b\nc,\"d\n{}", "e,f\n".repeat(100_000));
        let found = rows(&long);
        assert_eq!((found.len(), &found[1].1, &found[2]), (1_000, &Err(Unreadable::OpenQuote), &row(3, &["e", "f"])));
    }

    #[test]
    fn other_delimiters_and_encodings_are_read() {
        let found = read(b"Name;Stra\xdfe\nZo\xeb;x", true, ';', Encoding::Windows1252, START, 9);
        assert_eq!(found.records[0].cells, Ok(vec!["Name".into(), "Straße".into()]));
        assert_eq!(found.records[1].cells, Ok(vec!["Zoë".into(), "x".into()]));
    }
}
