//! Pasted LinkedIn search URLs and saved searches.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Caller, people, sales, sandbox, search_path};

async fn same(caller: &Caller, account: &str, url: &str, body: &Value) {
    let by_url = caller.page(account, 25, None, &json!({ "url": url })).await;
    let by_body = caller.page(account, 25, None, body).await;
    assert!(by_body["paging"]["total_count"].as_u64().unwrap() > 0, "{body}");
    assert_eq!(by_url["items"], by_body["items"], "{url}");
    assert_eq!(by_url["paging"], by_body["paging"]);
    assert_eq!(by_url["config"]["params"], json!({ "url": url }));
}

#[tokio::test]
async fn a_people_search_url_finds_what_the_same_filters_find() {
    let caller = sandbox("").await;
    let url = "https://www.linkedin.com/search/results/people/?keywords=engineer&geoUrn=%5B%22103644278%22%5D&network=%5B%22S%22%2C%22O%22%5D&titleFreeText=senior&origin=FACETED_SEARCH&sid=abc";
    let body = people(
        "classic",
        json!({ "keywords": "engineer", "location": ["103644278"], "network_distance": [2, 3], "advanced_keywords": { "title": "senior" } }),
    );
    same(&caller, "acc_classic", url, &body).await;
    same(&caller, "acc_recruiter", url, &body).await;
}

#[tokio::test]
async fn a_sales_navigator_url_finds_what_the_same_filters_find() {
    let caller = sandbox("").await;
    let query = "(recentSearchParam:(doLogHistory:true),filters:List((type:COMPANY_HEADCOUNT,values:List((id:B,text:1-10,selectionType:INCLUDED),(id:C,text:11-50,selectionType:INCLUDED))),(type:REGION,values:List((id:103644278,text:United%20States,selectionType:INCLUDED),(id:90000070,text:New%20York,selectionType:EXCLUDED))),(type:CURRENT_TITLE,values:List((text:CEO,selectionType:INCLUDED)))),keywords:tech%20startup)";
    let url = url::Url::parse_with_params(
        "https://www.linkedin.com/sales/search/people",
        [("query", query), ("sessionId", "x%3D"), ("viewAllFilters", "true")],
    )
    .unwrap();
    let body = sales(json!({
        "keywords": "tech startup",
        "role": { "include": ["CEO"] },
        "location": { "include": ["103644278"], "exclude": ["90000070"] },
        "company_headcount": [{ "min": 1, "max": 10 }, { "min": 11, "max": 50 }],
    }));
    same(&caller, "acc_sales_navigator", url.as_str(), &body).await;
}

#[tokio::test]
async fn saved_searches_are_found_by_id_by_url_and_override_the_rest() {
    let caller = sandbox("").await;
    let (_, saved) = caller.get("/api/v1/linkedin/search/parameters?account_id=acc_sales_navigator&type=SAVED_SEARCHES").await;
    let id = saved["items"][0]["id"].as_str().unwrap();
    let body = sales(json!({ "saved_search_id": id }));
    same(&caller, "acc_sales_navigator", &format!("https://www.linkedin.com/sales/search/people?savedSearchId={id}"), &body).await;
    let one = caller.page("acc_sales_navigator", 10, None, &body).await;
    let both = caller.page("acc_sales_navigator", 10, None, &sales(json!({ "saved_search_id": id, "keywords": "zzzzunheardof" }))).await;
    assert_eq!(one["items"], both["items"]);
    let (status, _) = caller.post(&search_path("acc_sales_navigator", None, None), &sales(json!({ "saved_search_id": "1" }))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (_, saved) = caller.get("/api/v1/linkedin/search/parameters?account_id=acc_recruiter&type=SAVED_SEARCHES").await;
    let saved = json!({ "id": saved["items"][0]["id"], "project_id": saved["items"][0]["additional_data"]["project_id"] });
    let recruited = caller.page("acc_recruiter", 10, None, &people("recruiter", json!({ "saved_search": saved }))).await;
    assert_eq!(recruited["paging"]["total_count"], one["paging"]["total_count"]);
}

#[tokio::test]
async fn a_recruiter_url_always_leads_to_the_same_people() {
    let caller = sandbox("").await;
    for url in [
        "https://www.linkedin.com/talent/search?searchContextId=c1&searchHistoryId=9&start=0",
        "https://www.linkedin.com/talent/hire/12345/discover/recruiterSearch?searchContextId=c2",
    ] {
        let page = caller.page("acc_recruiter", 10, None, &json!({ "url": url })).await;
        assert_eq!(page["paging"]["page_count"], 10);
        assert_eq!(page, caller.page("acc_recruiter", 10, None, &json!({ "url": url })).await);
    }
}

#[tokio::test]
async fn a_url_of_another_kind_or_of_an_api_that_the_account_lacks_is_refused() {
    let caller = sandbox("").await;
    for url in [
        "https://www.linkedin.com/jobs/search/?keywords=x",
        "https://www.linkedin.com/in/somebody",
        "https://www.linkedin.com/search/results/companies/?keywords=x",
        "https://linkedin.com.example/search/results/people/?keywords=x",
        "https://www.linkedin.com/sales/search/people?query=(filters:List((type",
        "not a url",
    ] {
        let (status, problem) = caller.post(&search_path("acc_sales_navigator", None, None), &json!({ "url": url })).await;
        assert_eq!((status.as_u16(), &problem["type"]), (400, &json!("errors/invalid_url")), "{url}");
    }
    let (status, problem) = caller
        .post(&search_path("acc_classic", None, None), &json!({ "url": "https://www.linkedin.com/sales/search/people?keywords=ceo" }))
        .await;
    assert_eq!((status.as_u16(), &problem["type"]), (403, &json!("errors/feature_not_subscribed")));
}
