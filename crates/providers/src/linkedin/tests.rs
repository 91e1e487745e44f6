//! The connector against a server: what goes out, and what comes of the answers.

use std::time::Duration;

use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::fetch::FetchConfig;
use crate::posting::{EmploymentType, PostingSeniority, Sort, Workplace};

const SESSION: &str = "AQEDAsecret_session-value";
const SEARCH: &str = "/jobs-guest/jobs/api/seeMoreJobPostings/search";
const ORDINARY: &[u8] = include_bytes!("pages/search_ordinary.html");
const END: &[u8] = include_bytes!("pages/search_end.html");

struct Bench {
    server: MockServer,
    linkedin: LinkedIn,
    login: PostingLogin,
}

impl Bench {
    async fn start() -> Self {
        crate::unipile::install_crypto();
        let server = MockServer::start().await;
        let login = PostingLogin { base_url: server.uri().parse().unwrap(), secret: None };
        Self { server, linkedin: LinkedIn::new(Fetch::new(&FetchConfig::default()).unwrap()), login }
    }

    async fn answer(&self, template: ResponseTemplate) {
        self.server.reset().await;
        Mock::given(method("GET")).respond_with(template).mount(&self.server).await;
    }

    async fn search(&self, query: &PostingQuery, cursor: Option<&str>) -> Result<PostingPage, ProviderError> {
        let cursor = cursor.map(|text| Cursor(text.to_owned()));
        self.linkedin.search_postings(&self.login, query, cursor.as_ref()).await
    }
}

fn html(page: &[u8]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_bytes(page.to_vec())
}

fn engineers() -> PostingQuery {
    PostingQuery { keywords: Some("engineer".to_owned()), ..PostingQuery::default() }
}

#[tokio::test]
async fn a_search_goes_out_in_linkedins_words_under_our_own_name() {
    let bench = Bench::start().await;
    let name = concat!("sluice/", env!("CARGO_PKG_VERSION"));
    Mock::given(method("GET"))
        .and(path(SEARCH))
        .and(header("user-agent", name))
        .respond_with(html(ORDINARY))
        .expect(1)
        .mount(&bench.server)
        .await;
    let query = PostingQuery {
        location: Some("Berlin & around".to_owned()),
        geo_id: Some("106967730".to_owned()),
        distance_miles: Some(25),
        sort: Some(Sort::Newest),
        max_age_seconds: Some(86_400),
        employment_types: vec![EmploymentType::FullTime, EmploymentType::Contract],
        seniorities: vec![PostingSeniority::MidSenior],
        workplaces: vec![Workplace::Remote, Workplace::Hybrid],
        company_ids: vec!["1441".to_owned()],
        easy_apply: true,
        min_yearly_pay: Some(100_000),
        ..engineers()
    };
    let page = bench.search(&query, Some("30")).await.unwrap();
    assert_eq!((page.received(), page.next, page.end), (3, Some(Cursor("33".to_owned())), None));
    let received = bench.server.received_requests().await.unwrap();
    assert_eq!(
        received[0].url.query().unwrap(),
        "keywords=engineer&location=Berlin+%26+around&geoId=106967730&distance=25&sortBy=DD&f_TPR=r86400&f_JT=F%2CC&f_E=4&f_WT=2%2C3&f_C=1441&f_AL=true&f_SB2=4&start=30"
    );
    assert!(received[0].headers.get("cookie").is_none(), "a guest brings no session");
    let plan = bench.linkedin.plan(&query).unwrap();
    assert_eq!(plan.check_locally, ["max_age_seconds", "employment_types", "seniorities", "workplaces", "easy_apply", "min_yearly_pay"]);
    assert_eq!(plan.check_on_pages, ["employment_types", "seniorities", "workplaces", "easy_apply", "min_yearly_pay"]);
    assert_eq!(plan.unproven, ["distance_miles", "company_ids"]);
}

