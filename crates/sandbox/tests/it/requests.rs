//! Requests that the vendor refuses, and how.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{people, sales, sandbox, search_path};

#[tokio::test]
async fn what_the_schema_does_not_allow_is_refused_by_name() {
    let caller = sandbox("").await;
    let cases = [
        ("classic", json!({ "company_headcount": [] }), "additional properties: 'company_headcount'"),
        ("classic", json!({ "location": "103644278" }), "body/location must be array"),
        ("classic", json!({ "location": ["US"] }), "body/location/0 must match pattern"),
        ("classic", json!({ "location": [] }), "fewer than 1 items"),
        ("classic", json!({ "network_distance": ["1"] }), "body/network_distance/0"),
        ("classic", json!({ "advanced_keywords": { "role": "x" } }), "body/advanced_keywords must NOT have additional properties: 'role'"),
        ("classic", json!({ "category": "jobs" }), "body/category"),
        ("classic", json!({ "keywords": 7 }), "body/keywords must be string"),
        ("sales_navigator", json!({ "location": ["103644278"] }), "body/location must be object"),
        ("sales_navigator", json!({ "company_headcount": [{ "min": 2, "max": 10 }] }), "body/company_headcount/0/min"),
        ("sales_navigator", json!({ "seniority": { "include": ["manager"] } }), "body/seniority/include/0"),
        ("sales_navigator", json!({ "title": "CEO" }), "'title'"),
        ("recruiter", json!({ "role": [{ "keywords": "" }] }), "body/role/0"),
        ("recruiter", json!({ "location": [{ "priority": "MUST_HAVE" }] }), "must have required property 'id'"),
        ("recruiter", json!({ "seniority": { "include": ["vice_president"] } }), "body/seniority/include/0"),
    ];
    for (api, filters, reason) in cases {
        let (status, problem) = caller.post(&search_path(&format!("acc_{api}"), Some(5), None), &people(api, filters.clone())).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{api} {filters}");
        assert_eq!((&problem["type"], &problem["status"]), (&json!("errors/invalid_parameters"), &json!(400)));
        assert!(problem["detail"].as_str().unwrap().contains(reason), "{problem} should say {reason}");
        assert!(problem["title"].is_string());
    }
}

#[tokio::test]
async fn ids_may_be_integers_and_are_repeated_as_strings() {
    let caller = sandbox("").await;
    let body = |id: Value| people("classic", json!({ "location": [id] }));
    let integer = caller.page("acc_classic", 5, None, &body(json!(103_644_278))).await;
    assert_eq!(integer, caller.page("acc_classic", 5, None, &body(json!("103644278"))).await);
    assert_eq!(integer["config"]["params"]["location"], json!(["103644278"]));
}

#[tokio::test]
async fn limits_are_those_of_the_api() {
    let caller = sandbox("").await;
    for (api, limit, status) in [
        ("classic", "50", 200),
        ("classic", "51", 400),
        ("recruiter", "100", 200),
        ("sales_navigator", "101", 400),
        ("classic", "-1", 400),
        ("classic", "many", 400),
    ] {
        let path = format!("/api/v1/linkedin/search?account_id=acc_{api}&limit={limit}");
        assert_eq!(caller.post(&path, &people(api, json!({}))).await.0.as_u16(), status, "{api} {limit}");
    }
    let page = caller.post(&search_path("acc_classic", None, None), &people("classic", json!({}))).await.1;
    assert_eq!(page["paging"]["page_count"], 10, "ten people when no limit is given");
}

#[tokio::test]
async fn keys_and_accounts_in_trouble_are_told_apart() {
    let caller = sandbox("").await;
    let body = sales(json!({}));
    for (account, status, kind) in [
        ("acc_restricted", 403, "account_restricted"),
        ("acc_disconnected", 401, "disconnected_account"),
        ("acc_classic", 403, "feature_not_subscribed"),
        ("acc_recruiter", 403, "feature_not_subscribed"),
        ("acc_nobody", 404, "resource_not_found"),
    ] {
        let (got, problem) = caller.post(&search_path(account, Some(5), None), &body).await;
        assert_eq!((got.as_u16(), &problem["type"]), (status, &json!(format!("errors/{kind}"))), "{account}");
    }
    let url = format!("{}{}", caller.sandbox.base_url(), search_path("acc_sales_navigator", Some(5), None));
    for (key, kind) in [(None, "missing_credentials"), (Some("bad-key"), "invalid_credentials")] {
        let request = caller.client.post(&url).json(&body);
        let request = if let Some(key) = key { request.header("X-API-KEY", key) } else { request };
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.json::<Value>().await.unwrap()["type"], format!("errors/{kind}"));
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_object_are_refused() {
    let caller = sandbox("").await;
    let url = format!("{}{}", caller.sandbox.base_url(), search_path("acc_classic", Some(5), None));
    for (body, kind) in [
        ("{", "malformed_request"),
        ("", "malformed_request"),
        ("[]", "invalid_parameters"),
        ("{\"category\":\"people\"}", "invalid_parameters"),
    ] {
        let response = caller.client.request(Method::POST, &url).header("X-API-KEY", "k").body(body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(response.json::<Value>().await.unwrap()["type"], format!("errors/{kind}"), "{body}");
    }
    let (status, problem) = caller.post("/api/v1/linkedin/search?account_id=acc_classic&start=10", &people("classic", json!({}))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(problem["detail"].as_str().unwrap().contains("'start'"));
}
