//! The terminal while it is ours, and as it was before when we leave it, however that comes about.

use std::io::{self, BufWriter, Stdout, Write, stdout};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, SetTitle,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::Frame;
use ratatui::backend::CrosstermBackend;

/// A frame goes out in one write, so that a slow line never shows half of it.
const FRAME_BYTES: usize = 256 * 1024;

/// What panics elsewhere said while the terminal was ours; printed when it no longer is.
static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Giving back twice would put the cursor over what was said in between.
static IS_OURS: AtomicBool = AtomicBool::new(false);

type Screen = ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>;

pub struct Terminal {
    screen: Screen,
}

impl Terminal {
    /// Takes the terminal over. It is given back when this is dropped, and before a panic of this thread is told.
    pub fn take() -> io::Result<Self> {
        install_panic_hook(thread::current().id());
        enable_raw_mode()?;
        IS_OURS.store(true, Ordering::SeqCst);
        // ratatui's own clearing asks where the cursor is, which a slow line may answer too late.
        let taken = execute!(
            stdout(),
            EnterAlternateScreen,
            Clear(ClearType::All),
            EnableMouseCapture,
            EnableBracketedPaste,
            SetTitle("Sluice"),
            cursor::Hide
        );
        let opened = taken.and_then(|()| Screen::new(CrosstermBackend::new(BufWriter::with_capacity(FRAME_BYTES, stdout()))));
        match opened {
            Ok(screen) => Ok(Terminal { screen }),
            Err(error) => {
                give_back();
                Err(error)
            }
        }
    }

    pub fn draw(&mut self, draw: impl FnOnce(&mut Frame)) -> io::Result<()> {
        queue!(self.screen.backend_mut(), BeginSynchronizedUpdate)?;
        self.screen.draw(draw)?;
        execute!(self.screen.backend_mut(), EndSynchronizedUpdate)
    }

    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.screen.size()?;
        Ok((size.width, size.height))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
        for said in SAID.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            eprintln!("{said}");
        }
    }
}

/// As it was. A terminal that is gone cannot be told, and nobody is there who could read about it.
fn give_back() {
    if !IS_OURS.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = stdout();
    let _gone = execute!(out, EndSynchronizedUpdate, DisableBracketedPaste, DisableMouseCapture, cursor::Show, LeaveAlternateScreen);
    let _gone = disable_raw_mode();
    let _gone = out.flush();
}

/// A panic of the thread that draws gives the terminal back first. One of another thread, such as a server's inside, must not write over what is
/// drawn: it is kept for later.
fn install_panic_hook(drawing: ThreadId) {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == drawing {
            give_back();
            before(info);
        } else {
            SAID.lock().unwrap_or_else(PoisonError::into_inner).push(info.to_string());
        }
    }));
}
