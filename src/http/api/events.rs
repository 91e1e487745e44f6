//! `/api/v1/events` and `/api/v1/jobs/{id}/events`: committed changes as a stream (SSE).

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event as Frame, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use http::HeaderMap;
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use serde::Deserialize;
use sluice_api::Problem;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_stream::wrappers::ReceiverStream;
use utoipa::IntoParams;

use crate::domain::JobId;
use crate::domain::job::Job;
use crate::events::{Subscription, Topic};
use crate::http::Shared;
use crate::http::caller::{Caller, authenticate};
use crate::http::path::{Id, Named};
use crate::http::problem::Failure;
use crate::http::query::Query;
use crate::http::wire::job as wire;
use crate::store::events::{self, Event, Position};
use crate::store::{StoreError, jobs};

/// Between two signs of life; clients take 45 s of silence for a dead connection.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// Events of an ended job that are read at a time.
const BATCH: i64 = 500;
/// Frames that wait for a slow reader; the reader of events waits with them, and loses none.
const AHEAD: usize = 32;

/// Every committed change of the workspace from now on, or from after `Last-Event-ID`. Never ends by itself.
#[utoipa::path(
    get, path = "/api/v1/events", tag = "Events",
    params(
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last frame that came: the stream goes on after it"),
        Place,
    ),
    responses((status = 200, body = sluice_api::Event, content_type = "text/event-stream")),
)]
pub async fn of_workspace(
    State(app): State<Shared>,
    caller: Caller,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let from = place.or_header(&headers);
    let topic = Topic { workspace_id: caller.workspace_id, job_id: None, user_id: caller.user_id };
    let subscription = app.hub.subscribe(topic, from).await?;
    Ok(stream(Teller { app, caller, headers, subscription, job: None, from }))
}

/// The job as it is, then every change of it; ends with the run. With `Last-Event-ID`, what came after that frame instead of the first.
#[utoipa::path(
    get, path = "/api/v1/jobs/{id}/events", tag = "Jobs",
    params(
        ("id" = String, Path),
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last frame that came: the stream goes on after it"),
        Place,
    ),
    responses((status = 200, body = sluice_api::Event, content_type = "text/event-stream"), (status = 404, body = Problem)),
)]
pub async fn of_job(
    State(app): State<Shared>,
    caller: Caller,
    Id(id): Id<JobId>,
    Query(place): Query<Place>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let from = place.or_header(&headers);
    let topic = Topic { workspace_id: caller.workspace_id, job_id: Some(id), user_id: caller.user_id };
    // The subscription comes first, so that nothing falls between the snapshot and it.
    let subscription = app.hub.subscribe(topic, from).await?;
    jobs::find(&mut app.database.read().await?, caller.scope(), id).await?.ok_or_else(JobId::not_found)?;
    Ok(stream(Teller { app, caller, headers, subscription, job: Some(id), from }))
}

/// Where a stream goes on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Place {
    /// The same as the header Last-Event-ID, which a page cannot set on an EventSource that it opens. The header, which the browser sets
    /// when it connects again, counts before it.
    #[serde(default)]
    last_event_id: Option<String>,
}

impl Place {
    /// An id that is not ours begins anew, as a missing one does.
    fn or_header(&self, headers: &HeaderMap) -> Option<Position> {
        let header = headers.get("last-event-id").and_then(|value| value.to_str().ok());
        header.or(self.last_event_id.as_deref())?.parse().ok()
    }
}

fn stream(teller: Teller) -> Response {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        let stopping = teller.app.stopping.clone();
        tokio::select! {
            () = stopping.cancelled() => {}
            () = sender.closed() => {}
            told = teller.tell(&sender) => {
                if let Err(error) = told {
                    tracing::warn!(%error, "a stream of events ended early; its client comes back");
                }
            }
        }
    });
    let frames: ReceiverStream<Result<Frame, Infallible>> = ReceiverStream::new(receiver);
    respond(frames)
}

