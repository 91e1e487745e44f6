//! The routes that existing frontends call, with their requests and their words.

use serde_json::{Value as Json, json};
use sluice::domain::Role;

use crate::support::{OWNER_KEY, each_database};

const CREATE: &str = "/api/linkedin/search/create-job";

/// What the known frontend sends.
fn known_request() -> Json {
    json!({
        "search_criteria": {
            "category": "people", "keywords": "CEO tech startup", "title": "CEO", "location": ["103644278"], "company_headcount": ["B", "C"],
        },
        "search_type": "linkedin",
        "target_count": 120,
    })
}

each_database! {
    async fn the_known_frontend_fills_its_table(app: TestApp) {
        let sandbox = sluice_sandbox::start(sluice_sandbox::Options::default()).await.expect("the sandbox starts");
        app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
        let made = app.post(OWNER_KEY, CREATE, known_request()).await;
        assert_eq!(made.status.as_u16(), 200, "{}", made.text);
        let made = made.json();
        assert_eq!((&made["success"], &made["status"], &made["message"]), (&json!(true), &json!("queued"), &json!("Search queued for 120 prospects")));
        assert_eq!((&made["metadata"]["api"], &made["metadata"]["max_results"]), (&json!("sales_navigator"), &json!(2500)));
        assert!(made["metadata"]["estimated_time_seconds"].is_u64() && made["warnings"] == json!([]), "{made}");
        let id = made["job_id"].as_str().expect("an id");
        app.ended(OWNER_KEY, id).await;

        let job = app.get(OWNER_KEY, &format!("{CREATE}?job_id={id}")).await.ok()["job"].clone();
        assert_eq!((&job["id"], &job["status"], &job["results_count"]), (&json!(id), &json!("completed"), &json!(120)));
        assert_eq!((&job["progress"], &job["error_message"]), (&json!({"current": 120, "total": 120, "percentage": 100}), &Json::Null));
        assert!(job["started_at"].is_string() && job["completed_at"].is_string());

        // The last page is shorter, and none of them repeats or leaves out a row.
        let mut seen = std::collections::BTreeSet::new();
        for (page, expected, has_more) in [(1, 50, true), (2, 50, true), (3, 20, false), (4, 0, false)] {
            let results = app.get(OWNER_KEY, &format!("/api/linkedin/search/results?job_id={id}&page={page}&per_page=50")).await.ok();
            let paging = json!({"page": page, "per_page": 50, "total": 120, "total_pages": 3, "has_more": has_more});
            assert_eq!((&results["pagination"], &results["job_status"]), (&paging, &json!("completed")));
            let prospects = results["prospects"].as_array().expect("a list");
            assert_eq!(prospects.len(), expected);
            for prospect in prospects {
                assert!(seen.insert(prospect["id"].as_str().expect("an id").to_owned()), "{prospect} came twice");
            }
        }
        let first = app.get(OWNER_KEY, &format!("/api/linkedin/search/results?job_id={id}&per_page=1")).await.ok()["prospects"][0].clone();
        let fields = [
            "id", "name", "firstName", "lastName", "headline", "title", "company", "industry", "linkedinUrl", "publicIdentifier", "location",
            "country", "connectionDegree", "mutualConnections", "summary", "premium", "openToWork", "source", "scrapedAt", "raw",
        ];
        assert_eq!(first.as_object().expect("an object").keys().map(String::as_str).collect::<Vec<_>>(), fields);
        assert!(first["id"].as_str().is_some_and(|id| id.starts_with("linkedin_")) && first["raw"].is_object());
        for field in ["name", "title", "company", "location", "linkedinUrl"] {
            assert!(first[field].as_str().is_some_and(|text| !text.is_empty()), "{field} is missing in {first}");
        }
    }

    async fn without_an_account_the_remedy_comes_first(app: TestApp) {
        let problem = app.post(OWNER_KEY, CREATE, known_request()).await.problem(400);
        assert!(problem["error"].as_str().is_some_and(|text| text.starts_with("No active LinkedIn account found")), "{problem}");
        assert_eq!((&problem["success"], &problem["action"], &problem["error"]), (&json!(false), &json!("connect_linkedin"), &problem["message"]));
    }

    async fn the_target_is_clamped_and_the_answer_says_so(app: TestApp) {
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let mut body = known_request();
        body["target_count"] = json!(2500);
        body["search_criteria"].as_object_mut().expect("an object").remove("company_headcount");
        body["search_criteria"]["mood"] = json!("good");
        body["utm"] = json!("x");
        let made = app.post(OWNER_KEY, CREATE, body).await.ok();
        assert_eq!((&made["message"], &made["metadata"]["max_results"]), (&json!("Search queued for 1000 prospects"), &json!(1000)));
        let warnings: Vec<&str> = made["warnings"].as_array().expect("a list").iter().filter_map(Json::as_str).collect();
        assert!(warnings.iter().any(|text| text.starts_with("utm ")) && warnings.iter().any(|text| text.starts_with("search_criteria.mood ")));
        assert!(warnings.iter().any(|text| text.contains("1000") && text.contains("2500")), "{warnings:?}");
    }

    async fn what_cannot_be_searched_is_refused_by_the_names_these_clients_know(app: TestApp) {
        let account = app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let cases = [
            ("/target_count", json!(0), "target_count"),
            ("/target_count", json!(-1), "target_count"),
            ("/target_count", json!(2501), "target_count"),
            ("/target_count", json!(1_000_000_000), "target_count"),
            ("/target_count", json!("many"), "target_count"),
            ("/target_count", json!([50]), "target_count"),
            ("/search_type", json!("github"), "search_type"),
            ("/search_criteria", json!("CEO"), "search_criteria"),
            ("/search_criteria/category", json!("companies"), "search_criteria.category"),
            ("/search_criteria/keywords", json!({"any": 1}), "search_criteria.keywords"),
            ("/search_criteria/location", json!([{}]), "search_criteria.location[0]"),
            ("/search_criteria/company_headcount", json!(["B", "Z"]), "search_criteria.company_headcount[1]"),
            ("/search_criteria/network_distance", json!([4]), "search_criteria.network_distance[0]"),
            ("/search_criteria/url", json!("https://www.linkedin.com/jobs/search/?keywords=x"), "search_criteria.url"),
            ("/account_id", json!("mine"), "account_id"),
            ("/account_id", json!("01890a5d-ac96-774b-bcce-b302099a8057"), "account_id"),
            // A classic account knows no headcount: the request as it is.
            ("/search_criteria/title", json!("CEO"), "search_criteria.company_headcount"),
        ];
        for (at, value, field) in cases {
            let mut body = known_request();
            match at.rsplit_once('/') {
                Some(("", name)) => body[name] = value,
                Some((_, name)) => body["search_criteria"][name] = value,
                None => unreachable!("{at} begins with a slash"),
            }
            let problem = app.post(OWNER_KEY, CREATE, body).await.problem(422);
            assert_eq!((&problem["validation_errors"][0]["field"], &problem["success"]), (&json!(field), &json!(false)), "{at}: {problem}");
        }
        assert_eq!(app.get(OWNER_KEY, "/api/v1/jobs").await.ok()["pagination"]["total"], 0, "nothing is stored");
        assert!(!account.is_empty());
    }

    async fn older_clients_see_the_words_they_know(app: TestApp) {
        app.account(OWNER_KEY, "http://127.0.0.1:9", "sales_navigator").await;
        // The address answers nothing, so the job is queued or waits; either can be paused and canceled.
        let id = app.post(OWNER_KEY, CREATE, known_request()).await.ok()["job_id"].as_str().expect("an id").to_owned();
        let state = async |word: &str| {
            app.post(OWNER_KEY, &format!("/api/v1/jobs/{id}/{word}"), Json::Null).await.ok();
            if word == "pause" {
                app.until(OWNER_KEY, &id, "paused").await;
            } else {
                app.ended(OWNER_KEY, &id).await;
            }
            app.get(OWNER_KEY, &format!("{CREATE}?job_id={id}")).await.ok()["job"].clone()
        };
        assert_eq!(state("pause").await["status"], "processing");
        let canceled = state("cancel").await;
        assert_eq!((&canceled["status"], &canceled["error_message"]), (&json!("failed"), &json!("Canceled")));
        app.get(OWNER_KEY, &format!("{CREATE}?job_id=unknown")).await.problem(404);
        let missing = app.get(OWNER_KEY, CREATE).await.problem(422);
        assert_eq!(missing["validation_errors"][0]["field"], "job_id");
    }

    async fn the_admin_page_may_set_up_its_tables(app: TestApp) {
        let path = "/api/admin/setup-search-jobs-tables";
        let done = app.post(OWNER_KEY, path, Json::Null).await.ok();
        assert_eq!(done["tables_verified"], json!({"prospect_search_jobs": true, "prospect_search_results": true}));
        let member = app.colleague(app.owner().await.workspace_id, Role::Member).await;
        assert_eq!(app.post(&member.key, path, Json::Null).await.problem(403)["success"], false);
    }
}