#[tokio::test]
async fn immunity_12_the_next_page_starts_behind_the_cards_that_came() {
    let bench = Bench::start().await;
    bench.answer(html(include_bytes!("pages/search_bad_cards.html"))).await;
    let page = bench.search(&PostingQuery { accept_unrelated: true, ..engineers() }, None).await.unwrap();
    assert_eq!((page.records.len(), page.rejected.len()), (3, 2));
    assert_eq!(page.next, Some(Cursor("5".to_owned())), "rejected cards have taken their places too");
}

#[tokio::test]
async fn immunity_12_pages_of_any_length_follow_each_other_without_a_gap_or_a_card_twice() {
    let bench = Bench::start().await;
    let card = |number: usize| {
        format!(
            r#"<div class="base-search-card" data-entity-urn="urn:li:jobPosting:{}"><h3 class="base-search-card__title">Engineer</h3><h4 class="base-search-card__subtitle">Heron</h4></div>"#,
            3_912_345_000 + number
        )
    };
    // 31 cards in pages of 10, 7, 1 and 13, whatever the usual page holds.
    for (start, length) in [(0, 10), (10, 7), (17, 1), (18, 13)] {
        let page: String = (start..start + length).map(card).collect();
        Mock::given(query_param("start", start.to_string())).respond_with(html(page.as_bytes())).expect(1).mount(&bench.server).await;
    }
    Mock::given(query_param("start", "31")).respond_with(html(END)).expect(1).mount(&bench.server).await;
    let (mut ids, mut cursor) = (Vec::new(), None);
    let end = loop {
        let page = bench.linkedin.search_postings(&bench.login, &engineers(), cursor.as_ref()).await.unwrap();
        ids.extend(page.records.into_iter().map(|record| record.posting_id));
        if page.next.is_none() {
            break page.end;
        }
        cursor = page.next;
    };
    let all: Vec<String> = (0..31).map(|number| (3_912_345_000_usize + number).to_string()).collect();
    assert_eq!((ids, end), (all, Some(SearchEnd::Exhausted)));
}

#[tokio::test]
async fn every_end_of_a_search_is_named() {
    let bench = Bench::start().await;
    bench.answer(html(END)).await;
    let ends = [
        (None, SearchEnd::NothingFound),
        (Some("0"), SearchEnd::NothingFound),
        (Some("10"), SearchEnd::Exhausted),
        (Some("1000"), SearchEnd::ProviderCap),
    ];
    for (cursor, end) in ends {
        let page = bench.search(&engineers(), cursor).await.unwrap();
        assert_eq!((page.received(), page.end, page.next), (0, Some(end), None), "{cursor:?}");
    }
    bench.answer(ResponseTemplate::new(400)).await;
    assert_eq!(bench.search(&engineers(), Some("990")).await.unwrap().end, Some(SearchEnd::ProviderCap));
    let further = bench.search(&engineers(), Some("20")).await.unwrap();
    assert_eq!((further.received(), further.next, further.end), (0, None, Some(SearchEnd::CutShort)), "what came before is good");
    assert!(
        matches!(bench.search(&engineers(), None).await, Err(ProviderError::Refused { .. })),
        "what is refused at once cannot be asked"
    );
    bench.answer(html(ORDINARY)).await;
    let last = bench.search(&engineers(), Some("998")).await.unwrap();
    assert_eq!((last.received(), last.next, last.end), (3, None, Some(SearchEnd::ProviderCap)));
    let unrelated = bench.search(&PostingQuery { keywords: Some("plugh".to_owned()), ..PostingQuery::default() }, None).await.unwrap();
    assert_eq!((unrelated.received(), unrelated.next, unrelated.end), (3, None, Some(SearchEnd::Unrelated)));
    let later = bench.search(&PostingQuery { keywords: Some("plugh".to_owned()), ..PostingQuery::default() }, Some("10")).await.unwrap();
    assert_eq!(later.end, None, "further pages of a search that began well are taken");
}

