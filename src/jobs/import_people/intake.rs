//! Bytes of an upload on their way into the store: kept within the limit, made UTF-8 where they came as UTF-16, and counted.

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};

use crate::domain::file::Encoding;
use crate::domain::import::{MOST_BYTES, MOST_ROWS};

/// Bytes of one piece in the store.
pub const PIECE: usize = 256 * 1024;

/// Takes in an upload piece by piece.
#[derive(Default)]
pub struct Intake {
    /// Set once enough bytes are there to tell.
    kind: Option<Kind>,
    /// Bytes that came before that.
    waiting: Vec<u8>,
    ready: Vec<u8>,
    received: usize,
    stored: i64,
    text: Utf8Check,
    rows: RowCount,
}

enum Kind {
    Bytes,
    Utf16(Box<Decoder>),
}

/// Where in the file some bytes begin, and the bytes.
pub type Piece = (i64, Vec<u8>);

/// What was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// As stored.
    pub size: i64,
    pub encoding: Encoding,
    /// Lines with something in them outside quotes, the header among them.
    pub lines: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IntakeFault {
    #[error("The file is larger than 20 MB. Split it, or leave columns out that are not needed.")]
    TooLarge,
    #[error("The file has more than 50,000 rows. Split it into several files.")]
    TooManyRows,
}

impl Intake {
    /// Takes some bytes in; whole pieces for the store are had from [`Intake::piece`].
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), IntakeFault> {
        self.received += bytes.len();
        if self.received > MOST_BYTES {
            return Err(IntakeFault::TooLarge);
        }
        if self.kind.is_none() {
            self.waiting.extend_from_slice(bytes);
            if self.waiting.len() < 4 {
                return Ok(());
            }
            return self.begin();
        }
        self.pass_on(bytes, false);
        self.check_rows()
    }

    /// The next whole piece, and where in the file it begins.
    pub fn piece(&mut self) -> Option<Piece> {
        (self.ready.len() >= PIECE).then(|| self.cut(PIECE))
    }

    /// Closes the file: what is left for the store, and what came in.
    pub fn finish(mut self) -> Result<(Option<Piece>, Taken), IntakeFault> {
        if self.kind.is_none() {
            self.begin()?;
        }
        self.pass_on(&[], true);
        self.rows.end();
        self.check_rows()?;
        let last = (!self.ready.is_empty()).then(|| self.cut(self.ready.len()));
        let encoding = if self.text.is_whole() { Encoding::Utf8 } else { Encoding::Windows1252 };
        Ok((last, Taken { size: self.stored, encoding, lines: self.rows.lines }))
    }

    fn begin(&mut self) -> Result<(), IntakeFault> {
        self.kind = Some(kind_of(&self.waiting));
        let waiting = std::mem::take(&mut self.waiting);
        self.pass_on(&waiting, false);
        self.check_rows()
    }

    fn pass_on(&mut self, bytes: &[u8], last: bool) {
        let from = self.ready.len();
        match &mut self.kind {
            Some(Kind::Utf16(decoder)) => decode(decoder, bytes, last, &mut self.ready),
            Some(Kind::Bytes) | None => self.ready.extend_from_slice(bytes),
        }
        let fresh = &self.ready[from..];
        self.text.take(fresh);
        self.rows.take(fresh);
    }

    fn check_rows(&self) -> Result<(), IntakeFault> {
        // Lines above the header are few.
        if self.rows.lines > MOST_ROWS + 20 { Err(IntakeFault::TooManyRows) } else { Ok(()) }
    }

    fn cut(&mut self, length: usize) -> (i64, Vec<u8>) {
        let rest = self.ready.split_off(length);
        let piece = std::mem::replace(&mut self.ready, rest);
        let starts_at = self.stored;
        self.stored += piece.len() as i64;
        (starts_at, piece)
    }
}

/// By the byte order mark, or by the zeros that plain letters have in UTF-16.
fn kind_of(first: &[u8]) -> Kind {
    match first {
        [0xff, 0xfe, ..] => Kind::Utf16(Box::new(UTF_16LE.new_decoder_with_bom_removal())),
        [0xfe, 0xff, ..] => Kind::Utf16(Box::new(UTF_16BE.new_decoder_with_bom_removal())),
        [one, 0, other, 0, ..] if *one > 0 && *other > 0 => Kind::Utf16(Box::new(UTF_16LE.new_decoder_without_bom_handling())),
        [0, one, 0, other, ..] if *one > 0 && *other > 0 => Kind::Utf16(Box::new(UTF_16BE.new_decoder_without_bom_handling())),
        _ => Kind::Bytes,
    }
}

