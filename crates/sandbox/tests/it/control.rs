//! `/_sandbox`: the request log, and faults changed meanwhile.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{sales, sandbox, search_path};

#[tokio::test]
async fn the_log_says_what_came_in_and_forgets_on_request() {
    let caller = sandbox("429@2").await;
    let body = sales(json!({}));
    let page = caller.page("acc_sales_navigator", 20, None, &body).await;
    caller.post(&search_path("acc_sales_navigator", Some(20), None), &body).await;
    caller.page("acc_sales_navigator", 20, page["cursor"].as_str(), &body).await;
    caller.get("/api/v1/accounts/acc_classic?token=s3cret").await;
    let log = caller.log().await;
    let seen: Vec<Value> = log
        .iter()
        .map(|entry| json!([entry["method"], entry["path"], entry["account"], entry["status"], entry["fault"], entry["cursor_offset"]]))
        .collect();
    let search = "/api/v1/linkedin/search";
    assert_eq!(
        seen,
        [
            json!(["POST", search, "acc_sales_navigator", 200, null, 0]),
            json!(["POST", search, "acc_sales_navigator", 429, "429@2", null]),
            json!(["POST", search, "acc_sales_navigator", 200, null, 20]),
            json!(["GET", "/api/v1/accounts/acc_classic", null, 200, null, null]),
        ]
    );
    assert!(log.windows(2).all(|pair| pair[0]["at_us"].as_i64() <= pair[1]["at_us"].as_i64()));
    assert_eq!(log[3]["query"], "token=…");
    assert_eq!(caller.send(Method::DELETE, "/_sandbox/requests", None).await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(caller.log().await, Vec::<Value>::new());
}

#[tokio::test]
async fn faults_and_latency_change_while_it_runs_and_counting_starts_anew() {
    let caller = sandbox("").await;
    let put = async |body: String| {
        let response = caller.client.put(format!("{}/_sandbox/faults", caller.sandbox.base_url())).body(body).send().await.unwrap();
        (response.status().as_u16(), response.json::<Value>().await.unwrap())
    };
    let call = async || caller.post(&search_path("acc_sales_navigator", Some(1), None), &sales(json!({}))).await.0.as_u16();
    assert_eq!(call().await, 200);
    assert_eq!(put("500@1,429@2".into()).await, (200, json!({ "faults": "500@1,429@2", "latency_ms": 0 })));
    assert_eq!([call().await, call().await, call().await], [500, 429, 200]);
    let (status, answer) = put("boom".into()).await;
    assert_eq!(status, 400);
    assert!(answer["error"].as_str().unwrap().contains("\"boom\" is not a fault"));
    assert_eq!(put(json!({ "latency_ms": 30 }).to_string()).await, (200, json!({ "faults": "500@1,429@2", "latency_ms": 30 })));
    assert_eq!(caller.get("/_sandbox/faults").await.1["latency_ms"], 30);
    caller.send(Method::DELETE, "/_sandbox/requests", None).await.unwrap();
    assert_eq!(call().await, 200, "changing the latency alone starts nothing anew");
    let entry = &caller.log().await[0];
    assert!(entry["answered_us"].as_i64().unwrap() - entry["at_us"].as_i64().unwrap() >= 30_000);
    assert_eq!(put(json!({ "faults": "", "latency_ms": 0 }).to_string()).await.1, json!({ "faults": "", "latency_ms": 0 }));
    assert_eq!(put(json!({ "speed": 1 }).to_string()).await.0, 400);
}
