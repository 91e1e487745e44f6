//! Frames as Supabase's clients write and read them: text in two versions, and binary for broadcasts.

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

/// The version of the text frames, by the parameter `vsn`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// An object with five fields.
    One,
    /// An array of five, in the same order.
    Two,
}

impl Version {
    /// A missing version is the first.
    pub fn parse(vsn: Option<&str>) -> Option<Self> {
        match vsn {
            None | Some("" | "1.0.0") => Some(Self::One),
            Some("2.0.0") => Some(Self::Two),
            Some(_) => None,
        }
    }
}

/// What a client sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    pub join_ref: Option<String>,
    pub reference: Option<String>,
    pub topic: String,
    pub event: String,
    pub payload: Payload,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    Json(Map<String, Json>),
    /// From a binary frame.
    Broadcast(Broadcast),
}

/// A message from one client to the others on its topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broadcast {
    pub event: String,
    pub content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// JSON text.
    Json(String),
    Binary(Bytes),
}

/// A frame that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("a frame of vsn 2.0.0 is [join_ref, ref, topic, event, payload]")]
    Array,
    #[error("a frame of vsn 1.0.0 is {{topic, event, payload, ref, join_ref}}")]
    Object,
    #[error("a binary frame is a broadcast of kind 3, of vsn 2.0.0")]
    Binary,
}

#[derive(Deserialize)]
struct First {
    topic: String,
    event: String,
    #[serde(default)]
    payload: Json,
    #[serde(default, rename = "ref")]
    reference: Json,
    #[serde(default)]
    join_ref: Json,
}

pub fn read_text(version: Version, text: &str) -> Result<Incoming, Unreadable> {
    let first = match version {
        Version::One => serde_json::from_str(text).map_err(|_| Unreadable::Object)?,
        Version::Two => {
            let (join_ref, reference, topic, event, payload) = serde_json::from_str(text).map_err(|_| Unreadable::Array)?;
            First { topic, event, payload, reference, join_ref }
        }
    };
    let payload = match first.payload {
        Json::Object(payload) => payload,
        // Some clients send null where there is nothing to say.
        _ => Map::new(),
    };
    Ok(Incoming {
        join_ref: reference(first.join_ref),
        reference: reference(first.reference),
        topic: first.topic,
        event: first.event,
        payload: Payload::Json(payload),
    })
}

