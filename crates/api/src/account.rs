//! Logins at providers: what connects them, how fast they may go, what they may still spend.

use jiff::Timestamp;
use jiff::civil::Time;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::nullable::said;
use crate::search::Api;

/// Where data comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    Unipile,
    Brightdata,
    /// LinkedIn's public pages.
    Linkedin,
}

impl Provider {
    pub fn as_str(self) -> &'static str {
        match self {
            Provider::Unipile => "unipile",
            Provider::Brightdata => "brightdata",
            Provider::Linkedin => "linkedin",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Provider::Unipile => "Unipile",
            Provider::Brightdata => "Bright Data",
            Provider::Linkedin => "LinkedIn's public pages",
        }
    }
}

/// Connects an account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountRequest {
    pub provider: Provider,
    /// What people call it; the provider's own name for it when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// An origin without a path. Only an owner sets it; others inherit the workspace's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://api1.unipile.com:13111")]
    pub base_url: Option<String>,
    /// Kept encrypted, never shown again.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::secret::option")]
    #[schema(value_type = Option<String>, format = Password)]
    pub api_key: Option<SecretString>,
    /// The account's id at the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_account_id: Option<String>,
    /// What to search with; asked of the provider when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<Api>,
    /// Kept encrypted, never shown again.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::secret::option")]
    #[schema(value_type = Option<String>, format = Password)]
    pub session_cookie: Option<SecretString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budgets: Option<BudgetsRequest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_hours: Option<WorkingHours>,
    /// Whether everybody in the workspace may use it.
    #[serde(default)]
    pub shared: bool,
}

impl AccountRequest {
    /// A request with nothing but the provider.
    pub fn new(provider: Provider) -> Self {
        AccountRequest {
            provider,
            name: None,
            base_url: None,
            api_key: None,
            external_account_id: None,
            api: None,
            session_cookie: None,
            pace: None,
            budgets: None,
            working_hours: None,
            shared: false,
        }
    }
}

/// Changes an account; what is missing stays as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// An origin without a path. Only an owner sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::secret::option")]
    #[schema(value_type = Option<String>, format = Password)]
    pub api_key: Option<SecretString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<Api>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "crate::secret::option")]
    #[schema(value_type = Option<String>, format = Password)]
    pub session_cookie: Option<SecretString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<Pace>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budgets: Option<BudgetsRequest>,
    /// Null takes the limit away.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    #[schema(value_type = Option<WorkingHours>)]
    pub working_hours: Option<Option<WorkingHours>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<bool>,
    /// `off` stops all use; `connected` lets it be used again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<AccountState>,
}

/// A login at a provider. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Account {
    pub id: String,
    pub provider: Provider,
    pub name: String,
    pub base_url: Option<String>,
    /// The account's id at the provider.
    pub external_account_id: Option<String>,
    /// What it searches with; null when the provider has only one way.
    pub api: Option<Api>,
    pub state: AccountState,
    /// What is wrong with it and what to do, as one plain sentence.
    pub trouble: Option<String>,
    /// What to know about using the provider; null when there is nothing to know.
    #[serde(default)]
    pub notice: Option<String>,
    pub pace: Pace,
    pub budgets: Budgets,
    pub working_hours: Option<WorkingHours>,
    /// The earliest time of its next call, when that lies ahead.
    pub next_call_at: Option<Timestamp>,
    /// Whether everybody in the workspace may use it.
    pub shared: bool,
    /// Whether it is the caller's own.
    pub own: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    Connected,
    /// The provider refuses it; `trouble` says why.
    Trouble,
    /// Switched off by its owner.
    Off,
}

impl AccountState {
    pub fn as_str(self) -> &'static str {
        match self {
            AccountState::Connected => "connected",
            AccountState::Trouble => "trouble",
            AccountState::Off => "off",
        }
    }
}

/// How close its calls may follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Pace {
    /// Between the starts of two pages, in milliseconds; 2,000 when missing.
    pub delay_ms: u64,
    /// How far each delay strays by chance, in percent of it; 20 when missing.
    #[schema(maximum = 100)]
    pub jitter_pct: u8,
}

impl Default for Pace {
    fn default() -> Self {
        Pace { delay_ms: 2_000, jitter_pct: 20 }
    }
}

/// What an account may spend in any 24 hours; what is missing follows from its api.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BudgetsRequest {
    /// Rows of people searches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_rows_per_day: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profiles_per_day: Option<u32>,
}

/// What an account may spend in any 24 hours, and what it has spent in the last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Budgets {
    pub search_rows_per_day: u32,
    pub search_rows_used: u32,
    pub profiles_per_day: u32,
    pub profiles_used: u32,
}

/// When an account works, in the workspace's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkingHours {
    pub days: Vec<Weekday>,
    #[schema(value_type = String, example = "09:00:00")]
    pub from: Time,
    /// After `from`.
    #[schema(value_type = String, example = "18:00:00")]
    pub to: Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// What the provider says about the account just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountTest {
    pub ok: bool,
    pub state: AccountState,
    pub api: Option<Api>,
    /// The provider's own name for it.
    pub name: Option<String>,
    /// What is wrong with it and what to do, as one plain sentence.
    pub trouble: Option<String>,
    pub checked_at: Timestamp,
}

/// Asks which accounts are behind a provider key.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscoverRequest {
    pub provider: Provider,
    /// An origin without a path. Only an owner sets it; others inherit the workspace's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Used for this question and not kept.
    #[serde(with = "crate::secret")]
    #[schema(value_type = String, format = Password)]
    pub api_key: SecretString,
}

/// An account behind a provider key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiscoveredAccount {
    pub external_account_id: String,
    pub name: Option<String>,
    pub api: Option<Api>,
    /// What is wrong with it and what to do, as one plain sentence.
    pub trouble: Option<String>,
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn immunity_24_a_key_travels_but_cannot_be_printed() {
        let request = AccountRequest { api_key: Some("super-secret".into()), ..AccountRequest::new(Provider::Unipile) };
        assert!(!format!("{request:?}").contains("super-secret"));
        let sent = serde_json::to_string(&request).unwrap();
        let received: AccountRequest = serde_json::from_str(&sent).unwrap();
        assert_eq!(received.api_key.unwrap().expose_secret(), "super-secret");
    }

    #[test]
    fn a_patch_tells_null_from_missing() {
        let missing: AccountPatch = serde_json::from_str("{}").unwrap();
        assert_eq!(missing.working_hours, None);
        let null: AccountPatch = serde_json::from_str(r#"{"working_hours":null}"#).unwrap();
        assert_eq!(null.working_hours, Some(None));
        let given: AccountPatch = serde_json::from_str(r#"{"working_hours":{"days":["mon"],"from":"09:00","to":"18:00"}}"#).unwrap();
        assert_eq!(given.working_hours.unwrap().unwrap().from, Time::constant(9, 0, 0, 0));
    }

    #[test]
    fn half_a_pace_takes_the_default_for_the_rest() {
        assert_eq!(serde_json::from_str::<Pace>(r#"{"delay_ms":0}"#).unwrap(), Pace { delay_ms: 0, jitter_pct: 20 });
    }
}
