//! `GET /accounts` and `/accounts/{id}`: the logins behind the key, and what each may do.

use axum::Json;
use axum::extract::{Path, RawQuery};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::error::Problem;
use super::validate;
use crate::draws::digest;
use crate::population::identity::Api;

/// One login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    /// Its best api; classic always works as well.
    pub api: Api,
    state: AccountState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AccountState {
    Working,
    Restricted,
    Disconnected,
}

/// The accounts that `/accounts` lists. More of the same kind, such as `acc_classic_2`, work without being listed.
const LISTED: [&str; 4] = ["acc_classic", "acc_sales_navigator", "acc_recruiter", "acc_restricted"];
const KINDS: [(&str, Api, AccountState); 5] = [
    ("acc_classic", Api::Classic, AccountState::Working),
    ("acc_sales_navigator", Api::SalesNavigator, AccountState::Working),
    ("acc_recruiter", Api::Recruiter, AccountState::Working),
    ("acc_restricted", Api::SalesNavigator, AccountState::Restricted),
    ("acc_disconnected", Api::SalesNavigator, AccountState::Disconnected),
];
const MOST_PER_PAGE: usize = 250;

impl Account {
    pub fn of(id: &str) -> Option<Account> {
        let (_, api, state) = KINDS.into_iter().find(|(kind, ..)| {
            id.strip_prefix(kind).is_some_and(|rest| {
                rest.is_empty()
                    || rest.strip_prefix('_').is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
            })
        })?;
        Some(Account { id: id.to_owned(), api, state })
    }

    /// The account that a LinkedIn call goes through, if it may be used.
    pub fn in_use(id: &str) -> Result<Account, Problem> {
        let account = Account::of(id).ok_or_else(|| Problem::not_found("Account not found."))?;
        match account.state {
            AccountState::Working => Ok(account),
            AccountState::Restricted => Err(Problem::of_status(403)),
            AccountState::Disconnected => Err(Problem::of_status(401)),
        }
    }

    pub fn may_use(&self, api: Api) -> Result<(), Problem> {
        if api == Api::Classic || api == self.api {
            return Ok(());
        }
        Err(Problem::not_subscribed(format!(
            "The requested feature has either not been subscribed or not been authenticated properly: {}.",
            api.name()
        )))
    }

    fn show(&self) -> Value {
        let number = digest(&self.id);
        let owner = format!("{} (sandbox)", self.id);
        let mut features = vec![];
        if self.api != Api::Classic {
            features.push(self.api.name());
            features.push("premium");
        }
        let status = if self.state == AccountState::Disconnected { "CREDENTIALS" } else { "OK" };
        let premium = (self.api != Api::Classic).then(|| format!("{}", number % 1_000_000_000));
        json!({
            "object": "Account",
            "type": "LINKEDIN",
            "connection_params": { "im": {
                "id": format!("ACoAA{}", URL_SAFE_NO_PAD.encode([number.to_be_bytes(), digest(&owner).to_be_bytes(), number.to_le_bytes()].concat())),
                "publicIdentifier": self.id.replace('_', "-"),
                "username": owner,
                "premiumId": premium,
                "premiumContractId": premium,
                "premiumFeatures": features,
                "organizations": [],
            } },
            "id": self.id,
            "name": owner,
            "created_at": "2026-01-15T09:30:00.000Z",
            "groups": [],
            "sources": [{ "id": format!("{}_MESSAGING", self.id), "status": status }],
        })
    }
}

pub async fn list(RawQuery(query): RawQuery) -> Result<Json<Value>, Problem> {
    let query = validate::query(query.as_deref(), &["limit", "cursor"])?;
    let limit = validate::limit(&query, 1, MOST_PER_PAGE, MOST_PER_PAGE)?;
    let start = match query.one("cursor") {
        None => 0,
        Some(cursor) => STANDARD
            .decode(cursor)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
            .and_then(|cursor| LISTED.iter().position(|id| cursor["cursor"]["last_id"] == *id))
            .map(|last| last + 1)
            .ok_or_else(|| Problem::invalid("querystring/cursor is not a cursor of this list"))?,
    };
    let end = (start + limit).min(LISTED.len());
    let items: Vec<Value> = LISTED[start..end].iter().filter_map(|id| Account::of(id)).map(|account| account.show()).collect();
    let cursor = (start < end && end < LISTED.len())
        .then(|| STANDARD.encode(json!({ "limit": limit, "cursor": { "last_id": LISTED[end - 1] } }).to_string()));
    Ok(Json(json!({ "object": "AccountList", "items": items, "cursor": cursor })))
}

pub async fn show(Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let account = Account::of(&id).ok_or_else(|| Problem::not_found("Account not found."))?;
    Ok(Json(account.show()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_accounts_of_a_kind_are_accounts_and_other_names_are_not() {
        assert_eq!(Account::of("acc_sales_navigator_7").unwrap().api, Api::SalesNavigator);
        assert_eq!(Account::of("acc_classic_2").unwrap().api, Api::Classic);
        for name in ["acc_classic_", "acc_classic2", "acc_classic_x", "acc_unknown", ""] {
            assert_eq!(Account::of(name), None, "{name}");
        }
    }
}
