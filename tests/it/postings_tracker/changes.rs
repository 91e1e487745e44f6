//! What people change about postings, in the store: all or none, with its history, its reminders and its event.

use jiff::Timestamp;
use serde_json::Value as Json;
use sluice::domain::tracker::{ApplicationStatus, ChangeRefused, PostingChange, PostingFilter};
use sluice::domain::{JobId, Micros, PostingId, Scope};
use sluice::store::database::sql;
use sluice::store::postings::contacts::{self, ContactSaid, Missing};
use sluice::store::postings::history;
use sluice::store::postings::reminders::{self, ReminderChange};
use sluice::store::postings::{self, Posting};
use sluice::store::workspaces;
use sluice::store::{Conn, Database};
use sluice_providers::posting::Description;

use crate::support::each_database;
use crate::support::fixtures::{Home, begin, commit, home, read};
use crate::support::postings::{offer, store, store_some};

async fn change(database: &Database, home: Home, ids: &[PostingId], change: &PostingChange) -> Result<u64, ChangeRefused> {
    let mut tx = begin(database).await;
    let changed = postings::change(&mut tx, home.scope(), ids, change, home.user).await.expect("an answer");
    commit(tx).await;
    changed
}

fn status(status: ApplicationStatus) -> PostingChange {
    PostingChange { status: Some(Some(status)), ..PostingChange::default() }
}

async fn posting(database: &Database, home: Home, id: PostingId) -> Posting {
    let found = postings::find(&mut read(database).await, home.scope(), id).await;
    found.expect("it is read").expect("it is there")
}

/// What its history says, newest first.
async fn told(database: &Database, posting: &Posting) -> Vec<String> {
    let entries = history::of_posting(&mut read(database).await, posting.number).await.expect("its history");
    entries.into_iter().map(|entry| entry.message).collect()
}

/// What live viewers were told, in order.
async fn events(conn: &mut Conn) -> Vec<Json> {
    let rows = sql("SELECT data FROM events WHERE kind = 'posting' ORDER BY transaction_id, sequence").fetch_all(conn).await;
    rows.expect("the events").iter().map(|row| row.json("data").expect("JSON")).collect()
}

async fn found(database: &Database, home: Home, words: &str) -> i64 {
    let filter = PostingFilter { words: words.into(), ..PostingFilter::default() };
    postings::count(&mut read(database).await, home.workspace, &filter).await.expect("a count")
}

