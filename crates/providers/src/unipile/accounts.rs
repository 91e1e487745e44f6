//! What an account may do and whether it works, from Unipile's account objects.

use serde_json::{Map, Value};

use super::parse::read_object;
use crate::error::ProviderError;
use crate::fetch::excerpt;
use crate::lenient::{objects, text};
use crate::provider::{AccountReport, DiscoveredAccount};
use crate::query::Api;

/// Reads the answer of `/accounts/{id}`; the id that comes back must be the one asked for.
pub fn parse_account(body: &[u8], asked: &str) -> Result<AccountReport, ProviderError> {
    let account = read_object(body)?;
    if let Some(id) = text(account.get("id"))
        && id != asked
    {
        return Err(ProviderError::LayoutChanged {
            page: None,
            detail: format!("asked for the account {asked}, got {id}"),
            excerpt: String::new(),
        });
    }
    match text(account.get("type")) {
        Some(kind) if kind == "LINKEDIN" => Ok(report(&account)),
        Some(kind) => Err(ProviderError::Refused {
            field: Some("external_account_id".to_owned()),
            detail: format!("This is a {kind} account: only LinkedIn accounts can search people."),
        }),
        None => Err(ProviderError::LayoutChanged { page: None, detail: "an account without a type".to_owned(), excerpt: excerpt(body) }),
    }
}

/// Reads one page of `/accounts`: its LinkedIn accounts, and the cursor of the next page.
pub fn parse_accounts(body: &[u8]) -> Result<(Vec<DiscoveredAccount>, Option<String>), ProviderError> {
    let root = read_object(body)?;
    if !root.get("items").is_some_and(Value::is_array) {
        return Err(ProviderError::LayoutChanged {
            page: None,
            detail: "a list of accounts without items".to_owned(),
            excerpt: excerpt(body),
        });
    }
    let mut found = Vec::new();
    for account in objects(root.get("items")) {
        if text(account.get("type")).as_deref() != Some("LINKEDIN") {
            continue;
        }
        if let Some(external_account_id) = text(account.get("id")) {
            found.push(DiscoveredAccount { external_account_id, report: report(account) });
        }
    }
    Ok((found, text(root.get("cursor"))))
}

fn report(account: &Map<String, Value>) -> AccountReport {
    let im = account.get("connection_params").and_then(|params| params.get("im"));
    let features = match im.and_then(|im| im.get("premiumFeatures")) {
        Some(Value::Array(features)) => features.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(feature)) => vec![feature.as_str()],
        _ => Vec::new(),
    };
    let api = if features.contains(&"recruiter") {
        Api::Recruiter
    } else if features.contains(&"sales_navigator") {
        Api::SalesNavigator
    } else {
        Api::Classic
    };
    let trouble = objects(account.get("sources")).into_iter().find_map(|source| trouble(&text(source.get("status"))?));
    AccountReport { name: text(account.get("name")), api, trouble }
}

fn trouble(status: &str) -> Option<String> {
    let sentence = match status {
        "OK" => return None,
        "CONNECTING" => "Unipile is still connecting the account: wait a minute, then test it again.",
        "CREDENTIALS" => "LinkedIn has logged the account out: reconnect it in the Unipile dashboard.",
        "PERMISSIONS" => "The account misses permissions: reconnect it in the Unipile dashboard and allow what it asks for.",
        "STOPPED" => "Unipile has stopped the account: start or reconnect it in the Unipile dashboard, and check the subscription there.",
        "ERROR" => "Unipile reports an error with the account: reconnect it in the Unipile dashboard.",
        other => return Some(format!("Unipile reports the state {other}: look at the account in the Unipile dashboard.")),
    };
    Some(sentence.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn account(features: Value, sources: Value) -> Vec<u8> {
        let im = json!({"id": "u1", "username": "Ada", "premiumId": null, "premiumFeatures": features});
        json!({"object": "Account", "type": "LINKEDIN", "id": "acc1", "name": "Ada", "connection_params": {"im": im}, "sources": sources})
            .to_string()
            .into_bytes()
    }

    #[test]
    fn the_most_able_api_is_chosen() {
        let cases = [
            (json!(["premium", "sales_navigator", "recruiter"]), Api::Recruiter),
            (json!(["sales_navigator", "premium"]), Api::SalesNavigator),
            (json!("sales_navigator"), Api::SalesNavigator),
            (json!(["premium"]), Api::Classic),
            (json!(null), Api::Classic),
            (json!({}), Api::Classic),
        ];
        for (features, expected) in cases {
            let report = parse_account(&account(features.clone(), json!([{"id": "acc1_MESSAGING", "status": "OK"}])), "acc1").unwrap();
            assert_eq!(report, AccountReport { name: Some("Ada".to_owned()), api: expected, trouble: None }, "{features}");
        }
    }

    #[test]
    fn every_source_state_but_ok_comes_with_its_remedy() {
        for (status, words) in [
            ("STOPPED", "start or reconnect"),
            ("ERROR", "reconnect"),
            ("CREDENTIALS", "logged the account out"),
            ("PERMISSIONS", "allow what it asks for"),
            ("CONNECTING", "wait a minute"),
            ("HIBERNATING", "the state HIBERNATING"),
        ] {
            let sources = json!([{"id": "a", "status": "OK"}, {"id": "b", "status": status}]);
            let trouble = parse_account(&account(json!([]), sources), "acc1").unwrap().trouble.unwrap();
            assert!(trouble.contains(words) && trouble.ends_with('.'), "{trouble}");
        }
    }

    #[test]
    fn an_account_of_another_kind_or_another_id_is_not_taken() {
        let other = json!({"type": "WHATSAPP", "id": "acc1"}).to_string();
        assert!(
            matches!(parse_account(other.as_bytes(), "acc1"), Err(ProviderError::Refused { detail, .. }) if detail.contains("WHATSAPP"))
        );
        assert!(matches!(parse_account(&account(json!([]), json!([])), "acc2"), Err(ProviderError::LayoutChanged { .. })));
        for broken in ["[]", "null", "{}", "<html>"] {
            assert!(matches!(parse_account(broken.as_bytes(), "acc1"), Err(ProviderError::LayoutChanged { .. })), "{broken}");
        }
    }

    #[test]
    fn a_list_of_accounts_keeps_the_linkedin_ones_and_its_cursor() {
        let body = json!({"object": "AccountList", "cursor": "next", "items": [
            {"type": "LINKEDIN", "id": "acc1", "name": "Ada", "sources": {"status": "OK"}},
            {"type": "MAIL", "id": "acc2"}, {"type": "LINKEDIN"}, null, 7]});
        let (found, cursor) = parse_accounts(body.to_string().as_bytes()).unwrap();
        let report = AccountReport { name: Some("Ada".to_owned()), api: Api::Classic, trouble: None };
        assert_eq!(found, vec![DiscoveredAccount { external_account_id: "acc1".to_owned(), report }]);
        assert_eq!(cursor.as_deref(), Some("next"));
        assert!(matches!(parse_accounts(b"{\"items\":null}"), Err(ProviderError::LayoutChanged { .. })));
    }
}
