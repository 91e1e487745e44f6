//! Bringing postings in: sources, imports, searches, and the page of their jobs.

use reqwest::Method;
use serde_json::json;
use sluice::domain::{Role, Scope};
use sluice::store::schedules;

use super::{HTML, beside, import, led_to, owner, page, public_pages, read, sandbox, saved_page, shows};
use crate::support::{OWNER_KEY, TestApp, each_database, send};

const SECRET: &str = "AQEDAQ-an-invented-session";

/// Numbers of postings that the sandbox has.
async fn numbers(base_url: &str, count: usize) -> Vec<String> {
    let path = format!("{base_url}/jobs-guest/jobs/api/seeMoreJobPostings/search?keywords=engineer&start=0");
    let answer = app_client().get(path).send().await.expect("an answer").text().await.expect("a page");
    let ids = answer.split("jobPosting:").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
    let ids: Vec<String> = ids.take(count).collect();
    assert_eq!(ids.len(), count, "{answer}");
    ids
}

#[expect(clippy::disallowed_methods, reason = "a test asks the sandbox as any client does")]
fn app_client() -> reqwest::Client {
    reqwest::Client::new()
}

/// The job that a form led to.
fn job_of(path: &str) -> String {
    path.strip_prefix("/postings/jobs/").unwrap_or_else(|| panic!("{path} is no job")).to_owned()
}

async fn count_of_jobs(app: &TestApp) -> i64 {
    app.get(OWNER_KEY, "/api/v1/jobs").await.ok()["pagination"]["total"].as_i64().expect("a number")
}

