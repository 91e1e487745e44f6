//! The rounds: steady changes to many, many that wait, and one change after a rest.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use url::Url;
use uuid::Uuid;

use crate::client::{Client, Ear, join};
use crate::machine::{load, processor_time, resident_bytes};
use crate::report::{Row, millis, quantile};
use crate::stage::{Order, Ready};

/// Handshakes at a time.
const AT_ONCE: usize = 64;
/// After the last commit, whatever has not come by then is lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server in its own process.
struct Stage {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    ready: Ready,
    url: Url,
}

struct Size {
    clients: usize,
    changes: u32,
    idle: usize,
    rests: u32,
}

pub async fn measure(folder: &Path, postgres: Option<&str>, brief: bool) -> Result<Vec<Row>> {
    let size = if brief {
        Size { clients: 50, changes: 60, idle: 200, rests: 5 }
    } else {
        Size { clients: 500, changes: 600, idle: 10_000, rests: 200 }
    };
    let mut rows = Vec::new();
    let sqlite = format!("sqlite://{}", folder.join("sqlite/sluice.db").display());
    for (name, url) in [("SQLite", Some(sqlite.as_str())), ("Postgres", postgres)] {
        let Some(url) = url else { continue };
        let mut stage = Stage::start(&folder.join(name.to_lowercase()), url).await?;
        rows.extend(steady(&mut stage, name, &size).await?);
        rows.extend(idle(&mut stage, name, &size).await?);
        stage.stop().await?;
    }
    Ok(rows)
}

/// 30 changes a second to everybody, while others of another workspace must hear nothing.
async fn steady(stage: &mut Stage, name: &str, size: &Size) -> Result<Vec<Row>> {
    let load = load()?;
    let (ear, strangers) = (Arc::new(Ear::default()), Arc::new(Ear::default()));
    let (sender, mut times) = mpsc::unbounded_channel();
    let of_job = format!("id=eq.{}", stage.ready.job);
    let clients = connect(stage, &stage.ready.key, size.clients, |_| of_job.clone(), &ear, &sender).await?;
    let others = connect(
        stage,
        &stage.ready.other_key,
        20,
        |number| if number % 2 == 0 { of_job.clone() } else { String::new() },
        &strangers,
        &sender,
    )
    .await?;
    // Each client has been shown the row as it is.
    wait_for(&ear, size.clients as u64).await;
    while times.try_recv().is_ok() {}
    let (heard_before, used_before) = (ear.changes.load(Ordering::Relaxed), processor_time(stage.pid()?)?);
    stage.change(size.changes, Duration::from_micros(33_333)).await?;
    let expected = size.clients as u64 * u64::from(size.changes);
    wait_for(&ear, heard_before + expected).await;
    let used = processor_time(stage.pid()?)? - used_before;
    let heard = ear.changes.load(Ordering::Relaxed) - heard_before;
    let mut took = Vec::with_capacity(usize::try_from(heard)?);
    while let Ok(time) = times.try_recv() {
        took.push(time);
    }
    took.sort_unstable();
    drop((clients, others));
    let (p50, p95, p99) = (quantile(&took, 0.5), quantile(&took, 0.95), quantile(&took, 0.99));
    let unheard = strangers.changes.load(Ordering::Relaxed);
    let row = |what: String, figure, goal| Row { what: format!("{what} on {name}"), figure, goal, load };
    let share = format!("{heard} of {expected}; {unheard} to another workspace");
    let each = used.div_f64(heard.max(1) as f64);
    Ok(vec![
        row(
            format!("{} clients × 30 changes/s, commit to arrival", size.clients),
            format!("p50 {}, p95 {}, p99 {}", millis(p50), millis(p95), millis(p99)),
            Some(("p95 < 50 ms", p95 < Duration::from_millis(50))),
        ),
        row("delivered".into(), share, Some(("all, and none elsewhere", heard == expected && unheard == 0))),
        row("server's processor time for each delivery, commits included".into(), format!("{:.1} µs", each.as_secs_f64() * 1e6), None),
    ])
}

