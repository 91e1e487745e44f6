//! The stream of committed changes, kept alive: a lost connection is taken up again after the last event that came.

use std::time::Duration;

use eventsource_stream::{Event as SseEvent, Eventsource};
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use reqwest::Response;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep_until, timeout};

use crate::client::{Client, ClientError, unreachable};
use crate::event::{EventType, PageStored, TimelineAdded};
use crate::job::Job;
use crate::posting::PostingsChanged;
use crate::review::ReviewChanged;

/// One committed change.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Opaque; the next connection goes on after it.
    pub id: String,
    pub told: Told,
}

/// What a frame tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    Job(Box<Job>),
    Page(PageStored),
    Timeline(TimelineAdded),
    Review(ReviewChanged),
    Postings(PostingsChanged),
}

/// What a listener hears.
#[derive(Debug)]
pub enum Heard {
    Frame(Frame),
    /// The connection is gone; it is taken up again by itself after `again_in`.
    Lost {
        why: ClientError,
        again_in: Duration,
    },
}

/// How long a listener puts up with a server that does not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patience {
    /// The wait before the first new attempt; doubles with each that fails.
    pub first_wait: Duration,
    pub longest_wait: Duration,
    /// Attempts in a row without any event before it gives up.
    pub attempts: u32,
    /// A connection without a byte for this long is taken for dead; the server sends a comment at least every 15 s.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            first_wait: Duration::from_millis(250),
            longest_wait: Duration::from_secs(10),
            attempts: 30,
            silence: Duration::from_secs(45),
        }
    }
}

/// A listener. `next` may be dropped half-way (as `select!` does) without losing an event.
pub struct Events {
    client: Client,
    segments: Vec<String>,
    /// The stream is about one run, and ends with it.
    ends_with_job: bool,
    patience: Patience,
    last_id: String,
    connection: Option<BoxStream<'static, Result<SseEvent, String>>>,
    wait: Duration,
    connect_at: Option<Instant>,
    failures: u32,
    over: bool,
}

impl Events {
    pub(crate) fn of_job(client: Client, id: &str) -> Self {
        let segments = ["api", "v1", "jobs", id, "events"].map(str::to_owned).to_vec();
        Events::new(client, segments, true)
    }

    pub(crate) fn of_workspace(client: Client) -> Self {
        let segments = ["api", "v1", "events"].map(str::to_owned).to_vec();
        Events::new(client, segments, false)
    }

    fn new(client: Client, segments: Vec<String>, ends_with_job: bool) -> Self {
        let patience = Patience::default();
        Events {
            client,
            segments,
            ends_with_job,
            wait: patience.first_wait,
            patience,
            last_id: String::new(),
            connection: None,
            connect_at: None,
            failures: 0,
            over: false,
        }
    }

