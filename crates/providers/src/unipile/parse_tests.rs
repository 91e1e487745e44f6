//! What the parser promises, on hand-made and on generated answers.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn page(body: &Value) -> Page {
    parse_page(Api::SalesNavigator, body.to_string().as_bytes()).unwrap()
}

fn search(items: Value) -> Value {
    json!({"object": "LinkedinSearch", "items": items, "config": {"params": {}}, "paging": {"start": 0, "page_count": 1, "total_count": 25438}, "cursor": null})
}

fn record(item: Value) -> PersonRecord {
    let mut page = page(&search(json!([item])));
    assert_eq!(page.rejected, vec![]);
    page.records.remove(0)
}

fn full_item() -> Value {
    json!({
        "object": "SearchResult", "type": "PEOPLE", "id": "ACwAAB7x", "public_identifier": "ines-okafor",
        "public_profile_url": "https://www.linkedin.com/in/ines-okafor?trk=a", "profile_url": "https://www.linkedin.com/sales/lead/ACwAAB7x",
        "profile_picture_url": "https://media.example/ines.jpg", "profile_picture_url_large": null, "member_urn": "urn:li:member:900017",
        "name": "Inês Okafor", "first_name": "Inês", "last_name": "Okafor", "network_distance": "DISTANCE_2", "location": "Porto, Portugal",
        "industry": "Software", "headline": "Building things", "premium": true, "open_profile": false, "shared_connections_count": 4,
        "summary": "Twelve years of ships.",
        "current_positions": [{"company": "Brightwave", "company_id": "4711", "role": "CEO", "location": null, "start": {"year": 2020}}]
    })
}

#[test]
fn a_full_record_is_read_field_by_field() {
    let raw = full_item();
    let expected = PersonRecord {
        position: 0,
        api: Api::SalesNavigator,
        provider_id: "ACwAAB7x".to_owned(),
        member_urn: Some("900017".to_owned()),
        public_identifier: Some("ines-okafor".to_owned()),
        name: Some("Inês Okafor".to_owned()),
        first_name: Some("Inês".to_owned()),
        last_name: Some("Okafor".to_owned()),
        headline: Some("Building things".to_owned()),
        title: Some("CEO".to_owned()),
        company: Some("Brightwave".to_owned()),
        company_id: Some("4711".to_owned()),
        industry: Some("Software".to_owned()),
        location: Some("Porto, Portugal".to_owned()),
        country: Some("Portugal".to_owned()),
        summary: Some("Twelve years of ships.".to_owned()),
        profile_url: Some("https://www.linkedin.com/in/ines-okafor".to_owned()),
        picture_url: Some("https://media.example/ines.jpg".to_owned()),
        network_distance: Some(NetworkDistance::Second),
        shared_connections: Some(4),
        premium: Some(true),
        open_profile: Some(false),
        open_to_work: None,
        raw: raw.clone(),
    };
    assert_eq!(record(raw), expected);
}

#[test]
fn immunity_07_the_cursor_is_read_at_the_root_and_under_paging() {
    let cases = [
        (json!({"items": [], "cursor": "root", "paging": {}}), Some("root")),
        (json!({"items": [], "paging": {"cursor": "old place"}}), Some("old place")),
        (json!({"items": [], "cursor": null, "paging": {"cursor": "old place"}}), Some("old place")),
        (json!({"items": [], "cursor": "", "paging": {"cursor": "old place"}}), Some("old place")),
        (json!({"items": [], "cursor": "root", "paging": {"cursor": "old place"}}), Some("root")),
        (json!({"items": [], "cursor": 50}), Some("50")),
        (json!({"items": [], "cursor": " kept verbatim= "}), Some(" kept verbatim= ")),
        (json!({"items": [], "cursor": null, "paging": {"cursor": null}}), None),
        (json!({"items": [], "cursor": {}, "paging": {"cursor": []}}), None),
        (json!({"items": [], "cursor": false}), None),
        (json!({"items": []}), None),
    ];
    for (body, expected) in cases {
        assert_eq!(page(&body).next.as_ref().map(|cursor| cursor.0.as_str()), expected, "{body}");
    }
}

#[test]
fn immunity_07_a_cursor_of_another_form_is_no_quiet_end() {
    for cursor in [json!({"next": 2}), json!(["x"]), json!(true)] {
        let body = json!({"items": [], "cursor": cursor}).to_string();
        assert!(matches!(parse_page(Api::Classic, body.as_bytes()), Err(ProviderError::LayoutChanged { .. })), "{body}");
    }
}

