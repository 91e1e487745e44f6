//! Rows and answers as they come, good and odd.

use serde_json::json;

use super::*;
use crate::posting::{EmploymentType, PostingSeniority, Workplace};

fn rows(value: serde_json::Value) -> parse::Rows {
    parse_rows(value.to_string().as_bytes()).unwrap()
}

#[test]
fn immunity_17_rows_are_read_however_loosely_they_are_typed() {
    let read = rows(json!([
        {
            "url": "https://de.linkedin.com/jobs/view/rust-engineer-at-alderbank-3912345301?_l=en", "job_posting_id": 3912345301_u64, "job_title": "Rust  Engineer\u{0}",
            "company_name": "Alderbank", "company_id": 3000017, "company_url": "https://www.linkedin.com/company/alderbank?trk=x", "job_location": "Berlin, Germany (Hybrid)",
            "job_summary": "Plain", "job_description_formatted": "<p>Formatted <script>x</script></p>", "job_seniority_level": "Entry level",
            "job_function": "Engineering, Sales, and Design", "job_employment_type": "Full-time", "job_industries": "Technology, Information and Internet",
            "job_base_pay_range": "", "base_salary": {"min_amount": "60000.5", "max_amount": 80000, "currency": "EUR", "payment_period": "yr"},
            "job_posted_date": "2026-11-02T08:30:00.000Z", "job_num_applicants": "41", "apply_link": "https://jobs.alderbank.example/7", "is_easy_apply": "false",
            "application_availability": true, "discovery_input": {"keyword": "rust"}
        },
        {"job_posting_id": "3912345302", "job_title": "Nurse", "company_name": "", "job_base_pay_range": "$20.00/hr - $30.00/hr", "base_salary": null,
         "apply_link": "javascript:alert(1)", "is_easy_apply": 1, "application_availability": false, "job_industries": ["A", "B"], "job_summary": "Line\nLine"}
    ]));
    insta::assert_json_snapshot!(
        "rows_as_they_come",
        json!({ "records": read.records, "rejected": read.rejected, "asked": read.asked_keywords })
    );
}

#[test]
fn immunity_15_rows_that_are_no_postings_are_kept_with_their_error() {
    let read = rows(json!([
        {"error": "Page is dead", "error_code": "dead_page", "input": {"url": "https://www.linkedin.com/jobs/view/3912345303"}},
        {"error_code": "crawl_failed"},
        "text",
        {"job_title": "No id"},
        {"job_posting_id": "3912345304"},
        {"job_posting_id": "3912345305", "job_title": "T", "url": "https://www.linkedin.com/jobs/view/3912345306"},
        {"job_posting_id": "3912345307", "job_title": "T", "input": {"url": "https://www.linkedin.com/jobs/view/3912345308"}},
        {"job_posting_id": "3912345309", "job_title": "Good", "error": null}
    ]));
    let errors: Vec<&str> = read.rejected.iter().map(|row| row.error.as_str()).collect();
    assert_eq!(
        errors,
        [
            "dead_page: Page is dead",
            "crawl_failed",
            "the row is not an object",
            "the row has no id of a posting",
            "the row has no job_title",
            "the row is about two postings, 3912345305 and 3912345306",
            "posting 3912345307 came in place of 3912345308",
        ]
    );
    assert_eq!(read.records.iter().map(|record| (record.position, record.posting_id.as_str())).collect::<Vec<_>>(), [(7, "3912345309")]);
}

#[test]
fn what_is_no_snapshot_is_said_so() {
    for body in ["", "Snapshot is empty", "true", "[1"] {
        assert!(matches!(parse_rows(body.as_bytes()), Err(ProviderError::LayoutChanged { .. })), "{body}");
    }
    assert_eq!(rows(json!([])).received(), 0);
    assert_eq!(rows(json!({"job_posting_id": "3912345310", "job_title": "Alone"})).records.len(), 1);
}

#[test]
fn a_query_is_put_into_the_vendors_form_as_far_as_that_goes() {
    let query = PostingQuery {
        keywords: Some("rust".to_owned()),
        location: Some("Berlin".to_owned()),
        max_age_seconds: Some(3 * 86_400),
        employment_types: vec![EmploymentType::FullTime],
        seniorities: vec![PostingSeniority::MidSenior, PostingSeniority::Director],
        workplaces: vec![Workplace::OnSite],
        ..PostingQuery::default()
    };
    assert_eq!(
        endpoints::discover_input(&query),
        json!([{"location": "Berlin", "keyword": "rust", "time_range": "Past week", "job_type": "Full-time", "remote": "On-site"}])
    );
}

#[test]
fn a_cursor_is_read_back_and_others_are_refused() {
    let place = Place::Waiting { snapshot: "s_1".to_owned(), known: vec!["s_0".to_owned()], found: true, failures: 1 };
    assert_eq!(Place::read(&place.cursor()).unwrap(), place);
    for other in ["10", "{}", r#"{"place":"waiting"}"#] {
        assert!(matches!(Place::read(&Cursor(other.to_owned())), Err(ProviderError::Refused { .. })), "{other}");
    }
}

#[test]
fn snapshots_and_their_states_are_read_in_every_form() {
    assert_eq!(progress::read_snapshots(br#"[{"id":"s_1"},{"snapshot_id":"s_2"},{}]"#).unwrap(), ["s_1", "s_2"]);
    assert_eq!(progress::read_snapshots(br#"{"snapshots":[{"id":"s_3"}]}"#).unwrap(), ["s_3"]);
    assert!(progress::read_snapshots(br#"{"id":"s_3"}"#).is_err());
    assert_eq!(progress::read_status(br#"{"status":"ready"}"#).unwrap(), Status::Ready);
    for working in ["starting", "running", "building", "scheduled", "tomorrow"] {
        assert_eq!(progress::read_status(json!({"status": working}).to_string().as_bytes()).unwrap(), Status::Working);
    }
    assert_eq!(
        progress::read_status(br#"{"status":"failed","failure_reason":"no\u0007 luck"}"#).unwrap(),
        Status::Failed("no luck".to_owned())
    );
    assert!(progress::read_status(b"{}").is_err() && progress::read_status(b"nothing").is_err());
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_its_field_without_a_call() {
    crate::unipile::install_crypto();
    let brightdata = BrightData::new(Fetch::new(&crate::fetch::FetchConfig::default()).unwrap());
    let login = PostingLogin { base_url: "http://127.0.0.1:9".parse().unwrap(), secret: Some("a\nb".into()) };
    let place = || Some("Berlin".to_owned());
    let queries = [
        (PostingQuery { keywords: Some("rust".to_owned()), ..PostingQuery::default() }, "location"),
        (PostingQuery { location: place(), geo_id: Some("1".to_owned()), ..PostingQuery::default() }, "geo_id"),
        (PostingQuery { location: place(), distance_miles: Some(1), ..PostingQuery::default() }, "distance_miles"),
        (PostingQuery { location: place(), ..PostingQuery::default() }, "secret"),
    ];
    for (query, expected) in queries {
        let error = brightdata.search_postings(&login, &query, None).await.unwrap_err();
        assert!(matches!(&error, ProviderError::Refused { field: Some(field), .. } if field == expected), "{error:?}");
    }
    for ids in [vec![], vec!["https://www.linkedin.com/jobs/view/3912345301".to_owned()], vec!["3912345301".to_owned(); 1_001]] {
        let error = brightdata.collect_postings(&login, &ids, None).await.unwrap_err();
        assert!(matches!(&error, ProviderError::Refused { field: Some(field), .. } if field == "posting_ids"), "{error:?}");
    }
}
