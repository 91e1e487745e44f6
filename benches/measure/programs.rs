//! Real `sluice` processes: started on free ports, stopped with their handle.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value as Json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub const BINARY: &str = env!("CARGO_BIN_EXE_sluice");
pub const OWNER_KEY: &str = "the owner's key of a measurement";
pub const SECRET_KEY: &str = "the secret key of a measurement, long enough";
/// No process takes longer to say that it is there.
const READY: Duration = Duration::from_secs(60);

#[expect(clippy::disallowed_methods, reason = "a measurement speaks to the server as any client does")]
pub fn http() -> reqwest::Client {
    // Another part of the process may have installed it already.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

/// The program with nothing of this environment, killed with its handle.
fn sluice(words: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.env_clear().args(words).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    command
}

/// What a process prints with `--json` once it is there.
async fn told(child: &mut Child) -> Result<Json> {
    let mut lines = BufReader::new(child.stdout.take().context("its output is piped")?).lines();
    let mut text = String::new();
    let reading = async {
        while let Some(line) = lines.next_line().await? {
            text.push_str(&line);
            if let Ok(told) = serde_json::from_str(&text) {
                return Ok(told);
            }
        }
        bail!("it ended and said {text:?}")
    };
    tokio::time::timeout(READY, reading).await.context("it does not say that it is there")?
}

/// `sluice sandbox` with 100,000 people.
pub struct Sandbox {
    #[expect(dead_code, reason = "held so that the process ends with it")]
    child: Child,
    pub url: String,
    pub http: reqwest::Client,
}

impl Sandbox {
    pub async fn start() -> Result<Self> {
        let mut child = sluice(&["sandbox", "--bind", "127.0.0.1:0", "--json"]).spawn()?;
        let told = told(&mut child).await.context("sluice sandbox")?;
        let url = told["url"].as_str().context("the sandbox says its address")?.to_owned();
        Ok(Self { child, url, http: http() })
    }
}

/// Where a server or a worker stands.
#[derive(Clone)]
pub struct Place {
    pub data_dir: PathBuf,
    /// A SQLite file in the data directory when missing.
    pub database_url: Option<String>,
    /// The rest of its environment.
    pub settings: Vec<(&'static str, String)>,
}

impl Place {
    pub fn new(data_dir: &Path) -> Self {
        Self { data_dir: data_dir.to_owned(), database_url: None, settings: Vec::new() }
    }

    fn command(&self, words: &[&str]) -> Result<Command> {
        std::fs::create_dir_all(&self.data_dir)?;
        let log = std::fs::File::options().create(true).append(true).open(self.data_dir.join("stderr.log"))?;
        let mut command = sluice(words);
        command.env("SLUICE_DATA_DIR", &self.data_dir).env("SLUICE_SECRET_KEY", SECRET_KEY).env("SLUICE_OWNER_KEY", OWNER_KEY);
        command.env("SLUICE_ALLOW_PRIVATE_PROVIDERS", "true").stderr(log);
        if let Some(url) = &self.database_url {
            command.env("SLUICE_DATABASE_URL", url);
        }
        for (name, value) in &self.settings {
            command.env(name, value);
        }
        Ok(command)
    }

    /// `sluice work`, once it works.
    pub async fn work(&self) -> Result<Program> {
        let mut child = self.command(&["work", "--json"])?.spawn()?;
        told(&mut child).await.with_context(|| format!("sluice work; see {}/stderr.log", self.data_dir.display()))?;
        Ok(Program { child, url: String::new(), http: http() })
    }

    /// `sluice serve`, once it answers.
    pub async fn serve(&self) -> Result<Program> {
        let (program, _) = self.serve_timed().await?;
        Ok(program)
    }

    /// The same, with the time from its spawn to the first 200 of `/readyz`.
    pub async fn serve_timed(&self) -> Result<(Program, Duration)> {
        let port = free_port()?;
        let http = http();
        let url = format!("http://127.0.0.1:{port}");
        let started = Instant::now();
        let child = self.command(&["serve", "--json"])?.env("SLUICE_BIND", format!("127.0.0.1:{port}")).spawn()?;
        let mut program = Program { child, url, http };
        let ready = format!("{}/readyz", program.url);
        loop {
            if let Ok(answer) = program.http.get(&ready).send().await
                && answer.status() == 200
            {
                return Ok((program, started.elapsed()));
            }
            if let Some(status) = program.child.try_wait()? {
                bail!("sluice serve ended with {status}; see {}/stderr.log", self.data_dir.display());
            }
            ensure!(started.elapsed() < READY, "sluice serve does not become ready");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// A running `serve` or `work`.
pub struct Program {
    child: Child,
    pub url: String,
    http: reqwest::Client,
}

impl Program {
    pub fn pid(&self) -> Result<u32> {
        self.child.id().context("it has ended")
    }

    /// As by `kill -9`; returns when the system has buried it.
    pub async fn kill(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// As by SIGTERM, waiting for its end.
    pub async fn stop(mut self) -> Result<()> {
        let pid = self.pid()?.to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().await?;
        ensure!(told.success(), "process {pid} cannot be told to stop");
        tokio::time::timeout(Duration::from_secs(15), self.child.wait()).await.context("it does not stop")??;
        Ok(())
    }

    pub async fn get(&self, path: &str) -> Result<Json> {
        answer(self.http.get(format!("{}{path}", self.url))).await
    }

    pub async fn patch(&self, path: &str, body: &Json) -> Result<Json> {
        answer(self.http.patch(format!("{}{path}", self.url)).json(body)).await
    }

    pub async fn post(&self, path: &str, body: &Json) -> Result<Json> {
        answer(self.http.post(format!("{}{path}", self.url)).json(body)).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Result<Json> {
    let response = request.header("x-api-key", OWNER_KEY).send().await?;
    let (status, url) = (response.status(), response.url().to_string());
    let text = response.text().await?;
    ensure!(status.is_success(), "{url}: {status} {text}");
    Ok(serde_json::from_str(&text)?)
}

/// Free when it was looked for; nothing else on this machine takes ports that fast.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