fn reference(value: Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

const CLIENT_BROADCAST: u8 = 3;
const SERVER_BROADCAST: u8 = 4;
const BINARY: u8 = 0;
const JSON: u8 = 1;

/// `3 | joinRefLen | refLen | topicLen | eventLen | metaLen | encoding`, then the five texts, then the payload.
pub fn read_binary(bytes: &Bytes) -> Result<Incoming, Unreadable> {
    let [CLIENT_BROADCAST, join_ref, reference, topic, event, meta, encoding, ..] = bytes[..] else { return Err(Unreadable::Binary) };
    let mut at = 7;
    let mut part = |length: u8| {
        let from = at;
        at += usize::from(length);
        bytes.get(from..at).and_then(|part| std::str::from_utf8(part).ok()).map(str::to_owned).ok_or(Unreadable::Binary)
    };
    let (join_ref, reference, topic, event, _meta) = (part(join_ref)?, part(reference)?, part(topic)?, part(event)?, part(meta)?);
    let payload = bytes.slice(at..);
    let content = match encoding {
        BINARY => Content::Binary(payload),
        JSON => match serde_json::from_slice::<Box<RawValue>>(&payload) {
            Ok(json) => Content::Json(Box::<str>::from(json).into()),
            Err(_) => return Err(Unreadable::Binary),
        },
        _ => return Err(Unreadable::Binary),
    };
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(Incoming {
        join_ref: some(join_ref),
        reference: some(reference),
        topic,
        event: "broadcast".to_owned(),
        payload: Payload::Broadcast(Broadcast { event, content }),
    })
}

/// A text frame. `payload` is JSON text of an object.
pub fn write(version: Version, join_ref: Option<&str>, reference: Option<&str>, topic: &str, event: &str, payload: &str) -> String {
    let mut frame = String::with_capacity(payload.len() + topic.len() + event.len() + 80);
    let (join_ref, reference) = (Json::from(join_ref), Json::from(reference));
    let (topic, event) = (Json::from(topic), Json::from(event));
    match version {
        Version::One => {
            for (name, value) in
                [("{\"join_ref\":", &join_ref), (",\"ref\":", &reference), (",\"topic\":", &topic), (",\"event\":", &event)]
            {
                frame.push_str(name);
                push_json(&mut frame, value);
            }
            frame.push_str(",\"payload\":");
            frame.push_str(payload);
            frame.push('}');
        }
        Version::Two => {
            for (before, value) in [("[", &join_ref), (",", &reference), (",", &topic), (",", &event)] {
                frame.push_str(before);
                push_json(&mut frame, value);
            }
            frame.push(',');
            frame.push_str(payload);
            frame.push(']');
        }
    }
    frame
}

fn push_json(frame: &mut String, value: &Json) {
    frame.push_str(&value.to_string());
}

/// The payload of a broadcast as text frames carry it.
pub fn broadcast_payload(event: &str, json: &str) -> String {
    format!("{{\"type\":\"broadcast\",\"event\":{},\"payload\":{json}}}", Json::from(event))
}

/// `4 | topicLen | eventLen | metaLen | encoding`, then topic and event, then the payload. `None` when a name is longer than one byte can say.
pub fn write_broadcast(topic: &str, event: &str, payload: &[u8]) -> Option<Bytes> {
    let lengths = [u8::try_from(topic.len()).ok()?, u8::try_from(event.len()).ok()?];
    let mut frame = Vec::with_capacity(5 + topic.len() + event.len() + payload.len());
    frame.extend_from_slice(&[SERVER_BROADCAST, lengths[0], lengths[1], 0, BINARY]);
    frame.extend_from_slice(topic.as_bytes());
    frame.extend_from_slice(event.as_bytes());
    frame.extend_from_slice(payload);
    Some(frame.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn join(payload: Json) -> Incoming {
        let Json::Object(payload) = payload else { panic!("an object") };
        Incoming {
            join_ref: Some("1".into()),
            reference: Some("2".into()),
            topic: "realtime:x".into(),
            event: "phx_join".into(),
            payload: Payload::Json(payload),
        }
    }

    #[test]
    fn both_versions_say_the_same() {
        let expected = join(json!({"config": {"private": false}}));
        let one = r#"{"topic":"realtime:x","event":"phx_join","payload":{"config":{"private":false}},"ref":"2","join_ref":"1"}"#;
        let two = r#"["1","2","realtime:x","phx_join",{"config":{"private":false}}]"#;
        assert_eq!(read_text(Version::One, one), Ok(expected.clone()));
        assert_eq!(read_text(Version::Two, two), Ok(expected));
        let heartbeat = Incoming {
            join_ref: None,
            reference: Some("7".into()),
            topic: "phoenix".into(),
            event: "heartbeat".into(),
            payload: Payload::Json(Map::new()),
        };
        assert_eq!(read_text(Version::One, r#"{"topic":"phoenix","event":"heartbeat","payload":null,"ref":7}"#), Ok(heartbeat.clone()));
        assert_eq!(read_text(Version::Two, r#"[null,"7","phoenix","heartbeat",{}]"#), Ok(heartbeat));
    }

    #[test]
    fn a_frame_has_all_five_parts_even_where_there_is_nothing() {
        assert_eq!(
            write(Version::One, None, None, "realtime:\"x\"", "system", "{\"a\":1}"),
            r#"{"join_ref":null,"ref":null,"topic":"realtime:\"x\"","event":"system","payload":{"a":1}}"#
        );
        assert_eq!(write(Version::Two, Some("1"), Some("2"), "phoenix", "phx_reply", "{}"), r#"["1","2","phoenix","phx_reply",{}]"#);
    }

    #[test]
    fn a_binary_broadcast_is_read_and_written_as_the_client_does() {
        let mut bytes = vec![3, 1, 1, 11, 5, 0, 1];
        bytes.extend_from_slice("12realtime:é".as_bytes());
        bytes.extend_from_slice(b"shout{\"a\": 1}");
        let frame = read_binary(&bytes.into()).expect("a frame");
        let expected = Broadcast { event: "shout".into(), content: Content::Json("{\"a\": 1}".into()) };
        assert_eq!((frame.topic.as_str(), frame.join_ref.as_deref(), frame.reference.as_deref()), ("realtime:é", Some("1"), Some("2")));
        assert_eq!(frame.payload, Payload::Broadcast(expected));

        let raw = [&[3, 0, 0, 1, 1, 0, 0][..], b"xy", &[0xff, 0x00]].concat();
        let frame = read_binary(&raw.into()).expect("a frame");
        let expected = Broadcast { event: "y".into(), content: Content::Binary(Bytes::from_static(&[0xff, 0x00])) };
        assert_eq!((frame.join_ref, frame.payload), (None, Payload::Broadcast(expected)));

        let written = write_broadcast("xy", "z", &[1, 2]).expect("short names");
        assert_eq!(&written[..], [4, 2, 1, 0, 0, b'x', b'y', b'z', 1, 2]);
        assert_eq!(write_broadcast(&"x".repeat(256), "z", &[]), None);
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        for (version, text, expected) in [
            (Version::One, "[]", Unreadable::Object),
            (Version::One, "{\"topic\":\"x\"}", Unreadable::Object),
            (Version::Two, "[null,null,\"x\",\"y\"]", Unreadable::Array),
            (Version::Two, "{}", Unreadable::Array),
            (Version::Two, "", Unreadable::Array),
        ] {
            assert_eq!(read_text(version, text), Err(expected), "{text}");
        }
        for bytes in [
            &[][..],
            &[4, 0, 0, 0, 0, 0, 0],
            &[3, 0, 0],
            &[3, 0, 0, 9, 0, 0, 0, b'x'],
            &[3, 0, 0, 1, 0, 0, 1, b'x', b'{'],
            &[3, 0, 0, 1, 0, 0, 2, b'x'],
        ] {
            assert_eq!(read_binary(&Bytes::copy_from_slice(bytes)), Err(Unreadable::Binary), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_readers_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64), text in "\\PC{0,60}") {
            let _binary = read_binary(&bytes.into());
            let _one = read_text(Version::One, &text);
            let _two = read_text(Version::Two, &text);
        }
    }
}
