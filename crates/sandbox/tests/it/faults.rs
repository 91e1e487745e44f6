//! Faults, seen from the client.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Caller, PEOPLE, rows, sales, sandbox, search_path};

const ACCOUNT: &str = "acc_sales_navigator";

async fn statuses(caller: &Caller, calls: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..calls {
        statuses.push(caller.post(&search_path(ACCOUNT, Some(5), None), &sales(json!({}))).await.0.as_u16());
    }
    statuses
}

fn members(rows: &[Value]) -> HashSet<String> {
    let digits = |urn: &Value| urn.as_str().unwrap().rsplit(':').next().unwrap().to_owned();
    rows.iter().map(|row| digits(&row["member_urn"])).collect()
}

#[tokio::test]
async fn statuses_strike_at_their_call_in_the_vendors_words() {
    let caller = sandbox("429@1,500@2,503@4,401@5,403@6+").await;
    assert_eq!(statuses(&caller, 7).await, [429, 500, 200, 503, 401, 403, 403]);
    let (_, problem) = caller.post(&search_path("acc_sales_navigator_2", None, None), &sales(json!({}))).await;
    assert_eq!(
        (&problem["type"], &problem["status"]),
        (&json!("errors/too_many_requests"), &json!(429)),
        "each account is counted by itself"
    );
}

#[tokio::test]
async fn a_timeout_holds_the_answer_and_then_is_a_504() {
    let caller = sandbox("timeout@1=80ms").await;
    assert_eq!(statuses(&caller, 2).await, [504, 200]);
    let log = caller.log().await;
    let took = |entry: &Value| entry["answered_us"].as_i64().unwrap() - entry["at_us"].as_i64().unwrap();
    assert!(took(&log[0]) >= 80_000, "{log:?}");
    assert_eq!(log[0]["fault"], "timeout@1=80ms");
}

#[tokio::test]
async fn a_dropped_connection_closes_without_a_single_byte() {
    let caller = sandbox("drop@1").await;
    let mut stream = TcpStream::connect(caller.sandbox.address()).await.unwrap();
    let path = search_path(ACCOUNT, Some(5), None);
    let request = format!("POST {path} HTTP/1.1\r\nHost: sandbox\r\nX-API-KEY: k\r\nContent-Length: 2\r\n\r\n{{}}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // Either an end or a reset: both are a connection without an answer.
    let _ = stream.read_to_end(&mut answer).await;
    assert_eq!(answer, b"");
    assert_eq!(caller.log().await[0]["status"], Value::Null);
    assert_eq!(statuses(&caller, 1).await, [200]);
}

#[tokio::test]
async fn a_cut_body_is_shorter_than_it_says() {
    let caller = sandbox("cut@1").await;
    let response = caller.send(reqwest::Method::POST, &search_path(ACCOUNT, Some(50), None), Some(&sales(json!({})))).await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.content_length().unwrap() > 10_000);
    assert!(response.bytes().await.is_err(), "the rest of the body never comes");
    assert_eq!(statuses(&caller, 1).await, [200]);
}

#[tokio::test]
async fn duplicates_take_no_place_away_and_half_of_them_wear_another_apis_id() {
    let caller = sandbox("duplicate@2,duplicate@4").await;
    let pages = caller.pages(ACCOUNT, 100, &sales(json!({}))).await;
    let all = rows(&pages);
    assert_eq!(all.len(), 2_500 + 6);
    assert_eq!(members(&all).len(), 2_500, "nobody is lost and nobody is new");
    assert_eq!(pages[1]["paging"]["page_count"], 100, "a page is no larger than asked for");
    assert_eq!(all.iter().filter(|row| row["id"].as_str().unwrap().starts_with("ACoAA")).count(), 2);
    let first = members(pages[0]["items"].as_array().unwrap());
    assert_eq!(first.intersection(&members(pages[1]["items"].as_array().unwrap())).count(), 3);
}

