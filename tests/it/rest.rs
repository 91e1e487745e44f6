//! The published tables over HTTP, as PostgREST's clients read them.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value as Json, json};
use sluice::config::Settings;
use sluice::domain::published::{Filter, Table};
use sluice_sandbox::Options;

use crate::support::app::Answer;
use crate::support::{OWNER_KEY, TestApp, TestDatabase, each_database, send};

const JOBS: &str = "/rest/v1/prospect_search_jobs";
const RESULTS: &str = "/rest/v1/prospect_search_results";

fn ask(app: &TestApp, path: &str) -> RequestBuilder {
    // As supabase-js sends it.
    let bearer = format!("Bearer {OWNER_KEY}");
    app.request(Method::GET, path).header("apikey", OWNER_KEY).header("authorization", bearer).header("accept-profile", "public")
}

async fn search(app: &TestApp, key: &str, target: u32) -> String {
    let body = json!({"search_criteria": {"keywords": "manager"}, "target_count": target});
    app.post(key, "/api/linkedin/search/create-job", body).await.ok()["job_id"].as_str().expect("an id").to_owned()
}

fn refused(answer: &Answer, status: u16, code: &str) -> Json {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    let body = answer.json();
    assert_eq!(body["code"], code, "{body}");
    let fields: Vec<&str> = body.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(fields, ["code", "details", "hint", "message"]);
    body
}

