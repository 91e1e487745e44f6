//! The connector against a server: what goes out, and what comes of the answers.

use std::collections::HashMap;
use std::sync::Mutex;

use serde_json::json;
use wiremock::matchers::{body_json, header, method, path, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, Request as Received, ResponseTemplate};

use super::*;
use crate::fetch::FetchConfig;
use crate::query::{Criteria, Headcount, Seniority};

const KEY: &str = "very-secret-key";

/// Remembers in memory; fails when told to.
#[derive(Default)]
struct MemoryCache {
    known: Mutex<HashMap<(LookupKind, String), Vec<Choice>>>,
    broken: bool,
}

#[async_trait]
impl LookupCache for MemoryCache {
    async fn get(&self, kind: LookupKind, words: &str) -> Result<Option<Vec<Choice>>, anyhow::Error> {
        if self.broken {
            anyhow::bail!("disk full");
        }
        Ok(self.known.lock().unwrap().get(&(kind, words.to_owned())).cloned())
    }

    async fn put(&self, kind: LookupKind, words: &str, choices: &[Choice]) -> Result<(), anyhow::Error> {
        self.known.lock().unwrap().insert((kind, words.to_owned()), choices.to_vec());
        Ok(())
    }
}

struct Bench {
    server: MockServer,
    unipile: Unipile,
    login: Login,
    cache: MemoryCache,
}

impl Bench {
    async fn start() -> Self {
        install_crypto();
        let server = MockServer::start().await;
        let login = Login { base_url: server.uri().parse().unwrap(), api_key: KEY.into(), external_account_id: "acc_1".to_owned() };
        Self { server, unipile: Unipile::new(Fetch::new(&FetchConfig::default()).unwrap()), login, cache: MemoryCache::default() }
    }

    async fn answer_searches(&self, template: ResponseTemplate) {
        Mock::given(method("POST")).and(path("/api/v1/linkedin/search")).respond_with(template).mount(&self.server).await;
    }

    async fn know(&self, kind: &str, words: &str, choices: Value) {
        Mock::given(method("GET"))
            .and(path("/api/v1/linkedin/search/parameters"))
            .and(query_param("type", kind))
            .and(query_param("keywords", words))
            .respond_with(
                ResponseTemplate::new(200).set_body_json(json!({"object": "LinkedinSearchParametersList", "items": choices, "paging": {}})),
            )
            .mount(&self.server)
            .await;
    }

    async fn received(&self) -> Vec<Received> {
        self.server.received_requests().await.unwrap()
    }

    async fn prepare(&self, api: Api, criteria: Criteria) -> Result<PreparedSearch, ProviderError> {
        self.unipile.prepare(&self.login, api, &PeopleQuery::Criteria(Box::new(criteria)), &self.cache).await
    }
}

