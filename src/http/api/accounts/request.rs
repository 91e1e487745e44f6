//! What comes in about an account, checked whole: every field that is wrong is named at once.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value as Json;
use sluice_api::{AccountPatch, AccountRequest, AccountState as WireState, BudgetsRequest, ValidationError};

use super::address;
use crate::domain::account::{Account, AccountState, Budgets, Credentials, Pace, WorkingHours};
use crate::domain::{AccountId, Micros, ProviderName};
use crate::http::caller::Caller;
use crate::http::problem::{Failure, refused};
use crate::http::{Shared, wire};

/// An hour: a longer delay is a mistake in the unit.
pub const LONGEST_DELAY_MS: u64 = 3_600_000;
const LARGEST_BUDGET: u32 = 1_000_000;

/// A new account of the caller's. Its name is empty, and its budgets are 0, where nothing was said and the provider is to be asked first.
pub fn read(app: &Shared, caller: &Caller, request: AccountRequest) -> Result<(Account, Credentials), Failure> {
    let base_url = request.base_url.as_deref().map(|text| address::check(app, caller, text)).transpose()?;
    let provider = wire::provider_from(request.provider);
    let mut wrong = Vec::new();
    if provider != ProviderName::Linkedin {
        require_secret(&mut wrong, "api_key", request.api_key.as_ref());
    }
    if request.session_cookie.is_some() {
        require_secret(&mut wrong, "session_cookie", request.session_cookie.as_ref());
    }
    if provider == ProviderName::Unipile && request.external_account_id.as_deref().is_none_or(|id| id.trim().is_empty()) {
        let message = "This field is required: the account's id at Unipile; POST /api/v1/accounts/discover lists them.";
        wrong.push(refused("external_account_id", "missing_field", Json::Null, message));
    }
    if provider != ProviderName::Unipile && request.api.is_some() {
        wrong.push(refused("api", "invalid_value", wire::json(&request.api), "Only a Unipile account has an api."));
    }
    check_text(&mut wrong, "name", request.name.as_deref());
    check_text(&mut wrong, "external_account_id", request.external_account_id.as_deref());
    check_pace(&mut wrong, request.pace.as_ref());
    check_budgets(&mut wrong, request.budgets.as_ref());
    let working_hours = request.working_hours.and_then(|hours| check_hours(&mut wrong, hours));
    if !wrong.is_empty() {
        return Err(Failure::invalid(wrong));
    }
    let api = request.api.map(wire::api_from);
    let must_ask = provider == ProviderName::Unipile && api.is_none();
    let unsaid = if must_ask { Budgets { search_rows_per_day: 0, profiles_per_day: 0 } } else { Budgets::of(provider, api) };
    // A pace that nobody chose is the one that the provider wants.
    let usual_pace =
        || Pace { delay: app.accounts.posting_manners(provider).map_or(Pace::default().delay, |manners| manners.pace), ..Pace::default() };
    let account = Account {
        id: AccountId::new(),
        workspace_id: caller.workspace_id,
        user_id: caller.user_id,
        provider,
        name: request.name.map(|name| name.trim().to_owned()).unwrap_or_default(),
        base_url,
        external_account_id: request.external_account_id.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty()),
        api,
        api_given: api.is_some(),
        shared: request.shared,
        state: AccountState::Connected,
        state_message: None,
        pace: request.pace.map_or_else(usual_pace, pace),
        budgets: budgets(unsaid, request.budgets.unwrap_or_default()),
        working_hours,
        created_at: Micros(0),
        updated_at: Micros(0),
    };
    Ok((account, Credentials { api_key: request.api_key, session_cookie: request.session_cookie, given_for: None }))
}

