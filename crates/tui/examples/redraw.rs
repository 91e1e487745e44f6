//! Measures the terminal application as people have it, in a pseudo-terminal: how long a key takes to be seen while postings stream in, and what it
//! uses while nobody does anything. `scripts/bench tui` runs it: `redraw PROGRAM FOLDER [--brief] [--markdown FILE]`.

#[path = "../../../tests/it/support/screen.rs"]
#[expect(dead_code, reason = "the tests look closer")]
mod screen;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use screen::Screen;
use sluice_api::{AccountRequest, Client, Job, Pace, PostingQuery, PostingSearchRequest, Provider};
use tokio::io::{AsyncBufReadExt, BufReader};

const KEY: &str = "the owner's key of a bench";
/// What must hold.
const SLOWEST_P99: Duration = Duration::from_millis(33);
const MOST_IDLE_PERCENT: f64 = 2.0;
/// Between two keys: somebody who holds one down.
const BETWEEN_KEYS: Duration = Duration::from_millis(35);
/// A column of the title in the list of results.
const COLUMN: u16 = 60;

struct Wanted {
    program: PathBuf,
    folder: PathBuf,
    markdown: Option<PathBuf>,
    pages: u32,
    idle: Duration,
}

fn wanted() -> Result<Wanted> {
    let mut words = std::env::args().skip(1);
    let program = words.next().context("Which program?")?.into();
    let folder = words.next().context("Which folder?")?.into();
    let mut wanted = Wanted { program, folder, markdown: None, pages: 60, idle: Duration::from_secs(30) };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--brief" => (wanted.pages, wanted.idle) = (10, Duration::from_secs(5)),
            "--markdown" => wanted.markdown = Some(words.next().context("--markdown needs a file")?.into()),
            other => bail!("{other} is not known"),
        }
    }
    Ok(wanted)
}

