//! Reviews over HTTP: starting, following, deciding, taking back, completing.

mod pages;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value as Json, json};
use sluice::domain::Role;
use sluice_api::{Heard, JobStatus, Told};
use sluice_sandbox::{Options, Sandbox};

use crate::support::{OWNER_KEY, TestApp, each_database, send};

async fn sandbox() -> Sandbox {
    sluice_sandbox::start(Options { people: 20_000, ..Options::default() }).await.expect("the sandbox starts")
}

async fn start_search(app: &TestApp, keywords: &str, target: u32) -> String {
    let body = json!({"criteria": {"keywords": keywords}, "target": target});
    app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned()
}

/// A finished search of so many people.
async fn found(app: &TestApp, keywords: &str, target: u32) -> String {
    let id = start_search(app, keywords, target).await;
    assert_eq!(app.ended(OWNER_KEY, &id).await.status, JobStatus::Completed);
    id
}

async fn review_of(app: &TestApp, searches: &[&str]) -> Json {
    app.post(OWNER_KEY, "/api/v1/reviews", json!({"searches": searches})).await.ok()
}

/// A review of so many people, as its path.
async fn filled(app: &TestApp, target: u32) -> String {
    let sandbox = sandbox().await;
    app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
    let search = found(app, "manager", target).await;
    format!("/api/v1/reviews/{}", review_of(app, &[&search]).await["id"].as_str().expect("an id"))
}

