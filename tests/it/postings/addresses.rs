//! The routes that start these jobs: every accepted address, and what is said of the others.

use serde_json::{Value as Json, json};
use sluice::domain::Role;
use sluice::store::posting_pages;
use sluice_api::PostingOutcome;

use crate::support::sandbox::set_faults;
use crate::support::{OWNER_KEY, TestApp, each_database, send};

const ACCEPTED: &[&str] = &[
    "3912345678",
    "  3912345678\n",
    "123456",
    "urn:li:jobPosting:3912345678",
    "urn:li:fsd_jobPosting:3912345678",
    "https://www.linkedin.com/jobs/view/3912345678",
    "https://www.linkedin.com/jobs/view/3912345678/",
    "https://www.linkedin.com/jobs/view/3912345678/?refId=x&trackingId=y%3D%3D&trk=flagship3_search_srp_jobs",
    "http://linkedin.com/jobs/view/3912345678",
    "www.linkedin.com/jobs/view/3912345678",
    "linkedin.com/jobs/view/3912345678#top",
    "https://WWW.LinkedIn.com/Jobs/View/3912345678",
    "https://www.linkedin.com/jobs/view/senior-rust-engineer-at-alderbank-3912345678",
    "https://www.linkedin.com/jobs/view/senior-rust-engineer-24-7-at-team-42-3912345678?position=3&pageNum=0",
    "https://de.linkedin.com/jobs/view/softwareentwickler-m-w-d-at-alderbank-3912345678",
    "https://il.linkedin.com/jobs/view/%D7%9E%D7%94%D7%A0%D7%93%D7%A1-3912345678",
    "https://uk.linkedin.com/jobs/view/3912345678/apply/",
    "https://m.linkedin.com/jobs/view/3912345678",
    "https://www.linkedin.com/jobs/search/?currentJobId=3912345678&keywords=rust",
    "https://www.linkedin.com/jobs/search/?keywords=rust&geoId=101282230&currentJobId=3912345678#x",
    "https://www.linkedin.com/jobs/search-results/?currentJobId=3912345678",
    "https://www.linkedin.com/jobs/collections/recommended/?currentJobId=3912345678",
    "https://www.linkedin.com/jobs-guest/jobs/api/jobPosting/3912345678",
];

/// What is refused, and words that the reason has.
const REFUSED: &[(&str, &str)] = &[
    ("", "Nothing was pasted"),
    ("   ", "Nothing was pasted"),
    ("12345", "6 to 19 digits"),
    ("0123456789", "6 to 19 digits"),
    ("12345678901234567890", "6 to 19 digits"),
    ("urn:li:person:3912345678", "not a job posting's"),
    ("rust engineer", "spaces"),
    ("nonsense", "neither a web address nor"),
    ("ftp://www.linkedin.com/jobs/view/3912345678", "neither a web address nor"),
    ("https://example.com/jobs/view/3912345678", "leads to example.com"),
    ("https://www.linkedin.com.example.com/jobs/view/3912345678", "not to LinkedIn"),
    ("https://notlinkedin.com/jobs/view/3912345678", "not to LinkedIn"),
    ("https://lnkd.in/abcdef", "shortened address"),
    ("https://user:pass@www.linkedin.com/jobs/view/3912345678", "user name"),
    ("https://www.linkedin.com:8443/jobs/view/3912345678", "port"),
    ("https://www.linkedin.com/jobs/view/", "lacks the posting's number"),
    ("https://www.linkedin.com/jobs/view/senior-rust-engineer", "lacks the posting's number"),
    ("https://www.linkedin.com/jobs/view/engineer-24-7", "not a posting's number"),
    ("https://www.linkedin.com/jobs/search/?keywords=rust", "no posting is chosen"),
    ("https://www.linkedin.com/jobs/collections/recommended/", "none is chosen"),
    ("https://www.linkedin.com/jobs/alerts", "job alerts"),
    ("https://www.linkedin.com/my-items/saved-jobs/", "list of your own"),
    ("https://www.linkedin.com/jobs/", "not about one posting"),
    ("https://www.linkedin.com/in/ada-invented/", "person's profile"),
    ("https://www.linkedin.com/company/alderbank/", "company's page"),
    ("https://www.linkedin.com/feed/update/urn:li:activity:7000000000000000000/", "post"),
    ("https://www.linkedin.com/groups/12345678/", "group"),
    ("https://www.linkedin.com/learning/rust", "course"),
    ("https://www.linkedin.com/sales/lead/1", "Sales Navigator"),
    ("https://www.linkedin.com/talent/hire/1", "recruiter's page"),
    ("https://www.linkedin.com/login", "signing in"),
    ("https://www.linkedin.com/", "front page"),
    ("https://www.linkedin.com/school/ghent/", "company's page"),
];

