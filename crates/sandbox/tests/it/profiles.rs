//! Whole profiles.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Caller, people, sandbox};

async fn somebody(caller: &Caller) -> Value {
    let page = caller.page("acc_recruiter", 50, None, &people("recruiter", json!({ "network_distance": [2] }))).await;
    page["items"].as_array().unwrap().iter().find(|row| !row["public_identifier"].is_null()).unwrap().clone()
}

#[tokio::test]
async fn a_profile_agrees_with_the_search_row_and_is_found_by_every_id() {
    let caller = sandbox("").await;
    let row = somebody(&caller).await;
    let get = async |identifier: &Value| {
        caller.get(&format!("/api/v1/users/{}?account_id=acc_recruiter&linkedin_sections=*", identifier.as_str().unwrap())).await.1
    };
    let profile = get(&row["id"]).await;
    assert_eq!(profile, get(&row["public_identifier"]).await);
    assert_eq!(profile, get(&profile["provider_id"]).await);
    assert!(profile["provider_id"].as_str().unwrap().starts_with("ACoAA"));
    assert_eq!((&profile["object"], &profile["network_distance"]), (&json!("UserProfile"), &json!("SECOND_DEGREE")));
    assert_eq!(profile["headline"], row["headline"]);
    let jobs = profile["work_experience"].as_array().unwrap();
    assert_eq!(jobs.len(), row["work_experience"].as_array().unwrap().len());
    assert_eq!(
        (&jobs[0]["company"], &jobs[0]["current"], &jobs[0]["end"]),
        (&row["current_positions"][0]["company"], &json!(true), &Value::Null)
    );
    assert_eq!(profile["education"][0]["school"], row["education"][0]["school"]);
    assert!(profile.get("throttled_sections").is_none());
}

#[tokio::test]
async fn sections_come_only_when_asked_for_repeated_or_joined_by_commas() {
    let caller = sandbox("").await;
    let id = somebody(&caller).await["id"].as_str().unwrap().to_owned();
    let get = async |sections: &str| caller.get(&format!("/api/v1/users/{id}?account_id=acc_recruiter&notify=false{sections}")).await;
    assert!(get("").await.1.get("work_experience").is_none());
    let joined = get("&linkedin_sections=skills,about").await.1;
    assert!(joined["summary"].is_string() && !joined["skills"].as_array().unwrap().is_empty() && joined.get("education").is_none());
    assert_eq!(joined, get("&linkedin_sections=skills&linkedin_sections=about").await.1);
    assert_eq!(get("&linkedin_sections=everything").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(get("&linkedin_api=recruiter").await.1["provider_id"], json!(id));
}

#[tokio::test]
async fn a_throttled_profile_is_a_200_with_empty_sections_that_are_named() {
    let caller = sandbox("throttled-sections@2").await;
    let id = somebody(&caller).await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/users/{id}?account_id=acc_recruiter&linkedin_sections=*");
    let whole = caller.get(&path).await.1;
    let (status, throttled) = caller.get(&path).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(throttled["throttled_sections"], json!(["experience", "education", "skills"]));
    assert_eq!((&throttled["work_experience"], &throttled["skills"]), (&json!([]), &json!([])));
    assert_eq!(throttled["summary"], whole["summary"]);
    assert_eq!(caller.get(&path).await.1, whole, "the fault strikes once");
}

#[tokio::test]
async fn nobody_is_found_under_a_strangers_name() {
    let caller = sandbox("").await;
    let row = somebody(&caller).await;
    let vanity = row["public_identifier"].as_str().unwrap();
    for identifier in ["nobody", "ACoAAAAAAAAA", &format!("x{vanity}"), &format!("{vanity}0")] {
        let (status, problem) = caller.get(&format!("/api/v1/users/{identifier}?account_id=acc_classic")).await;
        assert_eq!((status.as_u16(), &problem["type"]), (404, &json!("errors/resource_not_found")), "{identifier}");
    }
}