fn search(api: Api, body: Value) -> PreparedSearch {
    PreparedSearch { api, body, limit: api.page_size(), notes: Vec::new() }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn one_person() -> Value {
    json!({"object": "LinkedinSearch", "items": [{"type": "PEOPLE", "id": "A1"}], "paging": {"start": 0, "page_count": 1, "total_count": 1}, "cursor": "c2"})
}

#[tokio::test]
async fn a_search_goes_out_with_key_account_limit_and_body_and_comes_back_as_a_page() {
    let bench = Bench::start().await;
    let body = json!({"api": "classic", "category": "people", "keywords": "x"});
    Mock::given(method("POST"))
        .and(path("/api/v1/linkedin/search"))
        .and(header("x-api-key", KEY))
        .and(header("accept", "application/json"))
        .and(query_param("account_id", "acc_1"))
        .and(query_param("limit", "50"))
        .and(query_param_is_missing("cursor"))
        .and(body_json(&body))
        .respond_with(ResponseTemplate::new(200).set_body_json(one_person()))
        .expect(1)
        .mount(&bench.server)
        .await;
    let page = bench.unipile.search_people(&bench.login, &search(Api::Classic, body), None).await.unwrap();
    assert_eq!(page.next, Some(Cursor("c2".to_owned())));
    assert_eq!(page.records.len(), 1);
}

#[tokio::test]
async fn a_cursor_goes_out_verbatim_in_the_address_and_a_long_one_alone_in_the_body() {
    let bench = Bench::start().await;
    bench.answer_searches(ResponseTemplate::new(200).set_body_json(one_person())).await;
    let prepared = search(Api::Recruiter, json!({"api": "recruiter", "category": "people", "keywords": "x"}));
    let long = "é+/=&".repeat(400);
    for cursor in ["a+b/c==&d é", long.as_str()] {
        bench.unipile.search_people(&bench.login, &prepared, Some(&Cursor(cursor.to_owned()))).await.unwrap();
    }
    let received = bench.received().await;
    let query = |request: &Received| request.url.query_pairs().into_owned().collect::<HashMap<_, _>>();
    assert_eq!(query(&received[0]).get("cursor").map(String::as_str), Some("a+b/c==&d é"));
    assert_eq!(received[0].body_json::<Value>().unwrap(), prepared.body);
    assert_eq!(query(&received[1]).get("cursor"), None);
    assert_eq!(received[1].body_json::<Value>().unwrap(), json!({"cursor": long}));
    assert!(received.iter().all(|request| query(request)["limit"] == "100"));
}

#[tokio::test]
async fn immunity_09_every_page_asks_for_the_apis_largest_size_and_never_for_more() {
    let bench = Bench::start().await;
    bench.answer_searches(ResponseTemplate::new(200).set_body_json(one_person())).await;
    for (api, largest, cap) in [(Api::Classic, "50", 1_000), (Api::SalesNavigator, "100", 2_500), (Api::Recruiter, "100", 2_500)] {
        let mut prepared = bench.prepare(api, Criteria { keywords: Some("x".to_owned()), ..Criteria::default() }).await.unwrap();
        assert_eq!((prepared.limit.to_string().as_str(), api.cap()), (largest, cap));
        prepared.limit = 5_000;
        bench.unipile.search_people(&bench.login, &prepared, None).await.unwrap();
        let sent = bench.received().await.pop().unwrap();
        assert!(sent.url.query_pairs().any(|(name, value)| name == "limit" && value == largest), "{}", sent.url);
    }
}

#[tokio::test]
async fn words_become_ids_once_and_digits_cost_no_call() {
    let bench = Bench::start().await;
    bench
        .know("LOCATION", "Berlin", json!([{"id": "106967730", "title": "Berlin, Germany"}, {"id": "9", "title": "Berlin, Connecticut"}]))
        .await;
    bench.know("COMPANY", "brightwave", json!([{"id": "1", "title": "Brightwave Labs"}, {"id": "2", "title": "Brightwave"}])).await;
    let criteria = Criteria {
        locations: words(&["103644278", " Berlin "]),
        companies: words(&["brightwave"]),
        past_companies: words(&["brightwave"]),
        ..Criteria::default()
    };
    let first = bench.prepare(Api::Classic, criteria.clone()).await.unwrap();
    let expected =
        json!({"api": "classic", "category": "people", "location": ["103644278", "106967730"], "company": ["2"], "past_company": ["2"]});
    assert_eq!(first.body, expected);
    assert_eq!(
        first.notes,
        vec!["“Berlin” is understood as “Berlin, Germany” (106967730); also offered: “Berlin, Connecticut” (9).".to_owned()]
    );
    assert_eq!(bench.received().await.len(), 2);
    assert_eq!(bench.prepare(Api::Classic, criteria).await.unwrap(), first);
    assert_eq!(bench.received().await.len(), 2);
}

#[tokio::test]
async fn industries_are_looked_up_in_the_list_of_the_api() {
    let bench = Bench::start().await;
    bench.know("INDUSTRY", "Software", json!([{"id": "4", "title": "Software"}])).await;
    bench.know("SALES_INDUSTRY", "Software", json!([{"id": "1594", "title": "Software"}])).await;
    let criteria = Criteria { industries: words(&["Software"]), ..Criteria::default() };
    let mut bodies = Vec::new();
    for api in [Api::Classic, Api::SalesNavigator, Api::Recruiter] {
        bodies.push(bench.prepare(api, criteria.clone()).await.unwrap().body["industry"].clone());
    }
    assert_eq!(bodies, vec![json!(["4"]), json!({"include": ["1594"]}), json!({"include": ["4"]})]);
}

#[tokio::test]
async fn a_word_that_means_nothing_is_refused_by_its_field_and_not_remembered() {
    let bench = Bench::start().await;
    bench.know("SCHOOL", "Xyzzy", json!([])).await;
    let criteria = Criteria { schools: words(&["Xyzzy"]), ..Criteria::default() };
    for calls in [1, 2] {
        let error = bench.prepare(Api::Recruiter, criteria.clone()).await.unwrap_err();
        assert!(
            matches!(&error, ProviderError::Refused { field: Some(field), detail } if field == "schools" && detail.contains("Xyzzy")),
            "{error:?}"
        );
        assert_eq!(bench.received().await.len(), calls);
    }
}

#[tokio::test]
async fn what_the_api_cannot_do_is_refused_without_any_call() {
    let bench = Bench::start().await;
    let criteria = Criteria {
        locations: words(&["Berlin"]),
        headcount: vec![Headcount::UpTo50],
        seniorities: vec![Seniority::Cxo],
        ..Criteria::default()
    };
    let error = bench.prepare(Api::Classic, criteria).await.unwrap_err();
    assert!(matches!(&error, ProviderError::Refused { field: Some(field), .. } if field == "headcount"), "{error:?}");
    assert_eq!(bench.received().await.len(), 0);
}

#[tokio::test]
async fn a_failing_cache_is_an_error() {
    let mut bench = Bench::start().await;
    bench.cache.broken = true;
    let error = bench.prepare(Api::Classic, Criteria { locations: words(&["Berlin"]), ..Criteria::default() }).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unreachable { status: None, .. }), "{error:?}");
    assert_eq!(bench.received().await.len(), 0);
}

