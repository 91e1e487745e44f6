//! A light client: raw frames on a TCP connection, a few hundred bytes of state, and the time of each change that comes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use url::Url;

use crate::machine::now_us;

const PATIENCE: Duration = Duration::from_secs(60);

/// What the clients of one round have heard together.
#[derive(Default)]
pub struct Ear {
    pub changes: AtomicU64,
}

/// A joined client; its connection ends with it.
pub struct Client {
    reader: AbortHandle,
}

impl Drop for Client {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// Connects, joins one topic with one binding, and returns once changes are told. From then on, the time from each commit to its arrival
/// goes to `times`.
pub async fn join(url: &Url, key: &str, filter: &str, ear: Arc<Ear>, times: mpsc::UnboundedSender<Duration>) -> Result<Client> {
    let joined = tokio::time::timeout(PATIENCE, open(url, key, filter)).await.context("the server does not answer")??;
    let (mut stream, mut buffer) = joined;
    let reader = tokio::spawn(async move {
        loop {
            let Ok(frame) = next(&mut stream, &mut buffer).await else { return };
            let arrived = now_us();
            if let Some(committed) = commit_of(&frame) {
                ear.changes.fetch_add(1, Ordering::Relaxed);
                let took = Duration::from_micros(u64::try_from(arrived - committed).unwrap_or(0));
                if times.send(took).is_err() {
                    return;
                }
            }
        }
    });
    Ok(Client { reader: reader.abort_handle() })
}

async fn open(url: &Url, key: &str, filter: &str) -> Result<(TcpStream, Vec<u8>)> {
    let address = (url.host_str().context("a host")?.to_owned(), url.port().context("a port")?);
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let nonce = base64::engine::general_purpose::STANDARD.encode(b"sixteen bytes it");
    let request = format!(
        "GET /realtime/v1/websocket?apikey={key}&vsn=2.0.0 HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {nonce}\r\n\r\n",
        url.host_str().unwrap_or_default()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut buffer = Vec::with_capacity(512);
    let end = loop {
        ensure!(stream.read_buf(&mut buffer).await? > 0, "the connection was closed at the handshake");
        if let Some(end) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
    };
    ensure!(buffer.starts_with(b"HTTP/1.1 101"), "refused: {}", String::from_utf8_lossy(&buffer[..end]));
    buffer.drain(..end);
    let binding = serde_json::json!({"event": "UPDATE", "schema": "public", "table": "prospect_search_jobs", "filter": filter});
    let join = serde_json::json!(["1", "1", "realtime:fanout", "phx_join", {"config": {"postgres_changes": [binding]}}]);
    send(&mut stream, &join.to_string()).await?;
    loop {
        let frame = next(&mut stream, &mut buffer).await?;
        let text = String::from_utf8_lossy(&frame);
        ensure!(!text.contains("\"status\":\"error\""), "the join was refused: {text}");
        if text.contains("Subscribed to PostgreSQL") {
            return Ok((stream, buffer));
        }
    }
}

/// One text frame, masked with zeroes.
async fn send(stream: &mut TcpStream, text: &str) -> Result<()> {
    let length = u16::try_from(text.len()).context("a short frame")?;
    let mut frame = vec![0x81];
    match length {
        0..126 => frame.push(0x80 | length as u8),
        _ => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&length.to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(text.as_bytes());
    stream.write_all(&frame).await?;
    Ok(())
}

/// The content of the next text frame; others are passed over.
async fn next(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Vec<u8>> {
    loop {
        if let Some((opcode, start, end)) = whole(buffer) {
            let content = buffer[start..end].to_vec();
            buffer.drain(..end);
            match opcode {
                1 => return Ok(content),
                8 => bail!("the server closed the connection: {}", String::from_utf8_lossy(&content)),
                _ => continue,
            }
        }
        ensure!(stream.read_buf(buffer).await? > 0, "the connection is gone");
    }
}

/// Where the content of the first frame lies, if it is there as a whole.
fn whole(buffer: &[u8]) -> Option<(u8, usize, usize)> {
    let [first, second, ..] = *buffer else { return None };
    let (start, length) = match second & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes([*buffer.get(2)?, *buffer.get(3)?]))),
        127 => (10, usize::try_from(u64::from_be_bytes(buffer.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    let end = start + length;
    (buffer.len() >= end).then_some((first & 0x0f, start, end))
}

/// When the change of this frame was made, in microseconds since the epoch; nothing for other frames.
fn commit_of(frame: &[u8]) -> Option<i64> {
    const NAME: &str = "\"commit_timestamp\":\"";
    let text = std::str::from_utf8(frame).ok()?;
    let rest = &text[text.find(NAME)? + NAME.len()..];
    let at: jiff::Timestamp = rest.split('"').next()?.parse().ok()?;
    Some(at.as_microsecond())
}
