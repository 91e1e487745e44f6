//! Watching a job: a bar that redraws on a terminal, plain lines in a pipe. Watching has no effect on the job.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use jiff::{SignedDuration, Timestamp};
use sluice_api::{Client, Heard, Job, JobStatus, PageStored, TimelineAdded, Told};

use super::exit::Exit;
use super::jobs::items::say_ending;
use super::render::bar::{self, View};
use super::render::visible::visible;
use super::render::{ending, lines};
use super::terminal::Terminal;

const REDRAW_EVERY: Duration = Duration::from_millis(100);

/// How the watching ended.
#[derive(Debug)]
pub enum Watched {
    Ended(Box<Job>),
    /// The person left with Ctrl-C; the job goes on.
    Left,
}

/// Watches the job and says how it ended. `inside` tells whether the server runs within this command and ends with it.
pub async fn watch_and_say(client: &Client, job_id: &str, terminal: &Terminal, inside: bool) -> Result<Exit> {
    match watch(client, job_id, terminal).await? {
        Watched::Ended(job) => {
            if terminal.json {
                terminal.data(&job)?;
            } else {
                say_ending(client, &job, terminal).await?;
            }
            Ok(Exit::of(&job))
        }
        Watched::Left => {
            terminal.note(ending::left(job_id, inside))?;
            Ok(Exit::LEFT)
        }
    }
}

/// Follows the job until its run is over.
pub async fn watch(client: &Client, job_id: &str, terminal: &Terminal) -> Result<Watched> {
    let mut events = client.job_events(job_id);
    let mut screen = Screen::new(terminal.clone());
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    loop {
        let heard = tokio::select! {
            heard = events.next() => heard,
            signal = &mut interrupted => {
                signal.context("Ctrl-C cannot be heard")?;
                screen.clear();
                return Ok(Watched::Left);
            }
        };
        match heard {
            Some(Ok(Heard::Frame(frame))) => match frame.told {
                Told::Job(job) if job.status.is_final() => {
                    screen.clear();
                    return Ok(Watched::Ended(job));
                }
                Told::Job(job) => screen.job(*job)?,
                Told::Page(page) => screen.page(&page)?,
                Told::Timeline(added) => screen.told(&added)?,
                Told::Review(_) | Told::Postings(_) => {}
            },
            Some(Ok(Heard::Lost { why, again_in })) => screen.lost(&why.to_string(), again_in)?,
            Some(Err(error)) => {
                screen.clear();
                return Err(error.into());
            }
            None => {
                // The stream of a job ends with its last frame alone, which has returned above.
                screen.clear();
                return Ok(Watched::Ended(Box::new(client.job(job_id).await?)));
            }
        }
    }
}

/// The bar or the lines.
struct Screen {
    terminal: Terminal,
    bar: Option<(ProgressBar, Arc<Mutex<Scene>>)>,
    last: Option<Job>,
    lost: bool,
}

/// What the bar draws at its next tick.
#[derive(Default)]
struct Scene {
    job: Option<Job>,
    lost_until: Option<Timestamp>,
}

impl Screen {
    fn new(terminal: Terminal) -> Self {
        // With --json the answer alone goes to standard output; a person in front of it still sees the bar beside it.
        let draws = if terminal.json { console::Term::stderr().is_term() } else { terminal.interactive };
        let bar = draws.then(|| bar_on(&terminal));
        Screen { terminal, bar, last: None, lost: false }
    }

    fn job(&mut self, job: Job) -> Result<()> {
        match &self.bar {
            Some((bar, scene)) => {
                let mut scene = scene.lock().unwrap_or_else(PoisonError::into_inner);
                scene.job = Some(job.clone());
                scene.lost_until = None;
                drop(scene);
                bar.tick();
            }
            None if self.terminal.json => {}
            None => {
                if let Some(line) = lines::change(self.last.as_ref(), &job, self.terminal.now(), &self.terminal.zone) {
                    self.terminal.say(line)?;
                }
            }
        }
        self.lost = false;
        self.last = Some(job);
        Ok(())
    }

    fn page(&mut self, page: &PageStored) -> Result<()> {
        if let (None, false, Some(job)) = (&self.bar, self.terminal.json, &self.last) {
            self.terminal.say(lines::page(page, job))?;
        }
        Ok(())
    }

    /// What only a timeline tells; the bar shows the state instead.
    fn told(&mut self, added: &TimelineAdded) -> Result<()> {
        if self.bar.is_none() && !self.terminal.json && lines::is_news(added) {
            self.terminal.say(visible(&added.message))?;
        }
        Ok(())
    }

    fn lost(&mut self, why: &str, again_in: Duration) -> Result<()> {
        match &self.bar {
            Some((bar, scene)) => {
                let wait = SignedDuration::try_from(again_in).unwrap_or_default();
                scene.lock().unwrap_or_else(PoisonError::into_inner).lost_until = self.terminal.now().checked_add(wait).ok();
                bar.tick();
            }
            // Once for each loss, not for each attempt.
            None if !self.lost && !self.terminal.json => self.terminal.note(lines::lost(why, again_in))?,
            None => {}
        }
        self.lost = true;
        Ok(())
    }

    fn clear(&self) {
        if let Some((bar, _)) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar_on(terminal: &Terminal) -> (ProgressBar, Arc<Mutex<Scene>>) {
    let scene = Arc::new(Mutex::new(Scene::default()));
    let target = if terminal.json { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::stdout() };
    let bar = ProgressBar::with_draw_target(None, target);
    let (drawn, reader) = (Arc::clone(&scene), terminal.clone());
    let key = move |_: &ProgressState, out: &mut dyn fmt::Write| {
        let scene = drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(job) = &scene.job else { return };
        let view = View {
            job,
            lost_until: scene.lost_until,
            now: reader.now(),
            zone: &reader.zone,
            width: reader.width().saturating_sub(1),
            colour: reader.colour,
        };
        // A line that cannot be drawn is drawn at the next tick.
        let _drawn = out.write_str(&bar::line(view));
    };
    let style = ProgressStyle::with_template("{line}").unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style.with_key("line", key));
    bar.enable_steady_tick(REDRAW_EVERY);
    (bar, scene)
}

/// Whether the job can still change by itself.
pub fn goes_on(status: JobStatus) -> bool {
    !status.is_final()
}
