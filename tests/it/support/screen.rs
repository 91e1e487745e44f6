//! A program in a pseudo-terminal: keys go in, and what a person would see comes out.

use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pty_process::{Command, OwnedWritePty, Size};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Child;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long something that must appear may take, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Screen {
    child: Child,
    keys: OwnedWritePty,
    drawn: Arc<Mutex<vt100::Parser>>,
    /// How many bytes have been drawn.
    changes: watch::Receiver<u64>,
    reading: JoinHandle<()>,
}

impl Screen {
    pub fn start(program: &Path, words: &[&str], environment: &[(&str, &str)], (columns, rows): (u16, u16)) -> Self {
        let (pty, pts) = pty_process::open().expect("a pseudo-terminal");
        pty.resize(Size::new(rows, columns)).expect("its size");
        let command = Command::new(program).args(words).env_clear().env("TERM", "xterm-256color").envs(environment.iter().copied());
        let child = command.kill_on_drop(true).spawn(pts).expect("the program starts");
        let (mut output, keys) = pty.into_split();
        let drawn = Arc::new(Mutex::new(vt100::Parser::new(length(rows), length(columns), 0)));
        let (changed, changes) = watch::channel(0_u64);
        let into = drawn.clone();
        let reading = tokio::spawn(async move {
            let mut bytes = vec![0; 64 * 1024];
            // A pseudo-terminal whose program has ended answers with an error, as one that is closed does.
            while let Ok(read @ 1..) = output.read(&mut bytes).await {
                into.lock().unwrap_or_else(PoisonError::into_inner).process(&bytes[..read]);
                changed.send_modify(|drawn| *drawn += read as u64);
            }
        });
        Screen { child, keys, drawn, changes, reading }
    }

    pub fn id(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// What is seen, line by line.
    pub fn text(&self) -> String {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner).screen().contents()
    }

    /// Whether it is the second screen that full-screen programs draw on, with the mouse in their hands.
    pub fn is_taken(&self) -> (bool, bool) {
        let drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let screen = drawn.screen();
        (screen.alternate_screen(), screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None)
    }

    /// Rows in reverse video at a column, such as the chosen one of a list.
    pub fn reversed_rows(&self, column: u16) -> Vec<u16> {
        let drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let (rows, _) = drawn.screen().size();
        (0..rows.get()).filter(|row| drawn.screen().cell(*row, column).is_some_and(vt100::Cell::inverse)).collect()
    }

    /// Whether any cell has a colour of its own.
    pub fn is_coloured(&self) -> bool {
        let drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let (rows, columns) = drawn.screen().size();
        let cells = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
        let plain = vt100::Color::Default;
        cells.filter_map(|(row, column)| drawn.screen().cell(row, column)).any(|cell| cell.fgcolor() != plain || cell.bgcolor() != plain)
    }

    pub async fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).await.expect("keys are taken");
    }

    /// As a terminal hands over what was pasted.
    pub async fn paste(&mut self, text: &str) {
        self.press(&format!("\u{1b}[200~{text}\u{1b}[201~")).await;
    }

    /// A click with the left button, counted from zero.
    pub async fn click(&mut self, column: u16, row: u16) {
        self.press(&format!("\u{1b}[<0;{};{}M\u{1b}[<0;{0};{1}m", column + 1, row + 1)).await;
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner).screen_mut().set_size(length(rows), length(columns));
        self.keys.resize(Size::new(rows, columns)).expect("its size");
    }

    /// Waits until the words are seen.
    pub async fn shows(&mut self, words: &str) -> String {
        self.until(&format!("shows {words:?}"), |text| text.contains(words)).await
    }

    pub async fn hides(&mut self, words: &str) -> String {
        self.until(&format!("hides {words:?}"), |text| !text.contains(words)).await
    }

    /// Waits until the text is as it should be.
    pub async fn until(&mut self, what: &str, reached: impl Fn(&str) -> bool) -> String {
        self.looks(what, |screen| reached(&screen.text())).await;
        self.text()
    }

    /// Waits until what is seen is as it should be, and looks again whenever something was drawn.
    pub async fn looks(&mut self, what: &str, reached: impl Fn(&Screen) -> bool) {
        let mut changes = self.changes.clone();
        let looking = async {
            loop {
                changes.borrow_and_update();
                if reached(self) {
                    return true;
                }
                if changes.changed().await.is_err() {
                    // The program has ended; what it left is all that there will be.
                    return reached(self);
                }
            }
        };
        let seen = timeout(PATIENCE, looking).await;
        assert!(seen == Ok(true), "it never {what}:\n{}", self.text());
    }

    /// Waits for the program's end, with all that it drew taken in.
    pub async fn ends(&mut self) -> Option<i32> {
        let ended = timeout(PATIENCE, self.child.wait()).await;
        let code = ended.unwrap_or_else(|_| panic!("it never ended:\n{}", self.text())).expect("its end").code();
        // Reading ends with the program.
        let _read = timeout(PATIENCE, &mut self.reading).await;
        code
    }
}

fn length(cells: u16) -> NonZeroU16 {
    NonZeroU16::new(cells).expect("a terminal has cells")
}
