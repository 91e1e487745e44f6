//! One socket: reads what its client sends, and writes what there is to tell, in one task.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use futures_util::{SinkExt, StreamExt};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value as Json, json};
use tokio::time::{Instant, sleep_until, timeout};

use super::audience::Place;
use super::change::{Change, ChangeKind};
use super::channel::{Channel, Refusal, TOPIC_PREFIX, Wish, shown_to};
use super::frame::{self, Broadcast, Content, Incoming, Payload, Version};
use super::outbox::{ChannelNumber, Item};
use super::reader::{RESULT_VERSION, job_change};
use crate::domain::published::Table;
use crate::domain::{JobId, ProspectId, Role, WorkspaceId};
use crate::http::Shared;
use crate::http::caller::{Caller, authenticate_key};
use crate::http::compat::published::result_row;
use crate::http::problem::{Failure, Kind};
use crate::jobs::search_prospects::KIND;
use crate::store::{StoreError, jobs, prospects};

/// Clients send a heartbeat every 25 s; hidden tabs may do so once in a minute only.
const SILENCE: Duration = Duration::from_secs(120);
/// A client that takes nothing for so long is gone or stuck.
const STUCK: Duration = Duration::from_secs(30);
/// For the last words of a socket.
const FAREWELL: Duration = Duration::from_secs(2);
/// Items written between two flushes.
const AT_ONCE: usize = 128;
pub const MOST_CHANNELS: usize = 100;
/// Joins and broadcasts are counted over this window.
const WINDOW: Duration = Duration::from_secs(10);
const MOST_JOINS: u32 = 200;
const MOST_BROADCASTS: u32 = 1_000;
/// Taken over the limit, a client waits before it joins again.
const TOO_MANY_JOINS: &str = "ClientJoinRateLimitReached: at most 200 joins in 10 seconds; wait a little";
const TOO_MANY_CHANNELS: &str = "ChannelRateLimitReached: at most 100 channels on one connection; leave some first";
const RESTART: u16 = close_code::RESTART;

/// What a socket was opened with.
pub struct Opening {
    pub app: Shared,
    pub caller: Caller,
    pub key: SecretString,
    pub wanted: Option<WorkspaceId>,
    pub version: Version,
    pub place: Place,
}

pub struct Session {
    opening: Opening,
    socket: WebSocket,
    channels: Vec<Channel>,
    next_channel: ChannelNumber,
    heard_at: Instant,
    /// When the key expires.
    until: Option<Instant>,
    window: Window,
}

/// What a client has done of late.
#[derive(Debug)]
struct Window {
    began: Instant,
    joins: u32,
    broadcasts: u32,
}

/// Why a socket ends.
#[derive(Debug)]
enum End {
    /// The client left, or its connection is lost.
    Gone,
    Close(u16, String),
}

impl From<axum::Error> for End {
    fn from(_: axum::Error) -> Self {
        Self::Gone
    }
}

impl Session {
    pub fn new(opening: Opening, socket: WebSocket) -> Self {
        let now = Instant::now();
        let until = opening.caller.expires_in.map(|left| now + left);
        let window = Window { began: now, joins: 0, broadcasts: 0 };
        Self { opening, socket, channels: Vec::new(), next_channel: 0, heard_at: now, until, window }
    }

    /// Serves the socket to its end.
    pub async fn run(mut self) {
        if let End::Close(code, reason) = self.serve().await {
            tracing::debug!(code, reason, "a realtime connection is closed");
            let frame = CloseFrame { code, reason: shorten(&reason).into() };
            let farewell = async {
                self.socket.send(Message::Close(Some(frame))).await?;
                // The client's own close comes back, unless it is gone.
                while let Some(Ok(_)) = self.socket.next().await {}
                Ok::<_, axum::Error>(())
            };
            if timeout(FAREWELL, farewell).await.is_err() {
                tracing::debug!("a realtime client did not say goodbye");
            }
        }
    }

