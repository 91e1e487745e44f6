//! The pages of searches, without a browser: what they show, and what their forms do.

use reqwest::Method;
use serde_json::json;
use sluice::domain::Role;
use sluice_api::JobStatus;
use sluice_sandbox::{Options, Sandbox};

use crate::support::browser::Browser;
use crate::support::sandbox::set_faults;
use crate::support::{OWNER_KEY, TestApp, each_database, send};

async fn sandbox() -> Sandbox {
    sluice_sandbox::start(Options { people: 20_000, ..Options::default() }).await.expect("the sandbox starts")
}

/// A search that has ended, with that many people.
async fn found(app: &TestApp, sandbox: &Sandbox, keywords: &str, target: u32) -> String {
    app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
    let body = json!({"criteria": {"keywords": keywords}, "target": target});
    let id = app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned();
    assert_eq!(app.ended(OWNER_KEY, &id).await.status, JobStatus::Completed);
    id
}

async fn page(browser: &Browser, path: &str) -> String {
    let answer = send(browser.request(Method::GET, path).header("accept", "text/html")).await;
    assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text);
    answer.text
}

/// Fails with the page when it lacks one of these.
fn shows(html: &str, expected: &[&str]) {
    for expected in expected {
        assert!(html.contains(expected), "{expected:?} is not in {html}");
    }
}