fn decode(decoder: &mut Decoder, mut bytes: &[u8], last: bool, into: &mut Vec<u8>) {
    let mut room = [0; 4096];
    loop {
        let (result, read, written, _) = decoder.decode_to_utf8(bytes, &mut room, last);
        into.extend_from_slice(&room[..written]);
        bytes = &bytes[read..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

/// Whether all bytes so far are UTF-8, across the borders of pieces.
#[derive(Default)]
struct Utf8Check {
    broken: bool,
    /// The beginning of a character whose rest is still to come.
    begun: Vec<u8>,
}

impl Utf8Check {
    fn take(&mut self, bytes: &[u8]) {
        if self.broken {
            return;
        }
        self.begun.extend_from_slice(bytes);
        match std::str::from_utf8(&self.begun) {
            Ok(_) => self.begun.clear(),
            Err(error) if error.error_len().is_none() => {
                self.begun.drain(..error.valid_up_to());
            }
            Err(_) => {
                self.broken = true;
                self.begun = Vec::new();
            }
        }
    }

    fn is_whole(&self) -> bool {
        !self.broken && self.begun.is_empty()
    }
}

/// Lines of a text that hold something, as [`Taken`] counts them.
pub fn count_lines(text: &[u8]) -> i64 {
    let mut count = RowCount::default();
    count.take(text);
    count.end();
    count.lines
}

/// Counts the lines that hold something; a line break within quotes ends none.
#[derive(Default)]
struct RowCount {
    lines: i64,
    quoted: bool,
    filled: bool,
}

impl RowCount {
    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'"' => {
                    self.quoted = !self.quoted;
                    self.filled = true;
                }
                b'\r' | b'\n' if !self.quoted => self.end(),
                _ => self.filled = true,
            }
        }
    }

    fn end(&mut self) {
        self.lines += i64::from(self.filled);
        self.filled = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(bytes: &[u8], step: usize) -> (String, Taken) {
        let mut intake = Intake::default();
        for some in bytes.chunks(step) {
            intake.take(some).unwrap();
        }
        let (last, taken) = intake.finish().unwrap();
        let stored = last.map(|(_, bytes)| bytes).unwrap_or_default();
        assert_eq!(taken.size, stored.len() as i64);
        (String::from_utf8_lossy(&stored).into_owned(), taken)
    }

    fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
        let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
        marked.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn text_comes_out_the_same_in_whatever_pieces_and_encoding_it_came() {
        let text = "Name,Città\r\nZoë 😀,\"two\nlines\"\r\n";
        for step in 1..9 {
            for bytes in [
                text.as_bytes().to_vec(),
                utf16(text, true, true),
                utf16(text, false, true),
                utf16(text, true, false),
                utf16(text, false, false),
            ] {
                let (stored, told) = taken(&bytes, step);
                assert_eq!((stored.as_str(), told.encoding, told.lines), (text, Encoding::Utf8, 2), "in steps of {step}");
            }
        }
        let (_, told) = taken(b"Name\nZo\xeb\n", 3);
        assert_eq!((told.encoding, told.lines), (Encoding::Windows1252, 2));
        assert_eq!(taken("é".as_bytes().split_last().unwrap().1, 1).1.encoding, Encoding::Windows1252, "half a character at the end");
    }

    #[test]
    fn lines_are_counted_outside_quotes_and_empty_ones_are_not() {
        for (text, lines) in
            [("", 0), ("a", 1), ("a\n", 1), ("a\r\nb\r\n\r\n", 2), ("a\rb", 2), ("\"a\n\n\"\nb", 2), ("\"a\"\"\n\"\nb\n", 2)]
        {
            assert_eq!(taken(text.as_bytes(), 1).1.lines, lines, "{text:?}");
        }
    }

    #[test]
    fn too_much_is_refused_as_soon_as_it_is_known() {
        let mut intake = Intake::default();
        let piece = vec![b'x'; 1024 * 1024];
        let taken: Vec<_> = (0..21).map(|_| intake.take(&piece)).collect();
        assert_eq!((taken[19], taken[20]), (Ok(()), Err(IntakeFault::TooLarge)));
        assert_eq!(Intake::default().take("a\n".repeat(50_021).as_bytes()), Err(IntakeFault::TooManyRows));
    }

    #[test]
    fn pieces_follow_each_other() {
        let mut intake = Intake::default();
        intake.take(&vec![b'x'; 2 * PIECE + 5]).unwrap();
        assert_eq!(intake.piece().map(|(at, bytes)| (at, bytes.len())), Some((0, PIECE)));
        assert_eq!(intake.piece().map(|(at, bytes)| (at, bytes.len())), Some((PIECE as i64, PIECE)));
        assert_eq!(intake.piece(), None);
        let (last, taken) = intake.finish().unwrap();
        assert_eq!((last.map(|(at, bytes)| (at, bytes.len())), taken.size), (Some((2 * PIECE as i64, 5)), 2 * PIECE as i64 + 5));
    }
}
