//! `/realtime/v1/websocket`: committed changes in the protocol of Supabase's clients.

pub mod audience;
mod change;
mod channel;
mod frame;
mod outbox;
mod reader;
mod socket;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use http::Uri;
use serde::Deserialize;
use sluice_api::Problem;
use utoipa::IntoParams;

use super::Shared;
use super::caller::{Caller, Opened};
use super::problem::{Failure, Kind};
use frame::Version;
use socket::{Opening, Session};

pub use audience::Audience;
pub use reader::Reader;

/// The largest frame that a client may send, in bytes.
const LARGEST_FRAME: usize = 64 * 1024;
/// Far less than the library's 128 KiB: almost every connection waits almost always.
const READ_BUFFER: usize = 2 * 1024;
/// Written through beyond this much without a flush.
const WRITE_BUFFER: usize = 32 * 1024;

/// How a connection is opened. What else clients put into the query is passed over.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Handshake {
    /// An API key, since browsers cannot send headers with a WebSocket. A publishable one is enough.
    #[serde(default)]
    pub apikey: Option<String>,
    /// The version of the frames: 1.0.0 (also when missing) or 2.0.0.
    #[serde(default)]
    pub vsn: Option<String>,
}

/// A WebSocket in Supabase's Realtime protocol: `phx_join` a topic with `postgres_changes` on `prospect_search_jobs` or
/// `prospect_search_results`, and hear every committed change of the workspace's rows.
#[utoipa::path(
    get, path = "/realtime/v1/websocket", tag = "Realtime (compatibility)", params(Handshake),
    responses((status = 101, description = "The connection is open"), (status = 401, body = Problem), (status = 503, body = Problem)),
)]
pub async fn connect(
    State(app): State<Shared>,
    caller: Caller,
    opened: Opened,
    uri: Uri,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Failure> {
    let upgrade = upgrade.map_err(|rejection| {
        Failure::new(Kind::Malformed, "NOT_A_WEBSOCKET", format!("This address speaks WebSocket: {}.", rejection.body_text()))
            .suggest("Connect with a Supabase client, createClient(URL, KEY), or with any WebSocket client.")
    })?;
    let vsn = parameter(&uri, "vsn");
    let version = Version::parse(vsn.as_deref())
        .ok_or_else(|| Failure::new(Kind::Malformed, "UNKNOWN_VERSION", "vsn: this must be 1.0.0 or 2.0.0."))?;
    let place = app.audience.enter(caller.workspace_id, caller.user_id, caller.credential).ok_or_else(socket::full)?;
    // The server waits for those that hold such a token before it ends.
    let token = app.sockets.token();
    let opening = Opening { app, caller, key: opened.key, wanted: opened.wanted, version, place };
    let upgrade = upgrade.read_buffer_size(READ_BUFFER).write_buffer_size(WRITE_BUFFER).max_message_size(LARGEST_FRAME);
    Ok(upgrade.max_frame_size(LARGEST_FRAME).on_upgrade(move |socket| async move {
        Session::new(opening, socket).run().await;
        drop(token);
    }))
}

/// A parameter of the query, without a look at the others.
pub fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
