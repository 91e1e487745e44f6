//! Bad input gets a 4xx that names the field and the remedy, and nothing is stored.

use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::support::{OWNER_KEY, TestApp, each_database, send};

/// What is sent where, and what must come back.
struct Case {
    what: &'static str,
    path: &'static str,
    body: Vec<u8>,
    status: u16,
    field: &'static str,
}

fn case(what: &'static str, path: &'static str, body: Json, field: &'static str) -> Case {
    Case { what, path, body: body.to_string().into_bytes(), status: 422, field }
}

fn search(what: &'static str, field: &'static str, change: Json) -> Case {
    let mut body = json!({"criteria": {"keywords": "manager"}, "target": 50});
    for (name, value) in change.as_object().expect("an object") {
        body[name] = value.clone();
    }
    case(what, "/api/v1/searches", body, field)
}

fn cases() -> Vec<Case> {
    let account =
        json!({"provider": "unipile", "base_url": "http://127.0.0.1:9", "api_key": "k", "external_account_id": "a", "api": "classic"});
    let with = |name: &str, value: Json| {
        let mut body = account.clone();
        body[name] = value;
        body
    };
    let mut cases = vec![
        search("an unknown field", "tagret", json!({"tagret": 50})),
        search("an unknown criterion", "criteria.tittle", json!({"criteria": {"tittle": "CEO"}})),
        search("a target of 0", "target", json!({"target": 0})),
        search("a target of -1", "target", json!({"target": -1})),
        search("a target of 2,501", "target", json!({"target": 2501})),
        search("a target of a billion", "target", json!({"target": 1_000_000_000})),
        search("a target beyond every number", "target", json!({"target": 1e30})),
        search("a text for a number", "target", json!({"target": "50"})),
        search("a number for a text", "criteria.title", json!({"criteria": {"title": 5}})),
        search("a text for a list", "criteria.locations", json!({"criteria": {"locations": "Berlin"}})),
        search("a list for an object", "criteria", json!({"criteria": []})),
        search("an unknown band", "criteria.headcount[0]", json!({"criteria": {"headcount": ["12-13"]}})),
        search("a filter that the account lacks", "criteria.headcount", json!({"criteria": {"headcount": ["11-50"]}})),
        search("a degree that is none", "criteria.network_distance", json!({"criteria": {"network_distance": [7]}})),
        search("nothing to search by", "criteria", json!({"criteria": null})),
        search("two things to search by", "criteria", json!({"url": "https://www.linkedin.com/search/results/people/?keywords=x"})),
        search("a page of jobs", "url", json!({"criteria": null, "url": "https://www.linkedin.com/jobs/search/?keywords=x"})),
        search("a profile", "url", json!({"criteria": null, "url": "https://www.linkedin.com/in/somebody"})),
        search("a page elsewhere", "url", json!({"criteria": null, "url": "https://example.com/search/results/people/"})),
        search("no page at all", "url", json!({"criteria": null, "url": "people in Berlin"})),
        search("an unknown account", "account_id", json!({"account_id": "01890a5d-ac96-774b-bcce-b302099a8057"})),
        search("an account that is no id", "account_id", json!({"account_id": "mine"})),
        search("a deadline of 0", "deadline_s", json!({"deadline_s": 0})),
        case("a workspace without a name", "/api/v1/workspaces", json!({"name": "  "}), "name"),
        case("a name without end", "/api/v1/workspaces", json!({"name": "x".repeat(256)}), "name"),
        case("a place that is no zone", "/api/v1/workspaces", json!({"name": "x", "time_zone": "Berlin"}), "time_zone"),
        case("a key without a role", "/api/v1/keys", json!({"name": "x"}), "role"),
        case("an unknown role", "/api/v1/keys", json!({"name": "x", "role": "admin"}), "role"),
        case(
            "a key of the past",
            "/api/v1/keys",
            json!({"name": "x", "role": "viewer", "expires_at": "2001-01-01T00:00:00Z"}),
            "expires_at",
        ),
        case("an unknown provider", "/api/v1/accounts", with("provider", json!("xing")), "provider"),
        case("an account without a key", "/api/v1/accounts", with("api_key", Json::Null), "api_key"),
        case("a key that no header holds", "/api/v1/accounts", with("api_key", json!("a\nb")), "api_key"),
        case("an address with a path", "/api/v1/accounts", with("base_url", json!("http://127.0.0.1:9/api/v1")), "base_url"),
        case("a pace of days", "/api/v1/accounts", with("pace", json!({"delay_ms": 86_400_000})), "pace.delay_ms"),
        case("more jitter than delay", "/api/v1/accounts", with("pace", json!({"jitter_pct": 101})), "pace.jitter_pct"),
        case("a budget of nothing", "/api/v1/accounts", with("budgets", json!({"search_rows_per_day": 0})), "budgets.search_rows_per_day"),
        case(
            "no working days",
            "/api/v1/accounts",
            with("working_hours", json!({"days": [], "from": "09:00", "to": "17:00"})),
            "working_hours.days",
        ),
        case(
            "hours backwards",
            "/api/v1/accounts",
            with("working_hours", json!({"days": ["mon"], "from": "17:00", "to": "09:00"})),
            "working_hours.to",
        ),
    ];
    let raw = |what, status, field, body: &[u8]| Case { what, path: "/api/v1/searches", body: body.to_vec(), status, field };
    cases.push(raw("bytes that are no text", 400, "criteria.keywords", b"{\"criteria\":{\"keywords\":\"man\xffager\"}}"));
    cases.push(raw("half a body", 400, "criteria", b"{\"criteria\":{"));
    cases.push(raw("no body", 400, "body", b""));
    cases.push(raw("a list", 422, "body", b"[]"));
    cases.push(raw("5 MB", 413, "body", format!("{{\"url\":\"{}\"}}", "x".repeat(5_000_000)).as_bytes()));
    cases
}