    /// Goes on after an event that was seen earlier.
    pub fn after(mut self, last_event_id: impl Into<String>) -> Self {
        self.last_id = last_event_id.into();
        self
    }

    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.wait = patience.first_wait;
        self.patience = patience;
        self
    }

    /// The next thing heard. `None` after the job's last frame or after an error, which is final: the server refused, sent what cannot be read,
    /// or stayed away for longer than patience allows.
    pub async fn next(&mut self) -> Option<Result<Heard, ClientError>> {
        while !self.over {
            let Some(connection) = &mut self.connection else {
                if let Some(error) = self.connect().await {
                    return Some(self.lose(error));
                }
                continue;
            };
            match connection.next().await {
                Some(Ok(event)) => match self.read(event) {
                    Ok(Some(frame)) => return Some(Ok(Heard::Frame(frame))),
                    Ok(None) => {}
                    Err(error) => {
                        self.over = true;
                        return Some(Err(error));
                    }
                },
                Some(Err(why)) => return Some(self.lose_stream(why)),
                None => return Some(self.lose_stream("the server closed the stream".into())),
            }
        }
        None
    }

    /// The same as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<Heard, ClientError>> + Send {
        stream::unfold(self, |mut events| async move { events.next().await.map(|heard| (heard, events)) })
    }

    async fn connect(&mut self) -> Option<ClientError> {
        if let Some(at) = self.connect_at {
            sleep_until(at).await;
        }
        let segments: Vec<&str> = self.segments.iter().map(String::as_str).collect();
        match self.client.open_stream(&segments, &self.last_id).await {
            Ok(response) => {
                self.connect_at = None;
                self.connection = Some(frames(response, self.patience.silence));
                None
            }
            Err(error) => Some(error),
        }
    }

    fn read(&mut self, event: SseEvent) -> Result<Option<Frame>, ClientError> {
        self.failures = 0;
        self.wait = event.retry.unwrap_or(self.patience.first_wait).min(self.patience.longest_wait);
        if !event.id.is_empty() {
            self.last_id.clone_from(&event.id);
        }
        let told = if event.event == EventType::Job.as_str() {
            let job: Job = self.parse(&event.data)?;
            self.over = self.ends_with_job && job.status.is_final();
            Told::Job(Box::new(job))
        } else if event.event == EventType::Page.as_str() {
            Told::Page(self.parse(&event.data)?)
        } else if event.event == EventType::Timeline.as_str() {
            Told::Timeline(self.parse(&event.data)?)
        } else if event.event == EventType::Review.as_str() {
            Told::Review(self.parse(&event.data)?)
        } else if event.event == EventType::Posting.as_str() {
            Told::Postings(self.parse(&event.data)?)
        } else {
            // A newer server may tell more than this client knows.
            return Ok(None);
        };
        Ok(Some(Frame { id: event.id, told }))
    }

    fn parse<T: DeserializeOwned>(&self, data: &str) -> Result<T, ClientError> {
        serde_json::from_str(data).map_err(|error| ClientError::Unreadable { url: self.url(), status: 200, why: error.to_string() })
    }

    fn lose_stream(&mut self, why: String) -> Result<Heard, ClientError> {
        let error = ClientError::Unreachable { url: self.url(), why };
        self.lose(error)
    }

    fn lose(&mut self, why: ClientError) -> Result<Heard, ClientError> {
        self.connection = None;
        self.failures += 1;
        if !may_pass(&why) || self.failures >= self.patience.attempts {
            self.over = true;
            return Err(why);
        }
        let again_in = self.wait;
        self.connect_at = Some(Instant::now() + again_in);
        self.wait = (again_in * 2).min(self.patience.longest_wait);
        Ok(Heard::Lost { why, again_in })
    }

    fn url(&self) -> String {
        let segments: Vec<&str> = self.segments.iter().map(String::as_str).collect();
        self.client.url(&segments).to_string()
    }
}

/// Whether the next attempt may find it better: the server is away, starting, stopping or busy.
fn may_pass(error: &ClientError) -> bool {
    match error {
        ClientError::Unreachable { .. } => true,
        ClientError::Problem(problem) => problem.status == 429 || problem.status >= 500,
        ClientError::Unreadable { status, .. } => *status >= 500,
    }
}

/// The events of one connection; one that falls silent ends with an error.
fn frames(response: Response, silence: Duration) -> BoxStream<'static, Result<SseEvent, String>> {
    let url = response.url().clone();
    let bytes = response.bytes_stream().map(move |chunk| chunk.map_err(|error| unreachable(&url, &error).to_string()));
    let heartbeat = stream::unfold(Some(Box::pin(bytes)), move |bytes| async move {
        let mut bytes = bytes?;
        match timeout(silence, bytes.next()).await {
            Ok(chunk) => chunk.map(|chunk| (chunk, Some(bytes))),
            Err(_) => Some((Err(format!("the server fell silent for {} s", silence.as_secs_f32())), None)),
        }
    });
    heartbeat.eventsource().map(|event| event.map_err(|error| error.to_string())).boxed()
}

#[cfg(test)]
mod tests;