#[tokio::test]
async fn a_repeated_cursor_comes_again_and_again() {
    let caller = sandbox("repeated-cursor").await;
    let body = sales(json!({}));
    let first = caller.page(ACCOUNT, 100, None, &body).await;
    let cursor = first["cursor"].as_str().unwrap().to_owned();
    let second = caller.page(ACCOUNT, 100, Some(&cursor), &body).await;
    assert_ne!(first["items"], second["items"]);
    for _ in 0..3 {
        assert_eq!(caller.page(ACCOUNT, 100, Some(&cursor), &body).await, second);
        assert_eq!(second["cursor"], cursor.as_str());
    }
}

#[tokio::test]
async fn an_empty_page_loses_nobody_and_endless_ones_never_end() {
    let caller = sandbox("empty-pages@2").await;
    let pages = caller.pages(ACCOUNT, 100, &sales(json!({}))).await;
    assert_eq!((pages[1]["paging"]["page_count"].as_u64(), members(&rows(&pages)).len()), (Some(0), 2_500));
    let caller = sandbox("empty-pages@2+").await;
    let body = sales(json!({}));
    let mut cursors = HashSet::new();
    let mut page = caller.page(ACCOUNT, 100, None, &body).await;
    for _ in 0..10 {
        let cursor = page["cursor"].as_str().unwrap().to_owned();
        page = caller.page(ACCOUNT, 100, Some(&cursor), &body).await;
        assert_eq!(page["items"], json!([]));
        assert!(cursors.insert(cursor), "every empty page has a cursor of its own");
    }
}

#[tokio::test]
async fn answers_lose_their_total_or_keep_the_cursor_under_paging() {
    let caller = sandbox("no-total@1,paging-cursor@2,always-empty@3").await;
    let body = sales(json!({}));
    let page = caller.page(ACCOUNT, 10, None, &body).await;
    assert!(page["paging"].get("total_count").is_none());
    let page = caller.page(ACCOUNT, 10, None, &body).await;
    assert!(page.get("cursor").is_none());
    let cursor = page["paging"]["cursor"].as_str().unwrap().to_owned();
    let empty = caller.page(ACCOUNT, 10, None, &body).await;
    assert_eq!((&empty["items"], &empty["cursor"], &empty["paging"]["total_count"]), (&json!([]), &Value::Null, &json!(0)));
    assert_eq!(caller.page(ACCOUNT, 10, Some(&cursor), &body).await["paging"]["start"], 10);
}

#[tokio::test]
async fn bad_rows_stand_among_good_ones() {
    let caller = sandbox("bad-rows@2").await;
    let pages = caller.pages(ACCOUNT, 100, &sales(json!({}))).await;
    let second = pages[1]["items"].as_array().unwrap();
    let bad: Vec<usize> = (0..second.len()).filter(|place| !second[*place]["id"].is_string()).collect();
    assert_eq!(bad, [3, 4, 5]);
    let good: Vec<Value> = rows(&pages).into_iter().filter(|row| row["id"].is_string()).collect();
    assert_eq!(members(&good).len(), 2_500, "good rows are all there: {PEOPLE} people, capped");
}

#[tokio::test]
async fn chances_strike_now_and_then() {
    let caller = sandbox("429:0.3").await;
    let struck = statuses(&caller, 100).await.into_iter().filter(|status| *status == 429).count();
    assert!((10..60).contains(&struck), "{struck}");
}

#[tokio::test]
async fn stopping_lets_go_of_a_held_answer_and_frees_the_port() {
    let caller = sandbox("timeout@1").await;
    let address = caller.sandbox.address();
    let url = format!("{}{}", caller.sandbox.base_url(), search_path(ACCOUNT, Some(5), None));
    let held = tokio::spawn(caller.client.post(url).header("X-API-KEY", "k").json(&sales(json!({}))).send());
    while caller.log().await.is_empty() {
        tokio::task::yield_now().await;
    }
    tokio::time::timeout(Duration::from_secs(5), caller.sandbox.stop()).await.expect("stop must not wait for the time-out");
    assert_eq!(held.await.unwrap().unwrap().status(), 504);
    std::net::TcpListener::bind(address).expect("the port is free again");
}