#[test]
fn immunity_15_bad_rows_are_kept_with_their_error_and_good_rows_land() {
    let items = json!([
        {"id": "A1", "type": "PEOPLE"}, null, "text", {"type": "PEOPLE", "name": "No Id"}, {"id": "", "type": "PEOPLE"},
        {"id": "C9", "type": "COMPANY"}, {"id": 77}
    ]);
    let page = page(&search(items));
    assert_eq!(page.records.iter().map(|r| (r.position, r.provider_id.as_str())).collect::<Vec<_>>(), vec![(0, "A1"), (6, "77")]);
    let told: Vec<_> = page.rejected.iter().map(|r| (r.position, r.error.as_str())).collect();
    assert_eq!(told, vec![(1, "not a record"), (2, "not a record"), (3, "no id"), (4, "no id"), (5, "not a person but COMPANY")]);
    assert_eq!(page.rejected[2].raw, json!({"type": "PEOPLE", "name": "No Id"}));
}

#[test]
fn immunity_15_a_huge_bad_row_is_kept_in_part() {
    let page = page(&search(json!([{"name": "é".repeat(10_000)}])));
    let kept = page.rejected[0].raw.as_str().unwrap();
    assert!(kept.starts_with("{\"name\":\"éé") && (4_090..=4_096).contains(&kept.len()), "{}", kept.len());
}

#[test]
fn immunity_17_odd_forms_of_the_same_facts_are_read_and_the_rest_is_absent() {
    let odd = record(json!({
        "id": 12, "name": "", "first_name": "Inês", "last_name": null, "headline": " ", "location": {"country": "x"}, "industry": ["", "Software"],
        "shared_connections_count": "4", "premium": "true", "open_profile": 0, "member_urn": 900017, "network_distance": "second_degree",
        "current_positions": {"company": "Brightwave", "company_id": 4711, "role": "CEO"}, "education": {}, "skills": "none", "profile_url": "javascript:x"
    }));
    assert_eq!(odd.provider_id, "12");
    assert_eq!((odd.name.as_deref(), odd.last_name, odd.headline, odd.location, odd.country), (Some("Inês"), None, None, None, None));
    assert_eq!(
        (odd.industry.as_deref(), odd.shared_connections, odd.premium, odd.open_profile),
        (Some("Software"), Some(4), Some(true), Some(false))
    );
    assert_eq!((odd.member_urn.as_deref(), odd.network_distance), (Some("900017"), Some(NetworkDistance::Second)));
    assert_eq!((odd.title.as_deref(), odd.company.as_deref(), odd.company_id.as_deref()), (Some("CEO"), Some("Brightwave"), Some("4711")));
    assert_eq!(odd.profile_url, None);
}

#[test]
fn immunity_17_a_record_of_nothing_but_an_id_is_a_record() {
    let bare = record(json!({"id": "AEMAAB1", "name": null, "public_identifier": null, "member_urn": null}));
    assert_eq!((bare.provider_id.as_str(), bare.name, bare.title, bare.member_urn), ("AEMAAB1", None, None, None));
}

#[test]
fn immunity_17_a_lone_object_counts_as_a_list_of_one_and_null_as_none() {
    assert_eq!(page(&search(json!({"id": "A1"}))).records.len(), 1);
    assert_eq!(page(&search(json!(null))).records.len(), 0);
}

#[test]
fn immunity_20_one_person_under_three_api_ids_shows_one_member_number() {
    let ids = ["ACoAAB1", "ACwAAB2", "AEMAAB3"];
    let urns: Vec<_> = ids.iter().map(|id| record(json!({"id": id, "member_urn": "urn:li:member:900017"})).member_urn).collect();
    assert_eq!(urns, vec![Some("900017".to_owned()); 3]);
}

#[test]
fn title_and_company_are_never_made_up_from_the_headline() {
    let person = record(json!({"id": "A1", "headline": "CEO at Brightwave", "current_positions": []}));
    assert_eq!((person.title, person.company, person.headline.as_deref()), (None, None, Some("CEO at Brightwave")));
}

