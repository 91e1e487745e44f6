//! How people come in: first start, invitations, passwords, keys, and what keeps others out.

use std::time::Duration;

use futures_util::future::join_all;
use secrecy::ExposeSecret;
use serde_json::json;
use sluice::domain::{Role, Scope};
use sluice::sign_in::links;
use sluice::store::{members, users};

use crate::support::app::Answer;
use crate::support::stranger::{Stranger, location};
use crate::support::{OWNER_KEY, TestApp, each_database};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";

/// The path of a link that lets the owner in.
async fn welcome(app: &TestApp) -> String {
    let made = app.post(OWNER_KEY, "/api/v1/me/sign-in-link", json!(null)).await.ok();
    let link = made["link"].as_str().expect("a link").to_owned();
    link.strip_prefix(&app.url("")).expect("at our own address").to_owned()
}

/// The owner, signed in with a password of their own.
async fn owner(app: &TestApp) -> Stranger {
    let owner = app.stranger();
    let answer = owner.submit(&welcome(app).await, &[("name", "Ada Invented"), ("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(location(&answer), "/");
    owner
}

/// The path of an invitation that the owner makes on the page.
async fn invitation(owner: &Stranger, app: &TestApp, role: &str) -> String {
    shown_link(&owner.submit("/settings/members", &[("email", "Grace@Example.com"), ("role", role)]).await, app)
}

/// The link that a page shows once.
fn shown_link(page: &Answer, app: &TestApp) -> String {
    assert_eq!(page.status.as_u16(), 200, "{}", page.text);
    let link = page.text.split("<code data-link>").nth(1).and_then(|rest| rest.split('<').next()).expect("a link");
    link.strip_prefix(&app.url("")).expect("at our own address").to_owned()
}

fn wrong(page: &Answer, status: u16) -> Vec<String> {
    assert_eq!(page.status.as_u16(), status, "{}", page.text);
    let words = |mark: &str| {
        page.text
            .split(mark)
            .skip(1)
            .map(|rest| rest.split_once('>').expect("a tag").1.split('<').next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    [words("<p class=\"wrong\""), words("data-problem")].concat()
}

each_database! {
    async fn the_first_link_makes_the_owner_and_works_once(app: TestApp) {
        let path = welcome(&app).await;
        let scanner = app.stranger();
        for _ in 0..3 {
            // Programs that scan mail open links; that uses nothing up.
            let page = scanner.get(&path).await;
            assert_eq!(page.status.as_u16(), 200, "{}", page.text);
            assert_eq!(page.headers["referrer-policy"], "no-referrer");
            assert_eq!(page.headers["cache-control"], "no-store");
        }
        let weak = scanner.submit(&path, &[("name", "Ada"), ("email", EMAIL), ("password", "short")]).await;
        assert_eq!(wrong(&weak, 422), ["Use 10 characters or more; a few words in a row are good."]);
        assert!(weak.text.contains("value=\"Ada\"") && weak.text.contains(&format!("value=\"{EMAIL}\"")), "what was typed stays: {}", weak.text);
        assert!(!weak.text.contains("short"), "but the password");

        let owner = app.stranger();
        let answer = owner.submit(&path, &[("name", "Ada Invented"), ("email", " Ada@Example.com "), ("password", PASSWORD)]).await;
        assert_eq!(location(&answer), "/");
        let cookie = answer.headers["set-cookie"].to_str().expect("text").to_owned();
        assert!(cookie.ends_with("; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax"), "{cookie}");
        assert!(owner.is_in().await);

        let late = app.stranger().submit(&path, &[("name", "Eve"), ("email", "eve@example.com"), ("password", PASSWORD)]).await;
        assert_eq!(wrong(&late, 410), ["This link was used already, was taken back, or has run out."]);
        assert_eq!(app.stranger().get(&path).await.status.as_u16(), 410);
        assert_eq!(app.stranger().get("/welcome/never-made").await.status.as_u16(), 410);

        let again = app.stranger();
        assert_eq!(location(&again.sign_in("ADA@example.com", PASSWORD).await), "/");
        assert!(again.is_in().await);
    }

    async fn a_link_is_used_by_one_of_many_who_come_at_once(app: TestApp) {
        let owner = owner(&app).await;
        let path = invitation(&owner, &app, "member").await;
        let strangers: Vec<Stranger> = (0..6).map(|_| app.stranger()).collect();
        let tries = strangers.iter().enumerate().map(|(number, stranger)| {
            let email = format!("guest{number}@example.com");
            let path = path.clone();
            async move { stranger.submit(&path, &[("name", "Guest"), ("email", &email), ("password", PASSWORD)]).await.status.as_u16() }
        });
        let mut statuses = join_all(tries).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410, 410, 410, 410, 410]);
        let mut conn = app.database().read().await.expect("a connection");
        let (found, total) = members::list(&mut conn, Scope::Workspace(app.owner().await.workspace_id), 10, 0).await.expect("the members");
        assert_eq!((total, found[1].name.as_str(), found[1].role), (2, "Guest", Role::Member));
    }

    async fn a_new_link_takes_the_place_of_the_earlier_one_and_all_run_out(app: TestApp) {
        let (first, second) = (welcome(&app).await, welcome(&app).await);
        assert_eq!(app.stranger().get(&first).await.status.as_u16(), 410);
        assert_eq!(app.stranger().get(&second).await.status.as_u16(), 200);
        app.database().advance_clock(Duration::from_secs(24 * 3600));
        assert_eq!(app.stranger().get(&second).await.status.as_u16(), 410);

        let owner = owner(&app).await;
        let (taken_back, open) = (invitation(&owner, &app, "viewer").await, invitation(&owner, &app, "viewer").await);
        let listed = app.get(OWNER_KEY, "/api/v1/invitations").await.ok();
        let id = listed["data"][1]["id"].as_str().expect("an id").to_owned();
        assert_eq!(location(&owner.submit(&format!("/settings/invitations/{id}/revoke"), &[]).await), "/settings/members");
        let person = [("name", "Grace"), ("email", "grace@example.com"), ("password", PASSWORD)];
        assert_eq!(app.stranger().submit(&taken_back, &person).await.status.as_u16(), 410);
        app.database().advance_clock(Duration::from_secs(7 * 24 * 3600));
        assert_eq!(app.stranger().submit(&open, &person).await.status.as_u16(), 410);
        let states: Vec<String> = app.get(OWNER_KEY, "/api/v1/invitations").await.ok()["data"]
            .as_array().expect("a list").iter().map(|one| one["state"].as_str().expect("a state").to_owned()).collect();
        assert_eq!(states, ["expired", "revoked"]);
    }

    async fn who_uses_sluice_already_joins_with_one_click(app: TestApp) {
        let owner = owner(&app).await;
        let stranger = app.tenant().await;
        let made = app.post(&stranger.key, "/api/v1/invitations", json!({"role": "viewer"})).await.ok();
        let path = made["link"].as_str().expect("a link").strip_prefix(&app.url("")).expect("ours").to_owned();
        let page = owner.get(&path).await;
        assert!(page.text.contains("Join Elsewhere") && page.text.contains("Join as Ada Invented"), "{}", page.text);
        // A new person cannot take an address that somebody has.
        let taken = app.stranger().submit(&path, &[("name", "Ada"), ("email", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!(wrong(&taken, 422), ["Somebody here has this address already. If it is you, sign in, then open this link again."]);
        assert_eq!(location(&owner.submit(&path, &[("known", "true")]).await), "/");
        let me = owner.get("/settings").await;
        assert!(me.text.contains("value=\"Elsewhere\"") && me.text.contains("disabled"), "a viewer there: {}", me.text);
        // Home again, by the switch on every page.
        let home = app.owner().await.workspace_id;
        assert_eq!(location(&owner.submit(&format!("/workspaces/{home}/enter"), &[]).await), "/");
        assert!(owner.get("/settings").await.text.contains("value=\"Home\""));
        assert_eq!(owner.submit(&format!("/workspaces/{}/enter", app.tenant().await.workspace_id), &[]).await.status.as_u16(), 404);
    }

    async fn wrong_words_are_refused_alike_whether_or_not_somebody_is_known(app: TestApp) {
        owner(&app).await;
        let (known, unknown) = (app.stranger().sign_in(EMAIL, "not the password").await, app.stranger().sign_in("eve@example.com", PASSWORD).await);
        assert_eq!(wrong(&known, 422), ["E-mail and password do not belong together."]);
        assert_eq!(known.text.replace(EMAIL, ""), unknown.text.replace("eve@example.com", ""));
        assert!(known.headers.get("set-cookie").is_none());
        // Somebody without a password cannot be guessed into.
        app.signed_in(Role::Owner).await;
        assert_eq!(app.stranger().sign_in("", "").await.status.as_u16(), 422);
    }

    async fn attempts_are_slowed_down_and_nobody_is_locked_out_for_ever(app: TestApp) {
        owner(&app).await;
        let guesser = app.stranger();
        let minute = Duration::from_secs(60);
        for _ in 0..5 {
            assert_eq!(guesser.sign_in(EMAIL, "a wrong password").await.status.as_u16(), 422);
        }
        for _ in 6..9 {
            app.database().advance_clock(minute);
            assert_eq!(guesser.sign_in(EMAIL, "a wrong password").await.status.as_u16(), 422);
        }
        // Every further failure doubles the wait, for the right password too.
        for longest in [16, 32, 64] {
            app.database().advance_clock(minute);
            assert_eq!(guesser.sign_in(EMAIL, "a wrong password").await.status.as_u16(), 422);
            let page = guesser.sign_in(EMAIL, PASSWORD).await;
            let wait: u64 = page.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
            assert!(longest / 2 < wait && wait <= longest, "{longest}: {wait}");
            assert!(wrong(&page, 429)[0].starts_with("Too many attempts. Try again in "), "{}", page.text);
        }
        app.database().advance_clock(Duration::from_secs(65));
        assert_eq!(location(&guesser.sign_in(EMAIL, PASSWORD).await), "/");
        // The success clears what was counted against the account.
        for _ in 0..4 {
            assert_eq!(app.stranger().sign_in(EMAIL, "a wrong password").await.status.as_u16(), 422);
        }
        assert_eq!(location(&app.stranger().sign_in(EMAIL, PASSWORD).await), "/");
    }

    async fn attempts_made_all_at_once_are_counted_as_well(app: TestApp) {
        owner(&app).await;
        let guessers: Vec<Stranger> = (0..12).map(|_| app.stranger()).collect();
        let statuses: Vec<u16> =
            join_all(guessers.iter().map(async |guesser| guesser.sign_in(EMAIL, "a wrong password").await.status.as_u16())).await;
        // Five are free; on a slow machine a second passes and lets another one through.
        let tried = statuses.iter().filter(|status| **status == 422).count();
        assert!((5..=8).contains(&tried), "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 12 - tried, "{statuses:?}");
    }

    async fn one_address_that_tries_many_accounts_is_slowed_down_too(app: TestApp) {
        let guesser = app.stranger();
        for number in 0..25 {
            if number >= 20 {
                app.database().advance_clock(Duration::from_secs(60));
            }
            assert_eq!(guesser.sign_in(&format!("guess{number}@example.com"), PASSWORD).await.status.as_u16(), 422, "{number}");
        }
        assert_eq!(guesser.sign_in("another@example.com", PASSWORD).await.status.as_u16(), 429);
        assert_eq!(guesser.submit("/sign-in", &[("key", "sk_guessed")]).await.status.as_u16(), 429);
        app.database().advance_clock(Duration::from_secs(24 * 3600));
        assert_eq!(guesser.sign_in("another@example.com", PASSWORD).await.status.as_u16(), 422);
    }

    async fn a_key_signs_in_when_it_may_do_all_that_its_user_may(app: TestApp) {
        let browser = app.stranger();
        assert_eq!(location(&browser.submit("/sign-in", &[("key", OWNER_KEY), ("next", "/jobs?status=failed")]).await), "/jobs?status=failed");
        assert!(browser.is_in().await);
        for body in [
            json!({"name": "less", "role": "member"}),
            json!({"name": "page", "role": "viewer", "publishable": true}),
            json!({"name": "here", "role": "owner", "confined": true}),
        ] {
            let made = app.post(OWNER_KEY, "/api/v1/keys", body).await.ok();
            let page = app.stranger().submit("/sign-in", &[("key", made["key"].as_str().expect("a key"))]).await;
            assert!(wrong(&page, 422)[0].starts_with("This key may do less than its user."), "{}", page.text);
        }
        assert_eq!(wrong(&app.stranger().submit("/sign-in", &[("key", "sk_made-up")]).await, 422)[0], "This key is not known here, was revoked, or has expired.");
    }

    async fn a_form_from_another_site_signs_nobody_in(app: TestApp) {
        let body = format!("key={}", OWNER_KEY.replace(' ', "+"));
        let request = app.request(reqwest::Method::POST, "/sign-in").header("content-type", "application/x-www-form-urlencoded");
        let answer = crate::support::send(request.header("origin", "https://elsewhere.example.com").body(body)).await;
        assert_eq!(answer.problem(403)["error_code"], "FOREIGN_ORIGIN");
        assert!(answer.headers.get("set-cookie").is_none());
    }

    async fn signing_in_leads_to_pages_of_ours_alone(app: TestApp) {
        let browser = app.stranger();
        assert_eq!(location(&browser.get("/settings/keys?x=1").await), "/sign-in?next=%2Fsettings%2Fkeys%3Fx%3D1");
        assert!(browser.get("/sign-in?next=%2Fsettings%2Fkeys%3Fx%3D1").await.text.contains("value=\"/settings/keys?x=1\""));
        for elsewhere in ["//evil.example", "https://evil.example/", "/\\evil.example"] {
            let answer = app.stranger().submit("/sign-in", &[("key", OWNER_KEY), ("next", elsewhere)]).await;
            assert_eq!(location(&answer), "/", "{elsewhere}");
        }
    }

    async fn a_session_is_new_with_every_sign_in_and_over_with_the_sign_out(app: TestApp) {
        let browser = owner(&app).await;
        let first = browser.cookie().expect("a session");
        browser.sign_in(EMAIL, PASSWORD).await;
        let second = browser.cookie().expect("a session");
        assert_ne!(first, second);
        let old = app.request(reqwest::Method::GET, "/api/v1/me").header("cookie", &first);
        crate::support::send(old).await.problem(401);
        assert_eq!(location(&browser.submit("/sign-out", &[]).await), "/sign-in");
        assert_eq!(browser.cookie(), None);
        crate::support::send(app.request(reqwest::Method::GET, "/api/v1/me").header("cookie", &second)).await.problem(401);
    }

    async fn an_owner_hands_out_a_link_for_a_new_password(app: TestApp) {
        let owner = owner(&app).await;
        let grace = app.stranger();
        let path = invitation(&owner, &app, "member").await;
        grace.submit(&path, &[("name", "Grace"), ("email", "grace@example.com"), ("password", PASSWORD)]).await;
        let id = { let mut conn = app.database().read().await.expect("a connection");
            users::find_by_email(&mut conn, "grace@example.com").await.expect("it is read").expect("Grace").id };
        let link = shown_link(&owner.submit(&format!("/settings/members/{id}/reset"), &[]).await, &app);
        assert!(grace.is_in().await, "a link that nobody has used changes nothing");
        let fresh = app.stranger();
        assert_eq!(wrong(&fresh.submit(&link, &[("password", "1234567890")]).await, 422), ["This is one of the first that anybody would try; use something else."]);
        assert_eq!(location(&fresh.submit(&link, &[("password", "another long password")]).await), "/");
        assert!(fresh.is_in().await && !grace.is_in().await, "sessions from before are over");
        assert_eq!(app.stranger().sign_in("grace@example.com", PASSWORD).await.status.as_u16(), 422);
        assert_eq!(location(&app.stranger().sign_in("grace@example.com", "another long password").await), "/");
        assert_eq!(fresh.submit(&link, &[("password", "yet another password")]).await.status.as_u16(), 410);

        // Who owns one of somebody's workspaces must not get into the others.
        let elsewhere = app.tenant().await;
        let mut tx = app.database().begin().await.expect("a transaction");
        sluice::store::workspaces::add_member(&mut tx, elsewhere.workspace_id, id, Role::Viewer).await.expect("a member");
        tx.commit().await.expect("it commits");
        let refused = owner.submit(&format!("/settings/members/{id}/reset"), &[]).await;
        assert!(wrong(&refused, 409)[0].contains("workspaces that you do not own"), "{}", refused.text);
        assert_eq!(app.post(&elsewhere.key, &format!("/api/v1/members/{id}/reset-link"), json!(null)).await.problem(409)["error_code"], "BELONGS_ELSEWHERE");
    }

    async fn changing_how_one_signs_in_asks_for_the_password_and_ends_other_sessions(app: TestApp) {
        let (here, there) = (owner(&app).await, app.stranger());
        there.sign_in(EMAIL, PASSWORD).await;
        let change = |password: &'static str, current: &'static str| [("email", "ada@example.org"), ("password", password), ("current_password", current)];
        assert_eq!(wrong(&here.submit("/settings/you/access", &change("", "a wrong password")).await, 422), ["This is not your password."]);
        assert_eq!(wrong(&here.submit("/settings/you/access", &change("short", PASSWORD)).await, 422)[0], "Use 10 characters or more; a few words in a row are good.");
        let cookie = here.cookie();
        assert_eq!(location(&here.submit("/settings/you/access", &change("a whole new password", PASSWORD)).await), "/settings/you");
        assert_ne!(here.cookie(), cookie);
        assert!(here.is_in().await && !there.is_in().await);
        assert_eq!(app.stranger().sign_in(EMAIL, PASSWORD).await.status.as_u16(), 422);
        assert_eq!(location(&app.stranger().sign_in("ada@example.org", "a whole new password").await), "/");
        // By a key nobody's password is changed.
        let fields = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(change("by key, no password", "")).finish();
        let request = app.request(reqwest::Method::POST, "/settings/you/access").header("x-api-key", OWNER_KEY).header("sec-fetch-site", "same-origin");
        let by_key = request.header("content-type", "application/x-www-form-urlencoded").body(fields);
        assert_eq!(crate::support::send(by_key).await.problem(409)["error_code"], "NOT_SIGNED_IN");
    }

    async fn sessions_are_listed_and_signed_out_one_by_one_or_all(app: TestApp) {
        let (here, there) = (owner(&app).await, app.stranger());
        there.sign_in(EMAIL, PASSWORD).await;
        let page = here.get("/settings/you").await;
        assert_eq!((page.text.matches("Firefox on Linux</span>").count(), page.text.matches("(here)").count()), (4, 1), "{}", page.text);
        let listed = app.get(OWNER_KEY, "/api/v1/sessions").await.ok();
        let newest = listed["data"][0]["id"].as_str().expect("an id").to_owned();
        assert_eq!(location(&here.submit(&format!("/settings/sessions/{newest}/end"), &[]).await), "/settings/you");
        assert!(here.is_in().await && !there.is_in().await);
        there.sign_in(EMAIL, PASSWORD).await;
        assert_eq!(location(&here.submit("/settings/sessions/end", &[]).await), "/sign-in");
        assert!(!here.is_in().await && !there.is_in().await);
        assert_eq!(app.get(OWNER_KEY, "/api/v1/sessions").await.ok()["pagination"]["total"], 0);
    }

    async fn the_first_start_prints_a_link_at_the_servers_own_address(app: TestApp) {
        let made = {
            let home = app.owner().await.workspace_id;
            let mut tx = app.database().begin().await.expect("a transaction");
            let (_, user) = users::first_owner(&mut tx).await.expect("it is read").expect("an owner");
            let made = links::welcome(app.app(), &mut tx, home, user).await.expect("a link");
            tx.commit().await.expect("it commits");
            made
        };
        let url = made.url(app.app()).expose_secret().to_owned();
        assert!(url.starts_with(&app.url("/welcome/")) && url.len() == app.url("/welcome/").len() + 43, "{url}");
        assert!(!format!("{made:?}").contains(url.rsplit('/').next().expect("a token")));
    }
}