each_database! {
    async fn lines_are_told_what_they_lead_to_without_starting_anything(app: TestApp) {
        let owner = owner(&app).await;
        public_pages(&app, "http://127.0.0.1:9").await;
        let text = "https://www.linkedin.com/jobs/view/4012345678\r\n\r\nhttps://example.org/<b>\r\n4012345678";
        let checked = owner.submit("/postings/import/check", &[("urls", text)]).await;
        assert_eq!(checked.status.as_u16(), 200, "{}", checked.text);
        shows(&checked.text, &[
            "id=\"lines-told\" role=\"status\">1 posting; 1 line leads to none.</p>", "Posting 4012345678", "The same posting as line 1",
            "https://example.org/&#60;b&#62;</code>", "4012345678</textarea>",
        ]);
        assert_eq!(app.get(OWNER_KEY, "/api/v1/jobs").await.ok()["pagination"]["total"], 0);
        shows(&read(&owner, "/postings/import").await, &["id=\"lines-told\" role=\"status\"></p>"]);
    }

    async fn a_source_is_switched_on_only_by_somebody_who_has_read_its_notice(app: TestApp) {
        let owner = owner(&app).await;
        shows(&read(&owner, "/accounts/new").await, &["href=\"/accounts/new/postings\""]);
        shows(&read(&owner, "/accounts/new/postings").await, &["user agreement forbids automated access", "for a price per record", "provider=linkedin", "provider=brightdata"]);
        shows(&read(&owner, "/postings/search").await, &["No source of postings is switched on", "/accounts/new/postings"]);
        let form = read(&owner, "/accounts/new/postings?provider=linkedin").await;
        shows(&form, &["Before you switch it on", "user agreement forbids automated access", "name=\"session_cookie\"", "nothing goes around a block"]);
        assert!(!form.contains("Searches with") && !form.contains("Profiles"), "{form}");
        let unread = owner.submit("/accounts/postings", &[("provider", "linkedin"), ("session_cookie", SECRET)]).await;
        assert_eq!(beside(&unread, "read"), "Say that you have read it; it is your decision.");
        assert!(!unread.text.contains(SECRET), "the session is in the page");
        let keyless = owner.submit("/accounts/postings", &[("provider", "brightdata"), ("read", "yes")]).await;
        assert!(beside(&keyless, "api_key").contains("key"));
        let slow = owner.submit("/accounts/postings", &[("provider", "linkedin"), ("read", "yes"), ("pace.delay_s", "slow")]).await;
        assert!(beside(&slow, "pace.delay_s").contains("seconds"));

        let made = owner.submit("/accounts/postings", &[("provider", "linkedin"), ("read", "yes"), ("session_cookie", SECRET), ("name", "Ours")]).await;
        let path = led_to(&made).to_owned();
        let account = read(&owner, &path).await;
        shows(&account, &["user agreement forbids automated access", "Value of li_at", "Find postings"]);
        assert!(!account.contains(SECRET) && !account.contains("Test now"), "{account}");
        let kept = app.get(OWNER_KEY, &format!("/api/v1{path}")).await.ok();
        assert_eq!((&kept["provider"], &kept["pace"]["delay_ms"], &kept["state"]), (&json!("linkedin"), &json!(6_000), &json!("connected")), "the pace is the provider's");
        assert_eq!(beside(&owner.submit(&format!("{path}/session"), &[("session_cookie", " ")]).await, "session_cookie"), "Enter the value of li_at, as your browser has it.");
        assert_eq!(led_to(&owner.submit(&format!("{path}/session"), &[("session_cookie", "another")]).await), path);
        shows(&read(&owner, "/accounts").await, &["Ours"]);
        shows(&read(&owner, "/postings/search").await, &["Asks Ours"]);
        let bright = owner.submit("/accounts/postings", &[("provider", "brightdata"), ("read", "yes"), ("api_key", "a-key")]).await;
        shows(&read(&owner, led_to(&bright)).await, &["for a price per record", "Replace the key"]);
        shows(&read(&owner, "/postings/import").await, &["Whoever fits best", "at a price for each record"]);
    }

    async fn refused_lines_are_named_and_nothing_is_started(app: TestApp) {
        let owner = owner(&app).await;
        shows(&read(&owner, "/postings/import").await, &["No source of postings is switched on", "From a saved page"]);
        let off = owner.submit("/postings/import", &[("urls", "4012345678")]).await;
        assert_eq!(off.status.as_u16(), 422, "{}", off.text);
        shows(&off.text, &["No source of postings is switched on"]);
        public_pages(&app, "http://127.0.0.1:9").await;
        let wrong = owner.submit("/postings/import", &[("urls", "4012345678\n\nhttps://www.linkedin.com/in/ada\n<b>nothing</b>")]).await;
        assert_eq!(wrong.status.as_u16(), 422, "{}", wrong.text);
        shows(&wrong.text, &["2 lines lead to no posting; nothing was started.", "<strong>Line 3:</strong> <code>https://www.linkedin.com/in/ada</code>", "<strong>Line 4:</strong> <code>&#60;b&#62;nothing&#60;/b&#62;</code>", "4012345678\n\nhttps"]);
        assert!(!wrong.text.contains("<b>nothing"), "{}", wrong.text);
        for (fields, words) in [
            (vec![("urls", "")], "Give 1 to 1000 addresses"),
            (vec![("urls", "4012345678"), ("max_age_h", "a day")], "whole number of hours"),
            (vec![("urls", "4012345678"), ("account_id", "0190a5d0-ac96-774b-bcce-b302099a8057")], "that you may use"),
        ] {
            let answer = owner.submit("/postings/import", &fields).await;
            assert_eq!(answer.status.as_u16(), 422, "{fields:?}");
            shows(&answer.text, &[words]);
        }
        assert_eq!(count_of_jobs(&app).await, 0);
    }

    async fn links_are_imported_and_the_page_of_the_job_tells_what_became_of_each(app: TestApp) {
        let sandbox = sandbox().await;
        let owner = owner(&app).await;
        public_pages(&app, &sandbox.base_url()).await;
        let ids = numbers(&sandbox.base_url(), 3).await;
        let urls = format!("https://www.linkedin.com/jobs/view/{}\n{}\n{}\n{}\n999999999999", ids[0], ids[1], ids[2], ids[0]);
        let started = owner.submit("/postings/import", &[("urls", &urls)]).await;
        let path = led_to(&started).to_owned();
        let job = app.ended(OWNER_KEY, &job_of(&path)).await;
        assert_eq!((job.status.as_str(), job.progress.current), ("completed", 5), "{job:?}");
        let shown = read(&owner, &path).await;
        shows(&shown, &["5 postings", "<dt>found</dt><dd>5</dd>", "<dt>new</dt><dd>3</dd>", "<dt>came twice</dt><dd>1</dd>", "<dt>failed</dt><dd>1</dd>", "LinkedIn has it no more", "Show these postings", "Posting import"]);
        let failed = read(&owner, &format!("{path}?outcome=failed")).await;
        shows(&failed, &["999999999999", "1–1 of 1", "no such posting any more"]);
        shows(&read(&owner, &format!("/postings?job_id={}", job.id)).await, &["1–3 of 3", "Brought by"]);
        shows(&read(&owner, "/jobs?kind=fetch_postings").await, &[&format!("href=\"{path}\""), "Posting import"]);
        shows(&read(&owner, "/").await, &[&format!("href=\"{path}\"")]);
        assert_eq!(page(&owner, &format!("{path}?outcome=lost")).await.status.as_u16(), 422);
    }

    async fn a_saved_page_is_uploaded_without_an_account(app: TestApp) {
        let owner = owner(&app).await;
        let upload = |name: &str, bytes: String| {
            let part = format!("--xx\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: text/html\r\n\r\n{bytes}\r\n--xx--\r\n");
            owner.request(Method::POST, "/postings/import/page").header("accept", HTML).header("content-type", "multipart/form-data; boundary=xx").body(part)
        };
        let sent = send(upload("posting.html", saved_page(4_000_000_001, "Rust Engineer", "Alderbank", "<p>x</p>"))).await;
        let path = led_to(&sent).to_owned();
        app.ended(OWNER_KEY, &job_of(&path)).await;
        shows(&read(&owner, &path).await, &["<dt>new</dt><dd>1</dd>", "Rust Engineer", "Saved page"]);
        let empty = send(upload("empty.html", String::new())).await;
        assert!(beside(&empty, "file").contains("Ctrl+S"), "{}", empty.text);
        let wrong = send(upload("wrong.html", "<html>hello".into())).await;
        let path = led_to(&wrong).to_owned();
        app.ended(OWNER_KEY, &job_of(&path)).await;
        shows(&read(&owner, &path).await, &["no LinkedIn posting", "Failed"]);
    }

    async fn a_search_of_several_queries_is_written_checked_and_started(app: TestApp) {
        let sandbox = sandbox().await;
        let owner = owner(&app).await;
        public_pages(&app, &sandbox.base_url()).await;
        shows(&read(&owner, "/postings/search").await, &["name=\"q0.keywords\"", "What it takes", "Add another query"]);
        let two = owner.submit("/postings/search/check", &[("queries", "1"), ("q0.keywords", "engineer"), ("max_pages", "1"), ("do", "add")]).await;
        assert_eq!(two.status.as_u16(), 200, "{}", two.text);
        shows(&two.text, &["name=\"q1.keywords\"", "value=\"engineer\"", "Remove query 2", "name=\"queries\" value=\"2\""]);
        for (fields, id, words) in [
            (vec![("queries", "1")], "q0.keywords", "needs keywords, a place or a company"),
            (vec![("queries", "2"), ("q0.keywords", "x"), ("q1.url", "https://example.org/")], "q1.url", "example.org"),
            (vec![("q0.keywords", "x"), ("q0.distance_mi", "far")], "q0.distance_mi", "whole number of miles"),
            (vec![("q0.keywords", "x"), ("max_pages", "1000")], "max_pages", "from 1 to 100"),
            (vec![("q0.keywords", "x"), ("title_include", "!!!")], "title_include", "letter or a digit"),
            (vec![("q0.keywords", "x"), ("max_pages", "1"), ("when", "schedule"), ("repeat", "day"), ("at", "dawn")], "at", "a time like 09:00"),
            (vec![("q0.keywords", "x"), ("max_pages", "1"), ("when", "schedule"), ("repeat", "cron"), ("cron", "now")], "cron", "0 9 * * 1-5"),
        ] {
            let answer = owner.submit("/postings/search", &fields).await;
            assert!(beside(&answer, id).contains(words), "{fields:?}: {}", answer.text);
        }
        assert_eq!(count_of_jobs(&app).await, 0);
        let fields = [
            ("queries", "2"), ("q0.keywords", "engineer"), ("q0.workplaces", "remote"), ("q1.keywords", "manager"), ("max_pages", "1"),
            ("title_exclude", "senior"), ("fetch_details", "yes"), ("name", "Both of them"),
        ];
        let checked = owner.submit("/postings/search/check", &fields).await;
        assert_eq!(checked.status.as_u16(), 200, "{}", checked.text);
        shows(&checked.text, &["Up to 20 postings on 2 pages, and the page of each posting"]);
        let started = owner.submit("/postings/search", &fields).await;
        let path = led_to(&started).to_owned();
        let job = app.ended(OWNER_KEY, &job_of(&path)).await;
        let told = job.result.expect("what came of it");
        let shown = read(&owner, &path).await;
        let number = |name: &str| told[name].as_i64().expect("a number");
        shows(&shown, &["Both of them", "engineer", "Title has not", "Filters checked here", "workplaces", &format!("<dt>found</dt><dd>{}</dd>", number("found")), "Search again"]);
        assert!(number("found") > 0 && number("new") > 0, "{told}");
        let again = read(&owner, &format!("/postings/search?from={}", job.id)).await;
        shows(&again, &["value=\"Both of them\"", "name=\"queries\" value=\"2\"", ">senior</textarea>", "name=\"q0.workplaces\" value=\"remote\" checked"]);

        let fields = [("q0.keywords", "engineer"), ("max_pages", "2"), ("when", "schedule"), ("repeat", "week"), ("weekday", "5"), ("at", "16:30"), ("schedule_name", "Fridays")];
        assert_eq!(led_to(&owner.submit("/postings/search", &fields).await), "/searches?tab=schedules");
        let schedule = app.get(OWNER_KEY, "/api/v1/schedules").await.ok()["data"][0].clone();
        assert_eq!((&schedule["name"], &schedule["cron"]), (&json!("Fridays"), &json!("30 16 * * 5")));
        shows(&read(&owner, "/searches?tab=schedules").await, &["Fridays", "Postings: engineer"]);
    }

    async fn unrelated_postings_are_left_out_unless_the_form_keeps_them(app: TestApp) {
        let sandbox = sandbox().await;
        crate::support::sandbox::set_faults(&sandbox, "postings/unrelated").await;
        let owner = owner(&app).await;
        public_pages(&app, &sandbox.base_url()).await;
        let ticked = "name=\"q0.accept_unrelated\" value=\"yes\" aria-describedby=\"q0.accept_unrelated-hint\" checked";
        let form = read(&owner, "/postings/search").await;
        shows(&form, &["Keep unrelated postings too", "in another language than the keywords"]);
        assert!(!form.contains(ticked), "{form}");
        let started = owner.submit("/postings/search", &[("q0.keywords", "qwxz plugh"), ("max_pages", "1")]).await;
        let path = led_to(&started).to_owned();
        let job = app.ended(OWNER_KEY, &job_of(&path)).await;
        let again = format!("/postings/search?from={}&accept_unrelated=yes", job.id);
        let shown = read(&owner, &path).await;
        shows(&shown, &[
            "<dt>left out by filters</dt><dd>10</dd>", "<dt>Nothing in common with the keywords</dt><dd>10</dd>", &format!("<a href=\"{}\">search again and keep them</a>", again.replace('&', "&amp;")),
            "a search that keeps unrelated postings too would take it",
        ]);
        assert!(!shown.contains("accept_unrelated takes"), "{shown}");
        assert!(!read(&owner, &format!("/postings/search?from={}", job.id)).await.contains(ticked), "it was not ticked then");
        shows(&read(&owner, &again).await, &["value=\"qwxz plugh\"", ticked]);

        let fields = [("q0.keywords", "qwxz plugh"), ("q0.accept_unrelated", "yes"), ("max_pages", "1")];
        let started = owner.submit("/postings/search", &fields).await;
        let path = led_to(&started).to_owned();
        let job = app.ended(OWNER_KEY, &job_of(&path)).await;
        let shown = read(&owner, &path).await;
        shows(&shown, &["<dt>new</dt><dd>10</dd>", "<span class=\"what\">Unrelated</span> <span class=\"break\">kept</span>"]);
        assert!(!shown.contains("search again and keep them"), "{shown}");
        shows(&read(&owner, &format!("/postings/search?from={}", job.id)).await, &[ticked]);
        let fields = [&fields[..], &[("when", "schedule"), ("repeat", "day"), ("at", "07:00")]].concat();
        assert_eq!(led_to(&owner.submit("/postings/search", &fields).await), "/searches?tab=schedules");
        let scope = Scope::Workspace(app.owner().await.workspace_id);
        let (schedules, _) = schedules::list(&mut app.database().read().await.expect("a connection"), scope, 1, 0).await.expect("they are read");
        assert_eq!(schedules[0].args["queries"][0]["accept_unrelated"], true);
    }

    async fn a_block_says_what_it_means_and_retry_goes_on(app: TestApp) {
        let sandbox = sandbox().await;
        let owner = owner(&app).await;
        public_pages(&app, &sandbox.base_url()).await;
        let ids = numbers(&sandbox.base_url(), 2).await;
        crate::support::sandbox::set_faults(&sandbox, "posting/999@1").await;
        let started = owner.submit("/postings/import", &[("urls", &ids.join("\n"))]).await;
        let path = led_to(&started).to_owned();
        let job = app.ended(OWNER_KEY, &job_of(&path)).await;
        assert_eq!(job.status.as_str(), "failed", "{job:?}");
        let shown = read(&owner, &path).await;
        shows(&shown, &["LinkedIn does not want to be asked by us now", "Nothing here goes around a block", "save their pages from your browser", ">Retry</button>"]);
        shows(&read(&owner, "/").await, &[&format!("href=\"{path}\""), "Look and retry"]);
        crate::support::sandbox::set_faults(&sandbox, "").await;
        assert_eq!(led_to(&owner.submit(&format!("/jobs/{}/retry", job.id), &[]).await), path);
    }

    async fn a_tenant_uses_no_source_of_another(app: TestApp) {
        let theirs = public_pages(&app, "http://127.0.0.1:9").await;
        let stranger = app.tenant().await;
        let (_, _) = import(&app, &stranger.key, saved_page(4_000_000_009, "Theirs alone", "Elmstone", "<p>x</p>")).await;
        let user = app.get(&stranger.key, "/api/v1/me").await.ok()["id"].as_str().expect("an id").parse().expect("an id");
        let stranger = app.browser_of(user, stranger.workspace_id).await;
        shows(&read(&stranger, "/postings/import").await, &["No source of postings is switched on"]);
        for (path, fields) in [("/postings/import", vec![("urls", "4012345678"), ("account_id", &*theirs)]), ("/postings/search", vec![("q0.keywords", "x"), ("account_id", &*theirs)])] {
            let answer = stranger.submit(path, &fields).await;
            assert_eq!(answer.status.as_u16(), 422, "{path}: {}", answer.text);
        }
        assert_eq!(stranger.submit(&format!("/accounts/{theirs}/session"), &[("session_cookie", "mine")]).await.status.as_u16(), 404);
        let viewer = app.signed_in(Role::Viewer).await;
        assert_eq!(page(&viewer, "/postings/import").await.status.as_u16(), 200);
    }
}