/// Many that wait, what they cost, and how soon one change after a rest arrives.
async fn idle(stage: &mut Stage, name: &str, size: &Size) -> Result<Vec<Row>> {
    let load = load()?;
    let ear = Arc::new(Ear::default());
    let (sender, mut times) = mpsc::unbounded_channel();
    let before = resident_bytes(stage.pid()?)?;
    // Each waits for a row of its own, as pages do.
    let waiting = connect(stage, &stage.ready.key, size.idle, |_| format!("id=eq.{}", Uuid::from_u128(rest_id())), &ear, &sender).await?;
    sleep(Duration::from_secs(2)).await;
    let each = resident_bytes(stage.pid()?)?.saturating_sub(before) as f64 / size.idle as f64;
    let of_job = format!("id=eq.{}", stage.ready.job);
    let listeners = connect(stage, &stage.ready.key, 10, |_| of_job.clone(), &ear, &sender).await?;
    wait_for(&ear, 10).await;
    while times.try_recv().is_ok() {}
    let mut heard = ear.changes.load(Ordering::Relaxed);
    for _ in 0..size.rests {
        sleep(Duration::from_millis(100)).await;
        stage.change(1, Duration::from_millis(1)).await?;
        heard += listeners.len() as u64;
        wait_for(&ear, heard).await;
    }
    let mut took = Vec::new();
    while let Ok(time) = times.try_recv() {
        took.push(time);
    }
    took.sort_unstable();
    let (p50, p99) = (quantile(&took, 0.5), quantile(&took, 0.99));
    drop((waiting, listeners));
    let expected = 10 * size.rests as usize;
    ensure!(took.len() == expected, "{} of {expected} changes arrived after a rest", took.len());
    Ok(vec![
        Row {
            what: format!("{} idle clients, resident memory each on {name}", size.idle),
            figure: format!("{:.1} KiB", each / 1_024.0),
            goal: Some(("< 16 KiB", each < 16.0 * 1_024.0)),
            load,
        },
        Row {
            what: format!("one change after a rest, with {} idle clients, on {name}", size.idle),
            figure: format!("p50 {}, p99 {} ({} arrivals)", millis(p50), millis(p99), took.len()),
            goal: Some(("p99 < 10 ms", p99 < Duration::from_millis(10))),
            load,
        },
    ])
}

/// A row that nobody has.
fn rest_id() -> u128 {
    use std::sync::atomic::AtomicU64;
    static NEXT: AtomicU64 = AtomicU64::new(1);
    u128::from(NEXT.fetch_add(1, Ordering::Relaxed))
}

async fn connect(
    stage: &Stage,
    key: &str,
    count: usize,
    filter: impl Fn(usize) -> String,
    ear: &Arc<Ear>,
    times: &mpsc::UnboundedSender<Duration>,
) -> Result<Vec<Client>> {
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut opening = JoinSet::new();
    for number in 0..count {
        let (url, key, filter) = (stage.url.clone(), key.to_owned(), filter(number));
        let (ear, times, slots) = (ear.clone(), times.clone(), slots.clone());
        opening.spawn(async move {
            let _slot = slots.acquire().await?;
            join(&url, &key, &filter, ear, times).await
        });
    }
    let mut clients = Vec::with_capacity(count);
    while let Some(joined) = opening.join_next().await {
        clients.push(joined??);
    }
    Ok(clients)
}

/// Returns when so many changes have come, or when they no longer will.
async fn wait_for(ear: &Ear, count: u64) {
    let give_up = Instant::now() + PATIENCE;
    while ear.changes.load(Ordering::Relaxed) < count && Instant::now() < give_up {
        sleep(Duration::from_millis(2)).await;
    }
}

impl Stage {
    async fn start(folder: &Path, database: &str) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut child = Command::new(std::env::current_exe()?)
            .arg("stage")
            .arg("--folder")
            .arg(folder)
            .args(["--database", database])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let input = child.stdin.take().context("its input is piped")?;
        let mut output = BufReader::new(child.stdout.take().context("its output is piped")?).lines();
        let said =
            timeout(PATIENCE, output.next_line()).await.context("the server does not start")??.context("the server did not start")?;
        let ready: Ready = serde_json::from_str(&said)?;
        let url = ready.url.parse()?;
        Ok(Self { child, input, output, ready, url })
    }

    fn pid(&self) -> Result<u32> {
        self.child.id().context("the server has ended")
    }

    /// Has so many changes committed; returns after the last commit.
    async fn change(&mut self, changes: u32, every: Duration) -> Result<()> {
        let order = Order { changes, every_us: u64::try_from(every.as_micros())? };
        self.input.write_all(format!("{}\n", serde_json::to_string(&order)?).as_bytes()).await?;
        self.output.next_line().await?.context("the server ended")?;
        Ok(())
    }

    async fn stop(mut self) -> Result<()> {
        drop(self.input);
        timeout(PATIENCE, self.child.wait()).await.context("the server does not stop")??;
        Ok(())
    }
}