    async fn serve(&mut self) -> End {
        let outbox = self.opening.place.outbox.clone();
        let stopping = self.opening.app.stopping.clone();
        loop {
            let silent_at = self.heard_at + SILENCE;
            let wake_at = self.until.map_or(silent_at, |until| until.min(silent_at));
            let done = tokio::select! {
                () = stopping.cancelled() => Err(End::Close(RESTART, "the server restarts; connect again".into())),
                message = self.socket.next() => match message {
                    Some(Ok(message)) => Box::pin(self.hear(message)).await,
                    Some(Err(error)) => Err(unreadable(&error)),
                    None => Err(End::Gone),
                },
                () = outbox.ready() => self.deliver().await,
                () = sleep_until(wake_at) => self.wake().await,
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    /// The key's time is over, or nothing was heard for long.
    async fn wake(&mut self) -> Result<(), End> {
        if self.until.is_some_and(|until| until <= Instant::now()) {
            return Box::pin(self.recheck()).await;
        }
        Err(End::Close(close_code::POLICY, "nothing was heard for two minutes".into()))
    }

    /// Asks again who this is, and ends what may not go on.
    async fn recheck(&mut self) -> Result<(), End> {
        let opening = &mut self.opening;
        let now = authenticate_key(&opening.app, opening.key.expose_secret(), opening.wanted).await;
        match now {
            Ok(caller) if caller.workspace_id == opening.caller.workspace_id && caller.role.covers(Role::Viewer) => {
                self.until = caller.expires_in.map(|left| Instant::now() + left);
                opening.caller = caller;
                Ok(())
            }
            Err(failure) if matches!(failure.kind(), Kind::Internal | Kind::Unavailable) => {
                Err(End::Close(close_code::AGAIN, "this cannot be checked just now; connect again".into()))
            }
            _ => {
                let reason = "this key was revoked or has expired, or its user has left the workspace";
                for channel in std::mem::take(&mut self.channels) {
                    self.opening.place.leave(channel.number);
                    self.system(&channel, "error", reason).await?;
                    self.write(channel.join_ref.as_deref(), channel.join_ref.as_deref(), &channel.topic, "phx_close", "{}").await?;
                }
                Err(End::Close(close_code::POLICY, reason.into()))
            }
        }
    }

    /// Writes what waits, and flushes once.
    async fn deliver(&mut self) -> Result<(), End> {
        let mut taken = self.opening.place.outbox.take(AT_ONCE);
        if taken.recheck {
            Box::pin(self.recheck()).await?;
        }
        for item in taken.items.drain(..) {
            self.tell(item).await?;
        }
        for number in taken.overflowed {
            let Some(at) = self.channels.iter().position(|channel| channel.number == number) else { continue };
            let channel = self.channels.swap_remove(at);
            self.opening.place.leave(number);
            let reason = json!({ "reason": "Overflow: more changed than this connection took; join again and read what there is" });
            self.write(channel.join_ref.as_deref(), channel.join_ref.as_deref(), &channel.topic, "phx_error", &reason.to_string()).await?;
        }
        self.flush().await
    }

    async fn tell(&mut self, item: Item) -> Result<(), End> {
        let version = self.opening.version;
        match item {
            Item::Change { channel, bindings, change } => {
                let Some(channel) = self.channels.iter_mut().find(|known| known.number == channel) else { return Ok(()) };
                if !channel.is_news(&change) {
                    return Ok(());
                }
                for payload in channel.payloads(&change, bindings) {
                    let text = frame::write(version, join_ref(version, channel), None, &channel.topic, "postgres_changes", &payload);
                    feed(&mut self.socket, Message::Text(text.into())).await?;
                }
            }
            Item::Broadcast { channel, message } => {
                let Some(channel) = self.channels.iter().find(|known| known.number == channel) else { return Ok(()) };
                if let Some(message) = broadcast_frame(version, channel, &message) {
                    feed(&mut self.socket, message).await?;
                }
            }
        }
        Ok(())
    }

    async fn hear(&mut self, message: Message) -> Result<(), End> {
        self.heard_at = Instant::now();
        let incoming = match message {
            Message::Text(text) => frame::read_text(self.opening.version, &text),
            Message::Binary(bytes) => frame::read_binary(&bytes),
            Message::Close(_) => return Err(End::Gone),
            // The protocol below answers pings.
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
        };
        let incoming = incoming.map_err(|error| End::Close(close_code::INVALID, error.to_string()))?;
        let event = incoming.event.clone();
        match event.as_str() {
            "heartbeat" if incoming.topic == "phoenix" => self.reply(&incoming, Ok(json!({}))).await?,
            "phx_join" => self.join(incoming).await?,
            "phx_leave" => self.leave(&incoming).await?,
            // The key in the URL decides for as long as the connection lasts; a token changes nothing.
            "access_token" => {}
            "broadcast" => self.broadcast(incoming).await?,
            // There is no presence to tell of; who asks is not left waiting.
            "presence" => self.reply(&incoming, Ok(json!({}))).await?,
            other => {
                let reason = format!("UnknownEvent: there is no event `{}` on this topic", shorten(other));
                self.reply(&incoming, Err(reason)).await?;
            }
        }
        self.flush().await
    }

    async fn join(&mut self, incoming: Incoming) -> Result<(), End> {
        self.window.turn();
        self.window.joins += 1;
        let Payload::Json(payload) = &incoming.payload else { return Ok(()) };
        let replaced = self.channels.iter().position(|channel| channel.topic == incoming.topic);
        let refused = if !incoming.topic.starts_with(TOPIC_PREFIX) || incoming.topic.len() == TOPIC_PREFIX.len() {
            Some(format!("UnmatchedTopic: a topic is called {TOPIC_PREFIX}NAME"))
        } else if self.window.joins > MOST_JOINS {
            Some(TOO_MANY_JOINS.to_owned())
        } else if replaced.is_none() && self.channels.len() >= MOST_CHANNELS {
            Some(TOO_MANY_CHANNELS.to_owned())
        } else {
            None
        };
        if let Some(reason) = refused {
            return self.reply(&incoming, Err(reason)).await;
        }
        let wish = match Wish::read(payload) {
            Err(Refusal::Join(reason)) => return self.reply(&incoming, Err(reason)).await,
            other => other,
        };
        if let Some(at) = replaced {
            let old = self.channels.swap_remove(at);
            self.opening.place.leave(old.number);
        }
        self.next_channel += 1;
        match wish {
            Ok(wish) => self.grant(&incoming, wish).await,
            Err(Refusal::Changes { echo, message }) => {
                let channel = Channel::without_changes(self.next_channel, incoming.topic.clone(), incoming.join_ref.clone());
                self.reply(&incoming, Ok(json!({ "postgres_changes": echo }))).await?;
                self.system(&channel, "error", &message).await?;
                self.channels.push(channel);
                Ok(())
            }
            Err(Refusal::Join(_)) => Ok(()),
        }
    }

    async fn grant(&mut self, incoming: &Incoming, wish: Wish) -> Result<(), End> {
        let number = self.next_channel;
        // From here on every change is heard; the reply says so, and comes before the first.
        self.opening.place.join(number, &incoming.topic, wish.hears_itself, &wish.tables);
        let response = json!({ "postgres_changes": wish.echo });
        self.reply(incoming, Ok(response)).await?;
        let (rows, tables, presence) = (wish.named_rows(), wish.tables.clone(), wish.presence);
        self.channels.push(wish.into_channel(number, incoming.topic.clone(), incoming.join_ref.clone()));
        let at = self.channels.len() - 1;
        if presence {
            self.write(incoming.join_ref.as_deref(), None, &incoming.topic, "presence_state", "{}").await?;
        }
        if !tables.is_empty() {
            let text = system_payload(&self.channels[at], "ok", "Subscribed to PostgreSQL");
            self.write(incoming.join_ref.as_deref(), None, &incoming.topic, "system", &text).await?;
        }
        for (table, key) in rows {
            // What the row was before the channel was there, nobody would tell it otherwise.
            match read_row(&self.opening.app, &self.opening.caller, table, &key).await {
                Ok(Some(change)) => {
                    let bindings = shown_to(&tables, &change);
                    if bindings != 0 {
                        self.tell(Item::Change { channel: number, bindings, change: Arc::new(change) }).await?;
                    }
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(%error, "could not read a row that a channel asks for; its client connects again");
                    return Err(End::Close(close_code::AGAIN, "the database does not answer; connect again".into()));
                }
            }
        }
        Ok(())
    }

    async fn leave(&mut self, incoming: &Incoming) -> Result<(), End> {
        let left = self.channels.iter().position(|channel| channel.topic == incoming.topic && channel.join_ref == incoming.join_ref);
        if let Some(at) = left.or_else(|| self.position_without_join_ref(incoming)) {
            let channel = self.channels.swap_remove(at);
            self.opening.place.leave(channel.number);
        }
        self.reply(incoming, Ok(json!({}))).await?;
        let join_ref = incoming.join_ref.as_deref();
        self.write(join_ref, join_ref, &incoming.topic, "phx_close", "{}").await
    }

    /// Clients of the first version need not say which of their joins they mean.
    fn position_without_join_ref(&self, incoming: &Incoming) -> Option<usize> {
        self.channels.iter().position(|channel| channel.topic == incoming.topic && incoming.join_ref.is_none())
    }

    async fn broadcast(&mut self, incoming: Incoming) -> Result<(), End> {
        self.window.turn();
        self.window.broadcasts += 1;
        let Some(channel) = self.channels.iter().find(|channel| channel.topic == incoming.topic) else {
            return self.reply(&incoming, Err("UnmatchedTopic: join the topic first".into())).await;
        };
        let (number, acknowledges) = (channel.number, channel.acknowledges);
        if !self.opening.caller.role.covers(Role::Member) {
            return self.reply(&incoming, Err("Unauthorized: this key only reads".into())).await;
        }
        if self.window.broadcasts > MOST_BROADCASTS {
            return self.reply(&incoming, Err("ClientRateLimitReached: at most 1000 broadcasts in 10 seconds".into())).await;
        }
        let message = match &incoming.payload {
            Payload::Broadcast(message) => message.clone(),
            Payload::Json(payload) => said(payload),
        };
        self.opening.place.broadcast(&incoming.topic, number, &Arc::new(message));
        if acknowledges {
            self.reply(&incoming, Ok(json!({}))).await?;
        }
        Ok(())
    }

    async fn reply(&mut self, to: &Incoming, outcome: Result<Json, String>) -> Result<(), End> {
        let payload = match outcome {
            Ok(response) => json!({ "status": "ok", "response": response }),
            Err(reason) => json!({ "status": "error", "response": { "reason": reason } }),
        };
        self.write(to.join_ref.as_deref(), to.reference.as_deref(), &to.topic, "phx_reply", &payload.to_string()).await
    }

    async fn system(&mut self, channel: &Channel, status: &str, message: &str) -> Result<(), End> {
        let payload = system_payload(channel, status, message);
        self.write(channel.join_ref.as_deref(), None, &channel.topic, "system", &payload).await
    }

    async fn write(&mut self, join_ref: Option<&str>, reference: Option<&str>, topic: &str, event: &str, payload: &str) -> Result<(), End> {
        let text = frame::write(self.opening.version, join_ref, reference, topic, event, payload);
        feed(&mut self.socket, Message::Text(text.into())).await
    }

    async fn flush(&mut self) -> Result<(), End> {
        timeout(STUCK, self.socket.flush()).await.map_err(|_| End::Gone)?.map_err(End::from)
    }
}

/// A row as it is, told like an update.
async fn read_row(app: &Shared, caller: &Caller, table: Table, key: &str) -> Result<Option<Change>, StoreError> {
    let mut conn = app.database.read().await?;
    match table {
        Table::Jobs => {
            let Ok(id) = key.parse::<JobId>() else { return Ok(None) };
            let job = jobs::find(&mut conn, caller.scope(), id).await?.filter(|job| job.kind == KIND);
            Ok(job.map(|job| job_change(ChangeKind::Update, &job, job.updated_at)))
        }
        Table::Results => {
            let Ok(id) = key.parse::<ProspectId>() else { return Ok(None) };
            let Some(prospect) = prospects::find(&mut conn, caller.scope(), id).await? else { return Ok(None) };
            let at = prospect.created_at;
            let row = result_row(prospect);
            Ok(Some(Change::new(caller.workspace_id, ChangeKind::Update, row, RESULT_VERSION, false, at)))
        }
    }
}

async fn feed(socket: &mut WebSocket, message: Message) -> Result<(), End> {
    timeout(STUCK, socket.feed(message)).await.map_err(|_| End::Gone)?.map_err(End::from)
}

/// Frames that answer nothing carry the channel's join reference in the second version, by which clients drop what is not for them.
fn join_ref(version: Version, channel: &Channel) -> Option<&str> {
    match version {
        Version::One => None,
        Version::Two => channel.join_ref.as_deref(),
    }
}

fn system_payload(channel: &Channel, status: &str, message: &str) -> String {
    let payload = json!({ "message": message, "status": status, "extension": "postgres_changes", "channel": channel.name() });
    payload.to_string()
}

/// The second version has binary frames for binary content; the first has none.
fn broadcast_frame(version: Version, channel: &Channel, message: &Broadcast) -> Option<Message> {
    match (&message.content, version) {
        (Content::Json(json), _) => {
            let payload = frame::broadcast_payload(&message.event, json);
            let text = frame::write(version, join_ref(version, channel), None, &channel.topic, "broadcast", &payload);
            Some(Message::Text(Utf8Bytes::from(text)))
        }
        (Content::Binary(bytes), Version::Two) => frame::write_broadcast(&channel.topic, &message.event, bytes).map(Message::Binary),
        (Content::Binary(_), Version::One) => None,
    }
}

/// A broadcast in a text frame.
fn said(payload: &Map<String, Json>) -> Broadcast {
    let event = payload.get("event").and_then(Json::as_str).unwrap_or_default().to_owned();
    let content = payload.get("payload").cloned().unwrap_or_else(|| json!({}));
    Broadcast { event, content: Content::Json(content.to_string()) }
}

/// A frame that is too large, or bytes that are no frames.
fn unreadable(error: &axum::Error) -> End {
    let said = error.to_string();
    if said.contains("too long") || said.contains("too big") || said.contains("Space limit") {
        return End::Close(close_code::SIZE, "a frame is at most 64 KiB".into());
    }
    End::Gone
}

/// A close frame has room for 123 bytes.
fn shorten(text: &str) -> String {
    let mut text = text.to_owned();
    while text.len() > 120 {
        text.pop();
    }
    text
}

impl Window {
    fn turn(&mut self) {
        if self.began.elapsed() >= WINDOW {
            *self = Self { began: Instant::now(), joins: 0, broadcasts: 0 };
        }
    }
}

/// A socket that could not be opened for want of room.
pub fn full() -> Failure {
    Failure::new(Kind::Unavailable, "TOO_MANY_CONNECTIONS", "This server holds as many realtime connections as it takes.")
        .suggest("Try again in a moment, and close connections that are not needed.")
        .retry_after(Some(Duration::from_secs(5)))
}
