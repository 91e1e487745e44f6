//! An open-loop loader: requests leave at fixed times, whatever became of the ones before, and each is timed from when it should have left.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// Connections that are kept open; more than are ever busy when goals are met.
const CONNECTIONS: usize = 32;

pub struct Load {
    pub address: SocketAddr,
    /// The whole request, head and body.
    pub request: Vec<u8>,
    pub per_second: u32,
    pub lasts: Duration,
}

/// Sends the load from threads of its own; fails at the first answer that is no success.
pub fn send(load: Load) -> Result<Vec<Duration>> {
    let load = Arc::new(load);
    let next = Arc::new(AtomicU32::new(0));
    let started = Instant::now() + Duration::from_millis(100);
    let threads: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let (load, next) = (load.clone(), next.clone());
            std::thread::spawn(move || run(&load, &next, started))
        })
        .collect();
    let mut times = Vec::new();
    for thread in threads {
        times.extend(thread.join().map_err(|_| anyhow::anyhow!("a loader panicked"))??);
    }
    Ok(times)
}

fn run(load: &Load, next: &AtomicU32, started: Instant) -> Result<Vec<Duration>> {
    let stream = TcpStream::connect(load.address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let mut requests = stream;
    let mut times = Vec::new();
    let all = load.per_second * u32::try_from(load.lasts.as_secs())?;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= all {
            return Ok(times);
        }
        let leaves = started + Duration::from_secs_f64(f64::from(number) / f64::from(load.per_second));
        sleep_until(leaves);
        requests.write_all(&load.request)?;
        read_answer(&mut answers)?;
        times.push(leaves.elapsed());
    }
}

#[expect(clippy::disallowed_methods, reason = "the loader's threads run no runtime, and its timer is too coarse for them")]
fn sleep_until(at: Instant) {
    std::thread::sleep(at.saturating_duration_since(Instant::now()));
}

fn read_answer(answers: &mut impl BufRead) -> Result<()> {
    let mut status = String::new();
    answers.read_line(&mut status)?;
    let mut length = None;
    loop {
        let mut line = String::new();
        answers.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = Some(value.trim().parse()?),
            Some(_) => {}
            None if line.trim().is_empty() => break,
            None => bail!("a header line without a colon: {line:?}"),
        }
    }
    let mut body = vec![0; length.context("an answer without a length")?];
    answers.read_exact(&mut body)?;
    ensure!(status.contains(" 20"), "{status} {}", String::from_utf8_lossy(&body));
    Ok(())
}