each_database! {
    async fn the_list_of_searches_is_narrowed_by_state_and_words(app: TestApp) {
        let owner = app.signed_in(Role::Owner).await;
        shows(&page(&owner, "/searches").await, &["No searches yet", "/searches/new"]);
        app.account(OWNER_KEY, "http://127.0.0.1:9", "sales_navigator").await;
        for (keywords, place) in [("water engineer", "Córdoba"), ("<img src=x>", "Ghent")] {
            let body = json!({"criteria": {"keywords": keywords, "locations": [place]}, "target": 5});
            app.post(OWNER_KEY, "/api/v1/searches", body).await.ok();
        }
        let both = page(&owner, "/searches").await;
        shows(&both, &["water engineer · Córdoba", "&#60;img src=x&#62; · Ghent", "1–2 of 2", "0</span> of <span data-field=\"total\">5</span>"]);
        assert!(!both.contains("<img"), "{both}");
        let one = page(&owner, "/searches?q=CORDOBA+water&status=").await;
        let listed = one.matches("<tr data-job=").count();
        assert!(one.contains(">water engineer · Córdoba</a>") && listed == 1 && one.contains("1–1 of 1"), "{one}");
        shows(&page(&owner, "/searches?status=completed").await, &["No search is like that", "Show all searches"]);
        shows(&page(&owner, "/searches?q=100%25").await, &["No search is like that"]);
        let viewer = app.signed_in(Role::Viewer).await;
        assert!(!page(&viewer, "/searches").await.contains("/searches/new"));
    }

    async fn a_search_shows_whom_it_found_in_the_order_that_was_asked_for(app: TestApp) {
        let sandbox = sandbox().await;
        let id = found(&app, &sandbox, "manager", 130).await;
        let viewer = app.signed_in(Role::Viewer).await;
        let first = page(&viewer, &format!("/searches/{id}")).await;
        shows(&first, &["130</span> <span class=\"of\">of", "1–50 of 130", "The target was reached.", "data-shown=\"130\"", "Companies", "as titles read"]);
        // Who only looks is offered nothing that changes something.
        assert!(!first.contains("action=\"/reviews\"") && !first.contains("/exports/new"), "{first}");
        let last = page(&viewer, &format!("/searches/{id}?page=3&sort=-name")).await;
        shows(&last, &["101–130 of 130", "aria-sort=\"descending\""]);
        let api = app.get(OWNER_KEY, &format!("/api/v1/searches/{id}/results?sort=-name&limit=1&offset=100")).await.ok();
        shows(&last, &[api["data"][0]["name"].as_str().expect("a name")]);
        let company = api["data"][0]["company"].as_str().expect("a company");
        let company: String = url::form_urlencoded::byte_serialize(company.as_bytes()).collect();
        let few = page(&viewer, &format!("/searches/{id}?company={company}&degree=")).await;
        let one = app.get(OWNER_KEY, &format!("/api/v1/searches/{id}/results?company={company}&limit=1")).await.ok();
        shows(&few, &[&format!(" of {}<", one["pagination"]["total"]), "Show all", "title=\"Take this filter off\""]);
        shows(&page(&viewer, &format!("/searches/{id}?q=nobody+is+called+that")).await, &["Nobody is like that"]);
        let refused = send(viewer.request(Method::GET, &format!("/searches/{id}?sort=folded")).header("accept", "text/html")).await;
        assert_eq!(refused.status.as_u16(), 422, "{}", refused.text);
        shows(&refused.text, &["Sort by position, name, title, company or location"]);
    }

    async fn a_search_tells_its_story_and_its_details(app: TestApp) {
        let sandbox = sandbox().await;
        let id = found(&app, &sandbox, "manager", 130).await;
        let owner = app.signed_in(Role::Owner).await;
        shows(&page(&owner, &format!("/searches/{id}")).await, &["Review these people", &format!("/exports/new?search={id}"), &format!("/searches/new?from={id}")]);
        shows(&page(&owner, &format!("/searches/{id}?tab=timeline")).await, &["page 1 stored: 100 new", "Rows a minute"]);
        shows(&page(&owner, &format!("/searches/{id}?tab=details")).await, &["Sales Navigator", "Target", "Known already", &id, "Run it on a schedule"]);
    }

    async fn rows_that_could_not_be_read_are_shown_and_can_be_downloaded(app: TestApp) {
        let sandbox = sandbox().await;
        set_faults(&sandbox, "bad-rows@1").await;
        app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
        let body = json!({"criteria": {"keywords": "manager"}, "target": 30});
        let id = app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned();
        app.ended(OWNER_KEY, &id).await;
        let owner = app.signed_in(Role::Owner).await;
        let details = page(&owner, &format!("/searches/{id}?tab=details")).await;
        shows(&details, &["Rows that could not be read", "Page 1, row"]);
        let answer = owner.get(&format!("/searches/{id}/rejected")).await;
        assert_eq!(answer.headers["content-disposition"], format!("attachment; filename=\"rejected-{id}.jsonl\""));
        for line in answer.text.lines() {
            let row: serde_json::Value = serde_json::from_str(line).expect("a JSON object a line");
            assert!(row["error"].as_str().is_some_and(|error| !error.is_empty()), "{row}");
        }
        assert!(answer.text.lines().count() >= 1);
    }

    async fn a_schedule_is_paused_resumed_and_deleted_by_its_buttons(app: TestApp) {
        let owner = app.signed_in(Role::Owner).await;
        shows(&page(&owner, "/searches?tab=schedules").await, &["Nothing runs on a schedule"]);
        app.account(OWNER_KEY, "http://127.0.0.1:9", "sales_navigator").await;
        let schedule = json!({"cron": "0 9 * * 1-5", "time_zone": "UTC", "name": "Weekday <CTOs>"});
        let body = json!({"criteria": {"keywords": "cto"}, "schedule": schedule});
        let id = app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["id"].as_str().expect("an id").to_owned();
        shows(&page(&owner, "/searches?tab=schedules").await, &["Weekday &#60;CTOs&#62;", "Every weekday at 09:00", "Has not run yet", ">On</span>"]);
        let viewer = app.signed_in(Role::Viewer).await;
        assert_eq!(viewer.submit(&format!("/schedules/{id}/pause"), &[]).await.status.as_u16(), 403);
        let enabled = async || app.get(OWNER_KEY, &format!("/api/v1/schedules/{id}")).await.ok()["enabled"].clone();
        for (wish, after) in [("pause", false), ("resume", true)] {
            let answer = owner.submit(&format!("/schedules/{id}/{wish}"), &[]).await;
            assert_eq!((answer.status.as_u16(), &answer.headers["location"]), (303, &"/searches?tab=schedules".parse().expect("a value")));
            assert_eq!(enabled().await, after, "{wish}");
        }
        owner.submit(&format!("/schedules/{id}/delete"), &[]).await;
        app.get(OWNER_KEY, &format!("/api/v1/schedules/{id}")).await.problem(404);
    }
}
