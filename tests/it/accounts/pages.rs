//! The pages of accounts, as a browser without scripts uses them.

use reqwest::Method;
use serde_json::json;
use sluice::domain::Role;
use sluice::store::charges::{self, Action, Charge};
use sluice_sandbox::{Options, Sandbox};

use crate::support::app::Answer;
use crate::support::browser::Browser;
use crate::support::{OWNER_KEY, each_database, send};

const KEY: &str = "provider-key-42";

async fn sandbox() -> Sandbox {
    sluice_sandbox::start(Options { people: 500, ..Options::default() }).await.expect("the sandbox starts")
}

async fn page(browser: &Browser, path: &str) -> String {
    let answer = send(browser.request(Method::GET, path).header("accept", "text/html")).await;
    assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text);
    answer.text
}

/// The text of a hidden field.
fn hidden<'p>(page: &'p str, name: &str) -> &'p str {
    let begin = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name} in {page}"));
    begin.split('"').next().expect("its end")
}

/// Where a form that did its work leads.
fn led_to(answer: &Answer) -> &str {
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text);
    answer.headers["location"].to_str().expect("a location")
}

fn refusal<'a>(answer: &'a Answer, field: &str) -> &'a str {
    assert_eq!(answer.status.as_u16(), 422, "{}", answer.text);
    let begin =
        answer.text.split(&format!("id=\"{field}-wrong\">")).nth(1).unwrap_or_else(|| panic!("no words beside {field}: {}", answer.text));
    begin.split('<').next().expect("its end")
}

async fn found(browser: &Browser, sandbox: &Sandbox) -> Answer {
    let url = sandbox.base_url();
    browser.submit("/accounts/new", &[("provider", "unipile"), ("base_url", &url), ("api_key", KEY)]).await
}

