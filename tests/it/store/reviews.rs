//! Reviews: everybody once, every count right.

mod listing;
mod strokes;

use serde_json::json;
use sluice::domain::person::Identity;
use sluice::domain::review::{ItemFields, ReviewState};
use sluice::domain::{PersonId, ReviewId, Scope};
use sluice::store::reviews::{self, Added, Adding, Counts, NewItem, Review};
use sluice::store::{Database, people, prospects};

use crate::support::each_database;
use crate::support::fixtures::{Home, begin, commit, home, read};
use crate::support::toy::page_of_people;

/// Somebody invented, with this number.
fn item(number: usize, person_id: Option<PersonId>) -> NewItem {
    let fields = ItemFields {
        name: Some(format!("Person {number}")),
        title: Some(if number.is_multiple_of(2) { "Chief Engineer" } else { "Account Manager" }.into()),
        company: (!number.is_multiple_of(5)).then(|| format!("Company {}", number % 7)),
        ..ItemFields::default()
    };
    NewItem { person_id, fields, record: json!({ "number": number }), source: json!({ "kind": "import", "row": number }), job_id: None }
}

async fn review(database: &Database, home: Home) -> Review {
    let mut tx = begin(database).await;
    let review = reviews::insert(&mut tx, home.workspace, home.user, "Engineers").await.expect("the review is stored");
    commit(tx).await;
    review
}

async fn add(database: &Database, home: Home, review: ReviewId, items: &[NewItem]) -> Added {
    let mut tx = begin(database).await;
    let added = reviews::add_items(&mut tx, home.scope(), review, items).await.expect("they are added");
    commit(tx).await;
    let Adding::Added(added) = added else { panic!("{added:?}") };
    added
}

/// People as an imported file would name them.
async fn persons(database: &Database, home: Home, names: &[&str]) -> Vec<PersonId> {
    let identities: Vec<Identity> = names.iter().map(|name| Identity::public(name, None)).collect();
    let mut tx = begin(database).await;
    let persons = people::resolve_identities(&mut tx, home.workspace, &identities).await.expect("they are resolved");
    commit(tx).await;
    persons
}

each_database! {
    async fn immunity_16_a_person_is_in_a_review_once(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let review = review(&database, home).await;
        let persons = persons(&database, home, &["ada", "bo", "ADA"]).await;
        assert_eq!(persons[0], persons[2], "one address is one person");
        let items: Vec<NewItem> = persons.iter().enumerate().map(|(n, person)| item(n, Some(*person))).collect();
        let first = add(&database, home, review.id, &items).await;
        assert_eq!((first.added, first.known), (2, 1));
        let again = add(&database, home, review.id, &[items[1].clone(), item(7, None), item(7, None)]).await;
        // Of whom nothing is known that identifies them, nobody can say that they are one.
        assert_eq!((again.added, again.known, again.review.counts.total), (2, 1, 4));
        assert_eq!(again.review.counts.pending(), 4);
    }

    async fn people_known_from_elsewhere_are_marked(test: TestDatabase) {
        let database = test.database();
        let home = home(&database).await;
        let job = home.count_pages(&database, 3).await;
        let mut tx = begin(&database).await;
        prospects::save_page(&mut tx, &job, 1, &page_of_people(0), i64::MAX).await.expect("saved");
        let found = people::resolve(&mut tx, home.workspace, &page_of_people(0)).await.expect("resolved");
        commit(tx).await;
        let stranger = persons(&database, home, &["nobody-else"]).await[0];
        let items = [
            item(0, Some(found[0])),
            // Found by the search that brings them: nothing else knows them.
            NewItem { job_id: Some(job.id), ..item(1, Some(found[1])) },
            item(2, Some(stranger)),
        ];
        let first = review(&database, home).await;
        let added = add(&database, home, first.id, &items).await;
        assert_eq!(added.review.counts, Counts { total: 3, duplicates: 1, ..Counts::default() });
        let second = review(&database, home).await;
        let added = add(&database, home, second.id, &items).await;
        assert_eq!(added.review.counts, Counts { total: 3, duplicates: 3, ..Counts::default() });
    }

    async fn immunity_23_a_review_of_another_workspace_takes_nobody_in(test: TestDatabase) {
        let database = test.database();
        let (ours, theirs) = (home(&database).await, home(&database).await);
        let review = review(&database, ours).await;
        let mut tx = begin(&database).await;
        let refused = reviews::add_items(&mut tx, theirs.scope(), review.id, &[item(0, None)]).await.expect("an answer");
        commit(tx).await;
        assert_eq!(refused, Adding::NoReview);
        let mut conn = read(&database).await;
        assert_eq!(reviews::find(&mut conn, theirs.scope(), review.id).await.expect("an answer"), None);
        let kept = reviews::find(&mut conn, ours.scope(), review.id).await.expect("an answer").expect("it is there");
        assert_eq!((kept.counts, kept.state), (Counts::default(), ReviewState::Open));
        let (listed, total) = reviews::list(&mut conn, theirs.scope(), None, 10, 0).await.expect("a list");
        assert_eq!((listed, total), (Vec::new(), 0));
        let (listed, total) = reviews::list(&mut conn, Scope::System, Some(ReviewState::Open), 10, 0).await.expect("a list");
        assert_eq!((listed, total), (vec![kept], 1));
    }
}
