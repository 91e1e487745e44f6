//! What is asked of a review and of a search: every order, filter and kind of words, and the ways they go together.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sluice::http::api::reviews::place_text;
use sluice::store::reviews::Place;

use super::super::lists::Class;

const ORDERS: [&str; 10] = ["position", "-position", "name", "-name", "title", "-title", "company", "-company", "location", "-location"];
/// Words that nearly all, many, some, few and none have; whole and half-typed.
const WORDS: [&str; 12] = [
    "manager+",
    "manag",
    "engineer",
    "senior+manager",
    "ma",
    "an",
    "berlin",
    "heike+berlin+engineer",
    "brook+1",
    "xylophone",
    "director+gh",
    "zo",
];
const FILTERS: [&str; 10] = [
    "decision=pending",
    "decision=approved",
    "decision=rejected",
    "mark=new",
    "mark=duplicate",
    "network_distance=2",
    "company=brook",
    "location=ghent",
    "title=engineer",
    "title=manager&location=berlin&network_distance=3",
];

/// Of a review with so many items.
pub fn of_review(id: &str, items: usize) -> Vec<Class> {
    let path = format!("/api/v1/reviews/{id}/items?limit=50");
    let mut orders = Vec::new();
    for order in ORDERS {
        orders.push(format!("{path}&sort={order}"));
        orders.push(format!("{path}&sort={order}&offset={}", (items / 2).min(10_000)));
    }
    // In the middle of the list, however long it is.
    for key in ["heike martens", "senior manager"] {
        let sort = if key.starts_with('h') { "name" } else { "title" };
        let place = Place { key: Some(key.into()), number: 0 };
        orders.push(format!("{path}&sort={sort}&cursor={}", URL_SAFE_NO_PAD.encode(format!("p{}", place_text(&place)))));
    }
    let product = |one: &[&str], name: &str, other: &[&str]| -> Vec<String> {
        one.iter()
            .flat_map(|filter| other.iter().map(move |word| (filter, word)))
            .map(|(filter, word)| format!("{path}&{filter}&{name}={word}"))
            .collect()
    };
    let mut searches: Vec<String> = WORDS.iter().map(|words| format!("{path}&q={words}")).collect();
    searches.extend(WORDS.iter().flat_map(|words| ORDERS.map(|order| format!("{path}&q={words}&sort={order}"))));
    vec![
        Class { name: "a list in any order", paths: orders },
        Class { name: "a filtered list in any order", paths: product(&FILTERS, "sort", &ORDERS) },
        Class { name: "a full-text search in any order", paths: searches },
        Class { name: "a full-text search with a filter", paths: product(&FILTERS, "q", &WORDS) },
        Class {
            name: "a review, and the list of reviews",
            paths: vec![format!("/api/v1/reviews/{id}"), "/api/v1/reviews?limit=50".into()],
        },
    ]
}

pub fn of_search(id: &str) -> Vec<Class> {
    let path = format!("/api/v1/searches/{id}/results?limit=50");
    let mut paths: Vec<String> = ORDERS.iter().map(|order| format!("{path}&sort={order}")).collect();
    paths.extend(WORDS.iter().map(|words| format!("{path}&q={words}")));
    paths.extend(FILTERS[5..].iter().map(|filter| format!("{path}&{filter}")));
    vec![Class { name: "results in any order, searched or filtered", paths }]
}