each_database! {
    async fn an_account_is_connected_in_two_steps_and_its_key_is_never_shown(app: TestApp) {
        let sandbox = sandbox().await;
        let owner = app.signed_in(Role::Owner).await;
        assert!(page(&owner, "/accounts").await.contains("No account is connected yet"));
        let second = found(&owner, &sandbox).await;
        assert!(second.text.contains("value=\"acc_sales_navigator\"") && second.text.contains("Sales Navigator"), "{}", second.text);
        assert!(!second.text.contains(KEY), "the key is in the page");
        let draft = hidden(&second.text, "draft").to_owned();

        let unchosen = owner.submit("/accounts", &[("draft", &draft), ("budgets.search_rows_per_day", "many")]).await;
        assert_eq!(refusal(&unchosen, "external_account_id"), "Choose one of the accounts.");
        assert_eq!(refusal(&unchosen, "budgets.search_rows_per_day"), "This must be a whole number, such as 2,500.");
        assert!(unchosen.text.contains("value=\"many\"") && !unchosen.text.contains(KEY), "what was typed is kept, but for the key");

        let fields = [
            ("draft", draft.as_str()),
            ("external_account_id", "acc_sales_navigator"),
            ("name", "Recruiting <b>"),
            ("pace.delay_s", "0.5"),
            ("pace.jitter_pct", "10"),
            ("budgets.search_rows_per_day", "1,500"),
            ("working_hours", "yes"),
            ("working_hours.days", "mon"),
            ("working_hours.days", "fri"),
            ("working_hours.from", "08:30"),
            ("working_hours.to", "17:00"),
            ("shared", "yes"),
        ];
        let kept = owner.submit("/accounts", &fields).await;
        let path = led_to(&kept).to_owned();
        let account = owner.get(&format!("/api/v1{path}")).await.ok();
        assert_eq!((&account["name"], &account["api"], &account["state"]), (&json!("Recruiting <b>"), &json!("sales_navigator"), &json!("connected")));
        assert_eq!((&account["pace"], &account["shared"]), (&json!({"delay_ms": 500, "jitter_pct": 10}), &json!(true)));
        assert_eq!(account["budgets"], json!({"search_rows_per_day": 1500, "search_rows_used": 0, "profiles_per_day": 100, "profiles_used": 0}));
        assert_eq!(account["working_hours"], json!({"days": ["mon", "fri"], "from": "08:30:00", "to": "17:00:00"}));
        let list = page(&owner, "/accounts").await;
        for expected in ["Recruiting &#60;b&#62;", "Connected", "0 of 1,500", "0.5 s between pages, give or take 10 %", "Mon, Fri, 08:30 to 17:00", "Yours"] {
            assert!(list.contains(expected), "{expected} is not in {list}");
        }
        assert!(found(&owner, &sandbox).await.text.contains("Connected already, as Recruiting &#60;b&#62;."));
    }

    async fn what_the_provider_refuses_is_told_in_its_words_and_nothing_is_kept(app: TestApp) {
        let sandbox = sandbox().await;
        let owner = app.signed_in(Role::Owner).await;
        let url = sandbox.base_url();
        let refused = owner.submit("/accounts/new", &[("provider", "unipile"), ("base_url", &url), ("api_key", "bad-key")]).await;
        assert!(refusal(&refused, "api_key").starts_with("Unipile did not accept the credentials"), "{}", refused.text);
        assert!(!refused.text.contains("bad-key") && refused.text.contains(&url), "the address is kept, the key is not");
        let nowhere = owner.submit("/accounts/new", &[("provider", "unipile"), ("base_url", "http://127.0.0.1:9"), ("api_key", KEY)]).await;
        assert!(nowhere.status.as_u16() == 422 && nowhere.text.contains("The provider did not answer"), "{}", nowhere.text);
        let keyless = owner.submit("/accounts/new", &[("provider", "unipile"), ("base_url", &url)]).await;
        assert_eq!(refusal(&keyless, "api_key"), "Enter the key that the provider&#39;s dashboard shows.");

        // A draft serves whoever it was sealed for, and not for long.
        let draft = hidden(&found(&owner, &sandbox).await.text, "draft").to_owned();
        let other = app.signed_in(Role::Owner).await;
        let chosen = [("draft", draft.as_str()), ("external_account_id", "acc_classic")];
        for answer in [other.submit("/accounts", &chosen).await, owner.submit("/accounts", &[("draft", "x"), chosen[1]]).await] {
            assert!(answer.status.as_u16() == 422 && answer.text.contains("Enter it again"), "{}", answer.text);
        }
        app.database().advance_clock(std::time::Duration::from_secs(3_700));
        assert_eq!(owner.submit("/accounts", &chosen).await.status.as_u16(), 422);
        assert_eq!(app.get(OWNER_KEY, "/api/v1/accounts").await.ok()["pagination"]["total"], 0);
    }

    async fn an_account_is_tested_changed_and_deleted_by_name(app: TestApp) {
        let sandbox = sandbox().await;
        let owner = app.signed_in(Role::Owner).await;
        let body = json!({"provider": "unipile", "base_url": sandbox.base_url(), "api_key": "bad-key", "external_account_id": "acc_classic", "api": "classic", "name": "Ada's"});
        let id = owner.post("/api/v1/accounts", body).await.ok()["id"].as_str().expect("an id").to_owned();
        let path = format!("/accounts/{id}");

        let tested = owner.submit(&format!("{path}/test"), &[]).await;
        assert!(tested.status.as_u16() == 422 && tested.text.contains("data-problem") && tested.text.contains("In trouble"), "{}", tested.text);
        let keyless = owner.submit(&format!("{path}/key"), &[("api_key", " ")]).await;
        assert_eq!(refusal(&keyless, "api_key"), "Enter the key that the provider&#39;s dashboard shows.");
        let mended = owner.submit(&format!("{path}/key"), &[("api_key", KEY)]).await;
        assert_eq!(led_to(&mended), path);
        assert!(mended.headers["set-cookie"].to_str().is_ok_and(|cookie| cookie.contains("it%20works")), "{mended:?}");

        let wrong = owner.submit(&path, &[("pace.delay_s", "4000"), ("working_hours", "yes"), ("working_hours.from", "9")]).await;
        assert_eq!(refusal(&wrong, "pace.delay_s"), "This must be a number of seconds from 0 to 3600, such as 2 or 0.5.");
        assert_eq!(refusal(&wrong, "working_hours.from"), "This must be a time, such as 09:00.");
        let late = owner.submit(&path, &[("working_hours", "yes"), ("working_hours.days", "mon"), ("working_hours.from", "18:00"), ("working_hours.to", "09:00")]).await;
        assert_eq!(refusal(&late, "working_hours.to"), "This must be later than working_hours.from, on the same day.");
        let changed = owner.submit(&path, &[("name", "Grace's"), ("pace.delay_s", "3"), ("budgets.profiles_per_day", "50"), ("api", "classic")]).await;
        assert_eq!(led_to(&changed), path);
        let shown = owner.get(&format!("/api/v1{path}")).await.ok();
        assert_eq!((&shown["name"], &shown["pace"]["delay_ms"], &shown["budgets"]["profiles_per_day"]), (&json!("Grace's"), &json!(3000), &json!(50)));
        assert_eq!((&shown["shared"], &shown["working_hours"]), (&json!(false), &json!(null)));

        owner.submit(&format!("{path}/state"), &[("state", "off")]).await;
        assert!(page(&owner, &path).await.contains("No job uses it until somebody switches it on."));
        owner.submit(&format!("{path}/state"), &[("state", "connected")]).await;

        let unconfirmed = owner.submit(&format!("{path}/delete"), &[("confirm", "grace")]).await;
        assert_eq!(refusal(&unconfirmed, "confirm"), "Type the name of the account, Grace&#39;s, to delete it.");
        assert_eq!(led_to(&owner.submit(&format!("{path}/delete"), &[("confirm", "Grace's")]).await), "/accounts");
        owner.get(&format!("/api/v1{path}")).await.problem(404);
    }

    async fn an_account_tells_what_it_spent_what_waits_for_it_and_what_went_wrong(app: TestApp) {
        let sandbox = sandbox().await;
        let owner = app.signed_in(Role::Owner).await;
        let id = app.account(OWNER_KEY, &sandbox.base_url(), "sales_navigator").await;
        app.patch(OWNER_KEY, &format!("/api/v1/accounts/{id}"), json!({"shared": true, "budgets": {"search_rows_per_day": 1000}})).await.ok();
        let path = format!("/accounts/{id}");
        let quiet = page(&owner, &path).await;
        assert!(quiet.contains("No rows in 14 days.") && quiet.contains("No job uses it at the moment.") && quiet.contains("Nothing, in its latest jobs."), "{quiet}");

        let mut tx = app.database().begin().await.expect("a transaction");
        let account = id.parse().expect("an id");
        let spent = charges::make(&mut tx, account, sluice::domain::JobId::new(), Action::SearchRows, 990, 1_000).await.expect("a charge");
        assert!(matches!(spent, Charge::Made(_)));
        tx.commit().await.expect("it commits");
        let body = json!({"criteria": {"keywords": "manager"}, "target": 50, "account_id": id});
        let job = app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned();
        app.until(OWNER_KEY, &job, "processing").await;
        let waits = tokio::time::timeout(std::time::Duration::from_secs(30), async {
            loop {
                let shown = page(&owner, &path).await;
                if shown.contains("Waiting until") {
                    return shown;
                }
                tokio::task::yield_now().await;
            }
        });
        let shown = waits.await.expect("the job waits for the budget");
        for expected in ["990 of 1,000", "The account&#39;s budget of 1000 rows in 24 hours is used up.", "990 rows in 14 days; the most, 990, on", "1,000 a day"] {
            assert!(shown.contains(expected), "{expected} is not in {shown}");
        }
        app.post(OWNER_KEY, &format!("/api/v1/jobs/{job}/cancel"), json!(null)).await.ok();

        app.patch(OWNER_KEY, &format!("/api/v1/accounts/{id}"), json!({"api_key": "bad-key", "budgets": {"search_rows_per_day": 2000}})).await.ok();
        let body = json!({"criteria": {"keywords": "director"}, "target": 50, "account_id": id});
        let job = app.post(OWNER_KEY, "/api/v1/searches", body).await.ok()["job_id"].as_str().expect("an id").to_owned();
        let failed = app.ended(OWNER_KEY, &job).await;
        let told = failed.stop_message.expect("why it failed");
        let shown = page(&owner, &path).await;
        assert!(shown.contains(&format!("/jobs/{job}")) && shown.contains("In trouble"), "{told}: {shown}");
        assert!(page(&owner, "/accounts").await.contains("In trouble"));
    }

    async fn immunity_23_an_account_that_is_not_shared_is_nobody_elses_page(app: TestApp) {
        let private = app.account(OWNER_KEY, "http://127.0.0.1:9", "classic").await;
        let (member, viewer) = (app.signed_in(Role::Member).await, app.signed_in(Role::Viewer).await);
        for path in ["", "/test", "/state", "/key", "/delete"] {
            let path = format!("/accounts/{private}{path}");
            let answer = member.submit(&path, &[("confirm", "acc_classic"), ("state", "off"), ("api_key", "k")]).await;
            assert_eq!(answer.status.as_u16(), 404, "{path}: {}", answer.text);
        }
        assert_eq!(member.get(&format!("/accounts/{private}")).await.status.as_u16(), 404);
        app.patch(OWNER_KEY, &format!("/api/v1/accounts/{private}"), json!({"shared": true})).await.ok();
        let shared = page(&member, &format!("/accounts/{private}")).await;
        assert!(shared.contains("It is shared for use.") && !shared.contains("name=\"confirm\""), "{shared}");
        assert_eq!(member.submit(&format!("/accounts/{private}/state"), &[("state", "off")]).await.status.as_u16(), 403);
        assert_eq!(member.submit(&format!("/accounts/{private}"), &[("name", "mine")]).await.status.as_u16(), 403);
        assert!(!page(&viewer, &format!("/accounts/{private}")).await.contains("Test now"));
        assert_eq!(viewer.submit(&format!("/accounts/{private}/test"), &[]).await.status.as_u16(), 403);
        assert_eq!(viewer.get("/accounts/new").await.status.as_u16(), 403);
        assert_eq!(app.get(OWNER_KEY, &format!("/api/v1/accounts/{private}")).await.ok()["state"], "connected");
    }
}
