//! Lists: filtered, sorted and paged in SQL, with true totals.

use serde_json::json;
use sluice::domain::job::Job;
use sluice::domain::{JobId, Scope, WorkspaceId};
use sluice::store::jobs::{self, JobFilter, JobPlace, NewJob};
use sluice::store::prospects::{self, FieldsAsked, ProspectQuery, ProspectSort};
use sluice::store::{Database, timeline};
use sluice_providers::PersonRecord;

use crate::support::each_database;
use crate::support::fixtures::{begin, commit, enqueue, home, job_in, read};
use crate::support::toy::person;

fn described(position: usize, name: Option<&str>, company: Option<&str>, location: Option<&str>) -> PersonRecord {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let number = i64::try_from(position).expect("small");
    PersonRecord { position, name: owned(name), company: owned(company), location: owned(location), ..person(number) }
}

async fn store(database: &Database, job: &Job, batch: i64, people: &[PersonRecord]) {
    let mut tx = begin(database).await;
    let saved = prospects::save_page(&mut tx, job, batch, people, i64::MAX).await.expect("saved");
    commit(tx).await;
    assert_eq!(saved.stored, i64::try_from(people.len()).expect("small"));
}

fn all(job: &Job) -> ProspectQuery {
    ProspectQuery {
        scope: Scope::System,
        job_id: job.id,
        words: None,
        fields: FieldsAsked::default(),
        sort: ProspectSort::Found,
        descending: false,
    }
}

async fn names(database: &Database, query: &ProspectQuery) -> Vec<Option<String>> {
    let (rows, total) = prospects::page_by_number(&mut read(database).await, query, 100, 0).await.expect("a page");
    assert_eq!(i64::try_from(rows.len()).expect("small"), total);
    rows.into_iter().map(|row| row.record.name).collect()
}

fn some(names: &[&str]) -> Vec<Option<String>> {
    names.iter().map(|name| Some((*name).to_owned())).collect()
}

