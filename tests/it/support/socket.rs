//! A small client of the realtime protocol, which hides nothing of the frames.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value as Json, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, client::IntoClientRequest};

use super::TestApp;

/// Everything that a test waits for comes within this time.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    vsn: &'static str,
    last_ref: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub join_ref: Json,
    pub reference: Json,
    pub topic: String,
    pub event: String,
    pub payload: Json,
}

impl Frame {
    /// The row of a change as it is now.
    pub fn record(&self) -> &Json {
        assert_eq!(self.event, "postgres_changes", "{self:?}");
        &self.payload["data"]["record"]
    }

    /// The answer of a join or another question, which must be a success.
    pub fn ok(&self) -> &Json {
        assert_eq!((self.event.as_str(), &self.payload["status"]), ("phx_reply", &json!("ok")), "{self:?}");
        &self.payload["response"]
    }

    /// The reason of a refusal.
    pub fn refusal(&self) -> &str {
        assert_eq!((self.event.as_str(), &self.payload["status"]), ("phx_reply", &json!("error")), "{self:?}");
        self.payload["response"]["reason"].as_str().expect("a reason")
    }
}

impl Socket {
    /// Frames as a JavaScript client of today writes them.
    pub async fn open(app: &TestApp, key: &str) -> Self {
        Self::open_with(app, key, "2.0.0").await
    }

    pub async fn open_with(app: &TestApp, key: &str, vsn: &'static str) -> Self {
        Self::try_open(app, key, vsn).await.unwrap_or_else(|error| panic!("{error}"))
    }

    pub async fn try_open(app: &TestApp, key: &str, vsn: &'static str) -> Result<Self, Error> {
        let base = app.url("");
        let mut url: url::Url = format!("{base}/realtime/v1/websocket").parse().expect("a URL");
        url.query_pairs_mut().append_pair("apikey", key).append_pair("vsn", vsn);
        let address = format!("{}:{}", url.host_str().expect("a host"), url.port().expect("a port"));
        url.set_scheme("ws").expect("a scheme");
        let stream = TcpStream::connect(address).await.expect("a connection");
        let (stream, _) = tokio_tungstenite::client_async(url.as_str().into_client_request()?, stream).await?;
        Ok(Self { stream, vsn, last_ref: 0 })
    }

    /// Sends a frame; returns its reference.
    pub async fn send(&mut self, join_ref: Option<&str>, topic: &str, event: &str, payload: Json) -> String {
        self.last_ref += 1;
        let reference = self.last_ref.to_string();
        let frame = if self.vsn == "2.0.0" {
            json!([join_ref, reference, topic, event, payload])
        } else {
            json!({ "join_ref": join_ref, "ref": reference, "topic": topic, "event": event, "payload": payload })
        };
        self.send_text(&frame.to_string()).await;
        reference
    }

    pub async fn send_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.expect("it is sent");
    }

    pub async fn send_bytes(&mut self, bytes: Vec<u8>) {
        self.stream.send(Message::binary(bytes)).await.expect("it is sent");
    }

    async fn message(&mut self) -> Option<Message> {
        let next = tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("something comes");
        next.map(|message| message.unwrap_or_else(|error| panic!("{error}")))
    }

    /// The next text frame.
    pub async fn next(&mut self) -> Frame {
        match self.message().await {
            Some(Message::Text(text)) => self.read(&text),
            other => panic!("no text frame: {other:?}"),
        }
    }

    pub async fn next_bytes(&mut self) -> Bytes {
        match self.message().await {
            Some(Message::Binary(bytes)) => bytes,
            other => panic!("no binary frame: {other:?}"),
        }
    }

    fn read(&self, text: &str) -> Frame {
        let frame: Json = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let text = |value: &Json| value.as_str().expect("a text").to_owned();
        if self.vsn == "2.0.0" {
            let [join_ref, reference, topic, event, payload] = frame.as_array().expect("an array").as_slice() else { panic!("{frame}") };
            return Frame {
                join_ref: join_ref.clone(),
                reference: reference.clone(),
                topic: text(topic),
                event: text(event),
                payload: payload.clone(),
            };
        }
        let fields = frame.as_object().expect("an object");
        let field = |name: &str| fields.get(name).unwrap_or_else(|| panic!("{name} is missing in {frame}")).clone();
        assert!(field("payload").is_object(), "{frame}");
        Frame {
            join_ref: field("join_ref"),
            reference: field("ref"),
            topic: text(&field("topic")),
            event: text(&field("event")),
            payload: field("payload"),
        }
    }

    /// Asks to join a topic; returns the reply.
    pub async fn ask(&mut self, topic: &str, config: Json) -> Frame {
        let join_ref = (self.last_ref + 1).to_string();
        let reference = self.send(Some(&join_ref), topic, "phx_join", json!({ "config": config })).await;
        let reply = self.next().await;
        assert_eq!((reply.reference.as_str(), reply.topic.as_str()), (Some(reference.as_str()), topic), "{reply:?}");
        reply
    }

    /// Joins a topic with these bindings; returns once changes are told.
    pub async fn join(&mut self, topic: &str, bindings: Json) {
        self.ask(topic, json!({ "postgres_changes": bindings })).await.ok();
        let system = self.next().await;
        assert_eq!((system.event.as_str(), &system.payload["status"]), ("system", &json!("ok")), "{system:?}");
    }

    /// Everything that came before now, and nothing that comes later.
    pub async fn heard(&mut self) -> Vec<Frame> {
        let reference = self.send(None, "phoenix", "heartbeat", json!({})).await;
        let mut heard = Vec::new();
        loop {
            let frame = self.next().await;
            if frame.topic == "phoenix" && frame.reference == reference {
                return heard;
            }
            heard.push(frame);
        }
    }

    /// Changes, the last of which is the first of a job with this status.
    pub async fn changes_until(&mut self, status: &str) -> Vec<Frame> {
        let mut changes = Vec::new();
        loop {
            let change = self.next().await;
            let is_last = change.record()["status"] == status;
            changes.push(change);
            if is_last {
                return changes;
            }
        }
    }

    /// The code with which the server closes, and what came before.
    pub async fn closed(mut self) -> (u16, Vec<Frame>) {
        let mut before = Vec::new();
        loop {
            match self.message().await {
                Some(Message::Text(text)) => before.push(self.read(&text)),
                Some(Message::Close(Some(frame))) => return (frame.code.into(), before),
                other => panic!("neither a frame nor an end: {other:?}"),
            }
        }
    }
}

/// What the known frontend asks for.
pub fn job_updates(id: &str) -> Json {
    json!([{ "event": "UPDATE", "schema": "public", "table": "prospect_search_jobs", "filter": format!("id=eq.{id}") }])
}