async fn post(app: &TestApp, path: &str, body: Vec<u8>) -> crate::support::app::Answer {
    let request = app.request(Method::POST, path).header("x-api-key", OWNER_KEY).header("content-type", "application/json");
    send(request.body(body)).await
}

async fn stored(app: &TestApp) -> Vec<Json> {
    let mut totals = Vec::new();
    for path in ["/api/v1/jobs", "/api/v1/searches", "/api/v1/accounts", "/api/v1/keys", "/api/v1/workspaces"] {
        totals.push(app.get(OWNER_KEY, path).await.ok()["pagination"]["total"].clone());
    }
    totals
}

each_database! {
    async fn bad_input_names_the_field_and_the_remedy_and_stores_nothing(app: TestApp) {
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let before = stored(&app).await;
        for Case { what, path, body, status, field } in cases() {
            let problem = post(&app, path, body).await.problem(status);
            let error = &problem["validation_errors"][0];
            assert_eq!(error["field"], field, "{what}: {problem}");
            assert!(error["message"].as_str().is_some_and(|remedy| remedy.len() > 10), "{what}: {problem}");
            assert!(problem["suggestions"].as_array().is_some_and(|suggestions| !suggestions.is_empty()), "{what}: {problem}");
        }
        assert_eq!(stored(&app).await, before);
    }

    async fn a_body_of_5_mb_without_a_length_is_refused_too(app: TestApp) {
        let chunks = (0..80).map(|_| Ok::<_, std::io::Error>(vec![b' '; 65_536]));
        let request = app.request(Method::POST, "/api/v1/searches").header("x-api-key", OWNER_KEY).header("content-type", "application/json");
        let request = request.body(reqwest::Body::wrap_stream(futures_util::stream::iter(chunks)));
        // The server may answer before all of it is sent, and close.
        if let Ok(response) = request.send().await {
            assert_eq!(response.status().as_u16(), 413);
        }
    }

    async fn what_is_no_json_says_so(app: TestApp) {
        for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
            let request = app.request(Method::POST, "/api/v1/searches").header("x-api-key", OWNER_KEY).header("content-type", kind);
            let problem = send(request.body("{}")).await.problem(415);
            assert_eq!(problem["validation_errors"][0]["field"], "content-type");
        }
    }

    async fn wrong_parameters_are_named(app: TestApp) {
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let body = json!({"criteria": {"keywords": "manager"}, "target": 1});
        let id = app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned();
        let results = format!("/api/v1/searches/{id}/results");
        let cases = [
            ("/api/v1/jobs?limit=0".to_owned(), "limit"),
            ("/api/v1/jobs?limit=101".to_owned(), "limit"),
            ("/api/v1/jobs?limit=x".to_owned(), "limit"),
            ("/api/v1/jobs?offset=-1".to_owned(), "offset"),
            ("/api/v1/jobs?status=done".to_owned(), "status"),
            ("/api/v1/jobs?state=queued".to_owned(), "state"),
            ("/api/v1/jobs?cursor=x".to_owned(), "cursor"),
            ("/api/v1/jobs?cursor=bm9wZQ&offset=1".to_owned(), "cursor"),
            // p01890a5d-ac96-774b-bcce-b302099a8057, a job without its time.
            ("/api/v1/jobs?cursor=cDAxODkwYTVkLWFjOTYtNzc0Yi1iY2NlLWIzMDIwOTlhODA1Nw".to_owned(), "cursor"),
            (format!("{results}?sort=folded"), "sort"),
            (format!("{results}?sort=name;DROP%20TABLE%20jobs"), "sort"),
            (format!("{results}?q=x&order=asc"), "order"),
            ("/api/linkedin/search/results?job_id=x&page=0".to_owned(), "page"),
            ("/api/linkedin/search/results?job_id=x&per_page=101".to_owned(), "per_page"),
        ];
        for (path, field) in cases {
            assert_eq!(app.get(OWNER_KEY, &path).await.problem(422)["validation_errors"][0]["field"], field, "{path}");
        }
        for path in ["/api/v1/jobs/mine", "/api/v1/jobs/01890a5dac96774bbcceb302099a8057", "/api/v1/searches/%00", "/api/v1/accounts/-1"] {
            app.get(OWNER_KEY, path).await.problem(404);
        }
    }
}
