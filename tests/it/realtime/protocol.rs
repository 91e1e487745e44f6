//! Frames: what clients of both versions send, and what they need in return.

use serde_json::{Value as Json, json};
use sluice::config::Settings;

use super::{pause, quiet_search};
use crate::support::socket::{Frame, Socket, job_updates};
use crate::support::{OWNER_KEY, TestApp, TestDatabase};

const TOPIC: &str = "realtime:search";
const TABLE: &str = "prospect_search_jobs";

async fn app() -> TestApp {
    TestApp::over(TestDatabase::sqlite().await, Settings::default()).await
}

fn frame(join_ref: Json, reference: Json, topic: &str, event: &str, payload: Json) -> Frame {
    Frame { join_ref, reference, topic: topic.into(), event: event.into(), payload }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_either_version_joins_hears_and_leaves() {
    let app = app().await;
    let id = quiet_search(&app, OWNER_KEY).await;
    for vsn in ["2.0.0", "1.0.0", ""] {
        let mut socket = Socket::open_with(&app, OWNER_KEY, vsn).await;
        let binding = job_updates(&id)[0].clone();
        let config = json!({"broadcast": {"ack": false, "self": false}, "presence": {"enabled": true}, "postgres_changes": [binding]});
        let reply = socket.ask(TOPIC, config).await;
        let mut echo = binding.clone();
        echo["id"] = json!(1);
        assert_eq!(
            reply,
            frame(json!("1"), json!("1"), TOPIC, "phx_reply", json!({"status": "ok", "response": {"postgres_changes": [echo]}}))
        );
        assert_eq!(socket.next().await, frame(json!("1"), Json::Null, TOPIC, "presence_state", json!({})));
        let told = json!({
            "message": "Subscribed to PostgreSQL", "status": "ok", "extension": "postgres_changes", "channel": "search",
        });
        assert_eq!(socket.next().await, frame(json!("1"), Json::Null, TOPIC, "system", told));
        // The row as it is comes at once, since nobody knows what happened before.
        let row = socket.next().await;
        assert_eq!((&row.payload["ids"], &row.payload["data"]["type"]), (&json!([1]), &json!("UPDATE")));
        assert_eq!((&row.record()["id"], &row.payload["data"]["old_record"]), (&json!(id), &json!({"id": id})));
        assert_eq!((row.join_ref, row.reference), (if vsn == "2.0.0" { json!("1") } else { Json::Null }, Json::Null));
        assert_eq!(socket.heard().await, []);

        socket.send(None, TOPIC, "access_token", json!({"access_token": "sb_publishable_something"})).await;
        assert_eq!(socket.heard().await, [], "a token is taken without a word");
        let reference = socket.send(Some("1"), TOPIC, "phx_leave", json!({})).await;
        assert_eq!(socket.next().await, frame(json!("1"), json!(reference), TOPIC, "phx_reply", json!({"status": "ok", "response": {}})));
        assert_eq!(socket.next().await, frame(json!("1"), json!("1"), TOPIC, "phx_close", json!({})));
        app.post(OWNER_KEY, &format!("/api/v1/jobs/{id}/resume"), Json::Null).await;
        pause(&app, OWNER_KEY, &id).await;
        assert_eq!(socket.heard().await, [], "who has left hears nothing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bindings_that_cannot_be_are_said_after_the_reply() {
    let app = app().await;
    let mut socket = Socket::open(&app, OWNER_KEY).await;
    for (binding, reason) in [
        (json!({"event": "*", "schema": "public", "table": TABLE, "filter": "secret=eq.1"}), "has no column `secret`"),
        (json!({"event": "*", "schema": "public", "table": TABLE, "filter": "id=equals.1"}), "no operator `equals`"),
        (json!({"event": "*", "schema": "public", "table": "api_keys"}), "no table `api_keys`"),
        (json!({"event": "*", "schema": "auth", "table": TABLE}), "no schema `auth`"),
    ] {
        let reply = socket.ask(TOPIC, json!({"postgres_changes": [binding]})).await;
        assert_eq!(reply.ok()["postgres_changes"][0]["id"], 1);
        let system = socket.next().await;
        assert_eq!((system.event.as_str(), &system.payload["status"]), ("system", &json!("error")));
        assert!(system.payload["message"].as_str().is_some_and(|message| message.contains(reason)), "{system:?}");
    }
    // A blank filter is none.
    socket.join("realtime:blank", json!([{"event": "*", "schema": "public", "table": TABLE, "filter": ""}])).await;
    assert!(socket.ask("elsewhere", json!({})).await.refusal().starts_with("UnmatchedTopic: "));
    assert!(socket.ask("realtime:", json!({})).await.refusal().starts_with("UnmatchedTopic: "));
    socket.send(Some("9"), TOPIC, "shout", json!({})).await;
    assert!(socket.next().await.refusal().starts_with("UnknownEvent: "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_is_joined_twice_is_served_once() {
    let app = app().await;
    let id = quiet_search(&app, OWNER_KEY).await;
    let mut socket = Socket::open(&app, OWNER_KEY).await;
    for expected in ["1", "2"] {
        socket.join(TOPIC, job_updates(&id)).await;
        assert_eq!(socket.next().await.join_ref, json!(expected));
    }
    app.post(OWNER_KEY, &format!("/api/v1/jobs/{id}/resume"), Json::Null).await;
    let change = socket.next().await;
    assert_eq!((change.join_ref.clone(), &change.record()["id"]), (json!("2"), &json!(id)));
    pause(&app, OWNER_KEY, &id).await;
    // To leave by the older join does nothing to the newer.
    socket.send(Some("1"), TOPIC, "phx_leave", json!({})).await;
    while socket.next().await.event != "phx_close" {}
    app.post(OWNER_KEY, &format!("/api/v1/jobs/{id}/cancel"), Json::Null).await;
    let last = socket.changes_until("failed").await;
    assert_eq!(last.last().map(|change| change.record()["error_message"].clone()), Some(json!("Canceled")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_has_its_limits() {
    let app = app().await;
    let mut socket = Socket::open(&app, OWNER_KEY).await;
    let binding = json!({"event": "*", "schema": "public", "table": TABLE});
    let many = socket.ask(TOPIC, json!({"postgres_changes": vec![binding; 101]})).await;
    assert!(many.refusal().starts_with("TooManyBindings: "));
    for number in 0..100 {
        socket.ask(&format!("realtime:{number}"), json!({})).await.ok();
    }
    assert!(socket.ask("realtime:one more", json!({})).await.refusal().starts_with("ChannelRateLimitReached: "));
    for _ in 0..98 {
        socket.ask("realtime:5", json!({})).await.ok();
    }
    assert!(socket.ask("realtime:5", json!({})).await.refusal().starts_with("ClientJoinRateLimitReached: "));

    let mut large = Socket::open(&app, OWNER_KEY).await;
    large.send_text(&format!("[null,\"1\",\"phoenix\",\"heartbeat\",{{\"x\":\"{}\"}}]", "x".repeat(70_000))).await;
    assert_eq!(large.closed().await.0, 1009);
    for (text, code) in [("{}", 1007), ("[1,2]", 1007), ("nonsense", 1007)] {
        let mut socket = Socket::open(&app, OWNER_KEY).await;
        socket.send_text(text).await;
        assert_eq!(socket.closed().await.0, code, "{text}");
    }
    let mut binary = Socket::open(&app, OWNER_KEY).await;
    binary.send_bytes(vec![9, 9]).await;
    assert_eq!(binary.closed().await.0, 1007);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broadcast_reaches_the_others_on_its_topic() {
    let app = app().await;
    let (mut one, mut two) = (Socket::open(&app, OWNER_KEY).await, Socket::open_with(&app, OWNER_KEY, "1.0.0").await);
    let mut elsewhere = Socket::open(&app, &app.tenant().await.key).await;
    one.ask(TOPIC, json!({"broadcast": {"ack": true, "self": false}})).await.ok();
    two.ask(TOPIC, json!({"broadcast": {"ack": false, "self": true}})).await.ok();
    elsewhere.ask(TOPIC, json!({})).await.ok();

    let said = json!({"type": "broadcast", "event": "shout", "payload": {"n": 1}});
    one.send(Some("1"), TOPIC, "broadcast", said.clone()).await;
    assert_eq!(one.next().await.ok(), &json!({}), "it was acknowledged");
    assert_eq!(two.next().await.payload, said);
    two.send(Some("1"), TOPIC, "broadcast", said.clone()).await;
    assert_eq!((one.next().await.payload, two.next().await.payload), (said.clone(), said));

    // A binary frame as the client of today sends it, with JSON in it and without.
    let header = |encoding: u8| [&[3, 1, 1, TOPIC.len() as u8, 5, 0, encoding][..], b"1", b"7", TOPIC.as_bytes(), b"shout"].concat();
    one.send_bytes([header(1), b"{\"n\":2}".to_vec()].concat()).await;
    assert_eq!(one.next().await.reference, json!("7"));
    assert_eq!(two.next().await.payload, json!({"type": "broadcast", "event": "shout", "payload": {"n": 2}}));
    let mut three = Socket::open(&app, OWNER_KEY).await;
    three.ask(TOPIC, json!({})).await.ok();
    one.send_bytes([header(0), vec![0xff, 0]].concat()).await;
    let expected = [&[4, TOPIC.len() as u8, 5, 0, 0][..], TOPIC.as_bytes(), b"shout", &[0xff, 0]].concat();
    assert_eq!(three.next_bytes().await, expected);
    assert_eq!((two.heard().await, elsewhere.heard().await), (vec![], vec![]), "no text for binary content, nothing for strangers");

    three.send(None, "realtime:not joined", "broadcast", json!({})).await;
    assert!(three.next().await.refusal().starts_with("UnmatchedTopic: "));
    let viewer = app.colleague(app.owner().await.workspace_id, sluice::domain::Role::Viewer).await;
    let mut reader = Socket::open(&app, &viewer.key).await;
    reader.ask(TOPIC, json!({})).await.ok();
    reader.send(Some("1"), TOPIC, "broadcast", json!({"event": "shout", "payload": {}})).await;
    assert!(reader.next().await.refusal().starts_with("Unauthorized: "));
    assert_eq!(three.heard().await, []);
    reader.send(Some("1"), TOPIC, "presence", json!({"event": "track", "payload": {}})).await;
    assert_eq!(reader.next().await.ok(), &json!({}), "who asks for presence is not left waiting");
}