async fn ids(app: &TestApp, review: &str, query: &str) -> Vec<String> {
    let list = app.get(OWNER_KEY, &format!("{review}/items?limit=100{query}")).await.ok();
    list["data"].as_array().expect("a list").iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

fn counts(answer: &Json) -> [u64; 4] {
    ["total", "pending", "approved", "rejected"].map(|name| answer["counts"][name].as_u64().expect("a count"))
}

each_database! {
    async fn a_review_takes_in_its_search_also_while_it_runs(app: TestApp) {
        let sandbox = sandbox().await;
        app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
        let search = start_search(&app, "manager", 700).await;
        let answer = app.post(OWNER_KEY, "/api/v1/reviews", json!({"searches": [search]})).await;
        let review = answer.ok();
        let path = answer.headers["location"].to_str().expect("a path").to_owned();
        assert_eq!((answer.status.as_u16(), &review["name"], &review["state"]), (201, &json!("manager"), &json!("open")));
        assert_eq!(review["searches"], json!([search]));
        app.ended(OWNER_KEY, &search).await;
        assert_eq!(counts(&app.get(OWNER_KEY, &path).await.ok()), [700, 700, 0, 0], "each page came with its rows");
        // Another one, of a search that has ended: the same people in the same order, known now.
        let again = review_of(&app, &[&search]).await;
        let other = format!("/api/v1/reviews/{}", again["id"].as_str().expect("an id"));
        let whole = app.get(OWNER_KEY, &other).await.ok();
        assert_eq!((counts(&whole), &whole["counts"]["duplicates"]), ([700, 700, 0, 0], &json!(700)));
        let people = async |path: &str| {
            let list = app.get(OWNER_KEY, &format!("{path}/items?limit=100")).await.ok();
            list["data"].as_array().expect("a list").iter().map(|item| (item["position"].clone(), item["person_id"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(people(&path).await, people(&other).await);
    }

    async fn a_person_of_two_searches_is_reviewed_once_and_said_to_be_in_both(app: TestApp) {
        let sandbox = sandbox().await;
        app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
        let (one, two) = (found(&app, "manager", 40).await, found(&app, "manager", 60).await);
        let review = review_of(&app, &[&one, &two]).await;
        assert_eq!(review["name"], "manager and 1 more");
        let path = format!("/api/v1/reviews/{}", review["id"].as_str().expect("an id"));
        let review = app.get(OWNER_KEY, &path).await.ok();
        assert_eq!((counts(&review), &review["counts"]["duplicates"]), ([60, 60, 0, 0], &json!(40)));
        let list = app.get(OWNER_KEY, &format!("{path}/items?mark=duplicate&limit=1")).await.ok();
        assert_eq!((&list["pagination"]["total"], &list["data"][0]["elsewhere"]["searches"]), (&json!(40), &json!(1)));
        let item = app.get(OWNER_KEY, &format!("{path}/items/{}", list["data"][0]["id"].as_str().expect("an id"))).await.ok();
        let brought = item["job_id"].as_str().expect("a search");
        let also = if brought == one { &two } else { &one };
        assert_eq!((&item["also_in_searches"][0]["job_id"], &item["also_in_searches"][0]["name"]), (&json!(also), &json!("manager")));
        let identity = &item["groups"][0];
        assert_eq!((&identity["name"], &identity["fields"]["name"]), (&json!("identity"), &item["name"]));
        assert_eq!((&identity["said_by"]["kind"], &identity["said_by"]["job_id"]), (&json!("search"), &json!(brought)));
        assert_eq!((&identity["said_by"]["provider"], &identity["said_by"]["api"]), (&json!("unipile"), &json!("sales_navigator")));
        assert!(identity["said_by"]["fetched_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{item}");

        // What one review has decided, another one knows.
        let body = json!({"decision": "rejected", "reason": "Too junior", "items": [item["id"]]});
        app.post(OWNER_KEY, &format!("{path}/decisions"), body).await.ok();
        let third = review_of(&app, &[&one, &two]).await;
        assert_eq!((&third["counts"]["duplicates"], &third["counts"]["reviewed"]), (&json!(60), &json!(1)));
        let path = format!("/api/v1/reviews/{}", third["id"].as_str().expect("an id"));
        let known = ids(&app, &path, "&mark=reviewed").await;
        let known = app.get(OWNER_KEY, &format!("{path}/items/{}", known[0])).await.ok();
        assert_eq!((&known["person_id"], &known["elsewhere"]["rejections"]), (&item["person_id"], &json!(1)));
        let there = &known["also_in_reviews"][0];
        assert_eq!((&there["name"], &there["decision"], &there["reason"]), (&review["name"], &json!("rejected"), &json!("Too junior")));
    }

    async fn immunity_37_all_of_a_large_review_can_be_reached_and_every_decision_is_stored_as_made(app: TestApp) {
        let path = filled(&app, 2_500).await;
        let mut cursor = String::new();
        let mut seen = BTreeSet::new();
        let mut positions = Vec::new();
        loop {
            let page = app.get(OWNER_KEY, &format!("{path}/items?limit=100{cursor}")).await.ok();
            assert_eq!((&page["pagination"]["total"], &page["pagination"]["total_is_estimate"]), (&json!(2_500), &json!(false)));
            for item in page["data"].as_array().expect("a list") {
                seen.insert(item["id"].to_string());
                positions.push(item["position"].as_u64().expect("a place"));
                // Deciding half-way moves nothing: not the page in hand, and not those to come.
                if positions.len() % 100 == 50 {
                    app.post(OWNER_KEY, &format!("{path}/decisions"), json!({"decision": "approved", "items": [item["id"]]})).await.ok();
                    let stored = app.get(OWNER_KEY, &format!("{path}/items/{}", item["id"].as_str().expect("an id"))).await.ok();
                    assert_eq!(stored["decision"], "approved", "a page that is loaded anew shows it");
                }
            }
            match page["pagination"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!((seen.len(), positions), (2_500, (1..=2_500).collect::<Vec<_>>()));
        assert_eq!(counts(&app.get(OWNER_KEY, &path).await.ok()), [2_500, 2_475, 25, 0]);
    }

    async fn all_that_match_are_decided_as_long_as_they_are_as_many_as_were_seen(app: TestApp) {
        let path = filled(&app, 150).await;
        let seen = app.get(OWNER_KEY, &format!("{path}/items?q=manager&decision=pending")).await.ok()["pagination"]["total"].as_u64();
        let seen = seen.expect("a total");
        assert!(seen > 10, "{seen}");
        let decide = async |expected: u64| {
            let body = json!({"decision": "approved", "filter": {"q": "manager", "decision": "pending"}, "expected": expected});
            app.post(OWNER_KEY, &format!("{path}/decisions"), body).await
        };
        let refused = decide(seen - 1).await.problem(409);
        assert_eq!((&refused["error_code"], &refused["details"]["now"]), (&json!("COUNT_DIFFERS"), &json!(seen)));
        assert_eq!(counts(&app.get(OWNER_KEY, &path).await.ok()), [150, 150, 0, 0], "nothing was decided");
        let done = decide(seen).await.ok();
        assert_eq!((done["matched"].as_u64(), done["changed"].as_u64()), (Some(seen), Some(seen)));
        assert_eq!(counts(&done), [150, 150 - seen, seen, 0]);
        assert_eq!(decide(0).await.ok()["stroke_id"], Json::Null, "nothing is left that matches");

        // A colleague decides one of them anew; taking the bulk back leaves that one, and says so.
        let colleague = app.colleague(app.owner().await.workspace_id, Role::Member).await;
        let one = ids(&app, &path, "&decision=approved").await[0].clone();
        let body = json!({"decision": "rejected", "reason": "Wrong place", "items": [one]});
        app.post(&colleague.key, &format!("{path}/decisions"), body).await.ok();
        let undone = app.post(OWNER_KEY, &format!("{path}/undo"), Json::Null).await.ok();
        assert_eq!((undone["restored"].as_u64(), undone["left"].as_u64()), (Some(seen - 1), Some(1)));
        assert_eq!(undone["message"], format!("Taken back for {} people; 1 person decided anew since then and stay as they are.", seen - 1));
        assert_eq!(counts(&undone), [150, 149, 0, 1]);
        // And when the colleague takes that back too, nothing of the bulk is left.
        let undone = app.post(&colleague.key, &format!("{path}/undo"), Json::Null).await.ok();
        assert_eq!((counts(&undone), &undone["decision"]), ([150, 150, 0, 0], &json!("rejected")));
        assert_eq!(app.post(OWNER_KEY, &format!("{path}/undo"), Json::Null).await.problem(409)["error_code"], "NOTHING_TO_UNDO");
    }

    async fn a_review_is_completed_when_nothing_is_pending_or_the_rest_is_rejected(app: TestApp) {
        let path = filled(&app, 30).await;
        let first = ids(&app, &path, "").await[0].clone();
        app.post(OWNER_KEY, &format!("{path}/decisions"), json!({"decision": "approved", "items": [first]})).await.ok();
        // Without a body it rejects nothing.
        let asked = app.request(Method::POST, &format!("{path}/complete")).header("x-api-key", OWNER_KEY);
        let refused = send(asked).await.problem(409);
        assert_eq!((&refused["error_code"], &refused["details"]["pending"]), (&json!("STILL_PENDING"), &json!(29)));
        let done = app.post(OWNER_KEY, &format!("{path}/complete"), json!({"reject_rest": true, "reason": "Not needed"})).await.ok();
        assert_eq!((&done["state"], counts(&done)), (&json!("completed"), [30, 0, 1, 29]));
        assert!(done["completed_by"]["name"].is_string() && done["completed_at"].is_string(), "{done}");
        let body = json!({"decision": "pending", "items": [first]});
        for (what, body) in [("decisions", body.clone()), ("undo", Json::Null), ("complete", json!({}))] {
            assert_eq!(app.post(OWNER_KEY, &format!("{path}/{what}"), body).await.problem(409)["error_code"], "REVIEW_COMPLETED");
        }
        app.post(OWNER_KEY, &format!("{path}/reopen"), Json::Null).await.ok();
        let undone = app.post(OWNER_KEY, &format!("{path}/undo"), Json::Null).await.ok();
        assert_eq!((counts(&undone), undone["restored"].as_u64()), ([30, 29, 1, 0], Some(29)), "the rest was rejected in one stroke");
    }

    async fn a_completed_review_takes_in_what_was_found_meanwhile_when_it_is_reopened(app: TestApp) {
        let sandbox = sandbox().await;
        let body = json!({
            "provider": "unipile", "base_url": sandbox.base_url(), "api_key": "a provider's key", "external_account_id": "acc_sales_navigator",
            "api": "sales_navigator", "pace": {"delay_ms": 150, "jitter_pct": 0}, "budgets": {"search_rows_per_day": 100_000},
        });
        app.post(OWNER_KEY, "/api/v1/accounts", body).await.ok();
        let search = start_search(&app, "manager", 400).await;
        let path = path_of(&review_of(&app, &[&search]).await);
        app.post(OWNER_KEY, &format!("{path}/complete"), json!({"reject_rest": true})).await.ok();
        app.ended(OWNER_KEY, &search).await;
        let frozen = app.get(OWNER_KEY, &path).await.ok();
        assert!(counts(&frozen)[0] < 400, "{frozen}");
        assert_eq!(counts(&frozen)[1], 0);
        let reopened = app.post(OWNER_KEY, &format!("{path}/reopen"), Json::Null).await.ok();
        assert_eq!((counts(&reopened)[0], &reopened["state"]), (400, &json!("open")));
        assert_eq!(ids(&app, &path, "&offset=399").await.len(), 1);
    }

    async fn a_change_is_told_with_the_counts_that_it_left(app: TestApp) {
        let path = filled(&app, 20).await;
        let mut events = app.client(OWNER_KEY).events().after("0-0");
        let two: Vec<String> = ids(&app, &path, "").await.into_iter().take(2).collect();
        app.post(OWNER_KEY, &format!("{path}/decisions"), json!({"decision": "approved", "items": two})).await.ok();
        let heard = async {
            loop {
                let Some(Ok(Heard::Frame(frame))) = events.next().await else { panic!("the stream broke") };
                if let Told::Review(told) = frame.told
                    && told.counts.approved > 0
                {
                    break told;
                }
            }
        };
        let told = tokio::time::timeout(std::time::Duration::from_secs(30), heard).await.expect("it is told");
        assert_eq!(format!("/api/v1/reviews/{}", told.review_id), path);
        assert_eq!((told.counts.total, told.counts.pending, told.counts.approved), (20, 18, 2));
    }

    async fn viewers_read_and_members_decide(app: TestApp) {
        let path = filled(&app, 10).await;
        let viewer = app.colleague(app.owner().await.workspace_id, Role::Viewer).await;
        app.get(&viewer.key, &path).await.ok();
        app.get(&viewer.key, &format!("{path}/items")).await.ok();
        for (method, body) in [("decisions", json!({"decision": "approved", "filter": {}, "expected": 10})), ("undo", Json::Null), ("complete", json!({}))] {
            app.post(&viewer.key, &format!("{path}/{method}"), body).await.problem(403);
        }
        app.post(&viewer.key, "/api/v1/reviews", json!({})).await.problem(403);
    }

    async fn a_review_is_made_once_for_one_idempotency_key(app: TestApp) {
        let sandbox = sandbox().await;
        app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
        let search = found(&app, "manager", 30).await;
        let once = async || {
            let request = app.request(Method::POST, "/api/v1/reviews").header("x-api-key", OWNER_KEY).header("idempotency-key", "once");
            send(request.json(&json!({"searches": [search]}))).await.ok()
        };
        assert_eq!(once().await, once().await);
        assert_eq!(app.get(OWNER_KEY, "/api/v1/reviews").await.ok()["pagination"]["total"], 1);
        assert_eq!(app.get(OWNER_KEY, "/api/v1/reviews?state=completed").await.ok()["pagination"]["total"], 0);
    }

    async fn what_cannot_be_asked_of_a_review_is_named(app: TestApp) {
        let path = filled(&app, 10).await;
        let item = ids(&app, &path, "").await[0].clone();
        let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
        for (body, field) in [
            (json!({"decision": "approved"}), "items"),
            (json!({"decision": "approved", "items": [item], "filter": {}}), "items"),
            (json!({"decision": "approved", "items": []}), "items"),
            (json!({"decision": "approved", "filter": {}}), "expected"),
            (json!({"decision": "maybe", "items": [item]}), "decision"),
            (json!({"decision": "approved", "reason": "nice", "items": [item]}), "reason"),
            (json!({"decision": "rejected", "reason": "x".repeat(501), "items": [item]}), "reason"),
            (json!({"decision": "approved", "filter": {"network_distance": 4}, "expected": 0}), "network_distance"),
            (json!({"decision": "approved", "filter": {"tittle": "x"}, "expected": 0}), "filter.tittle"),
        ] {
            let problem = app.post(OWNER_KEY, &format!("{path}/decisions"), body.clone()).await.problem(422);
            assert_eq!(problem["validation_errors"][0]["field"], field, "{body}: {problem}");
        }
        for (query, field) in [
            ("sort=terms", "sort"), ("sort=name;DROP", "sort"), ("decision=maybe", "decision"), ("mark=old", "mark"), ("limit=101", "limit"),
            ("offset=10001", "offset"), ("network_distance=0", "network_distance"), ("order=asc", "order"), ("cursor=xx", "cursor"),
        ] {
            let problem = app.get(OWNER_KEY, &format!("{path}/items?{query}")).await.problem(422);
            assert_eq!(problem["validation_errors"][0]["field"], field, "{query}");
        }
        for (body, field) in [(json!({"searches": [nobody]}), "searches[0]"), (json!({"searches": ["x"]}), "searches[0]"), (json!({"name": " "}), "name")] {
            assert_eq!(app.post(OWNER_KEY, "/api/v1/reviews", body).await.problem(422)["validation_errors"][0]["field"], field);
        }
        app.post(OWNER_KEY, &format!("{path}/decisions"), json!({"decision": "approved", "items": [item, nobody]})).await.problem(404);
        assert_eq!(counts(&app.get(OWNER_KEY, &path).await.ok()), [10, 10, 0, 0], "all of it happens or none");
        for words in ["%27%22%29%20OR%201%3D1", "a*", "-manager", "NOT%20manager", "w%3Amanager", "%F0%9F%98%80"] {
            app.get(OWNER_KEY, &format!("{path}/items?q={words}")).await.ok();
        }
    }
}

fn path_of(review: &Json) -> String {
    format!("/api/v1/reviews/{}", review["id"].as_str().expect("an id"))
}