fn respond(frames: impl Stream<Item = Result<Frame, Infallible>> + Send + 'static) -> Response {
    let mut response = Sse::new(frames).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies that buffer would keep the frames to themselves.
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// Tells one client what it asked for.
struct Teller {
    app: Shared,
    caller: Caller,
    headers: HeaderMap,
    subscription: Subscription,
    /// The stream is about this job, and ends with it.
    job: Option<JobId>,
    /// The place of the last frame that its reader has seen.
    from: Option<Position>,
}

type Frames = mpsc::Sender<Result<Frame, Infallible>>;

impl Teller {
    async fn tell(mut self, frames: &Frames) -> Result<(), StoreError> {
        if let Some(id) = self.job {
            let Some(job) = self.find(id).await? else { return Ok(()) };
            if job.state.is_final() {
                return self.end(frames, &job).await;
            }
            if self.from.is_none() {
                let position = self.subscription.position();
                self.send_job(frames, &job, Some(position), true).await?;
            }
        }
        let mut signs = tokio::time::interval(SIGN_OF_LIFE);
        signs.tick().await;
        let mut until = self.caller.expires_in.map(|left| Instant::now() + left);
        loop {
            tokio::select! {
                () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => {
                    if self.lost_access().await {
                        return Ok(());
                    }
                    // A session that is used lasts longer; the signs of life look after it.
                    until = None;
                }
                event = self.subscription.next() => {
                    let Some(event) = event? else { return Ok(()) };
                    if event.access_change().is_some() {
                        if self.lost_access().await {
                            return Ok(());
                        }
                        continue;
                    }
                    if event.is_internal() || (self.caller.publishable && event.is_of_the_tracker()) {
                        continue;
                    }
                    if self.pass_on(frames, &event).await? {
                        return Ok(());
                    }
                }
                _ = signs.tick() => {
                    // What ended without an event is noticed here.
                    if self.lost_access().await {
                        return Ok(());
                    }
                    send(frames, Frame::default().comment("")).await;
                }
            }
        }
    }

    /// A key or session that has ended, or whose user has left, hears no more; nor does a session that acts in another workspace by now.
    async fn lost_access(&self) -> bool {
        let now = authenticate(&self.app, &self.headers).await;
        now.map_or(true, |caller| caller.workspace_id != self.caller.workspace_id)
    }

    /// Whether that was the last frame.
    async fn pass_on(&mut self, frames: &Frames, event: &Arc<Event>) -> Result<bool, StoreError> {
        let Some(id) = event.job_id.filter(|_| event.kind == "job") else {
            send(frames, frame(event)).await;
            return Ok(false);
        };
        let Some(job) = self.find(id).await? else { return Ok(false) };
        if self.job.is_some() && job.state.is_final() {
            self.end(frames, &job).await?;
            return Ok(true);
        }
        self.send_job(frames, &job, Some(event.position), false).await?;
        Ok(false)
    }

    /// What is left to tell of a job that has ended, then its last state.
    async fn end(&mut self, frames: &Frames, job: &Job) -> Result<(), StoreError> {
        let mut position = self.subscription.position();
        loop {
            let left = events::of_job_after(&mut self.app.database.read().await?, job.id, position, BATCH).await?;
            let Some(last) = left.last() else { break };
            position = last.position;
            for event in left.iter().filter(|event| event.kind != "job") {
                send(frames, frame(event)).await;
            }
            if (left.len() as i64) < BATCH {
                break;
            }
        }
        self.send_job(frames, job, Some(position), true).await
    }

    async fn find(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        jobs::find(&mut self.app.database.read().await?, self.caller.scope(), id).await
    }

    async fn send_job(&self, frames: &Frames, job: &Job, position: Option<Position>, whole: bool) -> Result<(), StoreError> {
        let mut conn = self.app.database.read().await?;
        let shown = if whole { wire::whole(&mut conn, job).await? } else { wire::brief(&mut conn, job).await? };
        drop(conn);
        let mut told = Frame::default().event("job").data(crate::http::wire::json(&shown).to_string());
        if let Some(position) = position {
            told = told.id(position.to_string());
        }
        send(frames, told).await;
        Ok(())
    }
}

fn frame(event: &Event) -> Frame {
    Frame::default().id(event.position.to_string()).event(&event.kind).data(event.data.to_string())
}

/// A reader that is gone is noticed by the sender's end.
async fn send(frames: &Frames, frame: Frame) {
    if frames.send(Ok(frame)).await.is_err() {
        tracing::debug!("a listener left");
    }
}
