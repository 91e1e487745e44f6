//! What the first step of connecting an account has learnt, on its way through the second: sealed, so that the page never shows the key.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sluice_api::{DiscoveredAccount, Provider};

use crate::app::App;
use crate::domain::Micros;
use crate::http::caller::Caller;
use crate::sealing::Belongs;

/// Somebody who comes back to an open form later than this enters the key again.
const LASTS: Duration = Duration::from_secs(3600);

/// Nothing of it is stored; the page carries it.
#[derive(Clone)]
pub struct Draft {
    pub provider: Provider,
    pub base_url: Option<String>,
    pub api_key: SecretString,
    pub found: Vec<DiscoveredAccount>,
}

#[derive(Serialize, Deserialize)]
struct Plain {
    sealed_at_us: i64,
    provider: Provider,
    base_url: Option<String>,
    api_key: String,
    found: Vec<DiscoveredAccount>,
}

impl Draft {
    /// For this user in this workspace alone.
    pub fn seal(&self, app: &App, caller: &Caller, now: Micros) -> String {
        let plain = Plain {
            sealed_at_us: now.0,
            provider: self.provider,
            base_url: self.base_url.clone(),
            api_key: self.api_key.expose_secret().to_owned(),
            found: self.found.clone(),
        };
        let json = Zeroizing::new(serde_json::to_vec(&plain).unwrap_or_default());
        let (workspace_id, row_id) = belongs(caller);
        URL_SAFE_NO_PAD.encode(app.sealer.seal(&json, Belongs { workspace_id: &workspace_id, row_id: &row_id }))
    }

    /// `None` when it is too old, another's, or was tampered with.
    pub fn open(app: &App, caller: &Caller, now: Micros, sealed: &str) -> Option<Self> {
        let (workspace_id, row_id) = belongs(caller);
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let json = app.sealer.open(&bytes, Belongs { workspace_id: &workspace_id, row_id: &row_id }).ok()?;
        let plain: Plain = serde_json::from_slice(&json).ok()?;
        if now.since(Micros(plain.sealed_at_us)) > LASTS {
            return None;
        }
        Some(Self { provider: plain.provider, base_url: plain.base_url, api_key: SecretString::from(plain.api_key), found: plain.found })
    }
}

/// No row has such an id, so that a draft is never taken for stored credentials.
fn belongs(caller: &Caller) -> (String, String) {
    (caller.workspace_id.to_string(), format!("account draft of {}", caller.user_id))
}
