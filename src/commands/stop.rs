//! When a command that runs until it is stopped should stop.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Hears Ctrl-C and, where the system knows it, SIGTERM. Make it before saying that the program is ready: until then a signal kills.
pub struct Stop {
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(unix)]
    hangup: Option<Signal>,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Stop {
    #[cfg(unix)]
    pub fn listen() -> io::Result<Self> {
        Ok(Stop { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())?, hangup: None })
    }

    /// Hears also that the terminal is gone. Not for a server: it may have been started to outlive its terminal.
    #[cfg(unix)]
    pub fn listen_in_a_terminal() -> io::Result<Self> {
        Ok(Stop { hangup: Some(signal(SignalKind::hangup())?), ..Stop::listen()? })
    }

    #[cfg(windows)]
    pub fn listen() -> io::Result<Self> {
        Ok(Stop { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    #[cfg(windows)]
    pub fn listen_in_a_terminal() -> io::Result<Self> {
        Stop::listen()
    }

    /// Returns once for each time that somebody asks.
    pub async fn asked(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = heard(self.hangup.as_mut()) => {}
        }
        #[cfg(windows)]
        self.interrupt.recv().await;
    }
}

#[cfg(unix)]
async fn heard(signal: Option<&mut Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}