#[tokio::test]
async fn a_pasted_address_and_a_saved_search_are_prepared_without_any_call() {
    let bench = Bench::start().await;
    let address = "https://www.linkedin.com/sales/search/people?query=(x%3Ay)".to_owned();
    let prepared =
        bench.unipile.prepare(&bench.login, Api::SalesNavigator, &PeopleQuery::Url(address.clone()), &bench.cache).await.unwrap();
    assert_eq!((prepared.body, prepared.limit), (json!({"url": address}), 100));
    let saved = PeopleQuery::SavedSearch("50512".to_owned());
    let prepared = bench.unipile.prepare(&bench.login, Api::SalesNavigator, &saved, &bench.cache).await.unwrap();
    assert_eq!(prepared.body["saved_search_id"], "50512");
    assert_eq!(bench.received().await.len(), 0);
}

#[tokio::test]
async fn an_account_is_inspected_and_all_accounts_behind_a_key_are_discovered() {
    let bench = Bench::start().await;
    let account = |id: &str| json!({"type": "LINKEDIN", "id": id, "name": "Ada", "connection_params": {"im": {"premiumFeatures": ["recruiter"]}}, "sources": [{"status": "OK"}]});
    let get = |route: &str| Mock::given(method("GET")).and(path(route)).and(header("x-api-key", KEY));
    get("/api/v1/accounts/acc_1").respond_with(ResponseTemplate::new(200).set_body_json(account("acc_1"))).mount(&bench.server).await;
    get("/api/v1/accounts")
        .and(query_param_is_missing("cursor"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"items": [account("acc_1")], "cursor": "p2"})))
        .mount(&bench.server)
        .await;
    get("/api/v1/accounts")
        .and(query_param("cursor", "p2"))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"items": [account("acc_2")], "cursor": "p2"})))
        .expect(1)
        .mount(&bench.server)
        .await;
    let report = bench.unipile.inspect(&bench.login).await.unwrap();
    assert_eq!(report, AccountReport { name: Some("Ada".to_owned()), api: Api::Recruiter, trouble: None });
    let found: Vec<_> = bench.unipile.discover(&bench.login).await.unwrap().into_iter().map(|found| found.external_account_id).collect();
    assert_eq!(found, words(&["acc_1", "acc_2"]));
}

