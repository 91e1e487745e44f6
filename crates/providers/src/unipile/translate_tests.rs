//! The exact bodies, one for each api.

use proptest::prelude::*;

use super::*;

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn ids() -> Ids {
    Ids {
        locations: texts(&["103644278", "101282230"]),
        companies: texts(&["1337"]),
        past_companies: texts(&["1441", "1441"]),
        industries: texts(&["4"]),
        schools: texts(&["1792"]),
        notes: vec!["“Germany” is understood.".to_owned()],
    }
}

fn common() -> Criteria {
    Criteria {
        keywords: Some(" tech  startup ".to_owned()),
        title: Some("CEO".to_owned()),
        first_name: Some("Inês".to_owned()),
        last_name: Some("Okafor".to_owned()),
        network_distance: vec![2, 3, 2],
        ..Criteria::default()
    }
}

fn premium() -> Criteria {
    Criteria {
        seniorities: vec![Seniority::Owner, Seniority::Partner, Seniority::Manager, Seniority::Vp],
        headcount: vec![Headcount::UpTo10, Headcount::UpTo50, Headcount::Over10000],
        ..common()
    }
}

#[test]
fn classic_takes_lists_of_ids_and_advanced_keywords() {
    let (body, notes) = criteria_body(Api::Classic, &common(), &ids());
    assert_eq!(
        body,
        json!({
            "api": "classic", "category": "people", "keywords": "tech startup",
            "advanced_keywords": {"first_name": "Inês", "last_name": "Okafor", "title": "CEO"},
            "location": ["103644278", "101282230"], "company": ["1337"], "past_company": ["1441"], "industry": ["4"], "school": ["1792"],
            "network_distance": [2, 3]
        })
    );
    assert_eq!(notes, ids().notes);
}

#[test]
fn sales_navigator_takes_includes_and_ranges() {
    let (body, notes) = criteria_body(Api::SalesNavigator, &premium(), &ids());
    assert_eq!(
        body,
        json!({
            "api": "sales_navigator", "category": "people", "keywords": "tech startup", "first_name": "Inês", "last_name": "Okafor",
            "location": {"include": ["103644278", "101282230"]}, "company": {"include": ["1337"]}, "past_company": {"include": ["1441"]},
            "industry": {"include": ["4"]}, "school": {"include": ["1792"]}, "role": {"include": ["CEO"]},
            "seniority": {"include": ["owner/partner", "experienced_manager", "entry_level_manager", "vice_president"]},
            "company_headcount": [{"min": 1, "max": 10}, {"min": 11, "max": 50}, {"min": 10001}],
            "network_distance": [2, 3]
        })
    );
    assert_eq!(notes.len(), 3, "{notes:?}");
}

#[test]
fn recruiter_takes_objects_with_priorities_where_several_values_are_alternatives() {
    let (body, notes) = criteria_body(Api::Recruiter, &premium(), &ids());
    assert_eq!(
        body,
        json!({
            "api": "recruiter", "category": "people", "keywords": "tech startup", "first_name": ["Inês"], "last_name": ["Okafor"],
            "role": [{"keywords": "CEO", "priority": "MUST_HAVE", "scope": "CURRENT"}],
            "location": [
                {"id": "103644278", "priority": "CAN_HAVE", "scope": "CURRENT"}, {"id": "101282230", "priority": "CAN_HAVE", "scope": "CURRENT"}
            ],
            "current_company": [{"id": "1337", "priority": "MUST_HAVE"}], "past_company": [{"id": "1441", "priority": "MUST_HAVE"}],
            "school": [{"id": "1792", "priority": "MUST_HAVE"}], "industry": {"include": ["4"]},
            "seniority": {"include": ["owner", "partner", "manager", "vp"]},
            "company_headcount": [{"min": 1, "max": 10}, {"min": 11, "max": 50}, {"min": 10001}],
            "network_distance": [2, 3]
        })
    );
    assert_eq!(notes, ids().notes);
}

#[test]
fn what_was_not_asked_for_is_not_in_the_body() {
    for api in [Api::Classic, Api::SalesNavigator, Api::Recruiter] {
        let criteria = Criteria { keywords: Some("x".to_owned()), title: Some(" ".to_owned()), ..Criteria::default() };
        let (body, _) = criteria_body(api, &criteria, &Ids::default());
        assert_eq!(body, json!({"api": api.as_str(), "category": "people", "keywords": "x"}));
    }
}

#[test]
fn every_headcount_band_is_a_pair_that_the_vendor_lists() {
    let bands = [
        (Headcount::UpTo10, json!({"min": 1, "max": 10})),
        (Headcount::UpTo50, json!({"min": 11, "max": 50})),
        (Headcount::UpTo200, json!({"min": 51, "max": 200})),
        (Headcount::UpTo500, json!({"min": 201, "max": 500})),
        (Headcount::UpTo1000, json!({"min": 501, "max": 1000})),
        (Headcount::UpTo5000, json!({"min": 1001, "max": 5000})),
        (Headcount::UpTo10000, json!({"min": 5001, "max": 10000})),
        (Headcount::Over10000, json!({"min": 10001})),
    ];
    for (band, expected) in bands {
        assert_eq!(headcount(band), Some(expected));
    }
}

