//! The list, one posting, and the board.

use reqwest::Method;
use serde_json::json;
use sluice::domain::Role;

use super::{HTML, beside, import, led_to, owner, page, posting, read, saved_page, shows};
use crate::support::{OWNER_KEY, each_database, send};

each_database! {
    async fn the_list_filters_sorts_and_counts_by_its_address(app: TestApp) {
        let owner = owner(&app).await;
        shows(&read(&owner, "/postings").await, &["Keep every application in one place", "href=\"/postings/import\"", "All <span class=\"quiet\">0</span>"]);
        let (job, rust) = import(&app, OWNER_KEY, saved_page(4_000_000_001, "Rust <b>Engineer</b>", "Alderbank", "<p>Ferries & locks</p>")).await;
        let (_, go) = import(&app, OWNER_KEY, saved_page(4_000_000_002, "Go Developer", "Brookfield", "<p>Tides</p>")).await;
        let all = read(&owner, "/postings").await;
        shows(&all, &["Rust &#60;b&#62;Engineer&#60;/b&#62;", "Saved <span class=\"quiet\">2</span>", "New <span class=\"quiet\">2</span>", "1–2 of 2", "60,000–80,000 EUR a year", "Remote · Contract", "2 Mar"]);
        assert!(!all.contains("<b>Engineer"), "{all}");
        for (query, finds) in [
            ("q=ferries", vec![&rust]),
            ("q=brook", vec![&go]),
            ("location=ghent&workplace=remote&employment_type=contract", vec![&rust, &go]),
            ("workplace=on_site", vec![]),
            ("status=applied", vec![]),
            ("status=saved&closed=false&stars=&days=", vec![&rust, &go]),
            ("hidden=true", vec![]),
            (format!("job_id={job}").as_str(), vec![&rust]),
        ] {
            let found = read(&owner, &format!("/postings?{query}")).await;
            for id in [&rust, &go] {
                assert_eq!(found.contains(&format!("id=\"posting-{id}\"")), finds.contains(&id), "{query}: {found}");
            }
        }
        let sorted = read(&owner, "/postings?sort=title").await;
        let place = |id: &str| sorted.find(&format!("id=\"posting-{id}\"")).expect("a row");
        assert!(place(&go) < place(&rust) && sorted.contains("aria-sort=\"ascending\""), "{sorted}");
        shows(&sorted, &["href=\"/postings?sort=-title\"", "href=\"/postings?sort=-posted_at\""]);
        shows(&read(&owner, &format!("/postings?job_id={job}")).await, &["Brought by", "a saved page"]);
        for wrong in ["status=hired", "stars=9", "sort=colour"] {
            assert_eq!(page(&owner, &format!("/postings?{wrong}")).await.status.as_u16(), 422, "{wrong}");
        }
    }

    async fn opening_a_posting_shows_all_that_is_known_and_takes_its_mark_away(app: TestApp) {
        let owner = owner(&app).await;
        let (job, id) = import(&app, OWNER_KEY, saved_page(4_000_000_001, "Rust Engineer", "Alderbank", "<h2>Why</h2><p>Ferries &amp; locks</p>")).await;
        let viewer = app.signed_in(Role::Viewer).await;
        read(&viewer, &format!("/postings/{id}")).await;
        assert!(posting(&app, &id).await["seen_at"].is_null(), "a viewer changes nothing by looking");
        let shown = read(&owner, &format!("/postings/{id}")).await;
        shows(&shown, &[
            "<h1>Rust Engineer</h1>", ">Alderbank</a>", "1 posting here", "<h3>Why</h3><p>Ferries &amp; locks</p>", "60,000–80,000 EUR a year",
            "Said by a page that somebody saved", "rel=\"noopener noreferrer\" target=\"_blank\">Open at LinkedIn</a>", &format!("href=\"/postings/jobs/{job}\""),
        ]);
        assert!(posting(&app, &id).await["seen_at"].is_string());
        assert!(!read(&owner, "/postings").await.contains("mark-new"));
        let looked = read(&viewer, &format!("/postings/{id}")).await;
        assert!(!looked.contains("method=\"post\" action=\"/postings/"), "a viewer is offered no form: {looked}");
    }

    async fn a_posting_is_read_beside_the_list_by_its_address(app: TestApp) {
        let owner = owner(&app).await;
        let (_, id) = import(&app, OWNER_KEY, saved_page(4_000_000_001, "Rust <b>Engineer</b>", "Alderbank", "<p>Ferries &amp; locks</p>")).await;
        app.patch(OWNER_KEY, &format!("/api/v1/job-postings/{id}"), json!({"notes": "ask <Bo>"})).await.ok();
        shows(&read(&owner, "/postings").await, &["<aside id=\"posting-side\" data-on=\"posting\" aria-label=\"The posting\" tabindex=\"0\" hidden>"]);
        let list = "/postings?status=saved&sort=title";
        let viewer = app.signed_in(Role::Viewer).await;
        assert!(!read(&viewer, &format!("{list}&selected={id}")).await.contains("id=\"side-status\""), "a viewer is offered no form");
        assert!(posting(&app, &id).await["seen_at"].is_null(), "and changes nothing by looking");
        let beside = read(&owner, &format!("{list}&selected={id}")).await;
        let side = beside.split("<aside id=\"posting-side\"").nth(1).and_then(|rest| rest.split("</aside>").next()).expect("a side");
        shows(side, &[
            &format!("data-on=\"posting:{id}\""), "Rust &#60;b&#62;Engineer", "<p>Ferries &amp; locks</p>", "ask &#60;Bo&#62;", "Open at LinkedIn",
            "id=\"side-close\" href=\"/postings?status=saved&#38;sort=title\"", &format!("action=\"/postings/{id}/status\""),
            &format!("name=\"back\" value=\"/postings?status=saved&#38;sort=title&#38;selected={id}\""),
        ]);
        assert!(posting(&app, &id).await["seen_at"].is_string());
        // What is beside the list is no part of what it is asked.
        assert!(!beside.replace(side, "").contains("selected="), "{beside}");
        let stranger = app.tenant().await;
        let (_, theirs) = import(&app, &stranger.key, saved_page(4_000_000_009, "Theirs alone", "Elmstone", "<p>x</p>")).await;
        for other in [theirs.as_str(), "0190a5d0-ac96-774b-bcce-b302099a8057", "x"] {
            assert_eq!(page(&owner, &format!("/postings?selected={other}")).await.status.as_u16(), 404, "{other}");
        }
    }

    async fn nothing_of_a_description_runs_or_leads_astray(app: TestApp) {
        let owner = owner(&app).await;
        let hostile = "<p onclick=\"x()\" style=\"position:fixed\">Hi<script>alert(1)</script><img src=x onerror=alert(2)><a href=\"javascript:alert(3)\">here</a> \
                       <a href=\"https://jobs.example/apply\" target=\"_top\">there</a></p><iframe src=\"//evil.example\"></iframe><form action=\"/postings\"><input name=x></form>";
        let (_, id) = import(&app, OWNER_KEY, saved_page(4_000_000_003, "Engineer", "Alderbank", hostile)).await;
        let answer = page(&owner, &format!("/postings/{id}")).await;
        let description = answer.text.split("id=\"description\">").nth(1).and_then(|rest| rest.split("</div>").next()).expect("the description");
        for hostile in ["<script", "onclick", "onerror", "style=", "javascript:", "<img", "<iframe", "<form", "<input", "target="] {
            assert!(!description.contains(hostile), "{hostile}: {description}");
        }
        shows(description, &["<a href=\"https://jobs.example/apply\" rel=\"nofollow noopener noreferrer\">there</a>"]);
        let policy = answer.headers["content-security-policy"].to_str().expect("a policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"), "{policy}");
    }

    async fn every_form_of_a_posting_keeps_what_it_is_given_and_says_what_is_wrong_beside_it(app: TestApp) {
        let owner = owner(&app).await;
        let (_, id) = import(&app, OWNER_KEY, saved_page(4_000_000_001, "Rust Engineer", "Alderbank", "<p>Ferries</p>")).await;
        let path = format!("/postings/{id}");
        let at = |rest: &str| format!("{path}/{rest}");

        assert_eq!(led_to(&owner.submit(&at("status"), &[("status", "interviewing"), ("applied_at", "2026-03-04")]).await), path);
        let kept = posting(&app, &id).await;
        assert_eq!((&kept["status"], kept["applied_at"].as_str().map(|at| &at[..10])), (&json!("interviewing"), Some("2026-03-04")));
        assert_eq!(beside(&owner.submit(&at("status"), &[("status", "hired")]).await, "status"), "Choose one of the list.");
        let unread = owner.submit(&at("status"), &[("status", "applied"), ("applied_at", "yesterday")]).await;
        assert_eq!(beside(&unread, "applied_at"), "This must be a day, such as 2026-03-02.");
        shows(&unread.text, &["value=\"yesterday\"", "<option value=\"applied\" selected>"]);
        let ahead = owner.submit(&at("status"), &[("status", "applied"), ("applied_at", "2999-01-01")]).await;
        assert!(beside(&ahead, "applied_at").contains("lies ahead"), "{}", ahead.text);

        led_to(&owner.submit(&at("stars"), &[("stars", "4"), ("stars_reason", "ferries")]).await);
        assert!(beside(&owner.submit(&at("stars"), &[("stars", "9")]).await, "stars").contains("1 to 5"));
        assert!(beside(&owner.submit(&at("stars"), &[("stars", ""), ("stars_reason", "x")]).await, "stars_reason").contains("Without stars"));
        led_to(&owner.submit(&at("notes"), &[("notes", "call <Ada>\r\nat noon")]).await);
        let long = "x".repeat(20_001);
        assert!(beside(&owner.submit(&at("notes"), &[("notes", &long)]).await, "notes").contains("20000 characters"));

        led_to(&owner.submit(&at("contacts"), &[("name", "Ada Invented"), ("email", "ada@example.org"), ("url", "https://example.org/ada")]).await);
        let wrong = owner.submit(&at("contacts"), &[("name", "Bob"), ("email", "nowhere"), ("url", "javascript:alert(1)")]).await;
        assert!(beside(&wrong, "new-contact-email").contains("ada@example.org"));
        assert!(beside(&wrong, "new-contact-url").contains("https://") && wrong.text.contains("<details class=\"body\" id=\"add-contact\" open>"));
        let contact = posting(&app, &id).await["contacts"][0]["id"].as_str().expect("an id").to_owned();
        let unnamed = owner.submit(&at(&format!("contacts/{contact}")), &[("name", " ")]).await;
        assert!(beside(&unnamed, &format!("contact-{contact}-name")).contains("1 to 255"), "{}", unnamed.text);
        led_to(&owner.submit(&at(&format!("contacts/{contact}")), &[("name", "Ada Invented"), ("role", "Recruiter")]).await);

        led_to(&owner.submit(&at("reminders"), &[("due_at", "2026-03-05T09:30"), ("note", "write to Ada")]).await);
        assert!(beside(&owner.submit(&at("reminders"), &[("due_at", "soon")]).await, "new-reminder-due").contains("2026-03-02T09:00"));
        let reminder = posting(&app, &id).await["reminders"][0].clone();
        let zone = app.get(OWNER_KEY, "/api/v1/workspaces").await.ok()["data"][0]["time_zone"].clone();
        assert_eq!((&reminder["due_at"], &reminder["note"], zone), (&json!("2026-03-05T09:30:00Z"), &json!("write to Ada"), json!("UTC")));
        let reminder = reminder["id"].as_str().expect("an id").to_owned();
        shows(&read(&owner, "/").await, &["Rust Engineer, Alderbank", "A reminder is due since", "Follow up"]);
        shows(&read(&owner, "/tray").await, &["1 needs you"]);
        shows(&read(&owner, "/postings?due=true").await, &["Due <span class=\"quiet\">1</span>", &format!("id=\"posting-{id}\"")]);
        led_to(&owner.submit(&at(&format!("reminders/{reminder}")), &[("done", "true")]).await);
        assert!(!read(&owner, "/").await.contains("A reminder is due"));

        let shown = read(&owner, &path).await;
        shows(&shown, &["call &#60;Ada&#62;", "4 stars of 5", "Ada Invented", "Recruiter", "write to Ada", "The status changed from saved to interviewing", "The reminder for 2026-03-05 09:30 UTC is done"]);

        // What cannot be brought back takes a second press.
        for (what, id) in [("contact", &contact), ("reminder", &reminder)] {
            let asked = shown.split(&format!("<details class=\"sure\" id=\"remove-{what}-{id}\">")).nth(1).and_then(|rest| rest.split("</details>").next());
            assert!(asked.is_some_and(|asked| asked.contains(&format!("formaction=\"{path}/{what}s/{id}/delete\""))), "{shown}");
            assert_eq!(shown.matches(&format!("/{what}s/{id}/delete")).count(), 1, "and stands nowhere else");
        }
        led_to(&owner.submit(&at(&format!("reminders/{reminder}/delete")), &[]).await);
        led_to(&owner.submit(&at(&format!("contacts/{contact}/delete")), &[]).await);
        let kept = posting(&app, &id).await;
        assert_eq!((&kept["reminders"], &kept["contacts"], &kept["stars"]), (&json!([]), &json!([]), &json!(4)));
        led_to(&owner.submit(&at("hidden"), &[("hidden", "true")]).await);
        shows(&read(&owner, "/postings?hidden=true").await, &[&format!("id=\"posting-{id}\""), "Hidden <span class=\"quiet\">1</span>"]);
        assert_eq!(beside(&owner.submit(&at("delete"), &[]).await, "confirm"), "Type delete to erase it; to be rid of it for good, hide it.");
        assert_eq!(led_to(&owner.submit(&at("delete"), &[("confirm", "delete")]).await), "/postings");
        assert_eq!(page(&owner, &path).await.status.as_u16(), 404);
    }

    async fn notes_that_two_edit_at_once_are_both_shown_and_neither_is_lost(app: TestApp) {
        let owner = owner(&app).await;
        let (_, id) = import(&app, OWNER_KEY, saved_page(4_000_000_001, "Rust Engineer", "Alderbank", "<p>x</p>")).await;
        let path = format!("/postings/{id}/notes");
        let began = read(&owner, &format!("/postings/{id}")).await;
        shows(&began, &["<input type=\"hidden\" name=\"notes_were\" value=\"\">"]);
        led_to(&owner.submit(&path, &[("notes", "ask <Bo>"), ("notes_were", "")]).await);
        let refused = owner.submit(&path, &[("notes", "ask Ada"), ("notes_were", "")]).await;
        assert_eq!(refused.status.as_u16(), 409, "{}", refused.text);
        shows(&refused.text, &[
            ">ask Ada</textarea>", "Somebody has changed the notes since you began.", "aria-labelledby=\"notes-kept-title\">ask &#60;Bo&#62;</blockquote>",
            "name=\"notes_were\" value=\"ask &#60;Bo&#62;\"", "Save mine instead",
        ]);
        assert_eq!(posting(&app, &id).await["notes"], "ask <Bo>");
        // Too long, what one began from stays what it was.
        let long = "x".repeat(20_001);
        let refused = owner.submit(&path, &[("notes", &long), ("notes_were", "as it was")]).await;
        assert!(beside(&refused, "notes").contains("20000 characters") && refused.text.contains("name=\"notes_were\" value=\"as it was\""));
        led_to(&owner.submit(&path, &[("notes", "ask Ada"), ("notes_were", "ask <Bo>")]).await);
        assert_eq!(posting(&app, &id).await["notes"], "ask Ada");
        shows(&read(&owner, &format!("/postings/{id}")).await, &["The notes were changed; before: ask &#60;Bo&#62;"]);
    }

    async fn several_are_changed_at_once_and_the_board_moves_with_them(app: TestApp) {
        let owner = owner(&app).await;
        let (_, rust) = import(&app, OWNER_KEY, saved_page(4_000_000_001, "Rust Engineer", "Alderbank", "<p>x</p>")).await;
        let (_, go) = import(&app, OWNER_KEY, saved_page(4_000_000_002, "Go Developer", "Brookfield", "<p>y</p>")).await;
        let back = ("back", "/postings?status=saved");
        let unchosen = owner.submit("/postings", &[back, ("do", "hide")]).await;
        assert_eq!(led_to(&unchosen), "/postings?status=saved");
        assert!(unchosen.headers["set-cookie"].to_str().is_ok_and(|cookie| cookie.contains("Nothing%20was%20chosen")), "{unchosen:?}");
        led_to(&owner.submit("/postings", &[back, ("posting", &rust), ("posting", &go), ("status", "applied"), ("do", "status")]).await);
        let board = read(&owner, "/postings/board").await;
        shows(&board, &["data-count=\"applied\">2<", "data-count=\"saved\">0<", &format!("id=\"card-{rust}\""), "Alderbank"]);
        let moved = owner.submit(&format!("/postings/{go}/status"), &[("back", "/postings/board"), ("status", "offer")]).await;
        assert_eq!(led_to(&moved), "/postings/board");
        shows(&read(&owner, "/postings/board").await, &["data-count=\"applied\">1<", "data-count=\"offer\">1<"]);
        led_to(&owner.submit("/postings", &[("posting", &rust), ("do", "hide")]).await);
        assert!(!read(&owner, "/postings/board").await.contains("Alderbank"));
        let foreign = owner.submit("/postings", &[("posting", &go), ("posting", "0190a5d0-ac96-774b-bcce-b302099a8057"), ("do", "hide")]).await;
        assert_eq!(foreign.status.as_u16(), 404, "all or none: {}", foreign.text);
        assert_eq!(posting(&app, &go).await["hidden"], false);
    }

    async fn a_tenant_sees_and_changes_nothing_of_another(app: TestApp) {
        let stranger = app.tenant().await;
        let (job, theirs) = import(&app, &stranger.key, saved_page(4_000_000_009, "Theirs alone", "Elmstone", "<p>x</p>")).await;
        let company = app.get(&stranger.key, &format!("/api/v1/job-postings/{theirs}")).await.ok()["company_id"].as_str().expect("an id").to_owned();
        let owner = owner(&app).await;
        for path in ["/postings", "/postings/board", "/jobs", "/"] {
            assert!(!read(&owner, path).await.contains("Theirs alone"), "{path}");
        }
        for path in [format!("/postings/{theirs}"), format!("/postings/jobs/{job}"), format!("/postings?job_id={job}"), format!("/postings?company_id={company}"), format!("/postings/search?from={job}")] {
            assert_eq!(page(&owner, &path).await.status.as_u16(), 404, "{path}");
        }
        for (path, fields) in [
            ("status", vec![("status", "applied")]),
            ("stars", vec![("stars", "1")]),
            ("notes", vec![("notes", "mine")]),
            ("hidden", vec![("hidden", "true")]),
            ("delete", vec![("confirm", "delete")]),
            ("contacts", vec![("name", "Ada")]),
            ("reminders", vec![("due_at", "2026-03-05T09:30")]),
        ] {
            let answer = owner.submit(&format!("/postings/{theirs}/{path}"), &fields).await;
            assert_eq!(answer.status.as_u16(), 404, "{path}: {}", answer.text);
        }
        let theirs = app.get(&stranger.key, &format!("/api/v1/job-postings/{theirs}")).await.ok();
        assert_eq!((&theirs["status"], &theirs["notes"], &theirs["contacts"]), (&json!("saved"), &json!(null), &json!([])));
    }

    async fn viewers_look_and_change_nothing(app: TestApp) {
        let (_, id) = import(&app, OWNER_KEY, saved_page(4_000_000_001, "Rust Engineer", "Alderbank", "<p>x</p>")).await;
        let viewer = app.signed_in(Role::Viewer).await;
        for path in ["/postings", "/postings/board"] {
            let shown = read(&viewer, path).await;
            assert!(shown.contains("Rust Engineer") && !shown.contains("<form class=\"in-row\"") && !shown.contains("id=\"bulk\""), "{path}: {shown}");
        }
        for path in ["/postings/search", "/accounts/new/postings"] {
            assert_eq!(page(&viewer, path).await.status.as_u16(), 403, "{path}");
        }
        for path in [format!("/postings/{id}/status"), "/postings".into(), "/postings/import".into(), "/postings/search".into(), "/accounts/postings".into()] {
            assert_eq!(viewer.submit(&path, &[("status", "applied")]).await.status.as_u16(), 403, "{path}");
        }
        let upload = viewer.request(Method::POST, "/postings/import/page").header("accept", HTML).body("x");
        assert_eq!(send(upload).await.status.as_u16(), 403);
    }
}
