//! Searches and jobs over HTTP: asking, watching, steering, reading what was found.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};
use sluice::config::Settings;
use sluice_api::{JobStatus, StopReason};
use sluice_sandbox::{Options, Sandbox};

use crate::support::{OWNER_KEY, TestApp, each_database, send};

async fn sandbox() -> Sandbox {
    sluice_sandbox::start(Options { people: 20_000, ..Options::default() }).await.expect("the sandbox starts")
}

async fn found(app: &TestApp, sandbox: &Sandbox, target: u32) -> String {
    app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
    let accepted = app.post(OWNER_KEY, "/api/v1/searches", json!({"criteria": {"keywords": "manager"}, "target": target})).await.ok();
    let id = accepted["job_id"].as_str().expect("an id").to_owned();
    assert_eq!(app.ended(OWNER_KEY, &id).await.status, JobStatus::Completed);
    id
}

each_database! {
    async fn a_search_is_accepted_at_once_and_says_what_to_expect(app: TestApp) {
        let account = app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let body = json!({"criteria": {"title": "CEO", "locations": ["103644278"]}, "target": 1500, "priority": 5, "deadline_s": 60});
        let answer = app.post(OWNER_KEY, "/api/v1/searches", body).await;
        let accepted = answer.ok();
        assert_eq!(answer.status.as_u16(), 202);
        let id = accepted["job_id"].as_str().expect("an id");
        assert_eq!(answer.headers["location"], format!("/api/v1/searches/{id}"));
        assert_eq!((&accepted["status"], &accepted["api"], &accepted["account_id"]), (&json!("queued"), &json!("classic"), &json!(account)));
        assert_eq!((&accepted["target"], &accepted["target_clamped_from"]), (&json!(1000), &json!(1500)));
        let job = app.get(OWNER_KEY, answer.headers["location"].to_str().expect("a path")).await.ok();
        assert_eq!((&job["progress"]["current"], &job["progress"]["total"], &job["priority"]), (&json!(0), &json!(1000), &json!(5)));
        assert!(job["timeline"].as_array().is_some_and(|timeline| !timeline.is_empty()), "{job}");
        let problem = app.tenant().await;
        let body = json!({"criteria": {"title": "CEO"}});
        assert_eq!(app.post(&problem.key, "/api/v1/searches", body).await.problem(409)["details"]["action"], "connect_linkedin");
    }

    async fn the_same_search_sent_twice_runs_once(app: TestApp) {
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        for path in ["/api/v1/searches", "/api/linkedin/search/create-job"] {
            let body = json!({"criteria": {"keywords": "x"}, "search_criteria": {"keywords": "x"}});
            let body = if path.contains("linkedin") { body } else { json!({"criteria": {"keywords": "x"}}) };
            let once = async || {
                let request = app.request(reqwest::Method::POST, path).header("x-api-key", OWNER_KEY).header("idempotency-key", path);
                send(request.json(&body)).await.ok()
            };
            assert_eq!(once().await, once().await, "{path}");
        }
        assert_eq!(app.get(OWNER_KEY, "/api/v1/jobs").await.ok()["pagination"]["total"], 2);
    }

    async fn jobs_that_are_made_while_one_reads_the_list_move_no_row_to_another_page(app: TestApp) {
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let search = async |keywords: &str| {
            let accepted = app.post(OWNER_KEY, "/api/v1/searches", json!({"criteria": {"keywords": keywords}})).await.ok();
            accepted["job_id"].as_str().expect("an id").to_owned()
        };
        let mut made = Vec::new();
        for number in 0..5 {
            made.push(search(&format!("manager {number}")).await);
        }
        made.reverse();
        for list in ["/api/v1/jobs", "/api/v1/searches"] {
            let (mut read, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = app.get(OWNER_KEY, &format!("{list}?limit=2{cursor}")).await.ok();
                read.extend(page["data"].as_array().expect("a list").iter().map(|job| job["id"].as_str().expect("an id").to_owned()));
                let Some(next) = page["pagination"]["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
                search("somebody else").await;
            }
            assert_eq!(read[read.len() - 5..], made, "{list}");
            assert_eq!(read.iter().collect::<BTreeSet<_>>().len(), read.len(), "{list}");
        }
        let by_offset = app.get(OWNER_KEY, "/api/v1/jobs?limit=100&offset=2").await.ok();
        assert_eq!((&by_offset["pagination"]["offset"], &by_offset["data"].as_array().expect("a list").last().expect("a job")["id"]), (&json!(2), &json!(made[4])));
    }

    async fn immunity_10_totals_sorts_and_filters_hold_over_all_pages(app: TestApp) {
        let sandbox = sandbox().await;
        let id = found(&app, &sandbox, 230).await;
        let path = format!("/api/v1/searches/{id}/results");
        for sort in ["position", "-position", "name", "-company", "title", "location"] {
            let (mut rows, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = app.get(OWNER_KEY, &format!("{path}?limit=100&sort={sort}{cursor}")).await.ok();
                assert_eq!(page["pagination"]["total"], 230, "{sort}: the total is not the page's length");
                assert_eq!(page["pagination"]["total_is_estimate"], false);
                rows.extend(page["data"].as_array().expect("a list").clone());
                match page["pagination"]["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row["id"].as_str()).collect();
            assert_eq!((rows.len(), ids.len()), (230, 230), "{sort}: no row is passed over or comes twice");
            if let Some(field) = ["name", "title", "location"].into_iter().find(|field| sort == *field) {
                let values: Vec<&str> = rows.iter().filter_map(|row| row[field].as_str()).collect();
                assert!(values.is_sorted(), "{sort}");
            }
        }
        let place = app.get(OWNER_KEY, &format!("{path}?limit=1")).await.ok()["data"][0]["location"].as_str().expect("a place").to_owned();
        let word: String = place.chars().take_while(|letter| letter.is_alphanumeric()).collect();
        let all = app.get(OWNER_KEY, &format!("{path}?limit=100&q={word}")).await.ok();
        let total = all["pagination"]["total"].as_u64().expect("a total");
        assert!((1..230).contains(&total), "{word}: {total}");
        let second = app.get(OWNER_KEY, &format!("{path}?limit=1&offset={}&q={word}", total - 1)).await.ok();
        assert_eq!((second["data"].as_array().expect("a list").len(), &second["pagination"]["has_more"]), (1, &json!(false)));
    }

    async fn immunity_11_every_count_of_a_run_agrees(app: TestApp) {
        let sandbox = sandbox().await;
        let id = found(&app, &sandbox, 150).await;
        let job = app.get(OWNER_KEY, &format!("/api/v1/jobs/{id}")).await.ok();
        let results = app.get(OWNER_KEY, &format!("/api/v1/searches/{id}/results?limit=1")).await.ok();
        let older = app.get(OWNER_KEY, &format!("/api/linkedin/search/create-job?job_id={id}")).await.ok();
        let listed = app.get(OWNER_KEY, "/api/v1/jobs?kind=search_prospects&status=completed").await.ok();
        for (place, count) in [
            ("the job", &job["progress"]["current"]),
            ("its total", &job["progress"]["total"]),
            ("the results", &results["pagination"]["total"]),
            ("the older view", &older["job"]["results_count"]),
            ("its progress", &older["job"]["progress"]["current"]),
            ("the list", &listed["data"][0]["progress"]["current"]),
        ] {
            assert_eq!(count, 150, "{place}");
        }
        assert_eq!((&job["stop_reason"], &job["progress"]["percentage"]), (&json!("target_reached"), &json!(100)));
        assert_eq!(listed["pagination"]["total"], 1);
    }

    async fn immunity_01_a_failed_search_is_retried_under_its_own_id(app: TestApp) {
        let sandbox = sandbox().await;
        let account = json!({
            "provider": "unipile", "base_url": sandbox.base_url(), "api_key": "bad-key", "external_account_id": "acc_classic",
            "api": "classic", "pace": {"delay_ms": 0},
        });
        let account = app.post(OWNER_KEY, "/api/v1/accounts", account).await.ok();
        let account = format!("/api/v1/accounts/{}", account["id"].as_str().expect("an id"));
        let body = json!({"criteria": {"keywords": "manager"}, "target": 20});
        let id = app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned();
        let failed = app.ended(OWNER_KEY, &id).await;
        assert_eq!((failed.status, failed.stop_reason), (JobStatus::Failed, Some(StopReason::AccountTrouble)));
        assert_eq!(app.get(OWNER_KEY, &account).await.ok()["state"], "trouble");

        let older = app.get(OWNER_KEY, &format!("/api/linkedin/search/create-job?job_id={id}")).await.ok();
        assert!(older["job"]["error_message"].as_str().is_some_and(|text| text.starts_with("Unipile API error: 401")), "{older}");
        app.patch(OWNER_KEY, &account, json!({"api_key": "a good key"})).await.ok();
        let retried = app.post(OWNER_KEY, &format!("/api/v1/jobs/{id}/retry"), Json::Null).await.ok();
        assert_eq!((&retried["id"], &retried["stop_reason"]), (&json!(id), &Json::Null));
        let done = app.ended(OWNER_KEY, &id).await;
        assert_eq!((done.status, done.progress.current), (JobStatus::Completed, 20));
    }

    async fn a_wish_that_cannot_be_granted_says_what_would_work(app: TestApp) {
        let sandbox = sandbox().await;
        let id = found(&app, &sandbox, 10).await;
        for wish in ["pause", "resume", "cancel", "retry"] {
            let problem = app.post(OWNER_KEY, &format!("/api/v1/jobs/{id}/{wish}"), Json::Null).await.problem(409);
            assert_eq!((&problem["error_code"], &problem["details"]["status"]), (&json!("WRONG_STATE"), &json!("completed")));
            assert!(problem["suggestions"][0].as_str().is_some_and(|text| text.contains("start a new one")), "{problem}");
        }
    }

    async fn a_page_is_tried_as_often_as_the_setting_says(test: TestDatabase) {
        let app = TestApp::over(test, Settings { max_attempts: Some(1), ..Settings::default() }).await;
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        for (path, body) in [
            ("/api/v1/searches", json!({"criteria": {"keywords": "x"}})),
            ("/api/linkedin/search/create-job", json!({"search_criteria": {"keywords": "x"}})),
        ] {
            let id = app.post(OWNER_KEY, path, body).await.ok()["job_id"].as_str().expect("an id").to_owned();
            let failed = app.ended(OWNER_KEY, &id).await;
            assert_eq!((failed.status, failed.stop_reason), (JobStatus::Failed, Some(StopReason::Error)), "{failed:?}");
            assert!(failed.error.is_some_and(|error| error.message.starts_with("Tried once: ")), "{path}: the first failure was the last");
            assert!(failed.timeline.iter().all(|line| line.kind != "retry"), "{path}: {:?}", failed.timeline);
        }
    }
}
