//! The tracker over HTTP: routes, roles, cursors, idempotency and the live stream.

use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value as Json, json};
use sluice::domain::{PostingId, Role};
use sluice_api::{
    ApplicationStatus, ContactRequest, Heard, PostingPatch, PostingsPatch, PostingsQuery, ReminderPatch, ReminderRequest, Told,
};

use crate::support::postings::store_some;
use crate::support::{OWNER_KEY, TestApp, each_database, send};

const PATH: &str = "/api/v1/job-postings";

async fn filled(app: &TestApp, many: usize) -> Vec<PostingId> {
    store_some(&app.database(), app.owner().await.workspace_id, many).await
}

fn ids(list: &Json) -> Vec<String> {
    list["data"].as_array().expect("a list").iter().map(|posting| posting["id"].as_str().expect("an id").to_owned()).collect()
}

each_database! {
    async fn a_posting_goes_from_found_to_offer(app: TestApp) {
        let stored = filled(&app, 5).await;
        let client = app.client(OWNER_KEY);
        let id = stored[2].to_string();
        let counts = client.posting_counts().await.expect("the counts");
        assert_eq!((counts.without_status, counts.new, counts.saved), (5, 5, 0));

        let seen = client.change_posting(&id, &PostingPatch { seen: Some(true), ..PostingPatch::default() }).await.expect("seen");
        assert!(seen.seen_at.is_some() && seen.status.is_none());
        let applied_at: Timestamp = "2026-03-01T09:30:00Z".parse().expect("a time");
        let patch = PostingPatch { applied_at: Some(Some(applied_at)), stars: Some(Some(5)), ..PostingPatch::default() };
        let applied = client.change_posting(&id, &patch).await.expect("applied");
        assert_eq!((applied.status, applied.applied_at, applied.stars), (Some(ApplicationStatus::Applied), Some(applied_at), Some(5)));
        let contact = ContactRequest { name: " Ada Invented ".into(), email: Some("ada@example.org".into()), ..ContactRequest::default() };
        let made = client.add_contact(&id, &contact).await.expect("a contact");
        assert_eq!(made.name, "Ada Invented");
        let changed = client.change_contact(&id, &made.id, &ContactRequest { name: "Ada I.".into(), ..ContactRequest::default() }).await;
        assert_eq!(changed.expect("changed").email, None, "noted anew as a whole");
        let due_at: Timestamp = "2026-03-09T08:00:00Z".parse().expect("a time");
        let reminder = client.add_reminder(&id, &ReminderRequest { due_at, note: Some("call".into()) }).await.expect("a reminder");
        let offer = PostingPatch { status: Some(Some(ApplicationStatus::Offer)), notes: Some(Some("48 days of leave".into())), ..PostingPatch::default() };
        let offer = client.change_posting(&id, &offer).await.expect("an offer");
        assert_eq!((offer.applied_at, offer.next_reminder_at), (Some(applied_at), Some(due_at)), "kept through later statuses");

        let whole = client.posting(&id).await.expect("the whole");
        assert_eq!(whole.posting, offer);
        assert_eq!(whole.company.as_ref().map(|company| company.postings), Some(1));
        assert_eq!((whole.contacts.len(), whole.reminders.len(), whole.reposts.len()), (1, 1, 0));
        let told: Vec<(&str, &str)> = whole.history.iter().map(|entry| (entry.kind.as_str(), entry.message.as_str())).collect();
        assert_eq!(
            told,
            [
                ("notes", "Notes were written."),
                ("status", "The status changed from applied to offer."),
                ("reminder", "A reminder was set for 2026-03-09 08:00 UTC: call"),
                ("contact", "The contact Ada I. was changed."),
                ("contact", "Ada Invented was added to the contacts."),
                ("stars", "5 stars"),
                ("status", "The status is applied now. Applied on 2026-03-01."),
                ("found", "Found by a search."),
            ]
        );
        assert!(whole.history[..7].iter().all(|entry| entry.user_id.is_some()) && whole.history[7].job_id.is_some());

        let done = client.change_reminder(&id, &reminder.id, &ReminderPatch { done: Some(true), ..ReminderPatch::default() }).await;
        assert!(done.expect("done").done_at.is_some());
        client.delete_reminder(&id, &reminder.id).await.expect("gone");
        client.delete_contact(&id, &made.id).await.expect("gone");
        let counts = client.posting_counts().await.expect("the counts");
        assert_eq!((counts.without_status, counts.offer, counts.new, counts.reminders_due), (4, 1, 4, 0));
        assert_eq!(client.companies(&Default::default()).await.expect("a list").pagination.total, 5);

        assert_eq!(app.delete(OWNER_KEY, &format!("{PATH}/{id}")).await.status.as_u16(), 204);
        app.get(OWNER_KEY, &format!("{PATH}/{id}")).await.problem(404);
        assert_eq!(client.posting_counts().await.expect("the counts").offer, 0);
    }

    async fn whoever_asks_far_beyond_the_end_is_told_where_it_is(app: TestApp) {
        filled(&app, 12).await;
        for path in ["/api/v1/job-postings?sort=title&offset=1000000", "/api/v1/job-postings?status=none&sort=-stars&offset=10001", "/api/v1/companies?offset=1000000"] {
            let page = app.get(OWNER_KEY, path).await.ok();
            let beside = path.split_once("offset").map(|(before, _)| app.get(OWNER_KEY, before.trim_end_matches(['?', '&'])));
            let near = beside.expect("an offset").await.ok();
            assert_eq!(page["data"], serde_json::json!([]), "{path}");
            assert_eq!(page["pagination"]["total"], near["pagination"]["total"], "{path}");
            assert_eq!((&page["pagination"]["total_is_estimate"], &page["pagination"]["has_more"]), (&false.into(), &false.into()), "{path}");
        }
    }

    async fn immunity_10_a_list_is_read_to_its_end_by_cursor_while_people_work(app: TestApp) {
        let stored = filled(&app, 60).await;
        let client = app.client(OWNER_KEY);
        for sort in [None, Some("title"), Some("-salary")] {
            let mut query = PostingsQuery { limit: Some(7), sort: sort.map(str::to_owned), fields: Some("summary".into()), ..PostingsQuery::default() };
            let mut seen = Vec::new();
            loop {
                let page = client.postings(&query).await.expect("a page");
                assert_eq!((page.pagination.total, page.pagination.total_is_estimate), (60, false));
                assert!(page.data.iter().all(|posting| posting.description_text.is_none()), "the descriptions are left out");
                seen.extend(page.data.iter().map(|posting| posting.id.clone()));
                // Working with what was read moves nothing that is to come.
                let first = page.data[0].id.clone();
                let patch = PostingPatch { stars: Some(Some(3)), ..PostingPatch::default() };
                client.change_posting(&first, &patch).await.expect("changed");
                match page.pagination.next_cursor {
                    Some(next) => query.cursor = Some(next),
                    None => break,
                }
            }
            let mut once = seen.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!((seen.len(), once.len()), (60, 60), "{sort:?}: each once");
        }
        let newest = client.postings(&PostingsQuery { limit: Some(3), ..PostingsQuery::default() }).await.expect("a page");
        let newest: Vec<String> = newest.data.into_iter().map(|posting| posting.id).collect();
        assert_eq!(newest, [59, 58, 57].map(|n: usize| stored[n].to_string()), "the newest first when nothing is said");
    }

    async fn many_are_changed_by_their_ids_or_none(app: TestApp) {
        let stored = filled(&app, 30).await;
        let client = app.client(OWNER_KEY);
        let mut patch = PostingsPatch {
            ids: stored.iter().take(20).map(ToString::to_string).collect(),
            patch: PostingPatch { hidden: Some(true), ..PostingPatch::default() },
        };
        patch.ids.push(stored[0].to_string());
        assert_eq!(client.change_postings(&patch).await.expect("changed").changed, 20, "each once");
        let shown = client.postings(&PostingsQuery::default()).await.expect("a list");
        assert_eq!((shown.pagination.total, client.posting_counts().await.expect("the counts").hidden), (10, 20));
        let stranger = PostingId::new().to_string();
        let refused = app.patch(OWNER_KEY, PATH, json!({"ids": [stored[25], stranger, "x"], "patch": {"hidden": true}})).await.problem(404);
        assert_eq!((&refused["error_code"], &refused["details"]["id"]), (&json!("POSTING_NOT_FOUND"), &json!("x")), "an id that is none at all");
        let refused = app.patch(OWNER_KEY, PATH, json!({"ids": [stored[25], stranger], "patch": {"hidden": true}})).await.problem(404);
        assert_eq!(refused["details"]["id"], json!(stranger));
        assert_eq!(client.posting_counts().await.expect("the counts").hidden, 20);
    }

    async fn immunity_23_postings_are_changed_by_members_of_their_workspace_alone(app: TestApp) {
        let stored = filled(&app, 3).await;
        let owner = app.owner().await;
        let viewer = app.colleague(owner.workspace_id, Role::Viewer).await;
        let member = app.colleague(owner.workspace_id, Role::Member).await;
        let stranger = app.tenant().await;
        let path = format!("{PATH}/{}", stored[0]);
        assert_eq!(ids(&app.get(&viewer.key, PATH).await.ok()).len(), 3);
        app.patch(&viewer.key, &path, json!({"status": "saved"})).await.problem(403);
        app.delete(&viewer.key, &path).await.problem(403);
        app.patch(&member.key, &path, json!({"status": "saved"})).await.ok();
        app.patch(&stranger.key, &path, json!({"status": null})).await.problem(404);
        app.patch(&stranger.key, PATH, json!({"ids": [stored[0]], "patch": {"hidden": true}})).await.problem(404);
        app.delete(&stranger.key, &path).await.problem(404);
        assert_eq!(ids(&app.get(&stranger.key, PATH).await.ok()), Vec::<String>::new());
        let filtered = format!("{PATH}?job_id={}&company_id={}", PostingId::new(), PostingId::new());
        assert_eq!(app.get(&stranger.key, &filtered).await.ok()["pagination"]["total"], 0);
        assert_eq!(app.get(&stranger.key, "/api/v1/companies").await.ok()["pagination"]["total"], 0);
        assert_eq!(app.get(OWNER_KEY, &path).await.ok()["status"], "saved");
        app.delete(&member.key, &path).await.ok();
        app.get(OWNER_KEY, &path).await.problem(404);
    }

    async fn a_contact_or_reminder_that_is_sent_twice_is_made_once(app: TestApp) {
        let stored = filled(&app, 1).await;
        for (what, body) in [("contacts", json!({"name": "Ada"})), ("reminders", json!({"due_at": "2026-03-09T08:00:00Z"}))] {
            let path = format!("{PATH}/{}/{what}", stored[0]);
            let create = async || {
                let request = app.request(Method::POST, &path).header("x-api-key", OWNER_KEY).header("idempotency-key", format!("once {what}"));
                send(request.json(&body)).await
            };
            let (first, again) = (create().await, create().await);
            assert_eq!((first.status.as_u16(), first.ok()["id"].clone()), (201, again.ok()["id"].clone()));
            assert_eq!(app.get(OWNER_KEY, &format!("{PATH}/{}", stored[0])).await.ok()[what].as_array().map(Vec::len), Some(1));
        }
    }

    async fn several_reminders_that_are_due_are_of_one_posting(app: TestApp) {
        let stored = filled(&app, 2).await;
        let client = app.client(OWNER_KEY);
        for due_at in ["2026-01-05T08:00:00Z", "2026-01-06T08:00:00Z", "2026-01-07T08:00:00Z", "2999-01-01T08:00:00Z"] {
            let due_at = due_at.parse().expect("a time");
            client.add_reminder(&stored[0].to_string(), &ReminderRequest { due_at, note: None }).await.expect("a reminder");
        }
        let counts = client.posting_counts().await.expect("the counts");
        let now = Timestamp::from_microsecond(app.database().now_us().await.expect("now")).expect("a time");
        let due = PostingsQuery { reminder_before: Some(now), ..PostingsQuery::default() };
        let listed = client.postings(&due).await.expect("a list").pagination.total;
        assert_eq!((counts.reminders_due, counts.postings_due, listed), (3, 1, 1));
    }

    async fn live_viewers_hear_what_people_change(app: TestApp) {
        let stored = filled(&app, 30).await;
        let stranger = app.tenant().await;
        let mut stream = app.client(OWNER_KEY).events().after("0-0");
        let mut theirs = app.client(&stranger.key).events().after("0-0");
        let path = format!("{PATH}/{}", stored[0]);
        app.patch(OWNER_KEY, &path, json!({"status": "saved", "stars": 4})).await.ok();
        let all: Vec<String> = stored.iter().map(ToString::to_string).collect();
        app.patch(OWNER_KEY, PATH, json!({"ids": all, "patch": {"hidden": true}})).await.ok();
        app.delete(OWNER_KEY, &path).await.ok();
        let mut heard = Vec::new();
        while heard.len() < 3 {
            match stream.next().await {
                Some(Ok(Heard::Frame(frame))) => {
                    if let Told::Postings(told) = frame.told {
                        heard.push(told);
                    }
                }
                other => panic!("{other:?}"),
            }
        }
        let first = &heard[0].postings[0];
        assert_eq!(
            (heard[0].changed, first.id.as_str(), first.status, first.stars, first.hidden),
            (1, stored[0].to_string().as_str(), Some(ApplicationStatus::Saved), Some(4), false)
        );
        assert_eq!((heard[1].changed, heard[1].postings.len(), heard[1].deleted), (30, 20, false));
        assert_eq!((heard[2].changed, heard[2].deleted, heard[2].postings[0].id.clone()), (1, true, stored[0].to_string()));
        // Somebody else's stream goes on with what is theirs alone.
        app.post(&stranger.key, "/api/v1/reviews", json!({"name": "theirs"})).await.ok();
        match theirs.next().await {
            Some(Ok(Heard::Frame(frame))) => assert!(matches!(frame.told, Told::Review(_)), "{frame:?}"),
            other => panic!("{other:?}"),
        }
    }
}
