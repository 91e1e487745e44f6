//! Searches with people in them, as a finished search leaves them, without a provider.

use serde_json::json;
use sluice::domain::job::Job;
use sluice::store::jobs::NewJob;
use sluice::store::{Database, prospects};
use sluice_providers::{Api, NetworkDistance, PersonRecord};

use super::fixtures::{Home, begin, commit, enqueue};
use super::toy;

/// People of one page.
const PER_PAGE: usize = 100;

/// A search that has found these people, in their order.
pub async fn search_of(database: &Database, home: Home, people: &[PersonRecord]) -> Job {
    let search = enqueue(
        database,
        &NewJob {
            kind: "search_prospects".to_owned(),
            args: json!({ "query": { "criteria": { "title": "CEO", "keywords": "tools, Köln" } }, "limit": 100 }),
            ..home.counting(1)
        },
    )
    .await;
    for (page, people) in people.chunks(PER_PAGE).enumerate() {
        add_page(database, &search, page as i64 + 1, people).await;
    }
    search
}

/// One more page of a search.
pub async fn add_page(database: &Database, search: &Job, batch: i64, people: &[PersonRecord]) {
    let mut tx = begin(database).await;
    let people: Vec<PersonRecord> =
        people.iter().enumerate().map(|(position, person)| PersonRecord { position, ..person.clone() }).collect();
    prospects::save_page(&mut tx, search, batch, &people, i64::MAX).await.expect("the page is saved");
    commit(tx).await;
}

/// Invented people, each with something else missing, and some with what a file must not trip over.
pub fn some_people(number: i64) -> Vec<PersonRecord> {
    (0..number).map(somebody).collect()
}

fn somebody(number: i64) -> PersonRecord {
    let given = ["Amara", "Søren", "Łukasz", "Zoë", "明"][usize::try_from(number).expect("a number") % 5];
    let headline = match number % 7 {
        0 => None,
        1 => Some("=HYPERLINK(\"http://evil.example\",\"CEO\")".to_owned()),
        2 => Some("Two\r\nlines, and a \"quote\"; both stay".to_owned()),
        3 => Some("＠SUM(A1)".to_owned()),
        _ => Some(format!("Head of Growth {number}")),
    };
    PersonRecord {
        api: Api::SalesNavigator,
        public_identifier: (number % 3 > 0).then(|| format!("person-{number}")),
        profile_url: (number % 3 > 0).then(|| format!("https://www.linkedin.com/in/person-{number}")),
        name: Some(format!("{given} Invented {number:05}")),
        first_name: Some(given.to_owned()),
        last_name: Some(format!("Invented {number:05}")),
        headline,
        title: (number % 4 > 0).then(|| format!("Title {}", number % 11)),
        company: (number % 5 > 0).then(|| format!("Company {}", number % 13)),
        location: Some(["Berlin, Germany", "Lagos, Nigeria"][usize::try_from(number).expect("a number") % 2].to_owned()),
        network_distance: [Some(NetworkDistance::First), Some(NetworkDistance::Third), None]
            [usize::try_from(number).expect("a number") % 3],
        shared_connections: (number % 2 > 0).then_some(12),
        premium: (number % 4 > 0).then_some(number % 4 == 1),
        ..toy::person(number)
    }
}
