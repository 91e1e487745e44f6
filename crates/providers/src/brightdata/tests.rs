//! Rows and answers as they come, good and odd.

use serde_json::json;

use wiremock::matchers::{method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::fetch::FetchConfig;
use crate::posting::{EmploymentType, PostingSeniority, Workplace};

fn rows(value: serde_json::Value) -> parse::Rows {
    parse_rows(value.to_string().as_bytes()).unwrap().expect("a snapshot that is ready")
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
        json!({ "records": read.records, "rejected": read.rejected, "asked": read.asked.discoveries })
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
    for body in ["", "Something else", "true", "[1"] {
        assert!(matches!(parse_rows(body.as_bytes()), Err(ProviderError::LayoutChanged { .. })), "{body}");
    }
    assert_eq!(rows(json!([])).received(), 0);
    assert_eq!(rows(json!({"job_posting_id": "3912345310", "job_title": "Alone"})).records.len(), 1);
}

#[test]
fn words_in_place_of_rows_are_no_rows() {
    for building in [
        r#"{"status":"building","message":"Snapshot is not ready yet, try again in 30s"}"#,
        r#"{"status":"running"}"#,
        r#"{"message":"The snapshot is queued","snapshot_id":"s_1"}"#,
        "Snapshot is not ready",
    ] {
        assert_eq!(parse_rows(building.as_bytes()).unwrap(), None, "{building}");
    }
    for empty in ["Snapshot is empty", r#""No data found""#, r#"{"message":"Snapshot is empty"}"#, r#"{"error":"No data found"}"#, "[]"] {
        assert_eq!(parse_rows(empty.as_bytes()).unwrap(), Some(parse::Rows::default()), "{empty}");
    }
    let words = json!({"job_posting_id": "3912345310", "job_title": "Alone", "status": "open", "message": "No data found"});
    assert_eq!(rows(words).records.len(), 1, "a row may say what it likes");
}

struct Bench {
    server: MockServer,
    brightdata: BrightData,
    login: PostingLogin,
}

impl Bench {
    async fn start() -> Self {
        crate::unipile::install_crypto();
        let server = MockServer::start().await;
        let login = PostingLogin { base_url: server.uri().parse().unwrap(), secret: Some("a-key".into()) };
        Self { server, brightdata: BrightData::new(Fetch::new(&FetchConfig::default()).unwrap()), login }
    }

    async fn ready(self) -> Self {
        let ready = ResponseTemplate::new(200).set_body_json(json!({"status": "ready"}));
        Mock::given(path("/datasets/v3/progress/s_1")).respond_with(ready).mount(&self.server).await;
        self
    }

    async fn part(&self, part: &str, answer: ResponseTemplate) {
        let download = Mock::given(path("/datasets/v3/snapshot/s_1")).and(query_param("batch_size", "1000")).and(query_param("part", part));
        download.respond_with(answer).mount(&self.server).await;
    }

    async fn calls(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }
}

fn waiting(found: bool) -> Cursor {
    Place::Waiting { snapshot: "s_1".to_owned(), known: Vec::new(), found, failures: 0 }.cursor()
}

fn in_berlin() -> PostingQuery {
    PostingQuery { keywords: Some("rust".to_owned()), location: Some("Berlin".to_owned()), ..PostingQuery::default() }
}

fn listed(numbers: std::ops::Range<u64>) -> ResponseTemplate {
    let row = |number: u64| json!({"job_posting_id": 3_912_000_000 + number, "job_title": "T"});
    ResponseTemplate::new(200).set_body_json(numbers.map(row).collect::<Vec<_>>())
}

#[tokio::test]
async fn a_large_collection_is_downloaded_once_in_parts_and_handed_out_in_one_order() {
    let bench = Bench::start().await.ready().await;
    bench.part("1", listed(3..1_003)).await;
    bench.part("2", listed(0..3)).await;
    let step = async |cursor: &Cursor| bench.brightdata.search_postings(&bench.login, &in_berlin(), Some(cursor)).await.unwrap();
    let first = step(&waiting(false)).await;
    assert_eq!((first.received(), first.end, first.wait), (0, None, None), "there is more to download, at once");
    let whole = step(&first.next.unwrap()).await;
    let ids: Vec<&str> = whole.records.iter().map(|record| record.posting_id.as_str()).collect();
    assert_eq!((ids.len(), ids[0], ids[1_002], whole.total), (1_003, "3912001002", "3912000000", Some(1_003)));
    let positions: BTreeSet<usize> = whole.records.iter().map(|record| record.position).collect();
    assert_eq!((positions.len(), positions.last()), (1_003, Some(&1_002)));
    assert_eq!(bench.calls().await, 3);
    assert_eq!(step(&waiting(false)).await, whole);
    assert_eq!(bench.calls().await, 3, "it is downloaded once");
    let other = PostingLogin { secret: Some("another-key".into()), ..bench.login.clone() };
    bench.brightdata.search_postings(&other, &in_berlin(), Some(&waiting(false))).await.unwrap();
    assert_eq!(bench.calls().await, 5, "another customer gets nothing of it");
}

#[tokio::test]
async fn two_collections_at_once_are_each_downloaded_once() {
    let bench = Bench::start().await.ready().await;
    bench.part("1", listed(0..1_000)).await;
    bench.part("2", listed(1_000..1_003)).await;
    let other = PostingLogin { secret: Some("another-key".into()), ..bench.login.clone() };
    let step = async |login: &PostingLogin| bench.brightdata.search_postings(login, &in_berlin(), Some(&waiting(false))).await.unwrap();
    let received = [
        step(&bench.login).await.received(),
        step(&other).await.received(),
        step(&bench.login).await.received(),
        step(&other).await.received(),
    ];
    assert_eq!((received, bench.calls().await), ([0, 0, 1_003, 1_003], 6));
}

#[tokio::test]
async fn no_more_parts_are_downloaded_than_were_asked_for_or_than_there_are() {
    let bench = Bench::start().await.ready().await;
    bench.part("1", listed(0..1_000)).await;
    bench.part("2", listed(0..1_000)).await;
    let query = PostingQuery { most_records: Some(1_000), ..in_berlin() };
    let page = bench.brightdata.search_postings(&bench.login, &query, Some(&waiting(false))).await.unwrap();
    assert_eq!((page.received(), bench.calls().await), (1_000, 2));

    let bench = Bench::start().await.ready().await;
    bench.part("1", listed(0..1_000)).await;
    bench.part("2", listed(0..1_000)).await;
    let more = bench.brightdata.search_postings(&bench.login, &in_berlin(), Some(&waiting(false))).await.unwrap();
    let page = bench.brightdata.search_postings(&bench.login, &in_berlin(), more.next.as_ref()).await.unwrap();
    assert_eq!((page.end, bench.calls().await), (Some(SearchEnd::Exhausted), 3), "a vendor that sends one part for ever is left");
}

#[tokio::test]
async fn a_snapshot_that_is_not_ready_after_all_is_waited_for_and_an_empty_one_is_the_end() {
    for not_ready in [
        ResponseTemplate::new(200).set_body_json(json!({"status": "building"})),
        ResponseTemplate::new(202).set_body_json(json!({"status": "building", "message": "Snapshot is not ready yet, try again in 30s"})),
        ResponseTemplate::new(400).set_body_string("Snapshot is not ready"),
    ] {
        let bench = Bench::start().await.ready().await;
        bench.part("1", not_ready).await;
        let page = bench.brightdata.search_postings(&bench.login, &in_berlin(), Some(&waiting(false))).await.unwrap();
        assert_eq!((page.received(), page.next, page.wait), (0, Some(waiting(false)), Some(LOOK_AGAIN)));
    }
    for status in [200, 400, 404] {
        let bench = Bench::start().await.ready().await;
        bench.part("1", ResponseTemplate::new(status).set_body_string("Snapshot is empty")).await;
        let page = bench.brightdata.search_postings(&bench.login, &in_berlin(), Some(&waiting(false))).await.unwrap();
        assert_eq!((page.received(), page.next, page.end), (0, None, Some(SearchEnd::Exhausted)), "{status}");
    }
}

#[tokio::test]
async fn immunity_16_a_snapshot_that_was_found_is_ours_only_when_its_rows_say_all_that_was_asked() {
    let row = |more: serde_json::Value| {
        let mut row = json!({"job_posting_id": "3912345301", "job_title": "T"});
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        row
    };
    let found = |input: serde_json::Value| row(json!({ "discovery_input": input }));
    let of_url =
        |id: &str| json!({"job_posting_id": id, "job_title": "T", "input": {"url": format!("https://www.linkedin.com/jobs/view/{id}")}});
    let dead = |id: &str| json!({"error": "dead", "error_code": "dead_page", "input": {"url": format!("https://www.linkedin.com/jobs/view/{id}")}});
    let query = Wanted::Discovered(&in_berlin()).is_answered_by(&rows(json!([])).asked);
    assert!(!query, "no rows say nothing");
    let discoveries = [
        (json!([found(json!({"keyword": "rust", "location": "Berlin"}))]), true),
        (json!([found(json!({"keyword": "rust", "location": "Berlin", "time_range": "", "remote": null})), row(json!({}))]), true),
        (json!([found(json!({"keyword": "rust", "location": "Berlin"})), dead("3912345309")]), true),
        (json!([found(json!({"keyword": "rust", "location": "Hamburg"}))]), false),
        (json!([found(json!({"keyword": "rust", "location": "Berlin", "time_range": "Past week"}))]), false),
        (json!([found(json!({"keyword": "rust", "location": "Berlin"})), found(json!({"keyword": "go", "location": "Berlin"}))]), false),
        (json!([row(json!({}))]), false),
        (json!([{"error_code": "crawl_failed"}]), false),
    ];
    for (rows_of, expected) in discoveries {
        assert_eq!(Wanted::Discovered(&in_berlin()).is_answered_by(&rows(rows_of.clone()).asked), expected, "{rows_of}");
    }
    let ids = ["3912345301".to_owned(), "3912345302".to_owned()];
    let collections = [
        (json!([of_url("3912345302"), dead("3912345301")]), true),
        (json!([of_url("3912345301")]), false),
        (json!([of_url("3912345301"), of_url("3912345302"), of_url("3912345303")]), false),
        (json!([of_url("3912345301"), of_url("3912345304")]), false),
        (json!([{"error_code": "crawl_failed"}, {"error_code": "crawl_failed"}]), false),
        (json!([row(json!({})), {"job_posting_id": "3912345302", "job_title": "T"}]), false),
        (json!([found(json!({"keyword": "rust", "location": "Berlin"}))]), false),
    ];
    for (rows_of, expected) in collections {
        assert_eq!(Wanted::Ids(&ids).is_answered_by(&rows(rows_of.clone()).asked), expected, "{rows_of}");
    }
}

#[tokio::test]
async fn a_snapshot_of_somebody_elses_that_failed_is_no_failure_of_ours() {
    let bench = Bench::start().await;
    let failed = ResponseTemplate::new(200).set_body_json(json!({"status": "failed"}));
    Mock::given(path("/datasets/v3/progress/s_1")).respond_with(failed).mount(&bench.server).await;
    let page = bench.brightdata.search_postings(&bench.login, &in_berlin(), Some(&waiting(true))).await.unwrap();
    let expected = Place::Asking { known: vec!["s_1".to_owned()], failures: 0 };
    assert_eq!(Place::read(&page.next.unwrap()).unwrap(), expected);
}

#[tokio::test]
async fn a_discovery_is_asked_for_no_more_than_is_wanted() {
    let bench = Bench::start().await;
    Mock::given(path("/datasets/v3/snapshots"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!([])))
        .mount(&bench.server)
        .await;
    let given = ResponseTemplate::new(200).set_body_json(json!({"snapshot_id": "s_1"}));
    let limited = Mock::given(method("POST")).and(query_param("limit_per_input", "30")).and(query_param("discover_by", "keyword"));
    limited.respond_with(given.clone()).expect(1).mount(&bench.server).await;
    let unlimited = Mock::given(method("POST")).and(query_param_is_missing("limit_per_input"));
    unlimited.respond_with(given).expect(1).mount(&bench.server).await;
    let asking = Place::Asking { known: Vec::new(), failures: 0 }.cursor();
    for most_records in [Some(30), None] {
        let query = PostingQuery { most_records, ..in_berlin() };
        let page = bench.brightdata.search_postings(&bench.login, &query, Some(&asking)).await.unwrap();
        assert_eq!(page.next, Some(waiting(false)));
    }
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
        endpoints::discover_inputs(&query),
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
    let brightdata = BrightData::new(Fetch::new(&FetchConfig::default()).unwrap());
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