#[tokio::main]
async fn main() -> Result<()> {
    let wanted = wanted()?;
    let _first = rustls::crypto::ring::default_provider().install_default();
    let sandbox = sluice_sandbox::start(sluice_sandbox::Options { people: 1_000, ..sluice_sandbox::Options::default() }).await?;
    let (mut server, url) = serve(&wanted).await?;
    let client = Client::new(url.parse()?, KEY.into())?;
    let pace = Pace { delay_ms: 0, jitter_pct: 0 };
    let request = AccountRequest { base_url: Some(sandbox.base_url()), pace: Some(pace), ..AccountRequest::new(Provider::Linkedin) };
    client.create_account(&request).await?;

    let idle = idle_percent(&wanted, &url).await?;
    let query = |keywords: &str| PostingQuery { keywords: Some(keywords.to_owned()), ..PostingQuery::default() };
    let queries = vec![query("engineer"), query("manager")];
    let search = PostingSearchRequest { queries, max_pages: Some(wanted.pages), ..PostingSearchRequest::default() };
    let accepted = client.search_postings(&search).await?;
    let started = Instant::now();
    let (mut latencies, job) = keys_while_it_runs(&wanted, &url, &client, &accepted.job_id).await?;
    let took = started.elapsed();
    server.kill().await?;
    sandbox.stop().await;

    ensure!(latencies.len() >= 20, "only {} keys were pressed before the search had ended", latencies.len());
    latencies.sort_unstable();
    let at = |share: usize| latencies[(latencies.len() - 1) * share / 100];
    let (p50, p95, p99, max) = (at(50), at(95), at(99), latencies[latencies.len() - 1]);
    let rows = [
        ("keys pressed while postings streamed in".to_owned(), latencies.len().to_string()),
        ("postings streamed in meanwhile".to_owned(), format!("{} in {:.1} s", job.progress.current, took.as_secs_f64())),
        ("key to redraw, p50".to_owned(), shown(p50)),
        ("key to redraw, p95".to_owned(), shown(p95)),
        ("key to redraw, p99".to_owned(), shown(p99)),
        ("key to redraw, longest".to_owned(), shown(max)),
        (format!("of a core while idle, over {} s", wanted.idle.as_secs()), format!("{idle:.2} %")),
    ];
    let table: String = rows.iter().map(|(what, figure)| format!("| {what} | {figure} |\n")).collect();
    let table = format!("| terminal application | |\n|---|---|\n{table}");
    print!("{table}");
    if let Some(file) = &wanted.markdown {
        std::fs::write(file, &table).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    ensure!(p99 < SLOWEST_P99, "p99 is {}, and {} was promised", shown(p99), shown(SLOWEST_P99));
    ensure!(idle <= MOST_IDLE_PERCENT, "it uses {idle:.2} % of a core while idle, and {MOST_IDLE_PERCENT} % was promised");
    Ok(())
}

fn shown(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

async fn serve(wanted: &Wanted) -> Result<(tokio::process::Child, String)> {
    let mut server = tokio::process::Command::new(&wanted.program)
        .arg("serve")
        .env_clear()
        .env("SLUICE_DATA_DIR", wanted.folder.join("data"))
        .env("SLUICE_BIND", "127.0.0.1:0")
        .env("SLUICE_OWNER_KEY", KEY)
        .env("SLUICE_LOG", "warn")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} does not start", wanted.program.display()))?;
    let mut lines = BufReader::new(server.stdout.take().context("its output")?).lines();
    let greeting = lines.next_line().await?.context("The server said nothing")?;
    let url = greeting.split([' ', ',']).find(|word| word.starts_with("http")).context("The server names no address")?.to_owned();
    Ok((server, url))
}

fn open(program: &Path, url: &str) -> Screen {
    Screen::start(program, &["tui"], &[("SLUICE_URL", url), ("SLUICE_API_KEY", KEY)], (120, 40))
}

/// Processor time of the process, in seconds, as the system counts it.
fn processor_seconds(process: u32) -> Result<f64> {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may hold spaces; user and system time are the 12th and 13th fields behind it.
    let behind = stat.rsplit(')').next().context("a process")?;
    let fields: Vec<&str> = behind.split_whitespace().collect();
    let ticks = |at: usize| -> Result<f64> { Ok(fields.get(at).context("a field")?.parse::<f64>()?) };
    Ok((ticks(11)? + ticks(12)?) / TICKS_A_SECOND)
}

async fn idle_percent(wanted: &Wanted, url: &str) -> Result<f64> {
    let mut screen = open(&wanted.program, url);
    screen.shows("No postings yet").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (before, started) = (processor_seconds(screen.id())?, Instant::now());
    tokio::time::sleep(wanted.idle).await;
    let used = processor_seconds(screen.id())? - before;
    let percent = used / started.elapsed().as_secs_f64() * 100.0;
    screen.press("q").await;
    screen.ends().await;
    Ok(percent)
}

/// Walks up and down in the results until the search has ended.
async fn keys_while_it_runs(wanted: &Wanted, url: &str, client: &Client, job_id: &str) -> Result<(Vec<Duration>, Job)> {
    let mut screen = open(&wanted.program, url);
    screen.shows("1 Postings").await;
    screen.press("P").await;
    screen.until("lists two results", |text| text.contains("[ ]") && text.matches("[ ]").count() >= 12).await;
    let mut latencies = Vec::new();
    let mut down = true;
    let mut looked = Instant::now();
    let mut job = client.job(job_id).await?;
    while !job.status.is_final() {
        let before = screen.reversed_rows(COLUMN);
        let pressed = Instant::now();
        screen.press(if down { "j" } else { "k" }).await;
        down = !down;
        screen.looks("moves the choice", |screen| screen.reversed_rows(COLUMN) != before).await;
        latencies.push(pressed.elapsed());
        tokio::time::sleep(BETWEEN_KEYS).await;
        if looked.elapsed() > Duration::from_millis(500) {
            job = client.job(job_id).await?;
            looked = Instant::now();
        }
    }
    screen.press("q").await;
    screen.ends().await;
    Ok((latencies, job))
}
