//! One process of the program, which ends with the test.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::support::TestDatabase;
use crate::support::search::SECRET;

pub struct Child {
    process: tokio::process::Child,
    log: PathBuf,
}

impl Child {
    /// A server with its own workers; ready when this returns.
    pub async fn serve(test: &TestDatabase) -> Self {
        Self::start(&["serve"], test.url(), test.folder(), "serve.log", &[]).await
    }

    /// Workers alone, with a lease short enough to be waited for. Each has a data directory of its own, as on a machine of its own.
    pub async fn work(url: &str, folder: &Path, number: usize) -> Self {
        let own = folder.join(format!("worker-{number}"));
        std::fs::create_dir_all(&own).expect("a folder");
        let settings = [("SLUICE_LEASE_MS", "1500"), ("SLUICE_HEARTBEAT_MS", "300"), ("SLUICE_POLL_MS", "100")];
        Self::start(&["work"], url, &own, "work.log", &settings).await
    }

    /// Such a worker on a machine whose clock is wrong by so much.
    pub async fn work_with_clock(url: &str, folder: &Path, number: usize, wrong_by: &str) -> Self {
        let own = folder.join(format!("worker-{number}"));
        std::fs::create_dir_all(&own).expect("a folder");
        let library = faketime();
        let settings = [
            ("SLUICE_LEASE_MS", "1500"),
            ("SLUICE_HEARTBEAT_MS", "300"),
            ("SLUICE_POLL_MS", "100"),
            ("LD_PRELOAD", library.as_str()),
            ("FAKETIME", wrong_by),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ];
        Self::start(&["work"], url, &own, "work.log", &settings).await
    }

    async fn start(words: &[&str], url: &str, folder: &Path, log: &str, settings: &[(&str, &str)]) -> Self {
        let log = folder.join(log);
        let written = File::options().create(true).append(true).open(&log).expect("a log");
        let mut process = Command::new(env!("CARGO_BIN_EXE_sluice"))
            .args(words)
            .env_clear()
            .env("SLUICE_DATABASE_URL", url)
            .env("SLUICE_DATA_DIR", folder)
            .env("SLUICE_BIND", "127.0.0.1:0")
            .env("SLUICE_SECRET_KEY", SECRET)
            .env("SLUICE_OWNER_KEY", "the owner's key of a test")
            .env("SLUICE_ALLOW_PRIVATE_PROVIDERS", "true")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(written)
            .kill_on_drop(true)
            .spawn()
            .expect("the program starts");
        let mut greeting = String::new();
        let mut answers = BufReader::new(process.stdout.take().expect("its answers"));
        let greeted = tokio::time::timeout(Duration::from_secs(30), answers.read_line(&mut greeting)).await;
        let child = Self { process, log };
        assert!(greeted.is_ok_and(|read| read.is_ok_and(|bytes| bytes > 0)), "{words:?} did not come up: {}", child.said());
        child
    }

    /// `kill -9`.
    pub async fn kill(&mut self) {
        self.process.kill().await.expect("it was running");
    }

    /// In order, as by Ctrl-C.
    pub async fn stop(mut self) {
        self.signal("TERM").await;
        let ended = tokio::time::timeout(Duration::from_secs(30), self.process.wait()).await.expect("it stops in time").expect("it ends");
        assert!(ended.success(), "{ended}: {}", self.said());
    }

    pub async fn signal(&self, name: &str) {
        let id = self.process.id().expect("it is running").to_string();
        let sent = Command::new("kill").args([format!("-{name}"), id]).status().await.expect("kill is there");
        assert!(sent.success(), "{name} was not sent");
    }

    /// Waits for a line of its log; nothing rings when a file grows, so this looks again and again.
    pub async fn until_it_says(&self, what: &str) {
        let mut looks = tokio::time::interval(Duration::from_millis(20));
        let looking = async {
            while !self.said().contains(what) {
                looks.tick().await;
            }
        };
        assert!(tokio::time::timeout(Duration::from_secs(20), looking).await.is_ok(), "it never said {what:?}: {}", self.said());
    }

    pub fn has_said(&self, what: &str) -> bool {
        self.said().contains(what)
    }

    fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_else(|error| error.to_string())
    }
}

/// Debian's library that shifts what a process reads as the time.
fn faketime() -> String {
    let libraries = std::fs::read_dir("/usr/lib").expect("/usr/lib is there").filter_map(Result::ok);
    let found = libraries.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1")).find(|library| library.exists());
    found.expect("libfaketime is missing; scripts/test installs it").display().to_string()
}
