//! Accounts over HTTP, against the sandbox: connecting, testing, sharing, and keeping their secrets.

mod pages;

use std::time::Duration;

use serde_json::{Value as Json, json};
use sluice::config::Settings;
use sluice::domain::account::AccountState;
use sluice::domain::{ProviderName, Role, Scope};
use sluice::store::{accounts, hosts, paces};
use sluice_sandbox::{Options, Sandbox};

use crate::support::{OWNER_KEY, TestApp, TestDatabase, each_database, send};

async fn sandbox() -> Sandbox {
    sluice_sandbox::start(Options { people: 2_000, ..Options::default() }).await.expect("the sandbox starts")
}

fn unipile(sandbox: &Sandbox, external_id: &str) -> Json {
    json!({"provider": "unipile", "base_url": sandbox.base_url(), "api_key": "provider-key-42", "external_account_id": external_id})
}

each_database! {
    async fn an_account_is_connected_with_what_its_provider_says(app: TestApp) {
        let sandbox = sandbox().await;
        let response = app.post(OWNER_KEY, "/api/v1/accounts", unipile(&sandbox, "acc_sales_navigator")).await;
        let account = response.ok();
        assert_eq!(response.status.as_u16(), 201);
        assert_eq!((&account["api"], &account["state"], &account["trouble"]), (&json!("sales_navigator"), &json!("connected"), &Json::Null));
        assert_eq!(account["budgets"], json!({"search_rows_per_day": 2500, "search_rows_used": 0, "profiles_per_day": 100, "profiles_used": 0}));
        assert_eq!((&account["pace"], &account["own"]), (&json!({"delay_ms": 2000, "jitter_pct": 20}), &json!(true)));
        assert_eq!(response.headers["location"], format!("/api/v1/accounts/{}", account["id"].as_str().expect("an id")));
        assert!(account["name"].as_str().is_some_and(|name| !name.is_empty()), "{account}");
        let found = app.get(OWNER_KEY, response.headers["location"].to_str().expect("a path")).await.ok();
        assert_eq!(found, account);
        assert_eq!(app.get(OWNER_KEY, "/api/v1/accounts").await.ok()["data"], json!([account]));
    }

    async fn with_its_api_given_an_account_is_connected_without_a_call(app: TestApp) {
        let sandbox = sandbox().await;
        let mut body = unipile(&sandbox, "acc_recruiter");
        body["api"] = json!("classic");
        let account = app.post(OWNER_KEY, "/api/v1/accounts", body).await.ok();
        assert_eq!((&account["api"], &account["budgets"]["search_rows_per_day"]), (&json!("classic"), &json!(1000)));
        let calls = send(app.elsewhere(&format!("{}/_sandbox/requests", sandbox.base_url()))).await.ok();
        assert!(!calls.to_string().contains("/api/v1/accounts"), "{calls}");
        // A later test does not overrule what a person said.
        let tested = app.post(OWNER_KEY, &format!("/api/v1/accounts/{}/test", account["id"].as_str().expect("an id")), Json::Null).await.ok();
        assert_eq!((&tested["ok"], &tested["api"]), (&json!(true), &json!("classic")));
    }

    async fn a_key_that_the_provider_refuses_connects_nothing(app: TestApp) {
        let sandbox = sandbox().await;
        let mut body = unipile(&sandbox, "acc_classic");
        body["api_key"] = json!("bad-key");
        let problem = app.post(OWNER_KEY, "/api/v1/accounts", body).await.problem(422);
        assert_eq!(problem["validation_errors"][0]["field"], "api_key");
        assert!(!problem.to_string().contains("bad-key"), "{problem}");
        let unknown = app.post(OWNER_KEY, "/api/v1/accounts", unipile(&sandbox, "acc_of_nobody")).await.problem(422);
        assert_eq!(unknown["validation_errors"][0]["field"], "external_account_id", "{unknown}");
        assert_eq!(app.get(OWNER_KEY, "/api/v1/accounts").await.ok()["pagination"]["total"], 0);
    }

    async fn a_test_marks_an_account_in_trouble_and_a_new_key_frees_it(app: TestApp) {
        let sandbox = sandbox().await;
        let mut body = unipile(&sandbox, "acc_classic");
        body["api_key"] = json!("bad-key");
        body["api"] = json!("classic");
        let account = app.post(OWNER_KEY, "/api/v1/accounts", body).await.ok();
        let path = format!("/api/v1/accounts/{}", account["id"].as_str().expect("an id"));
        let tested = app.post(OWNER_KEY, &format!("{path}/test"), Json::Null).await.ok();
        assert_eq!((&tested["ok"], &tested["state"]), (&json!(false), &json!("trouble")), "{tested}");
        let shown = app.get(OWNER_KEY, &path).await.ok();
        assert_eq!((&shown["state"], &shown["trouble"]), (&json!("trouble"), &tested["trouble"]));
        let patched = app.patch(OWNER_KEY, &path, json!({"api_key": "provider-key-43", "pace": {"delay_ms": 500}})).await.ok();
        assert_eq!((&patched["state"], &patched["pace"]), (&json!("connected"), &json!({"delay_ms": 500, "jitter_pct": 20})));
        assert_eq!(app.post(OWNER_KEY, &format!("{path}/test"), Json::Null).await.ok()["ok"], true);
    }

    async fn the_accounts_behind_a_key_are_listed(app: TestApp) {
        let sandbox = sandbox().await;
        let asked = json!({"provider": "unipile", "base_url": sandbox.base_url(), "api_key": "provider-key-42"});
        let found = app.post(OWNER_KEY, "/api/v1/accounts/discover", asked).await.ok();
        let ids: Vec<&str> = found["data"].as_array().expect("a list").iter().filter_map(|one| one["external_account_id"].as_str()).collect();
        assert!(ids.contains(&"acc_classic") && ids.contains(&"acc_recruiter"), "{found}");
        let refused = json!({"provider": "brightdata", "api_key": "x"});
        assert_eq!(app.post(OWNER_KEY, "/api/v1/accounts/discover", refused).await.problem(422)["validation_errors"][0]["field"], "provider");
    }

    async fn a_member_inherits_the_address_that_an_owner_shares(app: TestApp) {
        let sandbox = sandbox().await;
        let home = app.owner().await;
        let member = app.colleague(home.workspace_id, Role::Member).await;
        let own = json!({"provider": "unipile", "api_key": "provider-key-7", "external_account_id": "acc_classic"});
        let refused = app.post(&member.key, "/api/v1/accounts", unipile(&sandbox, "acc_classic")).await.problem(403);
        assert_eq!(refused["validation_errors"][0]["field"], "base_url");
        assert_eq!(app.post(&member.key, "/api/v1/accounts", own.clone()).await.problem(422)["validation_errors"][0]["field"], "base_url");
        let mut shared = unipile(&sandbox, "acc_recruiter");
        shared["shared"] = json!(true);
        let shared = app.post(OWNER_KEY, "/api/v1/accounts", shared).await.ok();
        let account = app.post(&member.key, "/api/v1/accounts", own).await.ok();
        assert_eq!((&account["api"], &account["base_url"]), (&json!("classic"), &Json::Null));

        // Shared for use, not for changes; and what is not shared is not there.
        let path = format!("/api/v1/accounts/{}", shared["id"].as_str().expect("an id"));
        assert_eq!(app.get(&member.key, &path).await.ok()["own"], false);
        app.patch(&member.key, &path, json!({"name": "mine"})).await.problem(403);
        app.delete(&member.key, &path).await.problem(403);
        let private = format!("/api/v1/accounts/{}", account["id"].as_str().expect("an id"));
        app.get(OWNER_KEY, &private).await.problem(404);
        assert_eq!(app.delete(&member.key, &private).await.status.as_u16(), 204);
        app.get(&member.key, &private).await.problem(404);
    }

    async fn immunity_24_a_stored_key_is_never_sent_to_an_address_it_was_not_given_for(app: TestApp) {
        let (given_to, elsewhere) = (sandbox().await, sandbox().await);
        let home = app.owner().await;
        let second_owner = app.colleague(home.workspace_id, Role::Owner).await;
        let mut body = unipile(&given_to, "acc_classic");
        body["shared"] = json!(true);
        let account = app.post(OWNER_KEY, "/api/v1/accounts", body).await.ok();
        let path = format!("/api/v1/accounts/{}", account["id"].as_str().expect("an id"));
        for key in [OWNER_KEY, second_owner.key.as_str()] {
            let problem = app.patch(key, &path, json!({"base_url": elsewhere.base_url()})).await.problem(422);
            assert_eq!(problem["validation_errors"][0]["field"], "api_key");
            // The same address again is no change, and needs no key.
            app.patch(key, &path, json!({"base_url": given_to.base_url(), "name": "same place"})).await.ok();
        }
        assert_eq!(app.get(OWNER_KEY, &path).await.ok()["base_url"], given_to.base_url());
        let calls = send(app.elsewhere(&format!("{}/_sandbox/requests", elsewhere.base_url()))).await.ok();
        assert!(!calls.to_string().contains("/api/v1/"), "the stored key went elsewhere: {calls}");
        let moved = json!({"base_url": elsewhere.base_url(), "api_key": "provider-key-43"});
        assert_eq!(app.patch(OWNER_KEY, &path, moved).await.ok()["base_url"], elsewhere.base_url());
    }

    async fn immunity_24_a_members_secret_does_not_follow_an_address_that_an_owner_shares_later(app: TestApp) {
        let home = app.owner().await;
        let member = app.colleague(home.workspace_id, Role::Member).await;
        let providers = [
            ("linkedin", "session_cookie", "https://www.linkedin.com/", 6),
            ("brightdata", "api_key", "https://api.brightdata.com/", 1),
        ];
        for (provider, secret, usual, pace) in providers {
            let own = json!({"provider": provider, secret: "AQEDmember", "pace": {"delay_ms": 0, "jitter_pct": 0}});
            let own = app.post(&member.key, "/api/v1/accounts", own).await.ok();
            let shared = json!({"provider": provider, secret: "AQEDowner", "base_url": "http://127.0.0.1:9", "shared": true});
            app.post(OWNER_KEY, "/api/v1/accounts", shared).await.ok();
            let id = own["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
            let mut conn = app.database().read().await.expect("a connection");
            let stored = accounts::find(&mut conn, Scope::System, id).await.expect("it is read").expect("it is there");
            let ready = app.app().accounts.usable_for_postings(home.workspace_id, stored.user_id, id, None).await.expect("it is read");
            let (address, least_gap) = ready.map(|ready| (ready.login.base_url, ready.least_gap)).expect("it may be used");
            assert_eq!(address.as_str(), usual, "{provider}");
            assert_eq!(least_gap.as_secs(), pace, "{provider} is asked at its own pace, whatever the account has");
        }
    }

    async fn immunity_24_a_members_key_waits_for_its_owner_when_the_workspaces_address_has_changed(app: TestApp) {
        let (given_to, elsewhere) = (sandbox().await, sandbox().await);
        let home = app.owner().await;
        let member = app.colleague(home.workspace_id, Role::Member).await;
        let mut shared = unipile(&given_to, "acc_recruiter");
        shared["shared"] = json!(true);
        let shared = app.post(OWNER_KEY, "/api/v1/accounts", shared).await.ok();
        let own = json!({"provider": "unipile", "api_key": "provider-key-7", "external_account_id": "acc_classic"});
        let own = app.post(&member.key, "/api/v1/accounts", own).await.ok();
        let path = |account: &Json| format!("/api/v1/accounts/{}", account["id"].as_str().expect("an id"));
        let moved = json!({"base_url": elsewhere.base_url(), "api_key": "provider-key-43"});
        app.patch(OWNER_KEY, &path(&shared), moved).await.ok();
        let tested = app.post(&member.key, &format!("{}/test", path(&own)), Json::Null).await.ok();
        let trouble = tested["trouble"].as_str().expect("it says what is wrong");
        assert!(trouble.contains(&given_to.base_url()) && trouble.contains(&elsewhere.base_url()), "{trouble}");
        assert!(trouble.contains("Enter the key again"), "{trouble}");
        let calls = send(app.elsewhere(&format!("{}/_sandbox/requests", elsewhere.base_url()))).await.ok();
        assert!(!calls.to_string().contains("/api/v1/"), "the stored key went elsewhere: {calls}");
        app.patch(&member.key, &path(&own), json!({"api_key": "provider-key-8"})).await.ok();
        assert_eq!(app.post(&member.key, &format!("{}/test", path(&own)), Json::Null).await.ok()["ok"], true);
    }

    async fn an_account_for_postings_tells_the_next_call_of_its_host(app: TestApp) {
        app.owner().await;
        let account = json!({"provider": "linkedin", "base_url": "http://127.0.0.1:9"});
        let account = app.post(OWNER_KEY, "/api/v1/accounts", account).await.ok();
        let path = format!("/api/v1/accounts/{}", account["id"].as_str().expect("an id"));
        assert_eq!(app.get(OWNER_KEY, &path).await.ok()["next_call_at"], Json::Null);
        let host = hosts::key(ProviderName::Linkedin, &"http://127.0.0.1:9".parse().expect("an address"));
        let mut tx = app.database().begin().await.expect("a transaction");
        let at = paces::push_back(&mut tx, paces::Door::Host(&host), Duration::from_secs(900)).await.expect("it is pushed back");
        tx.commit().await.expect("a commit");
        assert_eq!(app.get(OWNER_KEY, &path).await.ok()["next_call_at"], json!(at.timestamp()));
    }

    async fn immunity_24_a_session_is_not_taken_along_to_a_new_address_by_another_secret(app: TestApp) {
        app.owner().await;
        let account = json!({"provider": "linkedin", "session_cookie": "AQEDmember", "shared": true});
        let account = app.post(OWNER_KEY, "/api/v1/accounts", account).await.ok();
        let path = format!("/api/v1/accounts/{}", account["id"].as_str().expect("an id"));
        let problem = app.patch(OWNER_KEY, &path, json!({"base_url": "http://127.0.0.1:9", "api_key": "anything"})).await.problem(422);
        assert_eq!(problem["validation_errors"][0]["field"], "session_cookie");
    }

    async fn credentials_are_sealed_in_the_database(app: TestApp) {
        let sandbox = sandbox().await;
        let id = app.account(OWNER_KEY, &sandbox.base_url(), "classic").await;
        let mut conn = app.database().read().await.expect("a connection");
        let id = id.parse().expect("an id");
        let sealed = accounts::sealed_credentials(&mut conn, Scope::System, id).await.expect("it is read").expect("it is there");
        let account = accounts::find(&mut conn, Scope::System, id).await.expect("it is read").expect("it is there");
        assert!(!sealed.windows(8).any(|window| window == b"provider"), "the key can be read");
        assert!(app.app().accounts.open_credentials(&account, &sealed).expect("it opens").api_key.is_some());
    }

    async fn a_test_asks_bright_data_and_ends_its_trouble_or_tells_it(app: TestApp) {
        let sandbox = sandbox().await;
        let body = json!({"provider": "brightdata", "base_url": sandbox.base_url(), "api_key": "provider-key-42"});
        let account = app.post(OWNER_KEY, "/api/v1/accounts", body).await.ok();
        let path = format!("/api/v1/accounts/{}", account["id"].as_str().expect("an id"));
        let id = account["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let mut tx = app.database().begin().await.expect("a transaction");
        let trouble = Some("The balance is used up.");
        accounts::set_state(&mut tx, Scope::System, id, AccountState::Trouble, trouble, None).await.expect("it is stored");
        tx.commit().await.expect("it is committed");

        let test = app.post(OWNER_KEY, &format!("{path}/test"), Json::Null).await.ok();
        assert_eq!((&test["ok"], &test["state"], &test["trouble"]), (&json!(true), &json!("connected"), &Json::Null));
        let found = app.get(OWNER_KEY, &path).await.ok();
        assert_eq!((&found["state"], &found["trouble"]), (&json!("connected"), &Json::Null));

        app.patch(OWNER_KEY, &path, json!({"api_key": "bad-key"})).await.ok();
        let test = app.post(OWNER_KEY, &format!("{path}/test"), Json::Null).await.ok();
        assert_eq!((&test["ok"], &test["state"]), (&json!(false), &json!("trouble")));
        assert_eq!(test["trouble"], "Bright Data did not accept the API key: copy it again from its dashboard.");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_others_reach_takes_no_private_address_unless_told_to() {
    let settings = |allow| Settings { bind: Some("0.0.0.0:0".into()), allow_private_providers: Some(allow), ..Settings::default() };
    let body = json!({
        "provider": "unipile", "base_url": "http://127.0.0.1:9", "api_key": "k", "external_account_id": "a", "api": "classic",
    });
    let app = TestApp::over(TestDatabase::sqlite().await, settings(false)).await;
    let problem = app.post(OWNER_KEY, "/api/v1/accounts", body.clone()).await.problem(422);
    assert_eq!(problem["validation_errors"][0]["field"], "base_url");
    assert!(problem["detail"].as_str().is_some_and(|text| text.contains("SLUICE_ALLOW_PRIVATE_PROVIDERS")), "{problem}");
    let app = TestApp::over(TestDatabase::sqlite().await, settings(true)).await;
    let answer = send(app.request(reqwest::Method::POST, "/api/v1/accounts").header("x-api-key", OWNER_KEY).json(&body)).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
}