each_database! {
    async fn rows_are_read_as_postgrest_answers(app: TestApp) {
        let sandbox = sluice_sandbox::start(Options { people: 20_000, ..Options::default() }).await.expect("the sandbox starts");
        app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
        let id = search(&app, OWNER_KEY, 120).await;
        app.ended(OWNER_KEY, &id).await;

        let answer = send(ask(&app, &format!("{JOBS}?select=*&id=eq.{id}"))).await;
        assert_eq!((answer.status.as_u16(), &answer.headers["content-range"]), (200, &"0-0/*".parse().expect("a header")));
        let rows = answer.ok();
        let names: Vec<&str> = rows[0].as_object().expect("a row").keys().map(String::as_str).collect();
        assert_eq!(names, Table::Jobs.columns().iter().map(|column| column.name).collect::<Vec<_>>());
        assert_eq!(rows[0]["search_criteria"], json!({"category": "people", "keywords": "manager"}));

        let one = send(ask(&app, &format!("{JOBS}?select=id,status&id=eq.{id}")).header("accept", "application/vnd.pgrst.object+json")).await;
        assert_eq!(one.headers["content-type"], "application/vnd.pgrst.object+json; charset=utf-8");
        assert_eq!(one.ok(), json!({"id": id, "status": "completed"}));
        let none = send(ask(&app, &format!("{JOBS}?status=eq.queued")).header("accept", "application/vnd.pgrst.object+json")).await;
        let body = refused(&none, 406, "PGRST116");
        assert_eq!((&body["details"], &body["hint"]), (&json!("The result contains 0 rows"), &Json::Null));

        let counted = send(ask(&app, &format!("{RESULTS}?job_id=eq.{id}&select=id,batch_number&order=batch_number.desc&limit=25&offset=10")).header("prefer", "count=exact")).await;
        assert_eq!((counted.status.as_u16(), &counted.headers["content-range"]), (206, &"10-34/120".parse().expect("a header")));
        let batches: Vec<i64> = counted.ok().as_array().expect("a list").iter().map(|row| row["batch_number"].as_i64().expect("a number")).collect();
        assert_eq!(batches, [vec![2; 10], vec![1; 15]].concat());
        let head = send(app.request(Method::HEAD, &format!("{RESULTS}?job_id=eq.{id}")).header("apikey", OWNER_KEY).header("prefer", "count=exact")).await;
        assert_eq!((&head.headers["content-range"], head.text.as_str()), (&"0-119/120".parse().expect("a header"), ""));
        let ranged = send(ask(&app, &format!("{RESULTS}?job_id=eq.{id}")).header("range", "0-4")).await;
        assert_eq!((ranged.ok().as_array().map(Vec::len), &ranged.headers["content-range"]), (Some(5), &"0-4/*".parse().expect("a header")));
        let beyond = send(ask(&app, &format!("{RESULTS}?job_id=eq.{id}&offset=500")).header("prefer", "count=exact")).await;
        refused(&beyond, 416, "PGRST103");
        let empty = send(ask(&app, &format!("{JOBS}?status=eq.queued"))).await;
        assert_eq!((empty.ok(), &empty.headers["content-range"]), (json!([]), &"*/*".parse().expect("a header")));
    }

    async fn both_doors_read_a_filter_alike(app: TestApp) {
        let sandbox = sluice_sandbox::start(Options { people: 20_000, ..Options::default() }).await.expect("the sandbox starts");
        app.account(OWNER_KEY, &sandbox.base_url(), "classic").await;
        for target in [5, 10] {
            let id = search(&app, OWNER_KEY, target).await;
            app.ended(OWNER_KEY, &id).await;
        }
        let broken = json!({
            "provider": "unipile", "base_url": sandbox.base_url(), "api_key": "bad-key", "external_account_id": "acc_classic", "api": "classic",
        });
        let broken = app.post(OWNER_KEY, "/api/v1/accounts", broken).await.ok()["id"].clone();
        let body = json!({"search_criteria": {"keywords": "x"}, "account_id": broken});
        let failed = app.post(OWNER_KEY, "/api/linkedin/search/create-job", body).await.ok()["job_id"].as_str().expect("an id").to_owned();
        app.ended(OWNER_KEY, &failed).await;
        let all = app.get(OWNER_KEY, &format!("{JOBS}?order=created_at")).await.ok();
        let all = all.as_array().expect("a list");
        assert_eq!(all.len(), 3);
        let time = all[1]["created_at"].as_str().expect("a time");
        let filters = [
            "status=eq.failed".to_owned(),
            "status=not.eq.failed".to_owned(),
            "status=neq.completed".to_owned(),
            "status=in.(failed,queued)".to_owned(),
            "status=not.in.(failed,queued)".to_owned(),
            "status=in.()".to_owned(),
            "status=not.in.()".to_owned(),
            "status=gt.completed".to_owned(),
            "status=is.null".to_owned(),
            "status=is.true".to_owned(),
            "status=not.is.true".to_owned(),
            "error_message=is.null".to_owned(),
            "error_message=not.is.null".to_owned(),
            "error_message=like.Unipile API error: 401%".to_owned(),
            "error_message=not.ilike.unipile%".to_owned(),
            "error_message=match.^Unipile.*401".to_owned(),
            "error_message=isdistinct.x".to_owned(),
            "error_message=isdistinct.null".to_owned(),
            "search_source=eq.classic".to_owned(),
            "search_criteria=not.is.null".to_owned(),
            "total_results=gte.5".to_owned(),
            "total_results=not.lt.6".to_owned(),
            "progress_current=isdistinct.10".to_owned(),
            "retry_count=lte.0".to_owned(),
            format!("created_at=gt.{time}"),
            format!("created_at=lte.{time}"),
            format!("created_at=isdistinct.{time}"),
            format!("id=eq.{failed}"),
            "completed_at=not.is.null".to_owned(),
        ];
        for filter in filters {
            let (column, condition) = filter.split_once('=').expect("a condition");
            let read = send(ask(&app, &format!("{JOBS}?order=created_at")).query(&[(column, condition)])).await.ok();
            let parsed = Filter::parse(Table::Jobs, &filter).expect("a filter");
            let jobs = listed(&app).await;
            let expected: Vec<&Json> =
                jobs.iter().zip(all).filter(|(row, _)| parsed.accepts(row)).map(|(_, shown)| shown).collect();
            assert_eq!(read.as_array().expect("a list").iter().collect::<Vec<_>>(), expected, "{filter}");
        }
        // Where both kinds of conditions meet, paging and counting see the rows that are left.
        let both = send(ask(&app, JOBS).query(&[("status", "eq.completed"), ("error_message", "isdistinct.x"), ("limit", "1")]).header("prefer", "count=exact")).await;
        assert_eq!((both.status.as_u16(), &both.headers["content-range"]), (206, &"0-0/2".parse().expect("a header")));
        let starred = send(ask(&app, &format!("{JOBS}?error_message=like.*401*&select=id"))).await.ok();
        assert_eq!(starred, json!([{"id": failed}]));
    }

    async fn immunity_23_tables_hold_the_rows_of_one_workspace(app: TestApp) {
        let sandbox = sluice_sandbox::start(Options { people: 20_000, ..Options::default() }).await.expect("the sandbox starts");
        let stranger = app.tenant().await;
        app.account(OWNER_KEY, &sandbox.base_url(), "classic").await;
        app.account(&stranger.key, &sandbox.base_url(), "classic").await;
        let ours = search(&app, OWNER_KEY, 10).await;
        let theirs = search(&app, &stranger.key, 5).await;
        app.ended(OWNER_KEY, &ours).await;
        app.ended(&stranger.key, &theirs).await;
        let home = app.owner().await.workspace_id;
        for query in [format!("id=eq.{ours}"), format!("workspace_id=eq.{home}"), format!("id=in.({ours})"), "id=not.is.null&error_message=is.null&status=like.nothing".into()] {
            assert_eq!(app.get(&stranger.key, &format!("{JOBS}?{query}")).await.ok(), json!([]), "{query}");
        }
        assert_eq!(app.get(&stranger.key, &format!("{RESULTS}?job_id=eq.{ours}")).await.ok(), json!([]));
        let all = app.get(&stranger.key, &format!("{RESULTS}?select=job_id")).await.ok();
        assert_eq!(all, Json::Array(vec![json!({"job_id": theirs}); 5]));
        let jobs = app.get(&stranger.key, &format!("{JOBS}?select=id&status=like.*")).await.ok();
        assert_eq!(jobs, json!([{"id": theirs}]));
    }
}

