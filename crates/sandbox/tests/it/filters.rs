//! Filters really filter.

use serde_json::{Value, json};

use crate::support::{Caller, people, sandbox};

fn role(row: &Value) -> &str {
    row["current_positions"][0]["role"].as_str().unwrap()
}

async fn total(caller: &Caller, api: &str, filters: Value) -> u64 {
    caller.page(&format!("acc_{api}"), 1, None, &people(api, filters)).await["paging"]["total_count"].as_u64().unwrap()
}

#[tokio::test]
async fn a_country_contains_its_cities_and_an_exclusion_takes_some_away() {
    let caller = sandbox("").await;
    let germany = caller.rows(json!({ "location": { "include": ["101282230"] } })).await;
    assert!(germany.len() > 100);
    assert!(germany.iter().all(|row| row["location"].as_str().unwrap().ends_with("Germany")));
    assert!(germany.iter().any(|row| row["location"] == "Berlin, Berlin, Germany"));
    let elsewhere = caller.rows(json!({ "location": { "include": ["101282230"], "exclude": ["106967730"] } })).await;
    let berlin = caller.rows(json!({ "location": { "include": ["106967730"] } })).await;
    assert!(!berlin.is_empty() && berlin.iter().all(|row| row["location"] == "Berlin, Berlin, Germany"));
    assert_eq!(elsewhere.len() + berlin.len(), germany.len());
    let metropolis = caller.rows(json!({ "location": { "include": ["90000084"] } })).await;
    assert!(metropolis.iter().any(|row| row["location"] == "San Francisco, California, United States"));
}

#[tokio::test]
async fn titles_are_found_by_words_by_id_and_by_their_other_name() {
    let caller = sandbox("").await;
    let managers = caller.rows(json!({ "role": { "include": ["sales manager"] } })).await;
    assert!(!managers.is_empty() && managers.iter().all(|row| role(row).contains("Sales Manager")));
    let chiefs = caller.rows(json!({ "role": { "include": ["Chief Executive Officer"] } })).await;
    assert!(chiefs.iter().any(|row| role(row) == "Founder & CEO"));
    let (_, found) = caller
        .get("/api/v1/linkedin/search/parameters?account_id=acc_sales_navigator&type=JOB_TITLE&keywords=sales%20director&limit=1")
        .await;
    let directors = caller.rows(json!({ "role": { "include": [found["items"][0]["id"]] } })).await;
    assert!(!directors.is_empty() && directors.iter().all(|row| role(row) == "Sales Director"));
}

