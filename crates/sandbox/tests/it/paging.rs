//! Pages, cursors, caps and totals.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sluice_sandbox::Options;

use crate::support::{people, rows, sales, sandbox, search_path, with};

fn ids(rows: &[Value]) -> HashSet<String> {
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_api_stops_at_its_cap_with_the_true_total_told() {
    let caller = sandbox("").await;
    for (api, limit, cap, prefix) in
        [("classic", 50, 1_000, "ACoAA"), ("sales_navigator", 100, 2_500, "ACwAA"), ("recruiter", 100, 2_500, "AEMAA")]
    {
        let pages = caller.pages(&format!("acc_{api}"), limit, &people(api, json!({}))).await;
        let rows = rows(&pages);
        assert_eq!((rows.len(), ids(&rows).len()), (cap, cap), "{api}");
        assert!(rows.iter().all(|row| row["id"].as_str().unwrap().starts_with(prefix)));
        assert!(pages.iter().all(|page| page["paging"]["total_count"] == 5_000), "the total is told beyond the cap");
        assert_eq!(pages[1]["paging"]["start"], limit);
    }
}

#[tokio::test]
async fn the_default_population_answers_the_known_request_with_people_who_have_all_that_is_shown() {
    let caller = with(Options::default()).await;
    let body = sales(json!({
        "keywords": "CEO tech startup",
        "role": { "include": ["CEO"] },
        "location": { "include": ["103644278"] },
        "company_headcount": [{ "min": 1, "max": 10 }, { "min": 11, "max": 50 }],
    }));
    let rows = rows(&caller.pages("acc_sales_navigator", 100, &body).await);
    assert!(rows.len() >= 1_000, "{}", rows.len());
    for row in &rows {
        let position = &row["current_positions"][0];
        for text in [&position["role"], &position["company"], &row["location"], &row["profile_url"], &row["name"]] {
            assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{row}");
        }
    }
    for keywords in ["manager", "engineer"] {
        for api in ["classic", "sales_navigator", "recruiter"] {
            let page = caller.page(&format!("acc_{api}"), 1, None, &people(api, json!({ "keywords": keywords }))).await;
            assert!(page["paging"]["total_count"].as_u64().unwrap() >= 3_000, "{api} {keywords}");
        }
    }
}

#[tokio::test]
async fn one_seed_gives_the_same_answers_in_every_sandbox() {
    let body = people("recruiter", json!({ "keywords": "engineer" }));
    let (one, two) = (sandbox("").await, sandbox("").await);
    let first = one.pages("acc_recruiter", 100, &body).await;
    assert_eq!(first, two.pages("acc_recruiter", 100, &body).await);
    let other = with(Options { people: 500, seed: 9, ..Options::default() }).await;
    assert_ne!(first[0]["items"][0], other.page("acc_recruiter", 100, None, &body).await["items"][0]);
}

#[tokio::test]
async fn a_cursor_alone_in_the_body_carries_the_whole_search() {
    let caller = sandbox("").await;
    let body = sales(json!({ "keywords": "manager" }));
    let first = caller.page("acc_sales_navigator", 20, None, &body).await;
    let cursor = first["cursor"].as_str().unwrap();
    let by_query = caller.page("acc_sales_navigator", 20, Some(cursor), &body).await;
    let (status, by_body) = caller.post(&search_path("acc_sales_navigator", None, None), &json!({ "cursor": cursor })).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(by_body, by_query);
    assert_eq!(by_body["config"]["params"], body);
}

#[tokio::test]
async fn cursors_are_plain_base64_which_the_vendors_client_insists_on() {
    let caller = sandbox("").await;
    let page = caller.page("acc_sales_navigator", 20, None, &sales(json!({ "keywords": "engineer NOT \"müller\"" }))).await;
    let (_, accounts) = caller.get("/api/v1/accounts?limit=3").await;
    for cursor in [&page["cursor"], &accounts["cursor"]] {
        assert!(STANDARD.decode(cursor.as_str().unwrap()).is_ok(), "{cursor}");
    }
    let cursor = url::form_urlencoded::byte_serialize(accounts["cursor"].as_str().unwrap().as_bytes()).collect::<String>();
    let (_, rest) = caller.get(&format!("/api/v1/accounts?cursor={cursor}")).await;
    assert_eq!((&rest["items"][0]["id"], &rest["cursor"]), (&json!("acc_restricted"), &Value::Null));
}

#[tokio::test]
async fn a_cursor_is_refused_for_anything_but_the_search_it_came_from() {
    let caller = sandbox("").await;
    let body = sales(json!({ "keywords": "manager" }));
    let page = caller.page("acc_sales_navigator", 20, None, &body).await;
    let cursor = page["cursor"].as_str().unwrap();
    for (account, limit, body, what) in [
        ("acc_sales_navigator_2", 20, &body, "another account_id"),
        ("acc_sales_navigator", 21, &body, "another limit"),
        ("acc_sales_navigator", 20, &sales(json!({ "keywords": "engineer" })), "another body"),
    ] {
        let (status, problem) = caller.post(&search_path(account, Some(limit), Some(cursor)), body).await;
        assert_eq!((status.as_u16(), &problem["type"]), (400, &json!("errors/invalid_parameters")));
        assert!(problem["detail"].as_str().unwrap().contains(what), "{problem}");
    }
    let (status, _) = caller.post(&search_path("acc_sales_navigator", Some(20), Some("bm90IGEgY3Vyc29y")), &body).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn rows_follow_the_schema_of_their_api_and_leave_out_what_they_may() {
    let caller = sandbox("").await;
    for api in ["classic", "sales_navigator", "recruiter"] {
        let page = caller.page(&format!("acc_{api}"), 50, None, &people(api, json!({}))).await;
        assert_eq!((&page["object"], &page["config"]["params"]["api"]), (&json!("LinkedinSearch"), &json!(api)));
        let rows = page["items"].as_array().unwrap();
        for name in [
            "id",
            "public_identifier",
            "public_profile_url",
            "profile_url",
            "profile_picture_url",
            "profile_picture_url_large",
            "member_urn",
            "name",
            "location",
            "industry",
            "headline",
            "network_distance",
        ] {
            assert!(rows.iter().all(|row| row.get(name).is_some()), "the schema requires {name} of {api}");
        }
        assert!(rows.iter().any(|row| row.get("first_name").is_none()) && rows.iter().any(|row| row.get("first_name").is_some()));
        assert_eq!(rows.iter().any(|row| row["name"].is_null() && row["member_urn"].is_null()), api == "recruiter");
        assert!(rows.iter().any(|row| row["public_identifier"].is_null()) == (api != "classic"));
    }
}

#[tokio::test]
async fn one_person_has_three_ids_and_one_member_urn() {
    let caller = sandbox("").await;
    let first = async |api: &str| caller.page(&format!("acc_{api}"), 40, None, &people(api, json!({}))).await["items"].clone();
    let (classic, sales, recruiter) = (first("classic").await, first("sales_navigator").await, first("recruiter").await);
    for place in 0..40 {
        assert_eq!(classic[place]["member_urn"], sales[place]["member_urn"]);
        let hidden = &recruiter[place]["member_urn"];
        assert!(hidden.is_null() || *hidden == classic[place]["member_urn"]);
        assert_ne!(classic[place]["id"], sales[place]["id"]);
    }
}