/// The account with the patch's values; its credentials are the caller's business.
pub fn apply(app: &Shared, caller: &Caller, mut account: Account, patch: AccountPatch) -> Result<Account, Failure> {
    let mut wrong = Vec::new();
    for (field, secret) in [("api_key", &patch.api_key), ("session_cookie", &patch.session_cookie)] {
        if secret.is_some() {
            require_secret(&mut wrong, field, secret.as_ref());
        }
    }
    if let Some(name) = &patch.name {
        check_text(&mut wrong, "name", Some(name));
        account.name = name.trim().to_owned();
    }
    if let Some(text) = &patch.base_url {
        account.base_url = Some(address::check(app, caller, text)?);
    }
    if let Some(api) = patch.api {
        if account.provider != ProviderName::Unipile {
            wrong.push(refused("api", "invalid_value", wire::json(&api), "Only a Unipile account has an api."));
        }
        account.api = Some(wire::api_from(api));
        account.api_given = true;
    }
    check_pace(&mut wrong, patch.pace.as_ref());
    account.pace = patch.pace.map_or(account.pace, pace);
    check_budgets(&mut wrong, patch.budgets.as_ref());
    account.budgets = budgets(account.budgets, patch.budgets.unwrap_or_default());
    if let Some(hours) = patch.working_hours {
        account.working_hours = hours.and_then(|hours| check_hours(&mut wrong, hours));
    }
    account.shared = patch.shared.unwrap_or(account.shared);
    match patch.state {
        Some(WireState::Trouble) => {
            let message = "Only the provider puts an account in trouble; use off or connected.";
            wrong.push(refused("state", "invalid_value", "trouble", message));
        }
        Some(state) => {
            account.state = wire::account_state_from(state);
            account.state_message = None;
        }
        // A new key or session is a new chance.
        None if (patch.api_key.is_some() || patch.session_cookie.is_some()) && account.state == AccountState::Trouble => {
            account.state = AccountState::Connected;
            account.state_message = None;
        }
        None => {}
    }
    if wrong.is_empty() { Ok(account) } else { Err(Failure::invalid(wrong)) }
}

fn pace(given: sluice_api::Pace) -> Pace {
    Pace { delay: Duration::from_millis(given.delay_ms), jitter_pct: i64::from(given.jitter_pct) }
}

fn budgets(before: Budgets, given: BudgetsRequest) -> Budgets {
    Budgets {
        search_rows_per_day: given.search_rows_per_day.map_or(before.search_rows_per_day, i64::from),
        profiles_per_day: given.profiles_per_day.map_or(before.profiles_per_day, i64::from),
    }
}

fn require_secret(wrong: &mut Vec<ValidationError>, field: &str, secret: Option<&SecretString>) {
    let is_sendable = |secret: &SecretString| {
        let text = secret.expose_secret();
        !text.trim().is_empty() && text.len() <= 8_192 && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
    };
    match secret {
        Some(secret) if is_sendable(secret) => {}
        Some(_) => {
            wrong.push(refused(field, "invalid_value", Json::Null, "This must be printable ASCII; copy it again from the provider."))
        }
        None => wrong.push(refused(field, "missing_field", Json::Null, "This field is required.")),
    }
}

fn check_text(wrong: &mut Vec<ValidationError>, field: &str, text: Option<&str>) {
    if let Some(text) = text
        && (text.trim().is_empty() || text.chars().count() > 255)
    {
        wrong.push(refused(field, "out_of_range", text.chars().take(100).collect::<String>(), "This must have 1 to 255 characters."));
    }
}

fn check_pace(wrong: &mut Vec<ValidationError>, pace: Option<&sluice_api::Pace>) {
    let Some(pace) = pace else { return };
    if pace.delay_ms > LONGEST_DELAY_MS {
        let message = format!("This must be from 0 to {LONGEST_DELAY_MS} milliseconds.");
        wrong.push(refused("pace.delay_ms", "out_of_range", pace.delay_ms, message));
    }
    if pace.jitter_pct > 100 {
        wrong.push(refused("pace.jitter_pct", "out_of_range", pace.jitter_pct, "This must be from 0 to 100."));
    }
}

fn check_budgets(wrong: &mut Vec<ValidationError>, budgets: Option<&BudgetsRequest>) {
    let Some(budgets) = budgets else { return };
    for (field, value) in
        [("budgets.search_rows_per_day", budgets.search_rows_per_day), ("budgets.profiles_per_day", budgets.profiles_per_day)]
    {
        if value.is_some_and(|value| value == 0 || value > LARGEST_BUDGET) {
            wrong.push(refused(field, "out_of_range", value, format!("This must be from 1 to {LARGEST_BUDGET}.")));
        }
    }
}

fn check_hours(wrong: &mut Vec<ValidationError>, hours: sluice_api::WorkingHours) -> Option<WorkingHours> {
    if hours.days.is_empty() {
        wrong.push(refused("working_hours.days", "out_of_range", Json::Array(Vec::new()), "Name at least one day, for example mon."));
        return None;
    }
    if hours.from >= hours.to {
        let message = "This must be later than working_hours.from, on the same day.";
        wrong.push(refused("working_hours.to", "out_of_range", hours.to.to_string(), message));
        return None;
    }
    Some(WorkingHours { days: hours.days.into_iter().map(wire::day_from).collect(), from: hours.from, to: hours.to })
}
