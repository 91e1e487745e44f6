//! Who may listen, to whose rows, and for how long.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value as Json, json};
use sluice::domain::Role;

use super::{make_key, quiet_search, sandbox, start_search};
use crate::support::socket::{Socket, job_updates};
use crate::support::{OWNER_KEY, each_database, send};

const TOPIC: &str = "realtime:search";

fn everything() -> Json {
    json!([{"event": "*", "schema": "*", "table": "*"}])
}

each_database! {
    async fn a_wrong_key_is_refused_before_the_upgrade(app: TestApp) {
        let upgrade = |query: &str| {
            let request = app.request(Method::GET, &format!("/realtime/v1/websocket{query}"));
            let request = request.header("connection", "upgrade").header("upgrade", "websocket").header("sec-websocket-version", "13");
            request.header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        };
        for query in ["", "?apikey=", "?apikey=sk_unknown&vsn=1.0.0"] {
            let problem = send(upgrade(query)).await.problem(401);
            assert!(problem["error"].as_str().is_some_and(|error| !error.is_empty()), "{problem}");
        }
        // A cookie alone opens nothing, whatever it holds.
        send(upgrade("").header("cookie", "sluice_session=something")).await.problem(401);
        let key: String = url::form_urlencoded::byte_serialize(OWNER_KEY.as_bytes()).collect();
        assert_eq!(send(upgrade(&format!("?apikey={key}&vsn=3.0.0"))).await.problem(400)["error_code"], "UNKNOWN_VERSION");
        let plain = app.get(OWNER_KEY, "/realtime/v1/websocket").await.problem(400);
        assert_eq!(plain["error_code"], "NOT_A_WEBSOCKET");
    }

    async fn immunity_25_a_workspace_hears_nothing_of_anothers_rows(app: TestApp) {
        let sandbox = sandbox().await;
        let stranger = app.tenant().await;
        app.account(OWNER_KEY, &sandbox.base_url(), "classic").await;
        app.account(&stranger.key, &sandbox.base_url(), "classic").await;
        let ours = start_search(&app, OWNER_KEY, 20).await;
        app.ended(OWNER_KEY, &ours).await;
        let mut socket = Socket::open(&app, &stranger.key).await;
        socket.join("realtime:all", everything()).await;
        // Naming the row, its results or the workspace reaches nothing either, not even as it is.
        socket.join("realtime:row", job_updates(&ours)).await;
        let home = app.owner().await.workspace_id;
        let binding = |table: &str, filter: String| json!({"event": "*", "schema": "public", "table": table, "filter": filter});
        let named = json!([
            binding("prospect_search_jobs", format!("workspace_id=eq.{home}")),
            binding("prospect_search_results", format!("job_id=eq.{ours}")),
        ]);
        socket.join("realtime:named", named).await;
        let again = start_search(&app, OWNER_KEY, 20).await;
        app.ended(OWNER_KEY, &again).await;
        let theirs = start_search(&app, &stranger.key, 20).await;
        let mut told = 0;
        loop {
            let change = socket.next().await;
            let record = change.record();
            let job = record.get("job_id").unwrap_or(&record["id"]);
            assert_eq!((job, change.topic.as_str()), (&json!(theirs), "realtime:all"), "{change:?}");
            told += 1;
            if record["status"] == "completed" {
                break;
            }
        }
        assert!(told > 20, "the own rows were told: {told}");
    }

    async fn immunity_23_a_revoked_key_is_closed_at_once(app: TestApp) {
        let (id, key) = make_key(&app, json!({"name": "short-lived", "role": "member"})).await;
        let job = quiet_search(&app, OWNER_KEY).await;
        let mut sockets = [Socket::open(&app, &key).await, Socket::open_with(&app, &key, "1.0.0").await];
        for socket in &mut sockets {
            socket.join(TOPIC, job_updates(&job)).await;
            socket.heard().await;
        }
        let mut other = Socket::open(&app, OWNER_KEY).await;
        other.join(TOPIC, job_updates(&job)).await;
        other.heard().await;
        let revoked = Instant::now();
        app.delete(OWNER_KEY, &format!("/api/v1/keys/{id}")).await.ok();
        // What commits after the revocation is told to others alone.
        app.post(OWNER_KEY, &format!("/api/v1/jobs/{job}/cancel"), Json::Null).await;
        for socket in sockets {
            let (code, before) = socket.closed().await;
            assert!(revoked.elapsed() < Duration::from_secs(1), "{:?}", revoked.elapsed());
            let events: Vec<&str> = before.iter().map(|frame| frame.event.as_str()).collect();
            assert_eq!((code, events.as_slice()), (1008, &["system", "phx_close"][..]), "{before:?}");
            assert_eq!(before[0].payload["status"], "error");
        }
        other.changes_until("failed").await;
        assert!(Socket::try_open(&app, &key, "2.0.0").await.is_err(), "and it opens nothing any more");
    }

    async fn a_key_that_expires_is_closed_then(app: TestApp) {
        let now = app.database().now_us().await.expect("the time");
        let end = sluice::domain::Micros(now + 700_000).timestamp().to_string();
        let (_, key) = make_key(&app, json!({"name": "short", "role": "viewer", "expires_at": end})).await;
        let mut socket = Socket::open(&app, &key).await;
        socket.join(TOPIC, everything()).await;
        let (code, before) = socket.closed().await;
        assert_eq!((code, before.last().map(|frame| frame.event.as_str())), (1008, Some("phx_close")));
        assert!(app.database().now_us().await.expect("the time") >= now + 700_000);
    }

    async fn a_publishable_key_listens_and_does_no_more(app: TestApp) {
        let (_, key) = make_key(&app, json!({"name": "page", "role": "viewer", "publishable": true})).await;
        let job = quiet_search(&app, OWNER_KEY).await;
        let mut socket = Socket::open(&app, &key).await;
        socket.join(TOPIC, job_updates(&job)).await;
        assert_eq!(socket.next().await.record()["id"], json!(job));
        socket.send(Some("1"), TOPIC, "broadcast", json!({"event": "x", "payload": {}})).await;
        assert!(socket.next().await.refusal().starts_with("Unauthorized: "));
        app.post(&key, &format!("/api/v1/jobs/{job}/cancel"), Json::Null).await.problem(403);
    }

    async fn another_role_does_not_end_a_stream_and_a_lost_membership_does(app: TestApp) {
        let home = app.owner().await.workspace_id;
        let colleague = app.colleague(home, Role::Viewer).await;
        let mut socket = Socket::open(&app, &colleague.key).await;
        socket.join(TOPIC, everything()).await;
        let user = {
            let hash = app.app().key_hasher.hash(&colleague.key);
            let mut conn = app.database().read().await.expect("a connection");
            sluice::store::keys::find_by_hash(&mut conn, &hash).await.expect("it is read").expect("the key").key.user_id
        };
        let changed = async || {
            let mut tx = app.database().begin().await.expect("a transaction");
            sluice::store::events::access_changed(&mut tx, home, user, None).await.expect("it is stored");
            tx.commit().await.expect("it commits");
        };
        changed().await;
        quiet_search(&app, OWNER_KEY).await;
        assert_eq!(socket.next().await.payload["data"]["type"], "INSERT", "still allowed, still told");
        let mut tx = app.database().begin().await.expect("a transaction");
        sluice::store::database::sql("DELETE FROM members WHERE user_id = $1").bind(user).execute(&mut tx).await.expect("removed");
        sluice::store::events::access_changed(&mut tx, home, user, None).await.expect("it is stored");
        tx.commit().await.expect("it commits");
        assert_eq!(socket.closed().await.0, 1008);
    }
}