fn decision(error: &ProviderError) -> String {
    match error {
        ProviderError::RateLimited { retry_after: Some(wait) } => format!("slow down, {} s", wait.as_secs()),
        ProviderError::RateLimited { retry_after: None } => "slow down".to_owned(),
        ProviderError::Blocked { detail } => {
            assert!(detail.contains("choose Retry"), "{detail}");
            "blocked".to_owned()
        }
        ProviderError::AccountTrouble { detail, .. } => {
            assert!(detail.contains("under Accounts"), "{detail}");
            "session".to_owned()
        }
        ProviderError::LayoutChanged { .. } => "changed".to_owned(),
        ProviderError::Unreachable { .. } => "transient".to_owned(),
        ProviderError::Refused { .. } => "refused".to_owned(),
    }
}

/// What came of one posting, in a word: in capitals where it concerns all of them.
fn fate(answer: Result<PostingAnswer, ProviderError>) -> String {
    match answer {
        Ok(PostingAnswer::Found(record)) => format!("found {}", record.posting_id),
        Ok(PostingAnswer::Gone) => "gone".to_owned(),
        Ok(PostingAnswer::Another { posting_id }) => format!("another, {posting_id}"),
        Ok(PostingAnswer::Refused { detail }) => {
            assert!(detail.starts_with("LinkedIn") && detail.ends_with('.'), "{detail}");
            "refused".to_owned()
        }
        Ok(PostingAnswer::Unreadable { page, .. }) => {
            assert!(!page.bytes.is_empty() && page.url.contains("3912345101"), "{page:?}");
            "unreadable".to_owned()
        }
        Err(error) => decision(&error).to_uppercase(),
    }
}

fn redirect(to: &str) -> ResponseTemplate {
    ResponseTemplate::new(302).insert_header("location", to)
}

/// A box for signing in, as ordinary guest pages carry it.
const MODAL: &str = r#"<div class="sign-in-modal"><form action="https://www.linkedin.com/uas/login-submit"><input name="session_redirect" value="x"></form></div>"#;

#[tokio::test]
async fn every_answer_becomes_one_decision_that_is_a_postings_own_where_it_can_be() {
    let bench = Bench::start().await;
    let with_modal = |page: &[u8]| html(&[page, MODAL.as_bytes()].concat());
    let drifted = include_bytes!("pages/posting_without_id.html");
    let cases = [
        (ResponseTemplate::new(429).insert_header("retry-after", "90"), "slow down, 90 s", "SLOW DOWN, 90 S"),
        (ResponseTemplate::new(429), "slow down", "SLOW DOWN"),
        (ResponseTemplate::new(999), "blocked", "BLOCKED"),
        (ResponseTemplate::new(403), "blocked", "BLOCKED"),
        (ResponseTemplate::new(401), "blocked", "BLOCKED"),
        (redirect("https://www.linkedin.com/authwall?sessionRedirect=x"), "blocked", "BLOCKED"),
        (redirect("/uas/login?x=y"), "blocked", "BLOCKED"),
        (redirect("/checkpoint/challenge/x"), "blocked", "BLOCKED"),
        (html(include_bytes!("pages/wall.html")), "blocked", "BLOCKED"),
        (redirect("/somewhere/else"), "changed", "refused"),
        (redirect("/jobs/search?keywords=login"), "changed", "refused"),
        (ResponseTemplate::new(302), "changed", "refused"),
        (html(include_bytes!("pages/search_drift.html")), "changed", "unreadable"),
        (with_modal(include_bytes!("pages/search_drift.html")), "changed", "unreadable"),
        (with_modal(drifted), "changed", "unreadable"),
        (html(b"<html><body>Hello</body></html>"), "changed", "unreadable"),
        (ResponseTemplate::new(500), "transient", "TRANSIENT"),
        (ResponseTemplate::new(503), "transient", "TRANSIENT"),
        (ResponseTemplate::new(400), "refused", "refused"),
    ];
    for (template, of_search, of_posting) in cases {
        bench.answer(template.clone()).await;
        let error = bench.search(&engineers(), None).await.unwrap_err();
        assert_eq!(decision(&error), of_search, "{template:?}");
        assert_eq!(fate(bench.linkedin.fetch_posting(&bench.login, "3912345101").await), of_posting, "{template:?}");
    }
}

