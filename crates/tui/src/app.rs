//! The loop: hears keys, messages and time, updates the state, lets effects be carried out, and draws when something has changed.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crossterm::event::{Event, read as read_input};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sluice_api::Client;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::time::{Instant, sleep_until};

use crate::effects::Performer;
use crate::memory::{Memory, kept};
use crate::message::Message;
use crate::state::State;
use crate::terminal::Terminal;
use crate::toast::Draft;
use crate::update::{begin, next_wake, update};
use crate::view::view;

/// No two frames come closer than this.
const FRAME: Duration = Duration::from_millis(16);
/// Messages that are taken in before a key has its turn again.
const BURST: usize = 64;
/// Whoever quits waits so long for what was just changed.
const PATIENCE: Duration = Duration::from_secs(2);
/// Sleeping longer than this is as good as for ever.
const LONGEST_SLEEP: Duration = Duration::from_secs(3_600);

#[derive(Debug, Clone)]
pub struct Options {
    pub colour: bool,
    /// What times are shown in until the workspace's zone is known.
    pub zone: TimeZone,
    /// The server runs within this process.
    pub inside: bool,
}

/// Where what outlives the application is kept, and of which server it is.
#[derive(Debug, Clone)]
pub struct Remembering {
    pub path: PathBuf,
    /// What the server is known by; never with a password.
    pub server: String,
    /// Nothing of the last time is taken up.
    pub is_fresh: bool,
}

/// Runs until somebody quits, or until `stopped` is ready. The terminal is as before afterwards. Returns what was not stored, in words.
pub async fn run(
    client: Client,
    options: Options,
    remembering: Option<Remembering>,
    stopped: impl Future<Output = ()>,
) -> io::Result<Vec<String>> {
    let mut terminal = Terminal::take()?;
    let (sender, mut messages) = mpsc::unbounded_channel();
    let performer = Performer::new(client, sender);
    let mut state = State::new(terminal.size()?, now(), options);
    let memory = remembering.map(|of| remember(of, &mut state));
    performer.listen();
    for effect in begin(&mut state) {
        performer.perform(effect);
    }
    let ended = tokio::select! {
        () = stopped => Ok(()),
        ended = turn(&mut terminal, &mut state, &performer, &mut messages) => ended,
    };
    drop(terminal);
    let mut unstored = performer.finish(messages, PATIENCE).await;
    unstored.extend(state.unsaved_notes());
    unstored.extend(memory.and_then(|memory| keep(memory, &mut state)));
    ended.map(|()| unstored)
}

fn remember(Remembering { path, server, is_fresh }: Remembering, state: &mut State) -> Memory {
    let (mut memory, trouble) = Memory::open(path, server, is_fresh);
    state.kept = memory.take();
    if let Some(trouble) = trouble {
        state.toasts.show(Draft::warning("Nothing of the last time is taken up").saying(trouble), state.now);
    }
    memory
}

/// Says what could not be kept. Of a workspace that was never reached nothing is known.
fn keep(mut memory: Memory, state: &mut State) -> Option<String> {
    let workspace = state.me.as_ref().map(|me| me.workspace.id.clone())?;
    let error = memory.keep(&workspace, kept(state)).err()?;
    Some(format!("What was typed, and how lists stood: {error}."))
}

async fn turn(
    terminal: &mut Terminal,
    state: &mut State,
    performer: &Performer,
    messages: &mut UnboundedReceiver<Message>,
) -> io::Result<()> {
    let mut inputs = listen()?;
    let mut drawn_at = Instant::now() - FRAME;
    let mut is_stale = true;
    while !state.is_over {
        let wake_at = wake(state);
        let happened = tokio::select! {
            biased;
            () = sleep_until(drawn_at + FRAME), if is_stale => {
                let mut hits = std::mem::take(&mut state.hits);
                terminal.draw(|frame| hits = view(state, frame))?;
                state.hits = hits;
                drawn_at = Instant::now();
                is_stale = false;
                continue;
            }
            input = inputs.recv() => match input {
                Some(input) => meant(input?),
                // The terminal is gone.
                None => return Ok(()),
            },
            message = messages.recv() => message,
            () = sleep_until(wake_at) => Some(Message::Tick),
        };
        // Whatever else has happened meanwhile is taken in before the next frame, but not for ever.
        let mut next = happened;
        for _ in 0..BURST {
            if let Some(message) = next.take() {
                for effect in update(state, now(), message) {
                    performer.perform(effect);
                }
                is_stale = true;
            }
            next = match inputs.try_recv() {
                Ok(input) => meant(input?),
                Err(_) => match messages.try_recv() {
                    Ok(message) => Some(message),
                    Err(_) => break,
                },
            };
        }
        if let Some(message) = next {
            for effect in update(state, now(), message) {
                performer.perform(effect);
            }
        }
    }
    Ok(())
}

/// Keys, clicks and sizes from a thread of their own: it waits for the terminal whatever the tasks of a server inside are doing, and ends with the
/// process.
fn listen() -> io::Result<UnboundedReceiver<io::Result<Event>>> {
    let (sender, inputs) = mpsc::unbounded_channel();
    let listening = move || {
        loop {
            let input = read_input();
            let is_last = input.is_err();
            if sender.send(input).is_err() || is_last {
                return;
            }
        }
    };
    std::thread::Builder::new().name("inputs".to_owned()).spawn(listening)?;
    Ok(inputs)
}

fn meant(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) => Some(Message::Key(key)),
        Event::Mouse(mouse) if is_of_interest(&mouse) => Some(Message::Mouse(mouse)),
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Resize(width, height) => Some(Message::Resize(width, height)),
        Event::Mouse(_) | Event::FocusGained | Event::FocusLost => None,
    }
}

/// A pointer that only moves changes nothing.
fn is_of_interest(mouse: &crossterm::event::MouseEvent) -> bool {
    use crossterm::event::MouseEventKind::{Down, ScrollDown, ScrollUp};
    matches!(mouse.kind, Down(_) | ScrollDown | ScrollUp)
}

fn wake(state: &State) -> Instant {
    let sleep = next_wake(state).map_or(LONGEST_SLEEP, |at| Duration::try_from(at.duration_since(now())).unwrap_or_default());
    Instant::now() + sleep.min(LONGEST_SLEEP)
}

/// What the reader's clock shows.
#[expect(clippy::disallowed_methods, reason = "ages, countdowns and the times of messages are the reader's own; nothing is decided by it")]
fn now() -> Timestamp {
    Timestamp::now()
}