#[tokio::test]
async fn company_industry_and_past_company_are_looked_at() {
    let caller = sandbox("").await;
    let software = caller.rows(json!({ "industry": { "include": ["4"] } })).await;
    assert!(software.len() > 50 && software.iter().all(|row| row["current_positions"][0]["industry"][0] == "Software Development"));
    let position = &software[0]["current_positions"][0];
    for company in [&position["company_id"], &position["company"]] {
        let colleagues = caller.rows(json!({ "company": { "include": [company] } })).await;
        assert!(colleagues.iter().any(|row| row["id"] == software[0]["id"]));
        assert!(
            colleagues
                .iter()
                .all(|row| row["current_positions"][0]["company"].as_str().unwrap().contains(position["company"].as_str().unwrap()))
        );
    }
    let recruited = caller.page("acc_recruiter", 100, None, &people("recruiter", json!({}))).await;
    let veteran = recruited["items"].as_array().unwrap().iter().find(|row| {
        let jobs = row["work_experience"].as_array().unwrap();
        jobs.len() > 1 && jobs[1]["company_id"] != jobs[0]["company_id"]
    });
    let past = &veteran.unwrap()["work_experience"][1]["company_id"];
    let filters = json!({ "past_company": [{ "id": past, "priority": "MUST_HAVE" }] });
    let found = caller.page("acc_recruiter", 100, None, &people("recruiter", filters)).await;
    assert!(found["items"].as_array().unwrap().iter().any(|row| row["id"] == veteran.unwrap()["id"]));
    assert!(
        found["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["work_experience"].as_array().unwrap()[1..].iter().any(|job| job["company_id"] == *past))
    );
}

#[tokio::test]
async fn seniorities_and_headcounts_part_the_population() {
    let caller = sandbox("").await;
    let directors = caller.rows(json!({ "seniority": { "include": ["director"] } })).await;
    assert!(directors.iter().any(|row| role(row).contains("Head of")));
    assert!(directors.iter().all(|row| !role(row).contains("Senior") && !role(row).contains("CEO")));
    let mut sum = 0;
    let names = [
        "owner/partner",
        "cxo",
        "vice_president",
        "director",
        "experienced_manager",
        "entry_level_manager",
        "senior",
        "entry_level",
        "in_training",
    ];
    for name in names {
        let count = total(&caller, "sales_navigator", json!({ "seniority": { "include": [name] } })).await;
        assert!(count > 0, "{name}");
        sum += count;
    }
    assert_eq!(sum, 5_000, "everybody has one seniority");
    let mut employed = 0;
    for (min, max) in [
        (1, Some(10)),
        (11, Some(50)),
        (51, Some(200)),
        (201, Some(500)),
        (501, Some(1_000)),
        (1_001, Some(5_000)),
        (5_001, Some(10_000)),
        (10_001, None),
    ] {
        let band = max.map_or(json!({ "min": min }), |max| json!({ "min": min, "max": max }));
        employed += total(&caller, "sales_navigator", json!({ "company_headcount": [band] })).await;
    }
    assert!((4_700..5_000).contains(&employed), "everybody but the self-employed: {employed}");
}

#[tokio::test]
async fn names_are_found_in_their_script_and_in_latin_letters() {
    let caller = sandbox("").await;
    let wang = caller.rows(json!({ "last_name": "Wang" })).await;
    assert!(wang.iter().any(|row| row["name"].as_str().unwrap().starts_with('王')));
    let muller = caller.rows(json!({ "last_name": "muller" })).await;
    assert!(muller.iter().any(|row| row["name"].as_str().unwrap().contains("Müller")));
    let both = caller.rows(json!({ "first_name": "Anna", "last_name": "müller" })).await;
    assert!(both.len() < muller.len());
    assert_eq!(total(&caller, "classic", json!({ "advanced_keywords": { "last_name": "Wang" } })).await, wang.len() as u64);
    assert_eq!(total(&caller, "recruiter", json!({ "last_name": ["Wang"] })).await, wang.len() as u64);
}

#[tokio::test]
async fn distances_schools_and_keywords_narrow_the_same_way_on_every_api() {
    let caller = sandbox("").await;
    let near = caller.rows(json!({ "network_distance": [1] })).await;
    assert!(!near.is_empty() && near.iter().all(|row| row["network_distance"] == "DISTANCE_1"));
    let parts = [json!([1]), json!([2]), json!([3])];
    let mut sum = 0;
    for part in parts {
        sum += total(&caller, "classic", json!({ "network_distance": part })).await;
    }
    assert_eq!(sum, 5_000, "the third degree holds all who are farther away");
    let (_, schools) = caller.get("/api/v1/linkedin/search/parameters?account_id=acc_classic&type=SCHOOL&keywords=Boston&limit=5").await;
    let id = &schools["items"][0]["id"];
    let graduates = total(&caller, "classic", json!({ "school": [id] })).await;
    assert!(graduates > 0);
    assert_eq!(graduates, total(&caller, "sales_navigator", json!({ "school": { "include": [id] } })).await);
    assert_eq!(graduates, total(&caller, "recruiter", json!({ "school": [{ "id": id, "priority": "MUST_HAVE" }] })).await);
    let narrow = total(&caller, "classic", json!({ "keywords": "engineer NOT senior" })).await;
    let wide = total(&caller, "classic", json!({ "keywords": "engineer" })).await;
    assert!(0 < narrow && narrow < wide, "{narrow} of {wide}");
    assert_eq!(total(&caller, "classic", json!({ "keywords": "zzzzunheardof" })).await, 0);
}

#[tokio::test]
async fn priorities_of_recruiter_mean_must_may_and_must_not() {
    let caller = sandbox("").await;
    let entry = |words: &str, priority: &str| json!({ "keywords": words, "priority": priority });
    let count = async |roles: Value| total(&caller, "recruiter", json!({ "role": roles })).await;
    let manager = count(json!([entry("manager", "MUST_HAVE")])).await;
    let sales = count(json!([entry("sales", "MUST_HAVE")])).await;
    let both = count(json!([entry("manager", "MUST_HAVE"), entry("sales", "MUST_HAVE")])).await;
    let either = count(json!([entry("manager", "CAN_HAVE"), entry("sales", "CAN_HAVE")])).await;
    let without = count(json!([entry("manager", "MUST_HAVE"), entry("sales", "DOESNT_HAVE")])).await;
    assert!(both > 0);
    assert_eq!(either, manager + sales - both);
    assert_eq!(without, manager - both);
}