#[tokio::test]
async fn what_is_refused_to_a_session_is_its_users_trouble_and_nobody_elses() {
    let bench = Bench::start().await;
    let login = PostingLogin { secret: Some(SESSION.into()), ..bench.login.clone() };
    let cases = [
        (ResponseTemplate::new(401), "SESSION"),
        (redirect("/uas/login?session_redirect=x"), "SESSION"),
        (redirect("/login"), "SESSION"),
        (redirect("https://www.linkedin.com/authwall?x=y"), "SESSION"),
        (redirect("/checkpoint/challenge/x"), "SESSION"),
        (html(include_bytes!("pages/wall.html")), "SESSION"),
        (ResponseTemplate::new(403), "BLOCKED"),
        (ResponseTemplate::new(999), "BLOCKED"),
        (ResponseTemplate::new(429), "SLOW DOWN"),
    ];
    for (template, expected) in cases {
        bench.answer(template.clone()).await;
        assert_eq!(fate(bench.linkedin.fetch_posting(&login, "3912345101").await), expected, "{template:?}");
        let error = bench.linkedin.search_postings(&login, &engineers(), None).await.unwrap_err();
        assert_eq!(decision(&error).to_uppercase(), expected, "{template:?}");
    }
}

#[tokio::test]
async fn a_redirect_to_the_same_posting_never_means_that_it_is_gone() {
    let bench = Bench::start().await;
    let member = PostingLogin { secret: Some(SESSION.into()), ..bench.login.clone() };
    for target in [
        "/jobs/view/3912345101/",
        "/jobs/view/rust-engineer-at-alderbank-3912345101?trk=x",
        "https://de.linkedin.com/jobs/view/rust-engineer-3912345101",
        "https://www.linkedin.com/jobs/search/?currentJobId=3912345101&keywords=x",
    ] {
        bench.answer(redirect(target)).await;
        assert_eq!(fate(bench.linkedin.fetch_posting(&bench.login, "3912345101").await), "refused", "{target}");
        assert_eq!(fate(bench.linkedin.fetch_posting(&member, "3912345101").await), "SESSION", "{target}");
    }
}

#[tokio::test]
async fn a_redirect_elsewhere_is_another_posting_or_refuses_this_one_alone() {
    let bench = Bench::start().await;
    for (target, expected) in [
        ("/jobs/view/login-engineer-at-heron-3912345999", "another, 3912345999"),
        ("/jobs/search?currentJobId=3912345999&trk=expired", "another, 3912345999"),
        ("/jobs/heron-jobs?trk=expired_jd_redirect", "refused"),
        ("/jobs/", "refused"),
        ("https://elsewhere.example/jobs/view/3912345999", "refused"),
        ("https://elsewhere.example/jobs/view/3912345101", "refused"),
    ] {
        bench.answer(redirect(target)).await;
        assert_eq!(fate(bench.linkedin.fetch_posting(&bench.login, "3912345101").await), expected, "{target}");
    }
}

#[tokio::test]
async fn a_page_too_long_for_a_posting_refuses_that_one_alone() {
    let bench = Bench::start().await;
    bench.answer(html(&b"x".repeat(5_000))).await;
    let fetch = Fetch::new(&FetchConfig { max_answer_bytes: 4_000, ..FetchConfig::default() }).unwrap();
    assert_eq!(fate(LinkedIn::new(fetch).fetch_posting(&bench.login, "3912345101").await), "refused");
}

