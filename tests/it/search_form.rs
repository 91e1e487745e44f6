//! The form of a new search, without a browser: what it offers, what it refuses, and what it starts.

use serde_json::json;
use sluice::domain::Role;
use sluice_sandbox::Options;

use crate::support::app::Answer;
use crate::support::browser::Browser;
use crate::support::{OWNER_KEY, TestApp, each_database, send};

const HTML: &str = "text/html";

async fn page(browser: &Browser, path: &str) -> Answer {
    send(browser.request(reqwest::Method::GET, path).header("accept", HTML)).await
}

/// The owner of the first workspace, in a browser.
async fn owner(app: &TestApp) -> Browser {
    let user = sluice::store::users::first_owner(&mut app.database().read().await.expect("a connection")).await.expect("it is read");
    let (workspace, user) = user.expect("the first owner");
    app.browser_of(user, workspace).await
}

fn shows(answer: &Answer, expected: &[&str]) {
    for expected in expected {
        assert!(answer.text.contains(expected), "{expected:?} is not in {}", answer.text);
    }
}

each_database! {
    async fn the_form_offers_what_the_account_can_do_and_says_why_not(app: TestApp) {
        let owner = owner(&app).await;
        shows(&page(&owner, "/searches/new").await, &["Connect an account to search with", "/accounts/new"]);
        let classic = app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let limited = page(&owner, "/searches/new").await;
        shows(&limited, &[
            "id=\"can-seniorities\" disabled",
            "Classic LinkedIn cannot filter by seniority: use an account with Sales Navigator or Recruiter",
            "id=\"can-headcount\" disabled",
            "Classic LinkedIn has no saved people searches",
            "100,000 of 100,000 rows left in 24 hours",
            // Nobody has pressed anything, so nothing is wrong yet.
            "The search asks for nothing: say at least one criterion",
        ]);
        assert!(!limited.text.contains("data-problem") && !limited.text.contains("class=\"wrong\""), "{}", limited.text);
        app.account(OWNER_KEY, "http://127.0.0.1:9", "sales_navigator").await;
        let able = page(&owner, "/searches/new").await;
        assert!(!able.text.contains("id=\"can-seniorities\" disabled"), "the most able account is chosen: {}", able.text);
        shows(&able, &["has no headcount band for the self-employed"]);
        let other = owner.submit("/searches/check", &[("account_id", &classic), ("keywords", "x"), ("target", "10")]).await;
        shows(&other, &["id=\"can-seniorities\" disabled"]);
    }

    async fn a_press_on_check_says_what_the_search_takes_and_starts_nothing(app: TestApp) {
        let owner = owner(&app).await;
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let body = json!({"budgets": {"search_rows_per_day": 700}});
        let account = app.get(OWNER_KEY, "/api/v1/accounts").await.ok()["data"][0]["id"].as_str().expect("an id").to_owned();
        send(app.request(reqwest::Method::PATCH, &format!("/api/v1/accounts/{account}")).header("x-api-key", OWNER_KEY).json(&body)).await.ok();
        let checked = owner.submit("/searches/check", &[("keywords", "ceo"), ("target", "2,500")]).await;
        assert_eq!(checked.status.as_u16(), 200, "{}", checked.text);
        shows(&checked, &[
            "Up to 1,000 people in 20 pages, in about 20s.",
            "LinkedIn hands out 1,000 people for one search at most, so it stops there.",
            "budget has room for 700 more rows now. The search waits for the rest and goes on by itself.",
            "0 of the 700 rows of 24 hours are used; 700 after this search.",
        ]);
        assert_eq!(app.get(OWNER_KEY, "/api/v1/jobs").await.ok()["pagination"]["total"], 0);
    }

    async fn wrong_input_comes_back_with_the_words_beside_its_field(app: TestApp) {
        let owner = owner(&app).await;
        app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let stranger = app.tenant().await;
        let theirs = app.account(&stranger.key, "http://127.0.0.1:9", "classic").await;
        for (fields, wrong, words) in [
            (vec![("target", "10")], "criteria", "say at least one criterion"),
            (vec![("keywords", "x"), ("target", "many")], "target", "whole number from 1 to 2,500"),
            (vec![("by", "url"), ("url", "https://example.org/"), ("target", "10")], "url", "leads to example.org, not to LinkedIn"),
            (vec![("by", "saved"), ("saved_search_id", "1"), ("target", "10")], "saved_search_id", "no saved people searches"),
            (vec![("keywords", "x"), ("seniorities", "vp"), ("target", "10")], "seniorities", "cannot filter by seniority"),
            (vec![("title", "123"), ("target", "10")], "title", "in words, not as an id"),
            (vec![("keywords", "x"), ("account_id", &theirs), ("target", "10")], "account_id", "not there for you"),
            (vec![("keywords", "x"), ("target", "10"), ("when", "schedule"), ("repeat", "day"), ("at", "9 o'clock")], "at", "a time like 09:00"),
            (vec![("keywords", "x"), ("target", "10"), ("when", "schedule"), ("repeat", "cron"), ("cron", "now")], "cron", "0 9 * * 1-5"),
        ] {
            let answer = owner.submit("/searches", &fields).await;
            assert_eq!(answer.status.as_u16(), 422, "{fields:?}: {}", answer.text);
            let beside = format!("id=\"wrong-{wrong}\">");
            let at = answer.text.find(&beside).unwrap_or_else(|| panic!("nothing beside {wrong}: {}", answer.text));
            let told = &answer.text[at..];
            assert!(told[..told.find("</p>").expect("an end")].contains(words), "{wrong}: {}", &told[..300]);
        }
        let kept = owner.submit("/searches", &[("keywords", "\"><script>x</script>"), ("locations", "</textarea><b>"), ("target", "0")]).await;
        shows(&kept, &["value=\"&#34;&#62;&#60;script&#62;x&#60;/script&#62;\"", "&#60;/textarea&#62;&#60;b&#62;</textarea>"]);
        assert!(!kept.text.contains("<script>x") && !kept.text.contains("<b>"), "{}", kept.text);
        assert_eq!(app.get(OWNER_KEY, "/api/v1/jobs").await.ok()["pagination"]["total"], 0, "nothing was started");
    }

    async fn the_form_starts_a_search_that_finds_what_was_asked_for(app: TestApp) {
        let sandbox = sluice_sandbox::start(Options { people: 5_000, ..Options::default() }).await.expect("the sandbox starts");
        let owner = owner(&app).await;
        app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
        let place = app.get(OWNER_KEY, "/api/v1/lookups?kind=location&q=united").await.ok()["choices"][0].clone();
        let (id, title) = (place["id"].as_str().expect("an id"), place["title"].as_str().expect("a title"));
        let line = format!("{title} [{id}]");
        let started = owner.submit("/searches", &[("by", "criteria"), ("keywords", "manager"), ("locations", &line), ("target", "20"), ("when", "once")]).await;
        assert_eq!(started.status.as_u16(), 303, "{}", started.text);
        let path = started.headers["location"].to_str().expect("a path").to_owned();
        let search = path.strip_prefix("/searches/").expect("a search").to_owned();
        let job = app.ended(OWNER_KEY, &search).await;
        assert_eq!((&job.args["query"]["criteria"]["locations"], job.progress.current), (&json!([id]), 20), "{job:?}");
        shows(&page(&owner, &path).await, &[title]);
        // The same again, from the earlier search.
        let again = page(&owner, &format!("/searches/new?from={search}")).await;
        shows(&again, &[&format!(">{line}</textarea>"), "value=\"manager\"", "name=\"target\" inputmode=\"numeric\" value=\"20\"", "Up to 20 people in 1 page"]);
        assert_eq!(page(&owner, "/searches/new?from=0190a5d0-ac96-774b-bcce-b302099a8057").await.status.as_u16(), 404);
    }

    async fn the_form_puts_a_search_on_a_schedule_in_the_workspaces_zone(app: TestApp) {
        let owner = owner(&app).await;
        app.account(OWNER_KEY, "http://127.0.0.1:9", "sales_navigator").await;
        let fields = [("keywords", "cto"), ("target", "50"), ("when", "schedule"), ("repeat", "week"), ("weekday", "5"), ("at", "16:30"), ("name", "Fridays")];
        let made = owner.submit("/searches", &fields).await;
        assert_eq!((made.status.as_u16(), made.headers["location"].to_str().expect("a path")), (303, "/searches?tab=schedules"));
        let schedule = app.get(OWNER_KEY, "/api/v1/schedules").await.ok()["data"][0].clone();
        let zone = app.get(OWNER_KEY, "/api/v1/workspaces").await.ok()["data"][0]["time_zone"].clone();
        assert_eq!((&schedule["name"], &schedule["cron"], &schedule["time_zone"]), (&json!("Fridays"), &json!("30 16 * * 5"), &zone));
        shows(&page(&owner, "/searches?tab=schedules").await, &["Fridays", "Every Friday at 16:30", "cto"]);
    }

    async fn a_viewer_starts_nothing(app: TestApp) {
        let viewer = app.signed_in(Role::Viewer).await;
        for (path, fields) in [("/searches", vec![("keywords", "x"), ("target", "5")]), ("/searches/check", vec![])] {
            assert_eq!(viewer.submit(path, &fields).await.status.as_u16(), 403, "{path}");
        }
        assert_eq!(page(&viewer, "/searches/new").await.status.as_u16(), 403);
    }
}
