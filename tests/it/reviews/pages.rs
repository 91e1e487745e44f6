//! The pages of reviews without JavaScript: links and forms alone.

use serde_json::json;
use sluice::domain::Role;

use super::{counts, filled, ids};
use crate::support::app::Answer;
use crate::support::browser::Browser;
use crate::support::{OWNER_KEY, each_database};

/// Where a form leads, with the words that it leaves.
fn after(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text);
    let flash = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find(|value| value.starts_with("sluice_flash="));
    let words = flash.and_then(|value| value.split(['=', ';']).nth(1)).unwrap_or_default();
    let words = percent_encoding::percent_decode_str(words).decode_utf8().expect("text").into_owned();
    (answer.headers["location"].to_str().expect("a path").to_owned(), words)
}

async fn page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text);
    answer.text
}

each_database! {
    async fn a_review_is_gone_through_by_links_and_forms_alone(app: TestApp) {
        let api = filled(&app, 120).await;
        let browser = app.signed_in(Role::Member).await;
        let path = api.trim_start_matches("/api/v1").to_owned();
        assert!(page(&browser, "/reviews").await.contains(&format!("href=\"{path}\"")), "the list leads to it");
        let shown = page(&browser, &path).await;
        assert!(shown.contains("1–50 of 120") && shown.contains("?page=2"), "{shown}");
        let third = page(&browser, &format!("{path}?page=3")).await;
        assert!(third.contains("101–120 of 120"));
        let people = ids(&app, &api, "").await;
        let side = page(&browser, &format!("{path}?item={}", people[0])).await;
        assert!(side.contains("Said by") && side.contains("Sales Navigator through Unipile"), "{side}");

        // One by its own button, two by their boxes, and each time back to where one was.
        let back = format!("{path}?sort=name&page=2");
        let one = format!("approved {}", people[0]);
        let answer = browser.submit(&format!("{path}/decisions"), &[("back", &back), ("item", &people[5]), ("one", &one)]).await;
        assert_eq!(after(&answer), (back.clone(), "Approved 1 person.".into()));
        let fields = [("back", back.as_str()), ("item", &people[1]), ("item", &people[2]), ("reason", "Too junior"), ("decision", "rejected")];
        assert_eq!(after(&browser.submit(&format!("{path}/decisions"), &fields).await).1, "Rejected 2 people.");
        assert_eq!(counts(&app.get(OWNER_KEY, &api).await.ok()), [120, 117, 1, 2]);
        let rejected = app.get(OWNER_KEY, &format!("{api}/items/{}", people[2])).await.ok();
        assert_eq!((&rejected["reason"], &rejected["decided_by"]["name"]), (&json!("Too junior"), &json!("Grace Invented")));

        // All that match what the page shows, by their number; then all of it back.
        let pending = format!("{path}?decision=pending");
        assert!(page(&browser, &pending).await.contains("Approve 117 people"));
        let fields = [("back", pending.as_str()), ("expected", "116"), ("decision", "approved")];
        assert_eq!(browser.submit(&format!("{path}/decisions"), &fields).await.status.as_u16(), 409);
        let fields = [("back", pending.as_str()), ("expected", "117"), ("decision", "approved")];
        assert_eq!(after(&browser.submit(&format!("{path}/decisions"), &fields).await), (pending.clone(), "Approved 117 people.".into()));
        assert!(page(&browser, &pending).await.contains("Nobody matches"));
        let undone = browser.submit(&format!("{path}/undo"), &[("back", "https://elsewhere.example/")]).await;
        assert_eq!(after(&undone), (path.clone(), "Taken back for 117 people.".into()), "a form leads nowhere else");

        assert_eq!(browser.submit(&format!("{path}/complete"), &[]).await.status.as_u16(), 409);
        let done = browser.submit(&format!("{path}/complete"), &[("decision", "rejected")]).await;
        assert_eq!(after(&done).1, "The review is completed; 117 people were rejected.");
        let closed = page(&browser, &path).await;
        assert!(closed.contains("This review is completed") && !closed.contains("name=\"one\""));
        assert_eq!(after(&browser.submit(&format!("{path}/reopen"), &[]).await).1, "The review is open again.");
    }

    async fn a_review_is_started_on_the_page_and_a_form_without_a_search_says_so(app: TestApp) {
        let api = filled(&app, 30).await;
        let search = app.get(OWNER_KEY, &api).await.ok()["searches"][0].as_str().expect("a search").to_owned();
        let browser = app.signed_in(Role::Member).await;
        let wrong = browser.submit("/reviews", &[("name", "Empty")]).await;
        assert_eq!(wrong.status.as_u16(), 422);
        assert!(wrong.text.contains("Choose at least one search") && wrong.text.contains("value=\"Empty\""), "{}", wrong.text);
        let (made, words) = after(&browser.submit("/reviews", &[("search", &search), ("name", "Managers <again>")]).await);
        assert_eq!(words, "30 people to review.");
        let shown = page(&browser, &made).await;
        assert!(shown.contains("Managers &#60;again&#62;") || shown.contains("Managers &lt;again&gt;"), "what people write is text");
        assert!(!shown.contains("style=") && !shown.contains("onclick"), "nothing of the page runs or is styled in place");
    }

    async fn a_viewer_sees_everything_and_can_change_nothing(app: TestApp) {
        let api = filled(&app, 10).await;
        let path = api.trim_start_matches("/api/v1").to_owned();
        let viewer = app.signed_in(Role::Viewer).await;
        let shown = page(&viewer, &path).await;
        assert!(!shown.contains("name=\"one\"") && !shown.contains("Take back"), "{shown}");
        let refused = viewer.submit(&format!("{path}/decisions"), &[("decision", "approved"), ("expected", "10")]).await;
        assert_eq!(refused.status.as_u16(), 403);
        assert_eq!(counts(&app.get(OWNER_KEY, &api).await.ok()), [10, 10, 0, 0]);
    }
}