#[tokio::test]
async fn an_answer_that_broke_off_ends_nothing() {
    let bench = Bench::start().await;
    for body in ["", " \n", "<!DOCTYPE html>", "<!DOCTYPE html>\n\n", "<!DOCTYPE html>\n\n<!--"] {
        bench.answer(html(body.as_bytes())).await;
        for cursor in [None, Some("10")] {
            let error = bench.search(&engineers(), cursor).await.unwrap_err();
            assert!(matches!(error, ProviderError::Unreachable { status: Some(200), .. }), "{body:?}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_page_cut_inside_its_last_card_goes_on_with_that_card() {
    let bench = Bench::start().await;
    let end = String::from_utf8_lossy(ORDINARY).rfind("base-search-card__subtitle").unwrap();
    bench.answer(html(&ORDINARY[..end])).await;
    let page = bench.search(&engineers(), Some("10")).await.unwrap();
    assert_eq!((page.records.len(), page.rejected.len(), page.next), (2, 0, Some(Cursor("12".to_owned()))));
    let first = String::from_utf8_lossy(ORDINARY).find("base-search-card__subtitle").unwrap();
    bench.answer(html(&ORDINARY[..first])).await;
    let error = bench.search(&engineers(), Some("10")).await.unwrap_err();
    assert!(matches!(error, ProviderError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn immunity_28_a_long_wait_is_told_and_not_slept_through() {
    let bench = Bench::start().await;
    bench.answer(ResponseTemplate::new(429).insert_header("retry-after", "86400")).await;
    let told = tokio::time::timeout(Duration::from_secs(5), bench.search(&engineers(), None)).await.expect("the call returns at once");
    assert!(matches!(told, Err(ProviderError::RateLimited { retry_after: Some(wait) }) if wait.as_secs() == 86_400));
}

#[tokio::test]
async fn immunity_19_dead_redirected_and_replaced_postings_are_told_apart() {
    let bench = Bench::start().await;
    let fetch = || bench.linkedin.fetch_posting(&bench.login, "3912345101");
    let another = |id: &str| PostingAnswer::Another { posting_id: id.to_owned() };
    for status in [404, 410] {
        bench.answer(ResponseTemplate::new(status)).await;
        assert_eq!(fetch().await.unwrap(), PostingAnswer::Gone);
    }
    bench.answer(ResponseTemplate::new(301).insert_header("location", "/jobs/view/another-one-at-heron-3912345999?trk=expired")).await;
    assert_eq!(fetch().await.unwrap(), another("3912345999"));
    bench.answer(html(include_bytes!("pages/posting_closed.html"))).await;
    assert_eq!(fetch().await.unwrap(), another("3912345102"));
    bench.answer(html(include_bytes!("pages/posting_guest.html"))).await;
    assert!(matches!(fetch().await.unwrap(), PostingAnswer::Found(record) if record.posting_id == "3912345101"));
}

#[tokio::test]
async fn a_members_page_is_asked_for_with_the_members_own_session() {
    let bench = Bench::start().await;
    let cookie = format!("li_at={SESSION}");
    let page = html(include_bytes!("pages/member_posting.html"));
    Mock::given(path("/jobs/view/3912345201/"))
        .and(header("cookie", cookie.as_str()))
        .respond_with(page)
        .expect(3)
        .mount(&bench.server)
        .await;
    for pasted in [SESSION.to_owned(), cookie.clone(), format!(" li_at = \"{SESSION}\" \n")] {
        let login = PostingLogin { secret: Some(pasted.into()), ..bench.login.clone() };
        match bench.linkedin.fetch_posting(&login, "3912345201").await.unwrap() {
            PostingAnswer::Found(record) => assert_eq!(record.company.as_deref(), Some("Alderbank Systems")),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn immunity_24_no_text_of_a_login_or_an_error_holds_the_session() {
    let bench = Bench::start().await;
    let login = PostingLogin { secret: Some(SESSION.into()), ..bench.login.clone() };
    assert!(!format!("{login:?}").contains("secret_session"));
    for template in [
        ResponseTemplate::new(999),
        ResponseTemplate::new(302).insert_header("location", format!("/authwall?s={SESSION}")),
        ResponseTemplate::new(500),
    ] {
        bench.answer(template).await;
        let error = bench.linkedin.fetch_posting(&login, "3912345201").await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("secret_session"), "{error:?}");
    }
    for smuggled in ["a; li_a=b", "a\r\nx-other: b", "", "é"] {
        let login = PostingLogin { secret: Some(smuggled.into()), ..bench.login.clone() };
        let error = bench.linkedin.fetch_posting(&login, "3912345201").await.unwrap_err();
        assert!(matches!(&error, ProviderError::Refused { field: Some(field), .. } if field == "secret"), "{error:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_its_field_without_a_call() {
    let bench = Bench::start().await;
    let cases = [
        (PostingQuery::default(), "keywords"),
        (PostingQuery { geo_id: Some("Berlin".to_owned()), ..engineers() }, "geo_id"),
        (PostingQuery { company_ids: vec!["Alderbank".to_owned()], ..engineers() }, "company_ids"),
        (PostingQuery { distance_miles: Some(5), ..engineers() }, "distance_miles"),
    ];
    for (query, expected) in cases {
        let error = bench.search(&query, None).await.unwrap_err();
        assert!(matches!(&error, ProviderError::Refused { field: Some(field), .. } if field == expected), "{error:?}");
    }
    assert!(matches!(bench.search(&engineers(), Some("behind")).await, Err(ProviderError::Refused { .. })));
    assert!(matches!(bench.linkedin.fetch_posting(&bench.login, "../x").await, Err(ProviderError::Refused { .. })));
    assert!(bench.server.received_requests().await.unwrap().is_empty());
    assert!(bench.linkedin.plan(&PostingQuery { company_ids: vec!["7".to_owned()], ..PostingQuery::default() }).is_ok());
}

#[test]
fn the_manners_name_the_host_of_the_circuit_breaker() {
    crate::unipile::install_crypto();
    let login = PostingLogin { base_url: "https://www.linkedin.com".parse().unwrap(), secret: None };
    let manners = LinkedIn::new(Fetch::new(&FetchConfig::default()).unwrap()).manners(&login);
    assert_eq!((manners.host.as_str(), manners.cap), ("www.linkedin.com", 1_000));
    assert!(manners.pace >= Duration::from_secs(5) && manners.notice.contains("user agreement"));
    let (pace, name) = (manners.pace.as_secs(), FetchConfig::default().user_agent);
    let promise = format!("asks for one page in {pace} seconds at most, calls itself {name}, and stops");
    assert!(manners.notice.contains(&promise), "what is promised is what is done: {}", manners.notice);
}

#[tokio::test]
async fn a_page_of_another_start_is_asked_for_by_its_number() {
    let bench = Bench::start().await;
    Mock::given(query_param("start", "40")).respond_with(html(ORDINARY)).expect(1).mount(&bench.server).await;
    assert_eq!(bench.search(&engineers(), Some("40")).await.unwrap().next, Some(Cursor("43".to_owned())));
}

#[tokio::test]
async fn immunity_08_a_server_that_repeats_one_page_for_ever_is_left_at_the_cap() {
    let bench = Bench::start().await;
    bench.answer(html(ORDINARY)).await;
    let mut cursor: Option<Cursor> = None;
    for pages in 1.. {
        let page = bench.linkedin.search_postings(&bench.login, &engineers(), cursor.as_ref()).await.unwrap();
        cursor = page.next;
        if cursor.is_none() {
            assert_eq!((pages, page.end), (334, Some(SearchEnd::ProviderCap)), "1,000 cards at three a page");
            break;
        }
    }
}