#[test]
fn both_spellings_of_the_network_distance_mean_the_same() {
    use NetworkDistance::{First, OutOfNetwork, Own, Second, Third};
    let cases = [
        ("SELF", Some(Own)),
        ("DISTANCE_1", Some(First)),
        ("FIRST_DEGREE", Some(First)),
        ("DISTANCE_2", Some(Second)),
        ("SECOND_DEGREE", Some(Second)),
        ("DISTANCE_3", Some(Third)),
        ("THIRD_DEGREE", Some(Third)),
        ("OUT_OF_NETWORK", Some(OutOfNetwork)),
        ("FOURTH_DEGREE", None),
    ];
    for (spelling, expected) in cases {
        assert_eq!(record(json!({"id": "A1", "network_distance": spelling})).network_distance, expected, "{spelling}");
    }
}

#[test]
fn immunity_10_the_total_is_the_providers_count_and_not_the_page_length() {
    assert_eq!(page(&search(json!([{"id": "A1"}]))).total, Some(25_438));
    assert_eq!(page(&json!({"items": [{"id": "A1"}], "paging": {"total_count": "4433432"}})).total, Some(4_433_432));
    assert_eq!(page(&json!({"items": [{"id": "A1"}], "paging": {"page_count": 1, "total_count": null}})).total, None);
}

#[test]
fn what_is_no_search_answer_is_a_changed_layout() {
    for body in [
        "<html>Sign in</html>",
        "[]",
        "null",
        "42",
        "{}",
        r#"{"items":"none"}"#,
        r#"{"items":null}"#,
        r#"{"object":"LinkedinSearch"}"#,
        "{\"items\":[\"\\ud800\"]}",
    ] {
        assert!(matches!(parse_page(Api::Classic, body.as_bytes()), Err(ProviderError::LayoutChanged { .. })), "{body}");
    }
}

#[test]
fn an_answer_that_ends_too_early_may_be_asked_for_again() {
    let whole = search(json!([full_item()])).to_string();
    for end in [0, 1, 20, whole.len() / 2, whole.len() - 1] {
        assert!(matches!(parse_page(Api::Classic, &whole.as_bytes()[..end]), Err(ProviderError::Unreachable { .. })), "cut at {end}");
    }
}

#[test]
fn nul_characters_reach_no_database() {
    let person = record(json!({"id": "A\0", "name": "I\0nês"}));
    assert_eq!((person.provider_id.as_str(), person.name.as_deref(), person.raw), ("A", Some("Inês"), json!({"id": "A", "name": "Inês"})));
}

#[test]
fn a_profile_stays_raw_but_must_be_a_persons() {
    let profile = json!({"object": "UserProfile", "provider_id": "ACoAAB1", "throttled_sections": ["experience"]});
    assert_eq!(parse_profile(profile.to_string().as_bytes()).unwrap(), profile);
    assert!(matches!(parse_profile(b"{\"object\":\"UserProfile\"}"), Err(ProviderError::LayoutChanged { .. })));
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("urn:li:member:9")),
        Just(json!("https://www.linkedin.com/in/%E9?x")),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        let key = prop_oneof![
            prop::sample::select(vec![
                "id",
                "type",
                "name",
                "member_urn",
                "public_identifier",
                "profile_url",
                "public_profile_url",
                "location",
                "current_positions",
                "role",
                "company",
                "network_distance",
                "premium",
                "shared_connections_count",
                "items",
                "cursor",
                "paging",
                "total_count",
                "object",
            ])
            .prop_map(str::to_owned),
            any::<String>(),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((key, inner), 0..8).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
        let _either = parse_page(Api::Classic, &body);
        let _either = parse_profile(&body);
    }

    #[test]
    fn no_json_makes_the_parser_panic(body in any_json()) {
        let _either = parse_page(Api::Recruiter, body.to_string().as_bytes());
    }

    #[test]
    fn immunity_15_every_row_received_is_a_record_or_rejected_in_its_place(items in prop::collection::vec(any_json(), 0..12)) {
        let page = page(&search(Value::Array(items.clone())));
        let mut places: Vec<_> = page.records.iter().map(|r| r.position).chain(page.rejected.iter().map(|r| r.position)).collect();
        places.sort_unstable();
        prop_assert_eq!(places, (0..items.len()).collect::<Vec<_>>());
        prop_assert!(page.records.iter().all(|r| !r.provider_id.trim().is_empty()));
    }
}