#[test]
fn every_seniority_is_a_level_that_the_vendor_lists() {
    let levels: [(Seniority, &str, &[&str]); 9] = [
        (Seniority::Owner, "owner", &["owner/partner"]),
        (Seniority::Partner, "partner", &["owner/partner"]),
        (Seniority::Cxo, "cxo", &["cxo"]),
        (Seniority::Vp, "vp", &["vice_president"]),
        (Seniority::Director, "director", &["director"]),
        (Seniority::Manager, "manager", &["experienced_manager", "entry_level_manager"]),
        (Seniority::Senior, "senior", &["senior"]),
        (Seniority::Entry, "entry", &["entry_level"]),
        (Seniority::Training, "training", &["in_training"]),
    ];
    for (level, recruiter, sales_navigator) in levels {
        let criteria = Criteria { seniorities: vec![level], ..Criteria::default() };
        assert_eq!(criteria_body(Api::Recruiter, &criteria, &Ids::default()).0["seniority"], json!({"include": [recruiter]}));
        assert_eq!(criteria_body(Api::SalesNavigator, &criteria, &Ids::default()).0["seniority"], json!({"include": sales_navigator}));
    }
}

#[test]
fn a_saved_search_is_an_id_or_an_id_in_a_project() {
    let body = |api, id| saved_search_body(api, id).map(|(body, _)| body);
    assert_eq!(
        body(Api::SalesNavigator, " 50512 ").unwrap(),
        json!({"api": "sales_navigator", "category": "people", "saved_search_id": "50512"})
    );
    assert_eq!(
        body(Api::Recruiter, "4711/815").unwrap(),
        json!({"api": "recruiter", "category": "people", "saved_search": {"id": "4711", "project_id": "815"}})
    );
    for (api, id, words) in [
        (Api::Classic, "50512", "paste the address"),
        (Api::SalesNavigator, "my search", "savedSearchId="),
        (Api::SalesNavigator, "", "savedSearchId="),
        (Api::Recruiter, "4711", "SEARCH/PROJECT"),
        (Api::Recruiter, "4711/", "SEARCH/PROJECT"),
    ] {
        assert!(matches!(saved_search_body(api, id), Err(ProviderError::Refused { field: Some(field), detail })
            if field == "saved_search_id" && detail.contains(words)));
    }
}

#[test]
fn a_pasted_address_is_the_whole_body() {
    let (body, notes) = url_body(Api::SalesNavigator, "www.linkedin.com/sales/search/people?query=x");
    assert_eq!(body, json!({"url": "https://www.linkedin.com/sales/search/people?query=x"}));
    assert_eq!(notes, vec!["The search is the pasted address of a Sales Navigator search.".to_owned()]);
}

/// The vendor's schema lets unknown filters pass unread, so that a misspelt one would be dropped in silence: these are all that it lists and we use.
fn listed_keys(api: Api) -> &'static [&'static str] {
    match api {
        Api::Classic => &[
            "api",
            "category",
            "keywords",
            "industry",
            "location",
            "network_distance",
            "company",
            "past_company",
            "school",
            "advanced_keywords",
        ],
        Api::SalesNavigator => &[
            "api",
            "category",
            "keywords",
            "location",
            "industry",
            "first_name",
            "last_name",
            "school",
            "company",
            "company_headcount",
            "past_company",
            "role",
            "seniority",
            "network_distance",
        ],
        Api::Recruiter => &[
            "api",
            "category",
            "keywords",
            "location",
            "industry",
            "role",
            "company_headcount",
            "current_company",
            "past_company",
            "school",
            "seniority",
            "network_distance",
            "first_name",
            "last_name",
        ],
    }
}

/// The vendor refuses empty lists and empty texts.
fn holds_nothing_empty(value: &Value) -> bool {
    match value {
        Value::Array(values) => !values.is_empty() && values.iter().all(holds_nothing_empty),
        Value::Object(object) => !object.is_empty() && object.values().all(holds_nothing_empty),
        Value::String(text) => !text.is_empty(),
        Value::Number(_) => true,
        Value::Null | Value::Bool(_) => false,
    }
}

fn any_criteria() -> impl Strategy<Value = (Criteria, Ids)> {
    let text = || proptest::option::of("[ a-zé]{0,6}");
    let ids = || prop::collection::vec("[0-9]{1,4}", 0..4);
    let levels = prop::sample::subsequence(
        vec![
            Seniority::Owner,
            Seniority::Partner,
            Seniority::Cxo,
            Seniority::Vp,
            Seniority::Director,
            Seniority::Manager,
            Seniority::Senior,
            Seniority::Entry,
            Seniority::Training,
        ],
        0..=9,
    );
    let bands = prop::sample::subsequence(vec![Headcount::UpTo10, Headcount::UpTo200, Headcount::UpTo10000, Headcount::Over10000], 0..=4);
    let distances = prop::collection::vec(1_u8..=3, 0..4);
    ((text(), text(), text(), text()), (ids(), ids(), ids(), ids(), ids()), levels, bands, distances).prop_map(
        |(
            (keywords, title, first_name, last_name),
            (locations, companies, past_companies, industries, schools),
            seniorities,
            headcount,
            network_distance,
        )| {
            let criteria =
                Criteria { keywords, title, first_name, last_name, seniorities, headcount, network_distance, ..Criteria::default() };
            (criteria, Ids { locations, companies, past_companies, industries, schools, notes: Vec::new() })
        },
    )
}

proptest! {
    #[test]
    fn whatever_is_asked_nothing_empty_and_nothing_unlisted_goes_out((criteria, ids) in any_criteria()) {
        for api in [Api::Classic, Api::SalesNavigator, Api::Recruiter] {
            let (body, _) = criteria_body(api, &criteria, &ids);
            prop_assert!(holds_nothing_empty(&body), "{body}");
            for key in body.as_object().unwrap().keys() {
                prop_assert!(listed_keys(api).contains(&key.as_str()), "{} in {api:?}", key);
            }
        }
    }
}