each_database! {
    async fn what_is_unknown_sorts_last_in_both_directions(test: TestDatabase) {
        let database = test.database();
        let job = home(&database).await.count_pages(&database, 1).await;
        let people = [
            described(0, Some("a"), None, None),
            described(1, Some("b"), Some("Zeta"), None),
            described(2, Some("c"), Some("alpha"), None),
            described(3, Some("d"), Some("Alpha"), None),
            described(4, Some("e"), Some("Ärger"), None),
            described(5, Some("f"), None, None),
        ];
        store(&database, &job, 1, &people).await;
        let by_company = |descending| ProspectQuery { sort: ProspectSort::Company, descending, ..all(&job) };
        assert_eq!(names(&database, &by_company(false)).await, some(&["d", "b", "c", "e", "a", "f"]), "by code point on both databases");
        assert_eq!(names(&database, &by_company(true)).await, some(&["e", "c", "b", "d", "a", "f"]));
        for word in ProspectSort::WORDS {
            let sort = ProspectSort::from_word(word).expect("a listed word");
            assert_eq!(names(&database, &ProspectQuery { sort, ..all(&job) }).await.len(), 6, "{word}");
        }
        assert_eq!(ProspectSort::from_word("id; DROP TABLE jobs"), None);
    }

    async fn searching_folds_accents_and_case_and_wants_every_word(test: TestDatabase) {
        let database = test.database();
        let job = home(&database).await.count_pages(&database, 1).await;
        let people = [
            described(0, Some("José García"), Some("Müller & Söhne"), Some("Köln")),
            described(1, Some("Jose Marti"), Some("Acme"), Some("Havana")),
            described(2, Some("Straße Test"), None, None),
            described(3, None, Some("Łódź Works"), None),
        ];
        store(&database, &job, 1, &people).await;
        for (words, found) in [
            ("JOSE", 2),
            ("jose garcia", 1),
            ("garcia JOSÉ", 1),
            ("josé koln", 1),
            ("sohne muller", 1),
            ("jose berlin", 0),
            ("   ", 4),
            ("works", 1),
        ] {
            let query = ProspectQuery { words: Some(words.to_owned()), ..all(&job) };
            assert_eq!(names(&database, &query).await.len(), found, "{words:?}");
        }
    }

    async fn signs_of_a_pattern_are_searched_as_they_are(test: TestDatabase) {
        let database = test.database();
        let job = home(&database).await.count_pages(&database, 1).await;
        let people = [
            described(0, Some("100% remote"), None, None),
            described(1, Some("100 remote"), None, None),
            described(2, Some("snake_case"), None, None),
            described(3, Some("snakeXcase"), None, None),
            described(4, Some("wow!"), None, None),
            described(5, Some("back\\slash 'quoted'"), None, None),
        ];
        store(&database, &job, 1, &people).await;
        for (words, found) in [("100%", "100% remote"), ("_", "snake_case"), ("!", "wow!"), ("\\", "back\\slash 'quoted'"), ("'quoted'", "back\\slash 'quoted'")] {
            let query = ProspectQuery { words: Some(words.to_owned()), ..all(&job) };
            assert_eq!(names(&database, &query).await, some(&[found]), "{words:?}");
        }
    }

    async fn immunity_10_totals_are_true_and_pages_neither_repeat_nor_skip_while_the_job_runs(test: TestDatabase) {
        let database = test.database();
        let job = home(&database).await.count_pages(&database, 1).await;
        let page = |batch: i64| (0..25).map(|n| PersonRecord { position: usize::try_from(n).expect("small"), ..person(batch * 25 + n) }).collect::<Vec<_>>();
        for batch in 0..8 {
            store(&database, &job, batch + 1, &page(batch)).await;
        }
        let (rows, total) = prospects::page_by_number(&mut read(&database).await, &all(&job), 30, 60).await.expect("a page");
        assert_eq!((rows.len(), total), (30, 200));
        assert_eq!((rows[0].batch, rows[0].position), (3, 10));

        let mut seen = Vec::new();
        let mut after = (0, 0);
        let mut batch = 8;
        loop {
            let rows = prospects::page_by_cursor(&mut read(&database).await, &all(&job), after, 30).await.expect("a page");
            let Some(last) = rows.last() else { break };
            after = (last.batch, last.position);
            seen.extend(rows.iter().map(|row| row.record.provider_id.clone()));
            // The job goes on meanwhile.
            if batch < 12 {
                store(&database, &job, batch + 1, &page(batch)).await;
                batch += 1;
            }
        }
        assert_eq!(seen, (0..300).map(|number| person(number).provider_id).collect::<Vec<_>>());
    }

    async fn prospects_of_another_workspace_do_not_exist(test: TestDatabase) {
        let database = test.database();
        let job = home(&database).await.count_pages(&database, 1).await;
        store(&database, &job, 1, &[described(0, Some("a"), None, None)]).await;
        let stranger = ProspectQuery { scope: Scope::Workspace(WorkspaceId::new()), ..all(&job) };
        assert_eq!(names(&database, &stranger).await, []);
        assert!(prospects::page_by_cursor(&mut read(&database).await, &stranger, (0, 0), 10).await.expect("a page").is_empty());
        let own = ProspectQuery { scope: Scope::Workspace(job.workspace_id), ..all(&job) };
        assert_eq!(names(&database, &own).await, some(&["a"]));
    }

    async fn jobs_are_listed_newest_first_by_wire_status_with_true_totals(test: TestDatabase) {
        let database = test.database();
        let (mine, theirs) = (home(&database).await, home(&database).await);
        let (mut ids, mut places) = (Vec::new(), Vec::new());
        for state in sluice::domain::job::JobState::ALL {
            let job = job_in(&database, mine, *state).await;
            ids.push(job.id);
            places.push(JobPlace::of(&job));
            job_in(&database, theirs, *state).await;
        }
        ids.reverse();
        places.reverse();
        let list = async |filter: JobFilter, limit, offset| {
            let (jobs, total) = jobs::list(&mut read(&database).await, mine.scope(), &filter, limit, offset).await.expect("a list");
            (jobs.into_iter().map(|job| job.id).collect::<Vec<_>>(), total)
        };
        assert_eq!(list(JobFilter::default(), 100, 0).await, (ids.clone(), 7));
        assert_eq!(list(JobFilter::default(), 2, 3).await, (ids[3..5].to_vec(), 7));
        let after = |place| JobFilter { after: Some(place), ..JobFilter::default() };
        assert_eq!(list(after(places[4]), 100, 0).await, (ids[5..].to_vec(), 7));
        let gone = JobPlace { id: "ffffffff-ffff-7fff-bfff-ffffffffffff".parse::<JobId>().expect("an id"), ..places[5] };
        assert_eq!(list(after(gone), 100, 0).await.0, ids[5..].to_vec(), "a place outlives its job, and within one moment the id decides");
        for (status, count) in [("processing", 2), ("queued", 1), ("completed", 1), ("failed", 1), ("canceled", 1), ("paused", 1), ("nonsense", 0)] {
            assert_eq!(list(JobFilter { status: Some(status.to_owned()), ..JobFilter::default() }, 100, 0).await.1, count, "{status}");
        }
        assert_eq!(list(JobFilter { kind: Some("fold_paper".to_owned()), ..JobFilter::default() }, 100, 0).await, (Vec::new(), 0));
        let asked = async |title: &str| enqueue(&database, &NewJob { args: json!({ "title": title }), ..mine.counting(1) }).await;
        let (folded, _, last) = (asked("fold paper").await, asked("cut paper").await, asked("fold a paper").await);
        let words = JobFilter { words: Some("paper fold".to_owned()), after: Some(JobPlace::of(&last)), ..JobFilter::default() };
        assert_eq!(list(words, 100, 0).await, (vec![folded.id], 2));
    }

    async fn a_timeline_keeps_its_order_and_its_newest_lines(test: TestDatabase) {
        let database = test.database();
        let job = home(&database).await.count_pages(&database, 1).await;
        for number in 0..30 {
            let mut tx = begin(&database).await;
            timeline::add(&mut tx, &job, "note", &format!("line {number}")).await.expect("added");
            commit(tx).await;
        }
        let lines = timeline::list(&mut read(&database).await, job.id, 10).await.expect("the timeline");
        assert_eq!(lines.iter().map(|line| line.message.clone()).collect::<Vec<_>>(), (20..30).map(|n| format!("line {n}")).collect::<Vec<_>>());
    }
}
