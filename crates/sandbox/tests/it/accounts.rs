//! Accounts and search parameters.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::sandbox;

#[tokio::test]
async fn accounts_say_what_they_may_do_and_how_they_are() {
    let caller = sandbox("").await;
    let (_, list) = caller.get("/api/v1/accounts").await;
    let ids: Vec<&Value> = list["items"].as_array().unwrap().iter().map(|account| &account["id"]).collect();
    assert_eq!(ids, ["acc_classic", "acc_sales_navigator", "acc_recruiter", "acc_restricted"]);
    for (id, features, status) in [
        ("acc_classic", json!([]), "OK"),
        ("acc_classic_12", json!([]), "OK"),
        ("acc_sales_navigator_3", json!(["sales_navigator", "premium"]), "OK"),
        ("acc_recruiter", json!(["recruiter", "premium"]), "OK"),
        ("acc_disconnected", json!(["sales_navigator", "premium"]), "CREDENTIALS"),
    ] {
        let (_, account) = caller.get(&format!("/api/v1/accounts/{id}")).await;
        assert_eq!(account["connection_params"]["im"]["premiumFeatures"], features, "{id}");
        assert_eq!((&account["id"], &account["type"], &account["sources"][0]["status"]), (&json!(id), &json!("LINKEDIN"), &json!(status)));
    }
    assert_eq!(caller.get("/api/v1/accounts/acc_classic_x").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_words_for_a_place_lead_to_linkedins_ids() {
    let caller = sandbox("").await;
    let look_up = async |kind: &str, words: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("keywords", words).finish();
        caller.get(&format!("/api/v1/linkedin/search/parameters?account_id=acc_sales_navigator&type={kind}&{query}")).await.1
    };
    for (kind, words, id, title) in [
        ("LOCATION", "United States", "103644278", "United States"),
        ("LOCATION", "germany", "101282230", "Germany"),
        ("LOCATION", "San Francisco Bay", "90000084", "San Francisco Bay Area"),
        ("LOCATION", "munich", "100477049", "Munich, Bavaria, Germany"),
        ("LOCATION", "sao paulo", "190000118", "São Paulo, São Paulo, Brazil"),
        ("INDUSTRY", "software", "4", "Software Development"),
        ("SALES_INDUSTRY", "financial services", "43", "Financial Services"),
    ] {
        let answer = look_up(kind, words).await;
        assert_eq!(answer["object"], "LinkedinSearchParametersList");
        assert_eq!(answer["items"][0], json!({ "object": "LinkedinSearchParameter", "id": id, "title": title }), "{words}");
    }
    assert_eq!(look_up("LOCATION", "atlantis").await["items"], json!([]));
    let berlin = look_up("LOCATION", "Berlin").await;
    assert!(berlin["items"].as_array().unwrap().iter().any(|item| item["id"] == "106967730"));
}

#[tokio::test]
async fn a_parameter_type_is_refused_when_unknown_or_not_subscribed() {
    let caller = sandbox("").await;
    for (account, kind, status) in [
        ("acc_classic", "PLANET", 400),
        ("acc_classic", "SALES_INDUSTRY", 403),
        ("acc_recruiter", "PERSONA", 403),
        ("acc_recruiter", "HIRING_PROJECTS", 200),
        ("acc_restricted", "LOCATION", 403),
    ] {
        let (got, _) = caller.get(&format!("/api/v1/linkedin/search/parameters?account_id={account}&type={kind}")).await;
        assert_eq!(got.as_u16(), status, "{account} {kind}");
    }
    let (status, _) = caller.get("/api/v1/linkedin/search/parameters?account_id=acc_classic&type=LOCATION&limit=101").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
