//! Looking words up over HTTP: from what is remembered, politely from the provider, and never across workspaces.

use reqwest::Method;
use serde_json::{Value as Json, json};
use sluice::domain::Role;
use sluice_sandbox::{Options, Sandbox};

use crate::support::sandbox::{lookups, set_faults};
use crate::support::{OWNER_KEY, TestApp, each_database, send};

async fn sandbox() -> Sandbox {
    sluice_sandbox::start(Options { people: 5_000, ..Options::default() }).await.expect("the sandbox starts")
}

async fn ask(app: &TestApp, kind: &str, words: &str) -> Json {
    let words: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
    app.get(OWNER_KEY, &format!("/api/v1/lookups?kind={kind}&q={words}")).await.ok()
}

async fn slow_down(app: &TestApp, account: &str, delay_ms: u64) {
    let body = json!({"pace": {"delay_ms": delay_ms, "jitter_pct": 0}});
    send(app.request(Method::PATCH, &format!("/api/v1/accounts/{account}")).header("x-api-key", OWNER_KEY).json(&body)).await.ok();
}

each_database! {
    async fn words_are_looked_up_once_and_then_remembered(app: TestApp) {
        let sandbox = sandbox().await;
        app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
        for (kind, words) in [("location", "Germany"), ("company", "ac"), ("industry", "software"), ("school", "uni")] {
            let first = ask(&app, kind, words).await;
            assert!(first["choices"].as_array().is_some_and(|choices| !choices.is_empty()), "{kind}: {first}");
            assert_eq!((&first["note"], &first["retry_after_ms"]), (&Json::Null, &Json::Null), "{first}");
            assert_eq!(ask(&app, kind, &format!("  {} ", words.to_uppercase())).await, first, "case and spaces are no other question");
        }
        assert_eq!(lookups(&sandbox, "acc_sales_navigator").await, 4);
    }

    async fn immunity_26_no_look_up_comes_before_the_accounts_pace_allows(app: TestApp) {
        let sandbox = sandbox().await;
        let account = app.account(OWNER_KEY, &sandbox.base_url(), "classic").await;
        slow_down(&app, &account, 60_000).await;
        let whole = ask(&app, "location", "ger").await;
        assert_eq!(whole["note"], Json::Null, "the account was idle: {whole}");
        let typed_on = ask(&app, "location", "germ").await;
        assert!(typed_on["note"].as_str().is_some_and(|note| note.contains("keeps its pace")), "{typed_on}");
        assert!(typed_on["retry_after_ms"].as_u64().is_some_and(|wait| (1..=60_000).contains(&wait)), "{typed_on}");
        let expected: Vec<&Json> = whole["choices"]
            .as_array()
            .expect("choices")
            .iter()
            .filter(|choice| choice["title"].as_str().is_some_and(|title| title.to_lowercase().contains("germ")))
            .collect();
        assert_eq!(typed_on["choices"].as_array().expect("choices").iter().collect::<Vec<_>>(), expected, "what was remembered, narrowed");
        assert!(!expected.is_empty(), "{whole}");
        assert_eq!(ask(&app, "company", "ac").await["choices"], json!([]), "nothing is remembered, and nobody is asked");
        assert_eq!(lookups(&sandbox, "acc_classic").await, 1);
    }

    async fn a_provider_that_asks_to_slow_down_is_left_alone_by_everybody(app: TestApp) {
        let sandbox = sandbox().await;
        app.account(OWNER_KEY, &sandbox.base_url(), "classic").await;
        set_faults(&sandbox, "lookup/429@1").await;
        let first = ask(&app, "location", "ger").await;
        assert!(first["note"].as_str().is_some_and(|note| note.contains("slow down")), "{first}");
        let second = ask(&app, "location", "germ").await;
        assert!(second["note"].as_str().is_some_and(|note| note.contains("pace")), "{second}");
        assert_eq!(lookups(&sandbox, "acc_classic").await, 1);
    }

    async fn a_look_up_that_cannot_be_is_refused_by_the_name_of_the_field(app: TestApp) {
        app.get(OWNER_KEY, "/api/v1/lookups?kind=location&q=be").await.problem(409);
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        for (query, field) in [
            ("kind=location&q=b", "q"),
            ("kind=location&q=%20b%20", "q"),
            ("kind=location", "q"),
            ("kind=town&q=be", "kind"),
            ("kind=location&q=be&account_id=x", "account_id"),
            ("kind=location&q=be&colour=blue", "colour"),
        ] {
            let problem = app.get(OWNER_KEY, &format!("/api/v1/lookups?{query}")).await.problem(422);
            assert_eq!(problem["validation_errors"][0]["field"], field, "{query}: {problem}");
        }
        // A provider that does not answer is no reason to fail: the words can be searched with as they are.
        let unanswered = ask(&app, "location", "be").await;
        assert!(unanswered["note"].as_str().is_some_and(|note| !note.is_empty()) && unanswered["choices"] == json!([]), "{unanswered}");
    }

    async fn immunity_23_nobody_looks_up_through_anothers_account(app: TestApp) {
        let sandbox = sandbox().await;
        let theirs = app.account(OWNER_KEY, &sandbox.base_url(), "classic").await;
        let stranger = app.tenant().await;
        app.account(&stranger.key, "http://127.0.0.1:9", "classic").await;
        let path = format!("/api/v1/lookups?kind=location&q=ger&account_id={theirs}");
        assert_eq!(app.get(&stranger.key, &path).await.problem(422)["validation_errors"][0]["field"], "account_id");
        let colleague = app.colleague(app.owner().await.workspace_id, Role::Member).await;
        assert_eq!(app.get(&colleague.key, &path).await.problem(422)["validation_errors"][0]["field"], "account_id", "unless it is shared");
        let viewer = app.colleague(app.owner().await.workspace_id, Role::Viewer).await;
        app.get(&viewer.key, &path).await.problem(403);
        assert_eq!(lookups(&sandbox, "acc_classic").await, 0);
    }
}