#[tokio::test]
async fn a_profile_is_asked_for_whole_and_without_telling_the_person() {
    let bench = Bench::start().await;
    let profile = json!({"object": "UserProfile", "provider_id": "ACoAAB1", "public_identifier": "inês/x"});
    Mock::given(method("GET"))
        .and(path("/api/v1/users/in%C3%AAs%2Fx"))
        .and(query_param("account_id", "acc_1"))
        .and(query_param("linkedin_sections", "*"))
        .and(query_param("notify", "false"))
        .respond_with(ResponseTemplate::new(200).set_body_json(&profile))
        .mount(&bench.server)
        .await;
    assert_eq!(bench.unipile.fetch_profile(&bench.login, "inês/x").await.unwrap(), profile);
}

#[tokio::test]
async fn a_refusal_of_the_provider_reaches_the_caller_as_a_decision() {
    let bench = Bench::start().await;
    let error = json!({"title": "Restricted", "type": "errors/account_restricted", "status": 403});
    bench.answer_searches(ResponseTemplate::new(403).set_body_json(error)).await;
    let error = bench.unipile.search_people(&bench.login, &search(Api::Classic, json!({})), None).await.unwrap_err();
    assert!(matches!(error, ProviderError::AccountTrouble { status: 403, error_type, .. } if error_type == "account_restricted"));
}

#[tokio::test]
async fn immunity_28_a_long_wait_is_told_and_not_slept() {
    let bench = Bench::start().await;
    bench.answer_searches(ResponseTemplate::new(429).insert_header("retry-after", "86400").set_body_string("slow down")).await;
    let error = bench.unipile.search_people(&bench.login, &search(Api::Classic, json!({})), None).await.unwrap_err();
    assert!(matches!(error, ProviderError::RateLimited { retry_after: Some(wait) } if wait.as_secs() == 86_400));
}

#[tokio::test]
async fn immunity_24_no_text_of_a_login_or_an_error_holds_the_key() {
    let bench = Bench::start().await;
    assert!(!format!("{:?}", bench.login).contains(KEY));
    for status in [302, 400, 401, 403, 404, 429, 500, 503] {
        bench.server.reset().await;
        let echo = json!({"title": format!("bad {KEY}"), "detail": KEY, "type": "errors/x", "status": status});
        bench.answer_searches(ResponseTemplate::new(status).insert_header("location", "/x").set_body_json(echo)).await;
        let error = bench.unipile.search_people(&bench.login, &search(Api::Classic, json!({})), None).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(KEY), "{status}: {error:?}");
    }
    bench.server.reset().await;
    bench.answer_searches(ResponseTemplate::new(200).set_body_string(format!("<pre>X-API-KEY: {KEY}</pre>"))).await;
    let error = bench.unipile.search_people(&bench.login, &search(Api::Classic, json!({})), None).await.unwrap_err();
    assert!(matches!(&error, ProviderError::LayoutChanged { excerpt, .. } if excerpt == "<pre>X-API-KEY: …</pre>"), "{error:?}");
    let mut broken = bench.login.clone();
    broken.api_key = format!("{KEY}\n").into();
    let error = bench.unipile.inspect(&broken).await.unwrap_err();
    assert!(matches!(&error, ProviderError::Refused { field: Some(field), .. } if field == "api_key"));
    assert!(!format!("{error} {error:?}").contains(KEY));
}