each_database! {
    async fn a_change_of_many_changes_all_of_them_or_none(test: TestDatabase) {
        let database = test.database();
        let (home, elsewhere) = (home(&database).await, home(&database).await);
        let ids = store_some(&database, home.workspace, 30).await;
        let foreign = store_some(&database, elsewhere.workspace, 1).await[0];
        let mut named = ids.clone();
        named.insert(7, foreign);
        named.push(PostingId::new());
        assert_eq!(change(&database, home, &named, &status(ApplicationStatus::Saved)).await, Err(ChangeRefused::Missing(foreign)), "the first one that is not there");
        let saved = PostingFilter { statuses: vec![Some(ApplicationStatus::Saved)], ..PostingFilter::default() };
        let count = async |saved: &PostingFilter| postings::count(&mut read(&database).await, home.workspace, saved).await.expect("a count");
        assert_eq!(count(&saved).await, 0);
        assert_eq!(posting(&database, elsewhere, foreign).await.status, None);

        assert_eq!(change(&database, home, &ids, &status(ApplicationStatus::Saved)).await, Ok(30));
        assert_eq!(count(&saved).await, 30);
        assert_eq!(change(&database, home, &ids, &status(ApplicationStatus::Saved)).await, Ok(0), "nothing is different");
        let told = events(&mut read(&database).await).await;
        assert_eq!(told.len(), 1, "one event for a change of many, and none for a change of nothing");
        assert_eq!((&told[0]["changed"], told[0]["postings"].as_array().map(Vec::len)), (&30.into(), Some(20)));
        let told: sluice_api::PostingsChanged = serde_json::from_value(told[0].clone()).expect("as the wire has it");
        assert!(told.postings.iter().all(|posting| posting.status == Some(sluice_api::ApplicationStatus::Saved)), "{told:?}");
    }

    async fn what_is_noted_is_stored_told_and_found(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let id = store_some(&database, home.workspace, 3).await[1];
        let before = posting(&database, home, id).await;
        let noted = PostingChange {
            status: Some(Some(ApplicationStatus::Applied)),
            notes: Some(Some("Ünal knows the quartermaster".into())),
            stars: Some(Some(4)),
            stars_reason: Some(Some("near the sea".into())),
            ..PostingChange::default()
        };
        assert_eq!(change(&database, home, &[id], &noted).await, Ok(1));
        let after = posting(&database, home, id).await;
        let expected = Posting {
            status: Some(ApplicationStatus::Applied),
            status_at: after.status_at,
            applied_at: after.status_at,
            notes: Some("Ünal knows the quartermaster".into()),
            stars: Some(4),
            stars_reason: Some("near the sea".into()),
            updated_at: after.updated_at,
            ..before.clone()
        };
        assert_eq!(after, expected);
        assert!(after.status_at.is_some() && after.updated_at > before.updated_at);
        assert_eq!(found(&database, home, "unal quarter").await, 1, "notes are searched");
        let lines = told(&database, &after).await;
        assert_eq!(lines[..2], ["Notes were written.", "4 stars: near the sea"]);
        assert!(lines[2].starts_with("The status is applied now. Applied on 20"), "{lines:?}");

        change(&database, home, &[id], &PostingChange { notes: Some(None), ..PostingChange::default() }).await.expect("changed");
        assert_eq!(found(&database, home, "quartermaster").await, 0);
        // Opening is not telling, and moves nothing in the order of changes.
        let seen = PostingChange { seen: Some(true), ..PostingChange::default() };
        let before = posting(&database, home, id).await;
        assert_eq!(change(&database, home, &[id], &seen).await, Ok(1));
        let after = posting(&database, home, id).await;
        assert_eq!(after, Posting { seen_at: after.seen_at, ..before });
        assert!(after.seen_at.is_some());
        assert_eq!(told(&database, &after).await[0], "The notes were removed: Ünal knows the quartermaster");
    }

    async fn what_is_told_of_days_goes_by_the_workspaces_calendar(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let id = store_some(&database, home.workspace, 1).await[0];
        let mut tx = begin(&database).await;
        workspaces::change(&mut tx, home.scope(), home.workspace, None, Some("Asia/Tokyo")).await.expect("changed");
        commit(tx).await;
        // Eight in the morning of the next day, over there.
        let at = Micros("2026-03-01T23:00:00Z".parse::<Timestamp>().expect("a time").as_microsecond());
        change(&database, home, &[id], &PostingChange { applied_at: Some(Some(at)), ..PostingChange::default() }).await.expect("changed");
        let mut tx = begin(&database).await;
        let set = reminders::add(&mut tx, home.scope(), id, at, Some("call"), home.user).await.expect("an answer").expect("it is there");
        let done = ReminderChange { done: Some(true), ..ReminderChange::default() };
        reminders::change(&mut tx, home.scope(), id, set.id, &done, home.user).await.expect("an answer").expect("it is there");
        reminders::delete(&mut tx, home.scope(), id, set.id, home.user).await.expect("an answer").expect("it is there");
        commit(tx).await;
        let posting = posting(&database, home, id).await;
        assert_eq!(
            told(&database, &posting).await[..4],
            [
                "The reminder for 2026-03-02 08:00 JST was removed: call",
                "The reminder for 2026-03-02 08:00 JST is done: call",
                "A reminder was set for 2026-03-02 08:00 JST: call",
                "The status is applied now. Applied on 2026-03-02.",
            ]
        );
    }

    async fn immunity_16_an_import_that_comes_again_leaves_what_people_noted(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let job = JobId::new();
        let id = store(&database, home.workspace, job, &[offer(1)]).await[0];
        let noted = PostingChange { notes: Some(Some("mine".into())), stars: Some(Some(5)), hidden: Some(true), ..status(ApplicationStatus::Offer) };
        change(&database, home, &[id], &noted).await.expect("changed");
        let mut richer = offer(1);
        richer.description = Description::from_text("Something new to read.");
        assert_eq!(store(&database, home.workspace, job, &[richer]).await, [id], "the same posting");
        let after = posting(&database, home, id).await;
        assert_eq!(after.texts.plain.as_deref(), Some("Something new to read."));
        assert_eq!(
            (after.status, after.notes.as_deref(), after.stars, after.hidden),
            (Some(ApplicationStatus::Offer), Some("mine"), Some(5), true)
        );
    }

    async fn immunity_11_a_posting_always_knows_its_earliest_open_reminder(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let id = store_some(&database, home.workspace, 1).await[0];
        let at = |hours: i64| Micros(1_800_000_000_000_000 + hours * 3_600_000_000);
        let add = async |due: Micros, note: &str| {
            let mut tx = begin(&database).await;
            let made = reminders::add(&mut tx, home.scope(), id, due, Some(note), home.user).await.expect("an answer").expect("a posting");
            commit(tx).await;
            made
        };
        let next = async || posting(&database, home, id).await.next_reminder_at;
        let write = add(at(5), "write").await;
        let call = add(at(2), "call").await;
        assert_eq!(next().await, Some(at(2)));
        let alter = async |reminder, change: ReminderChange| {
            let mut tx = begin(&database).await;
            let changed = reminders::change(&mut tx, home.scope(), id, reminder, &change, home.user).await.expect("an answer");
            commit(tx).await;
            changed
        };
        let done = alter(call.id, ReminderChange { done: Some(true), ..ReminderChange::default() }).await.expect("done");
        assert!(done.done_at.is_some());
        assert_eq!(next().await, Some(at(5)));
        alter(write.id, ReminderChange { due_at: Some(at(9)), ..ReminderChange::default() }).await.expect("moved");
        assert_eq!(next().await, Some(at(9)));
        alter(call.id, ReminderChange { done: Some(false), note: Some(None), ..ReminderChange::default() }).await.expect("open again");
        assert_eq!(next().await, Some(at(2)));
        let listed = reminders::of_posting(&mut read(&database).await, posting(&database, home, id).await.number).await.expect("a list");
        assert_eq!(listed.iter().map(|reminder| reminder.id).collect::<Vec<_>>(), [call.id, write.id]);
        let mut tx = begin(&database).await;
        reminders::delete(&mut tx, home.scope(), id, call.id, home.user).await.expect("an answer").expect("it was there");
        assert_eq!(reminders::delete(&mut tx, home.scope(), id, call.id, home.user).await.expect("an answer"), Err(Missing::Part));
        commit(tx).await;
        assert_eq!(next().await, Some(at(9)));
        alter(write.id, ReminderChange { done: Some(true), ..ReminderChange::default() }).await.expect("done");
        assert_eq!(next().await, None);
        let lines = told(&database, &posting(&database, home, id).await).await;
        assert_eq!(
            lines[..3],
            [
                "The reminder for 2027-01-15 18:00 CET is done: write",
                "The reminder for 2027-01-15 11:00 CET was removed.",
                "The reminder for 2027-01-15 11:00 CET is open again."
            ]
        );
    }

    async fn contacts_are_noted_changed_and_removed(test: TestDatabase) {
        let database = test.database();
        let (home, stranger) = (home(&database).await, home(&database).await);
        let ids = store_some(&database, home.workspace, 2).await;
        let said = ContactSaid { name: "Bo Invented".into(), email: Some("bo@example.org".into()), ..ContactSaid::default() };
        let mut tx = begin(&database).await;
        let made = contacts::add(&mut tx, home.scope(), ids[0], &said, home.user).await.expect("an answer").expect("a posting");
        assert_eq!(made.said, said);
        let renamed = ContactSaid { name: "Bo Imagined".into(), role: Some("Recruiter".into()), ..ContactSaid::default() };
        let changed = contacts::replace(&mut tx, home.scope(), ids[0], made.id, &renamed, home.user).await.expect("an answer").expect("it is there");
        assert_eq!((&changed.said, changed.id, changed.created_at), (&renamed, made.id, made.created_at), "noted anew as a whole");
        // Of another posting, or in another workspace, it is not there.
        let other = contacts::replace(&mut tx, home.scope(), ids[1], made.id, &said, home.user).await.expect("an answer");
        assert_eq!(other, Err(Missing::Part));
        for scope in [stranger.scope(), Scope::Workspace(stranger.workspace)] {
            let refused = contacts::delete(&mut tx, scope, ids[0], made.id, stranger.user).await.expect("an answer");
            assert_eq!(refused, Err(Missing::Posting));
        }
        contacts::delete(&mut tx, home.scope(), ids[0], made.id, home.user).await.expect("an answer").expect("it was there");
        commit(tx).await;
        let lines = told(&database, &posting(&database, home, ids[0]).await).await;
        assert_eq!(lines[..3], ["Bo Imagined was removed from the contacts.", "The contact Bo Imagined was changed.", "Bo Invented was added to the contacts."]);
    }

    async fn an_erased_posting_is_gone_with_all_that_was_noted(test: TestDatabase) {
        let database = test.database();
        let (home, stranger) = (home(&database).await, home(&database).await);
        let again = |number: usize| {
            let mut record = offer(number);
            record.title = Some("Boat keeper".into());
            record.company = Some("Only Here".into());
            record.company_id = None;
            record.location = Some("Ghent, Belgium".into());
            record.description = Description::from_text("We look after boats, oars and ropes along the whole coast, and we want somebody who likes the smell of tar.");
            record
        };
        let ids = store(&database, home.workspace, JobId::new(), &[again(1), again(2), again(3), offer(5)]).await;
        let mut tx = begin(&database).await;
        reminders::add(&mut tx, home.scope(), ids[0], Micros(1), None, home.user).await.expect("an answer").expect("a posting");
        assert!(!postings::delete(&mut tx, stranger.scope(), ids[0]).await.expect("an answer"));
        assert!(postings::delete(&mut tx, home.scope(), ids[0]).await.expect("an answer"));
        assert!(!postings::delete(&mut tx, home.scope(), ids[0]).await.expect("an answer"));
        commit(tx).await;
        let mut conn = read(&database).await;
        for table in ["posting_reminders", "posting_history", "posting_texts"] {
            let left = sql(format!("SELECT count(*) AS rows FROM {table} WHERE posting_number NOT IN (SELECT number FROM postings)"));
            assert_eq!(left.fetch_one(&mut conn).await.expect("a count").get::<i64>("rows").expect("a number"), 0, "{table}");
        }
        assert_eq!(found(&database, home, "oars").await, 2);
        // The others stand together still, behind the oldest that is left.
        let (second, third) = (posting(&database, home, ids[1]).await, posting(&database, home, ids[2]).await);
        assert_eq!((second.repost_of, third.repost_of), (None, Some(ids[1])));
        let company = second.company_id.expect("a company");
        let is_there = async || postings::listed_companies::find(&mut read(&database).await, company).await.expect("an answer").is_some();
        let mut tx = begin(&database).await;
        postings::delete(&mut tx, home.scope(), ids[1]).await.expect("an answer");
        commit(tx).await;
        assert!(is_there().await, "it has a posting still");
        let mut tx = begin(&database).await;
        postings::delete(&mut tx, home.scope(), ids[2]).await.expect("an answer");
        commit(tx).await;
        assert!(!is_there().await, "a company goes with its last posting");
        assert!(events(&mut conn).await.iter().filter(|event| event["deleted"] == true).count() == 3);
    }
}