/// The owner's jobs as rows, oldest first, made as the server makes them.
async fn listed(app: &TestApp) -> Vec<sluice::domain::published::Row> {
    let mut conn = app.database().read().await.expect("a connection");
    let scope = sluice::domain::Scope::Workspace(app.owner().await.workspace_id);
    let (mut jobs, _) = sluice::store::jobs::list(&mut conn, scope, &Default::default(), 100, 0).await.expect("the jobs");
    jobs.reverse();
    jobs.iter().map(sluice::http::compat::published::job_row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_answered_is_refused_in_postgrests_form() {
    let app = TestApp::over(TestDatabase::sqlite().await, Settings::default()).await;
    let get = async |path: &str| send(ask(&app, path)).await;
    refused(&get("/rest/v1/api_keys").await, 404, "PGRST205");
    let unknown = refused(&get(&format!("{JOBS}?hash=eq.x")).await, 400, "42703");
    assert_eq!(unknown["message"], "column prospect_search_jobs.hash does not exist");
    refused(&get(&format!("{JOBS}?id=eq.7")).await, 400, "PGRST100");
    refused(&get(&format!("{JOBS}?or=(status.eq.failed,status.eq.queued)")).await, 400, "PGRST100");
    refused(&send(ask(&app, JOBS).header("accept", "text/csv")).await, 406, "PGRST107");
    let request = app.request(Method::GET, JOBS).header("apikey", OWNER_KEY).header("accept-profile", "private");
    refused(&send(request).await, 406, "PGRST106");
    refused(&send(app.request(Method::GET, JOBS).header("apikey", "sk_unknown")).await, 401, "UNAUTHENTICATED");
    refused(&send(app.request(Method::POST, JOBS).header("apikey", OWNER_KEY)).await, 405, "METHOD_NOT_ALLOWED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_an_allowed_origin_may_read_the_tables() {
    let origin = "https://app.example.org";
    let settings = Settings { allowed_origins: vec![origin.into()], ..Settings::default() };
    let app = TestApp::over(TestDatabase::sqlite().await, settings).await;
    let wanted = "apikey,authorization,content-type,x-client-info,accept-profile,content-profile,prefer,range,x-retry-count";
    let preflight = app.request(Method::OPTIONS, JOBS).header("origin", origin).header("access-control-request-method", "GET");
    let allowed = send(preflight.header("access-control-request-headers", wanted)).await;
    assert_eq!((allowed.status.as_u16(), &allowed.headers["access-control-allow-origin"]), (200, &origin.parse().expect("a header")));
    let names = allowed.headers["access-control-allow-headers"].to_str().expect("text").to_lowercase();
    assert!(wanted.split(',').all(|name| names.split(',').any(|allowed| allowed.trim() == name)), "{names}");
    let answer = send(ask(&app, JOBS).header("origin", origin)).await;
    let exposed = answer.headers["access-control-expose-headers"].to_str().expect("text").to_lowercase();
    assert!(exposed.contains("content-range"), "{exposed}");
    let elsewhere = send(ask(&app, JOBS).header("origin", "https://elsewhere.example.org")).await;
    assert!(elsewhere.headers.get("access-control-allow-origin").is_none());
}