/// An account of the sandbox's public pages.
pub async fn public_pages(app: &TestApp, key: &str, base_url: &str) -> String {
    let body = json!({
        "provider": "linkedin", "name": "public pages", "base_url": base_url, "pace": {"delay_ms": 0, "jitter_pct": 0},
        "budgets": {"search_rows_per_day": 100_000},
    });
    app.post(key, "/api/v1/accounts", body).await.ok()["id"].as_str().expect("an id").to_owned()
}

fn import(urls: &[&str]) -> Json {
    json!({ "urls": urls })
}

each_database! {
    async fn every_form_of_address_is_accepted_and_every_other_refused_at_its_place(app: TestApp) {
        public_pages(&app, OWNER_KEY, "http://127.0.0.1:9").await;
        assert!(REFUSED.len() >= 30);
        let accepted = app.post(OWNER_KEY, "/api/v1/job-postings/import", import(ACCEPTED)).await;
        assert_eq!(accepted.status.as_u16(), 202, "{}", accepted.text);
        let job = accepted.json()["job_id"].as_str().expect("an id").to_owned();
        assert_eq!(accepted.headers["location"], format!("/api/v1/jobs/{job}"));
        let items = app.get(OWNER_KEY, &format!("/api/v1/jobs/{job}/posting-items?limit=100")).await.ok();
        for (item, url) in items["data"].as_array().expect("a list").iter().zip(ACCEPTED) {
            let expected = if *url == "123456" { "123456" } else { "3912345678" };
            assert_eq!((&item["linkedin_id"], &item["input"]), (&json!(expected), &json!(url.trim())));
        }
        assert_eq!(items["pagination"]["total"], ACCEPTED.len());

        let mut mixed: Vec<&str> = vec!["3912345678"];
        mixed.extend(REFUSED.iter().map(|(url, _)| *url));
        let problem = app.post(OWNER_KEY, "/api/v1/job-postings/import", import(&mixed)).await.problem(422);
        let errors = problem["validation_errors"].as_array().expect("a list");
        assert_eq!(errors.len(), REFUSED.len(), "{problem:#}");
        for (n, ((url, said), error)) in REFUSED.iter().zip(errors).enumerate() {
            assert_eq!(error["field"], format!("urls[{}]", n + 1), "{url}");
            let message = error["message"].as_str().expect("a message");
            assert!(message.contains(said), "{url:?}: {message}");
            assert!(message.contains("Paste the address of one job posting"), "{url:?} is refused with what works: {message}");
        }
    }

    async fn requests_are_refused_by_the_name_of_the_field(app: TestApp) {
        public_pages(&app, OWNER_KEY, "http://127.0.0.1:9").await;
        let ids: Vec<String> = (0..1_001).map(|n| (3_900_000_000_u64 + n).to_string()).collect();
        let many: Vec<Json> = (0..21).map(|_| json!({"keywords": "x"})).collect();
        for (path, body, field) in [
            ("import", json!({"urls": []}), "urls"),
            ("import", json!({"urls": ids}), "urls"),
            ("import", json!({"urls": ["3912345678"], "url": "x"}), "url"),
            ("import", json!({"urls": ["3912345678"], "account_id": "x"}), "account_id"),
            ("import", json!({"urls": ["3912345678"], "deadline_s": 0}), "deadline_s"),
            ("search", json!({"queries": []}), "queries"),
            ("search", json!({"queries": many}), "queries"),
            ("search", json!({"queries": [{}]}), "queries[0].keywords"),
            ("search", json!({"queries": [{"keywords": "a"}, {"keywords": "a", "distance_mi": 5}]}), "queries[1].distance_mi"),
            ("search", json!({"queries": [{"keywords": "a", "geo_id": "Ghent"}]}), "queries[0].geo_id"),
            ("search", json!({"queries": [{"url": "https://www.linkedin.com/in/ada"}]}), "queries[0].url"),
            ("search", json!({"queries": [{"url": "https://www.linkedin.com/jobs/search/?keywords=a", "keywords": "b"}]}), "queries[0].url"),
            ("search", json!({"queries": [{"keywords": "a", "max_age_h": 0}]}), "queries[0].max_age_h"),
            ("search", json!({"queries": [{"keywords": "a"}], "max_pages": 101}), "max_pages"),
            ("search", json!({"queries": [{"keywords": "a"}], "title_exclude": ["–"]}), "title_exclude"),
            ("search", json!({"queries": [{"keywords": "a"}], "name": " "}), "name"),
            ("search", json!({"queries": [{"keywords": "a"}], "schedule": {"cron": "often", "time_zone": "UTC"}}), "schedule.cron"),
        ] {
            let problem = app.post(OWNER_KEY, &format!("/api/v1/job-postings/{path}"), body.clone()).await.problem(422);
            assert_eq!(problem["validation_errors"][0]["field"], field, "{body}: {problem:#}");
        }
    }

    async fn without_a_source_it_is_said_how_to_switch_one_on_and_what_to_know_beforehand(app: TestApp) {
        let body = json!({"queries": [{"keywords": "rust"}]});
        let problem = app.post(OWNER_KEY, "/api/v1/job-postings/search", body.clone()).await.problem(409);
        assert_eq!(problem["error_code"], "NO_ACCOUNT");
        let told = problem["suggestions"].to_string();
        assert!(told.contains("linkedin") && told.contains("user agreement forbids automated access") && told.contains("brightdata"), "{told}");
        let account = public_pages(&app, OWNER_KEY, "http://127.0.0.1:9").await;
        app.patch(OWNER_KEY, &format!("/api/v1/accounts/{account}"), json!({"state": "off"})).await.ok();
        app.post(OWNER_KEY, "/api/v1/job-postings/search", body.clone()).await.problem(409);
        let unipile = app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let body = json!({"queries": [{"keywords": "rust"}], "account_id": unipile});
        assert_eq!(app.post(OWNER_KEY, "/api/v1/job-postings/search", body).await.problem(422)["validation_errors"][0]["field"], "account_id");
        // A page that was saved needs none.
        let page = app.request(reqwest::Method::POST, "/api/v1/job-postings/import").header("x-api-key", OWNER_KEY);
        assert_eq!(send(page.header("content-type", "text/html").body("<html>")).await.status.as_u16(), 202);
    }

    async fn a_new_account_of_the_public_pages_keeps_the_pace_that_they_ask_for(app: TestApp) {
        let made = app.post(OWNER_KEY, "/api/v1/accounts", json!({"provider": "linkedin", "session_cookie": "AQEDa-secret"})).await.ok();
        assert_eq!((&made["pace"]["delay_ms"], &made["budgets"]["search_rows_per_day"]), (&json!(6_000), &json!(5_000)), "{made}");
        assert!(!made.to_string().contains("AQEDa"), "the cookie is not shown: {made}");
    }

    async fn a_search_and_an_import_run_over_http_with_progress_and_items(app: TestApp) {
        let sandbox = sluice_sandbox::start(sluice_sandbox::Options { people: 2_000, ..Default::default() }).await.expect("a sandbox");
        public_pages(&app, OWNER_KEY, &sandbox.base_url()).await;
        let body = json!({"name": "Rust somewhere", "queries": [{"keywords": "engineer", "workplaces": ["remote", "hybrid"]}], "max_pages": 2});
        let accepted = app.post(OWNER_KEY, "/api/v1/job-postings/search", body).await;
        assert_eq!(accepted.status.as_u16(), 202, "{}", accepted.text);
        let job = accepted.json()["job_id"].as_str().expect("an id").to_owned();
        let ended = app.ended(OWNER_KEY, &job).await;
        let told: sluice_api::PostingStatistics =
            serde_json::from_value(app.get(OWNER_KEY, &format!("/api/v1/jobs/{job}")).await.ok()["result"].clone()).expect("statistics");
        assert_eq!((ended.status.as_str(), told.found), ("completed", 20), "{ended:#?}");
        assert_eq!(told.applied_locally[0].reason, "workplaces");

        let client = app.client(OWNER_KEY);
        let items = client.posting_items(&job, &Default::default()).await.expect("items");
        let new: Vec<_> = items.data.iter().filter(|item| item.outcome == PostingOutcome::New).collect();
        assert_eq!(new.len() as u64, told.new);
        let urls: Vec<String> = new.iter().filter_map(|item| item.linkedin_id.clone()).collect();
        set_faults(&sandbox, "posting/404@1").await;
        let request = sluice_api::PostingImportRequest { urls, ..Default::default() };
        let accepted = client.import_postings(&request).await.expect("it is accepted");
        app.ended(OWNER_KEY, &accepted.job_id).await;
        let failed = sluice_api::PostingItemsQuery { outcome: Some(PostingOutcome::Failed), ..Default::default() };
        let failed = client.posting_items(&accepted.job_id, &failed).await.expect("items");
        assert_eq!((failed.pagination.total, failed.data.len()), (1, 1));
        let saved = app.get(OWNER_KEY, "/api/v1/job-postings?status=saved").await.ok();
        assert_eq!(saved["pagination"]["total"], told.new - 1);
    }

    async fn a_search_on_a_schedule_is_stored_and_starts_at_its_times(app: TestApp) {
        public_pages(&app, OWNER_KEY, "http://127.0.0.1:9").await;
        let body = json!({
            "name": "Daily", "queries": [{"url": "https://www.linkedin.com/jobs/search/?keywords=rust&f_TPR=r86400"}, {"keywords": "go", "max_age_h": 24, "location": "Ghent", "distance_mi": 25}],
            "schedule": {"cron": "0 7 * * *", "time_zone": "Europe/Brussels"},
        });
        let made = app.post(OWNER_KEY, "/api/v1/job-postings/search", body).await;
        assert_eq!(made.status.as_u16(), 201, "{}", made.text);
        let made = made.json();
        assert_eq!((&made["kind"], &made["args"]["queries"][0]["max_age_seconds"]), (&json!("search_postings"), &json!(86_400)));
        assert!(made["warnings"][0].as_str().is_some_and(|warning| warning.contains("distance_mi")), "{made}");
        app.database().advance_clock(std::time::Duration::from_secs(25 * 3_600));
        let mut jobs = Json::Null;
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(20));
        for _ in 0..500 {
            jobs = app.get(OWNER_KEY, "/api/v1/jobs?kind=search_postings").await.ok();
            if jobs["pagination"]["total"] == 1 {
                break;
            }
            looks.tick().await;
        }
        assert_eq!(jobs["data"][0]["args"]["title"], "Daily", "{jobs:#}");
    }

    async fn a_saved_page_comes_as_a_body_or_in_a_form_and_the_same_key_imports_it_once(app: TestApp) {
        let path = format!("{}/crates/providers/src/linkedin/pages/posting_whole_page_saved.html", env!("CARGO_MANIFEST_DIR"));
        let page = std::fs::read(path).expect("a page");
        let client = app.client(OWNER_KEY);
        let accepted = client.import_posting_page(page.clone().into()).await.expect("it is accepted");
        assert_eq!((app.ended(OWNER_KEY, &accepted.job_id).await.status.as_str(), accepted.account_id), ("completed", None));
        let boundary = "a-boundary";
        let mut form = format!("--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"job.html\"\r\n\r\n").into_bytes();
        form.extend_from_slice(&page);
        form.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let mut ids = Vec::new();
        for _ in 0..2 {
            let request = app.request(reqwest::Method::POST, "/api/v1/job-postings/import").header("x-api-key", OWNER_KEY);
            let request = request.header("idempotency-key", "once").header("content-type", format!("multipart/form-data; boundary={boundary}"));
            let answer = send(request.body(form.clone())).await;
            assert_eq!(answer.status.as_u16(), 202, "{}", answer.text);
            ids.push(answer.json()["job_id"].clone());
        }
        assert_eq!(ids[0], ids[1]);
        let ended = app.ended(OWNER_KEY, ids[0].as_str().expect("an id")).await;
        assert_eq!(ended.result.expect("a result")["updated"], 1, "the same posting");
        let request = app.request(reqwest::Method::POST, "/api/v1/job-postings/import").header("x-api-key", OWNER_KEY);
        let large = send(request.header("content-type", "text/html").body(vec![b'x'; 21 * 1024 * 1024])).await;
        assert_eq!(large.problem(413)["validation_errors"][0]["field"], "file");
    }

    async fn a_page_that_could_not_be_read_is_had_as_text_by_members_alone(app: TestApp) {
        let home = app.owner().await;
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let queued = json!({"criteria": {"keywords": "clerk"}, "target": 5});
        let job = app.post(OWNER_KEY, "/api/v1/searches", queued).await.ok()["job_id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/jobs/{job}/unread-pages");
        assert_eq!(app.get(OWNER_KEY, &path).await.ok()["data"], json!([]));
        let mut tx = app.database().begin().await.expect("a transaction");
        let page = "<script>alert(1)</script>";
        let url = "https://www.linkedin.com/jobs/view/3900000001";
        posting_pages::keep_unread(&mut tx, job.parse().expect("an id"), url, page.as_bytes()).await.expect("it is kept");
        tx.commit().await.expect("a commit");
        let kept = app.get(OWNER_KEY, &path).await.ok()["data"][0].clone();
        assert_eq!((&kept["url"], &kept["bytes"]), (&json!(url), &json!(page.len())));
        let file = format!("{path}/{}", kept["id"].as_str().expect("an id"));
        let answer = app.get(OWNER_KEY, &file).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, page));
        assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert!(answer.headers["content-disposition"].to_str().is_ok_and(|value| value.starts_with("attachment;")));
        let viewer = app.colleague(home.workspace_id, Role::Viewer).await;
        app.get(&viewer.key, &file).await.problem(403);
        app.get(&app.tenant().await.key, &file).await.problem(404);
        let problem = app.get(OWNER_KEY, &format!("{path}/0199aaaa-0000-7000-8000-000000000000")).await.problem(404);
        assert_eq!(problem["error_code"], "UNREAD_PAGE_NOT_FOUND");
    }
}
